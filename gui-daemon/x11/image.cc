// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/x11/image.h"

#include <cstring>

#include <sys/ipc.h>
#include <sys/shm.h>

namespace insula::gui_daemon {
namespace {

constexpr int kDepth = 24;
constexpr int kBitsPerPixelPadded = 32;
constexpr size_t kPixel = 4;

}  // namespace

std::unique_ptr<Image> Image::create(const XConnection& x, const Size& size)
{
    std::unique_ptr<Image> image(new Image(x, size));
    if (x.has_shm() && image->attach_shared())
        return image;
    image->heap_.resize(size_t{size.width} * size.height * kPixel);
    // SAFETY: the image never frees the data: the destructor takes it away first.
    image->image_ = XCreateImage(x.get(), x.visual(), kDepth, ZPixmap, 0,
                                 reinterpret_cast<char*>(image->heap_.data()), size.width,
                                 size.height, kBitsPerPixelPadded, 0);
    return image;
}

bool Image::attach_shared()
{
    const size_t bytes = size_t{size_.width} * size_.height * kPixel;
    segment_.shmid = ::shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
    if (segment_.shmid < 0)
        return false;
    void* at = ::shmat(segment_.shmid, nullptr, 0);
    // SAFETY: shmat says failure by this value.
    if (at == reinterpret_cast<void*>(-1)) {
        ::shmctl(segment_.shmid, IPC_RMID, nullptr);
        return false;
    }
    segment_.shmaddr = static_cast<char*>(at);
    segment_.readOnly = True;
    static_cast<void>(x_.errors_after_sync());
    XShmAttach(x_.get(), &segment_);
    const bool attached = x_.errors_after_sync() == 0;
    // From here the segment lives as long as somebody is attached: no crash leaves it over.
    ::shmctl(segment_.shmid, IPC_RMID, nullptr);
    if (attached)
        image_ = XShmCreateImage(x_.get(), x_.visual(), kDepth, ZPixmap, segment_.shmaddr,
                                 &segment_, size_.width, size_.height);
    if (!image_) {
        ::shmdt(segment_.shmaddr);
        return false;
    }
    shared_ = true;
    return true;
}

Image::~Image()
{
    if (image_) {
        image_->data = nullptr;
        XDestroyImage(image_);
    }
    if (shared_) {
        XShmDetach(x_.get(), &segment_);
        ::shmdt(segment_.shmaddr);
    }
}

void Image::copy(Bytes from, const Rect& part)
{
    if (!image_)
        return;
    const size_t stride = size_t{size_.width} * kPixel;
    const size_t left = static_cast<size_t>(part.x) * kPixel;
    for (uint32_t row = 0; row < part.height; ++row) {
        const size_t at = (static_cast<size_t>(part.y) + row) * stride + left;
        const Bytes pixels = from.subspan(at, size_t{part.width} * kPixel);
        std::memcpy(image_->data + at, pixels.data(), pixels.size());
    }
}

void Image::put(Window window, GC gc, const Rect& part) const
{
    if (!image_)
        return;
    if (shared_)
        XShmPutImage(x_.get(), window, gc, image_, part.x, part.y, part.x, part.y, part.width,
                     part.height, False);
    else
        XPutImage(x_.get(), window, gc, image_, part.x, part.y, part.x, part.y, part.width,
                  part.height);
}

}  // namespace insula::gui_daemon
