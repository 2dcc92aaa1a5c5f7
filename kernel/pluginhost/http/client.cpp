#include "kernel/pluginhost/http/client.h"

#include <poll.h>

#include <algorithm>
#include <array>

#include "kernel/pluginhost/http/limits.h"
#include "kernel/pluginhost/http/request_headers.h"
#include "kernel/pluginhost/http/scrubber.h"

namespace tenantry::pluginhost::http {

namespace {

constexpr int kRedirectsMax = 5;
constexpr int kConnectTries = 2;
constexpr int kConnectPauseMs = 250;
/// What of a redirect's own body is read, so that the connection can be kept.
constexpr std::size_t kRedirectBodyMax = 64 * 1024;

Failure failure(Failed what, std::string message) {
    return {what, false, std::move(message), ""};
}

bool isRedirect(int status) {
    static constexpr std::array<int, 5> kThese = {301, 302, 303, 307, 308};
    return std::find(kThese.begin(), kThese.end(), status) != kThese.end();
}

/// Whether the secrets of a request to `from` may also go to `to`.
bool trustsAlike(const Url& from, const Url& to) {
    const bool upgraded = from.host == to.host && from.scheme == "http" && to.scheme == "https" &&
                          from.port == 80 && to.port == 443;
    return from.sameOrigin(to) || upgraded;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

/// Waits a little; false when the call is over.
bool pause(const Waiting& waiting) {
    pollfd cancel{waiting.signal.fd(), POLLIN, 0};
    ::poll(&cancel, 1, kConnectPauseMs);  // a negative descriptor is passed over
    return !waiting.signal.cancelled() && !waiting.abandoned();
}

}  // namespace

/// Takes the answers on the way, and hands on the last.
class Client::Answer final : public Receiver {
  public:
    Answer(Receiver& to, const Request& request, bool follow, const base::Clock& clock, Rate& rate)
        : to_(to), scrubber_(request.secrets), follow_(follow), clock_(clock), rate_(rate) {}

    bool head(const Head& head) override {
        const auto* location = find(head.headers, "Location");
        location_ = follow_ && isRedirect(head.status) && location != nullptr ? *location : "";
        bytes_ = 0;
        if (!location_.empty()) return true;
        begun_ = true;
        rate_ = readRate(head.status, head.headers, clock_.now());
        return to_.head(shown(head));
    }
    bool data(std::string_view chunk) override {
        bytes_ += chunk.size();
        if (!location_.empty()) return bytes_ <= kRedirectBodyMax;
        tooLarge_ = bytes_ > kResponseBytesMax;
        if (tooLarge_) return false;
        if (scrubber_.idle()) return to_.data(chunk);
        const std::string clean = scrubber_.feed(chunk);
        return clean.empty() || to_.data(clean);
    }
    /// At the end of a whole answer.
    bool finish() {
        const std::string rest = scrubber_.finish();
        return rest.empty() || to_.data(rest);
    }

    [[nodiscard]] const std::string& location() const { return location_; }
    [[nodiscard]] bool begun() const { return begun_; }
    [[nodiscard]] bool tooLarge() const { return tooLarge_; }
    [[nodiscard]] std::string clean(std::string_view text) const { return scrubber_.whole(text); }

  private:
    [[nodiscard]] Head shown(const Head& head) const {
        Head out;
        out.status = head.status;
        for (const auto& h : head.headers) {
            const std::string name = lower(h.name);
            if (name.rfind("tny-", 0) != 0) out.headers.push_back({name, clean(h.value)});
        }
        const auto add = [&](const char* name, std::int64_t n) {
            out.headers.push_back({name, std::to_string(n)});
        };
        if (rate_.retryAfter) add("tny-retry-after-ms", rate_.retryAfter->count());
        if (rate_.remaining) add("tny-rate-remaining", *rate_.remaining);
        if (rate_.reset) add("tny-rate-reset-ms", rate_.reset->count());
        return out;
    }

    Receiver& to_;
    Scrubber scrubber_;
    const bool follow_;
    const base::Clock& clock_;
    Rate& rate_;
    std::string location_;
    std::size_t bytes_ = 0;
    bool begun_ = false;
    bool tooLarge_ = false;
};

Client::Client(std::shared_ptr<Exchange> exchange, EgressList egress, SecretSource secrets,
               const base::Clock& clock)
    : exchange_(std::move(exchange)),
      egress_(std::move(egress)),
      secrets_(std::move(secrets)),
      clock_(clock) {}

base::Result<Request> Client::make(const Asked& asked) const {
    Request out;
    out.method = asked.method;
    out.body = asked.body;
    if (!isToken(out.method) || out.method == "CONNECT" || out.method == "TRACE")
        return base::invalidArgument("The request's method cannot be used.");
    if (out.body.size() > kRequestBytesMax)
        return base::invalidArgument("The request's body is larger than " +
                                     std::to_string(kRequestBytesMax) + " bytes.");
    TNY_TRY(out.headers, parseHeaders(asked.headers));
    if (!asked.authRef.empty())
        out.headers.push_back(
            {"Authorization", "Bearer {{secret:" + std::string(asked.authRef) + "}}"});
    TNY_CHECKED(putSecretsIn(out.headers, secrets_, out.secrets));
    return out;
}

Outcome Client::hop(const Request& request, Answer& answer, const Waiting& waiting) const {
    for (int tries = 1;; ++tries) {
        Outcome out = exchange_->send(request, answer, waiting);
        const bool again = out && out->what == Failed::kConnect && !out->sent &&
                           tries < kConnectTries && pause(waiting);
        if (!again) return out;
    }
}

Outcome Client::send(const Asked& asked, Receiver& receiver, const Waiting& waiting,
                     Rate& rate) const {
    auto url = Url::parse(std::string(asked.url));
    if (!url) return failure(Failed::kInvalid, url.error().message);
    // First where to, then the secrets: none is opened for a place it may not go to.
    if (auto why = egress_.refusal(*url)) return failure(Failed::kRefused, std::move(*why));
    auto request = make(asked);
    if (!request) {
        const bool secret = request.error().code != base::ErrorCode::kInvalidArgument;
        return failure(secret ? Failed::kRefused : Failed::kInvalid, request.error().message);
    }
    const bool follow =
        asked.followRedirects && (request->method == "GET" || request->method == "HEAD");
    Answer answer(receiver, *request, follow, clock_, rate);
    for (int redirects = 0;; ++redirects) {
        request->url = url->text;
        Outcome out = hop(*request, answer, waiting);
        if (out && answer.tooLarge()) {
            out->what = Failed::kTooLarge;
            out->message = url->origin() + " answered with more than " +
                           std::to_string(kResponseBytesMax) + " bytes.";
        }
        const bool onward = !answer.location().empty() && (!out || out->what == Failed::kStopped);
        if (!onward) {
            if (!out && !answer.finish())
                return Failure{Failed::kStopped, true, "The rest was not wanted.", ""};
            if (out) out->message = answer.clean(out->message);
            return out;
        }
        if (redirects == kRedirectsMax)
            return Failure{Failed::kRedirects, true,
                           url->origin() + " sends us on more than " +
                               std::to_string(kRedirectsMax) + " times.",
                           ""};
        const auto next = url->resolve(answer.location());
        if (!next)
            return Failure{Failed::kRedirects, true,
                           url->origin() + " sends us to where no URL leads.", ""};
        if (auto why = egress_.refusal(*next))
            return Failure{Failed::kRedirects, true,
                           url->origin() + " sends us on. " + std::move(*why), ""};
        if (!trustsAlike(*url, *next))
            request->headers = withoutSecrets(request->headers, request->secrets);
        url = *next;
    }
}

}  // namespace tenantry::pluginhost::http
