/// Distinct id types: a swap of two does not compile. All are UUIDs in canonical text form.
#pragma once

#include <compare>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace tenantry::base {

template <class Tag>
class Id {
  public:
    Id() = default;
    explicit Id(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    auto operator<=>(const Id&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const Id& id) { return out << id.text_; }

  private:
    std::string text_;
};

using OrganizationId = Id<struct OrganizationTag>;
using ConnectionId = Id<struct ConnectionTag>;
using UserId = Id<struct UserTag>;
using AccountId = Id<struct AccountTag>;
using ActivityId = Id<struct ActivityTag>;

/// A random UUID (version 4).
std::string newUuid();

/// The UUID of a user: version 5 (RFC 4122 section 4.3) of its connection and native id, so that
/// the view can be rebuilt without breaking references. REQUIRES: `connection` is a UUID.
UserId userIdOf(const ConnectionId& connection, std::string_view nativeId);

/// Whether `text` is a UUID in canonical form.
bool isUuid(std::string_view text);

}  // namespace tenantry::base

template <class Tag>
struct std::hash<tenantry::base::Id<Tag>> {
    std::size_t operator()(const tenantry::base::Id<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.text());
    }
};
