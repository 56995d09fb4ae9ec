// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/relay/descriptor_source.h"

#include <cerrno>

#include <fcntl.h>

#include <sys/epoll.h>

namespace insula {

Result<std::unique_ptr<DescriptorSource>> DescriptorSource::create(Loop& loop, UniqueFd fd,
                                                                   size_t chunk, Take take)
{
    const int flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) < 0)
        return system_error(errno, "fcntl of a descriptor to read");
    std::unique_ptr<DescriptorSource> source(
        new DescriptorSource(loop, std::move(fd), chunk, std::move(take)));
    INSULA_CHECK(source->resume());
    return source;
}

Result<void> DescriptorSource::resume()
{
    if (at_end() || event_)
        return {};
    if (!is_file_) {
        auto watched = loop_.watch(fd_.get(), EPOLLIN, [this] { on_readable(); });
        if (watched) {
            event_ = *std::move(watched);
            return {};
        }
        if (watched.error().sys() != EPERM)
            return std::move(watched.error());
        is_file_ = true;
    }
    INSULA_TRY(event_, loop_.deferred([this] { on_readable(); }));
    Loop::arm(event_);
    return {};
}

void DescriptorSource::on_readable()
{
    const ssize_t n = ::read(fd_.get(), buffer_.data(), buffer_.size());
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        if (is_file_)
            Loop::arm(event_);
        return;
    }
    if (n <= 0) {
        event_.reset();
        fd_.reset();
        take_({});
        return;
    }
    if (is_file_)
        Loop::arm(event_);
    take_(Bytes(buffer_).first(static_cast<size_t>(n)));
}

}  // namespace insula
