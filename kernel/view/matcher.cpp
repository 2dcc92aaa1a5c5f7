#include "kernel/view/matcher.h"

#include <algorithm>
#include <array>

#include "kernel/base/json.h"
#include "kernel/base/text.h"

namespace tenantry::view {

namespace {

using domain::Comparator;
using domain::FilterNode;
using domain::UserField;
using Kind = FilterNode::Kind;
using ValueKind = FilterNode::ValueKind;

/// Null and "" are the same: no value.
bool wantsNothing(const FilterNode& node) {
    return node.valueKind == ValueKind::kNull ||
           (node.valueKind == ValueKind::kText && node.text.empty());
}

/// What a comparison says of no value.
bool holdsForNothing(const FilterNode& node) {
    return (node.comparator == Comparator::kEq && wantsNothing(node)) ||
           (node.comparator == Comparator::kNe && !wantsNothing(node));
}

template <class V>
bool ordered(Comparator comparator, const V& value, const V& wanted) {
    switch (comparator) {
        case Comparator::kEq:
            return value == wanted;
        case Comparator::kNe:
            return value != wanted;
        case Comparator::kGt:
            return value > wanted;
        case Comparator::kGe:
            return value >= wanted;
        case Comparator::kLt:
            return value < wanted;
        case Comparator::kLe:
            return value <= wanted;
        case Comparator::kPr:
            return true;
        case Comparator::kCo:
        case Comparator::kSw:
        case Comparator::kEw:
            return false;
    }
    return false;
}

bool comparesText(const FilterNode& node, std::string_view value) {
    if (value.empty()) return holdsForNothing(node);
    const std::string_view wanted = node.folded;
    switch (node.comparator) {
        case Comparator::kPr:
            return true;
        case Comparator::kEq:
            return !wantsNothing(node) && base::equalsFolded(value, wanted);
        case Comparator::kNe:
            return wantsNothing(node) || !base::equalsFolded(value, wanted);
        case Comparator::kCo:
            return base::caseFold(value).find(wanted) != std::string::npos;
        case Comparator::kSw:
            return base::caseFold(value).starts_with(wanted);
        case Comparator::kEw:
            return base::caseFold(value).ends_with(wanted);
        case Comparator::kGt:
        case Comparator::kGe:
        case Comparator::kLt:
        case Comparator::kLe:
            return ordered(node.comparator, base::caseFold(value), node.folded);
    }
    return false;
}

bool comparesTexts(const FilterNode& node, const std::vector<std::string>& values) {
    const bool none =
        std::all_of(values.begin(), values.end(), [](const auto& v) { return v.empty(); });
    if (none) return holdsForNothing(node);
    return std::any_of(values.begin(), values.end(), [&](const auto& value) {
        return !value.empty() && comparesText(node, value);
    });
}

bool comparesTime(const FilterNode& node, std::int64_t millis) {
    if (millis == kNoTime) return holdsForNothing(node);
    if (node.valueKind == ValueKind::kNull) return node.comparator == Comparator::kNe;
    return ordered(node.comparator, millis, base::toMillis(node.time));
}

bool comparesFlag(const FilterNode& node, std::optional<bool> value) {
    if (!value) return holdsForNothing(node);
    if (node.valueKind == ValueKind::kNull) return node.comparator == Comparator::kNe;
    return ordered(node.comparator, *value, node.boolean);
}

std::optional<bool> flag(domain::Tristate state) {
    if (state == domain::Tristate::kUnknown) return std::nullopt;
    return state == domain::Tristate::kYes;
}

bool isNothing(const base::Json& json) {
    if (json.missing() || json.isNull()) return true;
    if (json.isArray() || json.isObject()) return json.size() == 0;
    return json.isString() && json.asString()->empty();
}

bool comparesJson(const FilterNode& node, const base::Json& json) {
    if (isNothing(json)) return holdsForNothing(node);
    if (json.isArray()) {
        const auto items = json.items();
        return std::any_of(items.begin(), items.end(),
                           [&](const auto& item) { return comparesJson(node, item); });
    }
    if (json.isObject() && !json["value"].missing()) return comparesJson(node, json["value"]);
    if (node.comparator == Comparator::kPr) return true;
    const bool differs = node.comparator == Comparator::kNe;
    switch (node.valueKind) {
        case ValueKind::kNumber:
            return json.isNumber() ? ordered(node.comparator, *json.asDouble(), node.number)
                                   : differs;
        case ValueKind::kBool:
            return json.isBool() ? ordered(node.comparator, *json.asBool(), node.boolean) : differs;
        case ValueKind::kText:
            if (json.isObject()) return differs;
            return comparesText(node, json.isString() ? *json.asString() : json.text());
        case ValueKind::kNull:
        case ValueKind::kNone:
        case ValueKind::kTime:
            return differs;
    }
    return differs;
}

/// RFC 7643 section 2.1: attribute names are case insensitive.
base::Json member(const base::Json& object, std::string_view name) {
    if (auto exact = object[name]; !exact.missing()) return exact;
    const std::string folded = base::caseFold(name);
    for (const auto& [key, value] : object.members())
        if (base::equalsFolded(key, folded)) return value;
    return {};
}

bool comparesAttribute(const FilterNode& node, std::string_view document) {
    if (document == "{}") return holdsForNothing(node);
    auto json = base::Json::parse(document);
    if (!json) return holdsForNothing(node);
    // A connector's own name may hold dots: the whole name goes first.
    if (const auto whole = member(*json, node.attribute); !whole.missing())
        return comparesJson(node, whole);
    base::Json at = *json;
    std::string_view path = node.attribute;
    while (!path.empty()) {
        const auto dot = path.find('.');
        at = member(at, path.substr(0, dot));
        path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    }
    return comparesJson(node, at);
}

/// The last part of a connector's id: "ldap" of "org.tenantry.ldap".
std::string_view shortName(std::string_view connector) {
    const auto dot = connector.rfind('.');
    return dot == std::string_view::npos ? connector : connector.substr(dot + 1);
}

/// A thing with several names: equal if one is, different if none is.
template <std::size_t N>
bool comparesNames(const FilterNode& node, const std::array<std::string_view, N>& names) {
    if (node.comparator == Comparator::kNe)
        return std::all_of(names.begin(), names.end(),
                           [&](auto one) { return comparesText(node, one); });
    return std::any_of(names.begin(), names.end(),
                       [&](auto one) { return comparesText(node, one); });
}

bool isOrganization(const FilterNode& node) {
    return node.kind == Kind::kCompare &&
           (node.field == UserField::kOrganization || node.field == UserField::kOrganizationPath);
}

}  // namespace

Matcher::Matcher(const FilterNode& node, const domain::OrganizationTree& tree) : node_(node) {
    for (const auto& child : node.children) children_.emplace_back(child, tree);
    if (isOrganization(node)) prepareOrganizations(tree);
    if (node.kind == Kind::kCompare && domain::type(node.field) == domain::FieldType::kWord)
        prepareWords();
}

void Matcher::prepareOrganizations(const domain::OrganizationTree& tree) {
    const bool path = node_.field == UserField::kOrganizationPath;
    // Of a path, `ne` is the opposite of `eq`: "not below this one".
    FilterNode positive = node_;
    positive.children.clear();
    if (path && node_.comparator == Comparator::kNe) positive.comparator = Comparator::kEq;
    organizations_.resize(tree.size());
    for (domain::Ordinal o = 0; o < tree.size(); ++o) {
        const auto& one = tree.at(o);
        const std::string_view id = one.id.text(), slug = one.slug, name = one.name;
        bool holds = false;
        if (node_.attribute == "id")
            holds = comparesText(positive, id);
        else if (node_.attribute == "slug")
            holds = comparesText(positive, slug);
        else if (node_.attribute == "name")
            holds = comparesText(positive, name);
        else
            holds = comparesNames(positive, std::array{id, slug, name});
        const auto parent = path ? tree.parentOf(o) : std::nullopt;
        organizations_[o] = holds || (parent && organizations_[*parent]);
    }
    if (path && node_.comparator == Comparator::kNe) organizations_.flip();
}

void Matcher::prepareWords() {
    const auto set = [this](auto number, std::string_view word) {
        if (comparesText(node_, word)) words_ |= std::uint64_t{1} << static_cast<unsigned>(number);
    };
    if (node_.field == UserField::kStatus) {
        for (std::size_t i = 1; i <= domain::kUserStatusCount; ++i)
            set(i, domain::name(static_cast<domain::UserStatus>(i)));
    } else if (node_.field == UserField::kAlerts) {
        for (std::size_t i = 1; i <= domain::kAlertCount; ++i)
            set(i, domain::name(static_cast<domain::Alert>(i)));
    } else {
        for (const auto cause : {domain::StatusCause::kNone, domain::StatusCause::kInactive,
                                 domain::StatusCause::kOperator, domain::StatusCause::kBackend})
            set(cause, domain::name(cause));
    }
}

bool Matcher::comparesWord(std::uint64_t numbers) const {
    return (words_ & numbers) != 0;
}

bool Matcher::holds(const Subject& subject, const Element& element) const {
    switch (node_.kind) {
        case Kind::kAnd:
            return std::all_of(children_.begin(), children_.end(),
                               [&](const auto& child) { return child.holds(subject, element); });
        case Kind::kOr:
            return std::any_of(children_.begin(), children_.end(),
                               [&](const auto& child) { return child.holds(subject, element); });
        case Kind::kNot:
            return !children_.front().holds(subject, element);
        case Kind::kElement:
            return holdsForOne(subject);
        case Kind::kCompare:
            return compares(subject, element);
    }
    return false;
}

bool Matcher::holdsForOne(const Subject& subject) const {
    const auto& child = children_.front();
    if (node_.field == UserField::kAlerts) {
        const auto alerts = subject.alerts();
        for (unsigned bit = 0; bit < domain::kAlertCount; ++bit) {
            const auto one = static_cast<domain::AlertMask>(alerts & (1U << bit));
            if (one != 0 && child.holds(subject, {{}, one})) return true;
        }
        return false;
    }
    const auto& values =
        node_.field == UserField::kRoles ? subject.shared->roles : subject.shared->mfaMethods;
    return std::any_of(values.begin(), values.end(), [&](const auto& value) {
        return child.holds(subject, {value, 0});
    });
}

bool Matcher::compares(const Subject& subject, const Element& element) const {
    const auto bit = [](auto number) { return std::uint64_t{1} << static_cast<unsigned>(number); };
    switch (node_.field) {
        case UserField::kOrganization:
        case UserField::kOrganizationPath:
            return subject.ordinal < organizations_.size() && organizations_[subject.ordinal];
        case UserField::kConnection:
            return comparesNames(
                node_, std::array<std::string_view, 2>{subject.part->connection->id.text(),
                                                       subject.part->connection->name});
        case UserField::kConnector: {
            const std::string_view id = subject.part->connection->connector;
            return comparesNames(node_, std::array{id, shortName(id)});
        }
        case UserField::kStatus:
            return comparesWord(bit(subject.shared->status));
        case UserField::kStatusCause:
            return comparesWord(bit(subject.shared->statusCause));
        case UserField::kAlerts: {
            const domain::AlertMask alerts = element.alert != 0 ? element.alert : subject.alerts();
            return alerts == 0 ? holdsForNothing(node_)
                               : comparesWord(static_cast<std::uint64_t>(alerts) << 1U);
        }
        case UserField::kRoles:
            return element.text ? comparesText(node_, *element.text)
                                : comparesTexts(node_, subject.shared->roles);
        case UserField::kMfaMethods:
            return element.text ? comparesText(node_, *element.text)
                                : comparesTexts(node_, subject.shared->mfaMethods);
        case UserField::kMfaEnrolled:
            return comparesFlag(node_, flag(subject.shared->mfaEnrolled));
        case UserField::kMfaRequired:
            return comparesFlag(node_, subject.shared->mfaRequired);
        case UserField::kFederatedOnly:
            return comparesFlag(node_, subject.shared->federatedOnly);
        case UserField::kLastLoginAt:
        case UserField::kCreatedAt:
        case UserField::kModifiedAt:
        case UserField::kSeenAt:
            return comparesTime(node_, subject.time(node_.field));
        case UserField::kAttribute:
            return comparesAttribute(node_, subject.attributes());
        case UserField::kId:
        case UserField::kNativeId:
        case UserField::kUsername:
        case UserField::kFirstName:
        case UserField::kLastName:
        case UserField::kDisplayName:
        case UserField::kEmail:
        case UserField::kPhone:
        case UserField::kNativeStatus:
        case UserField::kConsoleUrl: {
            std::string scratch;
            return comparesText(node_, subject.text(node_.field, scratch));
        }
    }
    return false;
}

Needs Matcher::needsOfComparison() const {
    switch (node_.field) {
        case UserField::kStatus:
        case UserField::kStatusCause:
        case UserField::kNativeStatus:
        case UserField::kRoles:
        case UserField::kMfaEnrolled:
        case UserField::kMfaRequired:
        case UserField::kMfaMethods:
        case UserField::kFederatedOnly:
            return Needs::kClass;
        case UserField::kOrganization:
        case UserField::kOrganizationPath:
        case UserField::kConnection:
        case UserField::kConnector:
            return Needs::kPlace;
        case UserField::kAlerts:
            // Alerts that do not move with time are the class's.
            return !holdsForNothing(node_) &&
                           (words_ & (static_cast<std::uint64_t>(movingAlerts()) << 1U)) == 0
                       ? Needs::kClass
                       : Needs::kUser;
        case UserField::kLastLoginAt:
        case UserField::kCreatedAt:
        case UserField::kModifiedAt:
        case UserField::kSeenAt:
        case UserField::kAttribute:
        case UserField::kId:
        case UserField::kNativeId:
        case UserField::kUsername:
        case UserField::kFirstName:
        case UserField::kLastName:
        case UserField::kDisplayName:
        case UserField::kEmail:
        case UserField::kPhone:
        case UserField::kConsoleUrl:
            return Needs::kUser;
    }
    return Needs::kUser;
}

Needs Matcher::needs() const {
    if (node_.kind == Kind::kCompare) return needsOfComparison();
    if (node_.kind == Kind::kElement)
        return node_.field == UserField::kAlerts ? Needs::kUser : Needs::kClass;
    const Needs first = children_.front().needs();
    const bool same = std::all_of(children_.begin(), children_.end(),
                                  [first](const auto& child) { return child.needs() == first; });
    return same ? first : Needs::kUser;
}

std::string Matcher::needle() const {
    if (node_.kind != Kind::kCompare || node_.valueKind != ValueKind::kText) return {};
    const auto field = node_.field;
    const bool searched = isName(field) || field == UserField::kNativeId;
    const auto how = node_.comparator;
    if (!searched || (how != Comparator::kEq && how != Comparator::kCo && how != Comparator::kSw &&
                      how != Comparator::kEw))
        return {};
    // Of other text it is not plain that what holds it folded also holds it folded for search.
    const bool plain = std::all_of(node_.folded.begin(), node_.folded.end(),
                                   [](char c) { return c > ' ' && c < '\x7f'; });
    return plain && node_.folded.size() >= 3 ? node_.folded : std::string();
}

void Matcher::collectFields(std::vector<UserField>& out) const {
    if (node_.kind == Kind::kCompare || node_.kind == Kind::kElement) out.push_back(node_.field);
    for (const auto& child : children_) child.collectFields(out);
}

}  // namespace tenantry::view
