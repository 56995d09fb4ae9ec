// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/domain_table.h"

#include "proto/base/handle.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>

#include <sys/file.h>
#include <sys/stat.h>

namespace insula::local_worker {
namespace {

constexpr mode_t kPrivate = 0700;

Result<void> make_folder(const std::string& path)
{
    if (::mkdir(path.c_str(), kPrivate) != 0 && errno != EEXIST)
        return system_error(errno, path);
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0)
        return system_error(errno, path);
    // Whoever else could write there would choose what runs under our user.
    if (!S_ISDIR(info.st_mode) || info.st_uid != ::geteuid() || (info.st_mode & 022) != 0)
        return Error(Errc::Denied, path + " must be a folder that its user alone may write to");
    return {};
}

std::optional<uint32_t> id_of(std::string_view file)
{
    uint32_t id = 0;
    const auto [end, status] = std::from_chars(file.data(), file.data() + file.size(), id);
    if (status != std::errc{} || end != file.data() + file.size() ||
        !worker::DomainIdField::accepts(id))
        return std::nullopt;
    return id;
}

// Counts on past ids that were used: whoever still speaks to the former domain must not meet the
// next one. The lock file remembers the last one.
uint32_t next_id(int lock)
{
    uint32_t last = 0;
    const bool known =
        ::pread(lock, &last, sizeof last, 0) == sizeof last && worker::DomainIdField::accepts(last);
    const uint32_t next = known ? last + 1 : worker::DomainIdField::kMin;
    return worker::DomainIdField::accepts(next) ? next : worker::DomainIdField::kMin;
}

}  // namespace

Result<DomainTable> DomainTable::open(const std::string& state)
{
    DomainTable table(state);
    for (const std::string& path : {state, table.domains(), state + "/home"})
        INSULA_CHECK(make_folder(path));
    return table;
}

Result<UniqueFd> DomainTable::lock() const
{
    const std::string path = state_ + "/lock";
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd || ::flock(fd.get(), LOCK_EX) != 0)
        return system_error(errno, path);
    return fd;
}

Result<std::vector<DomainFolder>> DomainTable::sweep() const
{
    const Handle<DIR, ::closedir> folder(::opendir(domains().c_str()));
    if (!folder)
        return system_error(errno, domains());
    std::vector<DomainFolder> kept;
    while (const dirent* entry = ::readdir(folder.get())) {
        const auto id = id_of(entry->d_name);
        if (!id)
            continue;
        auto domain = DomainFolder::open(domains(), *id);
        if (!domain)
            continue;  // destroyed at this moment
        // Asked for again under the maker's lock: it may have been finished in between.
        if (!domain->finished() && domain->take_over() && !domain->finished() && domain->remove())
            continue;
        kept.push_back(*std::move(domain));
    }
    std::sort(kept.begin(), kept.end(),
              [](const auto& one, const auto& other) { return one.id() < other.id(); });
    return kept;
}

Result<DomainFolder> DomainTable::add(const Record& record)
{
    INSULA_TRY(const UniqueFd held, lock());
    INSULA_TRY(const auto present, sweep());
    if (present.size() >= kMaxDomains)
        return Error(Errc::Exhausted, "there are 256 domains already; destroy one");
    for (const DomainFolder& other : present)
        if (const auto known = other.record(); known && known->name == record.name)
            return Error(Errc::Conflict, "domain " + std::to_string(other.id()) +
                                             " has this name; destroy it first");
    // One of kMaxDomains + 1 ids in a row is free.
    uint32_t id = next_id(held.get());
    for (size_t tries = 0; tries <= kMaxDomains; ++tries) {
        auto made = DomainFolder::make(domains(), id, record);
        if (made || made.error().code() != Errc::Conflict) {
            static_cast<void>(!::pwrite(held.get(), &id, sizeof id, 0));
            return made;
        }
        id = worker::DomainIdField::accepts(id + 1) ? id + 1 : worker::DomainIdField::kMin;
    }
    return Error(Errc::Exhausted, "no domain id is free");
}

Result<DomainFolder> DomainTable::find(uint32_t id) const
{
    INSULA_TRY(DomainFolder folder, DomainFolder::open(domains(), id));
    if (!folder.finished())
        return Error(Errc::NotFound, "there is no such domain");
    return folder;
}

Result<std::vector<DomainFolder>> DomainTable::all() const
{
    INSULA_TRY(const UniqueFd held, lock());
    INSULA_TRY(auto present, sweep());
    std::erase_if(present, [](const DomainFolder& domain) { return !domain.finished(); });
    return present;
}

Result<std::string> DomainTable::home_of(const std::string& name) const
{
    std::string home = state_ + "/home/" + name;
    INSULA_CHECK(make_folder(home));
    return home;
}

}  // namespace insula::local_worker
