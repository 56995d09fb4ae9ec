// SPDX-License-Identifier: GPL-2.0-or-later
// Arbitrary bytes from an agent, through decoder and session, to a desktop that insists on its
// contract. Whatever comes: the table keeps its limit and the desktop shows what the table says.
#include "gui-daemon/session/session.h"
#include "tests/fakes/fake_desktop.h"

#include <cstdlib>

using namespace insula;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fake::FakeDesktop desktop;
    fake::FakeAgent agent;
    fake::FakeGrants grants;
    {
        gui_daemon::Session session(gui::kOurVersion, desktop, agent, grants);
        gui::Decoder<gui::ToDaemon> decoder;
        decoder.feed(std::as_bytes(std::span(data, size)));
        for (;;) {
            const auto next = decoder.next();
            if (!next || !*next || !session.handle(**next))
                break;
            // The person acts as well.
            session.on_geometry((*next)->window, {40, 50, static_cast<uint32_t>(size), 60});
            if (session.window_count() > gui_daemon::kMaxWindows ||
                session.window_count() != desktop.windows.size())
                std::abort();
            for (const auto& entry : desktop.windows)
                if (!session.has(entry.first))
                    std::abort();
        }
    }
    if (!desktop.windows.empty() || grants.mapped != 0)
        std::abort();
    return 0;
}
