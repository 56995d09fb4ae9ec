// SPDX-License-Identifier: GPL-2.0-or-later
// The definitions on disk, FOLDER/domains/NAME.toml, and the templates beside them.
//
// Guarantees that a definition is on disk whole or not at all, whatever moment the power fails.
#pragma once

#include "dom0/manager/definition.h"

#include <string>
#include <vector>

namespace insula::manager {

inline constexpr size_t kMaxDomains = 256;

struct BootFiles {
    std::string kernel;
    std::string ramdisk;
};

class Store {
public:
    explicit Store(std::string folder) : folder_(std::move(folder)) {}

    struct Loaded {
        std::vector<Definition> definitions;
        std::vector<Error> errors;  // one for each file that was passed over
    };
    Result<Loaded> load() const;
    Result<void> save(const Definition& definition) const;
    Result<void> remove(const DomainName& name) const;

    // The kernel and the ramdisk of a template; Errc::NotFound says how to get it.
    Result<BootFiles> boot_files(const std::string& template_name) const;

private:
    std::string domains() const { return folder_ + "/domains"; }
    std::string path_of(const DomainName& name) const;

    std::string folder_;
};

}  // namespace insula::manager
