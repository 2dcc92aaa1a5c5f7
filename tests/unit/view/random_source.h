/// Randomness with a seed that is printed and can be given again: TENANTRY_SEED=n.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace tenantry::testing {

/// The seed of this run, told once on standard output.
inline std::uint64_t seedOfRun() {
    static const std::uint64_t seed = [] {
        const char* given = std::getenv("TENANTRY_SEED");
        const std::uint64_t value = given != nullptr && *given != '\0'
                                        ? std::strtoull(given, nullptr, 10)
                                        : std::random_device{}();
        std::cout << "TENANTRY_SEED=" << value << std::endl;
        return value;
    }();
    return seed;
}

class RandomSource {
  public:
    explicit RandomSource(std::uint64_t seed) : engine_(seed) {}
    /// 0 to bound - 1.
    std::size_t below(std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_);
    }
    bool oneIn(std::size_t n) { return below(n) == 0; }
    template <class T>
    const T& of(const std::vector<T>& all) {
        return all[below(all.size())];
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace tenantry::testing
