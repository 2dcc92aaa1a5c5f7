/// Counts what a directory lists.
///
/// Threads: one call's own.
#pragma once

#include <cstdint>

#include "kernel/domain/ports/connector.h"

namespace tenantry::tenants {

/// Counts users without keeping them, at most one segment.
class Counter final : public domain::RecordSink {
  public:
    domain::Flow record(const domain::Record& record) override {
        if (record.kind == "user" && record.op != domain::RecordOp::kDelete) ++count;
        return domain::Flow::kMore;
    }
    void checkpoint(std::string_view) override {}
    std::uint64_t count = 0;
};

}  // namespace tenantry::tenants
