// SPDX-License-Identifier: GPL-2.0-or-later
// How many pages a window's buffer takes, and how many all buffers together may. Pure.
#pragma once

#include "proto/transport/granted_memory.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace insula::window_agent {

// 768 MiB: two of the largest windows. A guest with less memory meets the kernel's limit first.
inline constexpr size_t kMaxTotalPages = 2 * kMaxGrantedPages;

inline constexpr uint32_t kBytesPerPixel = 4;
constexpr uint32_t stride_of(uint32_t width) { return width * kBytesPerPixel; }
// Width and height within the protocol's limits: at most kMaxGrantedPages.
constexpr size_t pages_for(uint32_t width, uint32_t height)
{
    return (size_t{stride_of(width)} * height + kPageSize - 1) / kPageSize;
}

// The budget must outlive its leases.
class PageBudget {
public:
    class Lease {
    public:
        Lease(Lease&& other) noexcept
            : budget_(std::exchange(other.budget_, nullptr)),
              pages_(other.pages_)
        {}
        Lease& operator=(Lease&& other) noexcept
        {
            std::swap(budget_, other.budget_);
            std::swap(pages_, other.pages_);
            return *this;
        }
        ~Lease()
        {
            if (budget_)
                budget_->used_ -= pages_;
        }

    private:
        friend class PageBudget;
        Lease(PageBudget* budget, size_t pages) : budget_(budget), pages_(pages) {}

        PageBudget* budget_;
        size_t pages_;
    };

    // nullopt when kMaxTotalPages would be passed.
    std::optional<Lease> take(size_t pages)
    {
        if (pages > kMaxTotalPages - used_)
            return std::nullopt;
        used_ += pages;
        return Lease(this, pages);
    }
    size_t used() const { return used_; }

private:
    size_t used_ = 0;
};

}  // namespace insula::window_agent
