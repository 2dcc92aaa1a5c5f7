#include <algorithm>

#include "kernel/base/text.h"
#include "tests/unit/view/naive_model.h"

namespace tenantry::testing {

namespace {

using domain::Tristate;
using domain::User;
using domain::UserField;
using namespace std::chrono_literals;

const std::vector<std::string> kNames{"",       "Ada",    "ada",    "ADA",    "Müller",
                                      "MULLER", "müller", "Łukasz", "Öberg",  "Osman",
                                      "李",     "Ñandú",  "O'Hara", "van Dyk"};
const std::vector<std::string> kPieces{"a", "A", "ü", "u", "er", "O", "李", "z", "n", "9"};
const std::vector<std::string> kRoles{"admin", "staff", "Root", "é"};
const base::TimePoint kStart = base::fromMillis(1'795'305'600'000);

std::optional<base::TimePoint> randomTime(RandomSource& random) {
    if (random.oneIn(3)) return std::nullopt;
    return kStart - std::chrono::days{random.below(12) * 15} - 1s;
}

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

using Test = NaiveFilter::Test;

NaiveFilter leaf(UserField field, std::string text, Test test) {
    NaiveFilter out;
    out.text = std::move(text);
    out.test = std::move(test);
    out.fields = {field};
    return out;
}

struct TextField {
    UserField field;
    std::string User::*member;
};
const std::vector<TextField> kTextFields{{UserField::kUsername, &User::username},
                                         {UserField::kFirstName, &User::firstName},
                                         {UserField::kLastName, &User::lastName},
                                         {UserField::kEmail, &User::email},
                                         {UserField::kPhone, &User::phone}};

bool textHolds(const std::string& op, const std::string& raw, const std::string& wantedRaw) {
    const std::string value = base::caseFold(raw), wanted = base::caseFold(wantedRaw);
    if (op == "eq") return value == wanted;
    if (op == "ne") return value != wanted;
    if (value.empty()) return false;
    if (op == "co") return value.find(wanted) != std::string::npos;
    if (op == "sw") return value.rfind(wanted, 0) == 0;
    if (op == "ew")
        return value.size() >= wanted.size() &&
               value.compare(value.size() - wanted.size(), wanted.size(), wanted) == 0;
    if (op == "gt") return value > wanted;
    if (op == "ge") return value >= wanted;
    if (op == "lt") return value < wanted;
    return value <= wanted;
}

NaiveFilter textLeaf(RandomSource& random) {
    static const std::vector<std::string> ops{"eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"};
    const auto field = random.of(kTextFields);
    const std::string name(domain::name(field.field));
    const auto get = [member = field.member](const User& user) { return user.*member; };
    if (random.oneIn(8))
        return leaf(field.field, name + " pr",
                    [get](auto&, const User& user) { return !get(user).empty(); });
    if (random.oneIn(8))
        return leaf(field.field, name + " eq null",
                    [get](auto&, const User& user) { return get(user).empty(); });
    const std::string op = random.of(ops);
    const std::string wanted = random.oneIn(2) ? random.of(kNames) : random.of(kPieces);
    return leaf(field.field, name + " " + op + " " + quoted(wanted),
                [=](auto&, const User& user) { return textHolds(op, get(user), wanted); });
}

NaiveFilter timeLeaf(RandomSource& random) {
    static const std::vector<std::string> ops{"eq", "ne", "gt", "ge", "lt", "le"};
    const std::string op = random.of(ops);
    const auto wanted = randomTime(random).value_or(kStart);
    return leaf(UserField::kLastLoginAt,
                "last_login_at " + op + " " + quoted(base::toRfc3339(wanted)),
                [=](auto&, const User& user) {
                    const auto value = user.lastLoginAt;
                    if (!value) return op == "ne";
                    if (op == "eq") return *value == wanted;
                    if (op == "ne") return *value != wanted;
                    if (op == "gt") return *value > wanted;
                    if (op == "ge") return *value >= wanted;
                    return op == "lt" ? *value < wanted : *value <= wanted;
                });
}

NaiveFilter wordLeaf(RandomSource& random) {
    if (random.oneIn(2)) {
        const auto status = static_cast<domain::UserStatus>(1 + random.below(8));
        const bool equal = random.oneIn(2);
        return leaf(UserField::kStatus,
                    std::string("status ") + (equal ? "eq " : "ne ") +
                        quoted(base::caseFold(domain::name(status))),
                    [=](auto&, const User& user) { return (user.status == status) == equal; });
    }
    const auto alert = static_cast<domain::Alert>(1 + random.below(domain::kAlertCount));
    return leaf(UserField::kAlerts, "alerts eq " + quoted(std::string(domain::name(alert))),
                [=](const NaiveModel& model, const User& user) {
                    const auto all = model.alerts(user);
                    return std::find(all.begin(), all.end(), alert) != all.end();
                });
}

NaiveFilter listLeaf(RandomSource& random) {
    const std::string wanted = random.of(kRoles);
    if (random.oneIn(3)) {
        const std::string end = random.of(kPieces);
        return leaf(UserField::kRoles,
                    "roles[value ne " + quoted(wanted) + " and value co " + quoted(end) + "]",
                    [=](auto&, const User& user) {
                        return std::any_of(
                            user.roles.begin(), user.roles.end(), [&](const auto& role) {
                                return textHolds("ne", role, wanted) && textHolds("co", role, end);
                            });
                    });
    }
    const std::string op = random.oneIn(2) ? "eq" : "ne";
    return leaf(
        UserField::kRoles, "roles " + op + " " + quoted(wanted), [=](auto&, const User& user) {
            if (user.roles.empty()) return op == "ne";
            return std::any_of(user.roles.begin(), user.roles.end(),
                               [&](const auto& role) { return textHolds(op, role, wanted); });
        });
}

NaiveFilter flagLeaf(RandomSource& random) {
    if (random.oneIn(3))
        return leaf(UserField::kMfaEnrolled, "not (mfa.enrolled pr)",
                    [](auto&, const User& user) { return user.mfaEnrolled == Tristate::kUnknown; });
    const bool wanted = random.oneIn(2);
    return leaf(UserField::kMfaEnrolled,
                std::string("mfa[enrolled eq ") + (wanted ? "true]" : "false]"),
                [=](auto&, const User& user) {
                    return user.mfaEnrolled == (wanted ? Tristate::kYes : Tristate::kNo);
                });
}

NaiveFilter placeLeaf(RandomSource& random) {
    const std::uint64_t number = 1 + random.below(14);
    const std::string slug = "org-" + std::to_string(number);
    const base::OrganizationId id(uuid(number));
    const bool equal = !random.oneIn(3);
    const std::string op = equal ? " eq " : " ne ";
    switch (random.below(3)) {
        case 0:
            return leaf(
                UserField::kOrganization, "organization" + op + quoted(slug),
                [=](auto&, const User& user) { return (user.organization == id) == equal; });
        case 1:
            return leaf(UserField::kOrganization, "organization.path" + op + quoted(id.text()),
                        [=](const NaiveModel& model, const User& user) {
                            for (const auto* one : model.upwards(user.organization))
                                if (one->id == id) return equal;
                            return !equal;
                        });
        default: {
            const base::ConnectionId connection(uuid(100 + random.below(10)));
            return leaf(
                UserField::kConnection, "connection" + op + quoted(connection.text()),
                [=](auto&, const User& user) { return (user.connection == connection) == equal; });
        }
    }
}

NaiveFilter attributeLeaf(RandomSource& random) {
    const auto wanted = std::to_string(random.below(4));
    const bool less = random.oneIn(2);
    return leaf(UserField::kAttribute,
                std::string("attributes.badge ") + (less ? "lt " : "eq ") + wanted,
                [=](auto&, const User& user) {
                    const auto at = user.attributesJson.find(":");
                    if (at == std::string::npos) return false;
                    const std::string value(1, user.attributesJson[at + 1]);
                    return less ? value < wanted : value == wanted;
                });
}

NaiveFilter randomLeaf(RandomSource& random) {
    switch (random.below(7)) {
        case 0:
            return timeLeaf(random);
        case 1:
            return wordLeaf(random);
        case 2:
            return listLeaf(random);
        case 3:
            return flagLeaf(random);
        case 4:
            return placeLeaf(random);
        case 5:
            return attributeLeaf(random);
        default:
            return textLeaf(random);
    }
}

NaiveFilter negated(NaiveFilter inner) {
    NaiveFilter out;
    out.text = "NOT (" + inner.text + ")";
    out.fields = inner.fields;
    out.test = [inner](const NaiveModel& m, const User& u) { return !inner.holds(m, u); };
    return out;
}

NaiveFilter combined(RandomSource& random, std::size_t depth);

NaiveFilter randomNode(RandomSource& random, std::size_t depth) {
    if (depth == 0 || random.oneIn(2)) return randomLeaf(random);
    auto inner = combined(random, depth - 1);
    if (random.oneIn(3)) return negated(std::move(inner));
    inner.text = "(" + inner.text + ")";
    return inner;
}

NaiveFilter combined(RandomSource& random, std::size_t depth) {
    const bool isAnd = random.oneIn(2);
    std::vector<NaiveFilter> parts;
    for (std::size_t i = 0, count = 1 + random.below(3); i < count; ++i)
        parts.push_back(randomNode(random, depth));
    if (parts.size() == 1) return parts.front();
    NaiveFilter out;
    for (const auto& part : parts) {
        out.text += (out.text.empty() ? "" : isAnd ? " and " : " or ") + part.text;
        out.fields.insert(out.fields.end(), part.fields.begin(), part.fields.end());
    }
    out.test = [parts, isAnd](const NaiveModel& m, const User& u) {
        const auto holds = [&](const NaiveFilter& part) { return part.holds(m, u); };
        return isAnd ? std::all_of(parts.begin(), parts.end(), holds)
                     : std::any_of(parts.begin(), parts.end(), holds);
    };
    if (isAnd) out.conjuncts = parts;
    return out;
}

}  // namespace

NaiveFilter randomFilter(RandomSource& random) {
    auto out = combined(random, 2);
    if (out.conjuncts.empty()) {
        auto self = out;
        out.conjuncts.push_back(std::move(self));
    }
    return out;
}

User randomUser(RandomSource& random, const NaiveModel& model) {
    auto directory = model.directories.begin();
    std::advance(directory, static_cast<long>(random.below(model.directories.size())));
    User out;
    out.connection = directory->first;
    out.organization = random.oneIn(12) ? base::OrganizationId(uuid(1 + random.below(16)))
                                        : directory->second.connection.organization;
    if (random.oneIn(6))
        out.assigned = {out.organization, base::OrganizationId(uuid(1 + random.below(16)))};
    out.nativeId = "n" + std::to_string(random.below(model.nativeIds));
    out.id = base::userIdOf(out.connection, out.nativeId);
    out.username = random.of(kNames) + std::to_string(random.below(20));
    out.firstName = random.of(kNames);
    out.lastName = random.of(kNames);
    out.displayName = random.oneIn(2) ? out.firstName + " " + out.lastName : random.of(kNames);
    out.email = random.oneIn(3)
                    ? ""
                    : random.of(kNames) + (random.oneIn(4) ? "@Example.net" : "@example.org");
    out.phone = random.oneIn(2) ? "" : "+49 " + std::to_string(random.below(9));
    out.status = static_cast<domain::UserStatus>(1 + random.below(domain::kUserStatusCount));
    out.mfaEnrolled = static_cast<Tristate>(1 + random.below(3));
    out.federatedOnly = random.oneIn(4);
    for (std::size_t i = 0, count = random.below(3); i < count; ++i)
        out.roles.push_back(random.of(kRoles));
    out.lastLoginAt = randomTime(random);
    out.createdAt = randomTime(random);
    out.modifiedAt = randomTime(random);
    out.seenAt = model.now;
    if (random.oneIn(2)) out.attributesJson = "{\"Badge\":" + std::to_string(random.below(4)) + "}";
    return out;
}

NaiveModel randomModel(RandomSource& random) {
    using Kind = domain::OrganizationKind;
    NaiveModel out;
    out.now = kStart;
    out.organizations.push_back(organization(1, 0, Kind::kPlatform, "org 1"));
    for (std::uint64_t number = 2; number <= 14; ++number) {
        const auto& parent = random.of(out.organizations);
        if (parent.kind == Kind::kTenant) continue;
        const auto kind =
            static_cast<Kind>(static_cast<std::size_t>(parent.kind) + 1 +
                              random.below(4 - static_cast<std::size_t>(parent.kind)));
        auto one = organization(number, 0, kind, "org " + std::to_string(number));
        if (random.oneIn(4)) one.name = random.of(kNames) + " & Co";
        one.parent = parent.id;
        out.organizations.push_back(one);
    }
    for (std::uint64_t i = 0, count = 1 + random.below(8); i < count; ++i) {
        Directory one;
        one.connection.id = base::ConnectionId(uuid(100 + i));
        one.connection.organization = random.of(out.organizations).id;
        one.connection.name = random.of(kNames) + std::to_string(i);
        one.connection.connector = random.oneIn(2) ? "org.tenantry.ldap" : "org.tenantry.sql";
        one.health.state = static_cast<domain::ConnectionState>(1 + random.below(4));
        one.health.since = kStart - std::chrono::minutes{random.below(60)};
        if (one.health.state != domain::ConnectionState::kNeverRead)
            one.health.lastCompleteAt = kStart - std::chrono::minutes{random.below(30)};
        out.directories[one.connection.id] = one;
    }
    for (std::size_t i = 0, count = random.below(80); i < count; ++i) {
        auto one = randomUser(random, out);
        out.users[one.id] = std::move(one);
    }
    return out;
}

}  // namespace tenantry::testing
