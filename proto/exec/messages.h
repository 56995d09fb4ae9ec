// SPDX-License-Identifier: GPL-2.0-or-later
// Every message of the execution protocol (qrexec 2 to 4), one field list each.
// Specification: docs/protocol/exec.md.
//
// Framing on both kinds of channel: { u32 type, u32 length } and the body (proto/wire/frame.h).
#pragma once

#include "proto/base/result.h"
#include "proto/wire/fields.h"

#include <cstdint>
#include <string_view>
#include <tuple>

namespace insula::exec {

inline constexpr uint32_t kControlPort = 512;
inline constexpr uint32_t kFirstDataPort = 513;
inline constexpr size_t kMaxCommand = 65'535;  // with its NUL
inline constexpr size_t kMaxServiceName = 65'000;
inline constexpr size_t kRequestId = 32;

enum class MessageType : uint32_t {
    DataStdin = 0x190,
    DataStdout = 0x191,
    DataStderr = 0x192,
    DataExitCode = 0x193,
    ExecCmdline = 0x200,
    JustExec = 0x201,
    ServiceConnect = 0x202,
    ServiceRefused = 0x203,
    TriggerService = 0x210,
    ConnectionTerminated = 0x211,
    TriggerService3 = 0x212,
    Hello = 0x300,
};

// The mechanism's own exit codes; anything else is the program's.
inline constexpr int32_t kMechanismFailed = 125;
inline constexpr int32_t kDenied = 126;
inline constexpr int32_t kNotFound = 127;
inline constexpr int32_t kSignalBase = 128;  // and the number of the signal

using DomainField = wire::Bounded<uint32_t, 0, 0x7fef>;
using PortField = wire::Bounded<uint32_t, kFirstDataPort, 0x7fff'ffff>;
using RequestId = wire::Text<kRequestId>;

struct Hello {
    static constexpr auto kType = MessageType::Hello;
    uint32_t version = 0;
    static constexpr auto kFields = std::tuple(&Hello::version);
};

// A command and the NUL that ends it, which must be the body's last and only one.
using TerminatedCommand = wire::Rest<kMaxCommand>;
Result<void> check_terminated(Bytes command);

struct ExecCmdline {
    static constexpr auto kType = MessageType::ExecCmdline;
    DomainField domain;  // who serves the data channel
    PortField port;      // where
    TerminatedCommand command;
    static constexpr auto kFields =
        std::tuple(&ExecCmdline::domain, &ExecCmdline::port, &ExecCmdline::command);
    Result<void> check() const { return check_terminated(command.value); }
    std::string_view text() const
    {
        return text_of(Bytes(command.value).first(command.value.size() - 1));
    }
};

struct JustExec {
    static constexpr auto kType = MessageType::JustExec;
    DomainField domain;
    PortField port;
    TerminatedCommand command;
    static constexpr auto kFields =
        std::tuple(&JustExec::domain, &JustExec::port, &JustExec::command);
    Result<void> check() const { return check_terminated(command.value); }
    std::string_view text() const
    {
        return text_of(Bytes(command.value).first(command.value.size() - 1));
    }
};

struct ServiceConnect {
    static constexpr auto kType = MessageType::ServiceConnect;
    DomainField domain;
    PortField port;
    RequestId request;
    static constexpr auto kFields =
        std::tuple(&ServiceConnect::domain, &ServiceConnect::port, &ServiceConnect::request);
};

struct ServiceRefused {
    static constexpr auto kType = MessageType::ServiceRefused;
    RequestId request;
    static constexpr auto kFields = std::tuple(&ServiceRefused::request);
};

struct TriggerService {
    static constexpr auto kType = MessageType::TriggerService;
    wire::Text<64> service;
    wire::Text<32> target;
    RequestId request;
    static constexpr auto kFields =
        std::tuple(&TriggerService::service, &TriggerService::target, &TriggerService::request);
};

struct TriggerService3 {
    static constexpr auto kType = MessageType::TriggerService3;
    wire::Text<64> target;
    RequestId request;
    wire::Rest<kMaxServiceName> service;  // with its NUL
    static constexpr auto kFields =
        std::tuple(&TriggerService3::target, &TriggerService3::request, &TriggerService3::service);
    Result<void> check() const { return check_terminated(service.value); }
};

struct ConnectionTerminated {
    static constexpr auto kType = MessageType::ConnectionTerminated;
    DomainField domain;
    PortField port;
    static constexpr auto kFields =
        std::tuple(&ConnectionTerminated::domain, &ConnectionTerminated::port);
};

struct DataExitCode {
    static constexpr auto kType = MessageType::DataExitCode;
    int32_t code = 0;
    static constexpr auto kFields = std::tuple(&DataExitCode::code);
};

}  // namespace insula::exec
