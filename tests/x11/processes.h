// SPDX-License-Identifier: GPL-2.0-or-later
// Programs that an X11 test starts and ends: X servers, the daemon, the agent.
#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <sys/wait.h>

namespace insula::x11_test {

// A directory that goes with the test.
class TemporaryDirectory {
public:
    TemporaryDirectory()
    {
        std::string name = (std::filesystem::temp_directory_path() / "insula-x11-XXXXXX").string();
        path_ = ::mkdtemp(name.data()) ? name : "";
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string operator/(const std::string& file) const { return path_ + "/" + file; }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

// One program, its errors in a file. Killed at the end.
class Process {
public:
    Process(const std::vector<std::string>& command, const std::map<std::string, std::string>& env,
            std::string log, int inherited = -1)
        : log_(std::move(log))
    {
        pid_ = ::fork();
        if (pid_ != 0)
            return;
        for (const auto& [name, value] : env)
            ::setenv(name.c_str(), value.c_str(), 1);
        const int out = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(out, STDERR_FILENO);
        if (inherited >= 0)
            ::dup2(inherited, STDOUT_FILENO);
        std::vector<char*> arguments;
        for (const std::string& one : command)
            arguments.push_back(const_cast<char*>(one.c_str()));
        arguments.push_back(nullptr);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process() { kill(); }

    // Waits for the end as well.
    void kill()
    {
        if (pid_ <= 0)
            return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    bool alive() const { return pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0; }
    // Waits for the end by itself: its exit status, -1 for a signal.
    int wait()
    {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::string errors() const
    {
        std::ifstream in(log_);
        return {std::istreambuf_iterator<char>(in), {}};
    }

private:
    std::string log_;
    pid_t pid_ = -1;
};

// An X server without a window manager. It chooses its own display number.
class XServer {
public:
    explicit XServer(const TemporaryDirectory& directory, const std::string& name)
    {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) != 0)
            return;
        process_ = std::make_unique<Process>(
            std::vector<std::string>{"Xvfb", "-displayfd", "1", "-screen", "0", "800x600x24",
                                     "-nolisten", "tcp", "-noreset"},
            std::map<std::string, std::string>{}, directory / (name + ".log"), ends[1]);
        ::close(ends[1]);
        char c = 0;
        while (::read(ends[0], &c, 1) == 1 && c != '\n')
            number_ += c;
        ::close(ends[0]);
    }
    bool running() const { return !number_.empty(); }
    std::string display() const { return ":" + number_; }
    Process& process() { return *process_; }

private:
    std::string number_;
    std::unique_ptr<Process> process_;
};

// Looks again and again, as a person would, until `seen`; the other side has no way to tell us.
inline bool eventually(const std::function<bool()>& seen,
                       std::chrono::seconds within = std::chrono::seconds(10))
{
    const auto end = std::chrono::steady_clock::now() + within;
    while (std::chrono::steady_clock::now() < end) {
        if (seen())
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return seen();
}

inline size_t count_of(const std::string& text, const std::string& what)
{
    size_t n = 0;
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++n;
    return n;
}

}  // namespace insula::x11_test
