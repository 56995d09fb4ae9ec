// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/cli/relay.h"

#include "proto/base/escape.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>

#include <fcntl.h>
#include <poll.h>

namespace insula::cli {
namespace {

constexpr size_t kChunk = 65536;

bool again() { return errno == EAGAIN || errno == EINTR; }

bool write_all(int fd, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EAGAIN) {
            pollfd wait{fd, POLLOUT, 0};
            ::poll(&wait, 1, -1);
        } else if (n < 0 && errno != EINTR) {
            return false;
        } else if (n > 0) {
            text.remove_prefix(static_cast<size_t>(n));
        }
    }
    return true;
}

// Our standard input into the guest's, without ever waiting for a guest that does not read.
class Input {
public:
    explicit Input(UniqueFd to) : to_(std::move(to)) { ::fcntl(to_.get(), F_SETFL, O_NONBLOCK); }

    std::array<pollfd, 2> wants() const
    {
        const bool may_read = to_ && held_.empty();
        return {pollfd{may_read ? 0 : -1, POLLIN, 0},
                pollfd{to_.get(), static_cast<short>(held_.empty() ? 0 : POLLOUT), 0}};
    }
    void on(short from_us, short to_guest)
    {
        if (to_guest & (POLLERR | POLLHUP))
            return to_.reset();
        if (from_us != 0)
            read_more();
        else if (to_guest & POLLOUT)
            write_held();
    }

private:
    void read_more()
    {
        held_.resize(kChunk);
        const ssize_t n = ::read(0, held_.data(), held_.size());
        held_.resize(n > 0 ? static_cast<size_t>(n) : 0);
        if (n == 0 || (n < 0 && !again()))
            to_.reset();
    }
    void write_held()
    {
        const ssize_t n = ::write(to_.get(), held_.data(), held_.size());
        if (n > 0)
            held_.erase(0, static_cast<size_t>(n));
        else if (n < 0 && !again())
            to_.reset();
    }

    UniqueFd to_;
    std::string held_;
};

// One of the guest's outputs into one of ours.
class Output {
public:
    Output(UniqueFd from, int to) : from_(std::move(from)), to_(to), terminal_(::isatty(to)) {}

    int fd() const { return from_.get(); }
    void on_readable()
    {
        std::string chunk(kChunk, '\0');
        const ssize_t n = ::read(from_.get(), chunk.data(), chunk.size());
        if (n < 0 && again())
            return;
        chunk.resize(n > 0 ? static_cast<size_t>(n) : 0);
        if (n <= 0 || !write_all(to_, terminal_ ? escape_lines(chunk) : chunk))
            from_.reset();
    }

private:
    UniqueFd from_;
    int to_;
    bool terminal_;
};

class Status {
public:
    explicit Status(UniqueFd from) : from_(std::move(from)) {}

    int fd() const { return from_.get(); }
    void on_readable()
    {
        const ssize_t n = ::read(from_.get(), bytes_.data() + have_, bytes_.size() - have_);
        if (n < 0 && again())
            return;
        have_ += n > 0 ? static_cast<size_t>(n) : 0;
        if (n <= 0 || have_ == bytes_.size())
            from_.reset();
    }
    int code() const
    {
        if (have_ != bytes_.size())
            return kMechanismFailed;
        uint32_t value = 0;
        for (size_t i = bytes_.size(); i-- > 0;)
            value = value << 8 | bytes_[i];
        return static_cast<int>(value & 0xff);
    }

private:
    UniqueFd from_;
    std::array<uint8_t, 4> bytes_{};
    size_t have_ = 0;
};

}  // namespace

int relay(Pipes pipes)
{
    Input input(std::move(pipes.in));
    Output out(std::move(pipes.out), 1);
    Output err(std::move(pipes.err), 2);
    Status status(std::move(pipes.status));
    while (status.fd() >= 0 || out.fd() >= 0 || err.fd() >= 0) {
        const auto in = input.wants();
        std::array<pollfd, 5> fds{in[0], in[1], pollfd{out.fd(), POLLIN, 0},
                                  pollfd{err.fd(), POLLIN, 0}, pollfd{status.fd(), POLLIN, 0}};
        if (::poll(fds.data(), fds.size(), -1) < 0) {
            if (errno == EINTR)
                continue;
            return kMechanismFailed;
        }
        input.on(fds[0].revents, fds[1].revents);
        if (fds[2].revents != 0)
            out.on_readable();
        if (fds[3].revents != 0)
            err.on_readable();
        if (fds[4].revents != 0)
            status.on_readable();
    }
    return status.code();
}

}  // namespace insula::cli
