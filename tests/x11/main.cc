// SPDX-License-Identifier: GPL-2.0-or-later
// Skips, saying why, where there is no X server to test with.
#include "tests/x11/processes.h"

#include <cstdio>

#include <gtest/gtest.h>

int main(int argc, char** argv)
{
    ::testing::InitGoogleTest(&argc, argv);
    const insula::x11_test::TemporaryDirectory directory;
    const insula::x11_test::XServer probe(directory, "probe");
    if (!probe.running()) {
        std::fputs("skipped: Xvfb cannot be started\n", stderr);
        return 77;
    }
    return RUN_ALL_TESTS();
}
