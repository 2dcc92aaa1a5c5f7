// Targets: decoding of path and query.
#include "api/http/target.h"
#include "kernel/base/text.h"

#include <gtest/gtest.h>

namespace tenantry::http {
namespace {

TEST(Target, KeepsATrailingSlashAsAnEmptySegment) {
    EXPECT_EQ(parseTarget("/a/")->segments, (std::vector<std::string>{"a", ""}));
    EXPECT_TRUE(parseTarget("/")->segments.empty());
}

TEST(Target, DecodesAFilterAsTyped) {
    const auto target = parseTarget("/u?filter=status+eq+%22LOCKED_OUT%22&q=%C3%B8&empty=&bare");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->query.at(0).second, "status eq \"LOCKED_OUT\"");
    EXPECT_EQ(target->query.at(1).second, "\xC3\xB8");
    EXPECT_EQ(target->query.at(2).second, "");
    EXPECT_EQ(target->query.at(3).first, "bare");
}

TEST(Target, RefusesABrokenQuery) {
    EXPECT_FALSE(parseTarget("/u?a=%4"));
    EXPECT_FALSE(parseTarget("/u?a=%ff"));
    EXPECT_FALSE(parseTarget("/u#x"));
}

TEST(Target, EncodesAndDecodesAnyText) {
    const std::string text = "a b/\xC3\xB8?&=+%";
    EXPECT_EQ(percentDecode(base::percentEncode(text), /*plusIsSpace=*/true), text);
}

}  // namespace
}  // namespace tenantry::http
