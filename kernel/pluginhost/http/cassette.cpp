#include "kernel/pluginhost/http/cassette.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "kernel/base/crypto.h"
#include "kernel/base/json.h"
#include "kernel/pluginhost/http/cassette_scrub.h"
#include "kernel/pluginhost/http/limits.h"

namespace tenantry::pluginhost::http {

namespace {

using base::Json;
using base::JsonWriter;

constexpr std::array<std::pair<Failed, std::string_view>, 11> kNames = {
    {{Failed::kInvalid, "invalid"},
     {Failed::kRefused, "refused"},
     {Failed::kConnect, "connect"},
     {Failed::kTls, "tls"},
     {Failed::kLost, "lost"},
     {Failed::kTimeout, "timeout"},
     {Failed::kCancelled, "cancelled"},
     {Failed::kTooLarge, "too_large"},
     {Failed::kStopped, "stopped"},
     {Failed::kRedirects, "redirects"},
     {Failed::kNotRecorded, "not_recorded"}}};

std::string_view nameOf(Failed what) {
    for (const auto& [one, name] : kNames)
        if (one == what) return name;
    return "lost";
}

Failed failedOf(std::string_view text) {
    for (const auto& [one, name] : kNames)
        if (name == text) return one;
    return Failed::kLost;
}

std::string base64(std::string_view bytes) {
    std::string out(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    out.pop_back();
    return out;
}

std::string fromBase64(const std::string& text) {
    std::string out(text.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                          text.size(), " \n", &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0)
        return {};
    out.resize(size);
    return out;
}

void writeHeaders(JsonWriter& out, const Headers& headers) {
    out.key("headers").beginArray();
    for (const auto& h : headers) out.beginArray().string(h.name).string(h.value).endArray();
    out.endArray();
}

Headers readHeaders(const Json& json) {
    Headers out;
    for (const auto& one : json.items()) {
        const auto pair = one.items();
        if (pair.size() == 2) out.push_back({pair[0].stringOr(""), pair[1].stringOr("")});
    }
    return out;
}

void writeBody(JsonWriter& out, const std::string& body) {
    base::isValidUtf8(body) ? out.key("body").string(body)
                            : out.key("body_base64").string(base64(body));
}

std::string readBody(const Json& json) {
    const auto binary = json["body_base64"].asString();
    return binary ? fromBase64(*binary) : json["body"].stringOr("");
}

void write(JsonWriter& out, const Recorded& one) {
    out.beginObject().key("request").beginObject();
    out.key("method").string(one.request.method).key("url").string(one.request.url);
    writeHeaders(out, one.request.headers);
    writeBody(out, one.request.body);
    out.key("body_digest").string(one.bodyDigest).endObject();
    if (one.head.status != 0) {
        out.key("response").beginObject();
        out.key("status").number(static_cast<std::int64_t>(one.head.status));
        writeHeaders(out, one.head.headers);
        writeBody(out, one.body);
        out.endObject();
    }
    if (one.failure) {
        out.key("failure").beginObject().key("what").string(nameOf(one.failure->what));
        out.key("sent").boolean(one.failure->sent);
        out.key("message").string(one.failure->message);
        out.key("code").string(one.failure->code).endObject();
    }
    out.endObject();
}

base::Result<Recorded> read(const Json& json) {
    Recorded out;
    const Json request = json["request"];
    out.request.method = request["method"].stringOr("");
    out.request.url = request["url"].stringOr("");
    out.request.headers = readHeaders(request["headers"]);
    out.request.body = readBody(request);
    // Who writes a cassette by hand leaves the digest out.
    out.bodyDigest = request["body_digest"].stringOr(base::digestHex(out.request.body));
    if (out.request.method.empty() || out.request.url.empty())
        return base::invalidArgument("A recorded request needs a method and a url.");
    const Json response = json["response"];
    out.head.status = static_cast<int>(response["status"].intOr(0));
    out.head.headers = readHeaders(response["headers"]);
    out.body = readBody(response);
    if (const Json failure = json["failure"]; failure.isObject())
        out.failure = Failure{failedOf(failure["what"].stringOr("")), failure["sent"].boolOr(false),
                              failure["message"].stringOr(""), failure["code"].stringOr("")};
    if (!out.failure && out.head.status == 0)
        return base::invalidArgument("A recorded exchange needs a response or a failure.");
    return out;
}

std::string nameOf(const Recorded& one) {
    return one.request.method + ' ' + one.request.url;
}

/// Keeps what passes through.
class Tap final : public Receiver {
  public:
    Tap(Receiver& to, Recorded& into) : to_(to), into_(into) {}
    bool head(const Head& head) override {
        into_.head = head;
        return to_.head(head);
    }
    bool data(std::string_view chunk) override {
        if (into_.body.size() + chunk.size() <= kResponseBytesMax) into_.body += chunk;
        return to_.data(chunk);
    }

  private:
    Receiver& to_;
    Recorded& into_;
};

}  // namespace

base::Result<Cassette> Cassette::parse(std::string_view text) {
    TNY_TRY(const Json json, Json::parse(text));
    if (json["tenantry_cassette"].intOr(0) != 1)
        return base::invalidArgument("This is no cassette of version 1.");
    Cassette out;
    for (const auto& one : json["exchanges"].items()) {
        TNY_TRY(auto exchange,
                within("exchange " + std::to_string(out.exchanges.size() + 1), read(one)));
        out.exchanges.push_back(std::move(exchange));
    }
    return out;
}

base::Result<Cassette> Cassette::load(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return base::notFound("The cassette " + path + " cannot be opened.");
    std::ostringstream text;
    text << in.rdbuf();
    return base::within("cassette " + path, parse(text.str()));
}

std::string Cassette::json() const {
    JsonWriter out;
    out.beginObject().key("tenantry_cassette").number(std::int64_t{1});
    out.key("exchanges").beginArray();
    for (const auto& one : exchanges) write(out, one);
    out.endArray().endObject();
    return std::move(out).take() + '\n';
}

base::Status Cassette::save(const std::string& path) const {
    const std::string beside = path + ".new";
    const std::string text = json();
    // Bodies hold personal data: for the owner's eyes.
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return base::unavailable(beside + " cannot be written: " + std::strerror(errno) + '.');
    std::size_t done = 0;
    while (done < text.size()) {
        const auto n = ::write(fd, text.data() + done, text.size() - done);
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
    }
    const bool good = done == text.size() && ::fsync(fd) == 0;
    ::close(fd);
    if (!good || ::rename(beside.c_str(), path.c_str()) != 0)
        return base::unavailable(path + " cannot be written: " + std::strerror(errno) + '.');
    return base::ok();
}

Recorded keyOf(const Request& request) {
    const Scrubber known(request.secrets);
    Recorded out;
    out.request.method = request.method;
    out.request.url = scrubUrl(request.url, known);
    out.request.headers = scrubHeaders(request.headers, known);
    out.request.body = scrubBody(request.body, known);
    out.bodyDigest = base::digestHex(out.request.body);
    return out;
}

Outcome Recorder::send(const Request& request, Receiver& receiver, const Waiting& waiting) {
    Recorded one = keyOf(request);
    Tap tap(receiver, one);
    const Outcome out = inner_->send(request, tap, waiting);
    const Scrubber known(request.secrets);
    one.head.headers = scrubHeaders(one.head.headers, known);
    // The body is kept decoded, so what described its packing is no longer true.
    std::erase_if(one.head.headers, [](const Header& h) {
        return sameName(h.name, "Content-Encoding") || sameName(h.name, "Content-Length") ||
               sameName(h.name, "Transfer-Encoding");
    });
    one.body = scrubBody(one.body, known);
    if (out && out->what != Failed::kStopped) {
        one.failure = out;
        one.failure->message = known.whole(out->message);
    }
    const std::lock_guard lock(mutex_);
    bytes_ += one.body.size() + one.request.body.size();
    if (bytes_ <= Cassette::kBytesMax) cassette_.exchanges.push_back(std::move(one));
    return out;
}

base::Status Recorder::save() const {
    const std::lock_guard lock(mutex_);
    if (bytes_ > Cassette::kBytesMax)
        return base::tooMany("The recording is longer than " + std::to_string(Cassette::kBytesMax) +
                             " bytes; record less at once.");
    return cassette_.save(path_);
}

Cassette Recorder::cassette() const {
    const std::lock_guard lock(mutex_);
    return cassette_;
}

Replayer::Replayer(Cassette cassette)
    : cassette_(std::move(cassette)), played_(cassette_.exchanges.size(), false) {}

Outcome Replayer::send(const Request& request, Receiver& receiver, const Waiting& waiting) {
    const Recorded wanted = keyOf(request);
    const auto fits = [&](const Recorded& one) {
        return one.request.method == wanted.request.method &&
               one.request.url == wanted.request.url && one.bodyDigest == wanted.bodyDigest;
    };
    const Recorded* found = nullptr;
    std::size_t before = 0;
    {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < played_.size() && found == nullptr; ++i) {
            if (!fits(cassette_.exchanges[i])) continue;
            ++before;
            if (played_[i]) continue;
            played_[i] = true;
            found = &cassette_.exchanges[i];
        }
    }
    if (found == nullptr)
        return Failure{Failed::kNotRecorded, false,
                       "The cassette has no " + std::string(before > 0 ? "further " : "") +
                           "answer to " + nameOf(wanted) +
                           (wanted.request.body.empty() ? "" : " with that body") +
                           (before > 0 ? " (" + std::to_string(before) + " were given)" : "") +
                           ". Record it again.",
                       ""};
    if (waiting.signal.cancelled())
        return Failure{Failed::kCancelled, false, "The call was cancelled.", ""};
    const Failure stopped{Failed::kStopped, true, "The rest was not wanted.", ""};
    if (found->head.status != 0) {
        if (!receiver.head(found->head)) return stopped;
        constexpr std::size_t kPiece = 16 * 1024;
        for (std::string_view rest = found->body; !rest.empty();) {
            if (!receiver.data(rest.substr(0, kPiece))) return stopped;
            rest.remove_prefix(std::min(kPiece, rest.size()));
        }
    }
    return found->failure;
}

std::vector<std::string> Replayer::unplayed() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < played_.size(); ++i)
        if (!played_[i]) out.push_back(nameOf(cassette_.exchanges[i]));
    return out;
}

}  // namespace tenantry::pluginhost::http
