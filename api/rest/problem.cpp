#include "api/rest/problem.h"

#include <algorithm>
#include <chrono>

#include "kernel/base/json.h"
#include "kernel/base/log.h"

namespace tenantry::rest {
namespace {

using base::ErrorCode;

constexpr std::string_view kInternalWords =
    "The server failed. Nothing more is known here; its log is.";

struct Face {
    std::string_view type;
    std::string_view title;
};

Face faceOf(int status) {
    switch (status) {
        case 401:
            return {"unauthenticated", "Not signed in"};
        case 403:
            return {"forbidden", "Not allowed"};
        case 404:
        case 405:
            return {"not-found", "Not found"};
        case 409:
            return {"conflict", "Conflict"};
        case 412:
            return {"precondition-failed", "Changed meanwhile"};
        case 422:
        case 501:
        case 505:
            return {"unsupported", "Cannot be done here"};
        case 428:
            return {"precondition-required", "If-Match is missing"};
        case 429:
            return {"too-many", "Too many requests"};
        case 408:
        case 504:
            return {"deadline", "No answer in time"};
        case 503:
            return {"unavailable", "Cannot be reached"};
        default:
            break;
    }
    if (status >= 500) return {"internal", "Internal error"};
    return {"invalid-argument", "Not understood"};
}

std::string bodyOf(int status, std::string_view detail, std::string_view pointer,
                   std::string_view requestId) {
    const Face face = faceOf(status);
    base::JsonWriter out;
    out.beginObject();
    out.key("type").string("urn:tenantry:problem:" + std::string(face.type));
    out.key("title").string(face.title);
    out.key("status").number(std::int64_t{status});
    out.key("detail").string(detail);
    if (!pointer.empty()) out.key("pointer").string(pointer);
    out.key("request_id").string(requestId);
    out.endObject();
    return std::move(out).take();
}

http::Response answer(int status, std::string_view detail, std::string_view pointer,
                      std::string_view requestId) {
    auto response = http::Response::text(status, "application/problem+json",
                                         bodyOf(status, detail, pointer, requestId));
    // RFC 9110 section 15.5.2 wants a challenge; this scheme makes no browser ask by itself.
    if (status == 401) response.header("WWW-Authenticate", "Bearer realm=\"tenantry\"");
    return response;
}

}  // namespace

int statusOf(ErrorCode code) {
    switch (code) {
        case ErrorCode::kInvalidArgument:
            return 400;
        case ErrorCode::kUnauthenticated:
            return 401;
        case ErrorCode::kForbidden:
            return 403;
        case ErrorCode::kNotFound:
            return 404;
        case ErrorCode::kConflict:
            return 409;
        case ErrorCode::kTooMany:
            return 429;
        case ErrorCode::kDeadline:
            return 504;
        case ErrorCode::kUnavailable:
            return 503;
        case ErrorCode::kUnsupported:
            return 422;
        case ErrorCode::kInternal:
            return 500;
    }
    return 500;
}

http::Response problem(const base::Error& error, std::string_view requestId) {
    // A write whose outcome is not known is never told as a mere failure.
    const int status = error.outcomeUnknown ? 504 : statusOf(error.code);
    if (status == 500) {
        base::logError("request_failed", {{"request_id", requestId}, {"error", error.text()}});
        return answer(status, kInternalWords, {}, requestId);
    }
    auto response = answer(status, error.message, error.pointer, requestId);
    if (status == 429 || status == 503) {
        const auto known =
            error.retryAfter.count() >= 0 ? error.retryAfter : std::chrono::milliseconds(5000);
        const auto seconds =
            std::max(std::chrono::ceil<std::chrono::seconds>(known), std::chrono::seconds(1));
        response.header("Retry-After", std::to_string(seconds.count()));
    }
    return response;
}

http::Response refusal(int status, std::string_view detail, std::string_view requestId) {
    auto response = answer(status, detail, {}, requestId);
    if (status == 429 || status == 503) response.header("Retry-After", "5");
    return response;
}

}  // namespace tenantry::rest
