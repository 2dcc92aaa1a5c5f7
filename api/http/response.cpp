#include "api/http/response.h"

namespace tenantry::http {

Response Response::json(int status, std::string body) {
    return text(status, "application/json", std::move(body));
}

Response Response::text(int status, std::string contentType, std::string body) {
    Response response(status);
    response.header("Content-Type", std::move(contentType));
    response.body_ = std::move(body);
    return response;
}

Response Response::streamed(std::string contentType, Streamed body) {
    Response response(200);
    response.header("Content-Type", std::move(contentType));
    response.body_ = std::move(body);
    return response;
}

Response Response::shared(int status, std::string contentType, SharedBody body) {
    Response response(status);
    response.header("Content-Type", std::move(contentType));
    response.body_ = std::move(body);
    return response;
}

Response Response::events(EventBody stream) {
    Response response(200);
    response.header("Content-Type", "text/event-stream");
    response.header("Cache-Control", "no-store");
    response.header("X-Accel-Buffering", "no");
    response.body_ = std::move(stream);
    return response;
}

std::string_view Response::body() const {
    if (const auto* own = std::get_if<std::string>(&body_)) return *own;
    if (const auto* lent = std::get_if<SharedBody>(&body_)) {
        return *lent ? std::string_view(**lent) : std::string_view();
    }
    return {};
}

std::string_view reasonPhrase(int status) {
    struct Phrase {
        int status;
        std::string_view text;
    };
    static constexpr Phrase kPhrases[] = {
        {100, "Continue"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (const Phrase& phrase : kPhrases) {
        if (phrase.status == status) return phrase.text;
    }
    return "Status";
}

}  // namespace tenantry::http
