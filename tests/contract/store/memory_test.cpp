// The contract of ConnectorMemoryStore, on every store: what a connector remembered comes back byte
// for byte, to its own connection only, within its bound, and goes with the connection.
#include <gmock/gmock.h>

#include "kernel/domain/ports/connector.h"
#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using base::ErrorCode;

class ConnectorMemoryContract : public StoreContract {
  protected:
    void SetUp() override {
        StoreContract::SetUp();
        if (IsSkipped()) return;
        branches_ = putBranches(organizations(), connections());
        north_ = branches_.northDirectory.id;
        south_ = branches_.southDirectory.id;
    }
    ErrorCode codeOf(const base::ConnectionId& id, std::string_view key) {
        const auto found = memory().memory(id, key, soon());
        return found ? ErrorCode::kInternal : found.error().code;
    }
    Branches branches_;
    base::ConnectionId north_, south_;
};
TNY_ON_EVERY_STORE(ConnectorMemoryContract);

TEST_P(ConnectorMemoryContract, AnyBytesComeBackAndTheLastPutCounts) {
    std::string bytes;
    for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);
    ASSERT_TRUE(memory().putMemory(north_, bytes, "first", soon()));
    ASSERT_TRUE(memory().putMemory(north_, bytes, bytes + awkwardText(), soon()));
    ASSERT_TRUE(memory().putMemory(north_, "empty", "", soon()));
    EXPECT_EQ(memory().memory(north_, bytes, soon()).value(), bytes + awkwardText());
    EXPECT_EQ(memory().memory(north_, "empty", soon()).value(), "");
}

TEST_P(ConnectorMemoryContract, AnotherConnectionSeesNothingOfIt) {
    ASSERT_TRUE(memory().putMemory(north_, "key", "north", soon()));
    EXPECT_EQ(codeOf(south_, "key"), ErrorCode::kNotFound);
    ASSERT_TRUE(memory().putMemory(south_, "key", "south", soon()));
    ASSERT_TRUE(memory().removeMemory(south_, "key", soon()));
    EXPECT_EQ(memory().memory(north_, "key", soon()).value(), "north");
}

TEST_P(ConnectorMemoryContract, WhatIsRemovedIsGoneAndRemovingAgainIsNoError) {
    ASSERT_TRUE(memory().putMemory(north_, "key", "value", soon()));
    ASSERT_TRUE(memory().putMemory(north_, "KEY", "another", soon()));
    EXPECT_TRUE(memory().removeMemory(north_, "key", soon()));
    EXPECT_TRUE(memory().removeMemory(north_, "key", soon()));
    EXPECT_EQ(codeOf(north_, "key"), ErrorCode::kNotFound);
    EXPECT_EQ(memory().memory(north_, "KEY", soon()).value(), "another");
}

TEST_P(ConnectorMemoryContract, TheBoundIsOfKeysAndValuesTogetherAndARefusedPutChangesNothing) {
    constexpr auto kMax = domain::ConnectorMemory::kBytesMax;
    ASSERT_TRUE(memory().putMemory(north_, "big", std::string(kMax - 13, 'x'), soon()));
    ASSERT_TRUE(memory().putMemory(north_, "small", "12345", soon()));
    const auto full = memory().putMemory(north_, "small", "123456", soon());
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, ErrorCode::kTooMany);
    EXPECT_EQ(memory().memory(north_, "small", soon()).value(), "12345");
    EXPECT_TRUE(memory().putMemory(north_, "big", std::string(kMax - 14, 'y'), soon()))
        << "what it replaces does not count";
    EXPECT_TRUE(memory().putMemory(north_, "small", "123456", soon()));
    EXPECT_TRUE(memory().putMemory(south_, "big", std::string(kMax - 3, 'x'), soon()))
        << "each connection has its own";
    EXPECT_EQ(memory().memory(north_, "big", soon()).value(), std::string(kMax - 14, 'y'));
}

TEST_P(ConnectorMemoryContract, AKeyHasItsBounds) {
    for (const auto& key : {std::string(), std::string(257, 'k')}) {
        const auto refused = memory().putMemory(north_, key, "v", soon());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    }
    EXPECT_TRUE(memory().putMemory(north_, std::string(256, 'k'), "v", soon()));
}

TEST_P(ConnectorMemoryContract, ItGoesWithItsConnection) {
    ASSERT_TRUE(memory().putMemory(north_, "key", "value", soon()));
    ASSERT_TRUE(connections().removeConnection(north_, soon()));
    EXPECT_EQ(codeOf(north_, "key"), ErrorCode::kNotFound);
    const auto refused = memory().putMemory(north_, "key", "value", soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
    ASSERT_TRUE(connections().putConnection(branches_.northDirectory, {}, soon()));
    EXPECT_EQ(codeOf(north_, "key"), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace tenantry::testing
