// SPDX-License-Identifier: GPL-2.0-or-later
// A desktop as a table, an agent's link as a list, and grants that exist or do not.
#pragma once

#include "gui-daemon/frame/title.h"
#include "gui-daemon/session/desktop.h"
#include "gui-daemon/session/placement.h"

#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

namespace insula::fake {

struct FakeWindow {
    gui_daemon::Rect content;
    gui_daemon::Chrome chrome = gui_daemon::Chrome::Framed;
    bool mapped = false;
    std::optional<gui::WindowId> transient_for;
    std::string title;
    std::string class_name;
    gui::WindowHints hints;
    gui_daemon::Urgency urgency = gui_daemon::Urgency::None;
    bool minimised = false;
    std::optional<uint32_t> glyph;
    gui_daemon::Size buffer;
    std::unique_ptr<MappedPages> pages;
    std::vector<gui_daemon::Rect> drawn;
};

// Stops the process when a call breaks the contract of Desktop.
class FakeDesktop final : public gui_daemon::Desktop {
public:
    gui_daemon::Rect area{0, 0, 1000, 800};
    std::map<gui::WindowId, FakeWindow> windows;

    gui_daemon::Rect work_area() const override { return area; }
    void create(gui::WindowId id, const gui_daemon::Rect& content,
                gui_daemon::Chrome chrome) override
    {
        const auto [entry, made] = windows.try_emplace(id);
        require(made);
        entry->second.content = content;
        entry->second.chrome = chrome;
        require_within_policy(entry->second);
    }
    void destroy(gui::WindowId id) override { require(windows.erase(id) == 1); }
    void set_chrome(gui::WindowId id, gui_daemon::Chrome chrome) override
    {
        require(!at(id).mapped);
        at(id).chrome = chrome;
    }
    void map(gui::WindowId id, std::optional<gui::WindowId> transient_for) override
    {
        if (transient_for)
            at(*transient_for);
        at(id).mapped = true;
        at(id).transient_for = transient_for;
    }
    void unmap(gui::WindowId id) override
    {
        require(at(id).mapped);
        at(id).mapped = false;
    }
    void configure(gui::WindowId id, const gui_daemon::Rect& content) override
    {
        at(id).content = content;
        require_within_policy(at(id));
    }
    void set_title(gui::WindowId id, const std::string& title) override
    {
        require(gui_daemon::sanitise_title(title) == title);
        at(id).title = title;
    }
    void set_class(gui::WindowId id, const std::string& name) override
    {
        require(gui_daemon::sanitise_class(name) == name);
        at(id).class_name = name;
    }
    void set_hints(gui::WindowId id, const gui::WindowHints& hints) override
    {
        require(wire::body_of(gui::hints_within_limits(hints)) == wire::body_of(hints));
        at(id).hints = hints;
    }
    void set_urgency(gui::WindowId id, gui_daemon::Urgency urgency) override
    {
        at(id).urgency = urgency;
    }
    void minimise(gui::WindowId id) override { at(id).minimised = true; }
    void set_cursor(gui::WindowId id, std::optional<uint32_t> glyph) override
    {
        require(!glyph || *glyph < gui::kCursorFontEnd - gui::kCursorFontBase);
        at(id).glyph = glyph;
    }
    void attach(gui::WindowId id, const gui_daemon::Size& size,
                std::unique_ptr<MappedPages> pages) override
    {
        require(pages->bytes().size() >= size_t{size.width} * size.height * 4);
        at(id).buffer = size;
        at(id).pages = std::move(pages);
    }
    void draw(gui::WindowId id, const gui_daemon::Rect& part) override
    {
        FakeWindow& window = at(id);
        require(window.pages && part.width > 0 && part.height > 0);
        require(part.x >= 0 && uint32_t(part.x) + part.width <= window.buffer.width);
        require(part.y >= 0 && uint32_t(part.y) + part.height <= window.buffer.height);
        window.drawn.assign(1, part);
    }

private:
    static void require(bool kept)
    {
        if (!kept)
            std::abort();
    }
    void require_within_policy(const FakeWindow& window) const
    {
        require(gui_daemon::place(window.content, window.chrome, area) == window.content);
    }
    FakeWindow& at(gui::WindowId id)
    {
        const auto found = windows.find(id);
        require(found != windows.end());
        return found->second;
    }
};

class FakeAgent final : public gui_daemon::PeerLink {
public:
    // Everything sent, decoded as the agent does.
    std::vector<gui::Addressed<gui::ToAgent>> received;

    void send(Bytes message) override
    {
        decoder_.feed(message);
        for (;;) {
            auto next = decoder_.next();
            if (!next)
                std::abort();
            if (!*next)
                return;
            received.push_back(std::move(**next));
        }
    }
    template <typename Message>
    size_t count() const
    {
        size_t n = 0;
        for (const auto& one : received)
            n += std::holds_alternative<Message>(one.message) ? 1u : 0u;
        return n;
    }

private:
    gui::Decoder<gui::ToAgent> decoder_;
};

// Every reference below `known` exists; counts the pages mapped at this moment.
class FakeGrants final : public GrantMapper {
public:
    uint32_t known = 1000;
    size_t mapped = 0;

    Result<std::unique_ptr<MappedPages>> map(std::span<const uint32_t> references) override
    {
        if (references.empty() || references.size() > kMaxGrantedPages)
            return Error(Errc::Protocol, "number of references out of range");
        for (const uint32_t reference : references)
            if (reference >= known)
                return Error(Errc::Protocol, "no such reference");
        return std::unique_ptr<MappedPages>(new Pages(*this, references.size()));
    }

private:
    class Pages final : public MappedPages {
    public:
        // The view is of the right size; the memory behind it is never read by the fakes.
        Pages(FakeGrants& owner, size_t count) : owner_(owner), count_(count)
        {
            owner_.mapped += count_;
        }
        ~Pages() override { owner_.mapped -= count_; }
        Bytes bytes() const override { return {&owner_.byte_, count_ * kPageSize}; }

    private:
        FakeGrants& owner_;
        size_t count_;
    };

    std::byte byte_{};
};

}  // namespace insula::fake
