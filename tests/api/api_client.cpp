#include "tests/api/api_client.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>

#include "api/http/headers.h"
#include "tests/api/site.h"

namespace tenantry::testing {
namespace {

void writeDown(const std::string& method, const std::string& target, const Reply& reply) {
    base::JsonWriter line;
    line.beginObject().key("method").string(method);
    line.key("path").string(target.substr(0, target.find('?')));
    line.key("status").number(std::int64_t{reply.status});
    line.key("headers").beginObject();
    for (const auto& [name, value] : reply.headers) line.key(name).string(value);
    line.endObject().key("body").string(reply.body).endObject();
    // Some tests ask from several threads at once: a line is written whole.
    static std::mutex writing;
    const std::lock_guard lock(writing);
    std::ofstream(ApiClient::recordPath(), std::ios::app) << std::move(line).take() << "\n";
}

}  // namespace

base::Json Reply::json() const {
    auto parsed = base::Json::parse(body);
    if (!parsed) throw std::runtime_error("no JSON: " + body);
    return *parsed;
}

std::string Reply::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

std::string ApiClient::recordPath() {
    static const std::string kPath = (std::filesystem::temp_directory_path() /
                                      ("tenantry-answers-" + std::to_string(::getpid()) + ".jsonl"))
                                         .string();
    return kPath;
}

ApiClient::ApiClient(std::uint16_t port, const std::string& username) : port_(port) {
    const auto reply = post("/api/v1/session", R"({"username":")" + username + R"(","password":")" +
                                                   std::string(Site::kPassword) + "\"}");
    if (reply.status != 201) throw std::runtime_error("sign-in: " + reply.body);
    const std::string cookie = reply.header("set-cookie");
    cookie_ = cookie.substr(0, cookie.find(';'));
    csrf_ = reply.json()["csrf_token"].stringOr("");
}

std::string ApiClient::token() const {
    return cookie_.substr(cookie_.find('=') + 1);
}

Reply ApiClient::bare(const std::string& method, const std::string& target, const std::string& body,
                      const Fields& headers) {
    namespace net = Poco::Net;
    net::HTTPClientSession session("127.0.0.1", port_);
    session.setTimeout(Poco::Timespan(30, 0));
    net::HTTPRequest request(method, target, net::HTTPMessage::HTTP_1_1);
    if (!body.empty()) request.setContentType("application/json");
    if (!body.empty() || method == "POST" || method == "PATCH") {
        request.setContentLength(static_cast<std::streamsize>(body.size()));
    }
    for (const auto& [name, value] : headers) request.set(name, value);
    session.sendRequest(request) << body;
    net::HTTPResponse response;
    std::istream& in = session.receiveResponse(response);
    Reply reply;
    reply.status = response.getStatus();
    Poco::StreamCopier::copyToString(in, reply.body);
    for (const auto& [name, value] : response) reply.headers[http::toLower(name)] = value;
    writeDown(method, target, reply);
    return reply;
}

Reply ApiClient::send(const std::string& method, const std::string& target, const std::string& body,
                      Fields headers) {
    if (!cookie_.empty()) headers.emplace("Cookie", cookie_);
    if (!csrf_.empty() && method != "GET") headers.emplace("X-CSRF-Token", csrf_);
    return bare(method, target, body, headers);
}

Reply ApiClient::get(const std::string& target, const Fields& headers) {
    return send("GET", target, {}, headers);
}
Reply ApiClient::post(const std::string& target, const std::string& body, const Fields& headers) {
    return send("POST", target, body, headers);
}
Reply ApiClient::patch(const std::string& target, const std::string& body, const Fields& headers) {
    return send("PATCH", target, body, headers);
}
Reply ApiClient::put(const std::string& target, const std::string& body, const Fields& headers) {
    return send("PUT", target, body, headers);
}
Reply ApiClient::remove(const std::string& target, const Fields& headers) {
    return send("DELETE", target, {}, headers);
}

}  // namespace tenantry::testing
