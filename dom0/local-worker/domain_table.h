// SPDX-License-Identifier: GPL-2.0-or-later
// All domains of one state folder: who has which id, and what is a leftover.
//
// Believes the folder, which is its user's alone. Guarantees that an id is given once as long as
// its folder is there, and that looking removes what a killed worker left half made.
#pragma once

#include "dom0/local-worker/domain_folder.h"

#include <string>
#include <vector>

namespace insula::local_worker {

class DomainTable {
public:
    static constexpr size_t kMaxDomains = 256;

    // Makes what is missing of the folder.
    static Result<DomainTable> open(const std::string& state);

    // A new folder under the next free id. Errc::Conflict when the name is taken, Errc::Exhausted
    // when there are too many domains.
    Result<DomainFolder> add(const Record& record);
    // Errc::NotFound when there is none, or only a half-made one.
    Result<DomainFolder> find(uint32_t id) const;
    // Those that are finished, by id.
    Result<std::vector<DomainFolder>> all() const;

    // The guest user's home of every domain of that name: made when missing, never removed.
    Result<std::string> home_of(const std::string& name) const;

private:
    explicit DomainTable(std::string state) : state_(std::move(state)) {}
    std::string domains() const { return state_ + "/domains"; }
    // Held while ids are given and leftovers removed.
    Result<UniqueFd> lock() const;
    // Under the lock: removes leftovers and returns the rest, those being made as well.
    Result<std::vector<DomainFolder>> sweep() const;

    std::string state_;
};

}  // namespace insula::local_worker
