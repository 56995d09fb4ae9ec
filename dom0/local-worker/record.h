// SPDX-License-Identifier: GPL-2.0-or-later
// What is written down about a domain when it is made.
//
// Its form on disk is that of a message body: read back with every range checked.
#pragma once

#include "proto/base/result.h"
#include "proto/worker/messages.h"

#include <tuple>

namespace insula::local_worker {

struct Record {
    worker::Name name;
    wire::Octets<16> uuid;
    uint32_t memory_mib = 0;  // as asked for; nothing enforces it
    worker::Path sockets;     // the folder of the local transport
    static constexpr auto kFields =
        std::tuple(&Record::name, &Record::uuid, &Record::memory_mib, &Record::sockets);
};

inline constexpr size_t kMaxRecord = 2048;  // bytes

// `name` is a file of the folder `folder`. The file must not be there yet.
Result<void> write_record(int folder, const char* name, const Record& record);
Result<Record> read_record(int folder, const char* name);

}  // namespace insula::local_worker
