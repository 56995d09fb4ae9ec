// SPDX-License-Identifier: GPL-2.0-or-later
// Lends memory locally: memfds that are announced to every mapper that connects.
#pragma once

#include "proto/transport/local/announcer.h"
#include "proto/transport/local/socket.h"

namespace insula::local {

class LocalGrantSource final : public GrantSource {
public:
    // Mappers served at once; one that comes beyond them is turned away.
    static constexpr size_t kMaxMappers = 4;

    static Result<std::unique_ptr<GrantSource>> open(Loop& loop, Name name);
    ~LocalGrantSource() override;

    // At most kMaxLiveShares at a time. The shares may outlive the source.
    Result<std::unique_ptr<SharedPages>> share(size_t pages) override;

    // What the shares refer back to; for grant_source.cc.
    struct State;

private:
    explicit LocalGrantSource(std::shared_ptr<State> state) : state_(std::move(state)) {}

    // Owned here; a share holds a weak reference, to withdraw itself.
    std::shared_ptr<State> state_;
};

}  // namespace insula::local
