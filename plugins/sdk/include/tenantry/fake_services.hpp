// HTTP, memory and clock of tny::FakeHost.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenantry/plugin.hpp>

namespace tny {

/// A request as it left the connector, with its secrets put in.
struct FakeHttpRequest {
    std::string method = {}, url = {}, body = {}, bucket = {};
    /// Names in lower case.
    std::map<std::string, std::string> headers = {};
    /// What follows the host in the URL: "/users?after=3".
    std::string target = {};
    Json json() const { return Json::parse(body); }
};

struct FakeHttpAnswer {
    int status = 200;
    std::string body = {};
    /// Names in lower case.
    std::map<std::string, std::string> headers = {};
    /// Other than TNY_OK: no answer comes, send returns this.
    tny_status failure = TNY_OK;
};

/// Threads: the call's.
class FakeServices {
  public:
    std::map<std::string, std::string> secrets = {};
    std::map<std::string, std::uint32_t> throttled = {};  ///< bucket -> turns taken
    /// Answers requests when `answers` is empty.
    std::function<FakeHttpAnswer(const FakeHttpRequest&)> http = {};
    /// Given out first, in their order.
    std::deque<FakeHttpAnswer> answers = {};
    std::vector<FakeHttpRequest> requests = {};  ///< all that came
    std::map<std::string, std::string> kv = {};
    std::int64_t nowMs = 1'700'000'000'000;

  protected:
    /// What a tny_call points to begins with this.
    struct FakeCall {
        FakeServices* services = nullptr;
    };

    static const void* interfaceOf(tny_str id) {
        static const tny_http http{sizeof(tny_http), sendHttp};
        static const tny_kv kv{sizeof(tny_kv), kvGet, kvPut, kvRemove};
        static const tny_clock clock{sizeof(tny_clock),
                                     [](tny_call* c) { return servicesOf(c).nowMs; }};
        if (view(id) == "tny.http/1") return &http;
        if (view(id) == "tny.kv/1") return &kv;
        if (view(id) == "tny.clock/1") return &clock;
        return nullptr;
    }

  private:
    static constexpr std::size_t kKvBytesMax = 1024 * 1024;

    static FakeServices& servicesOf(tny_call* call) {
        return *reinterpret_cast<FakeCall*>(call)->services;
    }
    static tny_status failed(const tny_http_sink* sink, tny_status status, const char* why) {
        tny_error e{};
        e.size = sizeof e;
        e.code = status;
        e.retry_after_ms = -1;
        e.message = str(why);
        if (sink->failed != nullptr) sink->failed(sink->u, &e);
        return status;
    }

    /// Puts the secrets in; false when there is no such secret.
    bool inject(std::string& value) const {
        for (auto at = value.find("{{"); at != std::string::npos; at = value.find("{{", at)) {
            const auto end = value.find("}}", at);
            if (end == std::string::npos) return true;
            const std::string inner = value.substr(at + 2, end - at - 2);
            const bool basic = inner.rfind("basic:", 0) == 0;
            if (!basic && inner.rfind("secret:", 0) != 0) return true;
            std::string ref = inner.substr(inner.find(':') + 1);
            std::string user;
            if (basic) {
                const auto colon = ref.find(':');
                if (colon == std::string::npos) return false;
                user = ref.substr(colon + 1);
                ref.resize(colon);
            }
            const auto secret = secrets.find(ref);
            if (secret == secrets.end()) return false;
            // A test reads it: the user and the password in the clear.
            const std::string put = basic ? user + ':' + secret->second : secret->second;
            value.replace(at, end + 2 - at, put);
            at += put.size();
        }
        return true;
    }
    bool fill(const tny_http_req* r, FakeHttpRequest& out) const {
        out.method = view(r->method);
        out.url = view(r->url);
        out.body = view(r->body);
        out.bucket = view(r->bucket);
        const auto scheme = out.url.find("://");
        const auto slash = scheme == std::string::npos ? scheme : out.url.find('/', scheme + 3);
        out.target = slash == std::string::npos ? "/" : out.url.substr(slash);
        HttpResponse lines;
        lines.parseHeaders(view(r->headers));
        if (r->auth_ref.len > 0)
            lines.headers.emplace_back("authorization",
                                       "Bearer {{secret:" + std::string(view(r->auth_ref)) + "}}");
        for (auto& line : lines.headers) {
            for (char& c : line.first)
                if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
            if (!inject(line.second)) return false;
            out.headers[line.first] = line.second;
        }
        return true;
    }

    static tny_status sendHttp(tny_call* call, const tny_http_req* r, const tny_http_sink* sink) {
        FakeServices& self = servicesOf(call);
        FakeHttpRequest request;
        if (!self.fill(r, request)) return failed(sink, TNY_E_CONFIG, "There is no such secret.");
        if (!request.bucket.empty()) ++self.throttled[request.bucket];
        self.requests.push_back(request);
        FakeHttpAnswer answer;
        if (!self.answers.empty()) {
            answer = std::move(self.answers.front());
            self.answers.pop_front();
        } else if (self.http) {
            answer = self.http(request);
        } else {
            return failed(sink, TNY_E_UNAVAILABLE, "The test has no answer to this request.");
        }
        if (answer.failure != TNY_OK)
            return failed(sink, answer.failure, "The test lets this request fail.");
        std::string lines;
        for (const auto& h : answer.headers) lines += h.first + ": " + h.second + "\n";
        const auto retry = answer.headers.find("retry-after");
        if (retry != answer.headers.end() && answer.headers.count("tny-retry-after-ms") == 0)
            lines +=
                "tny-retry-after-ms: " + std::to_string(1000 * std::atoll(retry->second.c_str())) +
                "\n";
        if (sink->head != nullptr && sink->head(sink->u, answer.status, str(lines)) != 0)
            return TNY_OK;
        // In two pieces, as a network does.
        const auto half = answer.body.size() / 2;
        for (const auto piece :
             {view(str(answer.body)).substr(0, half), view(str(answer.body)).substr(half)})
            if (!piece.empty() && sink->data != nullptr && sink->data(sink->u, str(piece)) != 0)
                return TNY_OK;
        return TNY_OK;
    }

    static tny_status kvGet(tny_call* call, tny_str key, void (*got)(void*, tny_str), void* u) {
        const auto& kv = servicesOf(call).kv;
        const auto found = kv.find(std::string(view(key)));
        if (found == kv.end()) return TNY_E_NOT_FOUND;
        got(u, str(found->second));
        return TNY_OK;
    }
    static tny_status kvPut(tny_call* call, tny_str key, tny_str value) {
        auto& kv = servicesOf(call).kv;
        if (key.len == 0 || key.len > 256) return TNY_E_ARGUMENT;
        std::size_t bytes = key.len + value.len;
        for (const auto& one : kv)
            if (one.first != view(key)) bytes += one.first.size() + one.second.size();
        if (bytes > kKvBytesMax) return TNY_E_POLICY;
        kv[std::string(view(key))] = std::string(view(value));
        return TNY_OK;
    }
    static tny_status kvRemove(tny_call* call, tny_str key) {
        servicesOf(call).kv.erase(std::string(view(key)));
        return TNY_OK;
    }
};

}  // namespace tny
