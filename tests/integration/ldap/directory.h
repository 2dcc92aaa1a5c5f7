#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include <tenantry/fake_host.hpp>

#include "plugins/ldap/connector.h"
#include "tests/support/slapd_server.h"

namespace tenantry::ldap {

using testing::SlapdOptions;
using testing::SlapdServer;
using testing::SlapdUser;

/// The configuration of a connection to `server` as its service account; `more` are further
/// members, each begun by a comma.
inline std::string configFor(const SlapdServer& server, const std::string& more = "") {
    return R"({"url":")" + server.url() + R"(","tls":"none","bind_dn":")" + server.serviceDn() +
           R"(","bind_password":{"$secret":"pw"},"base_dn":")" + server.baseDn() + "\"" + more +
           "}";
}

/// A host that knows the service account's password.
struct Host : tny::FakeHost {
    Host() { secrets["pw"] = SlapdServer::kServicePassword; }
};

/// The record of the user with this login, or a null one when it is not there.
inline tny::FakeRecord userNamed(const tny::FakeResult& result, const std::string& login) {
    const auto found =
        std::find_if(result.records.begin(), result.records.end(),
                     [&](const tny::FakeRecord& r) { return r.body.str("login") == login; });
    return found == result.records.end() ? tny::FakeRecord{} : *found;
}

/// The state in the one record of a result.
inline std::string stateIn(const tny::FakeResult& result) {
    return result.records.size() == 1 ? result.records[0].body.str("status") : "";
}

/// Binds wrongly until the policy locks.
inline void lockOut(SlapdServer& server, const std::string& uid) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(server.bindAs(uid, "wrong").exitCode, 49);
}

}  // namespace tenantry::ldap
