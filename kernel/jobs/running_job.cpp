#include "kernel/jobs/running_job.h"

#include <utility>

namespace tenantry::jobs {

namespace {

std::uint64_t badOf(const domain::JobSums& sums) {
    return sums.of(domain::Outcome::kFailed) + sums.of(domain::Outcome::kUnknown);
}

}  // namespace

void RunningJob::load(domain::JobItem item) {
    const auto number = item.number;
    if (item.needs != 0) needing_[item.needs].push_back(number);
    if (item.state == domain::ItemState::kEnded) {
        const auto outcome = item.outcome.value_or(domain::Outcome::kUnknown);
        ++sums_.ended.at(static_cast<std::size_t>(outcome));
        outcomes_[number] = outcome;
        return;
    }
    ++sums_.pending;
    ++openByStage_[item.stage];
    open_.emplace(number, std::move(item));
}

bool RunningJob::mayRun(const domain::JobItem& item) const {
    if (item.stage > job.stage) return false;
    if (item.needs == 0) return true;
    const auto found = outcomes_.find(item.needs);
    return found != outcomes_.end() && isGood(found->second);
}

std::vector<std::uint32_t> RunningJob::runnable() {
    std::vector<std::uint32_t> out;
    for (const auto& [number, item] : open_) {
        if (item.stage > job.stage) continue;
        bool& handed = handedOut_[number];
        if (handed || !mayRun(item)) continue;
        handed = true;
        out.push_back(number);
    }
    return out;
}

void RunningJob::putBack(std::uint32_t number) {
    handedOut_.erase(number);
}

domain::JobItem* RunningJob::find(std::uint32_t number) {
    const auto found = open_.find(number);
    return found == open_.end() ? nullptr : &found->second;
}

RunningJob::Next RunningJob::ended(std::uint32_t number, domain::Outcome outcome) {
    Next next;
    const auto found = open_.find(number);
    if (found == open_.end()) return next;
    --openByStage_[found->second.stage];
    --sums_.pending;
    ++sums_.ended.at(static_cast<std::size_t>(outcome));
    open_.erase(found);
    handedOut_.erase(number);
    const auto needing = needing_.find(number);
    if (needing == needing_.end()) return next;
    outcomes_[number] = outcome;
    for (const auto one : needing->second) {
        const auto item = open_.find(one);
        if (item == open_.end()) continue;
        if (!isGood(outcome)) {
            next.lost.push_back(one);
        } else if (mayRun(item->second) && !std::exchange(handedOut_[one], true)) {
            next.ready.push_back(one);
        }
    }
    return next;
}

void RunningJob::begin() {
    endedBefore_ = sums_.endedInAll();
    badBefore_ = badOf(sums_);
}

std::uint64_t RunningJob::endedSinceBegun() const {
    return sums_.endedInAll() - endedBefore_;
}

std::uint64_t RunningJob::badSinceBegun() const {
    return badOf(sums_) - badBefore_;
}

std::set<base::ConnectionId> RunningJob::connections() const {
    std::set<base::ConnectionId> out;
    for (const auto& [number, item] : open_) out.insert(item.connection);
    return out;
}

bool RunningJob::stageEnded() const {
    for (const auto& [stage, count] : openByStage_)
        if (stage <= job.stage && count != 0) return false;
    return true;
}

}  // namespace tenantry::jobs
