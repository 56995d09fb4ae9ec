// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/xl-worker/toollog.h"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace insula::xl_worker {

ToolLog::ToolLog()
{
    hooks_.base.vmessage = on_message;
    hooks_.base.progress = on_progress;
    hooks_.base.destroy = on_destroy;
    hooks_.owner = this;
}

void ToolLog::add(const std::string& line)
{
    text_ += line;
    text_ += '\n';
    if (text_.size() > kMaxLog)
        text_.erase(0, text_.size() - kMaxLog);
}

void ToolLog::on_message(xentoollog_logger* logger, xentoollog_level level, int errnum,
                         const char* context, const char* format, va_list arguments)
{
    if (level < XTL_DETAIL)
        return;
    std::array<char, 1024> message{};
    std::vsnprintf(message.data(), message.size(), format, arguments);
    std::string line = xtl_level_to_string(level);
    line += ": ";
    if (context)
        line.append(context).append(": ");
    line += message.data();
    if (errnum >= 0) {
        const char* text = ::strerrordesc_np(errnum);
        line.append(": ").append(text ? text : "unknown error");
    }
    // SAFETY: the logger is the first member of Hooks, which this class alone creates.
    reinterpret_cast<Hooks*>(logger)->owner->add(line);
}

}  // namespace insula::xl_worker
