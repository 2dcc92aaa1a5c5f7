/// Header fields of a message in their order; names compare without case (RFC 9110 section 5.1).
///
/// Threads: a value type.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenantry::http {

/// ASCII only, as header names are.
bool equalIgnoringCase(std::string_view a, std::string_view b);
std::string toLower(std::string_view text);
/// Without spaces and tabs around it.
std::string_view trimmed(std::string_view text);
/// Whether `text` is a token of RFC 9110 section 5.6.2.
bool isToken(std::string_view text);
/// Whether `text` may stand as a field value: no control byte but the tab.
bool isFieldValue(std::string_view text);

class Headers {
  public:
    using Field = std::pair<std::string, std::string>;

    /// Adds a field, beside others of that name.
    void add(std::string name, std::string value);
    /// Replaces all fields of that name.
    void set(std::string name, std::string value);
    void erase(std::string_view name);

    /// The first value of that name.
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const;
    [[nodiscard]] std::string getOr(std::string_view name, std::string_view fallback) const;
    [[nodiscard]] bool has(std::string_view name) const { return count(name) > 0; }
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] std::size_t size() const { return fields_.size(); }
    /// Whether a comma separated list in any field of that name holds `token`, without case.
    [[nodiscard]] bool listHas(std::string_view name, std::string_view token) const;

    [[nodiscard]] auto begin() const { return fields_.begin(); }
    [[nodiscard]] auto end() const { return fields_.end(); }

  private:
    std::vector<Field> fields_;
};

}  // namespace tenantry::http
