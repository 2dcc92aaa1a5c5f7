/// What the host does for one open connection: secrets, limits, log, counters.
///
/// Ownership: shared by the connector object and its running calls. Threads: any.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/result.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/pluginhost/cancel_signal.h"

namespace tenantry::pluginhost {

/// Counters that connectors add to, by "connector/name". Bounds: kMetricsMax names; further ones
/// are dropped.
class MetricCounters {
  public:
    static constexpr std::size_t kMetricsMax = 1000;
    void add(const std::string& connector, std::string_view name, double value);
    [[nodiscard]] std::map<std::string, double> snapshot() const;

  private:
    mutable std::mutex mutex_;
    std::map<std::string, double> values_;
};

class ConnectionServices {
  public:
    enum class Turn : std::uint8_t { kGranted = 1, kTooLate, kNoSuchBucket };

    ConnectionServices(const domain::OpenRequest& request,
                       const domain::ConnectorDescriptor& descriptor,
                       std::shared_ptr<MetricCounters> metrics);

    [[nodiscard]] const std::string& connection() const { return connection_; }
    [[nodiscard]] const std::string& connector() const { return connector_; }

    /// The secret, from whoever keeps it. From now on it is struck out of all that leaves.
    base::Result<base::SecretText> secret(std::string_view ref);
    base::Status keepSecret(std::string_view ref, base::SecretText value);
    /// Waits for `cost` turns of a bucket; the limiter is this connection's alone.
    Turn throttle(std::string_view bucket, std::uint32_t cost, const CancelSignal& signal);
    /// One structured line; at most kLogsPerSecond, the rest are counted and dropped.
    void log(int level, std::string_view event, std::string_view fieldsJson);
    void metric(std::string_view name, double value);

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

    struct Bucket {
        double rate = 1;
        double burst = 1;
        double tokens = 1;
        base::SteadyPoint filledAt{};
        void refill(base::SteadyPoint now);
    };
    void remember(const base::SecretText& secret);
    bool mayLog(std::uint64_t& dropped);

    const std::string connection_;
    const std::string connector_;
    const domain::SecretResolver resolver_;
    const domain::SecretKeeper keeper_;
    const std::shared_ptr<MetricCounters> metrics_;
    Listener listener_;
    mutable std::mutex mutex_;  ///< guards what follows; never held over a call outside
    std::map<std::string, Bucket, std::less<>> buckets_;
    Bucket logBucket_;
    std::uint64_t logsDropped_ = 0;
    std::deque<base::SecretText> secrets_;
};

}  // namespace tenantry::pluginhost
