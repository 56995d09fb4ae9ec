// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/record.h"

#include "proto/base/unique_fd.h"
#include "proto/wire/reader.h"
#include "proto/wire/writer.h"

#include <array>
#include <cerrno>

#include <fcntl.h>

namespace insula::local_worker {

Result<void> write_record(int folder, const char* name, const Record& record)
{
    const UniqueFd fd(::openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd)
        return system_error(errno, "create a record");
    const auto body = wire::body_of(record);
    if (::write(fd.get(), body.data(), body.size()) != static_cast<ssize_t>(body.size()))
        return system_error(errno, "write a record");
    return {};
}

Result<Record> read_record(int folder, const char* name)
{
    const UniqueFd fd(::openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd && errno == ENOENT)
        return Error(Errc::NotFound, "there is no record");
    if (!fd)
        return system_error(errno, "open a record");
    std::array<std::byte, kMaxRecord> bytes;
    const ssize_t got = ::read(fd.get(), bytes.data(), bytes.size());
    if (got < 0)
        return system_error(errno, "read a record");
    return wire::parse<Record>(Bytes(bytes).first(static_cast<size_t>(got)));
}

}  // namespace insula::local_worker
