// SPDX-License-Identifier: GPL-2.0-or-later
// A whole connection as a script: handshake, valid and arbitrary messages of an agent, whole and in
// pieces, an agent that leaves, comes again or does not read, and a person who acts in between. The
// desktop insists on its contract, gui_run.h on the rest.
#include "tests/fuzz/gui_run.h"
#include "tests/fuzz/gui_script.h"

#include <iterator>

namespace {

using namespace insula;
using namespace insula::fuzz;

// One time in so many the agent does what it must not.
constexpr uint32_t kSeldom = 32;
constexpr int kLeastSteps = 24;
constexpr int kMostSteps = 256;

class Scene {
public:
    Scene(Loop& loop, Script script) : script_(script), run_(loop) {}

    void play()
    {
        for (int i = 0; i < kLeastSteps || (i < kMostSteps && !script_.ended()); ++i)
            step();
        run_.leave();
    }

private:
    void step()
    {
        if (!run_.connected())
            return arrive();
        if (!run_.session())
            return greet();
        switch (script_.u8() % 32) {
        case 0:
            return run_.feed(script_.bytes(script_.u8()));
        case 1:
            return run_.leave();
        case 2:
            return run_.stop_reading(script_.u16());
        case 3:
            return open_many(script_.rare() ? 8 * script_.u8() : script_.u8() % 4);
        case 4:
            run_.session()->on_close_wanted(window());
            return run_.settle();
        case 5:
            run_.session()->ask_clipboard(window());
            return run_.settle();
        case 6:
            run_.session()->take_clipboard();
            return;
        case 7:
        case 8:
        case 9:
            return person_moves();
        case 10:
        case 11:
            return person_acts();
        case 12:
        case 13:
        case 14:
            return answer();
        default:
            return agent_speaks();
        }
    }

    void arrive()
    {
        const auto coordinate = [&] { return static_cast<int32_t>(script_.u8()); };
        run_.desktop().area = {coordinate(), coordinate(),
                               1 + script_.u16() % gui::kMaxScreenExtent,
                               1 + script_.u16() % gui::kMaxScreenExtent};
        run_.connect();
        greet();
    }
    void greet()
    {
        if (seldom())
            return run_.feed(script_.bytes(script_.u8() % 6));
        std::vector<std::byte> greeting;
        wire::Writer(greeting).integer(uint32_t{0x10000} | (4 + script_.u8() % 6));
        run_.feed(greeting);
    }

    bool seldom() { return script_.u8() % kSeldom == kSeldom - 1; }
    // One that exists, if there is one.
    gui::WindowId window()
    {
        const auto& windows = run_.desktop().windows;
        const uint32_t choice = script_.u8();
        if (windows.empty() || choice % kSeldom == kSeldom - 1)
            return gui::WindowId{script_.u8()};
        const auto some = std::min<size_t>(windows.size(), 16);
        return std::next(windows.begin(), static_cast<std::ptrdiff_t>(choice % some))->first;
    }
    gui::WindowId new_window()
    {
        auto id = script_.u8();
        while (run_.session()->has(gui::WindowId{id}))
            ++id;
        return gui::WindowId{id};
    }

    template <typename Message>
    void say(gui::WindowId id, const Message& message)
    {
        const auto bytes = gui::encode(id, message);
        const size_t cut = std::min<size_t>(script_.u8(), bytes.size());
        run_.feed(Bytes(bytes).first(cut));
        run_.feed(Bytes(bytes).subspan(cut));
    }
    void open_many(uint32_t count)
    {
        for (uint32_t i = 0; i < count && run_.session(); ++i)
            if (!run_.session()->has(gui::WindowId{1000 + i}))
                run_.feed(gui::encode(gui::WindowId{1000 + i}, gui::Create{}));
    }
    void person_moves()
    {
        const auto coordinate = [&] { return static_cast<int16_t>(script_.u16()); };
        const auto extent = [&] { return 1 + script_.u16(); };
        const gui_daemon::Rect content{coordinate(), coordinate(), extent(), extent()};
        run_.session()->on_geometry(window(), content);
        run_.settle();
    }
    void person_acts()
    {
        const auto tell = [&](const gui::ToAgent& message) {
            run_.session()->on_input(window(), message);
            run_.settle();
        };
        switch (script_.u8() % 6) {
        case 0:
            return tell(message_of<gui::Keypress>(script_));
        case 1:
            return tell(message_of<gui::Button>(script_));
        case 2:
            return tell(message_of<gui::Motion>(script_));
        case 3:
            return tell(message_of<gui::Crossing>(script_));
        case 4:
            return tell(message_of<gui::Focus>(script_));
        default:
            return tell(message_of<gui::KeymapNotify>(script_));
        }
    }
    // The agent does what the daemon asked for.
    void answer()
    {
        const gui::WindowId id = window();
        if (const gui::Configure* asked = run_.asked(id))
            say(id, gui::Configure(*asked));
    }

    template <size_t... I>
    void speak(size_t index, std::index_sequence<I...>)
    {
        static_cast<void>(
            ((index == I && (speak_as<std::variant_alternative_t<I, gui::ToDaemon>>(), true)) ||
             ...));
    }
    void agent_speaks()
    {
        constexpr size_t kMessages = std::variant_size_v<gui::ToDaemon>;
        if (run_.desktop().windows.empty() && !seldom())
            return speak_as<gui::Create>();
        speak(script_.u8() % kMessages, std::make_index_sequence<kMessages>());
    }
    template <typename Message>
    void speak_as()
    {
        Message message = message_of<Message>(script_);
        gui::WindowId id = window();
        if (!seldom())
            fit(id, message);
        if (run_.session())
            say(id, message);
    }

    // Makes a message one that the session accepts, as an honest agent would.
    void fit(gui::WindowId& id, gui::Create&) { id = new_window(); }
    void fit(gui::WindowId& id, gui::Map& map) { map.override_redirect = bordered(id); }
    void fit(gui::WindowId& id, gui::Configure& out) { out.override_redirect = bordered(id); }
    void fit(gui::WindowId&, gui::WindowFlags& flags) { flags.unset.bits &= ~flags.set.bits; }
    void fit(gui::WindowId&, gui::Cursor& out)
    {
        out.cursor = gui::kCursorFontBase + script_.u8() % 0x9a;
    }
    void fit(gui::WindowId& id, gui::Dock&) { unmap(id); }
    void fit(gui::WindowId& id, gui::WmClass&) { unmap(id); }
    void fit(gui::WindowId& id, gui::ClipboardData&)
    {
        run_.session()->ask_clipboard(id);
        run_.settle();
    }
    void fit(gui::WindowId&, gui::ShmImage& image)
    {
        image.x.value %= 512;
        image.y.value %= 512;
    }
    void fit(gui::WindowId&, gui::WindowDump& dump)
    {
        if (!script_.rare()) {
            dump.width.value = 1 + dump.width.value % 256;
            dump.height.value = 1 + dump.height.value % 128;
        }
        const uint64_t bytes = uint64_t{dump.width.value} * dump.height.value * 4;
        dump.references.value.assign((bytes + kPageSize - 1) / kPageSize, script_.u8());
    }
    template <typename Message>
    void fit(gui::WindowId&, Message&)
    {}
    bool bordered(gui::WindowId id) const
    {
        const auto found = run_.desktop().windows.find(id);
        return found != run_.desktop().windows.end() &&
               found->second.chrome == gui_daemon::Chrome::Bordered;
    }
    void unmap(gui::WindowId id)
    {
        if (run_.session()->has(id))
            run_.feed(gui::encode(id, gui::Unmap{}));
    }

    Script script_;
    GuiRun run_;
};

}  // namespace

// Without its statistics on every feature of every input: a scene has so many that they take nine
// tenths of the time.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv)
{
    static char option[] = "-entropic=0";
    static std::vector<char*> arguments;
    arguments.assign(*argv, *argv + *argc);
    arguments.insert(arguments.begin() + 1, option);
    *argc = static_cast<int>(arguments.size());
    arguments.push_back(nullptr);
    *argv = arguments.data();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static Loop loop = *Loop::create();
    Scene(loop, Script(std::as_bytes(std::span(data, size)))).play();
    return 0;
}
