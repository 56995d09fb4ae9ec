// SPDX-License-Identifier: GPL-2.0-or-later
// Calls of insulad over the bus. Blocking; a refusal is an exception with a person's text.
#pragma once

#include "proto/base/handle.h"
#include "proto/base/unique_fd.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <systemd/sd-bus.h>

namespace insula::cli {

enum class BusKind { System, Session };

class CallFailed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct Row {
    std::string name, label, template_name, type, state;
    uint32_t xen_id = 0, memory_mib = 0;
    std::string gui, failure;
};

class Client {
public:
    explicit Client(BusKind kind);

    void create(const std::string& name, const std::string& label, const std::string& template_name,
                const std::string& type, uint32_t memory_mib, uint32_t vcpus);
    // Start, Stop, Kill, Remove: returns when it is done.
    void ask(const char* what, const std::string& name);
    std::vector<Row> list();
    // The status descriptor.
    UniqueFd run(const std::string& name, const std::string& command, int in, int out, int err);

private:
    using Message = Handle<sd_bus_message, sd_bus_message_unref>;
    Message method(const char* name);
    Message call(const Message& message);

    Handle<sd_bus, sd_bus_flush_close_unref> bus_;
};

}  // namespace insula::cli
