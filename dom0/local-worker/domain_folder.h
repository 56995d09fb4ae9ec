// SPDX-License-Identifier: GPL-2.0-or-later
// The folder of one domain: its record, its life and its console.
//
// A folder without a finished record is half made: it belongs to whoever holds the maker's lock on
// it and is a leftover when nobody does.
#pragma once

#include "dom0/local-worker/life.h"
#include "dom0/local-worker/record.h"

#include <cstdint>
#include <string>

namespace insula::local_worker {

class DomainFolder {
public:
    // Makes the folder in `parent` with its draft of a record and an unheld life, and holds the
    // maker's lock as long as the object lives. Errc::Conflict when the id is taken.
    static Result<DomainFolder> make(const std::string& parent, uint32_t id, const Record& record);
    // Errc::NotFound when there is none.
    static Result<DomainFolder> open(const std::string& parent, uint32_t id);

    uint32_t id() const { return id_; }
    // The draft becomes the record: from here on the folder is a domain's.
    Result<void> finish();
    bool finished() const;
    // Of a half-made one as well.
    Result<Record> record() const;
    // True when nobody is making it; then this object holds the maker's lock.
    bool take_over() const;

    Result<UniqueFd> life() const;
    Result<UniqueFd> console() const;  // to append to, and to read
    // Ends what runs, then removes folder and sockets. May be called twice.
    Result<void> remove() const;

private:
    DomainFolder(std::string path, uint32_t id, UniqueFd fd)
        : path_(std::move(path)),
          id_(id),
          fd_(std::move(fd))
    {}
    Result<void> fill(const Record& record) const;
    Result<UniqueFd> file(const char* name, int flags) const;

    std::string path_;
    uint32_t id_;
    UniqueFd fd_;
};

}  // namespace insula::local_worker
