// SPDX-License-Identifier: GPL-2.0-or-later
// The local worker in a folder of its own, spoken to as insulad does, and a look at what it leaves
// on this host. Its domains are real.
#pragma once

#include "proto/base/unique_fd.h"
#include "proto/wire/frame.h"
#include "proto/worker/messages.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace insula::test {

struct Answer {
    std::optional<uint32_t> created;
    std::vector<worker::Domain> domains;
    std::optional<worker::Died> died;
    std::optional<worker::Failed> failed;
    bool done = false;
};

using Environment = std::map<std::string, std::string>;

// One worker with one request.
class Call {
public:
    // `first` runs in the worker's process before its program does.
    Call(
        const Environment& environment, const std::vector<std::byte>& request,
        const std::function<void()>& first = [] {});
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    // Waits for the worker's end.
    Answer answer();
    // True while nothing was answered.
    bool silent() const;
    void hang_up() { socket_.reset(); }
    void kill();
    void wait();

private:
    UniqueFd socket_;
    pid_t pid_ = -1;
};

class Rig {
public:
    Rig();
    // Destroys what is left; complains if that leaves something.
    ~Rig();
    Rig(const Rig&) = delete;
    Rig& operator=(const Rig&) = delete;

    template <typename Request>
    Answer call(const Request& request) const
    {
        return Call(environment, wire::frame_of(request)).answer();
    }
    template <typename Request>
    Answer call_for(uint32_t domain) const
    {
        Request request;
        request.domain.value = domain;
        return call(request);
    }

    static worker::Create request_for(const std::string& name);
    // 0 when it failed, which is an error of the test.
    uint32_t create(const std::string& name) const;
    uint32_t start(const std::string& name) const;  // create and unpause
    std::vector<worker::Domain> list() const { return call(worker::List{}).domains; }
    std::optional<worker::RunState> state_of(uint32_t domain) const;
    Call wait_for_death(uint32_t domain, const std::string& name) const;

    // The init of a domain; nullopt when none runs.
    static std::optional<pid_t> init_of(const wire::Octets<16>& uuid);
    std::string path(const std::string& file) const { return folder / file; }
    // Nothing of any domain is left but the homes.
    std::vector<std::string> leftovers() const;
    // The line that says why domains cannot be made here; empty when they can.
    static std::string obstacle();

    std::filesystem::path folder;
    Environment environment;
};

// The processes whose command line has all of `words`.
std::vector<pid_t> processes_with(const std::vector<std::string>& words);
// The pid namespace of a process; empty when it has gone.
std::string pid_namespace(pid_t pid);
size_t processes_in(const std::string& pid_namespace);

std::string contents(const std::filesystem::path& path);
// Looks again and again: what happens inside of a namespace has no way to tell us.
bool eventually(const std::function<bool()>& holds);

}  // namespace insula::test
