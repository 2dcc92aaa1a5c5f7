/// What a worker sends of one running call, served by the host's own table.
///
/// The worker is not trusted: every frame is checked field by field, and the first that breaks the
/// rules is the end of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "kernel/pluginhost/channel.h"
#include "kernel/pluginhost/host_call.h"
#include "kernel/pluginhost/wire.h"

namespace tenantry::pluginhost {

/// Lives for one call, beside its HostCall. Threads: the call's own.
class FrameServer {
  public:
    /// How frames go back to the worker. Whether they arrive is not this class's care.
    using Send = std::function<void(std::string frame, Urgency urgency)>;

    /// The next frame of the call, while an HTTP answer is on its way to the worker.
    enum class Came : std::uint8_t {
        kFrame = 1,
        kNothing,  ///< none until then
        kGone,     ///< the worker is dead: none ever
    };
    using Next = std::function<Came(Frame& frame, CancelSignal::Point until)>;

    FrameServer(
        HostCall& call, std::uint64_t id, Send send,
        Next next = [](Frame&, CancelSignal::Point) { return Came::kNothing; });
    ~FrameServer();
    FrameServer(const FrameServer&) = delete;
    FrameServer& operator=(const FrameServer&) = delete;

    /// False: the worker broke the rules.
    bool serve(Frame& frame);
    /// The worker said that the call is over, with this status.
    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] tny_status status() const { return status_; }

  private:
    bool emit(FieldReader& fields);
    bool fail(FieldReader& fields);
    bool request(FieldReader& fields);
    bool serveRequest(FieldReader& fields);
    void respond(tny_status status, std::string_view bytes);
    bool credit(const Frame& frame);

    bool http(std::uint32_t flags, std::string_view request);
    std::int32_t sendData(bool head, std::int32_t status, std::string_view bytes);
    bool awaitWindow();
    bool taken(FieldReader& fields);

    HostCall& call_;
    const std::uint64_t id_;
    const Send send_;
    const Next next_;
    bool stop_ = false;
    bool ended_ = false;
    bool busy_ = false;  ///< serves a request
    tny_status status_ = TNY_E_INTERNAL;

    // Of the HTTP answer that is on its way to the worker.
    std::size_t dataOut_ = 0;  ///< sent and not taken yet
    bool dataStop_ = false;    ///< the connector wants no more of it
    bool broken_ = false;      ///< the worker broke the rules meanwhile
};

}  // namespace tenantry::pluginhost
