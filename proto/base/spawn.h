// SPDX-License-Identifier: GPL-2.0-or-later
// One program to start by posix_spawn(): which descriptors, signals and variables it is given.
//
// No signal is blocked in it. A step that cannot be noted is the error of start().
#pragma once

#include "proto/base/result.h"

#include <string>
#include <vector>

#include <spawn.h>

namespace insula {

// What exec and posix_spawn() take, nullptr at its end. Valid as long as `texts` is unchanged.
std::vector<char*> pointers_to(const std::vector<std::string>& texts);

class Spawn {
public:
    Spawn();
    ~Spawn();
    Spawn(const Spawn&) = delete;
    Spawn& operator=(const Spawn&) = delete;

    // In the order of the calls: `source` becomes `target`; `target` reads /dev/null; `first` and
    // all above it are closed.
    void give(int source, int target);
    void read_nothing(int target);
    void close_from(int first);
    // Without the terminal of whoever started us.
    void in_new_session() { flags_ |= POSIX_SPAWN_SETSID; }
    void with_default_signals();

    // `words`: an absolute path and the arguments; `environment`: NAME=value. Errc::System.
    Result<pid_t> start(const std::vector<std::string>& words,
                        const std::vector<std::string>& environment);
    Result<pid_t> start_in_our_environment(const std::vector<std::string>& words);

private:
    Result<pid_t> launch(const std::vector<std::string>& words, char* const* environment);
    void note(int error) { error_ = error_ != 0 ? error_ : error; }

    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
    int flags_ = POSIX_SPAWN_SETSIGMASK;
    int error_ = 0;
};

}  // namespace insula
