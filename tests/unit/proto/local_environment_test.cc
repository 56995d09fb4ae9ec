// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/local/local_transport.h"

#include <cstdlib>
#include <optional>

#include <gtest/gtest.h>

namespace insula {
namespace {

// What open_local_transport() makes of VCHAN_DOMAIN.
std::optional<DomainId> domain_from(const char* text)
{
    auto loop = *Loop::create();
    ::setenv("VCHAN_SOCKET_DIR", "/tmp", 1);
    ::setenv("VCHAN_DOMAIN", text, 1);
    const auto transport = open_local_transport(loop);
    if (!transport)
        return std::nullopt;
    return (*transport)->own_domain();
}

TEST(LocalEnvironmentTest, TheDomainIsADecimalNumberBelowTheReservedOnes)
{
    EXPECT_EQ(domain_from("0"), kDom0);
    EXPECT_EQ(domain_from("32751"), DomainId{32751});
    for (const char* text :
         {"", "32752", "65536", "4294967296", "-1", "+1", " 1", "1 ", "0x1", "a"})
        EXPECT_FALSE(domain_from(text)) << text;
}

TEST(LocalEnvironmentTest, BothVariablesAreNeeded)
{
    auto loop = *Loop::create();
    ::setenv("VCHAN_SOCKET_DIR", "/tmp", 1);
    ::unsetenv("VCHAN_DOMAIN");
    EXPECT_FALSE(open_local_transport(loop));
    ::unsetenv("VCHAN_SOCKET_DIR");
    ::setenv("VCHAN_DOMAIN", "1", 1);
    EXPECT_FALSE(open_local_transport(loop));
}

TEST(LocalEnvironmentTest, ADirectoryWhoseSocketsCannotBeNamedIsAnError)
{
    auto loop = *Loop::create();
    const auto transport = make_local_transport(loop, "/" + std::string(108, 'd'), kDom0);
    const Endpoint at{DomainId{1}, Port::Gui};
    EXPECT_FALSE(transport->listen(at, 4096, [](auto) {}));
    EXPECT_FALSE(transport->connect(at, [](auto) {}));
    EXPECT_FALSE(transport->grant_source(at));
    EXPECT_FALSE(transport->grant_mapper(at));
}

}  // namespace
}  // namespace insula
