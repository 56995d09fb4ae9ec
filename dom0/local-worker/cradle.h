// SPDX-License-Identifier: GPL-2.0-or-later
// A domain between its first process and the moment from which it lives without its maker.
//
// A socket pair joins worker and init. The init says when it is ready, and ends by itself when the
// worker's end closes before it was told to live on: a worker that is killed leaves no process.
#pragma once

#include "proto/base/result.h"
#include "proto/base/unique_fd.h"

#include <chrono>
#include <string>
#include <vector>

namespace insula::local_worker {

class Cradle {
public:
    static constexpr std::chrono::milliseconds kPatience{30'000};

    // Starts bubblewrap with `arguments` and waits until the init inside holds `life` and waits in
    // turn. What anything inside prints goes to `console`; there is the reason, too, when this
    // fails with Errc::PeerClosed.
    static Result<Cradle> start(const std::vector<std::string>& arguments, const UniqueFd& life,
                                const UniqueFd& console);
    // From now on the domain lives without us.
    Result<void> keep();

private:
    explicit Cradle(UniqueFd socket) : socket_(std::move(socket)) {}

    UniqueFd socket_;
};

}  // namespace insula::local_worker
