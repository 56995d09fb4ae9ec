// SPDX-License-Identifier: GPL-2.0-or-later
// The sockets that a domain leaves in the folder of the local transport when it is killed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace insula::local_worker {

// Whether `file` is the socket of a channel with domain `id` at one of its ends, or the draft of
// one: [.]vchan.<server>.<client>.<port><suffix>.
bool is_socket_of(std::string_view file, uint32_t id);

// Of a domain that has ended. What cannot be removed stays: the next offer replaces it.
void remove_sockets(const std::string& folder, uint32_t id);

}  // namespace insula::local_worker
