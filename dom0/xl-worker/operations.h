// SPDX-License-Identifier: GPL-2.0-or-later
// One function for each request. Each sends its replies but the last and returns what went wrong.
#pragma once

#include "dom0/worker/channel.h"
#include "dom0/worker/outcome.h"
#include "dom0/xl-worker/session.h"
#include "proto/worker/messages.h"

namespace insula::xl_worker {

using worker::Channel;
using worker::Failure;
using worker::Outcome;

// Builds the domain paused. On failure, or when nobody takes the answer, nothing is left behind.
Outcome create(Session& session, Channel& channel, const worker::Create& request);
Outcome unpause(Session& session, const worker::Unpause& request);
// Done as well when the domain is gone already.
Outcome destroy(Session& session, uint32_t domain);
Outcome shutdown(Session& session, const worker::Shutdown& request);
Outcome list(Session& session, Channel& channel);
Outcome wait_for_death(Session& session, Channel& channel, const worker::WaitForDeath& request);

}  // namespace insula::xl_worker
