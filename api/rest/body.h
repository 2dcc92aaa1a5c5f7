/// The JSON body of a request, read strictly: an unknown member is refused by name, a wrong type
/// with its pointer.
///
/// Threads: a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/request.h"
#include "kernel/base/json.h"
#include "kernel/base/result.h"

namespace tenantry::rest {

/// In characters (code points).
struct Length {
    std::size_t min = 0;
    std::size_t max = 0;
};

enum class Presence : std::uint8_t { kRequired = 1, kOptional };

class Body {
  public:
    /// kInvalidArgument unless it is a JSON object, sent as application/json, with no other members
    /// than `allowed`.
    static base::Result<Body> read(const http::Request& request,
                                   const std::vector<std::string_view>& allowed,
                                   Presence presence = Presence::kRequired);

    [[nodiscard]] bool has(std::string_view name) const { return !json_[name].missing(); }
    [[nodiscard]] base::Result<std::string> need(std::string_view name, Length length) const;
    [[nodiscard]] base::Result<std::optional<std::string>> text(std::string_view name,
                                                                Length length) const;
    [[nodiscard]] base::Result<std::optional<bool>> flag(std::string_view name) const;
    [[nodiscard]] base::Result<std::optional<std::int64_t>> number(std::string_view name) const;
    [[nodiscard]] base::Result<std::optional<std::vector<std::string>>> texts(std::string_view name,
                                                                              std::size_t countMax,
                                                                              Length length) const;
    /// The JSON text of an object.
    [[nodiscard]] base::Result<std::optional<std::string>> object(std::string_view name) const;
    [[nodiscard]] const base::Json& json() const { return json_; }

  private:
    base::Json json_;
};

}  // namespace tenantry::rest
