// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the pixels of redirected windows.
//
// Pixels pass through one SysV segment of fixed size that the X server writes into, strip by strip,
// so that the daemon never shares memory with the guest's X server and a large window needs no
// large segment.
#pragma once

#include "guest-agent/window-agent/x/connection.h"
#include "proto/base/bytes.h"

#include <cstddef>

namespace insula::window_agent::x {

// 128 rows of the widest window.
inline constexpr size_t kSegmentBytes = size_t{8} * 1024 * 1024;

class Segment {
public:
    // Errc::System when the kernel or the X server refuses it.
    static Result<std::unique_ptr<Segment>> attach(Connection& connection);
    Segment(const Segment&) = delete;
    Segment& operator=(const Segment&) = delete;
    ~Segment();

private:
    friend class Picture;
    Segment(Connection& connection, int id, char* address)
        : connection_(connection),
          id_(id),
          address_(address)
    {}

    Connection& connection_;
    int id_;
    char* address_;
    unsigned long x_id_ = 0;
};

// The off-screen pixmap of one viewable window; it keeps its size when the window gets another.
class Picture {
public:
    explicit Picture(Connection& connection, XWindow window)
        : connection_(connection),
          window_(window)
    {}
    Picture(const Picture&) = delete;
    Picture& operator=(const Picture&) = delete;
    ~Picture() { forget(); }

    // To be called whenever the window is mapped or gets another size.
    void forget();
    // Copies the pixels of `area`, which lies within the window, to the same place of `to`: rows of
    // `stride` bytes, 4 bytes a pixel in the order blue, green, red, unused. Errc::NotFound when
    // the window vanished, changed its size or is not viewable any more.
    Result<void> copy(const Segment& segment, const Rect& area, MutableBytes to, uint32_t stride);

private:
    Result<void> name();

    Connection& connection_;
    XWindow window_;
    unsigned long pixmap_ = 0;
    void* visual_ = nullptr;
    unsigned depth_ = 0;
};

}  // namespace insula::window_agent::x
