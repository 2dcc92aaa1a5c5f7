/// The one error type of the kernel, and its ten codes.
///
/// `message` is for an administrator and names the thing; `context` grows as the error rises.
/// Neither ever holds a secret. Threads: a value type.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tenantry::base {

/// What the caller can do about it. The HTTP status of each stands in api/rest/problem.cpp.
enum class ErrorCode : std::uint8_t {
    kInvalidArgument = 1,  ///< the request is wrong; `pointer` names the field when one is to blame
    kUnauthenticated,      ///< nobody is signed in, or the session ended
    kForbidden,            ///< signed in, and not allowed
    kNotFound,             ///< does not exist, or is outside the scope: the two are not told apart
    kConflict,             ///< something else changed it meanwhile, or it exists already
    kTooMany,              ///< a limit was reached; `retryAfter` says when to come back
    kDeadline,             ///< it took too long
    kUnavailable,          ///< the other side is down or refuses; retry later
    kUnsupported,          ///< this backend or build cannot do it
    kInternal,             ///< a bug of ours, or nonsense from a component
};

/// The stable name of a code, in snake_case ("invalid_argument").
std::string_view name(ErrorCode code);

/// Whether the same call may succeed later without a change of its arguments.
bool mayRetry(ErrorCode code);

struct Error {
    ErrorCode code = ErrorCode::kInternal;
    std::string message;
    std::string context = {};
    /// RFC 6901 pointer into the request or configuration, when one field is to blame.
    std::string pointer = {};
    /// The backend's own code, verbatim ("49", "1045", "E0000047").
    std::string backendCode = {};
    /// Negative when unknown.
    std::chrono::milliseconds retryAfter{-1};
    /// A write may or may not have happened: read the backend before anything else.
    bool outcomeUnknown = false;
    /// Trying again is pointless, or harmful (a wrong password locks accounts), until a person
    /// changes something.
    bool needsPerson = false;

    /// Prepends a place to the context.
    Error within(std::string place) && {
        context = context.empty() ? std::move(place) : std::move(place) + " › " + context;
        return std::move(*this);
    }
    /// Names the field to blame.
    Error at(std::string field) && {
        pointer = std::move(field);
        return std::move(*this);
    }
    /// "context: message", for logs.
    [[nodiscard]] std::string text() const {
        return context.empty() ? message : context + ": " + message;
    }
};

inline Error makeError(ErrorCode code, std::string message) {
    Error error;
    error.code = code;
    error.message = std::move(message);
    return error;
}
inline Error invalidArgument(std::string message, std::string pointer = {}) {
    return makeError(ErrorCode::kInvalidArgument, std::move(message)).at(std::move(pointer));
}
inline Error unauthenticated(std::string message) {
    return makeError(ErrorCode::kUnauthenticated, std::move(message));
}
inline Error forbidden(std::string message) {
    return makeError(ErrorCode::kForbidden, std::move(message));
}
inline Error notFound(std::string message) {
    return makeError(ErrorCode::kNotFound, std::move(message));
}
inline Error conflict(std::string message) {
    return makeError(ErrorCode::kConflict, std::move(message));
}
inline Error tooMany(std::string message) {
    return makeError(ErrorCode::kTooMany, std::move(message));
}
inline Error deadlineExceeded(std::string message) {
    return makeError(ErrorCode::kDeadline, std::move(message));
}
inline Error unavailable(std::string message) {
    return makeError(ErrorCode::kUnavailable, std::move(message));
}
inline Error unsupported(std::string message) {
    return makeError(ErrorCode::kUnsupported, std::move(message));
}
inline Error internal(std::string message) {
    return makeError(ErrorCode::kInternal, std::move(message));
}

}  // namespace tenantry::base
