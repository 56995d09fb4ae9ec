// SPDX-License-Identifier: GPL-2.0-or-later
// What a person defined a domain to be, and its form as TOML.
//
// Pure. Guarantees that a Definition obeys every rule; errors name file, line and key.
#pragma once

#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/worker/messages.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace insula::manager {

inline constexpr size_t kMaxDefinitionFile = size_t{64} * 1024;  // bytes

struct Definition {
    DomainName name;
    std::string label;          // one of kLabels
    std::string template_name;  // [a-z0-9][a-z0-9._-]{0,62}: a folder's name
    worker::GuestType type;
    uint32_t memory_mib;  // 64 to 2^20
    uint32_t vcpus;       // 1 to 64
};

// As a person or a caller spells it; `name` has been checked already. Errc::Invalid.
Result<Definition> make_definition(DomainName name, std::string_view label,
                                   std::string_view template_name, std::string_view type,
                                   int64_t memory_mib, int64_t vcpus);

// The file's text; `path` is for the error's sake. Errc::Invalid, "path:line: what".
Result<Definition> parse_definition(DomainName name, std::string_view text,
                                    const std::string& path);
std::string to_toml(const Definition& definition);

std::string_view type_name(worker::GuestType type);

}  // namespace insula::manager
