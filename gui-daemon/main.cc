// SPDX-License-Identifier: GPL-2.0-or-later
// insula-gui-daemon: the windows of one domain on the person's desktop.
#include "gui-daemon/daemon/viewer.h"

#include <cstdio>

#include <sys/epoll.h>

namespace insula::gui_daemon {
namespace {

constexpr std::chrono::microseconds kForever{-1};

int fail(const Error& why)
{
    std::fprintf(stderr, "<3>%s\n", why.describe().c_str());
    return 1;
}

// Waits for the manager's Serve. An orderly end before it is an error too: nothing was served.
Result<Served> await_served(Loop& loop, ManagerLink& manager)
{
    while (!manager.served()) {
        if (manager.ended()) {
            INSULA_CHECK(Result<void>(*manager.ended()));
            return Error(Errc::PeerClosed, "the manager left without saying what to serve");
        }
        INSULA_CHECK([&]() -> Result<void> {
            INSULA_TRY([[maybe_unused]] const bool busy, loop.run_once(kForever));
            return {};
        }());
    }
    return *manager.served();
}

Result<void> run(const Options& options)
{
    INSULA_TRY(Loop loop, Loop::create());
    std::unique_ptr<ManagerLink> manager;
    std::optional<Served> served = options.served;
    if (options.managed) {
        INSULA_TRY(manager, ManagerLink::open(loop, UniqueFd(0)));
        INSULA_TRY(served, await_served(loop, *manager));
    }
    INSULA_TRY(const XConnection x, XConnection::open());
    INSULA_TRY(const auto transport, open_transport(loop));
    Viewer viewer(loop, *transport, x, *served, manager.get());
    INSULA_TRY([[maybe_unused]] const EventSource events, loop.watch(x.fd(), EPOLLIN, [] {}));
    INSULA_CHECK(viewer.start());
    while (!viewer.failure()) {
        if (manager && manager->ended())
            return *manager->ended();
        // Xlib reads events while it waits for replies: look into its queue before each wait.
        viewer.serve_desktop();
        INSULA_TRY([[maybe_unused]] const bool busy, loop.run_once(kForever));
    }
    return *viewer.failure();
}

int run_program(int argc, char** argv)
{
    const auto options = parse_options({argv, static_cast<size_t>(argc)});
    if (!options) {
        std::fprintf(stderr, "insula-gui-daemon: %s\n%s", options.error().text().c_str(), kUsage);
        return 2;
    }
    const auto result = run(*options);
    return result ? 0 : fail(result.error());
}

}  // namespace
}  // namespace insula::gui_daemon

int main(int argc, char** argv) { return insula::gui_daemon::run_program(argc, argv); }
