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

    FrameServer(HostCall& call, std::uint64_t id, Send send)
        : call_(call), id_(id), send_(std::move(send)) {}
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
    void respond(tny_status status, std::string_view bytes);
    bool credit(const Frame& frame);

    HostCall& call_;
    const std::uint64_t id_;
    const Send send_;
    bool stop_ = false;
    bool ended_ = false;
    tny_status status_ = TNY_E_INTERNAL;
};

}  // namespace tenantry::pluginhost
