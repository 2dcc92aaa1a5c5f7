/// What the host does for one open connection: secrets, limits, HTTP, memory, time, log, counters.
///
/// Ownership: shared by the connector object and its running calls. Threads: any.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/result.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/pluginhost/cancel_signal.h"
#include "kernel/pluginhost/http/client.h"
#include "kernel/pluginhost/limiter.h"

namespace tenantry::pluginhost {

/// Counters that connectors add to, by "connector/name" or "connector/name{label=value,...}".
/// Bounds: kMetricsMax names, further ones are dropped; kLabelSetsMax sets of labels of one name,
/// further ones are added up as "{other}".
class MetricCounters {
  public:
    static constexpr std::size_t kMetricsMax = 1000;
    static constexpr std::size_t kLabelSetsMax = 20;
    static constexpr std::size_t kLabelsMax = 4;
    static constexpr std::size_t kLabelBytesMax = 64;
    /// `labelsJson` is an object of short values, or empty; what is no label is left out.
    void add(const std::string& connector, std::string_view name, double value,
             std::string_view labelsJson = {});
    [[nodiscard]] std::map<std::string, double> snapshot() const;

  private:
    mutable std::mutex mutex_;
    std::map<std::string, double> values_;
    std::map<std::string, std::size_t> labelSets_;  ///< how many of each name
};

/// What the connections of one plugin host share.
struct SharedServices {
    std::shared_ptr<LimitRegistry> limits = std::make_shared<LimitRegistry>();
    std::shared_ptr<http::Exchange> http;  ///< null: this host asks no backend
    std::shared_ptr<const base::Clock> clock = std::make_shared<base::SystemClock>();
};

class ConnectionServices {
  public:
    using Turn = ConnectionLimits::Turn;

    /// `egress` is where its HTTP may go; nowhere when it is left out.
    ConnectionServices(const domain::OpenRequest& request,
                       const domain::ConnectorDescriptor& descriptor,
                       std::shared_ptr<MetricCounters> metrics, SharedServices shared = {},
                       http::EgressList egress = http::EgressList::closed(
                           "The connector's descriptor does not say egress \"host-http\"."));

    [[nodiscard]] const std::string& connection() const { return connection_; }
    [[nodiscard]] const std::string& connector() const { return connector_; }

    /// The secret, from whoever keeps it. From now on it is struck out of all that leaves.
    base::Result<base::SecretText> secret(std::string_view ref);
    base::Status keepSecret(std::string_view ref, base::SecretText value);
    /// Waits for `cost` turns of a bucket; the limiter is that of all openings of the connection.
    Turn throttle(
        std::string_view bucket, std::uint32_t cost, CancelSignal& signal,
        const std::function<bool()>& abandoned = [] { return false; });
    [[nodiscard]] ConnectionLimits& limits() { return *limits_; }
    /// Null when this host asks no backend.
    [[nodiscard]] const http::Client* http() const { return http_ ? &*http_ : nullptr; }
    [[nodiscard]] const domain::ConnectorMemory& memory() const { return memory_; }
    [[nodiscard]] const base::Clock& clock() const { return *shared_.clock; }
    /// One structured line; at most kLogsPerSecond, the rest are counted and dropped.
    void log(int level, std::string_view event, std::string_view fieldsJson);
    void metric(std::string_view name, double value, std::string_view labelsJson = {});

    /// Tells `listener(what, text)` all that the connector says ("log", "metric", "error"), before
    /// anything is struck out of it. For tools that test connectors; call before the first call.
    using Listener = std::function<void(std::string_view what, std::string_view text)>;
    void hear(Listener listener) { listener_ = std::move(listener); }
    void heard(std::string_view what, std::string_view text) const {
        if (listener_) listener_(what, text);
    }

    /// `text` with every secret this connection has used replaced.
    [[nodiscard]] std::string redacted(std::string_view text) const;

  private:
    static constexpr double kLogsPerSecond = 20;
    static constexpr double kLogsBurst = 200;
    static constexpr std::size_t kSecretsKept = 32;
    /// Shorter ones would strike out half of every sentence.
    static constexpr std::size_t kSecretBytesMin = 4;

    void remember(const base::SecretText& secret);
    bool mayLog(std::uint64_t& dropped);

    const std::string connection_;
    const std::string connector_;
    const domain::SecretResolver resolver_;
    const domain::SecretKeeper keeper_;
    const domain::ConnectorMemory memory_;
    const std::shared_ptr<MetricCounters> metrics_;
    const SharedServices shared_;
    const std::shared_ptr<ConnectionLimits> limits_;
    std::optional<http::Client> http_;
    Listener listener_;
    mutable std::mutex mutex_;  ///< guards what follows; never held over a call outside
    double logTokens_ = kLogsBurst;
    base::SteadyPoint logFilledAt_ = std::chrono::steady_clock::now();
    std::uint64_t logsDropped_ = 0;
    std::deque<base::SecretText> secrets_;
};

}  // namespace tenantry::pluginhost
