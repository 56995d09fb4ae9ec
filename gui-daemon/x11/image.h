// SPDX-License-Identifier: GPL-2.0-or-later
// Our own copy of a window's pixels, shared with the X server (MIT-SHM) where that is possible.
//
// The one copy of the picture's path: the guest's pages are read here and nowhere else, row by row;
// nothing is decided on what they hold.
#pragma once

#include "gui-daemon/frame/geometry.h"
#include "gui-daemon/x11/display.h"
#include "gui-daemon/x11/xlib.h"
#include "proto/base/bytes.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace insula::gui_daemon {

class Image {
public:
    // All black. Without shared memory the picture lives in our heap and travels by XPutImage.
    static std::unique_ptr<Image> create(const XConnection& x, const Size& size);
    ~Image();
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;

    const Size& size() const { return size_; }
    // Copies `part`, which lies within size(), from rows of size().width pixels.
    // TRUST: `from` may change while we read.
    void copy(Bytes from, const Rect& part);
    // Shows `part`, which lies within size(), at the same place of `window`.
    void put(Window window, GC gc, const Rect& part) const;

private:
    Image(const XConnection& x, const Size& size) : x_(x), size_(size) {}
    bool attach_shared();

    const XConnection& x_;
    Size size_;
    XImage* image_ = nullptr;
    XShmSegmentInfo segment_{};
    bool shared_ = false;
    std::vector<std::byte> heap_;
};

}  // namespace insula::gui_daemon
