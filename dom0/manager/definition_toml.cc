// SPDX-License-Identifier: GPL-2.0-or-later
// The one file that includes toml++; its parser reports errors as values here.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_WINDOWS_COMPAT 0
#include "dom0/manager/definition.h"
#include "proto/base/escape.h"

#include <algorithm>
#include <array>
#include <optional>

#include <toml++/toml.h>

namespace insula::manager {
namespace {

constexpr std::array<std::string_view, 5> kKeys{"label", "template", "type", "memory_mib", "vcpus"};

std::string at(const std::string& path, const toml::source_region& where)
{
    return path + ":" + std::to_string(where.begin.line) + ": ";
}

// The value of `key`, which must be there and of type T.
template <typename T>
Result<T> required(const toml::table& table, std::string_view key, const char* kind,
                   const std::string& path)
{
    const toml::node* node = table.get(key);
    if (!node)
        return Error(Errc::Invalid, path + ":1: key \"" + std::string(key) + "\" is missing");
    const auto* value = node->as<T>();
    if (!value)
        return Error(Errc::Invalid,
                     at(path, node->source()) + "key \"" + std::string(key) + "\" must be " + kind);
    return value->get();
}

Result<void> only_known_keys(const toml::table& table, const std::string& path)
{
    for (const auto& [key, node] : table)
        if (std::find(kKeys.begin(), kKeys.end(), key.str()) == kKeys.end())
            return Error(Errc::Invalid,
                         at(path, key.source()) + "unknown key \"" + escape(key.str()) + "\"");
    return {};
}

// The line of the key that the message of make_definition begins with.
std::string line_of(const toml::table& table, std::string_view message, const std::string& path)
{
    const std::string_view key = message.substr(0, message.find(' '));
    const toml::node* node = table.get(key);
    return node ? at(path, node->source()) : path + ": ";
}

}  // namespace

Result<Definition> parse_definition(DomainName name, std::string_view text, const std::string& path)
{
    if (text.size() > kMaxDefinitionFile)
        return Error(Errc::Invalid, path + ": longer than 64 KiB");
    const toml::parse_result parsed = toml::parse(text);
    if (!parsed)
        return Error(Errc::Invalid,
                     at(path, parsed.error().source()) + escape(parsed.error().description()));
    const toml::table& table = parsed.table();
    INSULA_CHECK(only_known_keys(table, path));
    INSULA_TRY(const auto label, required<std::string>(table, "label", "a text", path));
    INSULA_TRY(const auto source, required<std::string>(table, "template", "a text", path));
    INSULA_TRY(const auto type, required<std::string>(table, "type", "a text", path));
    INSULA_TRY(const auto memory, required<int64_t>(table, "memory_mib", "a whole number", path));
    INSULA_TRY(const auto vcpus, required<int64_t>(table, "vcpus", "a whole number", path));
    auto definition = make_definition(std::move(name), label, source, type, memory, vcpus);
    if (!definition)
        return std::move(definition.error())
            .within(line_of(table, definition.error().text(), path) + "wrong value");
    return definition;
}

}  // namespace insula::manager
