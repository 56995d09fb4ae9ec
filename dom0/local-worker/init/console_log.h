// SPDX-License-Identifier: GPL-2.0-or-later
// The domain's console: what every program inside prints, in one file of bounded size.
//
// The bytes are the guest's. Guarantees that the file never grows beyond kMax and that the newest
// bytes are the ones kept.
#pragma once

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/base/unique_fd.h"
#include "proto/event/loop.h"

#include <memory>
#include <string>

namespace insula::local_init {

class ConsoleLog {
public:
    static constexpr off_t kMax = off_t{256} * 1024;
    static constexpr size_t kKept = size_t{64} * 1024;  // of a file that became too long
    static constexpr size_t kChunk = size_t{16} * 1024;

    // `file` is open for reading and appending, and not owned.
    static Result<std::unique_ptr<ConsoleLog>> open(Loop& loop, int file);

    // What programs get as their output: a pipe, so that they cannot write past the limit.
    int input() const { return write_end_.get(); }
    // A line of the init itself.
    void say(const std::string& text);
    // Takes what is still in the pipe.
    void drain();

private:
    explicit ConsoleLog(int file) : file_(file) {}
    // False when nothing was there.
    bool take();
    void append(Bytes bytes);
    void shorten();

    int file_;
    UniqueFd read_end_;  // before the source that watches it
    UniqueFd write_end_;
    EventSource readable_;
};

}  // namespace insula::local_init
