#include "kernel/pluginhost/services.h"

#include <algorithm>

#include "kernel/base/json.h"
#include "kernel/base/log.h"
#include "kernel/pluginhost/transient_memory.h"

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

/// "{a=1,b=x}", sorted by name; empty when there is none.
std::string labelsOf(std::string_view json) {
    if (json.empty()) return {};
    const auto parsed = base::Json::parse(json);
    if (!parsed) return {};
    std::map<std::string, std::string> labels;
    for (const auto& [name, value] : parsed->members()) {
        const bool simple = value.isString() || value.isNumber() || value.isBool();
        std::string text = value.isString() ? value.stringOr("") : value.text();
        if (simple && labels.size() < MetricCounters::kLabelsMax &&
            name.size() + text.size() <= MetricCounters::kLabelBytesMax)
            labels[name] = std::move(text);
    }
    std::string out;
    for (const auto& [name, value] : labels)
        out.append(out.empty() ? "{" : ",").append(name).append("=").append(value);
    return out.empty() ? out : out + '}';
}

}  // namespace

void MetricCounters::add(const std::string& connector, std::string_view name, double value,
                         std::string_view labelsJson) {
    const std::string plain = connector + '/' + std::string(name);
    const std::string labels = labelsOf(labelsJson);
    const std::lock_guard lock(mutex_);
    std::string key = plain + labels;
    auto found = values_.find(key);
    if (found == values_.end() && !labels.empty() && labelSets_[plain] >= kLabelSetsMax) {
        key = plain + "{other}";
        found = values_.find(key);
    } else if (found == values_.end() && !labels.empty()) {
        ++labelSets_[plain];
    }
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
                                       std::shared_ptr<MetricCounters> metrics,
                                       SharedServices shared, http::EgressList egress)
    : connection_(request.connection.text()),
      connector_(descriptor.id),
      resolver_(request.secret),
      keeper_(request.keepSecret),
      memory_(request.memory.get ? request.memory : transientMemory()),
      metrics_(std::move(metrics)),
      shared_(std::move(shared)),
      limits_(shared_.limits->of(connection_, descriptor.limits)) {
    if (shared_.http)
        http_.emplace(
            shared_.http, std::move(egress), [this](std::string_view ref) { return secret(ref); },
            *shared_.clock);
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

ConnectionServices::Turn ConnectionServices::throttle(std::string_view bucket, std::uint32_t cost,
                                                      CancelSignal& signal,
                                                      const std::function<bool()>& abandoned) {
    if (bucket.empty()) return Turn::kNoSuchBucket;
    return limits_->take(bucket, cost, signal, abandoned).turn;
}

bool ConnectionServices::mayLog(std::uint64_t& dropped) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    const std::chrono::duration<double> since = now - std::exchange(logFilledAt_, now);
    logTokens_ = std::min(kLogsBurst, logTokens_ + kLogsPerSecond * since.count());
    if (logTokens_ < 1) {
        ++logsDropped_;
        return false;
    }
    logTokens_ -= 1;
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

void ConnectionServices::metric(std::string_view name, double value, std::string_view labelsJson) {
    heard("metric", name);
    heard("metric", labelsJson);
    metrics_->add(connector_, name, value, redacted(labelsJson));
}

}  // namespace tenantry::pluginhost
