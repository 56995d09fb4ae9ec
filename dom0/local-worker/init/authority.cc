// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/init/authority.h"

namespace insula::local_init {
namespace {

constexpr unsigned kFamilyWild = 0xffff;
constexpr std::string_view kMethod = "MIT-MAGIC-COOKIE-1";

// Big-endian on every machine.
void append(std::string& out, unsigned number)
{
    out += static_cast<char>(number >> 8);
    out += static_cast<char>(number & 0xff);
}

void append(std::string& out, std::string_view text)
{
    append(out, static_cast<unsigned>(text.size()));
    out += text;
}

}  // namespace

std::string authority_entry(std::string_view display, const Cookie& cookie)
{
    std::string entry;
    append(entry, kFamilyWild);
    append(entry, std::string_view());  // no address
    append(entry, display);
    append(entry, kMethod);
    append(entry, std::string_view(cookie.data(), cookie.size()));
    return entry;
}

}  // namespace insula::local_init
