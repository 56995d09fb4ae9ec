// SPDX-License-Identifier: GPL-2.0-or-later
// What the worker and the init agree on: places and descriptors inside of a domain.
#pragma once

#include <sys/types.h>

namespace insula::local_worker::guest {

// The one user of a domain: the worker's user under another number.
inline constexpr uid_t kUser = 1000;
inline constexpr const char* kUserName = "user";
inline constexpr const char* kHome = "/home/user";
// The programs of Insula, each bound there by itself.
inline constexpr const char* kPrograms = "/run/insula/programs";
inline constexpr const char* kInit = "insula-local-init";
inline constexpr const char* kWindowAgent = "insula-window-agent";
inline constexpr const char* kExecAgent = "insula-exec-agent";
inline constexpr const char* kXServer = "/usr/bin/Xvfb";
// The sockets of the local transport.
inline constexpr const char* kSockets = "/run/insula/vchan";

// Descriptors of the init beside 0 to 2, of which 1 and 2 are the console log.
inline constexpr int kLifeFd = 3;    // see life.h
inline constexpr int kCradleFd = 4;  // see cradle.h

// On the cradle, one byte each: the init is ready; the worker lets it live.
inline constexpr char kReady = 'r';
inline constexpr char kKeep = 'k';

}  // namespace insula::local_worker::guest
