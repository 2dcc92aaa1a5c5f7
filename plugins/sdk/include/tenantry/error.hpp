// Errors a connector throws. They stop at the seam in plugin.hpp, which tells the host with fail().
#pragma once
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <tenantry/abi.h>

namespace tny {

inline tny_str str(std::string_view text) noexcept {
    return {text.data(), text.size()};
}
inline std::string_view view(tny_str text) noexcept {
    return text.ptr == nullptr ? std::string_view() : std::string_view(text.ptr, text.len);
}

/// A status with its reason. Make one with the factories below, which are named after what the host
/// will do: `throw tny::unavailable("the server hung up").backend(52, "52");`
///
/// `message` is read by an administrator: a sentence, no secrets, no personal data.
/// `detail` is for a developer.
class Error : public std::exception {
  public:
    Error(tny_status code, std::string message) : code_(code), message_(std::move(message)) {}

    Error& detail(std::string text) & { return detail_ = std::move(text), *this; }
    Error&& detail(std::string text) && { return detail_ = std::move(text), std::move(*this); }
    /// RFC 6901 pointer to the field of the configuration or the arguments that is to blame.
    Error& pointer(std::string text) & { return pointer_ = std::move(text), *this; }
    Error&& pointer(std::string text) && { return pointer_ = std::move(text), std::move(*this); }
    /// The backend's own number and code, verbatim.
    Error& backend(std::int32_t status, std::string code = {}) & {
        backendStatus_ = status;
        backendCode_ = std::move(code);
        return *this;
    }
    Error&& backend(std::int32_t status, std::string code = {}) && {
        return std::move(backend(status, std::move(code)));
    }
    Error& retryAfterMs(std::int64_t ms) & { return retryAfterMs_ = ms, *this; }
    Error&& retryAfterMs(std::int64_t ms) && { return retryAfterMs_ = ms, std::move(*this); }

    tny_status code() const noexcept { return code_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& detail() const noexcept { return detail_; }
    const std::string& pointer() const noexcept { return pointer_; }
    const std::string& backendCode() const noexcept { return backendCode_; }
    std::int32_t backendStatus() const noexcept { return backendStatus_; }
    std::int64_t retryAfterMs() const noexcept { return retryAfterMs_; }
    const char* what() const noexcept override { return message_.c_str(); }

    /// The C form. Borrows from *this.
    tny_error raw() const noexcept {
        tny_error e{};
        e.size = sizeof e;
        e.code = code_;
        e.retry_after_ms = retryAfterMs_;
        e.backend_status = backendStatus_;
        e.message = str(message_);
        e.detail = str(detail_);
        e.pointer = str(pointer_);
        e.backend_code = str(backendCode_);
        return e;
    }

  private:
    tny_status code_;
    std::int32_t backendStatus_ = 0;
    std::int64_t retryAfterMs_ = -1;
    std::string message_, detail_, pointer_, backendCode_;
};

// Do not retry; tell the operator.
inline Error config(std::string message, std::string pointer = {}) {
    return Error(TNY_E_CONFIG, std::move(message)).pointer(std::move(pointer));
}
inline Error authFailed(std::string m) {
    return Error(TNY_E_AUTH, std::move(m));
}
inline Error permission(std::string m) {
    return Error(TNY_E_PERMISSION, std::move(m));
}
inline Error unsupported(std::string m) {
    return Error(TNY_E_UNSUPPORTED, std::move(m));
}
inline Error argument(std::string message, std::string pointer = {}) {
    return Error(TNY_E_ARGUMENT, std::move(message)).pointer(std::move(pointer));
}
inline Error notFound(std::string m) {
    return Error(TNY_E_NOT_FOUND, std::move(m));
}
inline Error exists(std::string m) {
    return Error(TNY_E_EXISTS, std::move(m));
}
inline Error conflict(std::string m) {
    return Error(TNY_E_CONFLICT, std::move(m));
}
inline Error policy(std::string m) {
    return Error(TNY_E_POLICY, std::move(m));
}

// Retry later; nothing happened.
inline Error rateLimited(std::int64_t afterMs, std::string m = "The backend asks for a pause.") {
    return Error(TNY_E_RATE_LIMITED, std::move(m)).retryAfterMs(afterMs);
}
inline Error unavailable(std::string m) {
    return Error(TNY_E_UNAVAILABLE, std::move(m));
}
inline Error timeout(std::string m) {
    return Error(TNY_E_TIMEOUT, std::move(m));
}

// Restart from a different point.
inline Error cursorExpired(std::string m = "The cursor is no longer valid.") {
    return Error(TNY_E_CURSOR_EXPIRED, std::move(m));
}
/// After the request went out: never claim `unavailable` for a write that may have happened.
inline Error outcomeUnknown(std::string m) {
    return Error(TNY_E_OUTCOME_UNKNOWN, std::move(m));
}

// The call itself.
inline Error cancelled() {
    return Error(TNY_E_CANCELLED, "The call was cancelled.");
}
inline Error data(std::string m) {
    return Error(TNY_E_DATA, std::move(m));
}
inline Error internal(std::string m) {
    return Error(TNY_E_INTERNAL, std::move(m));
}

}  // namespace tny
