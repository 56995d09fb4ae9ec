// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/dom0/local-worker/rig.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace insula::test {
namespace {

namespace fs = std::filesystem;

constexpr int kDeadline = 40'000;  // milliseconds

std::string hexadecimal(const wire::Octets<16>& uuid)
{
    std::string text;
    for (const std::byte byte : uuid.value) {
        std::array<char, 3> digits{};
        std::snprintf(digits.data(), digits.size(), "%02x", std::to_integer<unsigned>(byte));
        text += digits.data();
    }
    return text;
}

template <typename Message>
std::optional<Message> read(const wire::Frame& frame)
{
    auto message = wire::parse<Message>(frame.body);
    EXPECT_TRUE(message);
    return message ? std::optional<Message>(*message) : std::nullopt;
}

void add(Answer& answer, const wire::Frame& frame)
{
    switch (static_cast<worker::MessageType>(frame.type)) {
    case worker::MessageType::Created:
        answer.created = read<worker::Created>(frame)->domain.value;
        break;
    case worker::MessageType::Domain:
        answer.domains.push_back(*read<worker::Domain>(frame));
        break;
    case worker::MessageType::Died:
        answer.died = read<worker::Died>(frame);
        break;
    case worker::MessageType::Failed:
        answer.failed = read<worker::Failed>(frame);
        break;
    case worker::MessageType::Done:
        answer.done = true;
        break;
    default:
        ADD_FAILURE() << "unknown reply " << frame.type;
    }
}

std::vector<pid_t> processes()
{
    std::vector<pid_t> all;
    for (const auto& entry : fs::directory_iterator("/proc"))
        if (const int pid = std::atoi(entry.path().filename().c_str()); pid > 0)
            all.push_back(pid);
    return all;
}

}  // namespace

Call::Call(const Environment& environment, const std::vector<std::byte>& request,
           const std::function<void()>& first)
{
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    socket_ = UniqueFd(ends[0]);
    const UniqueFd theirs(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::dup2(theirs.get(), 0);
        ::clearenv();
        for (const auto& [name, value] : environment)
            ::setenv(name.c_str(), value.c_str(), 1);
        first();
        ::execl(LOCAL_WORKER, LOCAL_WORKER, nullptr);
        ::_exit(127);
    }
    EXPECT_EQ(::send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
}

Call::~Call() { kill(); }

Answer Call::answer()
{
    Answer answer;
    wire::FrameBuffer frames(worker::kMaxFrame);
    for (;;) {
        pollfd waiting{socket_.get(), POLLIN, 0};
        if (::poll(&waiting, 1, kDeadline) <= 0) {
            ADD_FAILURE() << "the worker does not answer";
            break;
        }
        std::array<std::byte, 4096> chunk;
        const ssize_t got = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
        if (got <= 0)
            break;
        frames.feed(Bytes(chunk).first(static_cast<size_t>(got)));
        for (auto frame = frames.next(); frame && frame->has_value(); frame = frames.next())
            add(answer, **frame);
    }
    wait();
    return answer;
}

bool Call::silent() const
{
    pollfd waiting{socket_.get(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 0;
}

void Call::kill()
{
    if (pid_ <= 0)
        return;
    ::kill(pid_, SIGKILL);
    wait();
}

void Call::wait() { ::waitpid(std::exchange(pid_, -1), nullptr, 0); }

Rig::Rig()
{
    std::string pattern = fs::temp_directory_path() / "insula-XXXXXX";
    if (!::mkdtemp(pattern.data()))
        std::abort();
    folder = pattern;
    for (const char* name : {"programs", "vchan"})
        fs::create_directory(folder / name);
    for (const char* program : {LOCAL_INIT, WINDOW_AGENT, EXEC_AGENT})
        fs::create_symlink(program, folder / "programs" / fs::path(program).filename());
    environment = {{"INSULA_LOCAL_STATE", folder / "state"},
                   {"INSULA_LOCAL_PROGRAMS", folder / "programs"},
                   {"VCHAN_SOCKET_DIR", folder / "vchan"}};
}

Rig::~Rig()
{
    for (const worker::Domain& domain : list())
        EXPECT_TRUE(call_for<worker::Destroy>(domain.domain.value).done);
    EXPECT_TRUE(eventually([this] { return leftovers().empty(); }));
    EXPECT_EQ(leftovers(), std::vector<std::string>());
    fs::remove_all(folder);
}

worker::Create Rig::request_for(const std::string& name)
{
    worker::Create request;
    request.name.value = name;
    static_cast<void>(!::getrandom(request.uuid.value.data(), request.uuid.value.size(), 0));
    request.type.value = worker::GuestType::Pvh;
    request.memory_mib.value = 300;
    request.kernel.value = "/nonexistent/kernel";
    request.ramdisk.value = "/nonexistent/ramdisk";
    return request;
}

uint32_t Rig::create(const std::string& name) const
{
    const Answer answer = call(request_for(name));
    EXPECT_FALSE(answer.failed) << answer.failed->cause.value << "\n" << answer.failed->log.value;
    EXPECT_TRUE(answer.done);
    return answer.created.value_or(0);
}

uint32_t Rig::start(const std::string& name) const
{
    const uint32_t domain = create(name);
    EXPECT_TRUE(call_for<worker::Unpause>(domain).done);
    return domain;
}

std::optional<worker::RunState> Rig::state_of(uint32_t id) const
{
    for (const worker::Domain& domain : list())
        if (domain.domain.value == id)
            return domain.state.value;
    return std::nullopt;
}

Call Rig::wait_for_death(uint32_t domain, const std::string& name) const
{
    worker::WaitForDeath request;
    request.domain.value = domain;
    request.name.value = name;
    return Call(environment, wire::frame_of(request));
}

std::optional<pid_t> Rig::init_of(const wire::Octets<16>& uuid)
{
    // Bubblewrap's command line has the init's as its end: of the two it is the one outside.
    for (const pid_t pid : processes_with({"insula-local-init", hexadecimal(uuid)}))
        if (pid_namespace(pid) != pid_namespace(::getpid()))
            return pid;
    return std::nullopt;
}

std::vector<std::string> Rig::leftovers() const
{
    std::vector<std::string> found;
    for (const char* name : {"state/domains", "vchan"})
        if (fs::exists(folder / name))
            for (const auto& entry : fs::directory_iterator(folder / name))
                found.push_back(entry.path());
    for (const pid_t pid : processes_with({folder}))
        found.push_back("process " + std::to_string(pid));
    if (contents("/proc/self/mountinfo").find(folder) != std::string::npos)
        found.push_back("a mount");
    return found;
}

std::string Rig::obstacle()
{
    for (const char* program : {"/usr/bin/bwrap", "/usr/bin/Xvfb", LOCAL_WORKER})
        if (::access(program, X_OK) != 0)
            return std::string(program) + " cannot be executed";
    const int status = std::system("/usr/bin/bwrap --unshare-user --uid 1000 --unshare-pid "
                                   "--unshare-net --ro-bind / / --dev /dev --proc /proc true");
    return status == 0 ? "" : "bubblewrap cannot make namespaces here";
}

std::vector<pid_t> processes_with(const std::vector<std::string>& words)
{
    std::vector<pid_t> found;
    for (const pid_t pid : processes()) {
        const std::string line = contents("/proc/" + std::to_string(pid) + "/cmdline");
        bool all = true;
        for (const std::string& word : words)
            all = all && line.find(word) != std::string::npos;
        if (all)
            found.push_back(pid);
    }
    return found;
}

std::string pid_namespace(pid_t pid)
{
    std::error_code ignored;
    return fs::read_symlink("/proc/" + std::to_string(pid) + "/ns/pid", ignored);
}

size_t processes_in(const std::string& name)
{
    size_t count = 0;
    for (const pid_t pid : processes())
        count += pid_namespace(pid) == name ? 1 : 0;
    return count;
}

std::string contents(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool eventually(const std::function<bool()>& holds)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < end) {
        if (holds())
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return holds();
}

}  // namespace insula::test
