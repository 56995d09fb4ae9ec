// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fakes/fake_libxenvchan.h"

#include <algorithm>
#include <cstdint>

#include <unistd.h>

#include <sys/eventfd.h>

extern "C" {
#include <libxenvchan.h>
}

namespace insula::fake {
namespace {
Peer the_peer;
libxenvchan the_ring;
}  // namespace

Peer& peer() { return the_peer; }

void reset()
{
    if (the_peer.event_fd >= 0)
        ::close(the_peer.event_fd);
    the_peer = Peer{};
    the_peer.event_fd = ::eventfd(0, EFD_CLOEXEC);
    the_ring = libxenvchan{};
    the_ring.blocking = -1;  // a set bit
}

void Peer::notify() const
{
    const uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(event_fd, &one, sizeof one);
}

void Peer::write(size_t n, std::byte value)
{
    to_us.insert(to_us.end(), n, value);
    notify();
}

void Peer::hang_up()
{
    open = 0;
    notify();
}

void Peer::come()
{
    open = 1;
    notify();
}

}  // namespace insula::fake

using insula::fake::peer;

extern "C" {
libxenvchan* libxenvchan_server_init(xentoollog_logger*, int, const char* path, size_t, size_t)
{
    peer().offered_path = path;
    peer().open = 2;
    return &insula::fake::the_ring;
}
libxenvchan* libxenvchan_client_init(xentoollog_logger*, int, const char*)
{
    return &insula::fake::the_ring;
}
void libxenvchan_close(libxenvchan*) { peer().we_closed = true; }
int libxenvchan_fd_for_select(libxenvchan*) { return peer().event_fd; }
int libxenvchan_is_open(libxenvchan*) { return peer().open; }
int libxenvchan_wait(libxenvchan*)
{
    uint64_t n = 0;
    return ::read(peer().event_fd, &n, sizeof n) == sizeof n ? 0 : -1;
}
int libxenvchan_read(libxenvchan* ring, void* data, size_t size)
{
    peer().we_block = peer().we_block || ring->blocking != 0;
    auto& from = peer().to_us;
    if (from.empty())
        return peer().open != 0 ? 0 : -1;
    const size_t n = std::min(size, from.size());
    std::copy_n(from.begin(), n, static_cast<std::byte*>(data));
    from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(n));
    return static_cast<int>(n);
}
int libxenvchan_write(libxenvchan* ring, const void* data, size_t size)
{
    peer().we_block = peer().we_block || ring->blocking != 0;
    if (peer().open == 0 || peer().write_fails)
        return -1;
    const size_t n = std::min(size, peer().room - std::min(peer().room, peer().from_us.size()));
    const auto* bytes = static_cast<const std::byte*>(data);
    peer().from_us.insert(peer().from_us.end(), bytes, bytes + n);
    return static_cast<int>(n);
}
}
