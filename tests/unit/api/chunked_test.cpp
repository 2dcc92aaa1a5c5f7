// Chunked bodies: whole ones in any cut, and each malformed form refused.
#include "api/http/chunked.h"

#include <gtest/gtest.h>

namespace tenantry::http {
namespace {

using Progress = ChunkedReader::Progress;

TEST(Chunked, ReadsTheSameBodyHoweverItIsCut) {
    const std::string whole = "5\r\nhello\r\n6;x=1\r\n world\r\n0\r\nTrailer: 1\r\n\r\nGET";
    for (std::size_t step = 1; step <= whole.size(); ++step) {
        ChunkedReader reader(100);
        std::string in;
        Progress progress = Progress::kMore;
        for (std::size_t at = 0; at < whole.size(); at += step) {
            in += whole.substr(at, step);
            if (progress == Progress::kMore) progress = reader.feed(in);
        }
        ASSERT_EQ(progress, Progress::kDone) << step;
        EXPECT_EQ(reader.body(), "hello world");
        EXPECT_EQ(in, "GET");
    }
}

struct Case {
    const char* name;
    const char* bytes;
    int status;
};
class HostileChunks : public testing::TestWithParam<Case> {};

TEST_P(HostileChunks, AreRefused) {
    ChunkedReader reader(100);
    std::string in = GetParam().bytes;
    ASSERT_EQ(reader.feed(in), Progress::kRefused);
    EXPECT_EQ(reader.refusal().status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Table, HostileChunks,
    testing::Values(Case{"SizeNoNumber", "zz\r\n", 400}, Case{"SizeWithPrefix", "0x5\r\n", 400},
                    Case{"SizeEmpty", "\r\n", 400}, Case{"SizeNegative", "-1\r\n", 400},
                    Case{"SizeWithSpace", " 5\r\n", 400}, Case{"LineFeedOnly", "5\nhello", 400},
                    Case{"DataWithoutCrLf", "5\r\nhelloXX", 400},
                    Case{"TooLarge", "FFFFFFFF\r\n", 413},
                    Case{"TooLargeInSum",
                         "60\r\n" /* 96 */
                         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"
                         "5\r\n",
                         413}),
    [](const auto& row) { return row.param.name; });

TEST(Chunked, RefusesASizeLineWithoutEnd) {
    ChunkedReader reader(100);
    std::string in(300, '1');
    EXPECT_EQ(reader.feed(in), Progress::kRefused);
}

}  // namespace
}  // namespace tenantry::http
