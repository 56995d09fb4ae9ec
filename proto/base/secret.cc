// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/base/secret.h"

#include <cerrno>

#include <sys/mman.h>

namespace insula {
namespace {

// Pages of their own, so that locking and wiping touch nobody else's bytes.
constexpr size_t kMapping = Secret::kMaxSize;

}  // namespace

Result<Secret> Secret::create(size_t size)
{
    if (size == 0 || size > kMaxSize)
        return Error(Errc::Invalid, "a secret has 1 to 4096 bytes");
    void* const pages =
        ::mmap(nullptr, kMapping, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return system_error(errno, "memory for a secret");
    if (::mlock(pages, kMapping) != 0 || ::madvise(pages, kMapping, MADV_DONTDUMP) != 0) {
        const int errnum = errno;
        ::munmap(pages, kMapping);
        return system_error(errnum, "locking a secret in memory");
    }
    return Secret(static_cast<std::byte*>(pages), size);
}

Secret::~Secret()
{
    if (!data_)
        return;
    ::explicit_bzero(data_, kMapping);
    ::munmap(data_, kMapping);
}

bool operator==(const Secret& a, const Secret& b)
{
    if (a.size_ != b.size_)
        return false;
    std::byte difference{0};
    for (size_t i = 0; i < a.size_; ++i)
        difference |= a.data_[i] ^ b.data_[i];
    return difference == std::byte{0};
}

}  // namespace insula
