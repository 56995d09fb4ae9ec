// SPDX-License-Identifier: GPL-2.0-or-later
// The owner of a file descriptor.
#pragma once

#include <utility>

#include <unistd.h>

namespace insula {

class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept
    {
        const UniqueFd dying(std::exchange(fd_, std::exchange(other.fd_, -1)));
        return *this;
    }
    ~UniqueFd() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    // Gives the descriptor away: the caller closes it.
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }
    void reset()
    {
        if (const int fd = std::exchange(fd_, -1); fd >= 0)
            ::close(fd);
    }

private:
    int fd_ = -1;
};

}  // namespace insula
