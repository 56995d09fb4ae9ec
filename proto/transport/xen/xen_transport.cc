// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/xen/xen_transport.h"

#include "proto/transport/xen/connecting.h"
#include "proto/transport/xen/grants.h"
#include "proto/transport/xen/listening.h"
#include "proto/transport/xen/store.h"

namespace insula {
namespace {

class XenTransport final : public Transport {
public:
    XenTransport(Loop& loop, DomainId own) : loop_(loop), own_(own) {}

    DomainId own_domain() const override { return own_; }

    Result<std::unique_ptr<Pending>> listen(Endpoint at, size_t ring_bytes,
                                            Connected connected) override
    {
        return xen::Listening::start(loop_, at.peer, xen::ring_path(own_, at.peer, at.port),
                                     ring_bytes, std::move(connected));
    }
    Result<std::unique_ptr<Pending>> connect(Endpoint to, Connected connected) override
    {
        return xen::Connecting::start(loop_, to.peer, xen::ring_path(to.peer, own_, to.port),
                                      std::move(connected));
    }
    Result<std::unique_ptr<GrantSource>> grant_source(Endpoint with) override
    {
        return xen::open_grant_source(with.peer);
    }
    Result<std::unique_ptr<GrantMapper>> grant_mapper(Endpoint with) override
    {
        return xen::open_grant_mapper(with.peer);
    }

private:
    Loop& loop_;
    DomainId own_;
};

}  // namespace

Result<std::unique_ptr<Transport>> open_xen_transport(Loop& loop)
{
    INSULA_TRY(const xen::Store store, xen::open_store());
    INSULA_TRY(const DomainId own, xen::read_own_domain(store.get()));
    return std::unique_ptr<Transport>(std::make_unique<XenTransport>(loop, own));
}

}  // namespace insula
