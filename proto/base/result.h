// SPDX-License-Identifier: GPL-2.0-or-later
// Result<T>: a value or an Error, never both, never ignored.
//
// The member names are those of std::expected so that this header can become an alias
// once both our compilers ship it (libstdc++ 12 has <expected> for g++ -std=c++23 only).
#pragma once

#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace insula {

// What the caller can act on. Anything finer belongs in Error::text().
enum class Errc {
    System,      // a system or library call failed; see Error::sys()
    Protocol,    // the peer sent something the specification forbids
    PeerClosed,  // the peer went away
    Exhausted,   // a limit of ours was reached
    Denied,      // policy said no
    NotFound,    // the thing named does not exist
    Invalid,     // what a person or a caller of ours asked for breaks a rule
    Conflict,    // valid, but not in the state things are in
};

class [[nodiscard]] Error {
public:
    // `text` is ours, never a peer's raw bytes: it may go to a log as it is.
    Error(Errc code, std::string text, int sys = 0) : code_(code), sys_(sys), text_(std::move(text))
    {}

    Errc code() const { return code_; }
    // The errno of a failed call, 0 where there is none.
    int sys() const { return sys_; }
    const std::string& text() const { return text_; }
    // For a log line: the text, and what errno said.
    std::string describe() const
    {
        if (sys_ == 0)
            return text_;
        return text_ + ": " + strerrordesc_np_or_number(sys_);
    }

    // Prepends what we were doing, so that a log line reads from the outside in.
    Error&& within(std::string_view doing) &&
    {
        text_.insert(0, ": ").insert(0, doing);
        return std::move(*this);
    }

private:
    static std::string strerrordesc_np_or_number(int sys)
    {
        if (const char* name = ::strerrordesc_np(sys))
            return name;
        return "error " + std::to_string(sys);
    }

    Errc code_;
    int sys_;
    std::string text_;
};

template <typename T>
class [[nodiscard]] Result {
public:
    using value_type = T;

    // Implicit on purpose: `return value;` and `return Error(...);` are how a Result is made.
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& operator*() & { return value_or_die(); }
    const T& operator*() const& { return const_cast<Result*>(this)->value_or_die(); }
    T&& operator*() && { return std::move(value_or_die()); }
    T* operator->() { return &value_or_die(); }
    const T* operator->() const { return &const_cast<Result*>(this)->value_or_die(); }
    Error& error() { return error_or_die(); }
    const Error& error() const { return const_cast<Result*>(this)->error_or_die(); }

private:
    // Reading the wrong side is a bug of ours, not an input of anybody's: stop at once.
    T& value_or_die()
    {
        auto* value = std::get_if<0>(&state_);
        if (!value)
            std::abort();
        return *value;
    }
    Error& error_or_die()
    {
        auto* error = std::get_if<1>(&state_);
        if (!error)
            std::abort();
        return *error;
    }

    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    using value_type = void;

    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool has_value() const { return !error_; }
    explicit operator bool() const { return has_value(); }
    Error& error()
    {
        if (!error_)
            std::abort();
        return *error_;
    }
    const Error& error() const { return const_cast<Result*>(this)->error(); }

private:
    std::optional<Error> error_;
};

inline Error system_error(int errnum, std::string doing)
{
    return {Errc::System, std::move(doing), errnum};
}

}  // namespace insula

#define INSULA_CONCAT_(a, b) a##b
#define INSULA_CONCAT(a, b) INSULA_CONCAT_(a, b)
#define INSULA_TRY_(tmp, lhs, expr)                                                                \
    auto tmp = (expr);                                                                             \
    if (!tmp)                                                                                      \
        return std::move(tmp.error());                                                             \
    lhs = *std::move(tmp)

// INSULA_TRY(const auto width, reader.u32());  -- declare, or return the error.
#define INSULA_TRY(lhs, expr) INSULA_TRY_(INSULA_CONCAT(try_, __LINE__), lhs, expr)
// INSULA_CHECK(flush());  -- for Result<void>.
#define INSULA_CHECK(expr)                                                                         \
    do {                                                                                           \
        if (auto checked_ = (expr); !checked_)                                                     \
            return std::move(checked_.error());                                                    \
    } while (0)
