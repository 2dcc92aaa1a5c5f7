// What each LDAP result code means to the host, which decides what it does next.
#include "plugins/ldap/failure.h"

#include <gtest/gtest.h>
#include <ldap.h>

namespace tenantry::ldap {
namespace {

struct Case {
    int code;
    During during;
    tny_status expected;
};

class Translate : public ::testing::TestWithParam<Case> {};

TEST_P(Translate, ChoosesWhatTheHostMustDo) {
    const Case& c = GetParam();
    const tny::Error error = translate(Failure(c.code, "words"), c.during, "ldap://h");
    EXPECT_EQ(error.code(), c.expected) << nameOf(c.code);
    EXPECT_EQ(error.backendStatus(), c.code);
    EXPECT_FALSE(error.message().empty());
    EXPECT_EQ(error.message().back(), '.');
}

INSTANTIATE_TEST_SUITE_P(
    Table, Translate,
    ::testing::Values(Case{LDAP_INVALID_CREDENTIALS, During::kBind, TNY_E_AUTH},
                      Case{LDAP_INSUFFICIENT_ACCESS, During::kWrite, TNY_E_PERMISSION},
                      Case{LDAP_NO_SUCH_OBJECT, During::kWrite, TNY_E_NOT_FOUND},
                      Case{LDAP_NO_SUCH_OBJECT, During::kRead, TNY_E_CONFIG},
                      Case{LDAP_CONSTRAINT_VIOLATION, During::kWrite, TNY_E_POLICY},
                      Case{LDAP_UNWILLING_TO_PERFORM, During::kWrite, TNY_E_POLICY},
                      Case{LDAP_NOT_ALLOWED_ON_NONLEAF, During::kWrite, TNY_E_POLICY},
                      Case{LDAP_ASSERTION_FAILED, During::kWrite, TNY_E_CONFLICT},
                      Case{LDAP_BUSY, During::kRead, TNY_E_UNAVAILABLE},
                      Case{LDAP_UNAVAILABLE, During::kWrite, TNY_E_UNAVAILABLE},
                      Case{LDAP_SERVER_DOWN, During::kConnect, TNY_E_UNAVAILABLE},
                      Case{LDAP_CONNECT_ERROR, During::kTls, TNY_E_CONFIG},
                      Case{LDAP_TIMEOUT, During::kRead, TNY_E_TIMEOUT},
                      Case{LDAP_SIZELIMIT_EXCEEDED, During::kRead, TNY_E_PERMISSION},
                      Case{LDAP_ADMINLIMIT_EXCEEDED, During::kRead, TNY_E_PERMISSION},
                      Case{LDAP_REFERRAL, During::kRead, TNY_E_CONFIG},
                      Case{LDAP_USER_CANCELLED, During::kRead, TNY_E_CANCELLED},
                      Case{LDAP_OTHER, During::kRead, TNY_E_INTERNAL}));

TEST(Failure, AfterAWriteWasSentNeverPromisesThatNothingHappened) {
    for (const int code : {LDAP_SERVER_DOWN, LDAP_TIMEOUT, LDAP_USER_CANCELLED}) {
        const Failure failure = Failure(code, "").afterWrite();
        EXPECT_EQ(translate(failure, During::kWrite, "ldap://h").code(), TNY_E_OUTCOME_UNKNOWN);
    }
}

}  // namespace
}  // namespace tenantry::ldap
