// The contract of DocumentStore, on every store: small records with a secret each.
#include <gmock/gmock.h>

#include "kernel/domain/ports/documents.h"
#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using base::ErrorCode;
using domain::Document;

class DocumentStoreContract : public StoreContract {
  protected:
    ErrorCode codeOf(const base::Status& status) {
        return status ? ErrorCode{} : status.error().code;
    }
};
TNY_ON_EVERY_STORE(DocumentStoreContract);

Document sample(const std::string& id, const std::string& owner) {
    return {"role",   id, owner, R"({"name":"Łódź \"x\" 😀"})", base::SecretText("swordfish"),
            moment(3)};
}

TEST_P(DocumentStoreContract, ADocumentComesBackWholeWithItsSecret) {
    ASSERT_TRUE(documents().putDocument(sample("one", "north"), soon()));
    const auto found = documents().document("role", "one", soon());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->owner, "north");
    EXPECT_EQ(found->json, sample("one", "north").json);
    EXPECT_EQ(found->secret.reveal(), "swordfish");
    EXPECT_EQ(found->expiresAt, moment(3));
}

TEST_P(DocumentStoreContract, AddingTwiceIsAConflictAndPuttingReplaces) {
    ASSERT_TRUE(documents().addDocument(sample("one", "north"), soon()));
    EXPECT_EQ(codeOf(documents().addDocument(sample("one", "south"), soon())),
              ErrorCode::kConflict);
    ASSERT_TRUE(documents().putDocument({"role", "one", "south"}, soon()));
    const auto found = documents().document("role", "one", soon()).value();
    EXPECT_EQ(found.owner, "south");
    EXPECT_TRUE(found.secret.empty());
    EXPECT_FALSE(found.expiresAt);
}

TEST_P(DocumentStoreContract, ListsByKindAndOwner) {
    for (const char* id : {"b", "a", "c"})
        ASSERT_TRUE(documents().putDocument(sample(id, id[0] == 'c' ? "south" : "north"), soon()));
    ASSERT_TRUE(documents().putDocument({"token", "a", "north"}, soon()));
    const auto all = documents().documents("role", "", soon()).value();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].id, "a");
    EXPECT_EQ(documents().documents("role", "south", soon()).value().size(), 1U);
    EXPECT_TRUE(documents().documents("role", "west", soon()).value().empty());
}

TEST_P(DocumentStoreContract, OfTwoThatRemoveOneWins) {
    ASSERT_TRUE(documents().putDocument(sample("one", ""), soon()));
    EXPECT_TRUE(documents().removeDocument("role", "one", soon()));
    EXPECT_EQ(codeOf(documents().removeDocument("role", "one", soon())), ErrorCode::kNotFound);
    EXPECT_FALSE(documents().document("role", "one", soon()));
}

TEST_P(DocumentStoreContract, WhatExpiredGoesAndTheRestStays) {
    ASSERT_TRUE(documents().putDocument(sample("dated", ""), soon()));
    ASSERT_TRUE(documents().putDocument({"role", "lasting", ""}, soon()));
    ASSERT_TRUE(documents().removeExpired(moment(3), soon()));
    EXPECT_TRUE(documents().document("role", "dated", soon()));
    ASSERT_TRUE(documents().removeExpired(moment(4), soon()));
    EXPECT_FALSE(documents().document("role", "dated", soon()));
    EXPECT_TRUE(documents().document("role", "lasting", soon()));
}

}  // namespace
}  // namespace tenantry::testing
