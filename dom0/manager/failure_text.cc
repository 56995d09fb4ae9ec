// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/failure_text.h"

#include "proto/base/escape.h"

namespace insula::manager {
namespace {

constexpr size_t kLogTail = 2048;  // bytes of libxl's log that are shown

std::string_view cause(worker::DeathCause cause)
{
    switch (cause) {
    case worker::DeathCause::PowerOff:
        return "the guest powered off";
    case worker::DeathCause::Reboot:
        return "the guest asked for a reboot";
    case worker::DeathCause::Crash:
        return "the guest crashed";
    case worker::DeathCause::Destroyed:
        return "the domain was destroyed by somebody else";
    case worker::DeathCause::Other:
        return "the guest shut down for a reason that Xen does not name";
    }
    return "";
}

}  // namespace

std::string last_console_lines(std::string_view raw)
{
    while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r'))
        raw.remove_suffix(1);
    size_t from = raw.size();
    for (size_t lines = 0; lines < kConsoleLines && from != std::string_view::npos; ++lines)
        from = from == 0 ? std::string_view::npos : raw.rfind('\n', from - 1);
    return escape_lines(from == std::string_view::npos ? raw : raw.substr(from + 1));
}

std::string describe_death(const worker::Died& died)
{
    std::string text(cause(died.cause.value));
    const std::string lines = last_console_lines(died.console_tail.value);
    if (lines.empty())
        return text + "; its console said nothing";
    return text + "; the last lines of its console:\n" + lines;
}

std::string describe_failure(const worker::Failed& failed)
{
    std::string text = escape(failed.stage.value) + ": " + escape(failed.cause.value);
    if (failed.code != 0)
        text += " (libxl error " + std::to_string(failed.code) + ")";
    std::string_view log = failed.log.value;
    if (log.size() > kLogTail)
        log.remove_prefix(log.size() - kLogTail);
    if (!log.empty())
        text += "; libxl said:\n" + escape_lines(log);
    return text;
}

}  // namespace insula::manager
