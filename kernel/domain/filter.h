/// Filter: the SCIM grammar (RFC 7644 section 3.4.2.2) over the fields of a user. The same
/// expression serves the list, the CLI, export and whatever selects users later.
///
/// Whole grammar: and, or, not ( ), grouping, eq ne co sw ew gt ge lt le pr, value paths
/// (mfa[enrolled eq true], roles[value sw "a"]), JSON strings, true, false, null, numbers. Keywords
/// and field names ignore case; the core User URN may stand before a name. Beyond it: a bare date
/// stands for its midnight in UTC.
///
/// What it means: text compares without regard to case, and by code point where order is asked. No
/// value, null and "" are the same: `eq null` and `eq ""` hold, `ne` anything else holds, `pr` and
/// every other comparison do not. A field with several values holds if any of them does. An
/// organization is compared by id, slug and name at once, and `ne` is the opposite of `eq`.
/// Evaluation is kernel/view's.
///
/// Threads: immutable values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
/// By the API's name, ignoring case; also "role", "alert", "mfa" (mfa.enrolled). Nothing for an
/// attribute.
std::optional<UserField> userField(std::string_view name);

enum class FieldType : std::uint8_t { kText = 1, kWord, kFlag, kTime, kOrganization, kAny };
FieldType type(UserField field);
bool isMultiValued(UserField field);
bool isSortable(UserField field);
/// Whether its values can be counted.
bool isFacet(UserField field);

enum class Comparator : std::uint8_t { kEq = 1, kNe, kCo, kSw, kEw, kGt, kGe, kLt, kLe, kPr };

struct FilterNode {
    enum class Kind : std::uint8_t { kAnd = 1, kOr, kNot, kCompare, kElement };
    enum class ValueKind : std::uint8_t { kNone = 1, kNull, kBool, kNumber, kText, kTime };

    Kind kind = Kind::kCompare;
    /// kAnd, kOr: two or more. kNot: one. kElement: one, which must hold for one and the same value
    /// of the multi-valued `field`.
    std::vector<FilterNode> children;

    // kCompare
    UserField field{};
    /// kAttribute: its name, dotted where it nests. kOrganization: "id", "slug" or "name" when only
    /// that is to be compared.
    std::string attribute;
    Comparator comparator{};
    ValueKind valueKind = ValueKind::kNone;
    bool boolean = false;
    double number = 0;
    std::string text;        ///< as written; the canonical word for a field of words
    std::string folded;      ///< base::caseFold of it, for comparison
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
    Filter(std::shared_ptr<const FilterNode> root, std::string text)
        : root_(std::move(root)), text_(std::move(text)) {}
    std::shared_ptr<const FilterNode> root_;
    std::string text_;
};

}  // namespace tenantry::domain
