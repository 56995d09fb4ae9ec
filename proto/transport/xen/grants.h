// SPDX-License-Identifier: GPL-2.0-or-later
// Granted pages of Xen: lending through /dev/xen/gntalloc, mapping through /dev/xen/gntdev.
#pragma once

#include "proto/base/ids.h"
#include "proto/transport/granted_memory.h"

namespace insula::xen {

// Lends pages to `peer`, which can read them, not write. The shares may outlive the source.
Result<std::unique_ptr<GrantSource>> open_grant_source(DomainId peer);

// Maps pages of `peer` read-only. What is mapped may outlive the mapper.
Result<std::unique_ptr<GrantMapper>> open_grant_mapper(DomainId peer);

}  // namespace insula::xen
