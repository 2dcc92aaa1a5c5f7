// What is told of a worker's death: WorkerProcess::reportOf, and what is gathered for it before.
#include <unistd.h>

#include <array>

#include "kernel/base/json.h"
#include "kernel/pluginhost/worker_process.h"

namespace tenantry::pluginhost {

namespace {

constexpr std::size_t kStderrTailMax = 8192;
constexpr std::size_t kLogTailMax = 200;
constexpr std::size_t kLogLineMax = 1024;

}  // namespace

void WorkerProcess::readStderr() {
    std::array<char, 1024> buffer{};
    for (;;) {
        const auto n = ::read(child_->stderrFd(), buffer.data(), buffer.size());
        if (n <= 0) return;
        stderrTail_.append(buffer.data(), static_cast<std::size_t>(n));
        if (stderrTail_.size() > kStderrTailMax)
            stderrTail_.erase(0, stderrTail_.size() - kStderrTailMax);
    }
}

void WorkerProcess::rememberLog(const ConnectionServices* services, std::string_view event,
                                std::string_view fields) {
    std::string line = base::toRfc3339(base::SystemClock().now()) + " ";
    if (services != nullptr) line += services->connection() + " ";
    std::string said = base::toValidUtf8(std::string(event) + " " + std::string(fields));
    if (services != nullptr) said = services->redacted(said);
    logTail_.push_back(line + said.substr(0, kLogLineMax));
    if (logTail_.size() > kLogTailMax) logTail_.pop_front();
}

DeathReport WorkerProcess::reportOf(const Ended& ended, Death death) {
    DeathReport out;
    out.connector = package_->descriptor().id;
    out.version = package_->descriptor().version;
    out.sha256 = package_->sha256();
    out.buildId = package_->buildId();
    out.startedAt = startedAt_;
    out.at = base::SystemClock().now();
    out.pid = child_->startedPid();
    if (death.status == kCrashed) {
        out.signal = ended.signal;
        out.exitStatus = ended.status;
    }
    const auto words = child_->lastWords();
    out.offset = words ? words->offset : 0;
    out.death = std::move(death);
    out.memoryBytes = memoryBytes_;
    out.calls = callsInFlight(words ? words->call : 0);
    out.log.assign(logTail_.begin(), logTail_.end());
    out.stderrTail = redacted(base::toValidUtf8(stderrTail_));
    return out;
}

std::vector<CallInFlight> WorkerProcess::callsInFlight(std::uint64_t culprit) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (calls_.count(culprit) == 0) culprit = culprit_;
    const bool known = calls_.count(culprit) != 0;
    std::vector<CallInFlight> out;
    for (const auto& [id, inbox] : calls_) {
        const auto ran = std::chrono::floor<std::chrono::milliseconds>(now - inbox->began_);
        // Where nobody knows which one it was, each may have been it.
        out.push_back({inbox->operation_, base::ConnectionId(inbox->services_->connection()), ran,
                       !known || id == culprit});
    }
    return out;
}

std::string WorkerProcess::redacted(std::string text) {
    std::vector<std::shared_ptr<ConnectionServices>> all;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& one : seen_)
            if (auto services = one.lock()) all.push_back(std::move(services));
    }
    for (const auto& services : all) text = services->redacted(text);
    return text;
}

}  // namespace tenantry::pluginhost
