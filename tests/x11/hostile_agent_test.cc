// SPDX-License-Identifier: GPL-2.0-or-later
// Agents that break the rules: their connection is closed with one log line that names the rule,
// the daemon lives on, and the daemon of another domain does not notice. Before Xlib, whose macros
// are names in it.
#include "proto/gui/codec.h"
#include "proto/transport/local/local_transport.h"
#include "tests/fakes/stream_recorder.h"
#include "tests/x11/processes.h"
#include "tests/x11/viewer_display.h"

namespace insula::x11_test {
namespace {

constexpr gui::WindowId kWindow{1};

// One domain's agent, in this process, and its daemon.
class Domain {
public:
    Domain(Loop& loop, const TemporaryDirectory& directory, const XServer& person, unsigned id,
           const std::string& name)
        : at_{kDom0, Port::Gui},
          transport_(make_local_transport(loop, directory.path(), static_cast<DomainId>(id))),
          grants_(*transport_->grant_source(at_)),
          daemon_({INSULA_GUI_DAEMON, "--domain", std::to_string(id), "--name", name, "--colour",
                   "c02020", "--label", "red"},
                  {{"DISPLAY", person.display()},
                   {"VCHAN_SOCKET_DIR", directory.path()},
                   {"VCHAN_DOMAIN", "0"}},
                  directory / (name + ".log"))
    {
        offer();
    }
    void offer()
    {
        recorder = fake::StreamRecorder{};
        auto made = transport_->listen(at_, 4096, [this](std::unique_ptr<Stream> stream) {
            recorder.adopt(std::move(stream));
            static_cast<void>(
                send_raw({std::byte{8}, std::byte{0}, std::byte{1}, std::byte{0}}));  // version 1.8
        });
        if (made)
            pending_ = *std::move(made);
    }
    Result<void> send_raw(const std::vector<std::byte>& bytes)
    {
        if (!recorder.stream)
            return Error(Errc::PeerClosed, "closed");
        return recorder.stream->send(bytes);
    }
    template <typename Message>
    Result<void> say(gui::WindowId id, const Message& message)
    {
        return send_raw(gui::encode(id, message));
    }
    GrantSource& grants() { return *grants_; }
    bool ready() const { return recorder.received.size() >= 20; }
    size_t refusals() const { return count_of(daemon_.errors(), "connection closed"); }
    std::string log() const { return daemon_.errors(); }
    bool daemon_alive() const { return daemon_.alive(); }

    fake::StreamRecorder recorder;

private:
    Endpoint at_;
    std::unique_ptr<Transport> transport_;
    std::unique_ptr<GrantSource> grants_;
    std::unique_ptr<Transport::Pending> pending_;
    Process daemon_;
};

gui::Create create_message()
{
    gui::Create out;
    out.x.value = 100;
    out.y.value = 100;
    out.width.value = 64;
    out.height.value = 32;
    return out;
}

class HostileAgent : public ::testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(person_.running());
        ASSERT_TRUE(until([&] { return bad_.ready() && good_.ready(); })) << bad_.log();
    }
    bool until(const std::function<bool()>& done)
    {
        return eventually([&] {
            for (int i = 0; i < 100; ++i)
                if (const auto busy = loop_.run_once(std::chrono::microseconds(0)); !busy || !*busy)
                    break;
            return done();
        });
    }
    // The bad agent's end, by one line with `rule`; both daemons serve on.
    void expect_refusal(const std::string& rule)
    {
        EXPECT_TRUE(until([&] { return bad_.recorder.closed.has_value(); })) << bad_.log();
        EXPECT_TRUE(until([&] { return bad_.refusals() == 1; })) << bad_.log();
        EXPECT_NE(bad_.log().find(rule), std::string::npos) << bad_.log();
        EXPECT_EQ(count_of(bad_.log(), "\n"), 2u) << "connected, closed: " << bad_.log();
        const ViewerDisplay screen(person_.display());
        EXPECT_TRUE(until([&] { return screen.titled("[bad]").empty(); }));
        EXPECT_TRUE(good_.say(kWindow, create_message()));
        EXPECT_TRUE(good_.say(kWindow, gui::Map{}));
        EXPECT_TRUE(until([&] { return screen.titled("[good]").size() == 1; })) << good_.log();
        EXPECT_EQ(good_.refusals(), 0u);
        bad_.offer();
        EXPECT_TRUE(until([&] { return bad_.ready(); })) << "a new offer is heard: " << bad_.log();
    }

    TemporaryDirectory directory_;
    XServer person_{directory_, "person"};
    Loop loop_{*Loop::create()};
    Domain bad_{loop_, directory_, person_, 5, "bad"};
    Domain good_{loop_, directory_, person_, 6, "good"};
};

TEST_F(HostileAgent, WithoutAWindow)
{
    EXPECT_TRUE(bad_.say(kWindow, gui::Map{}));
    expect_refusal("for a window that does not exist");
}

TEST_F(HostileAgent, WithAnUnknownMessage)
{
    std::vector<std::byte> message(12, std::byte{0});
    message[0] = std::byte{200};
    EXPECT_TRUE(bad_.send_raw(message));
    expect_refusal("connection closed");
}

TEST_F(HostileAgent, WithTooManyWindows)
{
    uint32_t sent = 0;
    EXPECT_TRUE(until([&] {
        for (int i = 0; i < 1000 && sent < 100'000; ++i, ++sent)
            if (!bad_.say(static_cast<gui::WindowId>(sent), create_message()))
                return true;
        return sent == 100'000;
    }));
    expect_refusal("too many windows");
}

TEST_F(HostileAgent, WithTooFewReferences)
{
    EXPECT_TRUE(bad_.say(kWindow, create_message()));
    gui::WindowDump dump;
    dump.width.value = 64;
    dump.height.value = 32;
    dump.bits_per_pixel.value = 24;
    dump.references.value = {0};
    EXPECT_TRUE(bad_.say(kWindow, dump));
    expect_refusal("too few grant references");
}

TEST_F(HostileAgent, WithReferencesThatDoNotExist)
{
    EXPECT_TRUE(bad_.say(kWindow, create_message()));
    gui::WindowDump dump;
    dump.width.value = 64;
    dump.height.value = 32;
    dump.bits_per_pixel.value = 24;
    dump.references.value = {4'000'000'000u, 4'000'000'001u};
    EXPECT_TRUE(bad_.say(kWindow, dump));
    expect_refusal("WINDOWDUMP");
}

TEST_F(HostileAgent, ThatNeverFinishesAMessageHoldsNobodyUp)
{
    EXPECT_TRUE(bad_.send_raw(std::vector<std::byte>(7, std::byte{1})));
    const ViewerDisplay screen(person_.display());
    EXPECT_TRUE(good_.say(kWindow, create_message()));
    EXPECT_TRUE(good_.say(kWindow, gui::Map{}));
    EXPECT_TRUE(until([&] { return screen.titled("[good]").size() == 1; })) << good_.log();
    EXPECT_TRUE(bad_.daemon_alive());
    EXPECT_EQ(bad_.refusals(), 0u);
}

}  // namespace
}  // namespace insula::x11_test
