/// The portal directory: Tenantry's own accounts as users among all others, behind the same port as
/// every connector. Built in; one for each organization where accounts live.
///
/// Ownership: kernel/main; what it is given outlives it. Threads: any.
#pragma once

#include <memory>
#include <string_view>

#include "kernel/base/clock.h"
#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/ports/user_view.h"
#include "tenants/access.h"
#include "tenants/accounts.h"
#include "tenants/connections.h"

namespace tenantry::tenants {

struct PortalParts {
    Accounts& accounts;
    Access& access;
    Roles& roles;
    Connections& connections;
    domain::AccountStore& store;
    domain::UserStore& users;
    domain::UserViewWriter& view;
    domain::EventSink& events;
    const base::Clock& clock;
};

/// Shows accounts at once when they change, in store and view, and makes the portal connection of
/// an organization when its first account comes.
class Portal final : public AccountRows {
  public:
    explicit Portal(PortalParts parts);
    ~Portal() override;
    void show(const domain::Account& account) override;
    /// Writes those that the store has otherwise, one transaction an organization.
    base::Status showAll(const std::vector<domain::Account>& accounts,
                         base::Deadline deadline) override;

    /// A user's account, if it is one. Null for users of other directories.
    [[nodiscard]] std::optional<domain::Account> accountOf(const domain::User& user) const;
    /// For eligibility: why this user is protected; empty when it is not.
    [[nodiscard]] std::string protectedBecause(const domain::User& user) const;

  private:
    friend class PortalHost;
    class Directory;
    base::Result<domain::Connection> connectionOf(const base::OrganizationId& home,
                                                  base::Deadline deadline);
    base::Status tryShow(const domain::Account& account, base::Deadline deadline);

    PortalParts parts_;
};

/// The installed connectors and, beside them, the portal directory.
class PortalHost final : public domain::ConnectorHost {
  public:
    explicit PortalHost(domain::ConnectorHost& installed);
    /// Before the first portal connection is opened.
    void attach(Portal& portal) { portal_ = &portal; }
    [[nodiscard]] std::vector<domain::ConnectorDescriptor> connectors() const override;
    base::Result<std::shared_ptr<domain::Connector>> open(domain::OpenRequest request,
                                                          base::Deadline deadline) override;
    [[nodiscard]] base::Status checkArguments(const domain::ActionDescriptor& action,
                                              std::string_view argsJson) const override {
        return installed_.checkArguments(action, argsJson);
    }

  private:
    domain::ConnectorHost& installed_;
    Portal* portal_ = nullptr;
};

/// What the portal directory says of itself.
const domain::ConnectorDescriptor& portalDescriptor();

}  // namespace tenantry::tenants
