/// Outcome of an operation that may fail in an expected way: a value, or an Error.
///
/// Ownership: a Result owns its value. Threads: a value type, not shared.
/// Member names are those of std::expected (C++23), so that it can take this place later.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "kernel/base/error.h"

namespace tenantry::base {

/// Tag for a Result without a value.
struct Unit {};

template <class T>
class [[nodiscard]] Result {
  public:
    using value_type = T;

    Result(T value)
        : state_(std::in_place_index<0>, std::move(value)) {
    }  // NOLINT(google-explicit-constructor)
    Result(Error error)
        : state_(std::in_place_index<1>, std::move(error)) {
    }  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /// REQUIRES: has_value(). Otherwise the process stops: reading an absent value is a bug.
    T& value() & { return *orStop(std::get_if<0>(&state_)); }
    const T& value() const& { return *orStop(std::get_if<0>(&state_)); }
    T&& value() && { return std::move(*orStop(std::get_if<0>(&state_))); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    /// REQUIRES: !has_value().
    Error& error() & { return *orStop(std::get_if<1>(&state_)); }
    const Error& error() const& { return *orStop(std::get_if<1>(&state_)); }
    Error&& error() && { return std::move(*orStop(std::get_if<1>(&state_))); }

    /// Calls `next(value)` when there is one; an error passes through.
    template <class F>
    auto and_then(F&& next) && -> decltype(next(std::declval<T&&>())) {
        if (!has_value()) return std::move(*this).error();
        return std::forward<F>(next)(std::move(*this).value());
    }

  private:
    template <class P>
    static P* orStop(P* part) {
        if (part == nullptr) std::abort();
        return part;
    }

    std::variant<T, Error> state_;
};

using Status = Result<Unit>;

/// The success of an operation without a value.
inline Status ok() {
    return Unit{};
}

/// Adds where the error passed through: "connector ldap-1 › page 7 › ...".
template <class T>
Result<T> within(std::string place, Result<T> result) {
    if (!result) return std::move(result).error().within(std::move(place));
    return result;
}

}  // namespace tenantry::base

#define TNY_CONCAT_INNER(a, b) a##b
#define TNY_CONCAT(a, b) TNY_CONCAT_INNER(a, b)
/// TNY_TRY(auto x, f());  assigns the value, or returns the error from the current function.
#define TNY_TRY(target, ...) TNY_TRY_NAMED(TNY_CONCAT(tnyTry, __COUNTER__), target, __VA_ARGS__)
#define TNY_TRY_NAMED(name, target, ...)       \
    auto name = (__VA_ARGS__);                 \
    if (!name) return std::move(name).error(); \
    target = std::move(name).value()
/// TNY_CHECKED(f());  for a Status: returns its error from the current function.
#define TNY_CHECKED(...) TNY_CHECKED_NAMED(TNY_CONCAT(tnyTry, __COUNTER__), __VA_ARGS__)
#define TNY_CHECKED_NAMED(name, ...) \
    if (auto name = (__VA_ARGS__); !name) return std::move(name).error()
