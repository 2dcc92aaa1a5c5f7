#include "tests/bench/view_world.h"

#include <algorithm>

namespace tenantry::testing {

namespace {

const std::vector<std::string> kFirst{
    "Ada",   "Maeve", "Łukasz", "Jörg",   "Sofía", "Wei",   "Omar",  "Nadia",  "Ivan",  "Chloe",
    "Tom",   "Ines",  "James",  "Mary",   "John",  "Linda", "David", "Susan",  "Mark",  "Karen",
    "Paul",  "Lisa",  "Kevin",  "Sandra", "Jason", "Emily", "Ryan",  "Amanda", "Jacob", "Helen",
    "Frank", "Ruth",  "Peter",  "Anna",   "Hugo",  "Clara", "Felix", "Marta",  "Jonas", "Greta"};
const std::vector<std::string> kHeads{"Smi",  "John", "Ander", "Mül", "Ro",  "Gar", "Mar", "Thom",
                                      "Jack", "Whi",  "Har",   "Cla", "Lew", "Ber", "Hol", "Vas",
                                      "Kow",  "Nov",  "Pet",   "Lar", "San", "Cas", "Fer", "Win"};
const std::vector<std::string> kMiddles{"",  "",    "ber", "ti", "ka", "ler", "o",  "er",
                                        "i", "ven", "dor", "li", "an", "ma",  "ne", "ru"};
const std::vector<std::string> kTails{"son", "th",  "sen", "berg", "man", "ez",  "ski", "ova",
                                      "er",  "ley", "ton", "stad", "ini", "eau", "der", "way"};
const std::vector<std::vector<std::string>> kRoles{
    {}, {}, {}, {"staff"}, {"staff", "vpn"}, {"admin"}, {"help desk"}};

std::string plain(const std::string& text) {
    std::string out;
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x80) out += static_cast<char>(std::tolower(c));
    return out;
}

}  // namespace

BenchWorld::BenchWorld(const BenchSize& size, const view::Tuning& tuning)
    : view(clock, tuning), authority(clock, &view), size_(size) {
    using Kind = domain::OrganizationKind;
    std::vector<domain::Organization> all{organization(kPlatform, 0, Kind::kPlatform, "Platform")};
    const auto add = [&](std::uint64_t number, std::uint64_t parent, Kind kind, const char* word) {
        all.push_back(organization(number, parent, kind, word + std::to_string(number)));
    };
    for (std::uint64_t i = 0; i < 10; ++i)
        add(distributor(i), kPlatform, Kind::kDistributor, "Distributor ");
    for (std::uint64_t i = 0; i < 100; ++i)
        add(partner(i), distributor(i / 10), Kind::kPartner, "Partner ");
    for (std::uint64_t i = 0; i < size.tenants; ++i) {
        const auto above = i * 100 / size.tenants;
        add(tenant(i), partner(above), Kind::kTenant, "Tenant ");
        BenchTenant one{tenant(i), partner(above), distributor(above / 10), {}};
        one.connection.id = base::ConnectionId(uuid(1'000'000 + i));
        one.connection.organization = base::OrganizationId(uuid(tenant(i)));
        one.connection.connector = i % 3 == 0 ? "org.tenantry.ldap" : "org.tenantry.sql";
        one.connection.name = "Directory of tenant " + std::to_string(i);
        tenants_.push_back(std::move(one));
    }
    if (!authority.setOrganizations(all)) std::abort();
}

domain::User BenchWorld::makeUser(const BenchTenant& tenant, std::size_t number) {
    domain::User user;
    user.connection = tenant.connection.id;
    user.organization = tenant.connection.organization;
    user.nativeId = std::to_string(tenant.organization * 100'000 + number);
    user.id = base::userIdOf(user.connection, user.nativeId);
    user.firstName = random.of(kFirst);
    user.lastName = random.of(kHeads) + random.of(kMiddles) + random.of(kTails);
    user.displayName = user.firstName + " " + user.lastName;
    user.username = plain(user.firstName.substr(0, 1) + user.lastName) + std::to_string(number);
    user.email = plain(user.firstName) + "." + plain(user.lastName) + std::to_string(number) +
                 "@tenant" + std::to_string(tenant.organization) + ".example";
    const auto state = random.below(100);
    using Status = domain::UserStatus;
    user.status = state < 70   ? Status::kActive
                  : state < 78 ? Status::kSuspended
                  : state < 82 ? Status::kProvisioned
                  : state < 86 ? Status::kStaged
                  : state < 90 ? Status::kAwaitingNewPassword
                  : state < 93 ? Status::kRecovery
                  : state < 95 ? Status::kDeleted
                               : Status::kLockedOut;
    if (user.status == Status::kSuspended) user.statusCause = domain::StatusCause::kBackend;
    user.nativeStatus = user.status == Status::kActive ? "512" : "514";
    user.mfaEnrolled = static_cast<domain::Tristate>(1 + random.below(3));
    if (user.mfaEnrolled == domain::Tristate::kYes) user.mfaMethods = {"totp"};
    user.mfaRequired = random.oneIn(2);
    user.roles = random.of(kRoles);
    if (random.oneIn(4)) user.phone = "+49 30 " + std::to_string(100000 + random.below(900000));
    const auto ago = [&](std::size_t days) {
        return clock.now() - std::chrono::seconds{random.below(days * 86'400)};
    };
    if (!random.oneIn(8)) user.lastLoginAt = ago(120);
    user.createdAt = ago(2000);
    user.modifiedAt = ago(400);
    user.consoleUrl = "https://console" + std::to_string(tenant.organization) +
                      ".example/directory/users/" + user.nativeId + "/profile";
    user.etag = "W/" + std::to_string(number % 97);
    user.seenAt = clock.now();
    return user;
}

void BenchWorld::load(
    const std::function<void(const BenchTenant&, const std::vector<domain::User>&)>& each) {
    const std::size_t perTenant = size_.users / tenants_.size();
    for (const auto& tenant : tenants_) {
        domain::ConnectionHealth health;
        health.state = domain::ConnectionState::kCurrent;
        health.since = health.lastAttemptAt.emplace(clock.now());
        health.lastCompleteAt = clock.now();
        view.putConnection(tenant.connection, health);
        std::vector<domain::User> users;
        users.reserve(perTenant);
        for (std::size_t i = 0; i < perTenant; ++i) users.push_back(makeUser(tenant, i));
        view.apply(tenant.connection.id, {.upserts = users}, 0);
        each(tenant, users);
    }
}

}  // namespace tenantry::testing
