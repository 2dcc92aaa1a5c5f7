/// The worker's side of one call: what `tny_call` points to there, and the host functions over it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/pluginhost/cancel_signal.h"
#include "kernel/pluginhost/channel.h"
#include "kernel/pluginhost/wire.h"
#include "tenantry/abi.h"

namespace tenantry::pluginhost::worker {

inline tny_str str(std::string_view text) {
    return {text.data(), text.size()};
}
inline std::string_view view(tny_str text) {
    return text.ptr == nullptr ? std::string_view() : std::string_view(text.ptr, text.len);
}

/// Threads: the call's own thread for all but takeCredit, takeResponse, takeData and cancel, which
/// come from whoever reads the socket.
class WorkerCall {
  public:
    WorkerCall(FrameSender& sender, std::uint64_t id, CancelSignal::Point deadline)
        : cancel_(deadline), sender_(sender), id_(id) {}

    tny_call* raw() { return reinterpret_cast<tny_call*>(this); }
    static WorkerCall& of(tny_call* call) { return *reinterpret_cast<WorkerCall*>(call); }
    [[nodiscard]] std::uint64_t id() const { return id_; }
    CancelSignal& signal() { return cancel_; }

    void cancel();
    void takeCredit(std::uint64_t bytes, bool stop);
    void takeResponse(tny_status status, std::string bytes);
    /// A piece of the answer to an HTTP request; `head` with its status.
    void takeData(bool head, std::int32_t status, std::string bytes);

    std::int32_t emit(const tny_record* first, std::size_t n, std::size_t stride);
    std::int32_t checkpoint(std::string_view cursor);
    std::int32_t reply(std::string_view key, std::string_view json);
    void fail(const tny_error* error);
    /// Asks the kernel for a service and waits; it always answers.
    tny_status request(HostService service, std::uint64_t number, std::string_view name,
                       std::string_view bytes, std::string& answer);
    /// The same for an HTTP request, whose answer comes in pieces.
    tny_status sendHttp(const tny_http_req* req, const tny_http_sink* sink);
    /// The last frame of the call.
    void end(tny_status status);

  private:
    /// A piece of an HTTP answer.
    struct Piece {
        bool head = false;
        std::int32_t status = 0;
        std::string bytes;
    };
    [[nodiscard]] bool ask(HostService service, std::uint64_t number, std::string_view name,
                           std::string_view bytes);
    tny_status await(std::string& answer, const tny_http_sink* sink);
    bool hand(const Piece& piece, const tny_http_sink* sink);
    void add(const tny_record* record);
    /// Sends the batch once there is credit for it. False: the host wants no more.
    bool flush();
    bool sendCharged(FrameWriter writer);
    /// What the connector hears after it emitted; `more` unless something could not be sent.
    std::int32_t told(bool more);
    [[nodiscard]] bool stopping();

    CancelSignal cancel_;
    FrameSender& sender_;
    const std::uint64_t id_;
    std::optional<std::string> records_;  ///< fields of the batch, behind its count
    std::uint64_t recordCount_ = 0;
    bool toldStop_ = false;  ///< the connector knows that the host wants no more
    bool dropped_ = false;   ///< something emitted was not sent: the call cannot be complete

    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t outstandingBytes_ = 0;
    bool stop_ = false;
    std::optional<tny_status> responseStatus_;
    std::string response_;
    std::deque<Piece> pieces_;  ///< the kernel keeps to kDataWindowBytes
    bool inRequest_ = false;    ///< the call's own thread alone looks at it
};

/// The tny_host of this process. REQUIRES: bindHost was called.
const tny_host* hostTable();
void bindHost(FrameSender& sender);

/// Far enough: who cannot send to the kernel has nothing else to do.
inline FrameSender::Point never() {
    return std::chrono::steady_clock::now() + std::chrono::hours(24);
}

}  // namespace tenantry::pluginhost::worker
