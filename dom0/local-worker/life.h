// SPDX-License-Identifier: GPL-2.0-or-later
// The file that says whether a domain lives, and how far it came.
//
// The init holds a lock on it for as long as it lives; whoever wants to know asks the kernel for
// the holder of that lock, never a number that somebody wrote down. Its one byte is a mark that
// outlives the init. Believes whoever may write to the file: worker and init.
#pragma once

#include "proto/base/result.h"
#include "proto/base/unique_fd.h"

#include <chrono>
#include <optional>

namespace insula::local_worker {

enum class Mark : char {
    Paused = 'p',
    Running = 'r',
    PoweredOff = 'o',  // written by the init as its last act
    Destroyed = 'd',   // written by whoever is about to kill it
};

Result<void> set_mark(int life, Mark mark);
// Errc::Invalid when it is none of them.
Result<Mark> mark_of(int life);

// Takes the lock for this process until it ends. The process must not close any other descriptor
// of that file: the lock would go with it.
Result<void> hold(int life);

// The init that holds the lock, as a pidfd; nullopt when it has ended. In an init that was killed
// the lock goes a moment before the kernel has taken down the rest of the domain.
Result<std::optional<UniqueFd>> holder_of(int life);

// An init is process 1 of its pid namespace: once its pidfd shows the end, no process of the
// domain is left.
enum class Ended { Yes, PeerClosed, TimedOut };
inline constexpr std::chrono::milliseconds kForever{-1};
// Waits for the end, or for `peer` (-1: none) to show anything.
Result<Ended> await_end(const UniqueFd& init, int peer, std::chrono::milliseconds patience);
// Done as well when it has ended.
Result<void> send_signal(const UniqueFd& init, int signal);

// Kills the init that holds the lock, if any, and waits until nothing of its domain runs.
Result<void> end_life(int life);

}  // namespace insula::local_worker
