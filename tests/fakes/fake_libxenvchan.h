// SPDX-License-Identifier: GPL-2.0-or-later
// A libxenvchan that a test can play the peer of. Linked instead of the real one.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

namespace insula::fake {

struct Peer {
    std::deque<std::byte> to_us;
    std::deque<std::byte> from_us;
    size_t room = 65536;
    // What libxenvchan_is_open() says: 0 gone, 1 here, 2 not come yet.
    int open = 1;
    // Our end no longer reaches the peer's, while it still says that it is there.
    bool write_fails = false;
    bool we_closed = false;
    bool we_block = false;
    int event_fd = -1;
    std::string offered_path;

    void write(size_t n, std::byte value = std::byte{7});
    void hang_up();
    void come();
    void notify() const;
};

Peer& peer();
void reset();

}  // namespace insula::fake
