// SPDX-License-Identifier: GPL-2.0-or-later
// The transport over Unix sockets in one directory: for trying and testing without Xen.
//
// It believes everybody who may write to the directory: no security boundary.
#pragma once

#include "proto/transport/transport.h"

#include <string>

namespace insula {

// As domain `own`, with the sockets in `directory`, which must exist.
std::unique_ptr<Transport> make_local_transport(Loop& loop, std::string directory, DomainId own);

// As VCHAN_SOCKET_DIR and VCHAN_DOMAIN say; Errc::Invalid when one is missing or out of range.
Result<std::unique_ptr<Transport>> open_local_transport(Loop& loop);

}  // namespace insula
