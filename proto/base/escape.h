// SPDX-License-Identifier: GPL-2.0-or-later
// Makes untrusted bytes safe for a log, a prompt or a terminal (QSB-087).
#pragma once

#include <string>
#include <string_view>

namespace insula {

// Printable ASCII stays, a backslash is doubled, everything else becomes \n, \t or \xNN: no control
// sequence, no direction mark and no invalid UTF-8 reaches whoever reads the result.
std::string escape(std::string_view untrusted);

// The same line by line: a newline stays one, "\r\n" counts as one.
std::string escape_lines(std::string_view untrusted);

}  // namespace insula
