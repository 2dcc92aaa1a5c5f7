#include "kernel/jobs/journal.h"

#include "kernel/base/limits.h"

namespace tenantry::jobs {

namespace limits = base::limits;

Journal::Journal(domain::JobStore& store, ActionRunner& runner)
    : store_(store), runner_(runner), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Journal::~Journal() {
    thread_.request_stop();
    thread_.join();
}

base::Result<bool> Journal::write(domain::ItemChange change, const domain::OutcomeRecord* left) {
    Entry entry{std::move(change), left};
    std::unique_lock lock(mutex_);
    if (stopped_) return base::unavailable("Tenantry is stopping.");
    queue_.push_back(&entry);
    came_.notify_one();
    // The thread answers every entry: the store's deadline bounds the wait.
    entry.answered.wait(lock, [&] { return entry.answer.has_value(); });
    return std::move(*entry.answer);
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
    }
    stopped_ = true;
}

base::Result<std::vector<bool>> Journal::store(const std::vector<Entry*>& batch) {
    std::vector<const domain::OutcomeRecord*> left;
    std::vector<domain::ItemChange> changes;
    changes.reserve(batch.size());
    for (const auto* entry : batch) {
        changes.push_back(entry->change);
        if (entry->left != nullptr && !entry->left->empty()) left.push_back(entry->left);
    }
    TNY_CHECKED(runner_.writeDown(left));
    return store_.changeItems(changes, base::Deadline::after(limits::kStoreDeadline));
}

void Journal::commit(const std::vector<Entry*>& batch) {
    const auto taken = store(batch);
    // Each caller waits for its own answer, and for the lock: none is gone before it is let go.
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (taken)
            batch[i]->answer.emplace(static_cast<bool>((*taken)[i]));
        else
            batch[i]->answer.emplace(taken.error());
        batch[i]->answered.notify_one();
    }
}

}  // namespace tenantry::jobs
