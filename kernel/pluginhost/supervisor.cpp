#include "kernel/pluginhost/supervisor.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <random>

#include "kernel/base/log.h"

namespace tenantry::pluginhost {

namespace {

constexpr const char* kUntilConnection =
    " It goes on when an operator resumes it, its configuration changes or another version of the "
    "connector comes.";
constexpr const char* kUntilConnector =
    " It goes on when an operator resumes it or another version comes.";

/// So that connectors that died together do not start together.
std::chrono::milliseconds jittered(std::chrono::milliseconds pause) {
    thread_local std::minstd_rand random{std::random_device{}()};
    return pause + pause * std::uniform_int_distribution<int>(0, 25)(random) / 100;
}

void forgetBefore(std::deque<base::SteadyPoint>& points, base::SteadyPoint since) {
    while (!points.empty() && points.front() < since) points.pop_front();
}

std::string minutes(std::chrono::milliseconds span) {
    return std::to_string(std::chrono::ceil<std::chrono::minutes>(span).count()) + " minutes";
}

}  // namespace

Supervisor::Supervisor(std::string connector, std::shared_ptr<ReportFolder> reports,
                       SupervisorPolicy policy, const base::Clock& clock)
    : connector_(std::move(connector)),
      reports_(std::move(reports)),
      policy_(policy),
      clock_(clock),
      pause_(reports_->pause(connector_)) {}

std::shared_ptr<Supervisor> Supervisor::alone(std::string connector, SupervisorPolicy policy) {
    static const base::SystemClock clock;
    return std::make_shared<Supervisor>(std::move(connector), std::make_shared<ReportFolder>(""),
                                        policy, clock);
}

std::shared_ptr<Supervisor> Supervisor::forTrial() const {
    SupervisorPolicy lenient = policy_;
    lenient.deathsMax = std::numeric_limits<int>::max();
    lenient.poisonDeaths = std::numeric_limits<int>::max();
    return std::make_shared<Supervisor>(connector_, reports_, lenient, clock_);
}

void Supervisor::uses(const std::string& sha256) {
    bool over = false;
    {
        const std::lock_guard lock(mutex_);
        const bool other = !sha256_.empty() && sha256_ != sha256;
        over = pause_ && pause_->sha256 != sha256;
        sha256_ = sha256;
        if (other || over) forgive();
    }
    if (!over) return;
    reports_->setPause(connector_, std::nullopt);
    base::logInfo("connector_resumed", {{"connector", connector_}, {"why", "another version"}});
}

std::string Supervisor::refusal(const base::ConnectionId& connection) const {
    const std::lock_guard lock(mutex_);
    if (pause_) return "The connector is paused: " + pause_->reason + kUntilConnector;
    const auto found = quarantined_.find(connection);
    if (found == quarantined_.end()) return {};
    return "This connection is paused: " + found->second.what.reason + kUntilConnection;
}

void Supervisor::opens(const base::ConnectionId& connection, std::string_view config) {
    const std::size_t digest = std::hash<std::string_view>{}(config);
    const std::lock_guard lock(mutex_);
    configs_[connection] = digest;
    const auto found = quarantined_.find(connection);
    if (found == quarantined_.end() || found->second.config == digest) return;
    quarantined_.erase(found);
    failures_.erase(connection);
}

void Supervisor::closes(const base::ConnectionId& connection, std::string_view config) {
    const std::lock_guard lock(mutex_);
    const auto found = configs_.find(connection);
    if (found != configs_.end() && found->second == std::hash<std::string_view>{}(config))
        configs_.erase(found);
}

void Supervisor::succeeded(const base::ConnectionId& connection, const std::string& operation) {
    const std::lock_guard lock(mutex_);
    if (!blames_.empty()) blames_.erase({connection, operation});
}

void Supervisor::failedInside(const base::ConnectionId& connection, const std::string& operation) {
    const auto now = clock_.steadyNow();
    const std::lock_guard lock(mutex_);
    for (auto it = failures_.begin(); it != failures_.end();) {
        forgetBefore(it->second, now - policy_.insideWindow);
        it = it->second.empty() ? failures_.erase(it) : std::next(it);
    }
    auto& points = failures_[connection];
    points.push_back(now);
    if (points.size() < static_cast<std::size_t>(policy_.insideMax)) return;
    failures_.erase(connection);
    quarantine(connection, operation,
               "its calls failed inside the connector " + std::to_string(policy_.insideMax) +
                   " times within " + minutes(policy_.insideWindow) + ", the last was \"" +
                   operation + "\".");
}

base::SteadyPoint Supervisor::startableAt() const {
    const std::lock_guard lock(mutex_);
    return startableAt_;
}

void Supervisor::starts() {
    const std::lock_guard lock(mutex_);
    startedAt_ = clock_.steadyNow();
}

void Supervisor::didNotStart() {
    const std::lock_guard lock(mutex_);
    backOff(clock_.steadyNow());
}

void Supervisor::backOff(base::SteadyPoint now) {
    deathsInARow_ = now - startedAt_ > policy_.healthyAfter ? 1 : deathsInARow_ + 1;
    auto pause = policy_.restartMin;
    for (int i = 1; i < deathsInARow_ && pause < policy_.restartMax; ++i) pause *= 2;
    startableAt_ = now + jittered(std::min(pause, policy_.restartMax));
}

void Supervisor::quarantine(const base::ConnectionId& connection, const std::string& operation,
                            std::string reason) {
    base::logError("connector_connection_quarantined", {{"connector", connector_},
                                                        {"connection", connection.text()},
                                                        {"operation", operation},
                                                        {"reason", reason}});
    quarantined_[connection] = {{connection, operation, std::move(reason), clock_.now()},
                                configs_[connection]};
}

std::string Supervisor::judge(const DeathReport& report, base::SteadyPoint now) {
    std::string out;
    backOff(now);
    std::erase_if(blames_,
                  [&](const auto& one) { return one.second.last < now - policy_.poisonWindow; });
    for (const auto& call : report.calls) {
        if (!call.suspect) continue;
        const Pair pair{call.connection, call.operation};
        Blame& blame = blames_[pair];
        blame.last = now;
        if (++blame.deaths < policy_.poisonDeaths) continue;
        blames_.erase(pair);
        quarantine(call.connection, call.operation,
                   "\"" + call.operation + "\" was under way when the connector's process " +
                       report.death.words + ", " + std::to_string(policy_.poisonDeaths) +
                       " times in a row.");
        out += "The connection " + call.connection.text() + " is quarantined. ";
    }
    forgetBefore(deaths_, now - policy_.deathsWindow);
    deaths_.push_back(now);
    if (deaths_.size() >= static_cast<std::size_t>(policy_.deathsMax)) {
        pause_ = Pause{report.sha256,
                       "its process ended " + std::to_string(deaths_.size()) + " times within " +
                           minutes(policy_.deathsWindow) + "; the last time it " +
                           report.death.words + ".",
                       report.at};
        return out +
               "The connector is paused until an operator resumes it or another version "
               "comes.";
    }
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(startableAt_ - now);
    return out + "It starts again with the next call, " + std::to_string(wait.count()) +
           " ms after its end or later.";
}

void Supervisor::died(DeathReport report) {
    std::optional<Pause> pause;
    {
        const std::lock_guard lock(mutex_);
        const bool paused = pause_.has_value();
        report.consequence = judge(report, clock_.steadyNow());
        if (!paused) pause = pause_;
    }
    base::logError("connector_worker_died", {{"connector", connector_},
                                             {"how", report.death.words},
                                             {"sha256", report.sha256},
                                             {"pid", report.pid},
                                             {"calls", report.calls.size()},
                                             {"stderr", report.stderrTail},
                                             {"consequence", report.consequence}});
    if (pause) reports_->setPause(connector_, pause);
    reports_->save(report);
}

void Supervisor::forgive() {
    pause_.reset();
    deaths_.clear();
    blames_.clear();
    failures_.clear();
    quarantined_.clear();
    deathsInARow_ = 0;
    startableAt_ = {};
}

base::Status Supervisor::resume(const std::optional<base::ConnectionId>& only) {
    {
        const std::lock_guard lock(mutex_);
        if (only) {
            if (quarantined_.erase(*only) == 0)
                return base::conflict("The connector does not keep this connection paused.");
            return base::ok();
        }
        if (!pause_ && quarantined_.empty())
            return base::conflict("The connector is not paused, nor is one of its connections.");
        forgive();
    }
    reports_->setPause(connector_, std::nullopt);
    base::logInfo("connector_resumed", {{"connector", connector_}, {"why", "by an operator"}});
    return base::ok();
}

std::optional<Pause> Supervisor::pause() const {
    const std::lock_guard lock(mutex_);
    return pause_;
}

std::vector<domain::QuarantinedConnection> Supervisor::quarantined() const {
    const std::lock_guard lock(mutex_);
    std::vector<domain::QuarantinedConnection> out;
    for (const auto& [id, one] : quarantined_) out.push_back(one.what);
    return out;
}

}  // namespace tenantry::pluginhost
