// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/domain_folder.h"

#include "dom0/local-worker/sockets.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include <sys/file.h>
#include <sys/stat.h>

namespace insula::local_worker {
namespace {

constexpr const char* kRecord = "record";
constexpr const char* kDraft = "record.new";
constexpr const char* kLife = "life";
constexpr const char* kConsole = "console.log";

Result<UniqueFd> open_folder(const std::string& path)
{
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT)
        return Error(Errc::NotFound, "there is no such domain");
    if (!fd)
        return system_error(errno, path);
    return fd;
}

std::string path_in(const std::string& parent, uint32_t id)
{
    return parent + "/" + std::to_string(id);
}

}  // namespace

Result<DomainFolder> DomainFolder::make(const std::string& parent, uint32_t id,
                                        const Record& record)
{
    std::string path = path_in(parent, id);
    if (::mkdir(path.c_str(), 0700) != 0) {
        if (errno == EEXIST)
            return Error(Errc::Conflict, "the domain's id is taken");
        return system_error(errno, path);
    }
    INSULA_TRY(UniqueFd fd, open_folder(path));
    DomainFolder folder(std::move(path), id, std::move(fd));
    if (!folder.take_over())
        return system_error(errno, "lock a domain's folder");
    if (auto filled = folder.fill(record); !filled) {
        static_cast<void>(folder.remove());
        return std::move(filled.error());
    }
    return folder;
}

Result<void> DomainFolder::fill(const Record& record) const
{
    INSULA_CHECK(write_record(fd_.get(), kDraft, record));
    INSULA_TRY([[maybe_unused]] const UniqueFd console,
               file(kConsole, O_WRONLY | O_CREAT | O_EXCL));
    INSULA_TRY(const UniqueFd life, file(kLife, O_WRONLY | O_CREAT | O_EXCL));
    return set_mark(life.get(), Mark::Paused);
}

Result<DomainFolder> DomainFolder::open(const std::string& parent, uint32_t id)
{
    std::string path = path_in(parent, id);
    INSULA_TRY(UniqueFd fd, open_folder(path));
    return DomainFolder(std::move(path), id, std::move(fd));
}

Result<void> DomainFolder::finish()
{
    if (::renameat(fd_.get(), kDraft, fd_.get(), kRecord) != 0)
        return system_error(errno, "finish a record");
    return {};
}

bool DomainFolder::finished() const { return ::faccessat(fd_.get(), kRecord, F_OK, 0) == 0; }

Result<Record> DomainFolder::record() const
{
    return read_record(fd_.get(), finished() ? kRecord : kDraft);
}

bool DomainFolder::take_over() const { return ::flock(fd_.get(), LOCK_EX | LOCK_NB) == 0; }

Result<UniqueFd> DomainFolder::file(const char* name, int flags) const
{
    UniqueFd fd(::openat(fd_.get(), name, flags | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd && errno == ENOENT)
        return Error(Errc::NotFound, std::string("a domain without its ") + name);
    if (!fd)
        return system_error(errno, name);
    return fd;
}

Result<UniqueFd> DomainFolder::life() const { return file(kLife, O_RDWR); }
Result<UniqueFd> DomainFolder::console() const { return file(kConsole, O_RDWR | O_APPEND); }

Result<void> DomainFolder::remove() const
{
    // A removal that is cut short leaves a half-made folder, which the next one to look removes.
    ::renameat(fd_.get(), kRecord, fd_.get(), kDraft);
    if (const auto alive = life())
        INSULA_CHECK(end_life(alive->get()));
    if (const auto known = record())
        remove_sockets(known->sockets.value, id_);
    for (const char* name : {kLife, kConsole, kRecord, kDraft})
        ::unlinkat(fd_.get(), name, 0);
    if (::rmdir(path_.c_str()) != 0 && errno != ENOENT)
        return system_error(errno, path_);
    return {};
}

}  // namespace insula::local_worker
