// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/dom0/manager/world.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include <fcntl.h>
#include <poll.h>

#include <sys/inotify.h>
#include <sys/wait.h>

namespace insula::test {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Starts a program; descriptors of -1 stay as they are.
pid_t spawn(const std::vector<std::string>& words, const std::string& out, const std::string& err)
{
    const pid_t pid = ::fork();
    if (pid != 0)
        return pid;
    ::dup2(::open("/dev/null", O_RDONLY), 0);
    if (!out.empty())
        ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), 1);
    if (!err.empty())
        ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), 2);
    std::vector<char*> arguments;
    for (const std::string& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

}  // namespace

World::World()
{
    std::string pattern = fs::temp_directory_path() / "insula-XXXXXX";
    if (!::mkdtemp(pattern.data()))
        std::abort();
    folder = pattern;
    fs::create_directories(folder / "model");
    fs::create_directories(folder / "state/domains");
    fs::create_directories(folder / "state/templates/debian-12");
    std::ofstream(folder / "state/templates/debian-12/vmlinux") << "kernel";
    std::ofstream(folder / "state/templates/debian-12/initramfs") << "ramdisk";
    ::setenv("INSULA_FAKE", (folder / "model").c_str(), 1);

    bus_address_ = "unix:path=" + (folder / "bus").string();
    ::setenv("DBUS_SESSION_BUS_ADDRESS", bus_address_.c_str(), 1);
    bus_ = spawn({"dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address",
                  "--address=" + bus_address_},
                 folder / "bus.out", folder / "bus.err");
    if (!eventually([this] { return !contents(folder / "bus.out").empty(); }))
        std::abort();
    start_insulad();
}

World::~World()
{
    kill_insulad();
    ::kill(bus_, SIGKILL);
    finish(bus_);
    fs::remove_all(folder);
}

void World::start_insulad()
{
    fs::remove(folder / "log");
    insulad_ = spawn({INSULAD, "--session-bus", "--state", folder / "state", "--spawn", FAKES}, "",
                     folder / "log");
    if (!eventually([this] { return log().find("serving") != std::string::npos; }))
        std::abort();
}

void World::kill_insulad()
{
    ::kill(insulad_, SIGKILL);
    finish(insulad_);
}

pid_t World::begin(const std::vector<std::string>& arguments)
{
    std::vector<std::string> words{INSULA, "--session-bus"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    fs::remove(folder / "out");
    fs::remove(folder / "err");
    return spawn(words, folder / "out", folder / "err");
}

int World::finish(pid_t pid)
{
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Ran World::insula(const std::vector<std::string>& arguments)
{
    const int code = finish(begin(arguments));
    return {code, contents(folder / "out"), contents(folder / "err")};
}

fs::path World::model(const std::string& file) const { return folder / "model" / file; }

void World::put(const std::string& file, const std::string& text)
{
    std::ofstream(model(file + ".new"), std::ios::binary) << text;
    fs::rename(model(file + ".new"), model(file));
}

void World::remove(const std::string& file) { fs::remove(model(file)); }

std::string World::log() const { return contents(folder / "log"); }

std::string World::row(const std::string& name)
{
    std::istringstream lines(insula({"list"}).out);
    for (std::string line; std::getline(lines, line);)
        if (line.rfind(name + " ", 0) == 0)
            return line;
    return "";
}

bool World::eventually(const std::function<bool()>& holds)
{
    const UniqueFd changes(::inotify_init1(IN_CLOEXEC));
    constexpr uint32_t kChanges = IN_MODIFY | IN_MOVED_TO | IN_DELETE | IN_CREATE;
    ::inotify_add_watch(changes.get(), folder.c_str(), kChanges);
    ::inotify_add_watch(changes.get(), (folder / "model").c_str(), kChanges);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        pollfd fd{changes.get(), POLLIN, 0};
        if (::poll(&fd, 1, 1000) > 0) {
            std::array<char, 4096> events;
            static_cast<void>(!::read(changes.get(), events.data(), events.size()));
        }
    }
    return true;
}

}  // namespace insula::test
