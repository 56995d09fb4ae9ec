// SPDX-License-Identifier: GPL-2.0-or-later
// Plays insulad for an execution daemon, and the person who runs commands through it; daemon and
// agent are the real programs, over the local transport in a folder of their own.
#pragma once

#include "proto/base/unique_fd.h"
#include "proto/service/messages.h"
#include "proto/wire/frame.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace insula::test {

inline constexpr int kDeadlineMilliseconds = 30'000;

// A started program that is ended with the object.
class Process {
public:
    Process(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
            int standard_input);
    ~Process() { kill(); }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    void kill();
    // Its exit code, -1 when a signal ended it. Waits for the end.
    int wait();

private:
    pid_t pid_ = -1;
};

// The far ends of one command's descriptors.
struct Running {
    UniqueFd input;
    UniqueFd output;
    UniqueFd errors;
    UniqueFd status;
};

struct Outcome {
    std::string output;
    std::string errors;
    std::optional<int32_t> code;  // nothing when the deadline passed or the status broke off
};

// Feeds `input`, collects both streams and the exit code.
Outcome finish(Running running, const std::string& input = "");

class Insulad {
public:
    Insulad();
    // For a domain whose agent somebody else starts, over the sockets in `sockets`.
    Insulad(std::string sockets, uint32_t domain);
    ~Insulad();

    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    void write_file(const std::string& name, const std::string& text, mode_t mode) const;
    void start_agent();
    void stop_agent() { agent_.reset(); }
    void start_daemon();
    void stop_daemon();
    int daemon_exit_code() { return daemon_->wait(); }
    void serve();
    Running exec(const std::string& command, size_t descriptors = 4);
    Outcome run(const std::string& command, const std::string& input = "")
    {
        return finish(exec(command), input);
    }
    // Reads states from the daemon until `wanted`; false when it ends or the deadline passes.
    bool await(service::ServiceState wanted);

private:
    void send(const std::vector<std::byte>& frame, const std::vector<int>& descriptors);

    std::string folder_;
    std::string sockets_;
    uint32_t domain_ = 5;
    UniqueFd socket_;
    wire::FrameBuffer frames_{service::kMaxFrame};
    std::unique_ptr<Process> agent_;
    std::unique_ptr<Process> daemon_;
};

}  // namespace insula::test
