// SPDX-License-Identifier: GPL-2.0-or-later
// What libxl says, kept for the reply instead of being printed.
//
// Guarantees: never more than kMaxLog bytes; the newest are kept, since the reason comes last.
#pragma once

#include <string>

extern "C" {
#include <xentoollog.h>
}

namespace insula::xl_worker {

class ToolLog {
public:
    static constexpr size_t kMaxLog = 32768;  // worker::Done::log

    ToolLog();
    ToolLog(const ToolLog&) = delete;
    ToolLog& operator=(const ToolLog&) = delete;

    xentoollog_logger* logger() { return &hooks_.base; }
    const std::string& text() const { return text_; }
    void add(const std::string& line);

private:
    // SAFETY: libxl hands `base` back; being first, it is also the address of the whole.
    struct Hooks {
        xentoollog_logger base;
        ToolLog* owner;
    };
    static void on_message(xentoollog_logger* logger, xentoollog_level level, int errnum,
                           const char* context, const char* format, va_list arguments)
        __attribute__((format(printf, 5, 0)));
    static void on_progress(xentoollog_logger*, const char*, const char*, int, unsigned long,
                            unsigned long)
    {}
    static void on_destroy(xentoollog_logger*) {}

    Hooks hooks_{};
    std::string text_;
};

}  // namespace insula::xl_worker
