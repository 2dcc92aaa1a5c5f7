#include "kernel/base/error.h"

namespace tenantry::base {

std::string_view name(ErrorCode code) {
    switch (code) {
        case ErrorCode::kInvalidArgument:
            return "invalid_argument";
        case ErrorCode::kUnauthenticated:
            return "unauthenticated";
        case ErrorCode::kForbidden:
            return "forbidden";
        case ErrorCode::kNotFound:
            return "not_found";
        case ErrorCode::kConflict:
            return "conflict";
        case ErrorCode::kTooMany:
            return "too_many";
        case ErrorCode::kDeadline:
            return "deadline";
        case ErrorCode::kUnavailable:
            return "unavailable";
        case ErrorCode::kUnsupported:
            return "unsupported";
        case ErrorCode::kInternal:
            return "internal";
    }
    return "internal";
}

bool mayRetry(ErrorCode code) {
    switch (code) {
        case ErrorCode::kTooMany:
        case ErrorCode::kDeadline:
        case ErrorCode::kUnavailable:
            return true;
        case ErrorCode::kInvalidArgument:
        case ErrorCode::kUnauthenticated:
        case ErrorCode::kForbidden:
        case ErrorCode::kNotFound:
        case ErrorCode::kConflict:
        case ErrorCode::kUnsupported:
        case ErrorCode::kInternal:
            return false;
    }
    return false;
}

}  // namespace tenantry::base
