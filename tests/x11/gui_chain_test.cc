// SPDX-License-Identifier: GPL-2.0-or-later
// The whole path of a window: a client on the guest's X server, the agent, the local transport, the
// daemon, the person's X server; and the way back.
#include "tests/x11/processes.h"
#include "tests/x11/viewer_display.h"

#include <memory>

#include <X11/extensions/XTest.h>

namespace insula::x11_test {
namespace {

constexpr uint32_t kLabel = 0x2060c0;
constexpr uint32_t kLeft = 0xff8000;
constexpr uint32_t kRight = 0x00a040;
constexpr int kWidth = 200;
constexpr int kHeight = 120;

// A client of the guest: left half one colour, right half the other.
class GuestClient {
public:
    explicit GuestClient(const std::string& display) : x_(display)
    {
        Display* d = x_.get();
        window_ = XCreateSimpleWindow(d, x_.root(), 150, 140, kWidth, kHeight, 0, 0, kLeft);
        XStoreName(d, window_, "painted");
        XSelectInput(d, window_, KeyPressMask | ExposureMask | ButtonPressMask);
        close_ = XInternAtom(d, "WM_DELETE_WINDOW", False);
        XSetWMProtocols(d, window_, &close_, 1);
        XMapWindow(d, window_);
        paint();
    }
    void paint()
    {
        GC gc = XCreateGC(x_.get(), window_, 0, nullptr);
        XSetForeground(x_.get(), gc, kRight);
        XFillRectangle(x_.get(), window_, gc, kWidth / 2, 0, kWidth / 2, kHeight);
        XFreeGC(x_.get(), gc);
        XFlush(x_.get());
    }
    void serve()
    {
        while (XPending(x_.get()) > 0) {
            XEvent event;
            XNextEvent(x_.get(), &event);
            if (event.type == Expose)
                paint();
            if (event.type == KeyPress)
                key = event.xkey.keycode;
            if (event.type == ButtonPress)
                button = event.xbutton.button;
            if (event.type == ClientMessage && static_cast<Atom>(event.xclient.data.l[0]) == close_)
                close_wanted = true;
        }
    }
    void resize(unsigned width, unsigned height)
    {
        XResizeWindow(x_.get(), window_, width, height);
        XFlush(x_.get());
    }

    unsigned key = 0;
    unsigned button = 0;
    bool close_wanted = false;

private:
    ViewerDisplay x_;
    Window window_ = 0;
    Atom close_ = 0;
};

class GuiChain : public ::testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(guest_x_.running() && person_x_.running());
        start_agent();
        daemon_ = std::make_unique<Process>(
            std::vector<std::string>{INSULA_GUI_DAEMON, "--domain", "5", "--name", "work",
                                     "--colour", "2060c0", "--label", "blue"},
            std::map<std::string, std::string>{{"DISPLAY", person_x_.display()},
                                               {"VCHAN_SOCKET_DIR", directory_.path()},
                                               {"VCHAN_DOMAIN", "0"}},
            directory_ / "daemon.log");
        client_ = std::make_unique<GuestClient>(guest_x_.display());
        person_ = std::make_unique<ViewerDisplay>(person_x_.display());
        ASSERT_TRUE(sees_content()) << logs();
    }
    void start_agent()
    {
        agent_ = std::make_unique<Process>(
            std::vector<std::string>{INSULA_WINDOW_AGENT},
            std::map<std::string, std::string>{{"DISPLAY", guest_x_.display()},
                                               {"VCHAN_SOCKET_DIR", directory_.path()},
                                               {"VCHAN_DOMAIN", "5"}},
            directory_ / "agent.log");
    }
    std::string logs() const
    {
        return "daemon: " + daemon_->errors() + "agent: " + agent_->errors();
    }
    Window outer() const
    {
        const auto found = person_->titled("[work] painted");
        return found.empty() ? 0 : found.front();
    }
    // The guest's two colours are where the content is.
    bool sees_content()
    {
        return eventually([&] {
            client_->serve();
            if (outer() == 0)
                return false;
            const XWindowAttributes at = person_->attributes(outer());
            return person_->pixel(at.x + 4 + 10, at.y + 22 + 10) == kLeft &&
                   person_->pixel(at.x + 4 + kWidth - 10, at.y + 22 + kHeight - 10) == kRight;
        });
    }
    void click(int x, int y)
    {
        XTestFakeMotionEvent(person_->get(), -1, x, y, 0);
        XTestFakeButtonEvent(person_->get(), 1, True, 0);
        XTestFakeButtonEvent(person_->get(), 1, False, 0);
        XSync(person_->get(), False);
    }

    TemporaryDirectory directory_;
    XServer guest_x_{directory_, "guest"};
    XServer person_x_{directory_, "person"};
    std::unique_ptr<Process> agent_;
    std::unique_ptr<Process> daemon_;
    std::unique_ptr<GuestClient> client_;
    std::unique_ptr<ViewerDisplay> person_;
};

TEST_F(GuiChain, TheFrameIsInTheLabelsColourOnAllFourSides)
{
    const XWindowAttributes at = person_->attributes(outer());
    EXPECT_EQ(at.width, kWidth + 8);
    EXPECT_EQ(at.height, kHeight + 26);
    const int middle_x = at.x + at.width / 2;
    const int middle_y = at.y + at.height / 2;
    EXPECT_EQ(person_->pixel(at.x + 1, middle_y), kLabel) << "left";
    EXPECT_EQ(person_->pixel(at.x + at.width - 2, middle_y), kLabel) << "right";
    EXPECT_EQ(person_->pixel(middle_x, at.y + at.height - 2), kLabel) << "bottom";
    EXPECT_EQ(person_->pixel(middle_x, at.y + 1), kLabel) << "top";
    EXPECT_NE(person_->pixel(at.x - 1, middle_y), kLabel);
}

TEST_F(GuiChain, AKeyAndAClickReachTheClient)
{
    const XWindowAttributes at = person_->attributes(outer());
    click(at.x + 50, at.y + 60);
    EXPECT_TRUE(eventually([&] {
        client_->serve();
        return client_->button == 1;
    })) << logs();
    const KeyCode key = XKeysymToKeycode(person_->get(), XStringToKeysym("a"));
    XTestFakeKeyEvent(person_->get(), key, True, 0);
    XTestFakeKeyEvent(person_->get(), key, False, 0);
    XSync(person_->get(), False);
    EXPECT_TRUE(eventually([&] {
        client_->serve();
        return client_->key == key;
    })) << logs();
}

TEST_F(GuiChain, TheCloseButtonAsksTheClient)
{
    const XWindowAttributes at = person_->attributes(outer());
    click(at.x + at.width - 11, at.y + 11);
    EXPECT_TRUE(eventually([&] {
        client_->serve();
        return client_->close_wanted;
    })) << logs();
    client_.reset();
    EXPECT_TRUE(eventually([&] { return outer() == 0; })) << logs();
}

TEST_F(GuiChain, TheClientResizesItsWindow)
{
    client_->resize(300, 160);
    EXPECT_TRUE(eventually([&] {
        client_->serve();
        const XWindowAttributes at = person_->attributes(outer());
        return at.width == 308 && at.height == 186 &&
               person_->pixel(at.x + 4 + 290, at.y + 22 + 150) == kLeft;
    })) << logs();
}

TEST_F(GuiChain, WindowsComeBackWhenTheAgentDoes)
{
    agent_->kill();
    EXPECT_TRUE(eventually([&] { return outer() == 0; })) << logs();
    start_agent();
    EXPECT_TRUE(sees_content()) << logs();
    EXPECT_TRUE(daemon_->alive());
}

TEST_F(GuiChain, LosingThePersonsServerEndsTheDaemonWithAnError)
{
    person_x_.process().kill();
    EXPECT_EQ(daemon_->wait(), 1);
    // Its connection is gone: closing it would end this process.
    static ViewerDisplay* const kept = person_.release();
    static_cast<void>(kept);
}

}  // namespace
}  // namespace insula::x11_test
