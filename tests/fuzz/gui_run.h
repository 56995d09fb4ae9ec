// SPDX-License-Identifier: GPL-2.0-or-later
// A connection of the GUI daemon between a fake agent's stream and a fake desktop, and what must be
// true of the three whatever the agent and the person do.
#pragma once

#include "gui-daemon/daemon/connection.h"
#include "tests/fakes/fake_desktop.h"

#include <cstdlib>
#include <map>
#include <memory>
#include <optional>

namespace insula::fuzz {

inline void insist(bool holds)
{
    if (!holds)
        std::abort();
}

// Has grants to map, and nothing to connect to: the run makes its streams itself.
class GrantsOnly final : public Transport {
public:
    explicit GrantsOnly(fake::FakeGrants& grants) : grants_(grants) {}
    DomainId own_domain() const override { return DomainId{0}; }
    Result<std::unique_ptr<Pending>> listen(Endpoint, size_t, Connected) override
    {
        return Error(Errc::Invalid, "not in this test");
    }
    Result<std::unique_ptr<Pending>> connect(Endpoint, Connected) override
    {
        return Error(Errc::Invalid, "not in this test");
    }
    Result<std::unique_ptr<GrantSource>> grant_source(Endpoint) override
    {
        return Error(Errc::Invalid, "not in this test");
    }
    Result<std::unique_ptr<GrantMapper>> grant_mapper(Endpoint) override
    {
        return std::unique_ptr<GrantMapper>(new Borrowed(grants_));
    }

private:
    class Borrowed final : public GrantMapper {
    public:
        explicit Borrowed(fake::FakeGrants& grants) : grants_(grants) {}
        Result<std::unique_ptr<MappedPages>> map(std::span<const uint32_t> references) override
        {
            return grants_.map(references);
        }

    private:
        fake::FakeGrants& grants_;
    };
    fake::FakeGrants& grants_;
};

class GuiRun final : private gui_daemon::Connection::Owner {
public:
    explicit GuiRun(Loop& loop) : loop_(loop) {}
    GuiRun(const GuiRun&) = delete;
    GuiRun& operator=(const GuiRun&) = delete;

    void connect()
    {
        asked_.clear();
        agent_ = fake::FakeAgent();
        room_ = SIZE_MAX;
        greeted_ = false;
        auto made = gui_daemon::Connection::start(loop_, transport_, {DomainId{5}, Port::Gui},
                                                  std::make_unique<AgentStream>(*this), desktop_,
                                                  desktop_.area.size(), *this);
        insist(made.has_value());
        connection_ = *std::move(made);
    }
    // Bytes from the agent; as a stream does it, an error ends the connection.
    void feed(Bytes bytes)
    {
        if (!connection_ || bytes.empty())
            return;
        auto served = connection_->on_bytes(bytes);
        if (!served)
            connection_->on_closed(std::move(served.error()));
        settle();
    }
    void leave()
    {
        if (connection_)
            connection_->on_closed(Error(Errc::PeerClosed, "the agent has left"));
        check();
    }
    // The agent takes `bytes` more and no others.
    void stop_reading(size_t bytes) { room_ = bytes; }
    // After anything the person did: the daemon may have found that the agent does not read.
    void settle()
    {
        if (std::exchange(overflowed_, false)) {
            const auto served = loop_.run_once(std::chrono::microseconds(0));
            insist(served && *served && !connection_);
        }
        check();
    }

    bool connected() const { return connection_ != nullptr; }
    // Null before the handshake is complete.
    gui_daemon::Session* session() { return session_; }
    fake::FakeDesktop& desktop() { return desktop_; }
    const fake::FakeDesktop& desktop() const { return desktop_; }
    // The geometry that the daemon asked for last.
    const gui::Configure* asked(gui::WindowId window) const
    {
        const auto found = asked_.find(window);
        return found == asked_.end() ? nullptr : &found->second;
    }

private:
    class AgentStream final : public Stream {
    public:
        explicit AgentStream(GuiRun& run) : run_(run) {}
        Result<void> start(Handler&) override { return {}; }
        Result<void> send(Bytes bytes) override { return run_.on_sent(bytes); }
        size_t queued() const override { return 0; }

    private:
        GuiRun& run_;
    };

    void on_ready(gui::Version version, gui_daemon::Session& session) override
    {
        insist(greeted_ && version.minor >= gui::kMinorMin && version.minor <= gui::kMinorBase);
        session_ = &session;
    }
    void on_ended(Error why) override
    {
        insist(why.code() == Errc::Protocol || why.code() == Errc::Exhausted ||
               why.code() == Errc::PeerClosed);
        session_ = nullptr;
        overflowed_ = false;
        connection_.reset();
    }
    Result<void> on_sent(Bytes bytes)
    {
        if (bytes.size() > room_) {
            overflowed_ = true;
            return Error(Errc::Exhausted, "no room");
        }
        room_ -= bytes.size();
        if (!std::exchange(greeted_, true)) {
            insist(bytes.size() == 4 + 16);
            insist(wire::parse<gui::ScreenConfig>(bytes.subspan(4)).has_value());
            return {};
        }
        agent_.send(bytes);
        insist(session_ && agent_.received.size() == 1);
        const auto& [window, message] = agent_.received.front();
        insist(session_->has(window) != std::holds_alternative<gui::Destroy>(message));
        if (const auto* configure = std::get_if<gui::Configure>(&message))
            asked_[window] = *configure;
        agent_.received.clear();
        return {};
    }
    void check()
    {
        const auto& windows = desktop_.windows;
        insist(session_ || (windows.empty() && grants_.mapped == 0));
        if (!session_)
            return;
        insist(session_->window_count() == windows.size());
        insist(windows.size() <= gui_daemon::kMaxWindows);
        if (windows.size() > kFew && ++skipped_ % kFew != 0)  // costs more than it finds
            return;
        size_t pages = 0;
        uint64_t image_bytes = 0;
        for (const auto& [id, window] : windows) {
            insist(session_->has(id));
            if (!window.pages)
                continue;
            pages += window.pages->bytes().size() / kPageSize;
            image_bytes += uint64_t{window.buffer.width} * window.buffer.height * 4;
        }
        insist(pages == grants_.mapped && image_bytes <= gui_daemon::kMaxImageBytes);
    }

    static constexpr size_t kFew = 64;

    Loop& loop_;
    fake::FakeDesktop desktop_;
    fake::FakeGrants grants_;
    fake::FakeAgent agent_;
    GrantsOnly transport_{grants_};
    size_t room_ = SIZE_MAX;  // how much the agent reads still
    size_t skipped_ = 0;
    bool greeted_ = false;
    bool overflowed_ = false;
    std::map<gui::WindowId, gui::Configure> asked_;
    gui_daemon::Session* session_ = nullptr;
    std::unique_ptr<gui_daemon::Connection> connection_;  // last: gives its windows and pages back
};

}  // namespace insula::fuzz
