// SPDX-License-Identifier: GPL-2.0-or-later
// Pages that one domain lends to another for reading: grant references on Xen, memfds locally.
//
// The lender may change the bytes at any time: a reader copies out before it decides anything.
#pragma once

#include "proto/base/bytes.h"
#include "proto/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace insula {

inline constexpr size_t kPageSize = 4096;
// The most pages of one buffer: what a 16,384 x 6,144 window takes at 4 bytes a pixel.
inline constexpr size_t kMaxGrantedPages = 98'304;

// Pages of ours that the peer may read. Destroying it withdraws them.
class SharedPages {
public:
    virtual ~SharedPages() = default;
    virtual MutableBytes bytes() = 0;
    // One reference for each page, in order; neither consecutive nor sorted in general.
    virtual std::span<const uint32_t> references() const = 0;
};

// Lends pages to one peer.
class GrantSource {
public:
    virtual ~GrantSource() = default;
    // `pages` zeroed pages, 1 to kMaxGrantedPages. Errc::Exhausted when a limit of the kernel or of
    // the hypervisor is reached.
    virtual Result<std::unique_ptr<SharedPages>> share(size_t pages) = 0;
};

// Pages of the peer's, mapped read-only. Destroying it unmaps them.
class MappedPages {
public:
    virtual ~MappedPages() = default;
    virtual Bytes bytes() const = 0;
};

// Maps what one peer lends.
class GrantMapper {
public:
    virtual ~GrantMapper() = default;
    // TRUST: the references come from the peer. Errc::Protocol when one of them does not exist, is
    // not lent to us, or when their number is outside 1 to kMaxGrantedPages.
    virtual Result<std::unique_ptr<MappedPages>> map(std::span<const uint32_t> references) = 0;
};

}  // namespace insula
