/// A host whose connectors fare as a test says.
///
/// Threads: any.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "kernel/domain/ports/connector_supervision.h"

namespace tenantry::testing {

class FakeSupervision final : public domain::ConnectorSupervision {
  public:
    void set(const domain::ConnectorHealth& one) {
        const std::lock_guard lock(mutex_);
        health_[one.connector] = one;
    }
    void add(domain::ConnectorReport report) {
        const std::lock_guard lock(mutex_);
        reports_[report.connector].push_back(std::move(report));
    }
    void find(const domain::RescanFinding& one) {
        const std::lock_guard lock(mutex_);
        findings_.push_back(one);
    }

    [[nodiscard]] std::vector<domain::ConnectorHealth> health() const override {
        const std::lock_guard lock(mutex_);
        std::vector<domain::ConnectorHealth> out;
        for (const auto& [id, one] : health_) out.push_back(one);
        return out;
    }
    [[nodiscard]] base::Result<std::vector<domain::ConnectorReport>> reports(
        const std::string& connector) const override {
        const std::lock_guard lock(mutex_);
        if (health_.count(connector) == 0) return base::notFound("No such connector.");
        const auto found = reports_.find(connector);
        if (found == reports_.end()) return std::vector<domain::ConnectorReport>();
        return found->second;
    }
    base::Status resume(const std::string& connector,
                        const std::optional<base::ConnectionId>& only) override {
        const std::lock_guard lock(mutex_);
        const auto found = health_.find(connector);
        if (found == health_.end()) return base::notFound("No such connector.");
        auto& one = found->second;
        const auto before = one.quarantined.size();
        std::erase_if(one.quarantined,
                      [&](const auto& q) { return !only || q.connection == *only; });
        const bool paused = !only && one.state == domain::ConnectorState::kPaused;
        if (!paused && one.quarantined.size() == before)
            return base::conflict("Nothing is paused.");
        if (paused) one.state = domain::ConnectorState::kIdle;
        return base::ok();
    }
    std::vector<domain::RescanFinding> rescan(base::Deadline) override {
        const std::lock_guard lock(mutex_);
        return findings_;
    }

  private:
    mutable std::mutex mutex_;
    std::map<std::string, domain::ConnectorHealth> health_;
    std::map<std::string, std::vector<domain::ConnectorReport>> reports_;
    std::vector<domain::RescanFinding> findings_;
};

}  // namespace tenantry::testing
