// SPDX-License-Identifier: GPL-2.0-or-later
// One function for each request. Each sends its replies but the last and returns what went wrong.
#pragma once

#include "dom0/local-worker/domain_table.h"
#include "dom0/worker/channel.h"
#include "dom0/worker/outcome.h"
#include "proto/worker/messages.h"

#include <string>

namespace insula::local_worker {

using worker::Channel;
using worker::Failure;
using worker::Outcome;

// Builds the domain paused. On failure, or when nobody takes the answer, nothing is left behind.
// `log` is what the domain printed until it failed.
Outcome create(DomainTable& table, Channel& channel, const worker::Create& request,
               std::string& log);
Outcome unpause(const DomainTable& table, const worker::Unpause& request);
// Done as well when the domain is gone already.
Outcome destroy(const DomainTable& table, const worker::Destroy& request);
Outcome shutdown(const DomainTable& table, const worker::Shutdown& request);
Outcome list(const DomainTable& table, Channel& channel);
Outcome wait_for_death(const DomainTable& table, Channel& channel,
                       const worker::WaitForDeath& request);

}  // namespace insula::local_worker
