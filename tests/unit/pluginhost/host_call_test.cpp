// The host's own table as a connector sees it, without a connector: what is taken, refused,
// repaired.
#include "kernel/pluginhost/host_call.h"

#include <gtest/gtest.h>

namespace tenantry::pluginhost {
namespace {

using namespace std::chrono_literals;

class HostCallTest : public testing::Test {
  protected:
    HostCallTest()
        : services_(std::make_shared<ConnectionServices>(domain::OpenRequest{},
                                                         domain::ConnectorDescriptor{},
                                                         std::make_shared<MetricCounters>())),
          call_(services_, base::Deadline::after(10s)) {}
    std::int32_t emit(tny_record r) { return hostTable()->emit(call_.raw(), &r, 1, sizeof r); }
    static tny_record record(std::string_view id, std::string_view body) {
        tny_record r{};
        r.size = sizeof r;
        r.kind = str("user");
        r.id = str(id);
        r.body = str(body);
        return r;
    }
    std::shared_ptr<ConnectionServices> services_;
    HostCall call_;
};

TEST_F(HostCallTest, AnOlderAndShorterRecordIsReadWithoutItsMissingFields) {
    tny_record r = record("1", "{}");
    r.etag = str("not really there");
    r.size = offsetof(tny_record, etag);
    emit(r);
    ASSERT_EQ(call_.records.size(), 1u);
    EXPECT_EQ(call_.records[0].etag, "");
    EXPECT_EQ(call_.repairedRecords, 1u) << "its body lies beyond its size";
}

TEST_F(HostCallTest, AnArrayOfALongerRecordIsWalkedByItsStride) {
    struct Longer {
        tny_record known;
        char added[24];
    };
    Longer rows[3] = {{record("1", "{}"), {}}, {record("2", "{}"), {}}, {record("3", "{}"), {}}};
    hostTable()->emit(call_.raw(), &rows[0].known, 3, sizeof(Longer));
    ASSERT_EQ(call_.records.size(), 3u);
    EXPECT_EQ(call_.records[2].id, "3");
}

TEST_F(HostCallTest, UnknownOpsAndEncodingsAreRefusedAndCounted) {
    tny_record op = record("1", "{}");
    op.op = 9;
    emit(op);
    tny_record cbor = record("1", "{}");
    cbor.encoding = 1;
    emit(cbor);
    emit(record("", "{}"));
    emit(record("\xc0\x80", "{}"));
    emit(record(std::string(5000, 'i'), "{}"));
    EXPECT_EQ(call_.unusableRecords, 5u);
    EXPECT_TRUE(call_.records.empty());
}

TEST_F(HostCallTest, ACursorThatIsTooLongIsNotTaken) {
    const std::string cursor(70000, 'c');
    EXPECT_EQ(hostTable()->checkpoint(call_.raw(), str(cursor)), TNY_FLOW_STOP);
    EXPECT_EQ(call_.unusableRecords, 1u);
}

TEST_F(HostCallTest, ARepliedDocumentMustBeJson) {
    hostTable()->reply(call_.raw(), str("a"), str("{oops"));
    hostTable()->reply(call_.raw(), str("b"), str("[1]"));
    EXPECT_EQ(call_.replies.size(), 1u);
    EXPECT_EQ(call_.replies.at("b"), "[1]");
}

TEST_F(HostCallTest, FailReturnsItsCodeAndIsKeptWhole) {
    tny_error e{};
    e.size = sizeof e;
    e.code = TNY_E_POLICY;
    e.retry_after_ms = -1;
    e.backend_status = 19;
    e.message = str("Too short.");
    e.pointer = str("/password");
    EXPECT_EQ(hostTable()->fail(call_.raw(), &e), TNY_E_POLICY);
    EXPECT_EQ(call_.failure.message, "Too short.");
    EXPECT_EQ(call_.failure.pointer, "/password");
    EXPECT_EQ(call_.failure.backendStatus, 19);
}

TEST_F(HostCallTest, InterfacesAreFoundByTheirWholeName) {
    for (const char* known : {"tny.http/1", "tny.kv/1", "tny.clock/1"})
        EXPECT_NE(hostTable()->get_interface(str(known)), nullptr) << known;
    for (const char* unknown : {"tny.http/2", "tny.http", "", "tny.dial/1"})
        EXPECT_EQ(hostTable()->get_interface(str(unknown)), nullptr) << unknown;
}

}  // namespace
}  // namespace tenantry::pluginhost
