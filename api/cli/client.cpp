#include "api/cli/client.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/URI.h>

#include <array>
#include <istream>
#include <memory>
#include <ostream>

#include "api/http/headers.h"
#include "kernel/base/text.h"

namespace tenantry::cli {
namespace {

namespace net = Poco::Net;

/// An export may be quiet while the server gathers it.
constexpr int kTimeoutSeconds = 60;

std::unique_ptr<net::HTTPClientSession> open(const std::string& scheme, const std::string& host,
                                             unsigned short port) {
    std::unique_ptr<net::HTTPClientSession> session;
    if (scheme == "https") {
        const net::Context::Ptr context =
            new net::Context(net::Context::TLS_CLIENT_USE, "", net::Context::VERIFY_STRICT);
        SSL_CTX_set_default_verify_paths(context->sslContext());
        session = std::make_unique<net::HTTPSClientSession>(host, port, context);
    } else {
        session = std::make_unique<net::HTTPClientSession>(host, port);
    }
    session->setTimeout(Poco::Timespan(kTimeoutSeconds, 0));
    return session;
}

}  // namespace

std::string Answer::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (http::equalIgnoringCase(key, name)) return value;
    }
    return {};
}

std::string withQuery(const std::string& path, const Parameters& parameters) {
    std::string out = path;
    char joint = '?';
    for (const auto& [name, value] : parameters) {
        if (value.empty()) continue;
        out += joint + name + "=" + base::percentEncode(value);
        joint = '&';
    }
    return out;
}

Failure failureOf(const Answer& answer) {
    Failure failure;
    if (answer.status == 401) failure.code = Exit::kNotSignedIn;
    if (answer.status == 503) failure.code = Exit::kUnreachable;
    if (answer.status == 504) failure.code = Exit::kPartial;
    const auto problem = base::Json::parse(answer.body);
    if (!problem || !(*problem)["detail"].isString()) {
        failure.words = "The server answered with status " + std::to_string(answer.status) + ".";
        return failure;
    }
    failure.words = (*problem)["detail"].stringOr("");
    if (const auto pointer = (*problem)["pointer"].asString())
        failure.words += " [" + *pointer + "]";
    if (answer.status == 401) failure.words += " Run: tenantry login";
    if (answer.status >= 500) {
        failure.words += " (request " + (*problem)["request_id"].stringOr("?") + ")";
    }
    return failure;
}

Client::Client(const std::string& url, base::SecretText token) : token_(std::move(token)) {
    try {
        const Poco::URI uri(url);
        scheme_ = uri.getScheme();
        host_ = uri.getHost();
        port_ = uri.getPort();
    } catch (const Poco::Exception&) {
        scheme_.clear();
    }
    if ((scheme_ != "http" && scheme_ != "https") || host_.empty()) {
        throw Failure{Exit::kUsage, "The address \"" + url + "\" is not http://HOST:PORT."};
    }
}

Answer Client::exchange(const Sent& sent, const std::function<void(std::string_view)>* each) {
    try {
        const auto session = open(scheme_, host_, port_);
        net::HTTPRequest request(sent.method, sent.path, net::HTTPMessage::HTTP_1_1);
        request.set("Accept", sent.accept);
        request.set("User-Agent", "tenantry-cli");
        if (!token_.empty()) request.set("Authorization", "Bearer " + token_.reveal());
        if (!sent.idempotencyKey.empty()) request.set("Idempotency-Key", sent.idempotencyKey);
        if (!sent.body.empty()) request.setContentType("application/json");
        request.setContentLength(static_cast<std::streamsize>(sent.body.size()));
        session->sendRequest(request) << sent.body;
        net::HTTPResponse response;
        std::istream& in = session->receiveResponse(response);
        Answer answer;
        answer.status = response.getStatus();
        for (const auto& [name, value] : response) answer.headers.emplace_back(name, value);
        std::array<char, 16 * 1024> buffer;
        while (in.read(buffer.data(), buffer.size()), in.gcount() > 0) {
            const std::string_view piece(buffer.data(), static_cast<std::size_t>(in.gcount()));
            if (each != nullptr && answer.status == 200) {
                (*each)(piece);
            } else {
                answer.body += piece;
            }
        }
        if (const auto* failed = session->networkException()) failed->rethrow();
        return answer;
    } catch (const Poco::Exception& error) {
        throw Failure{Exit::kUnreachable, "No answer from " + scheme_ + "://" + host_ + ":" +
                                              std::to_string(port_) + ": " + error.displayText() +
                                              "."};
    }
}

base::Json Client::checked(const Answer& answer) const {
    if (answer.status >= 400) throw failureOf(answer);
    if (answer.body.empty()) return {};
    auto json = base::Json::parse(answer.body);
    if (!json) throw Failure{Exit::kRefused, "The server answered with something else than JSON."};
    return *json;
}

base::Json Client::get(const std::string& path, const Parameters& parameters) {
    return checked(exchange(
        {.method = "GET", .path = withQuery(path, parameters), .body = {}, .idempotencyKey = {}}));
}

base::Json Client::post(const std::string& path, const std::string& body,
                        const std::string& idempotencyKey) {
    return checked(
        exchange({.method = "POST", .path = path, .body = body, .idempotencyKey = idempotencyKey}));
}

void Client::remove(const std::string& path) {
    checked(exchange({.method = "DELETE", .path = path, .body = {}, .idempotencyKey = {}}));
}

Answer Client::postRaw(const std::string& path, const std::string& body) {
    return exchange({.method = "POST", .path = path, .body = body, .idempotencyKey = {}});
}

Answer Client::download(const std::string& path, const Parameters& parameters,
                        const std::string& accept,
                        const std::function<void(std::string_view)>& each) {
    Answer answer = exchange({.method = "GET",
                              .path = withQuery(path, parameters),
                              .body = {},
                              .accept = accept,
                              .idempotencyKey = {}},
                             &each);
    if (answer.status >= 400) throw failureOf(answer);
    return answer;
}

}  // namespace tenantry::cli
