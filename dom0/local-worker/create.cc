// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/cradle.h"
#include "dom0/local-worker/operations.h"
#include "dom0/local-worker/places.h"
#include "dom0/local-worker/sandbox.h"
#include "dom0/worker/console_tail.h"
#include "proto/base/escape.h"
#include "proto/base/ids.h"

#include <unistd.h>

namespace insula::local_worker {
namespace {

// Removes a domain's folder, and what runs, unless the domain was finished.
class Unfinished {
public:
    explicit Unfinished(DomainFolder folder) : folder_(std::move(folder)) {}
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
    ~Unfinished()
    {
        if (!kept_)
            static_cast<void>(folder_.remove());
    }
    DomainFolder& folder() { return folder_; }
    void keep() { kept_ = true; }

private:
    DomainFolder folder_;
    bool kept_ = false;
};

// Bubblewrap names what it could not do in one line that begins with its name.
std::string complaint_of(const std::string& console)
{
    constexpr std::string_view kPrefix = "bwrap: ";
    const size_t start = console.rfind(kPrefix);
    if (start == std::string::npos)
        return "the domain's init ended; its console says why";
    const size_t end = console.find('\n', start);
    return "bubblewrap could not build the domain (" +
           escape(console.substr(start + kPrefix.size(), end - start - kPrefix.size())) +
           "); allow user namespaces (user.max_user_namespaces, kernel.unprivileged_userns_clone, "
           "kernel.apparmor_restrict_unprivileged_userns, a container's seccomp profile)";
}

Result<Cradle> build(const DomainTable& table, const DomainFolder& folder, const Record& record,
                     Programs programs)
{
    INSULA_TRY(std::string home, table.home_of(record.name.value));
    const Sandbox sandbox{folder.id(),
                          record.name.value,
                          hexadecimal(record.uuid),
                          std::move(home),
                          record.sockets.value,
                          std::move(programs),
                          ::geteuid() == 0 ? Runner::Root : Runner::User};
    INSULA_TRY(const UniqueFd life, folder.life());
    INSULA_TRY(const UniqueFd console, folder.console());
    return Cradle::start(bubblewrap_arguments(sandbox), life, console);
}

std::string console_of(const DomainFolder& folder)
{
    const auto console = folder.console();
    return console ? worker::console_tail(console->get()) : std::string();
}

}  // namespace

Outcome create(DomainTable& table, Channel& channel, const worker::Create& request,
               std::string& log)
{
    if (const auto name = DomainName::parse(request.name.value); !name)
        return Failure{"request", 0, "the name is not one of a domain: " + name.error().text()};
    auto programs = find_programs();
    if (!programs)
        return Failure{"programs", 0, programs.error().describe()};
    auto sockets = sockets_folder();
    if (!sockets)
        return Failure{"sockets", 0, sockets.error().describe()};

    const Record record{request.name, request.uuid, request.memory_mib.value, {*sockets}};
    auto added = table.add(record);
    if (!added)
        return Failure{"record", 0, added.error().describe()};
    Unfinished domain(*std::move(added));
    auto cradle = build(table, domain.folder(), record, *std::move(programs));
    if (!cradle) {
        log = console_of(domain.folder());
        if (cradle.error().code() == Errc::PeerClosed)
            return Failure{"create", 0, complaint_of(log)};
        return Failure{"create", 0, cradle.error().describe()};
    }
    worker::Created created;
    created.domain.value = domain.folder().id();
    if (!channel.reply(created))
        return Failure{"create", 0, "nobody took the answer; the domain was taken down"};
    // In this order: an init without a record is removed by the next look, while a record without
    // an init would be a dead domain that holds its name.
    if (const auto kept = cradle->keep(); !kept)
        return Failure{"create", 0, kept.error().describe()};
    if (const auto finished = domain.folder().finish(); !finished)
        return Failure{"record", 0, finished.error().describe()};
    domain.keep();
    return {};
}

}  // namespace insula::local_worker
