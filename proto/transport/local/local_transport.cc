// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/local/local_transport.h"

#include "proto/transport/local/connecting.h"
#include "proto/transport/local/grant_mapper.h"
#include "proto/transport/local/grant_source.h"
#include "proto/transport/local/listening.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace insula {
namespace {

constexpr const char* kStreamSuffix = ".sock";
constexpr const char* kMemorySuffix = ".mem.sock";

class LocalTransport final : public Transport {
public:
    LocalTransport(Loop& loop, std::string directory, DomainId own)
        : loop_(loop),
          directory_(std::move(directory)),
          own_(own)
    {}

    DomainId own_domain() const override { return own_; }

    Result<std::unique_ptr<Pending>> listen(Endpoint at, size_t, Connected connected) override
    {
        return local::Listening::start(loop_, served(at, kStreamSuffix), std::move(connected));
    }
    Result<std::unique_ptr<Pending>> connect(Endpoint to, Connected connected) override
    {
        return local::Connecting::start(loop_, reached(to, kStreamSuffix), std::move(connected));
    }
    Result<std::unique_ptr<GrantSource>> grant_source(Endpoint with) override
    {
        return local::LocalGrantSource::open(loop_, served(with, kMemorySuffix));
    }
    Result<std::unique_ptr<GrantMapper>> grant_mapper(Endpoint with) override
    {
        return local::LocalGrantMapper::connect(loop_, reached(with, kMemorySuffix));
    }

private:
    local::Name served(Endpoint at, const char* suffix) const
    {
        return local::name_of(directory_, own_, at.peer, at.port, suffix);
    }
    local::Name reached(Endpoint to, const char* suffix) const
    {
        return local::name_of(directory_, to.peer, own_, to.port, suffix);
    }

    Loop& loop_;
    std::string directory_;
    DomainId own_;
};

}  // namespace

std::unique_ptr<Transport> make_local_transport(Loop& loop, std::string directory, DomainId own)
{
    return std::make_unique<LocalTransport>(loop, std::move(directory), own);
}

Result<std::unique_ptr<Transport>> open_local_transport(Loop& loop)
{
    const char* const directory = ::getenv("VCHAN_SOCKET_DIR");
    const char* const domain = ::getenv("VCHAN_DOMAIN");
    if (!directory || *directory == '\0')
        return Error(Errc::Invalid, "VCHAN_SOCKET_DIR is not set");
    if (!domain)
        return Error(Errc::Invalid, "VCHAN_DOMAIN is not set");
    const std::string_view text(domain);
    uint32_t own = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), own);
    if (status != std::errc{} || end != text.data() + text.size() || own >= kFirstReservedDomainId)
        return Error(Errc::Invalid, "VCHAN_DOMAIN is not a domain id");
    return make_local_transport(loop, directory, DomainId{static_cast<uint16_t>(own)});
}

}  // namespace insula
