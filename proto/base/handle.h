// SPDX-License-Identifier: GPL-2.0-or-later
// Owners for what C libraries hand out. One line per library, no hand-written destructors.
#pragma once

#include <memory>

namespace insula {

// using CryptDevice = Handle<crypt_device, crypt_free>;
template <auto Free>
struct FreeWith {
    template <typename T>
    void operator()(T* p) const
    {
        Free(p);
    }
};
template <typename T, auto Free>
using Handle = std::unique_ptr<T, FreeWith<Free>>;

}  // namespace insula
