// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/init/console_log.h"

#include <array>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/stat.h>

namespace insula::local_init {

Result<std::unique_ptr<ConsoleLog>> ConsoleLog::open(Loop& loop, int file)
{
    std::unique_ptr<ConsoleLog> log(new ConsoleLog(file));
    std::array<int, 2> raw{};
    if (::pipe2(raw.data(), O_CLOEXEC) != 0)
        return system_error(errno, "pipe2");
    log->read_end_ = UniqueFd(raw[0]);
    log->write_end_ = UniqueFd(raw[1]);
    if (::fcntl(raw[0], F_SETFL, O_NONBLOCK) != 0)
        return system_error(errno, "fcntl");
    INSULA_TRY(log->readable_, loop.watch(raw[0], EPOLLIN, [self = log.get()] { self->take(); }));
    return log;
}

void ConsoleLog::say(const std::string& text)
{
    append(bytes_of("insula-local-init: " + text + "\n"));
}

void ConsoleLog::drain()
{
    // Bounded by the pipe's size: whoever could write more has ended.
    while (take()) {
    }
}

bool ConsoleLog::take()
{
    std::array<std::byte, kChunk> chunk;
    const ssize_t got = ::read(read_end_.get(), chunk.data(), chunk.size());
    if (got > 0)
        append(Bytes(chunk).first(static_cast<size_t>(got)));
    return got > 0;
}

void ConsoleLog::append(Bytes bytes)
{
    struct stat info {};
    if (::fstat(file_, &info) == 0 && info.st_size + static_cast<off_t>(bytes.size()) > kMax)
        shorten();
    // A full disk costs the console, not the domain.
    static_cast<void>(!::write(file_, bytes.data(), bytes.size()));
}

void ConsoleLog::shorten()
{
    struct stat info {};
    if (::fstat(file_, &info) != 0)
        return;
    std::vector<char> kept(kKept);
    const off_t from = std::max<off_t>(info.st_size - static_cast<off_t>(kKept), 0);
    const ssize_t got = ::pread(file_, kept.data(), kept.size(), from);
    // In place: others hold the file open.
    if (::ftruncate(file_, 0) == 0 && got > 0)
        static_cast<void>(!::write(file_, kept.data(), static_cast<size_t>(got)));
}

}  // namespace insula::local_init
