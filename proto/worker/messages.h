// SPDX-License-Identifier: GPL-2.0-or-later
// insulad to a worker (insula-xl-worker now, others later): one typed request on a stream socket,
// then replies, the last of which is Done or Failed. Specification: docs/protocol/worker.md.
//
// Framing: { u32 type, u32 length } and the body. The worker is trusted more than insulad; both
// sides check all the same, since a bug must not become a wrong domain.
#pragma once

#include "proto/base/result.h"
#include "proto/wire/fields.h"

#include <cstdint>
#include <tuple>

namespace insula::worker {

enum class MessageType : uint32_t {
    Create = 1,
    Unpause = 2,
    Destroy = 3,
    List = 4,
    WaitForDeath = 5,
    Shutdown = 6,
    Created = 0x81,
    Domain = 0x82,
    Died = 0x83,
    Done = 0x84,
    Failed = 0x85,
};

inline constexpr uint32_t kMaxFrame = 64 * 1024;  // body of one message

enum class GuestType : uint32_t { Pv = 1, Pvh = 2 };
using AnyGuestType = wire::OneOf<GuestType, GuestType::Pv, GuestType::Pvh>;
using DomainIdField = wire::Bounded<uint32_t, 1, 0x7fef>;
using Name = wire::String<1, 31>;
using Path = wire::String<1, 1024>;  // absolute

// Builds the domain paused. Replies: Created, then Done; or Failed with nothing left behind.
struct Create {
    static constexpr auto kType = MessageType::Create;
    Name name;
    wire::Octets<16> uuid;
    AnyGuestType type;
    wire::Bounded<uint32_t, 64, 1u << 20> memory_mib;
    wire::Bounded<uint32_t, 1, 64> vcpus;
    Path kernel;
    Path ramdisk;
    wire::String<0, 1024> command_line;
    static constexpr auto kFields =
        std::tuple(&Create::name, &Create::uuid, &Create::type, &Create::memory_mib, &Create::vcpus,
                   &Create::kernel, &Create::ramdisk, &Create::command_line);
};

// Each of these answers Done or Failed. Destroy of a domain that is gone is Done.
struct Unpause {
    static constexpr auto kType = MessageType::Unpause;
    DomainIdField domain;
    static constexpr auto kFields = std::tuple(&Unpause::domain);
};
struct Destroy {
    static constexpr auto kType = MessageType::Destroy;
    DomainIdField domain;
    static constexpr auto kFields = std::tuple(&Destroy::domain);
};
// Asks the guest's kernel to power off (the xenstore control node); does not wait for it.
struct Shutdown {
    static constexpr auto kType = MessageType::Shutdown;
    DomainIdField domain;
    static constexpr auto kFields = std::tuple(&Shutdown::domain);
};
// Replies one Domain for each domain but dom0, then Done.
struct List {
    static constexpr auto kType = MessageType::List;
    static constexpr auto kFields = std::tuple();
};
// Replies Died once the domain has shut down, crashed or vanished, then Done.
struct WaitForDeath {
    static constexpr auto kType = MessageType::WaitForDeath;
    DomainIdField domain;
    Name name;  // its console log is found by it
    static constexpr auto kFields = std::tuple(&WaitForDeath::domain, &WaitForDeath::name);
};

struct Created {
    static constexpr auto kType = MessageType::Created;
    DomainIdField domain;
    static constexpr auto kFields = std::tuple(&Created::domain);
};
enum class RunState : uint32_t { Running = 1, Paused = 2, Shutdown = 3, Dying = 4 };
struct Domain {
    static constexpr auto kType = MessageType::Domain;
    DomainIdField domain;
    wire::String<0, 256> name;
    wire::Octets<16> uuid;
    wire::OneOf<RunState, RunState::Running, RunState::Paused, RunState::Shutdown, RunState::Dying>
        state;
    uint64_t memory_kib = 0;
    static constexpr auto kFields = std::tuple(&Domain::domain, &Domain::name, &Domain::uuid,
                                               &Domain::state, &Domain::memory_kib);
};
enum class DeathCause : uint32_t { PowerOff = 1, Reboot = 2, Crash = 3, Destroyed = 4, Other = 5 };
struct Died {
    static constexpr auto kType = MessageType::Died;
    wire::OneOf<DeathCause, DeathCause::PowerOff, DeathCause::Reboot, DeathCause::Crash,
                DeathCause::Destroyed, DeathCause::Other>
        cause;
    wire::String<0, 8192> console_tail;  // guest bytes, raw: escape before showing
    static constexpr auto kFields = std::tuple(&Died::cause, &Died::console_tail);
};
struct Done {
    static constexpr auto kType = MessageType::Done;
    wire::String<0, 32768> log;  // what libxl said, raw
    static constexpr auto kFields = std::tuple(&Done::log);
};
struct Failed {
    static constexpr auto kType = MessageType::Failed;
    wire::String<1, 64> stage;   // which call: "create", "unpause", ...
    int32_t code = 0;            // libxl's error code, 0 when it has none
    wire::String<1, 512> cause;  // one sentence
    wire::String<0, 32768> log;
    static constexpr auto kFields =
        std::tuple(&Failed::stage, &Failed::code, &Failed::cause, &Failed::log);
};

}  // namespace insula::worker
