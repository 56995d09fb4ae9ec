// SPDX-License-Identifier: GPL-2.0-or-later
// The methods: read the arguments, ask the manager, answer the message that was kept.
#include "dom0/manager/bus.h"

#include <cerrno>

#include <fcntl.h>

namespace insula::manager {
namespace {

// Kept until its answer is due; sd_bus_message counts its references itself.
using Call = std::shared_ptr<sd_bus_message>;
Call keep(sd_bus_message* message) { return {sd_bus_message_ref(message), sd_bus_message_unref}; }

Manager& manager_of(void* user) { return *static_cast<Manager*>(user); }

const char* error_name(Errc code)
{
    switch (code) {
    case Errc::Invalid:
        return "org.insula.Error.Invalid";
    case Errc::NotFound:
        return "org.insula.Error.NotFound";
    case Errc::Denied:
        return "org.insula.Error.Exists";
    case Errc::Conflict:
        return "org.insula.Error.WrongState";
    case Errc::Exhausted:
        return "org.insula.Error.Limit";
    default:
        return "org.insula.Error.Failed";
    }
}

int answer(sd_bus_message* message, const Error& error)
{
    return sd_bus_reply_method_errorf(message, error_name(error.code()), "%s",
                                      error.describe().c_str());
}

int answer(sd_bus_message* message, const Result<void>& result)
{
    return result ? sd_bus_reply_method_return(message, "") : answer(message, result.error());
}

Asker later(sd_bus_message* message)
{
    return [call = keep(message)](const Error* error) {
        error ? answer(call.get(), *error) : sd_bus_reply_method_return(call.get(), "");
    };
}

int on_create(sd_bus_message* message, void* user, sd_bus_error*)
{
    const char *name = nullptr, *label = nullptr, *source = nullptr, *type = nullptr;
    uint32_t memory = 0, vcpus = 0;
    if (const int r =
            sd_bus_message_read(message, "ssssuu", &name, &label, &source, &type, &memory, &vcpus);
        r < 0)
        return r;
    auto checked = DomainName::parse(name);
    if (!checked)
        return answer(message, checked.error());
    const auto definition =
        make_definition(*std::move(checked), label, source, type, memory, vcpus);
    if (!definition)
        return answer(message, definition.error());
    return answer(message, manager_of(user).create(*definition));
}

int on_remove(sd_bus_message* message, void* user, sd_bus_error*)
{
    const char* name = nullptr;
    if (const int r = sd_bus_message_read(message, "s", &name); r < 0)
        return r;
    return answer(message, manager_of(user).remove(name));
}

template <auto Method>
int on_ask(sd_bus_message* message, void* user, sd_bus_error*)
{
    const char* name = nullptr;
    if (const int r = sd_bus_message_read(message, "s", &name); r < 0)
        return r;
    (manager_of(user).*Method)(name, later(message));
    return 1;
}

int append(sd_bus_message* reply, const Domain& domain)
{
    const Definition& definition = domain.definition();
    const std::string state(visible(domain.state()));
    const std::string type(type_name(definition.type));
    return sd_bus_message_append(
        reply, "(sssssuuss)", domain.name().c_str(), definition.label.c_str(),
        definition.template_name.c_str(), type.c_str(), state.c_str(), domain.xen_id(),
        definition.memory_mib, domain.gui_state().c_str(), domain.failure().c_str());
}

int on_list(sd_bus_message* message, void* user, sd_bus_error*)
{
    sd_bus_message* raw = nullptr;
    if (const int r = sd_bus_message_new_method_return(message, &raw); r < 0)
        return r;
    const Handle<sd_bus_message, sd_bus_message_unref> reply(raw);
    if (const int r = sd_bus_message_open_container(raw, 'a', "(sssssuuss)"); r < 0)
        return r;
    for (const auto& [name, domain] : manager_of(user).domains())
        if (const int r = append(raw, *domain); r < 0)
            return r;
    if (const int r = sd_bus_message_close_container(raw); r < 0)
        return r;
    return sd_bus_send(nullptr, raw, nullptr);
}

// The message owns what it carries: ours must outlive it.
UniqueFd own(int fd) { return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 3)); }

int on_run(sd_bus_message* message, void* user, sd_bus_error*)
{
    const char *name = nullptr, *command = nullptr;
    int in = -1, out = -1, err = -1;
    if (const int r = sd_bus_message_read(message, "sshhh", &name, &command, &in, &out, &err);
        r < 0)
        return r;
    service::Exec exec;
    exec.command.value = command;
    if (exec.command.value.empty() || exec.command.value.size() > decltype(exec.command)::kMax)
        return answer(message, Error(Errc::Invalid, "a command must have 1 to 65535 bytes"));
    Manager::Streams streams{own(in), own(out), own(err)};
    if (!streams.in || !streams.out || !streams.err)
        return answer(message, system_error(errno, "keep the command's streams"));
    manager_of(user).run(name, std::move(exec), std::move(streams),
                         [call = keep(message)](Result<UniqueFd> status) {
                             if (!status)
                                 answer(call.get(), status.error());
                             else
                                 sd_bus_reply_method_return(call.get(), "h", status->get());
                         });
    return 1;
}

}  // namespace

const sd_bus_vtable kVtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Create", "ssssuu", "", on_create, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Remove", "s", "", on_remove, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Start", "s", "", on_ask<&Manager::start>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Stop", "s", "", on_ask<&Manager::stop>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Kill", "s", "", on_ask<&Manager::kill>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("List", "", "a(sssssuuss)", on_list, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Run", "sshhh", "h", on_run, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL("DomainChanged", "ss", 0),
    SD_BUS_VTABLE_END};

}  // namespace insula::manager
