// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/relay/descriptor_sink.h"

#include <cerrno>

#include <fcntl.h>

#include <sys/epoll.h>

namespace insula {

Result<std::unique_ptr<DescriptorSink>> DescriptorSink::create(Loop& loop, UniqueFd fd,
                                                               std::function<void()> progress)
{
    const int flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) < 0)
        return system_error(errno, "fcntl of a descriptor to write");
    return std::unique_ptr<DescriptorSink>(
        new DescriptorSink(loop, std::move(fd), std::move(progress)));
}

void DescriptorSink::write(Bytes bytes)
{
    if (closed() || finishing_)
        return;
    queue_.insert(queue_.end(), bytes.begin(), bytes.end());
    if (!event_)
        flush();
}

void DescriptorSink::finish()
{
    finishing_ = true;
    if (queued() == 0)
        close();
}

void DescriptorSink::flush()
{
    while (queued() > 0) {
        const ssize_t n = ::write(fd_.get(), &queue_[taken_], queued());
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            if (event_)
                return;
            auto watched = loop_.watch(fd_.get(), EPOLLOUT, [this] { on_writable(); });
            // Without a watch nobody would ever come back to the queue.
            if (!watched)
                return close();
            event_ = *std::move(watched);
            return;
        }
        if (n < 0)
            return close();
        taken_ += static_cast<size_t>(n);
    }
    queue_.clear();
    taken_ = 0;
    event_.reset();
    if (finishing_)
        close();
}

void DescriptorSink::on_writable()
{
    flush();
    if (queued() == 0)
        progress_();
}

void DescriptorSink::close()
{
    queue_.clear();
    taken_ = 0;
    event_.reset();
    fd_.reset();
}

}  // namespace insula
