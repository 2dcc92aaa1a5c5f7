#include "kernel/jobs/journal.h"

#include "kernel/base/limits.h"

namespace tenantry::jobs {

namespace limits = base::limits;

Journal::Journal(domain::JobStore& store)
    : store_(store), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Journal::~Journal() {
    thread_.request_stop();
    thread_.join();
}

base::Result<bool> Journal::write(domain::ItemChange change) {
    auto entry = std::make_shared<Entry>();
    entry->change = std::move(change);
    std::unique_lock lock(mutex_);
    if (stopped_) return base::unavailable("Tenantry is stopping.");
    queue_.push_back(entry);
    came_.notify_one();
    // The thread answers every entry: the store's deadline bounds the wait.
    answered_.wait(lock, [&] { return entry->answer.has_value(); });
    return std::move(*entry->answer);
}

void Journal::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    for (;;) {
        came_.wait(lock, stop, [&] { return !queue_.empty(); });
        if (queue_.empty()) break;
        const auto batch = std::exchange(queue_, {});
        lock.unlock();
        commit(batch);
        lock.lock();
        answered_.notify_all();
    }
    stopped_ = true;
}

void Journal::commit(const std::vector<std::shared_ptr<Entry>>& batch) {
    std::vector<domain::ItemChange> changes;
    changes.reserve(batch.size());
    for (const auto& entry : batch) changes.push_back(entry->change);
    const auto taken = store_.changeItems(changes, base::Deadline::after(limits::kStoreDeadline));
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (taken)
            batch[i]->answer.emplace(static_cast<bool>((*taken)[i]));
        else
            batch[i]->answer.emplace(taken.error());
    }
}

}  // namespace tenantry::jobs
