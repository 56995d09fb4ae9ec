// SPDX-License-Identifier: GPL-2.0-or-later
// The volatile files that a domain's programs expect: accounts, names, folders, the X authority.
#pragma once

#include "proto/base/result.h"

#include <string>

namespace insula::local_init {

// Where the agents and the person's programs look for it: guest-agent/exec-agent/plan.h.
inline constexpr const char* kXauthority = "/run/insula/xauthority";

// `uuid` is 32 hexadecimal digits.
Result<void> make_guest_files(const std::string& name, const std::string& uuid);

// /run/user/<the guest's user>.
std::string runtime_folder();

}  // namespace insula::local_init
