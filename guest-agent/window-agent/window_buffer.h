// SPDX-License-Identifier: GPL-2.0-or-later
// The pages that one window's picture is lent in, and when they may be taken back.
//
// The daemon may still read the buffer of the size before while it learns of the new one: that one
// is kept until it acknowledges the new one (from 1.7), or else until the next one is made. There
// are never more than two.
#pragma once

#include "guest-agent/window-agent/page_budget.h"
#include "proto/transport/granted_memory.h"

#include <memory>
#include <optional>

namespace insula::window_agent {

struct Buffer {
    PageBudget::Lease lease;
    std::unique_ptr<SharedPages> pages;
    uint32_t width;
    uint32_t height;
};

enum class DumpAcks { Expected, Never };

class WindowBuffer {
public:
    explicit WindowBuffer(DumpAcks acks) : acks_(acks) {}

    // False while the daemon owes an acknowledgement and two buffers exist.
    bool may_replace() const { return acks_ == DumpAcks::Never || !previous_; }
    // Only when may_replace(). The caller sends the WINDOW_DUMP.
    void replace(Buffer next);
    // WINDOW_DUMP_ACK; one that nobody waits for is ignored.
    void on_ack();
    // Without an acknowledgement to wait for, makes room before the next buffer is asked for.
    void drop_what_nobody_reads();

    Buffer* current() { return current_ ? &*current_ : nullptr; }

private:
    DumpAcks acks_;
    unsigned unacknowledged_ = 0;
    std::optional<Buffer> current_;
    std::optional<Buffer> previous_;
};

}  // namespace insula::window_agent
