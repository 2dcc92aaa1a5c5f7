// A small durable memory of the connection, and the host's clock.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tenantry/call.hpp>

namespace tny {

/// "tny.kv/1": 1 MiB for each connection, kept by the host over restarts. For what is expensive to
/// find out again (a schema, a watermark); no secrets: those are Call::secretPut.
///
///     tny::Kv memory(call);
///     const std::string schema = memory.get("schema").value_or("");
class Kv {
  public:
    /// Throws tny::unsupported when the host has none.
    explicit Kv(Call& call)
        : call_(call), kv_(static_cast<const tny_kv*>(call.interfaceOf("tny.kv/1"))) {
        if (!TNY_HAS(kv_, remove)) throw unsupported("This host has no memory (tny.kv/1).");
    }
    std::optional<std::string> get(std::string_view key) const {
        std::string value;
        const auto got = [](void* u, tny_str v) { static_cast<std::string*>(u)->assign(view(v)); };
        const tny_status status = kv_->get(call_.raw(), tny::str(key), got, &value);
        if (status == TNY_E_NOT_FOUND) return std::nullopt;
        if (status != TNY_OK) throw Error(status, "The connector's memory could not be read.");
        return value;
    }
    /// Durable when it returns.
    void put(std::string_view key, std::string_view value) {
        const tny_status status = kv_->put(call_.raw(), tny::str(key), tny::str(value));
        if (status == TNY_E_POLICY) throw Error(status, "The connector's memory is full (1 MiB).");
        if (status != TNY_OK) throw Error(status, "The connector's memory could not be written.");
    }
    /// Not an error when there is none.
    void remove(std::string_view key) {
        const tny_status status = kv_->remove(call_.raw(), tny::str(key));
        if (status != TNY_OK) throw Error(status, "The connector's memory could not be written.");
    }

  private:
    Call& call_;
    const tny_kv* kv_;
};

/// Unix milliseconds by the host's clock ("tny.clock/1"), which a test can set.
inline std::int64_t nowMs(Call& call) {
    const auto* clock = static_cast<const tny_clock*>(call.interfaceOf("tny.clock/1"));
    if (!TNY_HAS(clock, now_ms)) throw unsupported("This host has no clock (tny.clock/1).");
    return clock->now_ms(call.raw());
}

}  // namespace tny
