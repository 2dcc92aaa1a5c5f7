/// The kernel's side of one call: what `tny_call` points to in the kernel's process, and the
/// tny_host over it. A local plug's connector calls that table itself; a remote plug calls it for
/// each frame of its worker. So both behave alike.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/deadline.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/pluginhost/cancel_signal.h"
#include "kernel/pluginhost/death.h"
#include "kernel/pluginhost/services.h"
#include "tenantry/abi.h"

namespace tenantry::pluginhost {

inline tny_str str(std::string_view text) {
    return {text.data(), text.size()};
}
inline std::string_view view(tny_str text) {
    return text.ptr == nullptr ? std::string_view() : std::string_view(text.ptr, text.len);
}

/// What fail() said, owned.
struct Failure {
    tny_status code = TNY_OK;
    std::int64_t retryAfterMs = -1;
    std::int32_t backendStatus = 0;
    std::string message, detail, pointer, backendCode;
};

class Plug;

/// Lives for one call, on the caller's stack. Threads: the call's own, but for what CancelSignal
/// and ConnectionServices allow.
class HostCall {
  public:
    /// `sink` receives the records of a listing; null collects them (get, perform).
    HostCall(std::shared_ptr<ConnectionServices> ofConnection, base::Deadline deadline,
             domain::RecordSink* sink = nullptr)
        : signal(deadline.point()), services(std::move(ofConnection)), sink_(sink) {}

    tny_call* raw() { return reinterpret_cast<tny_call*>(this); }
    static HostCall& of(tny_call* call) { return *reinterpret_cast<HostCall*>(call); }

    CancelSignal signal;
    const std::shared_ptr<ConnectionServices> services;
    /// Whose table the call goes through; `open` has no instance yet that could tell.
    std::shared_ptr<Plug> plug;
    Failure failure;
    std::map<std::string, std::string> replies;
    std::vector<domain::OwnedRecord> records;
    std::size_t unusableRecords = 0;  ///< whose id or kind cannot be used
    std::size_t repairedRecords = 0;  ///< whose body cannot: what is known of it is kept
    /// The request reached the connector: from here on a write may have happened.
    bool delivered = false;
    /// An HTTP request of the call is on its way: within its callbacks no other service is given.
    bool inRequest = false;
    /// True when nobody waits for the call's services any longer: its worker died.
    std::function<bool()> abandoned = [] { return false; };

    std::int32_t emit(const tny_record* first, std::size_t n, std::size_t stride);
    std::int32_t checkpoint(std::string_view cursor);
    std::int32_t reply(std::string_view key, std::string_view json);
    tny_status fail(const tny_error* error);
    /// Records were refused after kStop, so the enumeration is not complete whatever it says.
    [[nodiscard]] bool stopped() const { return stopped_; }

  private:
    void take(const tny_record* record);

    domain::RecordSink* sink_;
    bool stopped_ = false;
    std::size_t replyBytes_ = 0;
};

/// The tny_host of the kernel's process.
const tny_host* hostTable();

}  // namespace tenantry::pluginhost
