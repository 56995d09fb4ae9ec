// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/worker/serve.h"

namespace insula::worker {
namespace {

// The newest is kept, since the reason comes last.
template <size_t Min, size_t Max>
void set_end(wire::String<Min, Max>& field, const std::string& text)
{
    field.value = text.size() > Max ? text.substr(text.size() - Max) : text;
}

}  // namespace

int answer(Channel& channel, const Outcome& outcome, const std::string& log)
{
    if (!outcome) {
        Done done;
        set_end(done.log, log);
        return channel.reply(done) ? 0 : 1;
    }
    Failed failed;
    failed.stage.value = outcome->stage;
    failed.code = outcome->code;
    failed.cause.value = outcome->cause.substr(0, decltype(failed.cause)::kMax);
    set_end(failed.log, log);
    // Nobody listening is how a wait ends when insulad has no more use for it.
    static_cast<void>(channel.reply(failed));
    return 1;
}

}  // namespace insula::worker
