// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/x/picture.h"

#include "guest-agent/window-agent/page_budget.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>
#include <X11/extensions/Xcomposite.h>

#include <sys/ipc.h>
#include <sys/shm.h>

namespace insula::window_agent::x {
namespace {

struct DestroyImage {
    void operator()(XImage* image) const
    {
        // The segment is not Xlib's to free.
        image->data = nullptr;
        image->f.destroy_image(image);
    }
};
using Image = std::unique_ptr<XImage, DestroyImage>;

}  // namespace

Result<std::unique_ptr<Segment>> Segment::attach(Connection& connection)
{
    const int id = shmget(IPC_PRIVATE, kSegmentBytes, IPC_CREAT | 0600);
    if (id < 0)
        return system_error(errno, "shmget");
    void* const address = shmat(id, nullptr, 0);
    if (std::bit_cast<intptr_t>(address) == -1) {
        const int failure = errno;
        shmctl(id, IPC_RMID, nullptr);
        return system_error(failure, "shmat");
    }
    std::unique_ptr<Segment> segment(new Segment(connection, id, static_cast<char*>(address)));

    XShmSegmentInfo info{};
    info.shmid = id;
    info.shmaddr = segment->address_;
    const unsigned long before = error_count();
    XShmAttach(connection.display(), &info);
    const bool failed = failed_since(connection, before);
    // From here on it lives as long as somebody is attached.
    shmctl(id, IPC_RMID, nullptr);
    if (failed)
        return Error(Errc::System, "the X server cannot attach shared memory");
    segment->x_id_ = info.shmseg;
    return segment;
}

Segment::~Segment()
{
    XShmSegmentInfo info{};
    info.shmseg = x_id_;
    if (x_id_ != 0)
        XShmDetach(connection_.display(), &info);
    shmdt(address_);
}

void Picture::forget()
{
    if (const unsigned long pixmap = std::exchange(pixmap_, 0); pixmap != 0)
        XFreePixmap(connection_.display(), pixmap);
}

Result<void> Picture::name()
{
    const ::Window window = static_cast<::Window>(window_);
    XWindowAttributes attributes{};
    if (XGetWindowAttributes(connection_.display(), window, &attributes) == 0 ||
        attributes.map_state != IsViewable)
        return Error(Errc::NotFound, "window not viewable");
    visual_ = attributes.visual;
    depth_ = static_cast<unsigned>(attributes.depth);
    const unsigned long before = error_count();
    const unsigned long pixmap = XCompositeNameWindowPixmap(connection_.display(), window);
    if (failed_since(connection_, before))
        return Error(Errc::NotFound, "window without a pixmap");
    pixmap_ = pixmap;
    return {};
}

Result<void> Picture::copy(const Segment& segment, const Rect& area, MutableBytes to,
                           uint32_t stride)
{
    if (pixmap_ == 0)
        INSULA_CHECK(name());
    const uint32_t row_bytes = stride_of(area.width);
    const uint32_t strip_rows = static_cast<uint32_t>(kSegmentBytes / row_bytes);
    for (uint32_t done = 0; done < area.height; done += strip_rows) {
        const uint32_t rows = std::min(strip_rows, area.height - done);
        XShmSegmentInfo info{};
        info.shmseg = segment.x_id_;
        info.shmid = segment.id_;
        info.shmaddr = segment.address_;
        const Image image(XShmCreateImage(connection_.display(), static_cast<Visual*>(visual_),
                                          depth_, ZPixmap, segment.address_, &info, area.width,
                                          rows));
        if (!image || image->bits_per_pixel != 32 ||
            image->bytes_per_line != static_cast<int>(row_bytes))
            return Error(Errc::NotFound, "window of a depth without 32 bits a pixel");
        const int top = area.y + static_cast<int>(done);
        if (XShmGetImage(connection_.display(), pixmap_, image.get(), area.x, top, AllPlanes) == 0)
            return Error(Errc::NotFound, "window changed while it was read");
        for (uint32_t row = 0; row < rows; ++row) {
            const size_t at = size_t{stride} * (static_cast<uint32_t>(top) + row) +
                              stride_of(static_cast<uint32_t>(area.x));
            const Bytes from(
                std::as_bytes(std::span(segment.address_ + size_t{row_bytes} * row, row_bytes)));
            const MutableBytes target = to.subspan(at, row_bytes);
            std::memcpy(target.data(), from.data(), from.size());
        }
    }
    return {};
}

}  // namespace insula::window_agent::x
