/// A platform of any size for measurements: ten distributors, ten partners below each, tenants
/// below them, one directory a tenant. Names, states and times as real directories have them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/view/memory_view.h"
#include "tests/unit/domain/authority.h"
#include "tests/unit/view/random_source.h"

namespace tenantry::testing {

struct BenchSize {
    std::size_t users = 1'000'000;
    std::size_t tenants = 2'000;
};

/// A tenant, by number from 0: ids are uuid() of the numbers.
struct BenchTenant {
    std::uint64_t organization = 0, partner = 0, distributor = 0;
    domain::Connection connection;
};

class BenchWorld {
  public:
    explicit BenchWorld(const BenchSize& size, const view::Tuning& tuning = {});
    /// Reads all directories into the view, and tells `each` of every batch.
    void load(
        const std::function<void(const BenchTenant&, const std::vector<domain::User>&)>& each);
    domain::User makeUser(const BenchTenant& tenant, std::size_t number);
    [[nodiscard]] const std::vector<BenchTenant>& tenants() const { return tenants_; }
    [[nodiscard]] domain::Scope scopeOf(std::uint64_t organization) {
        return authority.scopeOf(organization);
    }
    static constexpr std::uint64_t kPlatform = 1;
    static std::uint64_t distributor(std::uint64_t n) { return 2 + n; }
    static std::uint64_t partner(std::uint64_t n) { return 12 + n; }
    static std::uint64_t tenant(std::uint64_t n) { return 112 + n; }

    FakeClock clock;
    view::MemoryView view;
    Authority authority;
    RandomSource random{20261122};

  private:
    BenchSize size_;
    std::vector<BenchTenant> tenants_;
};

}  // namespace tenantry::testing
