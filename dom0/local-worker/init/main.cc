// SPDX-License-Identifier: GPL-2.0-or-later
// insula-local-init: process 1 of a local domain, started by insula-local-worker inside of its
// namespaces.
#include "dom0/local-worker/guest.h"
#include "dom0/local-worker/init/guest_files.h"
#include "dom0/local-worker/init/init.h"
#include "dom0/local-worker/life.h"

#include <charconv>
#include <cstdio>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

namespace insula::local_init {
namespace {

namespace guest = local_worker::guest;

constexpr char kUsage[] = "usage: insula-local-init DOMAIN NAME UUID (by insula-local-worker)\n";

std::optional<Identity> parse(int argc, char** argv)
{
    if (argc != 4)
        return std::nullopt;
    Identity identity{0, argv[2], argv[3]};
    const std::string_view number = argv[1];
    const auto [end, status] =
        std::from_chars(number.data(), number.data() + number.size(), identity.domain);
    if (status != std::errc{} || end != number.data() + number.size())
        return std::nullopt;
    return identity;
}

// What runs until the domain is powered off.
Result<int> run(const Identity& identity)
{
    // First, so that the worker sees a living domain as soon as there is one.
    INSULA_CHECK(local_worker::hold(guest::kLifeFd));
    for (const int fd : {guest::kLifeFd, guest::kCradleFd})
        if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
            return system_error(errno, "fcntl");
    INSULA_CHECK(make_guest_files(identity.name, identity.uuid));
    INSULA_TRY(Loop loop, Loop::create());
    INSULA_TRY(const auto console, ConsoleLog::open(loop, STDOUT_FILENO));
    Init init(loop, *console, identity);
    INSULA_CHECK(init.begin(guest::kCradleFd));
    INSULA_TRY(const int code, loop.run());
    if (code == 0)
        INSULA_CHECK(local_worker::set_mark(guest::kLifeFd, local_worker::Mark::PoweredOff));
    return code;
}

int run_program(int argc, char** argv)
{
    const auto identity = parse(argc, argv);
    if (!identity || ::getpid() != 1) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    const auto code = run(*identity);
    if (!code) {
        // Without a mark of its own the end is a crash; the console has the reason.
        std::fprintf(stderr, "insula-local-init: panic: %s\n", code.error().describe().c_str());
        return 1;
    }
    return *code;
}

}  // namespace
}  // namespace insula::local_init

int main(int argc, char** argv) { return insula::local_init::run_program(argc, argv); }
