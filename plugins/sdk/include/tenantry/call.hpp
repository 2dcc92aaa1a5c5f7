// The running call: what the host gives a connector while one of its functions runs.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tenantry/json.hpp>
#include <tenantry/record.hpp>

namespace tny {

enum class LogLevel { kDebug = 1, kInfo = 2, kWarn = 3, kError = 4 };

/// A handle to the host for the length of one call; never store it.
///
/// Threads: emit, checkpoint, reply, secret, secretPut and throttle on the call's own thread;
/// cancelled, deadlineMs, cancelFd, log and metric from any thread while the call runs.
class Call {
  public:
    Call(const tny_host* host, tny_call* call) noexcept : host_(host), call_(call) {}
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    /// True once the host wants the call to end. Ask in every loop.
    bool cancelled() const noexcept { return host_->cancelled(call_) != 0; }
    void throwIfCancelled() const {
        if (cancelled()) throw tny::cancelled();
    }
    /// Milliseconds left; hand it to your library as its timeout. Never less than 0.
    std::int64_t deadlineMs() const noexcept {
        const auto left = host_->deadline_ms(call_);
        return left > 0 ? left : 0;
    }
    /// Becomes readable at cancel; put it beside your socket in poll(). -1: none, ask cancelled().
    int cancelFd() const noexcept { return host_->cancel_fd(call_); }

    /// Hands out one record (get, perform). False: the host wants no more.
    bool emit(const Record& record) {
        std::string body;
        const tny_record raw = record.raw(body);
        return host_->emit(call_, &raw, 1, sizeof raw) == TNY_FLOW_MORE;
    }
    /// Hands out a page (list). False: the host wants no more; return TNY_MORE.
    [[nodiscard]] bool emit(const std::vector<Record>& records) {
        std::vector<std::string> bodies(records.size());
        std::vector<tny_record> raw;
        raw.reserve(records.size());
        for (std::size_t i = 0; i < records.size(); ++i) raw.push_back(records[i].raw(bodies[i]));
        if (raw.empty()) return true;
        return host_->emit(call_, raw.data(), raw.size(), sizeof(tny_record)) == TNY_FLOW_MORE;
    }
    /// All emitted so far is covered; a later list may continue from `cursor`. False: stop.
    [[nodiscard]] bool checkpoint(std::string_view cursor) {
        return host_->checkpoint(call_, tny::str(cursor)) == TNY_FLOW_MORE;
    }
    /// A named result document, see abi.h.
    void reply(std::string_view key, const Json& document) {
        const std::string text = document.dump();
        host_->reply(call_, tny::str(key), tny::str(text));
    }

    /// `event` is a short constant name; no secrets and no personal data beyond ids in `fields`.
    void log(LogLevel level, std::string_view event, const Json& fields = {}) const {
        const std::string text = fields.isNull() ? std::string() : fields.dump();
        host_->log(call_, static_cast<std::int32_t>(level), tny::str(event), tny::str(text));
    }
    void metric(std::string_view name, double value, const Json& labels = {}) const {
        const std::string text = labels.isNull() ? std::string() : labels.dump();
        host_->metric(call_, tny::str(name), value, tny::str(text));
    }

    /// The bytes behind a {"$secret":"ref"}. Keep them no longer than needed.
    std::string secret(std::string_view ref) {
        std::string value;
        const auto got = [](void* u, tny_str v) { static_cast<std::string*>(u)->assign(view(v)); };
        const tny_status status = host_->secret(call_, tny::str(ref), got, &value);
        if (status != TNY_OK) throw Error(status, "A secret of this connection could not be read.");
        return value;
    }
    /// Keeps a secret that the backend has rotated.
    void secretPut(std::string_view ref, std::string_view value) {
        const tny_status status = host_->secret_put(call_, tny::str(ref), tny::str(value));
        if (status != TNY_OK) throw Error(status, "A rotated secret could not be kept.");
    }
    /// Waits for a turn of a bucket of the descriptor's "limits".
    void throttle(std::string_view bucket, std::uint32_t cost = 1) {
        if (!TNY_HAS(host_, throttle)) throw unsupported("This host has no limiter.");
        const tny_status status = host_->throttle(call_, tny::str(bucket), cost);
        if (status == TNY_E_CANCELLED) throw tny::cancelled();
        if (status != TNY_OK)
            throw Error(status,
                        "No turn came in time at the limiter \"" + std::string(bucket) + "\".");
    }

    /// An interface of the host by its id ("tny.kv/1"); null when this host has none.
    const void* interfaceOf(std::string_view id) const noexcept {
        return TNY_HAS(host_, get_interface) ? host_->get_interface(tny::str(id)) : nullptr;
    }
    const tny_host* host() const noexcept { return host_; }
    tny_call* raw() const noexcept { return call_; }

  private:
    const tny_host* host_;
    tny_call* call_;
};

}  // namespace tny
