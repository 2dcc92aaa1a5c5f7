#include "kernel/pluginhost/http/scrubber.h"

#include <algorithm>

#include "kernel/base/json.h"

namespace tenantry::pluginhost::http {

namespace {

constexpr std::string_view kStruck = "[secret]";

/// The secret as it looks inside a JSON string.
std::string inJson(const std::string& secret) {
    std::string quoted = std::move(base::JsonWriter().string(secret)).take();
    return quoted.substr(1, quoted.size() - 2);
}

/// How long an end of `text` is that begins `secret` and is not all of it.
std::size_t beginning(std::string_view text, std::string_view secret) {
    for (std::size_t n = std::min(text.size(), secret.size() - 1); n > 0; --n)
        if (text.substr(text.size() - n) == secret.substr(0, n)) return n;
    return 0;
}

}  // namespace

Scrubber::Scrubber(const std::vector<base::SecretText>& secrets) {
    for (const auto& one : secrets) {
        if (one.reveal().size() < kSecretBytesMin) continue;
        secrets_.push_back(one);
        if (std::string form = inJson(one.reveal()); form != one.reveal())
            secrets_.emplace_back(std::move(form));
    }
    std::sort(secrets_.begin(), secrets_.end(),
              [](const auto& a, const auto& b) { return a.reveal().size() > b.reveal().size(); });
}

void Scrubber::strike(std::string& text) const {
    for (const auto& one : secrets_) {
        const std::string& secret = one.reveal();
        for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
            text.replace(at, secret.size(), kStruck);
            at += kStruck.size();
        }
    }
}

std::string Scrubber::feed(std::string_view piece) {
    if (secrets_.empty()) return std::string(piece);
    held_ += piece;
    strike(held_);
    std::size_t keep = 0;
    for (const auto& one : secrets_) keep = std::max(keep, beginning(held_, one.reveal()));
    std::string out = held_.substr(0, held_.size() - keep);
    held_.erase(0, held_.size() - keep);
    return out;
}

std::string Scrubber::finish() {
    return std::exchange(held_, {});
}

std::string Scrubber::whole(std::string_view text) const {
    std::string out(text);
    strike(out);
    return out;
}

}  // namespace tenantry::pluginhost::http
