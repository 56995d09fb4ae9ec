// SPDX-License-Identifier: GPL-2.0-or-later
// Views of raw memory. Who owns it says the function that takes the view.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace insula {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

inline Bytes bytes_of(std::string_view text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

inline std::string_view text_of(Bytes bytes)
{
    // SAFETY: char may alias any object; the view lives no longer than `bytes`.
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace insula
