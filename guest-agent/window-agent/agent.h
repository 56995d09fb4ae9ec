// SPDX-License-Identifier: GPL-2.0-or-later
// The agent: X events become messages, messages become X requests, damage becomes pictures.
//
// Two lives side by side: the windows, which last as long as the X server, and the connection to a
// daemon, which may end and begin again at any time. What belongs to a connection is in Shown and
// goes with it; all windows are announced anew to the next.
#pragma once

#include "guest-agent/window-agent/channel.h"
#include "guest-agent/window-agent/configure_exchange.h"
#include "guest-agent/window-agent/input_decision.h"
#include "guest-agent/window-agent/window_buffer.h"
#include "guest-agent/window-agent/window_table.h"
#include "guest-agent/window-agent/x/input.h"
#include "guest-agent/window-agent/x/picture.h"
#include "proto/transport/transport.h"

#include <map>
#include <memory>
#include <string>

namespace insula::window_agent {

class Agent final : private Channel::Owner {
public:
    // X events handled before the daemon gets its turn.
    static constexpr int kEventsPerTurn = 1024;

    // All must outlive the agent.
    Agent(Transport& transport, x::Connection& server, x::Segment& segment);

    // Finds the windows that exist and offers the port. An error here is fatal.
    Result<void> start();

    // To be called before the loop sleeps: handles X events, sends pictures, notices the end of a
    // connection. True when there is more to do at once. An error is fatal.
    Result<bool> turn();

private:
    // What one daemon was told about one window.
    struct Shown {
        ConfigureExchange exchange;
        WindowBuffer buffer;
        bool class_told = false;
        bool picture_refused = false;  // no pages for this size; logged once
    };

    void on_ready(const gui::ScreenConfig& screen) override;
    void on_message(gui::Addressed<gui::ToAgent> message) override;

    Result<void> listen();
    Result<void> replace_ended_channel();

    // agent_events.cc: what the X server reports.
    void adopt(XWindow x);
    void handle(const x::Created& event) { adopt(event.window); }
    void handle(const x::Destroyed& event);
    void handle(const x::Mapped& event);
    void handle(const x::Unmapped& event);
    void handle(const x::Configured& event);
    void handle(const x::MapRequested& event);
    void handle(const x::ConfigureRequested& event);
    void handle(const x::Damaged& event);
    void handle(const x::NameChanged& event);
    void handle(const x::HintsChanged& event);
    void handle(const x::FlagsAsked& event);

    // agent_show.cc: what the daemon is told.
    void show(Window& window);
    // Whether the daemon may choose the place of a window that it maps, or is to keep the one it
    // had.
    enum class Place { Free, Kept };
    void show_map(const Window& window, Place place);
    Place place_of(const Window& window);
    void show_geometry(const Window& window);
    void show_pictures();
    void show_picture(Window& window);
    bool renew_buffer(const Window& window, Shown& shown);

    // agent_orders.cc: what the daemon wants.
    void obey(Window& window, const gui::Keypress& message);
    void obey(Window& window, const gui::Button& message);
    void obey(Window& window, const gui::Motion& message);
    void obey(Window& window, const gui::Crossing& message);
    void obey(Window& window, const gui::Focus& message);
    void obey(Window& window, const gui::Map&);
    void obey(Window& window, const gui::Unmap&);
    void obey(Window& window, const gui::Configure& message);
    void obey(Window& window, const gui::Close&);
    void obey(Window& window, const gui::WindowFlags& message);
    void obey(Window& window, const gui::WindowDumpAck&);
    // The echo of ours; our ids are never used again, so nothing waits for it.
    void obey(Window&, const gui::Destroy&) {}
    void obey(Window&, const gui::ClipboardReq&);
    void obey(Window&, const gui::ClipboardData&);
    void obey(Window&, const gui::KeymapNotify& message);
    void point(const Window& window, int32_t x, int32_t y);
    void bring_to_top(const Window& window);
    void release_everything();

    Shown* shown(gui::WindowId id);

    Transport& transport_;
    x::Connection& server_;
    x::Segment& segment_;
    x::Input input_;

    WindowTable windows_;
    std::map<gui::WindowId, x::Picture> pictures_;
    std::map<gui::WindowId, uint32_t> flags_;  // as the daemon set them
    PressedKeys keys_;
    PressedKeys buttons_;
    gui::WindowId focused_{0};
    gui::WindowId top_{0};

    // In this order: leases go back before the budget ends, pages before their source.
    PageBudget budget_;
    std::unique_ptr<GrantSource> grants_;
    std::map<gui::WindowId, Shown> shown_;
    std::unique_ptr<Transport::Pending> pending_;
    std::unique_ptr<Channel> channel_;
};

}  // namespace insula::window_agent
