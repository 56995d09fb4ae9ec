// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/cli/client.h"

#include "proto/base/escape.h"

#include <cstring>

#include <fcntl.h>

namespace insula::cli {
namespace {

constexpr char kName[] = "org.insula.Manager1";
constexpr char kPath[] = "/org/insula/Manager1";
// A start may wait for a create, a stop for 20 s and a destroy.
constexpr uint64_t kPatienceUsec = uint64_t{180} * 1'000'000;

void must(int r, const char* what)
{
    if (r < 0)
        throw CallFailed(std::string(what) + ": " + std::strerror(-r));
}

}  // namespace

Client::Client(BusKind kind)
{
    sd_bus* raw = nullptr;
    must(kind == BusKind::System ? sd_bus_open_system(&raw) : sd_bus_open_user(&raw),
         "no connection to the bus");
    bus_.reset(raw);
}

Client::Message Client::method(const char* name)
{
    sd_bus_message* raw = nullptr;
    must(sd_bus_message_new_method_call(bus_.get(), &raw, kName, kPath, kName, name),
         "cannot build the call");
    return Message(raw);
}

Client::Message Client::call(const Message& message)
{
    sd_bus_error error{};
    sd_bus_message* reply = nullptr;
    const int r = sd_bus_call(bus_.get(), message.get(), kPatienceUsec, &error, &reply);
    if (r >= 0)
        return Message(reply);
    const std::string name = error.name ? error.name : "";
    std::string text = error.message ? escape_lines(error.message) : std::strerror(-r);
    sd_bus_error_free(&error);
    if (name == SD_BUS_ERROR_SERVICE_UNKNOWN || name == SD_BUS_ERROR_NAME_HAS_NO_OWNER)
        text = "insulad is not running; start insula.target";
    else if (name == SD_BUS_ERROR_ACCESS_DENIED)
        text = "you may not call insulad; become a member of the group insula";
    throw CallFailed(text);
}

void Client::create(const std::string& name, const std::string& label,
                    const std::string& template_name, const std::string& type, uint32_t memory_mib,
                    uint32_t vcpus)
{
    const Message message = method("Create");
    must(sd_bus_message_append(message.get(), "ssssuu", name.c_str(), label.c_str(),
                               template_name.c_str(), type.c_str(), memory_mib, vcpus),
         "cannot build the call");
    call(message);
}

void Client::ask(const char* what, const std::string& name)
{
    const Message message = method(what);
    must(sd_bus_message_append(message.get(), "s", name.c_str()), "cannot build the call");
    call(message);
}

std::vector<Row> Client::list()
{
    const Message reply = call(method("List"));
    must(sd_bus_message_enter_container(reply.get(), 'a', "(sssssuuss)"), "List");
    std::vector<Row> rows;
    for (;;) {
        const char *name = nullptr, *label = nullptr, *source = nullptr, *type = nullptr;
        const char *state = nullptr, *gui = nullptr, *failure = nullptr;
        uint32_t xen_id = 0, memory = 0;
        const int r = sd_bus_message_read(reply.get(), "(sssssuuss)", &name, &label, &source, &type,
                                          &state, &xen_id, &memory, &gui, &failure);
        must(r, "List");
        if (r == 0)
            return rows;
        rows.push_back({name, label, source, type, state, xen_id, memory, gui, failure});
    }
}

UniqueFd Client::run(const std::string& name, const std::string& command, int in, int out, int err)
{
    const Message message = method("Run");
    must(sd_bus_message_append(message.get(), "sshhh", name.c_str(), command.c_str(), in, out, err),
         "cannot build the call");
    const Message reply = call(message);
    int status = -1;
    must(sd_bus_message_read(reply.get(), "h", &status), "Run");
    return UniqueFd(::fcntl(status, F_DUPFD_CLOEXEC, 3));  // the reply closes its own
}

}  // namespace insula::cli
