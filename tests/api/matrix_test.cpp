// Who may do what, for every operation of openapi.yaml: each with each role, of the own branch,
// above it, below it, and beside it. An operation without an entry here fails.
//
// The target is always of north-tenant. admin is above it, north and its desk and audit beside and
// above, chief its own administrator; south and mate (of south-tenant) are of the other branch,
// nobody has no permission at all.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/api/site_environment.h"

namespace tenantry::testing {
namespace {

enum class Kind : std::uint8_t {
    kOpen = 1,  ///< nobody needs to be signed in
    kOwn,       ///< anybody signed in, about themselves
    kList,      ///< anybody signed in; shows what is theirs
    kTarget,    ///< on the target, for those who are named
    kStream,    ///< as kOwn, but the answer does not end
};

struct Entry {
    Kind kind = Kind::kTarget;
    const char* body = "";
    std::set<std::string> allowed = {};
    /// Can be done once: of those who may, only north does it.
    bool once = false;
};

const std::set<std::string> kSeers = {"admin", "north", "chief", "desk", "audit"};
const std::set<std::string> kChiefs = {"admin", "north", "chief"};
const std::set<std::string> kOutsiders = {"south", "mate", "nobody"};

const std::map<std::string, Entry>& table() {
    static const std::map<std::string, Entry> all = {
        {"GET /api/v1/setup", {Kind::kOpen}},
        {"POST /api/v1/setup", {Kind::kOpen, "{}"}},
        {"POST /api/v1/session", {Kind::kOpen, "{}"}},
        {"POST /api/v1/session/oidc", {Kind::kOpen, "{}"}},
        {"POST /api/v1/session/passkey/options", {Kind::kOpen}},
        {"POST /api/v1/session/passkey", {Kind::kOpen, "{}"}},
        {"GET /api/v1/session/oidc/callback", {Kind::kOpen}},
        {"POST /api/v1/links/check", {Kind::kOpen, "{}"}},
        {"POST /api/v1/links/totp", {Kind::kOpen, "{}"}},
        {"POST /api/v1/links/accept", {Kind::kOpen, "{}"}},
        {"POST /api/v1/recovery", {Kind::kOpen, "{}"}},
        {"GET /api/v1/server_time", {Kind::kOpen}},
        {"GET /api/v1/openapi.yaml", {Kind::kOpen}},
        {"GET /healthz", {Kind::kOpen}},
        {"GET /readyz", {Kind::kOpen}},
        {"GET /api/v1/events", {Kind::kStream}},
        {"GET /api/v1/me", {Kind::kOwn}},
        {"PATCH /api/v1/me", {Kind::kOwn, "{}"}},
        {"POST /api/v1/me/password", {Kind::kOwn, "{}"}},
        {"POST /api/v1/me/totp", {Kind::kOwn}},
        {"POST /api/v1/me/totp/confirm", {Kind::kOwn, "{}"}},
        {"POST /api/v1/me/totp/remove", {Kind::kOwn, "{}"}},
        {"POST /api/v1/me/recovery-codes", {Kind::kOwn, "{}"}},
        {"GET /api/v1/me/passkeys", {Kind::kOwn}},
        {"POST /api/v1/me/passkeys", {Kind::kOwn, "{}"}},
        {"POST /api/v1/me/passkeys/options", {Kind::kOwn, "{}"}},
        {"GET /api/v1/me/sessions", {Kind::kOwn}},
        {"DELETE /api/v1/me/sessions", {Kind::kOwn}},
        {"GET /api/v1/roles", {Kind::kList}},
        {"GET /api/v1/grants", {Kind::kList}},
        {"GET /api/v1/mail", {Kind::kTarget, "", {"admin"}}},
        {"POST /api/v1/mail/test", {Kind::kTarget, "", {"admin"}}},
        {"GET /api/v1/tokens", {Kind::kList}},
        {"GET /api/v1/users", {Kind::kList}},
        {"GET /api/v1/users/export", {Kind::kList}},
        {"GET /api/v1/organizations", {Kind::kList}},
        {"GET /api/v1/completeness", {Kind::kList}},
        {"GET /api/v1/connectors", {Kind::kList}},
        {"GET /api/v1/connectors/health", {Kind::kList}},
        {"GET /api/v1/connections", {Kind::kList}},
        {"GET /api/v1/activity", {Kind::kList}},
        {"GET /api/v1/activity/verify", {Kind::kList}},
        {"GET /api/v1/activity/export", {Kind::kList}},
        {"GET /api/v1/jobs", {Kind::kList}},
        // Nobody's session, role, token, plan or job of this name is there for anybody.
        {"DELETE /api/v1/session", {Kind::kStream}},
        {"DELETE /api/v1/me/sessions/{id}", {Kind::kTarget}},
        {"PATCH /api/v1/me/passkeys/{id}", {Kind::kTarget, R"({"name":"x"})"}},
        {"DELETE /api/v1/me/passkeys/{id}", {Kind::kTarget}},
        {"POST /api/v1/roles",
         {Kind::kTarget, R"({"organization":"north-tenant","name":"x","permissions":[]})",
          kChiefs}},
        {"PATCH /api/v1/roles/{id}", {Kind::kTarget, R"({"name":"x"})"}},
        {"DELETE /api/v1/roles/{id}", {Kind::kTarget}},
        {"POST /api/v1/tokens",
         {Kind::kTarget,
          R"({"organization":"north-tenant","name":"x","permissions":["users.view"],"expires_at":"2000-01-01T00:00:00Z"})",
          kChiefs}},
        {"DELETE /api/v1/tokens/{id}", {Kind::kTarget}},
        {"GET /api/v1/views", {Kind::kList}},
        {"POST /api/v1/views",
         {Kind::kTarget, R"({"name":"x","filter":"nonsense","organization":"north-tenant"})",
          kChiefs}},
        {"PUT /api/v1/views/{id}", {Kind::kTarget, R"({"name":"x"})"}},
        {"DELETE /api/v1/views/{id}", {Kind::kTarget}},
        {"GET /api/v1/why", {Kind::kTarget, "", kSeers}},
        {"POST /api/v1/users",
         {Kind::kTarget, R"({"organization":"north-tenant","email":"not an address"})", kChiefs}},
        {"GET /api/v1/users/{id}", {Kind::kTarget, "", kSeers}},
        {"PATCH /api/v1/users/{id}", {Kind::kTarget, R"({"phone":"1"})", kChiefs}},
        {"GET /api/v1/users/{id}/actions", {Kind::kTarget, "", kSeers}},
        {"POST /api/v1/users/{id}/actions/{action}", {Kind::kTarget, "{}", kChiefs}},
        {"GET /api/v1/users/{id}/groups", {Kind::kTarget, "", kSeers}},
        {"GET /api/v1/users/{id}/activity", {Kind::kTarget, "", kSeers}},
        {"GET /api/v1/users/{id}/pending", {Kind::kTarget, "", kSeers}},
        {"GET /api/v1/organizations/{id}/maintenance-window", {Kind::kTarget, "", kSeers}},
        {"PUT /api/v1/organizations/{id}/maintenance-window",
         {Kind::kTarget, R"({"days":["sat"],"from":"22:00","minutes":60})", kChiefs}},
        {"DELETE /api/v1/organizations/{id}/maintenance-window", {Kind::kTarget, "", kChiefs}},
        {"POST /api/v1/organizations",
         {Kind::kTarget, R"({"name":"x","kind":"partner","parent":"north-tenant"})", kChiefs}},
        {"GET /api/v1/organizations/{id}", {Kind::kTarget, "", kSeers}},
        {"PATCH /api/v1/organizations/{id}", {Kind::kTarget, R"({"tags":["x"]})", kChiefs}},
        {"GET /api/v1/organizations/{id}/identity-provider", {Kind::kTarget}},
        {"PUT /api/v1/organizations/{id}/identity-provider",
         {Kind::kTarget, R"({"issuer":"http://x.example","client_id":"x","domains":["x"]})",
          kChiefs}},
        {"DELETE /api/v1/organizations/{id}/identity-provider", {Kind::kTarget}},
        {"GET /api/v1/organizations/{id}/branding", {Kind::kTarget, "", kSeers}},
        {"PUT /api/v1/organizations/{id}/branding", {Kind::kTarget, R"({"name":"x"})", kChiefs}},
        {"GET /api/v1/organizations/{id}/policies", {Kind::kTarget, "", kSeers}},
        {"PUT /api/v1/organizations/{id}/policies", {Kind::kTarget, "{}", kChiefs}},
        {"POST /api/v1/connectors/rescan", {Kind::kTarget, "", {"admin"}}},
        {"GET /api/v1/connectors/{name}/reports", {Kind::kTarget}},
        {"POST /api/v1/connectors/{name}/resume", {Kind::kTarget, "{}"}},
        {"POST /api/v1/connections",
         {Kind::kTarget,
          R"({"organization":"north-tenant","connector":"test.scripted","name":"x","config":{"nonsense":1}})",
          kChiefs}},
        {"POST /api/v1/connections/test",
         {Kind::kTarget,
          R"({"organization":"north-tenant","connector":"test.scripted","config":{"nonsense":1}})",
          kChiefs}},
        {"GET /api/v1/connections/{id}", {Kind::kTarget, "", kSeers}},
        {"PATCH /api/v1/connections/{id}", {Kind::kTarget, R"({"name":"same"})", kChiefs}},
        {"DELETE /api/v1/connections/{id}", {Kind::kTarget, "", kChiefs, true}},
        {"POST /api/v1/connections/{id}/test", {Kind::kTarget, "{}", kChiefs}},
        {"POST /api/v1/connections/{id}/sync", {Kind::kTarget, "", kChiefs}},
        {"GET /api/v1/connections/{id}/runs", {Kind::kTarget, "", kSeers}},
        {"POST /api/v1/connections/{id}/deletion-guard",
         {Kind::kTarget, R"({"decision":"reject"})", kChiefs}},
        {"POST /api/v1/plans", {Kind::kStream}},
        {"GET /api/v1/plans/{id}", {Kind::kTarget}},
        {"GET /api/v1/plans/{id}/items", {Kind::kTarget}},
        {"DELETE /api/v1/plans/{id}/items/{number}", {Kind::kTarget}},
        {"POST /api/v1/plans/{id}/confirm", {Kind::kTarget, R"({"hash":"x"})"}},
        {"GET /api/v1/jobs/{id}", {Kind::kTarget}},
        {"GET /api/v1/jobs/{id}/items", {Kind::kTarget}},
        {"GET /api/v1/jobs/{id}/results", {Kind::kTarget}},
        {"POST /api/v1/jobs/{id}/pause", {Kind::kTarget}},
        {"POST /api/v1/jobs/{id}/resume", {Kind::kTarget}},
        {"POST /api/v1/jobs/{id}/cancel", {Kind::kTarget}},
        {"POST /api/v1/jobs/{id}/retry", {Kind::kTarget}},
        {"POST /api/v1/jobs/{id}/review", {Kind::kTarget}},
        {"POST /api/v1/jobs/{id}/approve", {Kind::kTarget, R"({"hash":"x"})"}},
        {"POST /api/v1/jobs/{id}/override", {Kind::kTarget, R"({"reason":"x"})"}},
        {"POST /api/v1/jobs/{id}/undo", {Kind::kTarget}},
        {"POST /api/v1/jobs/{id}/items/{number}/settle", {Kind::kTarget, R"({"outcome":"done"})"}},
    };
    return all;
}

class Matrix {
  public:
    Matrix() {
        add("chief", "tenant_administrator", "north-tenant");
        add("audit", "auditor", "north");
        add("mate", "tenant_administrator", "south-tenant");
        add("nobody", "user", "north-tenant");
        for (const char* one :
             {"admin", "north", "chief", "desk", "audit", "south", "mate", "nobody"})
            clients_[one] = std::make_unique<ApiClient>(site_.port(), one);
        connection_ = site_.connection("north-tenant").text();
        target_ = client("admin")
                      .get("/api/v1/users?filter=username+eq+%22n5%22")
                      .json()["items"]
                      .items()
                      .at(0)["id"]
                      .stringOr("");
    }
    ApiClient& client(const std::string& role) { return *clients_.at(role); }
    [[nodiscard]] const std::map<std::string, std::unique_ptr<ApiClient>>& clients() const {
        return clients_;
    }
    [[nodiscard]] std::vector<std::string> operations() const { return site_.operations(); }
    [[nodiscard]] std::uint16_t port() const { return site_.port(); }

    /// What of north there is of that sort, by its id; empty for what nobody owns.
    std::string ownOf(const std::string& sort) {
        if (sort == "users") return target_;
        if (sort == "organizations")
            return client0("/api/v1/organizations/north-tenant")["id"].stringOr("");
        if (sort == "connections") return connection_;
        const auto make = [&](const std::string& body) {
            const auto made = client("north").post("/api/v1/" + sort, body);
            EXPECT_EQ(made.status, 201) << made.body;
            return made.json()["id"].stringOr("");
        };
        if (sort == "roles")
            return make(R"({"organization":"north","name":"Clerk","permissions":["users.view"]})");
        if (sort == "tokens")
            return make(R"({"organization":"north","name":"t","permissions":["users.view"],)"
                        R"("expires_at":")" +
                        base::toRfc3339(base::SystemClock().now() + std::chrono::hours{1}) + "\"}");
        if (sort == "views") return make(R"({"name":"Clerks","organization":"north"})");
        const auto planned = [&] {
            return client("north").post(
                "/api/v1/plans",
                R"({"action":"suspend","selection":{"ids":[")" + target_ + R"("]}})");
        };
        if (sort == "plans") return planned().json()["id"].stringOr("");
        if (sort != "jobs") return {};
        const auto plan = planned().json();
        const auto job =
            client("north").post("/api/v1/plans/" + plan["id"].stringOr("") + "/confirm",
                                 R"({"hash":")" + plan["hash"].stringOr("") + "\"}");
        EXPECT_EQ(job.status, 202) << job.body;
        return job.json()["id"].stringOr("");
    }
    /// The address of an operation, on the target.
    [[nodiscard]] std::string address(const std::string& operation) const {
        std::string path = operation.substr(operation.find(' ') + 1);
        const auto put = [&](const std::string& name, const std::string& value) {
            if (const auto at = path.find(name); at != std::string::npos)
                path.replace(at, name.size(), value);
        };
        if (path.rfind("/api/v1/users/", 0) == 0) put("{id}", target_);
        if (path.rfind("/api/v1/organizations/", 0) == 0) put("{id}", "north-tenant");
        if (path.rfind("/api/v1/connections/", 0) == 0) put("{id}", connection_);
        put("{id}", "3f1c9a0b-0000-4000-8000-000000000000");
        put("{action}", "suspend");
        put("{name}", "test.scripted");
        put("{number}", "1");
        if (path == "/api/v1/why") path += "?user=" + target_ + "&action=suspend";
        return path;
    }
    Reply send(const std::string& role, const std::string& operation, const Entry& entry) {
        return send(role, operation, entry, address(operation));
    }
    Reply send(const std::string& role, const std::string& operation, const Entry& entry,
               const std::string& address) {
        const auto method = operation.substr(0, operation.find(' '));
        Fields fields;
        if (!role.empty())
            fields = {{"Cookie", client(role).cookie()},
                      {"X-CSRF-Token", client(role).csrf()},
                      {"If-Match", "*"}};
        return ApiClient(port()).bare(method, address, entry.body, fields);
    }

  private:
    void add(const std::string& username, const std::string& role, const std::string& where) {
        domain::Account account;
        account.id = base::AccountId(base::newUuid());
        const auto found = client0("/api/v1/organizations/" + where)["id"].stringOr("");
        account.home = base::OrganizationId(found);
        account.username = username;
        account.email = username + "@msp.example";
        account.grants = {{role, account.home}};
        const auto added =
            site_.kit().access.unsafeAddAccount(account, base::SecretText(Site::kPassword),
                                                base::Deadline::after(std::chrono::seconds{10}));
        if (!added) throw std::runtime_error(added.error().text());
    }
    base::Json client0(const std::string& path) {
        if (!clients_["admin"])
            clients_["admin"] = std::make_unique<ApiClient>(site_.port(), "admin");
        return clients_["admin"]->get(path).json();
    }

    Site site_;
    std::map<std::string, std::unique_ptr<ApiClient>> clients_;
    std::string target_, connection_;
};

bool askedToSignIn(const Reply& reply) {
    return reply.status == 401 && reply.body.find("Sign in to go on") != std::string::npos;
}

bool showsTheTarget(const Reply& reply) {
    return reply.body.find("Caf\u00e9") != std::string::npos ||
           reply.body.find("n5@north-tenant") != std::string::npos;
}

TEST(Authorization, EveryOperationIsInTheMatrixAndHoldsForEveryRole) {
    Matrix matrix;
    std::set<std::string> routed;
    for (const auto& one : matrix.operations()) routed.insert(one);
    for (const auto& [operation, entry] : table())
        EXPECT_TRUE(routed.contains(operation)) << operation << " is in the matrix, and not served";
    std::vector<std::string> order(routed.begin(), routed.end());
    // What removes comes last.
    std::stable_partition(order.begin(), order.end(),
                          [](const auto& one) { return one.rfind("DELETE", 0) != 0; });
    std::size_t asked = 0;
    for (const auto& operation : order) {
        const auto found = table().find(operation);
        if (found == table().end()) {
            ADD_FAILURE() << operation << " has no entry in the authorization matrix";
            continue;
        }
        const auto& entry = found->second;
        EXPECT_EQ(askedToSignIn(matrix.send("", operation, entry)), entry.kind != Kind::kOpen)
            << operation << " without a session";
        ++asked;
        if (entry.kind == Kind::kOpen || entry.kind == Kind::kStream) continue;
        for (const auto& [role, client] : matrix.clients()) {
            if (entry.once && entry.allowed.contains(role) && role != "north") continue;
            const auto reply = matrix.send(role, operation, entry);
            const std::string what = operation + " as " + role + ": " +
                                     std::to_string(reply.status) + " " + reply.body.substr(0, 160);
            ++asked;
            EXPECT_LT(reply.status, 500) << what;
            EXPECT_NE(reply.status, 401) << what;
            if (kOutsiders.contains(role) && entry.kind != Kind::kOwn) {
                EXPECT_FALSE(showsTheTarget(reply)) << what;
            }
            if (entry.kind == Kind::kOwn) {
                EXPECT_TRUE(reply.status != 403 && reply.status != 404) << what;
            } else if (entry.kind == Kind::kList) {
                EXPECT_TRUE(reply.status == 200 || reply.status == 403) << what;
            } else if (entry.allowed.contains(role)) {
                EXPECT_TRUE(reply.status != 403 && reply.status != 404) << what;
            } else {
                EXPECT_TRUE(reply.status == 403 || reply.status == 404) << what;
            }
        }
    }
    RecordProperty("answers", std::to_string(asked));
    std::cout << asked << " answers of " << order.size() << " operations\n";
}

/// What an answer tells, without what is of the question.
std::string toldBy(const Reply& reply, const std::string& id) {
    std::string out = std::to_string(reply.status) + " " + reply.body;
    const auto cut = [&](const std::string& text, const std::string& by) {
        for (auto at = out.find(text); at != std::string::npos; at = out.find(text))
            out.replace(at, text.size(), by);
    };
    cut(id, "ID");
    if (const auto at = out.find("\"request_id\":\""); at != std::string::npos)
        out.erase(at, std::string("\"request_id\":\"\"").size() + 36);
    return out;
}

TEST(Authorization, AnIdOfAnotherBranchIsAnsweredAsAnIdThatNobodyHas) {
    Matrix matrix;
    const std::string nobodys = "3f1c9a0b-0000-4000-8000-000000000000";
    std::map<std::string, std::string> own;
    std::size_t compared = 0;
    for (const auto& operation : matrix.operations()) {
        const auto at = operation.find("{id}");
        const auto found = table().find(operation);
        if (at == std::string::npos || found == table().end() ||
            operation.find("/me/") != std::string::npos)
            continue;
        const std::string_view prefix = "/api/v1/";
        const auto from = operation.find(prefix) + prefix.size();
        const auto sort = operation.substr(from, operation.find('/', from) - from);
        if (!own.contains(sort)) own[sort] = matrix.ownOf(sort);
        ASSERT_FALSE(own[sort].empty()) << operation;
        const auto addressOf = [&](const std::string& id) {
            std::string path = operation.substr(operation.find(' ') + 1);
            path.replace(path.find("{id}"), 4, id);
            for (const auto& [name, value] :
                 {std::pair{"{action}", "suspend"}, std::pair{"{number}", "1"}})
                if (const auto in = path.find(name); in != std::string::npos)
                    path.replace(in, std::string(name).size(), value);
            return path;
        };
        for (const char* role : {"south", "mate"}) {
            const auto& entry = found->second;
            const auto theirs = matrix.send(role, operation, entry, addressOf(own[sort]));
            const auto none = matrix.send(role, operation, entry, addressOf(nobodys));
            EXPECT_EQ(toldBy(theirs, own[sort]), toldBy(none, nobodys)) << operation << role;
            EXPECT_TRUE(theirs.status == 404 || theirs.status == 403) << operation << theirs.body;
            ++compared;
        }
    }
    EXPECT_GT(compared, 80U);
}

}  // namespace
}  // namespace tenantry::testing
