// SPDX-License-Identifier: GPL-2.0-or-later
// Identifiers that cross a boundary, each a type of its own so that none is taken for another.
#pragma once

#include "proto/base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace insula {

// A Xen domain id. Xen reserves 0x7FF0 and up for its own meanings.
enum class DomainId : uint16_t {};
inline constexpr DomainId kDom0{0};
inline constexpr uint32_t kFirstReservedDomainId = 0x7FF0;

inline constexpr unsigned to_number(DomainId id) { return static_cast<unsigned>(id); }

// The name of a domain: 1 to 31 of [A-Za-z0-9_.-], beginning with a letter, not "dom0" or
// "Domain-0". A value of this type always satisfies the rule.
class DomainName {
public:
    static constexpr size_t kMaxLength = 31;

    // Errc::Invalid with a text that says which rule was broken, fit for a person.
    static Result<DomainName> parse(std::string_view text);

    const std::string& str() const { return text_; }
    auto operator<=>(const DomainName&) const = default;

private:
    explicit DomainName(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

}  // namespace insula
