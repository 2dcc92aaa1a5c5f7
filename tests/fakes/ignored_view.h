/// A view that nobody reads: for tests of what only has to write to one.
#pragma once

#include "kernel/domain/ports/user_view.h"

namespace tenantry::testing {

class IgnoredView final : public domain::UserViewWriter {
  public:
    void setTree(domain::TreePtr) override {}
    void putConnection(const domain::Connection&, const domain::ConnectionHealth&) override {}
    void removeConnection(const base::ConnectionId&) override {}
    void apply(const base::ConnectionId&, const domain::UserChanges&, std::uint64_t) override {}
};

}  // namespace tenantry::testing
