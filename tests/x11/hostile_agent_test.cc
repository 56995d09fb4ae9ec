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
constexpr gui::WindowId kLater{2};
// kMessagePatience and as much again for a machine that is busy.
constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::seconds kBeyondPatience{20};

const std::vector<std::byte> kVersion18{std::byte{8}, std::byte{0}, std::byte{1}, std::byte{0}};

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
    // Waits for the daemon and sends it `greeting`, which ought to be a version.
    void offer(const std::vector<std::byte>& greeting = kVersion18)
    {
        recorder = fake::StreamRecorder{};
        const auto greet = [this, greeting](std::unique_ptr<Stream> stream) {
            recorder.adopt(std::move(stream));
            static_cast<void>(send_raw(greeting));
        };
        auto made = transport_->listen(at_, 4096, greet);
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
    size_t logged(const std::string& what) const { return count_of(daemon_.errors(), what); }
    size_t refusals() const { return logged("connection closed"); }
    std::string log() const { return daemon_.errors(); }

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
    bool until(const std::function<bool()>& done,
               std::chrono::seconds within = std::chrono::seconds(10))
    {
        return eventually(
            [&] {
                for (int i = 0; i < 100; ++i)
                    if (const auto busy = loop_.run_once(std::chrono::microseconds(0));
                        !busy || !*busy)
                        break;
                return done();
            },
            within);
    }
    void wait(std::chrono::seconds time)
    {
        static_cast<void>(until([] { return false; }, time));
    }
    bool closed() const { return bad_.recorder.closed.has_value(); }
    // The bad agent leaves in an orderly way and comes again with another greeting.
    void come_again(const std::vector<std::byte>& greeting)
    {
        bad_.recorder.stream.reset();
        ASSERT_TRUE(until([&] { return bad_.logged("the agent is gone") == 1; })) << bad_.log();
        bad_.offer(greeting);
        ASSERT_TRUE(until([&] { return bad_.recorder.started; })) << bad_.log();
    }
    void expect_good_serves(gui::WindowId window)
    {
        const ViewerDisplay screen(person_.display());
        const size_t before = screen.titled("[good]").size();
        EXPECT_TRUE(good_.say(window, create_message()));
        EXPECT_TRUE(good_.say(window, gui::Map{}));
        EXPECT_TRUE(until([&] { return screen.titled("[good]").size() == before + 1; }))
            << good_.log();
        EXPECT_EQ(good_.refusals(), 0u);
    }
    // The bad agent's end, by one line with `rule`; both daemons serve on.
    void expect_refusal(const std::string& rule)
    {
        EXPECT_TRUE(until([&] { return closed(); }, kBeyondPatience)) << bad_.log();
        EXPECT_TRUE(until([&] { return bad_.refusals() == 1; })) << bad_.log();
        EXPECT_EQ(bad_.logged(rule), 1u) << bad_.log();
        EXPECT_EQ(bad_.logged("\n"),
                  bad_.logged("agent connected") + bad_.logged("the agent is gone") + 1)
            << "one line more, the refusal: " << bad_.log();
        const ViewerDisplay screen(person_.display());
        EXPECT_TRUE(until([&] { return screen.titled("[bad]").empty(); }));
        expect_good_serves(kLater);
        bad_.offer();
        EXPECT_TRUE(until([&] { return bad_.ready(); })) << "a new offer is heard: " << bad_.log();
        EXPECT_EQ(bad_.refusals(), 1u);
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
    expect_refusal("unknown message type 200");
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
    EXPECT_TRUE(bad_.say(kWindow, create_message()));
    const auto message = gui::encode(kWindow, gui::Map{});
    EXPECT_TRUE(bad_.send_raw({message.begin(), message.end() - 1}));
    expect_good_serves(kWindow);
    EXPECT_EQ(bad_.refusals(), 0u);
    expect_refusal("message not complete within 10 s");
}

TEST_F(HostileAgent, ThatSendsAMessageDropByDrop)
{
    const auto message = gui::encode(kWindow, create_message());
    size_t sent = 0;
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(until(
        [&] {
            const auto now = std::chrono::steady_clock::now();
            if (sent < message.size() && now >= start + std::chrono::seconds(sent))
                static_cast<void>(bad_.send_raw({message[sent++]}));
            return closed();
        },
        kBeyondPatience));
    EXPECT_GE(std::chrono::steady_clock::now() - start, kPatience);
    EXPECT_LT(sent, message.size());
    expect_refusal("message not complete within 10 s");
}

TEST_F(HostileAgent, WithHalfAHandshake)
{
    come_again({std::byte{8}, std::byte{0}, std::byte{1}});
    expect_refusal("handshake not complete within 10 s");
}

TEST_F(HostileAgent, ThatConnectsAndSaysNothing)
{
    come_again({});
    expect_refusal("handshake not complete within 10 s");
}

TEST_F(HostileAgent, WithAVersionThatIsTooOld)
{
    come_again({std::byte{3}, std::byte{0}, std::byte{1}, std::byte{0}});
    expect_refusal("version 1.3 is older than 1.4");
}

// Every CONFIGURE is answered: the answers pile up until the daemon has had enough.
TEST_F(HostileAgent, ThatNeverReads)
{
    EXPECT_TRUE(bad_.say(kWindow, create_message()));
    bad_.recorder.stream->pause();
    gui::Configure configure;
    configure.x.value = configure.y.value = 100;
    std::vector<std::byte> many;
    for (int i = 0; i < 1000; ++i) {
        const auto one = gui::encode(kWindow, configure);
        many.insert(many.end(), one.begin(), one.end());
    }
    EXPECT_TRUE(until(
        [&] {
            // The daemon may be slower than we are: that is not the matter here.
            return bad_.recorder.stream->queued() == 0 && !bad_.send_raw(many);
        },
        std::chrono::seconds(60)));
    bad_.recorder.stream->resume();
    expect_refusal("the agent does not read");
}

// The limit counts for each message anew, and silence between two of them is no breach.
TEST_F(HostileAgent, NoneThatFinishesEachMessageInTimeIsRefused)
{
    auto bytes = gui::encode(kWindow, create_message());
    const size_t first = bytes.size();
    const auto map = gui::encode(kWindow, gui::Map{});
    bytes.insert(bytes.end(), map.begin(), map.end());
    const auto send = [&](size_t from, size_t to) {
        const auto at = [&](size_t n) { return bytes.begin() + static_cast<std::ptrdiff_t>(n); };
        EXPECT_TRUE(bad_.send_raw({at(from), at(to)}));
    };
    send(0, first - 1);
    wait(std::chrono::seconds(6));
    send(first - 1, first + 5);
    wait(std::chrono::seconds(6));
    send(first + 5, bytes.size());
    const ViewerDisplay screen(person_.display());
    EXPECT_TRUE(until([&] { return screen.titled("[bad]").size() == 1; })) << bad_.log();
    wait(kPatience + std::chrono::seconds(1));
    EXPECT_FALSE(closed());
    EXPECT_EQ(bad_.refusals(), 0u) << bad_.log();
}

}  // namespace
}  // namespace insula::x11_test
