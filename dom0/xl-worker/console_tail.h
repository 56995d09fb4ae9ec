// SPDX-License-Identifier: GPL-2.0-or-later
// The end of a guest's console log, as xenconsoled wrote it.
//
// The bytes are the guest's: raw, not text. The name was checked by DomainName, so that it cannot
// leave the folder; a symbolic link and anything but a plain file is refused.
#pragma once

#include "proto/base/ids.h"

#include <string>

namespace insula::xl_worker {

inline constexpr size_t kConsoleTail = 8192;  // worker::Died::console_tail

// The last kConsoleTail bytes of FOLDER/guest-NAME.log; empty when there is none.
std::string console_tail(const std::string& folder, const DomainName& name);

}  // namespace insula::xl_worker
