// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/local/local_transport.h"
#include "proto/transport/transport.h"
#include "proto/transport/xen/xen_transport.h"

#include <cstdlib>

namespace insula {

Result<std::unique_ptr<Transport>> open_transport(Loop& loop)
{
    if (::getenv("VCHAN_SOCKET_DIR"))
        return open_local_transport(loop);
    return open_xen_transport(loop);
}

}  // namespace insula
