#include "kernel/pluginhost/services.h"

#include <algorithm>
#include <thread>

#include "kernel/base/json.h"
#include "kernel/base/log.h"

namespace tenantry::pluginhost {

namespace {

void replaceAll(std::string& text, const std::string& what) {
    static constexpr std::string_view kStruck = "[secret]";
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        text.replace(at, what.size(), kStruck);
        at += kStruck.size();
    }
}

/// The secret as it looks inside a JSON string.
std::string inJson(const std::string& secret) {
    std::string quoted = std::move(base::JsonWriter().string(secret)).take();
    return quoted.substr(1, quoted.size() - 2);
}

base::LogLevel levelOf(int level) {
    switch (level) {
        case 1:
            return base::LogLevel::kDebug;
        case 2:
            return base::LogLevel::kInfo;
        case 3:
            return base::LogLevel::kWarning;
        default:
            return base::LogLevel::kError;
    }
}

}  // namespace

void MetricCounters::add(const std::string& connector, std::string_view name, double value) {
    std::string key = connector + '/' + std::string(name);
    const std::lock_guard lock(mutex_);
    const auto found = values_.find(key);
    if (found != values_.end()) {
        found->second += value;
    } else if (values_.size() < kMetricsMax) {
        values_.emplace(std::move(key), value);
    }
}

std::map<std::string, double> MetricCounters::snapshot() const {
    const std::lock_guard lock(mutex_);
    return values_;
}

ConnectionServices::ConnectionServices(const domain::OpenRequest& request,
                                       const domain::ConnectorDescriptor& descriptor,
                                       std::shared_ptr<MetricCounters> metrics)
    : connection_(request.connection.text()),
      connector_(descriptor.id),
      resolver_(request.secret),
      keeper_(request.keepSecret),
      metrics_(std::move(metrics)) {
    const auto now = std::chrono::steady_clock::now();
    for (const auto& limit : descriptor.limits)
        buckets_[limit.bucket] = {limit.rate, limit.burst, limit.burst, now};
    logBucket_ = {kLogsPerSecond, kLogsBurst, kLogsBurst, now};
}

base::Result<base::SecretText> ConnectionServices::secret(std::string_view ref) {
    if (!resolver_) return base::notFound("This connection has no secrets.");
    auto found = resolver_(ref);
    if (found) remember(*found);
    return found;
}

base::Status ConnectionServices::keepSecret(std::string_view ref, base::SecretText value) {
    if (!keeper_) return base::unsupported("This connection cannot keep secrets.");
    remember(value);
    return keeper_(ref, std::move(value));
}

void ConnectionServices::remember(const base::SecretText& secret) {
    if (secret.reveal().size() < kSecretBytesMin) return;
    const std::lock_guard lock(mutex_);
    const auto same = [&](const auto& known) { return known.reveal() == secret.reveal(); };
    if (std::any_of(secrets_.begin(), secrets_.end(), same)) return;
    if (secrets_.size() >= kSecretsKept) secrets_.pop_front();
    secrets_.push_back(secret);
}

std::string ConnectionServices::redacted(std::string_view text) const {
    std::string out(text);
    const std::lock_guard lock(mutex_);
    for (const auto& secret : secrets_) {
        replaceAll(out, secret.reveal());
        replaceAll(out, inJson(secret.reveal()));
    }
    return out;
}

void ConnectionServices::Bucket::refill(base::SteadyPoint now) {
    const std::chrono::duration<double> since = now - filledAt;
    if (since.count() <= 0) return;
    tokens = std::min(burst, tokens + rate * since.count());
    filledAt = now;
}

ConnectionServices::Turn ConnectionServices::throttle(std::string_view name, std::uint32_t cost,
                                                      const CancelSignal& signal) {
    auto turn = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(mutex_);
        const auto found = buckets_.find(name);
        if (found == buckets_.end() || cost > found->second.burst) return Turn::kNoSuchBucket;
        Bucket& bucket = found->second;
        bucket.refill(turn);
        const double missing = cost - bucket.tokens;
        if (missing > 0)
            turn += std::chrono::duration_cast<base::SteadyPoint::duration>(
                std::chrono::duration<double>(missing / bucket.rate));
        if (turn >= signal.deadline()) return Turn::kTooLate;
        // Taken in advance, so that who asks later waits for longer.
        bucket.tokens -= cost;
    }
    std::this_thread::sleep_until(turn);
    return Turn::kGranted;
}

bool ConnectionServices::mayLog(std::uint64_t& dropped) {
    const std::lock_guard lock(mutex_);
    logBucket_.refill(std::chrono::steady_clock::now());
    if (logBucket_.tokens < 1) {
        ++logsDropped_;
        return false;
    }
    logBucket_.tokens -= 1;
    dropped = std::exchange(logsDropped_, 0);
    return true;
}

void ConnectionServices::log(int level, std::string_view event, std::string_view fieldsJson) {
    heard("log", event);
    heard("log", fieldsJson);
    std::uint64_t dropped = 0;
    if (!mayLog(dropped)) return;
    base::log(levelOf(level), "connector_log",
              {{"connector", connector_},
               {"connection", connection_},
               {"said", redacted(event)},
               {"fields", redacted(fieldsJson)},
               {"dropped_before", dropped}});
}

void ConnectionServices::metric(std::string_view name, double value) {
    heard("metric", name);
    metrics_->add(connector_, name, value);
}

}  // namespace tenantry::pluginhost
