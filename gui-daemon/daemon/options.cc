// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/daemon/options.h"

#include "proto/base/escape.h"

#include <charconv>
#include <string_view>

namespace insula::gui_daemon {
namespace {

std::optional<uint32_t> number(std::string_view text, int base)
{
    uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

Result<void> take(Served& out, std::string_view option, std::string_view value)
{
    if (option == "--domain") {
        const auto id = number(value, 10);
        if (!id || *id == 0 || *id >= kFirstReservedDomainId)
            return Error(Errc::Invalid, "--domain takes a number from 1 to 32751");
        out.domain = static_cast<DomainId>(*id);
    } else if (option == "--name") {
        INSULA_TRY(const DomainName name, DomainName::parse(value));
        out.name = name.str();
    } else if (option == "--colour") {
        const auto colour = number(value, 16);
        if (!colour || value.size() != 6)
            return Error(Errc::Invalid, "--colour takes six hexadecimal digits");
        out.colour = *colour;
    } else if (option == "--label") {
        out.label = value;
    } else {
        return Error(Errc::Invalid, "unknown option " + escape(option));
    }
    return {};
}

}  // namespace

Result<Options> parse_options(std::span<char* const> arguments)
{
    Options options;
    Served served;
    for (size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view option = arguments[i];
        if (option == "--managed") {
            options.managed = true;
            continue;
        }
        if (i + 1 == arguments.size())
            return Error(Errc::Invalid, escape(option) + " lacks its value");
        INSULA_CHECK(take(served, option, arguments[++i]));
        options.served = served;
    }
    if (options.managed && options.served)
        return Error(Errc::Invalid, "--managed excludes the other options");
    if (!options.managed && (served.name.empty() || served.domain == DomainId{}))
        return Error(Errc::Invalid, "--domain and --name are needed");
    return options;
}

Result<Served> served_from(const service::Serve& serve)
{
    auto name = DomainName::parse(serve.name.value);
    if (!name)
        return Error(Errc::Protocol, "the manager's domain name: " + name.error().text());
    return Served{static_cast<DomainId>(serve.domain.value), name->str(), serve.colour.value,
                  escape(serve.label.value)};
}

}  // namespace insula::gui_daemon
