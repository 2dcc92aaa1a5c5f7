#include "kernel/domain/filter.h"

#include <array>

#include "kernel/base/text.h"

namespace tenantry::domain {

namespace {

using F = UserField;
using T = FieldType;

struct FieldRow {
    UserField field;
    std::string_view name;
    FieldType type;
    bool many = false;
    bool sortable = false;
    bool facet = false;
};

constexpr std::array<FieldRow, 27> kFields{{
    {F::kId, "id", T::kText, false, true, false},
    {F::kOrganization, "organization", T::kOrganization, false, true, true},
    {F::kOrganizationPath, "organization.path", T::kOrganization, false, false, false},
    {F::kConnection, "connection", T::kText, false, true, true},
    {F::kConnector, "connector", T::kText, false, true, true},
    {F::kNativeId, "native_id", T::kText, false, true, false},
    {F::kUsername, "username", T::kText, false, true, false},
    {F::kFirstName, "first_name", T::kText, false, true, false},
    {F::kLastName, "last_name", T::kText, false, true, false},
    {F::kDisplayName, "display_name", T::kText, false, true, false},
    {F::kEmail, "email", T::kText, false, true, false},
    {F::kPhone, "phone", T::kText, false, true, false},
    {F::kStatus, "status", T::kWord, false, true, true},
    {F::kStatusCause, "status_cause", T::kWord, false, true, true},
    {F::kNativeStatus, "native_status", T::kText, false, true, true},
    {F::kRoles, "roles", T::kText, true, true, true},
    {F::kMfaEnrolled, "mfa.enrolled", T::kFlag, false, true, true},
    {F::kMfaRequired, "mfa.required", T::kFlag, false, true, true},
    {F::kMfaMethods, "mfa.methods", T::kText, true, false, true},
    {F::kFederatedOnly, "federated_only", T::kFlag, false, true, true},
    {F::kLastLoginAt, "last_login_at", T::kTime, false, true, false},
    {F::kCreatedAt, "created_at", T::kTime, false, true, false},
    {F::kModifiedAt, "modified_at", T::kTime, false, true, false},
    {F::kSeenAt, "seen_at", T::kTime, false, true, false},
    {F::kAlerts, "alerts", T::kWord, true, true, true},
    {F::kConsoleUrl, "console_url", T::kText, false, false, false},
    {F::kAttribute, "", T::kAny, false, false, false},
}};

/// The row of a field: the table is in the order of the enumeration, which starts at 1.
const FieldRow& row(UserField field) {
    return kFields[static_cast<std::size_t>(field) - 1];
}

}  // namespace

std::string_view name(UserField field) {
    return row(field).name;
}

std::optional<UserField> userField(std::string_view text) {
    const std::string folded = base::caseFold(text);
    for (const auto& one : kFields)
        if (!one.name.empty() && one.name == folded) return one.field;
    if (folded == "role") return F::kRoles;
    if (folded == "alert") return F::kAlerts;
    if (folded == "mfa") return F::kMfaEnrolled;
    return std::nullopt;
}

FieldType type(UserField field) {
    return row(field).type;
}
bool isMultiValued(UserField field) {
    return row(field).many;
}
bool isSortable(UserField field) {
    return row(field).sortable;
}
bool isFacet(UserField field) {
    return row(field).facet;
}

}  // namespace tenantry::domain
