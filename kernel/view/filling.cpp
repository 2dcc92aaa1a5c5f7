#include "kernel/view/filling.h"

namespace tenantry::view {

Filling::Filling(ViewState& state, Compactor& compactor)
    : state_(state),
      rest_(compactor),
      compactor_(compactor),
      thread_([this](const std::stop_token& stop) { work(stop); }) {
    batch_.users.reserve(kBatch);
}

Filling::~Filling() = default;

void Filling::add(domain::User&& user) {
    if (batch_.count < batch_.users.size())
        batch_.users[batch_.count] = std::move(user);
    else
        batch_.users.push_back(std::move(user));
    ++count_;
    if (++batch_.count >= kBatch) hand();
}

void Filling::hand() {
    if (batch_.count == 0) return;
    {
        std::unique_lock lock(mutex_);
        condition_.wait(lock, [this] { return waiting_.size() < kBatchesWaiting; });
        waiting_.push_back(std::move(batch_));
        batch_ = {};
        if (!spare_.empty()) {
            batch_ = std::move(spare_.back());
            spare_.pop_back();
        }
    }
    condition_.notify_all();
    batch_.count = 0;
    batch_.users.reserve(kBatch);
}

Filling::Batch Filling::next(Batch used, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!used.users.empty()) spare_.push_back(std::move(used));
    condition_.wait(lock, stop, [this] { return isEnded_ || !waiting_.empty(); });
    if (waiting_.empty()) return {};
    Batch out = std::move(waiting_.front());
    waiting_.pop_front();
    condition_.notify_all();
    return out;
}

void Filling::work(const std::stop_token& stop) {
    for (auto batch = next({}, stop); batch.count > 0 && !stop.stop_requested();
         batch = next(std::move(batch), stop))
        state_.add({batch.users.data(), batch.count});
}

std::uint64_t Filling::finish() {
    hand();
    {
        std::lock_guard lock(mutex_);
        isEnded_ = true;
    }
    condition_.notify_all();
    if (thread_.joinable()) thread_.join();
    // A few beside a large file are joined with it when there is time.
    std::uint64_t users = 0;
    for (const auto& one : state_.snapshot()->segments) users += one.living();
    if (count_ > users / 2) compactor_.join();
    return count_;
}

}  // namespace tenantry::view
