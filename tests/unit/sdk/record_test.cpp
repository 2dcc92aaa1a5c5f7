// The record builder: what it writes is one JSON object and one envelope.
#include <gtest/gtest.h>

#include <tenantry/record.hpp>

namespace {

using tny::Json;

TEST(SdkRecord, WritesAttributesInOrder) {
    const auto r = tny::user("7")
                       .etag("v1")
                       .modified(1700000000000)
                       .set("login", "ada")
                       .set("admin", true)
                       .set("logins", 3)
                       .setIf("phone", "")
                       .set("emails", Json::array().push(Json::object({{"value", "a@x.org"}})));
    EXPECT_EQ(r.body(),
              R"({"login":"ada","admin":true,"logins":3,"emails":[{"value":"a@x.org"}]})");
    std::string storage;
    const tny_record raw = r.raw(storage);
    EXPECT_EQ(raw.size, sizeof(tny_record));
    EXPECT_EQ(raw.op, TNY_OP_UPSERT);
    EXPECT_EQ(tny::view(raw.kind), "user");
    EXPECT_EQ(tny::view(raw.id), "7");
    EXPECT_EQ(tny::view(raw.etag), "v1");
    EXPECT_EQ(raw.modified_ms, 1700000000000);
}

TEST(SdkRecord, AnEmptyOneIsAnEmptyObject) {
    EXPECT_EQ(tny::group("g").body(), "{}");
}

TEST(SdkRecord, RefusesTheSameAttributeTwice) {
    auto r = tny::user("7");
    r.set("login", "a");
    EXPECT_THROW(r.set("login", "b"), tny::Error);
}

TEST(SdkRecord, BodyIsValidJsonWhateverTheBackendSaid) {
    const auto r = tny::user("7").set("na\"me\n", "\x80\xff \"q\"");
    EXPECT_NO_THROW(Json::parse(r.body()));
}

TEST(SdkRecord, DeletionAndUnchangedCarryTheirOp) {
    std::string storage;
    EXPECT_EQ(tny::Record::deleted("user", "1").raw(storage).op, TNY_OP_DELETE);
    EXPECT_EQ(tny::Record::unchanged("user", "1", "e").raw(storage).op, TNY_OP_UNCHANGED);
}

}  // namespace
