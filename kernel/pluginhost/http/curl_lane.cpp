#include "kernel/pluginhost/http/curl_lane.h"

#include <sys/socket.h>

#include <algorithm>
#include <charconv>

#include "kernel/pluginhost/http/limits.h"

namespace tenantry::pluginhost::http {

namespace {

constexpr long kConnectionsKept = 2;
constexpr int kLookEveryMs = 250;

bool isTrust(CURLcode code) {
    switch (code) {
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return true;
        default:
            return false;
    }
}

Failed kindOf(CURLcode code) {
    switch (code) {
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT:
            return Failed::kInvalid;
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PROXY:
            return Failed::kConnect;
        default:
            return isTrust(code) ? Failed::kTls : Failed::kLost;
    }
}

Failure givenUp(bool late, bool sent, const std::string& origin) {
    Failure out;
    out.sent = sent;
    if (late) {
        out.what = Failed::kTimeout;
        out.message = origin + " did not answer in time.";
    } else {
        out.what = Failed::kCancelled;
        out.message = "The request to " + origin + " was cancelled.";
    }
    return out;
}

}  // namespace

CurlExchange::Lane::Lane() : multi_(curl_multi_init()), easy_(curl_easy_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kConnectionsKept);
}

CurlExchange::Lane::~Lane() {
    curl_easy_cleanup(easy_);
    curl_multi_cleanup(multi_);
}

curl_socket_t CurlExchange::Lane::openSocket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& flight = *static_cast<Flight*>(self);
    if (!flight.proxied) {
        if (auto why = refusal(&address->addr, flight.options->addresses)) {
            flight.refusal = std::move(*why);
            return CURL_SOCKET_BAD;
        }
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool CurlExchange::Lane::takeHeaderLine(Flight& flight, std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (flight.headTold) return true;  // a trailer
    if (line.rfind("HTTP/", 0) == 0) {
        flight.head = {};
        const auto space = line.find(' ');
        const std::string_view code =
            space == std::string_view::npos ? std::string_view() : line.substr(space + 1, 3);
        std::from_chars(code.data(), code.data() + code.size(), flight.head.status);
        return true;
    }
    if (line.empty()) {
        if (flight.head.status >= 100 && flight.head.status < 200) return true;
        flight.headTold = true;
        flight.stopped = !flight.receiver->head(flight.head);
        return !flight.stopped;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return true;
    const std::string_view value = line.substr(colon + 1);
    const auto first = value.find_first_not_of(" \t");
    flight.head.headers.push_back(
        {std::string(line.substr(0, colon)),
         first == std::string_view::npos ? "" : std::string(value.substr(first))});
    return true;
}

std::size_t CurlExchange::Lane::onHeader(char* data, std::size_t size, std::size_t n, void* self) {
    auto& flight = *static_cast<Flight*>(self);
    flight.headBytes += size * n;
    flight.headTooLarge = flight.headBytes > kHeadBytesMax;
    if (flight.headTooLarge) return 0;
    return takeHeaderLine(flight, {data, size * n}) ? size * n : 0;
}

std::size_t CurlExchange::Lane::onData(char* data, std::size_t size, std::size_t n, void* self) {
    auto& flight = *static_cast<Flight*>(self);
    flight.stopped = !flight.receiver->data({data, size * n});
    return flight.stopped ? 0 : size * n;
}

void CurlExchange::Lane::prepareBody(const Request& request) {
    const bool bodiless =
        request.body.empty() && (isSafe(request.method) || request.method == "DELETE");
    if (request.method == "HEAD") {
        curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    } else if (!bodiless) {
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request.body.data());
        if (find(request.headers, "Content-Type") == nullptr)
            headers_ = curl_slist_append(headers_, "Content-Type:");  // not curl's guess
    }
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    headers_ = curl_slist_append(headers_, "Expect:");
    for (const auto& h : request.headers) {
        // "Name;" is how libcurl writes a header without a value.
        const std::string line = h.value.empty() ? h.name + ';' : h.name + ": " + h.value;
        headers_ = curl_slist_append(headers_, line.c_str());
    }
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
    // A kept connection that proves dead makes libcurl send again: only what may be asked twice.
    curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, isSafe(request.method) ? 0L : 1L);
}

void CurlExchange::Lane::prepareTrust(const CurlOptions& options) {
    curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // The system's authorities stay: they are found by CURLOPT_CAPATH's default.
    if (!options.caFile.empty()) curl_easy_setopt(easy_, CURLOPT_CAINFO, options.caFile.c_str());
}

void CurlExchange::Lane::prepare(const Request& request, const Url& url, const CurlOptions& options,
                                 const Waiting& waiting, Flight& flight) {
    curl_easy_reset(easy_);
    error_.fill('\0');
    const std::string& proxy = options.proxies.proxyOf(url);
    flight.proxied = !proxy.empty();
    curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
    curl_easy_setopt(easy_, CURLOPT_URL, url.text.c_str());
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy_, CURLOPT_PROXY, proxy.c_str());  // "" = none, whatever the environment
    curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy_, CURLOPT_USERAGENT, options.userAgent.c_str());
    const auto left = std::max<std::int64_t>(waiting.signal.leftMs(), 1);
    curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(left));
    curl_easy_setopt(
        easy_, CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::min<std::int64_t>(left, options.connectWithin.count())));
    curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &Lane::openSocket);
    curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, &flight);
    curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Lane::onHeader);
    curl_easy_setopt(easy_, CURLOPT_HEADERDATA, &flight);
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Lane::onData);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &flight);
    prepareTrust(options);
    prepareBody(request);
}

std::optional<CURLcode> CurlExchange::Lane::drive(const Waiting& waiting) {
    curl_waitfd cancel{waiting.signal.fd(), CURL_WAIT_POLLIN, 0};
    int running = 1;
    while (running > 0) {
        if (curl_multi_perform(multi_, &running) != CURLM_OK) break;
        if (running == 0) break;
        if (waiting.signal.cancelled() || waiting.abandoned()) return std::nullopt;
        curl_multi_poll(multi_, cancel.fd < 0 ? nullptr : &cancel, cancel.fd < 0 ? 0 : 1,
                        kLookEveryMs, nullptr);
    }
    int more = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &more))
        if (message->msg == CURLMSG_DONE) return message->data.result;
    return CURLE_RECV_ERROR;
}

bool CurlExchange::Lane::wasSent(const Flight& flight, const Url& url) const {
    long requestBytes = 0;
    curl_off_t begun = 0;
    curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &requestBytes);
    curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &begun);
    // Through a proxy, the first bytes only ask for a tunnel.
    const bool tunnelOnly = flight.proxied && url.scheme == "https" && begun == 0;
    return requestBytes > 0 && !tunnelOnly;
}

Outcome CurlExchange::Lane::outcome(std::optional<CURLcode> code, const Url& url,
                                    const Flight& flight, const Waiting& waiting) {
    const bool sent = wasSent(flight, url);
    if (!code) return givenUp(waiting.signal.leftMs() <= 0, sent, url.origin());
    if (*code == CURLE_OK && flight.headTold) return std::nullopt;
    Failure out;
    out.sent = sent;
    out.what = kindOf(*code);
    out.code = "curl " + std::to_string(static_cast<int>(*code));
    if (flight.stopped) {
        out.what = Failed::kStopped;
        out.message = "The rest of the answer was not wanted.";
        return out;
    }
    if (flight.headTooLarge) {
        out.what = Failed::kTooLarge;
        out.message = url.origin() + " answered with headers of more than " +
                      std::to_string(kHeadBytesMax) + " bytes.";
        return out;
    }
    if (!flight.refusal.empty() && out.what == Failed::kConnect) {
        out.what = Failed::kRefused;
        out.message = url.host + " is not allowed. " + flight.refusal;
        return out;
    }
    if (*code == CURLE_OPERATION_TIMEDOUT) {
        // libcurl's own timer may be a little early.
        if (waiting.signal.leftMs() <= 2) return givenUp(/*late=*/true, sent, url.origin());
        out.what = sent ? Failed::kLost : Failed::kConnect;
    }
    if (flight.proxied && !sent && out.what == Failed::kLost) out.what = Failed::kConnect;
    // An answer that is no HTTP looks like an unknown protocol.
    if (sent && out.what == Failed::kInvalid) out.what = Failed::kLost;
    const std::string detail = error_[0] != '\0' ? error_.data() : curl_easy_strerror(*code);
    out.message = url.origin() +
                  (out.what == Failed::kTls ? " is not trusted: "
                   : sent                   ? " did not give a whole answer: "
                                            : " cannot be reached: ") +
                  detail + '.';
    return out;
}

Outcome CurlExchange::Lane::run(const Request& request, const Url& url, const CurlOptions& options,
                                Receiver& receiver, const Waiting& waiting) {
    Flight flight;
    flight.receiver = &receiver;
    flight.options = &options;
    prepare(request, url, options, waiting, flight);
    curl_multi_add_handle(multi_, easy_);
    const auto code = drive(waiting);
    Outcome out = outcome(code, url, flight, waiting);
    curl_multi_remove_handle(multi_, easy_);
    curl_easy_reset(easy_);  // it points into what ends here, also at the secrets
    curl_slist_free_all(headers_);
    headers_ = nullptr;
    return out;
}

}  // namespace tenantry::pluginhost::http
