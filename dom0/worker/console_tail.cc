// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/worker/console_tail.h"

#include "proto/base/unique_fd.h"

#include <algorithm>

#include <fcntl.h>

#include <sys/stat.h>

namespace insula::worker {

std::string console_tail(const std::string& path)
{
    // O_NONBLOCK: a fifo in the way must not hold us.
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    return console_tail(fd.get());
}

std::string console_tail(int fd)
{
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return {};
    const off_t length = std::min<off_t>(info.st_size, kConsoleTail);
    std::string tail(static_cast<size_t>(length), '\0');
    const ssize_t got = ::pread(fd, tail.data(), tail.size(), info.st_size - length);
    tail.resize(got > 0 ? static_cast<size_t>(got) : 0);
    return tail;
}

}  // namespace insula::worker
