// The strict reader of request heads against the table of hostile inputs: each row is one way in
// which two readers could disagree, and says what must come of it.
#include "api/http/head.h"

#include <gtest/gtest.h>

#include <string>

namespace tenantry::http {
namespace {

struct Case {
    const char* name;
    std::string bytes;
    int status;
};

class HostileHead : public testing::TestWithParam<Case> {};

TEST_P(HostileHead, IsRefusedWithItsStatus) {
    const auto parsed = parseHead(GetParam().bytes);
    const auto* refusal = std::get_if<Refusal>(&parsed);
    ASSERT_NE(refusal, nullptr) << GetParam().bytes;
    EXPECT_EQ(refusal->status, GetParam().status) << refusal->detail;
    EXPECT_FALSE(refusal->detail.empty());
}

std::string post(const std::string& fields) {
    return "POST /x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

std::string get(const std::string& fields) {
    return "GET /x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

std::string manyHeaders(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += "X-" + std::to_string(i) + ": 1\r\n";
    return out;
}

INSTANTIATE_TEST_SUITE_P(
    Framing, HostileHead,
    testing::Values(
        Case{"LengthWithPlus", post("Content-Length: +5\r\n"), 400},
        Case{"LengthNegative", post("Content-Length: -1\r\n"), 400},
        Case{"LengthEmpty", post("Content-Length: \r\n"), 400},
        Case{"LengthWithComma", post("Content-Length: 1,0\r\n"), 400},
        Case{"LengthNoNumber", post("Content-Length: abc\r\n"), 400},
        Case{"LengthHex", post("Content-Length: 0x5\r\n"), 400},
        Case{"LengthTwentyDigits", post("Content-Length: 99999999999999999999\r\n"), 413},
        Case{"TwoLengths", post("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
        Case{"TwoEqualLengths", post("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
        Case{"LengthAndChunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
        Case{"GzipChunked", post("Transfer-Encoding: gzip, chunked\r\n"), 501},
        Case{"XChunked", get("Transfer-Encoding: xchunked\r\n"), 501},
        Case{"EncodingTwice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
             400},
        Case{"EncodingWithSpaceBeforeColon", post("Transfer-Encoding : chunked\r\n"), 400},
        Case{"EncodingInHttp10",
             "POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Case{"EncodedWordEncoding", post("Transfer-Encoding: =?utf-8?q?chunked?=\r\n"), 501},
        Case{"EncodedWordLength", post("Content-Length: =?utf-8?q?5?=\r\n"), 400},
        Case{"OtherExpectation", post("Expect: other\r\n"), 417}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Lines, HostileHead,
    testing::Values(Case{"BareLineFeedInField", get("X: a\nY: b\r\n"), 400},
                    Case{"FoldedField", get("X: a\r\n b\r\n"), 400},
                    Case{"FieldWithoutColon", get("nonsense\r\n"), 400},
                    Case{"FieldWithoutName", get(": a\r\n"), 400},
                    Case{"NulInField", get(std::string("X: a\0b\r\n", 8)), 400},
                    Case{"NoHost", "GET /x HTTP/1.1\r\n\r\n", 400},
                    Case{"TwoHosts", get("Host: b\r\n"), 400},
                    Case{"HostWithSlash", "GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
                    Case{"HostEmpty", "GET /x HTTP/1.1\r\nHost:\r\n\r\n", 400},
                    Case{"AuthorizationTwice", get("Authorization: a\r\nAuthorization: b\r\n"),
                         400},
                    Case{"CookieTwice", get("Cookie: a=1\r\nCookie: a=2\r\n"), 400},
                    Case{"TooManyFields", get(manyHeaders(100)), 431}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    RequestLine, HostileHead,
    testing::Values(Case{"AbsoluteForm", "GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"TargetWithoutSlash", "GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"TargetStar", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"Version99", "GET /x HTTP/9.9\r\nHost: a\r\n\r\n", 505},
                    Case{"Http2Preface", "PRI * HTTP/2.0\r\n\r\n", 505},
                    Case{"OddVersion", "GET /x FOO\r\nHost: a\r\n\r\n", 400},
                    Case{"Http09", "GET /x\r\n\r\n", 400},
                    Case{"WordsAfterVersion", "GET /x HTTP/1.1 extra\r\nHost: a\r\n\r\n", 400},
                    Case{"ControlInTarget", "GET /x\x01y HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"OddMethod", "G(T /x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"Trace", "TRACE /x HTTP/1.1\r\nHost: a\r\n\r\n", 405},
                    Case{"DotSegment", "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"EncodedDotSegment", "GET /a/%2e%2E/b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"EncodedSlash", "GET /a%2Fb HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"EncodedNul", "GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"DoubleSlash", "GET //a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"BrokenEscape", "GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"NotUtf8", "GET /a%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"LongTarget",
                         "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414}),
    [](const auto& row) { return row.param.name; });

TEST(Head, KeepsAnEncodedWordAsText) {
    const auto parsed = parseHead(get("X: =?utf-8?q?a=0D=0AEvil:_1?=\r\n"));
    const auto& head = std::get<Head>(parsed);
    EXPECT_EQ(head.headers.get("x"), "=?utf-8?q?a=0D=0AEvil:_1?=");
}

TEST(Head, ClosesWhenCloseStandsInAList) {
    EXPECT_FALSE(std::get<Head>(parseHead(get("Connection: TE, Close\r\n"))).keepAlive);
    EXPECT_TRUE(std::get<Head>(parseHead(get(""))).keepAlive);
    const auto old = parseHead("GET /x HTTP/1.0\r\n\r\n");
    EXPECT_FALSE(std::get<Head>(old).keepAlive);
}

TEST(Head, ReadsAPlainRequestWhole) {
    const auto parsed = parseHead(
        "PATCH /a/b%20c?x=1&y=a+b HTTP/1.1\r\nHost: h:80\r\nContent-Length: 12\r\n"
        "Expect: 100-continue\r\n\r\n");
    const auto& head = std::get<Head>(parsed);
    EXPECT_EQ(head.method, Method::kPatch);
    EXPECT_EQ(head.target.segments, (std::vector<std::string>{"a", "b c"}));
    EXPECT_EQ(head.target.query.at(1).second, "a b");
    EXPECT_EQ(head.host, "h:80");
    EXPECT_EQ(head.contentLength, 12U);
    EXPECT_TRUE(head.expectContinue);
}

TEST(Head, KnowsEarlyWhatCanNeverBecomeARequest) {
    EXPECT_TRUE(isHopeless("\x16\x03\x01"));
    EXPECT_TRUE(isHopeless("GET / HTTP/1.1\nHost"));
    EXPECT_TRUE(isHopeless("\r\nGET /"));
    EXPECT_FALSE(isHopeless("GET / HT"));
    EXPECT_FALSE(isHopeless("GET / HTTP/1.1\r\n"));
}

}  // namespace
}  // namespace tenantry::http
