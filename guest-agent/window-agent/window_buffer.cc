// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/window_buffer.h"

#include <utility>

namespace insula::window_agent {

void WindowBuffer::replace(Buffer next)
{
    previous_ = std::move(current_);
    current_ = std::move(next);
    if (acks_ == DumpAcks::Expected)
        ++unacknowledged_;
}

void WindowBuffer::on_ack()
{
    if (unacknowledged_ == 0)
        return;
    // The first of two acknowledgements is for the older buffer: it may be in use still.
    if (--unacknowledged_ == 0)
        previous_.reset();
}

void WindowBuffer::drop_what_nobody_reads()
{
    if (acks_ == DumpAcks::Never)
        previous_.reset();
}

}  // namespace insula::window_agent
