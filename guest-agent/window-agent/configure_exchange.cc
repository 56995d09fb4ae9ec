// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/configure_exchange.h"

#include <utility>

namespace insula::window_agent {

std::optional<Rect> ConfigureExchange::decide_local(const Rect& now)
{
    if (unanswered_ || now == told_)
        return std::nullopt;
    told_ = now;
    unanswered_ = now;
    return now;
}

ConfigureExchange::Decision ConfigureExchange::decide_remote(const Rect& from_daemon)
{
    if (unanswered_ == from_daemon) {
        unanswered_.reset();
        return {};
    }
    unanswered_.reset();
    told_ = from_daemon;
    return {.apply = true, .reply = true};
}

}  // namespace insula::window_agent
