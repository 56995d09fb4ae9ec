// SPDX-License-Identifier: GPL-2.0-or-later
// What the daemon is told: windows, geometry, pictures.
#include "guest-agent/window-agent/agent.h"
#include "guest-agent/window-agent/log.h"
#include "guest-agent/window-agent/x/properties.h"

#include <utility>

namespace insula::window_agent {

void Agent::show(Window& window)
{
    if (!channel_ || !channel_->ready() || shown(window.id))
        return;
    const Rect geometry = within_protocol(window.geometry);
    const DumpAcks acks =
        channel_->version().acknowledges_dumps() ? DumpAcks::Expected : DumpAcks::Never;
    shown_.emplace(window.id, Shown{ConfigureExchange(geometry), WindowBuffer(acks)});

    gui::Create create;
    set_geometry(create, geometry);
    create.override_redirect = window.override_redirect;
    channel_->send(window.id, create);
    channel_->send(window.id, gui::WmName{{x::name_of(server_, window.x)}});
    if (window.viewable) {
        window.damage_everything();
        show_map(window, place_of(window));
    }
}

// On the screen before this daemon came, or before this agent did: then it comes back where it was.
Agent::Place Agent::place_of(const Window& window)
{
    return x::was_shown(server_, window.x) ? Place::Kept : Place::Free;
}

void Agent::show_map(const Window& window, Place place)
{
    Shown* s = shown(window.id);
    if (!channel_ || !s)
        return;
    // Clients set it between creating and mapping a window; the protocol has it before MAP only.
    if (!std::exchange(s->class_told, true)) {
        const x::ClassNames names = x::class_of(server_, window.x);
        channel_->send(window.id, gui::WmClass{{names.class_name}, {names.instance_name}});
    }
    gui::WindowHints hints = x::hints_of(server_, window.x);
    if (place == Place::Kept)
        hints.flags.bits |= gui::kHintUserPosition;
    channel_->send(window.id, hints);
    gui::Map map;
    map.transient_for = static_cast<uint32_t>(windows_.id_of(x::transient_for(server_, window.x)));
    map.override_redirect = window.override_redirect;
    channel_->send(window.id, map);
    x::remember_shown(server_, window.x);
}

void Agent::show_geometry(const Window& window)
{
    Shown* s = shown(window.id);
    if (!channel_ || !s)
        return;
    if (const auto told = s->exchange.decide_local(within_protocol(window.geometry))) {
        gui::Configure message;
        set_geometry(message, *told);
        message.override_redirect = window.override_redirect;
        channel_->send(window.id, message);
    }
}

void Agent::show_pictures()
{
    if (!channel_ || !channel_->ready() || channel_->ended())
        return;
    for (auto& [id, window] : windows_.all()) {
        // A daemon that does not read gets the newest picture once it does.
        if (channel_->busy())
            return;
        if (window.viewable && !window.damage.empty())
            show_picture(window);
    }
}

void Agent::show_picture(Window& window)
{
    Shown* s = shown(window.id);
    if (!s)
        return;
    const Rect size = within_protocol(window.geometry);
    Buffer* buffer = s->buffer.current();
    if (!buffer || buffer->width != size.width || buffer->height != size.height) {
        if (!s->buffer.may_replace() || s->picture_refused || !renew_buffer(window, *s))
            return;
        buffer = s->buffer.current();
        window.damage_everything();
    }
    server_.begin_damage(window.x);
    const Rect changed = window.take_damage(buffer->width, buffer->height);
    if (changed.empty())
        return;
    // A window that vanished or changed its size meanwhile: its own event is under way.
    if (!pictures_.at(window.id).copy(segment_, changed, buffer->pages->bytes(),
                                      stride_of(buffer->width)))
        return;
    gui::ShmImage message;
    set_geometry(message, changed);
    channel_->send(window.id, message);
}

bool Agent::renew_buffer(const Window& window, Shown& s)
{
    const Rect size = within_protocol(window.geometry);
    const size_t pages = pages_for(size.width, size.height);
    s.buffer.drop_what_nobody_reads();
    auto lease = budget_.take(pages);
    auto shared = lease ? grants_->share(pages)
                        : Error(Errc::Exhausted, "all windows together are too large");
    if (!shared) {
        s.picture_refused = true;
        log(Level::Warning, "a window of " + std::to_string(size.width) + "x" +
                                std::to_string(size.height) +
                                " stays without a picture: " + shared.error().describe());
        return false;
    }
    gui::WindowDump dump;
    dump.width.value = size.width;
    dump.height.value = size.height;
    const auto references = (*shared)->references();
    dump.references.value.assign(references.begin(), references.end());
    s.buffer.replace({std::move(*lease), *std::move(shared), size.width, size.height});
    channel_->send(window.id, dump);
    return true;
}

}  // namespace insula::window_agent
