// SPDX-License-Identifier: GPL-2.0-or-later
// The transport between domains of Xen: libxenvchan for streams, grants for memory.
//
// TRUST: rings and granted pages are memory that the peer writes at any time; only copies leave it.
#pragma once

#include "proto/transport/transport.h"

namespace insula {

// Errc::System when this is no domain of Xen, or its devices are not ours to open.
Result<std::unique_ptr<Transport>> open_xen_transport(Loop& loop);

}  // namespace insula
