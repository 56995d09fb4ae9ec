// SPDX-License-Identifier: GPL-2.0-or-later
// Skips, saying why, where no domain can be made. With --as-user, root's run is that of nobody.
#include "tests/unit/dom0/local-worker/rig.h"

#include <cstdio>
#include <string_view>

#include <grp.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

constexpr uid_t kNobody = 65534;

int skip(const std::string& why)
{
    std::fprintf(stderr, "skipped: %s\n", why.c_str());
    return 77;
}

}  // namespace

int main(int argc, char** argv)
{
    ::testing::InitGoogleTest(&argc, argv);
    if (argc > 1 && std::string_view(argv[1]) == "--as-user") {
        if (::geteuid() != 0)
            return skip("this is an ordinary user already: the other run is the same");
        if (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)
            return skip("cannot become another user");
    }
    if (const std::string why = insula::test::Rig::obstacle(); !why.empty())
        return skip(why);
    return RUN_ALL_TESTS();
}
