// Goal: a Result holds one of two things and hands it on; errors gather where they passed; secrets
// do not print.
#include "kernel/base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <sstream>

#include "kernel/base/secret.h"

namespace tenantry::base {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return invalidArgument("odd", "/number");
    return number / 2;
}
Result<int> quarter(int number) {
    TNY_TRY(const int once, half(number));
    TNY_TRY(const int twice, half(once));
    return twice;
}
Status check(int number) {
    TNY_CHECKED(quarter(number));
    return ok();
}

TEST(Result, HoldsAValueOrAnError) {
    EXPECT_EQ(half(4).value(), 2);
    EXPECT_EQ(*half(4), 2);
    const auto odd = half(3);
    ASSERT_FALSE(odd);
    EXPECT_EQ(odd.error().message, "odd");
    EXPECT_EQ(odd.error().pointer, "/number");
}

TEST(Result, TryReturnsTheErrorEarly) {
    EXPECT_EQ(*quarter(8), 2);
    EXPECT_FALSE(quarter(6));
    EXPECT_TRUE(check(8));
    EXPECT_FALSE(check(2));
}

TEST(Result, AndThenGoesOnWithTheValueOnly) {
    EXPECT_EQ(*half(8).and_then(&half), 2);
    EXPECT_FALSE(half(7).and_then([](int) -> Result<int> {
        ADD_FAILURE() << "must not be called";
        return 0;
    }));
}

TEST(Result, MovesWhatCannotBeCopied) {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
    const auto taken = std::move(result).value();
    EXPECT_EQ(*taken, 5);
}

TEST(Result, GathersWhereTheErrorPassed) {
    const auto outer = within("connector ldap-1", within("page 7", half(3)));
    EXPECT_EQ(outer.error().context, "connector ldap-1 › page 7");
    EXPECT_EQ(outer.error().text(), "connector ldap-1 › page 7: odd");
    EXPECT_EQ(*within("x", half(2)), 1);
}

TEST(ResultDeathTest, ReadingAnAbsentValueStops) {
    EXPECT_DEATH(static_cast<void>(half(3).value()), "");
    EXPECT_DEATH(static_cast<void>(half(2).error()), "");
}

TEST(ErrorCode, EachHasItsNameAndWhetherToRetry) {
    EXPECT_EQ(name(ErrorCode::kInvalidArgument), "invalid_argument");
    EXPECT_EQ(name(ErrorCode::kInternal), "internal");
    EXPECT_TRUE(mayRetry(ErrorCode::kUnavailable));
    EXPECT_TRUE(mayRetry(ErrorCode::kTooMany));
    EXPECT_FALSE(mayRetry(ErrorCode::kInvalidArgument));
    EXPECT_FALSE(mayRetry(ErrorCode::kForbidden));
}

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};
static_assert(Printable<std::string> && !Printable<SecretText>, "a secret must not print");

TEST(Secret, MovesLeaveNothingBehind) {
    SecretText first("a long enough secret to live on the heap, not in place");
    const SecretText second = std::move(first);
    EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
    EXPECT_EQ(second.reveal().size(), 54U);
}

}  // namespace
}  // namespace tenantry::base
