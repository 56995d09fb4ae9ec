// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/exec/insulad.h"

#include "proto/wire/reader.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace insula::test {
namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_until(Clock::time_point deadline)
{
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    return static_cast<int>(std::max<int64_t>(left.count(), 0));
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    for (const std::string& text : texts)
        pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

std::array<UniqueFd, 2> open_pipe()
{
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void read_into(UniqueFd& fd, std::string& out)
{
    std::array<char, 65'536> bytes;
    const ssize_t n = ::read(fd.get(), bytes.data(), bytes.size());
    if (n > 0)
        out.append(bytes.data(), static_cast<size_t>(n));
    else
        fd.reset();
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment, int standard_input)
{
    const auto argv = pointers_to(arguments);
    const auto envp = pointers_to(environment);
    pid_ = ::fork();
    if (pid_ == 0) {
        if (standard_input >= 0)
            ::dup2(standard_input, 0);
        ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
}

void Process::kill()
{
    if (pid_ < 0)
        return;
    ::kill(pid_, SIGKILL);
    static_cast<void>(wait());
}

int Process::wait()
{
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Outcome finish(Running running, const std::string& input)
{
    Outcome outcome;
    std::string status;
    size_t written = 0;
    ::fcntl(running.input.get(), F_SETFL, O_NONBLOCK);
    if (input.empty())
        running.input.reset();
    const auto deadline = Clock::now() + std::chrono::milliseconds(kDeadlineMilliseconds);
    while (running.output || running.errors || running.status) {
        std::array<pollfd, 4> polled{
            pollfd{running.input.get(), POLLOUT, 0}, pollfd{running.output.get(), POLLIN, 0},
            pollfd{running.errors.get(), POLLIN, 0}, pollfd{running.status.get(), POLLIN, 0}};
        if (::poll(polled.data(), polled.size(), milliseconds_until(deadline)) <= 0)
            return outcome;
        if (polled[0].revents != 0) {
            const ssize_t n = ::write(running.input.get(), &input[written], input.size() - written);
            written += n > 0 ? static_cast<size_t>(n) : 0;
            if (written == input.size() || (n < 0 && errno != EAGAIN))
                running.input.reset();
        }
        if (polled[1].revents != 0)
            read_into(running.output, outcome.output);
        if (polled[2].revents != 0)
            read_into(running.errors, outcome.errors);
        if (polled[3].revents != 0)
            read_into(running.status, status);
    }
    if (status.size() == sizeof(int32_t))
        outcome.code = *wire::Reader(bytes_of(status)).integer<int32_t>();
    return outcome;
}

Insulad::Insulad()
{
    ::signal(SIGPIPE, SIG_IGN);
    std::string pattern = std::filesystem::temp_directory_path() / "insula-exec-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    // A service runs as another user than this test.
    ::chmod(folder_.c_str(), 0755);
    sockets_ = path("vchan");
    std::filesystem::create_directory(sockets_);
    std::filesystem::create_directory(path("rpc"));
    write_file("X0", "", 0644);
}

Insulad::Insulad(std::string sockets, uint32_t domain) : Insulad()
{
    sockets_ = std::move(sockets);
    domain_ = domain;
}

Insulad::~Insulad()
{
    agent_.reset();
    daemon_.reset();
    std::filesystem::remove_all(folder_);
}

void Insulad::write_file(const std::string& name, const std::string& text, mode_t mode) const
{
    std::ofstream(path(name)) << text;
    ::chmod(path(name).c_str(), mode);
}

void Insulad::start_agent()
{
    agent_ = std::make_unique<Process>(
        std::vector<std::string>{AGENT_PROGRAM, "--default-user=root", "--x-socket=" + path("X0"),
                                 "--services=" + path("rpc")},
        std::vector<std::string>{"VCHAN_SOCKET_DIR=" + path("vchan"), "VCHAN_DOMAIN=5"}, -1);
}

void Insulad::start_daemon()
{
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    socket_ = UniqueFd(ends[0]);
    const UniqueFd theirs(ends[1]);
    frames_ = wire::FrameBuffer(service::kMaxFrame);
    daemon_ = std::make_unique<Process>(
        std::vector<std::string>{DAEMON_PROGRAM, "--managed"},
        std::vector<std::string>{"VCHAN_SOCKET_DIR=" + sockets_, "VCHAN_DOMAIN=0"}, theirs.get());
}

void Insulad::stop_daemon()
{
    socket_.reset();
    EXPECT_EQ(daemon_->wait(), 0);
    daemon_.reset();
}

void Insulad::serve()
{
    send(wire::frame_of(service::Serve{{domain_}, {"work"}, {0xff0000}, {"red"}}), {});
}

Running Insulad::exec(const std::string& command, size_t descriptors)
{
    auto input = open_pipe();
    auto output = open_pipe();
    auto errors = open_pipe();
    auto status = open_pipe();
    std::vector<int> theirs{input[0].get(), output[1].get(), errors[1].get(), status[1].get()};
    theirs.resize(descriptors);
    send(wire::frame_of(service::Exec{{command}}), theirs);
    return {std::move(input[1]), std::move(output[0]), std::move(errors[0]), std::move(status[0])};
}

void Insulad::send(const std::vector<std::byte>& frame, const std::vector<int>& descriptors)
{
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int) * 4)> control{};
    iovec part{const_cast<std::byte*>(frame.data()), frame.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
        cmsghdr* rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
        std::memcpy(CMSG_DATA(rights), descriptors.data(), sizeof(int) * descriptors.size());
    }
    ASSERT_EQ(::sendmsg(socket_.get(), &message, MSG_NOSIGNAL), static_cast<ssize_t>(frame.size()));
}

bool Insulad::await(service::ServiceState wanted)
{
    const auto deadline = Clock::now() + std::chrono::milliseconds(kDeadlineMilliseconds);
    while (true) {
        auto frame = frames_.next();
        if (!frame)
            return false;
        if (*frame) {
            const auto state = wire::parse<service::State>((*frame)->body);
            if (!state)
                return false;
            if (state->state.value == wanted)
                return true;
            continue;
        }
        pollfd polled{socket_.get(), POLLIN, 0};
        std::array<std::byte, 4096> bytes;
        if (::poll(&polled, 1, milliseconds_until(deadline)) <= 0)
            return false;
        const ssize_t n = ::read(socket_.get(), bytes.data(), bytes.size());
        if (n <= 0)
            return false;
        frames_.feed(Bytes(bytes).first(static_cast<size_t>(n)));
    }
}

}  // namespace insula::test
