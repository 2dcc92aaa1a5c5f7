/// A value that must not be printed: no operator<<, no JSON, wiped when it dies. reveal() is the
/// one way in, and grep finds it.
#pragma once

#include <string>
#include <utility>

namespace tenantry::base {

/// Overwrites memory in a way the compiler keeps.
void wipe(void* data, std::size_t size);

template <class T>
class Secret;

template <>
class Secret<std::string> {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret& other) {
        if (this != &other) {
            clear();
            value_ = other.value_;
        }
        return *this;
    }
    Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.clear(); }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            clear();
            value_ = std::move(other.value_);
            other.clear();
        }
        return *this;
    }
    ~Secret() { clear(); }

    [[nodiscard]] const std::string& reveal() const { return value_; }
    [[nodiscard]] bool empty() const { return value_.empty(); }

  private:
    void clear() {
        wipe(value_.data(), value_.size());
        value_.clear();
    }
    std::string value_;
};

using SecretText = Secret<std::string>;

}  // namespace tenantry::base
