// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/frame/title.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace insula::gui_daemon {
namespace {

struct Character {
    char32_t code = 0;
    size_t bytes = 0;  // 0: the text is not valid here
};

// One character of strict UTF-8: shortest form, no surrogates, nothing above U+10FFFF.
Character decode_first(std::string_view text)
{
    const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
    const uint8_t lead = byte(0);
    if (lead < 0x80)
        return {lead, 1};
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length)
        return {};
    char32_t code = lead & (0x7fu >> length);
    for (size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80)
            return {};
        code = code << 6 | (byte(i) & 0x3fu);
    }
    constexpr std::array<char32_t, 5> kShortest{0, 0, 0x80, 0x800, 0x10000};
    if (code < kShortest[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return {};
    return {code, length};
}

struct Range {
    char32_t first;
    char32_t last;
};

// Controls, direction marks and overrides, invisible characters, line breaks, tags.
constexpr std::array<Range, 14> kForbidden{{{0x00, 0x1f},
                                            {0x7f, 0x9f},
                                            {0xad, 0xad},
                                            {0x34f, 0x34f},
                                            {0x61c, 0x61c},
                                            {0x115f, 0x1160},
                                            {0x180e, 0x180e},
                                            {0x200b, 0x200f},
                                            {0x2028, 0x202e},
                                            {0x2060, 0x206f},
                                            {0x3164, 0x3164},
                                            {0xfe00, 0xfeff},
                                            {0xfff0, 0xfffb},
                                            {0xe0000, 0xe0fff}}};

bool is_forbidden(char32_t code)
{
    if ((code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef))  // not characters
        return true;
    // Arabic presentation forms share the block that ends in U+FEFF: they are letters.
    if (code >= 0xfe10 && code < 0xfeff)
        return false;
    return std::any_of(kForbidden.begin(), kForbidden.end(),
                       [&](Range r) { return code >= r.first && code <= r.last; });
}

}  // namespace

std::string sanitise_title(std::string_view untrusted)
{
    std::string out;
    while (!untrusted.empty()) {
        const Character next = decode_first(untrusted);
        const size_t taken = next.bytes == 0 ? 1 : next.bytes;
        const bool shown = next.bytes != 0 && !is_forbidden(next.code);
        const std::string_view piece = shown ? untrusted.substr(0, taken) : "?";
        if (out.size() + piece.size() > kMaxTitleBytes)
            break;
        out += piece;
        untrusted.remove_prefix(taken);
    }
    return out;
}

std::string sanitise_class(std::string_view untrusted)
{
    std::string out(untrusted.substr(0, kMaxClassBytes));
    for (char& c : out) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool digit = c >= '0' && c <= '9';
        if (!letter && !digit && c != '.' && c != '-')
            c = '_';
    }
    return out;
}

}  // namespace insula::gui_daemon
