// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/definition.h"

#include "dom0/manager/labels.h"
#include "proto/base/escape.h"

namespace insula::manager {
namespace {

using Memory = decltype(worker::Create::memory_mib);
using Vcpus = decltype(worker::Create::vcpus);

std::string quoted(std::string_view text) { return "\"" + escape(text.substr(0, 100)) + "\""; }

bool is_template_name(std::string_view text)
{
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (text.empty() || text.size() > 63 || !plain(text.front()))
        return false;
    for (const char c : text)
        if (!plain(c) && c != '.' && c != '_' && c != '-')
            return false;
    return true;
}

template <typename Field>
Result<uint32_t> within(std::string_view key, int64_t value)
{
    if (value < int64_t{Field::kMin} || value > int64_t{Field::kMax})
        return Error(Errc::Invalid, std::string(key) + " must be " + std::to_string(Field::kMin) +
                                        " to " + std::to_string(Field::kMax) + ", not " +
                                        std::to_string(value));
    return static_cast<uint32_t>(value);
}

}  // namespace

Result<Definition> make_definition(DomainName name, std::string_view label,
                                   std::string_view template_name, std::string_view type,
                                   int64_t memory_mib, int64_t vcpus)
{
    if (!find_label(label))
        return Error(Errc::Invalid,
                     "label " + quoted(label) + " is not known; choose one of " + label_names());
    if (!is_template_name(template_name))
        return Error(Errc::Invalid, "template " + quoted(template_name) +
                                        " is not a template's name: 1 to 63 of a-z 0-9 . _ -, "
                                        "beginning with a letter or a digit");
    if (type != "pv" && type != "pvh")
        return Error(Errc::Invalid, "type " + quoted(type) + " must be pv or pvh");
    INSULA_TRY(const uint32_t memory, within<Memory>("memory_mib", memory_mib));
    INSULA_TRY(const uint32_t cpus, within<Vcpus>("vcpus", vcpus));
    return Definition{std::move(name),
                      std::string(label),
                      std::string(template_name),
                      type == "pv" ? worker::GuestType::Pv : worker::GuestType::Pvh,
                      memory,
                      cpus};
}

// Every text in it is of a plain alphabet: no quoting is needed.
std::string to_toml(const Definition& definition)
{
    std::string text = "# Domain " + definition.name.str() + ". Written by insulad.\n";
    text += "label = \"" + definition.label + "\"\n";
    text += "template = \"" + definition.template_name + "\"\n";
    text += "type = \"" + std::string(type_name(definition.type)) + "\"\n";
    text += "memory_mib = " + std::to_string(definition.memory_mib) + "\n";
    text += "vcpus = " + std::to_string(definition.vcpus) + "\n";
    return text;
}

std::string_view type_name(worker::GuestType type)
{
    return type == worker::GuestType::Pv ? "pv" : "pvh";
}

}  // namespace insula::manager
