// SPDX-License-Identifier: GPL-2.0-or-later
// The end of a guest's console log.
//
// The bytes are the guest's: raw, not text. A symbolic link and anything but a plain file is
// refused. The caller vouches for the path: a name in it was checked by DomainName.
#pragma once

#include <cstddef>
#include <string>

namespace insula::worker {

inline constexpr size_t kConsoleTail = 8192;  // Died::console_tail

// The last kConsoleTail bytes of a log; empty when there is none.
std::string console_tail(const std::string& path);
// The same of an open file.
std::string console_tail(int fd);

}  // namespace insula::worker
