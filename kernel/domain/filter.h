/// Filter: the SCIM grammar (RFC 7644 section 3.4.2.2) over the fields of a user. The same
/// expression serves the list, the CLI, export and whatever selects users later.
///
/// Threads: immutable values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/result.h"

namespace tenantry::domain {

/// What can be filtered, sorted and counted. kAttribute: a further attribute of the connector
/// ("attributes.badge").
enum class UserField : std::uint8_t {
    kId = 1,
    kOrganization,      ///< id, slug or name; eq matches the organization itself
    kOrganizationPath,  ///< "organization.path": eq matches it and everything below it
    kConnection,
    kConnector,
    kNativeId,
    kUsername,
    kFirstName,
    kLastName,
    kDisplayName,
    kEmail,
    kPhone,
    kStatus,
    kStatusCause,
    kNativeStatus,
    kRoles,
    kMfaEnrolled,  ///< true, false or null (unknown)
    kMfaRequired,
    kMfaMethods,
    kFederatedOnly,
    kLastLoginAt,
    kCreatedAt,
    kModifiedAt,
    kSeenAt,
    kAlerts,
    kConsoleUrl,
    kAttribute,
};
/// The API's name: "last_login_at", "mfa.enrolled". Empty for kAttribute.
std::string_view name(UserField field);
/// By the API's name, ignoring case.
std::optional<UserField> userField(std::string_view name);

enum class Comparator : std::uint8_t { kEq = 1, kNe, kCo, kSw, kEw, kGt, kGe, kLt, kLe, kPr };

struct FilterNode {
    enum class Kind : std::uint8_t { kAnd = 1, kOr, kNot, kCompare };
    enum class ValueKind : std::uint8_t { kNone = 1, kNull, kBool, kNumber, kText, kTime };

    Kind kind = Kind::kCompare;
    std::vector<FilterNode> children;  ///< kAnd, kOr: two or more; kNot: one

    // kCompare
    UserField field{};
    std::string attribute;  ///< for kAttribute
    Comparator comparator{};
    ValueKind valueKind = ValueKind::kNone;
    bool boolean = false;
    double number = 0;
    std::string text;        ///< as written
    std::string folded;      ///< case-folded, for comparison
    base::TimePoint time{};  ///< for time fields
};

class Filter {
  public:
    /// kInvalidArgument when it does not parse: the message names the column (from 1) and what was
    /// expected there, or the unknown field with the nearest known one. Bounds: kFilterBytesMax,
    /// kFilterDepthMax, kFilterTermsMax.
    static base::Result<Filter> parse(std::string_view text);
    [[nodiscard]] const FilterNode& root() const { return *root_; }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::shared_ptr<const FilterNode> root_;
    std::string text_;
};

}  // namespace tenantry::domain
