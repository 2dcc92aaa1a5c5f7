/// The kernel's Connector over a plug: statuses become errors here, and nowhere else.
#pragma once

#include <memory>
#include <string>

#include "kernel/domain/ports/connector.h"
#include "kernel/pluginhost/host_call.h"
#include "kernel/pluginhost/package.h"
#include "kernel/pluginhost/plug.h"
#include "kernel/pluginhost/slots.h"

namespace tenantry::pluginhost {

/// What the connections of one connector share.
struct LoadedConnector {
    std::shared_ptr<const ConnectorPackage> package;
    std::shared_ptr<Plug> plug;
    std::shared_ptr<Slots> slots;  ///< calls at once in the whole plug
    std::shared_ptr<MetricCounters> metrics;
    SharedServices shared = {};
    /// Null in a tool that runs one connector: nothing is paused there.
    std::shared_ptr<Supervisor> supervisor = nullptr;
};

class PluginConnector final : public domain::Connector {
  public:
    /// Opens the connection in the plug.
    static base::Result<std::shared_ptr<domain::Connector>> open(const LoadedConnector& loaded,
                                                                 const domain::OpenRequest& request,
                                                                 base::Deadline deadline);
    ~PluginConnector() override;

    [[nodiscard]] const domain::ConnectorDescriptor& descriptor() const override;
    base::Result<std::vector<domain::Diagnostic>> check(base::Deadline deadline) override;
    base::Result<domain::ReadEnd> list(const domain::ReadRequest& request, domain::RecordSink& sink,
                                       base::Deadline deadline) override;
    base::Result<domain::OwnedRecord> get(const std::string& kind, const std::string& id,
                                          base::Deadline deadline) override;
    base::Result<domain::Capabilities> capabilities(base::Deadline deadline) override;
    base::Result<domain::ActReply> perform(const domain::ActRequest& request,
                                           base::Deadline deadline) override;
    base::Result<domain::ActReply> poll(const std::string& operation,
                                        base::Deadline deadline) override;

  private:
    PluginConnector(const LoadedConnector& loaded, const domain::OpenRequest& request);
    /// Waits for the two places, then runs `body(call)`. Empty error: it ran, see `status`.
    template <class Body>
    base::Status run(HostCall& call, const std::string& operation, base::Deadline deadline,
                     tny_status& status, Body&& body);
    /// Why no call may run now.
    [[nodiscard]] base::Status permitted() const;
    [[nodiscard]] base::Error errorOf(const HostCall& call, tny_status status, bool write) const;

    const LoadedConnector loaded_;
    const std::string config_;
    const std::shared_ptr<ConnectionServices> services_;
    const std::shared_ptr<Slots> slots_;  ///< calls at once on this instance
    tny_instance* instance_ = nullptr;
    const tny_read* read_ = nullptr;
    const tny_act* act_ = nullptr;
};

}  // namespace tenantry::pluginhost
