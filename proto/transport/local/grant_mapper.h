// SPDX-License-Identifier: GPL-2.0-or-later
// Maps memory that a local peer lends, read-only.
//
// TRUST: every record and descriptor comes from the peer. A mapping handed out can neither shrink
// nor be absent, so that reading it raises no signal.
#pragma once

#include "proto/transport/local/memory_record.h"
#include "proto/transport/local/socket.h"

#include <map>

namespace insula::local {

class LocalGrantMapper final : public GrantMapper {
public:
    // Records taken in one turn of the loop, and before one mapping.
    static constexpr size_t kRecordsPerTurn = 64;
    static constexpr size_t kRecordsPerMapping = 4 * kMaxLiveShares;

    // Errc::NotFound when the peer has no source.
    static Result<std::unique_ptr<GrantMapper>> connect(Loop& loop, const Name& name);

    Result<std::unique_ptr<MappedPages>> map(std::span<const uint32_t> references) override;

private:
    struct Lent {
        UniqueFd memory;
        uint32_t count = 0;
    };

    explicit LocalGrantMapper(UniqueFd socket) : socket_(std::move(socket)) {}

    void take(size_t most);
    Result<bool> take_one();
    Result<void> apply(MemoryRecord record, UniqueFd memory);

    UniqueFd socket_;
    // By first reference; at most kMaxLiveShares.
    std::map<uint32_t, Lent> lent_;
    EventSource ready_;
};

}  // namespace insula::local
