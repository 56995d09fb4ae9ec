// SPDX-License-Identifier: GPL-2.0-or-later
// insulad to a per-domain daemon (GUI, execution): what it serves, and how it fares.
// Specification: docs/protocol/service.md.
//
// The daemon is started with a Unix stream socket as descriptor 0 (systemd's Accept=yes, or a
// socket pair) and first receives one Serve. The socket is the daemon's lifeline: end of file from
// insulad ends the daemon; end of file from the daemon tells insulad that it died.
// Framing as for workers: { u32 type, u32 length } and the body; descriptors of Exec ride as
// SCM_RIGHTS on its first byte, in the order stdin, stdout, stderr, status.
#pragma once

#include "proto/base/result.h"
#include "proto/wire/fields.h"

#include <cstdint>
#include <tuple>

namespace insula::service {

enum class MessageType : uint32_t { Serve = 1, Exec = 2, State = 0x81 };

inline constexpr uint32_t kMaxFrame = 80 * 1024;
inline constexpr size_t kExecDescriptors = 4;

struct Serve {
    static constexpr auto kType = MessageType::Serve;
    wire::Bounded<uint32_t, 1, 0x7fef> domain;
    wire::String<1, 31> name;
    wire::Bounded<uint32_t, 0, 0xffffff> colour;  // 0xRRGGBB of the label
    wire::String<1, 31> label;
    static constexpr auto kFields =
        std::tuple(&Serve::domain, &Serve::name, &Serve::colour, &Serve::label);
};

// Run a command in the guest. The status descriptor receives one int32, little-endian, the exit
// code (125 the mechanism failed, 126 denied, 127 not found), and is then closed.
struct Exec {
    static constexpr auto kType = MessageType::Exec;
    wire::String<1, 65535> command;  // "user:command line" as the execution protocol has it
    static constexpr auto kFields = std::tuple(&Exec::command);
};

enum class ServiceState : uint32_t { WaitingForAgent = 1, Connected = 2, AgentRefused = 3 };
struct State {
    static constexpr auto kType = MessageType::State;
    wire::OneOf<ServiceState, ServiceState::WaitingForAgent, ServiceState::Connected,
                ServiceState::AgentRefused>
        state;
    wire::String<0, 512> reason;  // ours, already escaped
    static constexpr auto kFields = std::tuple(&State::state, &State::reason);
};

}  // namespace insula::service
