// SPDX-License-Identifier: GPL-2.0-or-later
// Decides what a domain consists of: the arguments of bubblewrap. Pure.
//
// Everything that is not named here is the root's tmpfs and gone with the domain.
#pragma once

#include "dom0/local-worker/places.h"
#include "dom0/local-worker/record.h"

#include <cstdint>
#include <string>
#include <vector>

namespace insula::local_worker {

// Who runs the worker. Root's domains must be kept from what a file's owner may do without any
// capability.
enum class Runner { User, Root };

struct Sandbox {
    uint32_t domain;
    std::string name;
    std::string uuid;  // 32 hexadecimal digits
    std::string home;
    std::string sockets;
    Programs programs;
    Runner runner;
};

// The first one is the program itself.
std::vector<std::string> bubblewrap_arguments(const Sandbox& sandbox);

std::string hexadecimal(const wire::Octets<16>& uuid);

}  // namespace insula::local_worker
