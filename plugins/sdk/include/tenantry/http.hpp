// HTTP through the host: tny::http(call).get(url).auth("token").json().
//
// The host sends it ("tny.http/1" in abi.h): it knows the proxy, the certificates and the secrets,
// limits the rate, and lets the connector live in a process without a network. The descriptor says
//     "abi": {"major": 1, "requires": ["tny.http/1"]}, "isolation": {"egress": "host-http"}
// and the hosts are those of the configuration's URLs.
#pragma once
#include <algorithm>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenantry/call.hpp>
#include <tenantry/http_response.hpp>

namespace tny {

/// One request under construction, and its sending. Made by tny::http(call).get(url) and the like;
/// lives for one statement. Everything throws tny::Error.
///
/// What the errors promise: a GET, HEAD or OPTIONS (or what is marked readOnly) that failed may be
/// asked again. Any other request that was sent and got no usable answer is `outcomeUnknown`.
class HttpRequest {
  public:
    static constexpr std::size_t kBytesMax = 16 * 1024 * 1024;

    HttpRequest(Call& call, std::string_view method, std::string_view url)
        : call_(call), method_(method), url_(url), readOnly_(isSafe(method)) {}

    /// Adds a parameter to the URL, encoded. An empty value adds nothing, so that a first page
    /// needs no special case.
    HttpRequest& query(std::string_view name, std::string_view value) {
        if (value.empty()) return *this;
        url_ += url_.find('?') == std::string::npos ? '?' : '&';
        url_ += urlEncoded(name) + '=' + urlEncoded(value);
        return *this;
    }
    HttpRequest& query(std::string_view name, std::int64_t value) {
        return query(name, std::to_string(value));
    }
    HttpRequest& header(std::string_view name, std::string_view value) {
        if (name.find_first_of("\r\n:") != std::string_view::npos ||
            value.find_first_of("\r\n") != std::string_view::npos)
            throw argument("A header holds a line break.");
        headers_.append(name).append(": ").append(value).append("\n");
        return *this;
    }
    /// A JSON body.
    HttpRequest& body(const Json& json) { return body("application/json", json.dump()); }
    HttpRequest& body(std::string_view type, std::string text) {
        header("Content-Type", type);
        body_ = std::move(text);
        return *this;
    }
    /// A form body (application/x-www-form-urlencoded).
    HttpRequest& form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
        std::string text;
        for (const auto& field : fields) {
            if (!text.empty()) text += '&';
            text += urlEncoded(field.first) + '=' + urlEncoded(field.second);
        }
        return body("application/x-www-form-urlencoded", std::move(text));
    }

    /// "Authorization: Bearer <the secret `ref`>". The host adds it; nobody here sees it.
    HttpRequest& auth(std::string_view ref) {
        authRef_ = ref;
        return *this;
    }
    /// The secret in a header of its own: authHeader("X-Api-Key", "token"),
    /// authHeader("Authorization", "token", "SSWS ").
    HttpRequest& authHeader(std::string_view name, std::string_view ref,
                            std::string_view before = {}) {
        return header(name, std::string(before) + "{{secret:" + std::string(ref) + "}}");
    }
    /// Basic authentication with the secret as the password.
    HttpRequest& basic(std::string_view user, std::string_view ref) {
        return header("Authorization",
                      "Basic {{basic:" + std::string(ref) + ':' + std::string(user) + "}}");
    }

    /// Takes a turn of this bucket of the descriptor's limits; an answer 429 pauses it.
    HttpRequest& throttle(std::string_view bucket) {
        bucket_ = bucket;
        return *this;
    }
    HttpRequest& idempotency(std::string_view key) { return header("Idempotency-Key", key); }
    /// It changes nothing, although it is a POST (a search, a query): its failure may be retried.
    HttpRequest& readOnly() {
        readOnly_ = true;
        return *this;
    }
    HttpRequest& noRedirect() {
        flags_ |= TNY_HTTP_NO_REDIRECT;
        return *this;
    }
    /// The largest body that is taken; beyond it tny::data is thrown.
    HttpRequest& maxBytes(std::size_t bytes) {
        bytesMax_ = bytes;
        return *this;
    }

    /// Sends it; any status is an answer.
    HttpResponse send() { return perform(nullptr); }
    /// Sends it; a status outside 200..299 is thrown as httpError says.
    HttpResponse ok() {
        HttpResponse r = send();
        if (!r.ok()) throw httpError(r, method_, url_, !readOnly_);
        return r;
    }
    /// Sends it; another status than these is thrown.
    HttpResponse expect(std::initializer_list<int> statuses) {
        HttpResponse r = send();
        if (std::find(statuses.begin(), statuses.end(), r.status) == statuses.end())
            throw httpError(r, method_, url_, !readOnly_);
        return r;
    }
    HttpResponse expect(int status) { return expect({status}); }
    /// ok(), and the body as JSON; tny::data when it is none. An empty body is null.
    Json json() { return ok().json(); }
    /// Hands out the body of a 2xx as it comes; false ends it. Returns the head.
    HttpResponse stream(const std::function<bool(std::string_view)>& take) {
        HttpResponse r = perform(&take);
        if (!r.ok()) throw httpError(r, method_, url_, !readOnly_);
        return r;
    }

  private:
    using Take = std::function<bool(std::string_view)>;
    struct Sink {
        HttpResponse response = {};
        const Take* take = nullptr;
        std::size_t bytesMax = 0;
        bool tooLarge = false;
        std::exception_ptr thrown = {};
        Error error = internal("The host said nothing about a failed request.");
    };

    static bool isSafe(std::string_view m) { return m == "GET" || m == "HEAD" || m == "OPTIONS"; }

    // The host calls these: what the code behind them throws is kept, and thrown after send.
    static std::int32_t onHead(void* u, std::int32_t status, tny_str headers) noexcept {
        return kept(u, [&](Sink& sink) {
            sink.response.status = status;
            sink.response.parseHeaders(view(headers));
            return true;
        });
    }
    static std::int32_t onData(void* u, tny_str chunk) noexcept {
        return kept(u, [&](Sink& sink) {
            if (sink.take != nullptr && sink.response.ok()) return (*sink.take)(view(chunk));
            sink.tooLarge = sink.response.body.size() + chunk.len > sink.bytesMax;
            if (!sink.tooLarge) sink.response.body.append(view(chunk));
            return !sink.tooLarge;
        });
    }
    static void onFailed(void* u, const tny_error* e) noexcept {
        kept(u, [&](Sink& sink) {
            sink.error = Error(e->code, std::string(view(e->message)))
                             .detail(std::string(view(e->detail)))
                             .backend(0, std::string(view(e->backend_code)))
                             .retryAfterMs(e->retry_after_ms);
            return true;
        });
    }
    template <class F>
    static std::int32_t kept(void* u, F&& body) noexcept {
        auto& sink = *static_cast<Sink*>(u);
        try {
            return body(sink) ? TNY_FLOW_MORE : TNY_FLOW_STOP;
        } catch (...) {
            sink.thrown = std::current_exception();
            return TNY_FLOW_STOP;
        }
    }

    HttpResponse perform(const Take* take) {
        const auto* http = static_cast<const tny_http*>(call_.interfaceOf("tny.http/1"));
        if (!TNY_HAS(http, send)) throw unsupported("This host has no HTTP client (tny.http/1).");
        call_.throwIfCancelled();
        tny_http_req r{};
        r.size = sizeof r;
        r.flags = flags_;
        r.method = tny::str(method_);
        r.url = tny::str(url_);
        r.headers = tny::str(headers_);
        r.body = tny::str(body_);
        r.auth_ref = tny::str(authRef_);
        r.bucket = tny::str(bucket_);
        Sink sink;
        sink.take = take;
        sink.bytesMax = bytesMax_;
        const tny_http_sink raw{sizeof raw, 0, &sink, onHead, onData, onFailed};
        const tny_status status = http->send(call_.raw(), &r, &raw);
        if (sink.thrown) std::rethrow_exception(sink.thrown);
        if (status == TNY_OK && sink.tooLarge)
            throw data("The backend's answer is beyond " + std::to_string(bytesMax_) + " bytes.");
        if (status == TNY_OK) return std::move(sink.response);
        if (status == TNY_E_OUTCOME_UNKNOWN && readOnly_)
            throw unavailable(sink.error.message()).detail(sink.error.detail());
        throw std::move(sink.error);
    }

    Call& call_;
    std::string method_, url_, headers_, body_, authRef_, bucket_;
    bool readOnly_;
    std::uint32_t flags_ = 0;
    std::size_t bytesMax_ = kBytesMax;
};

/// Where a request begins: tny::http(call).get(url).
class Http {
  public:
    explicit Http(Call& call) : call_(call) {}
    HttpRequest get(std::string_view url) { return request("GET", url); }
    HttpRequest post(std::string_view url) { return request("POST", url); }
    HttpRequest put(std::string_view url) { return request("PUT", url); }
    HttpRequest patch(std::string_view url) { return request("PATCH", url); }
    HttpRequest del(std::string_view url) { return request("DELETE", url); }
    HttpRequest request(std::string_view method, std::string_view url) {
        return HttpRequest(call_, method, url);
    }

  private:
    Call& call_;
};

inline Http http(Call& call) {
    return Http(call);
}

}  // namespace tny
