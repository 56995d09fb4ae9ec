// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/xen/grants.h"

#include "proto/base/handle.h"

#include <cerrno>

#include <sys/mman.h>

extern "C" {
#include <xengnttab.h>
}

namespace insula::xen {
namespace {

// The devices stay open as long as pages of theirs are in use: shared between those.
using Lender = std::shared_ptr<xengntshr_handle>;
using Borrower = std::shared_ptr<xengnttab_handle>;

class XenSharedPages final : public SharedPages {
public:
    XenSharedPages(Lender lender, void* start, std::vector<uint32_t> references)
        : lender_(std::move(lender)),
          bytes_(static_cast<std::byte*>(start), references.size() * kPageSize),
          references_(std::move(references))
    {}
    XenSharedPages(const XenSharedPages&) = delete;
    XenSharedPages& operator=(const XenSharedPages&) = delete;
    ~XenSharedPages() override
    {
        xengntshr_unshare(lender_.get(), bytes_.data(), static_cast<uint32_t>(references_.size()));
    }

    MutableBytes bytes() override { return bytes_; }
    std::span<const uint32_t> references() const override { return references_; }

private:
    Lender lender_;
    MutableBytes bytes_;
    std::vector<uint32_t> references_;
};

class XenGrantSource final : public GrantSource {
public:
    XenGrantSource(Lender lender, DomainId peer) : lender_(std::move(lender)), peer_(peer) {}

    Result<std::unique_ptr<SharedPages>> share(size_t pages) override
    {
        if (pages < 1 || pages > kMaxGrantedPages)
            return Error(Errc::Invalid, "number of pages to share");
        std::vector<uint32_t> references(pages);
        constexpr int kReadOnly = 0;
        // gntalloc hands out zeroed pages. Its limit is a parameter of the module: ENOSPC.
        void* const start = xengntshr_share_pages(
            lender_.get(), to_number(peer_), static_cast<int>(pages), references.data(), kReadOnly);
        if (!start)
            return Error(Errc::Exhausted, "grant of pages", errno);
        return std::unique_ptr<SharedPages>(
            std::make_unique<XenSharedPages>(lender_, start, std::move(references)));
    }

private:
    Lender lender_;
    DomainId peer_;
};

class XenMappedPages final : public MappedPages {
public:
    XenMappedPages(Borrower borrower, void* start, size_t pages)
        : borrower_(std::move(borrower)),
          bytes_(static_cast<std::byte*>(start), pages * kPageSize)
    {}
    XenMappedPages(const XenMappedPages&) = delete;
    XenMappedPages& operator=(const XenMappedPages&) = delete;
    ~XenMappedPages() override
    {
        xengnttab_unmap(borrower_.get(), bytes_.data(),
                        static_cast<uint32_t>(bytes_.size() / kPageSize));
    }

    Bytes bytes() const override { return bytes_; }

private:
    Borrower borrower_;
    MutableBytes bytes_;
};

class XenGrantMapper final : public GrantMapper {
public:
    XenGrantMapper(Borrower borrower, DomainId peer) : borrower_(std::move(borrower)), peer_(peer)
    {}

    Result<std::unique_ptr<MappedPages>> map(std::span<const uint32_t> references) override
    {
        if (references.empty() || references.size() > kMaxGrantedPages)
            return Error(Errc::Protocol, "number of references");
        // The library takes them as not const.
        std::vector<uint32_t> copy(references.begin(), references.end());
        void* const start =
            xengnttab_map_domain_grant_refs(borrower_.get(), static_cast<uint32_t>(copy.size()),
                                            to_number(peer_), copy.data(), PROT_READ);
        if (!start)
            return Error(Errc::Protocol, "mapping of granted pages", errno);
        return std::unique_ptr<MappedPages>(
            std::make_unique<XenMappedPages>(borrower_, start, copy.size()));
    }

private:
    Borrower borrower_;
    DomainId peer_;
};

}  // namespace

Result<std::unique_ptr<GrantSource>> open_grant_source(DomainId peer)
{
    Handle<xengntshr_handle, xengntshr_close> handle(xengntshr_open(/*logger=*/nullptr, 0));
    if (!handle)
        return system_error(errno, "open of gntalloc");
    return std::unique_ptr<GrantSource>(
        std::make_unique<XenGrantSource>(Lender(std::move(handle)), peer));
}

Result<std::unique_ptr<GrantMapper>> open_grant_mapper(DomainId peer)
{
    Handle<xengnttab_handle, xengnttab_close> handle(xengnttab_open(/*logger=*/nullptr, 0));
    if (!handle)
        return system_error(errno, "open of gntdev");
    return std::unique_ptr<GrantMapper>(
        std::make_unique<XenGrantMapper>(Borrower(std::move(handle)), peer));
}

}  // namespace insula::xen
