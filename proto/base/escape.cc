// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/base/escape.h"

namespace insula {
namespace {

void append_escaped(std::string& out, char c)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\')
        out += "\\\\";
    else if (byte >= 0x20 && byte < 0x7f)
        out += c;
    else if (c == '\n')
        out += "\\n";
    else if (c == '\t')
        out += "\\t";
    else {
        out += "\\x";
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
}

}  // namespace

std::string escape(std::string_view untrusted)
{
    std::string out;
    out.reserve(untrusted.size());
    for (const char c : untrusted)
        append_escaped(out, c);
    return out;
}

std::string escape_lines(std::string_view untrusted)
{
    std::string out;
    out.reserve(untrusted.size());
    for (size_t i = 0; i < untrusted.size(); ++i) {
        if (untrusted[i] == '\r' && i + 1 < untrusted.size() && untrusted[i + 1] == '\n')
            continue;
        if (untrusted[i] == '\n')
            out += '\n';
        else
            append_escaped(out, untrusted[i]);
    }
    return out;
}

}  // namespace insula
