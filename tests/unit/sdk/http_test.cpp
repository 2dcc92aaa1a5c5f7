// The fluent HTTP client, the memory and the clock of the SDK, over the fake host: what a connector
// sends is what a backend gets, and what an answer means reaches the kernel as the right status.
#include <gtest/gtest.h>

#include <tenantry/fake_host.hpp>

namespace {

/// Runs `body(call)` as a call of a connector, with its seam.
template <class Body>
tny::FakeResult during(tny::FakeHost& host, Body&& body) {
    return host.run([&](tny_call* raw) {
        return tny::detail::guarded(host.table(), raw, [&](tny::Call& c) {
            body(c);
            return TNY_OK;
        });
    });
}
constexpr const char* kBase = "https://api.example.com";

TEST(SdkHttp, BuildsTheRequestItWasToldTo) {
    tny::FakeHost host;
    host.secrets["token"] = "s3cret";
    host.answers.push_back({200, R"({"next":"2"})"});
    tny::Json got;
    during(host, [&](tny::Call& c) {
        got = tny::http(c)
                  .post(std::string(kBase) + "/users/" + tny::path("a/b ü"))
                  .query("after", "x&y")
                  .query("empty", "")
                  .header("X-Trace", "1")
                  .body(tny::Json::object({{"name", "Ada"}}))
                  .auth("token")
                  .throttle("api")
                  .idempotency("k1")
                  .json();
    });
    ASSERT_EQ(host.requests.size(), 1u);
    const auto& r = host.requests[0];
    EXPECT_EQ(r.method, "POST");
    EXPECT_EQ(r.target, "/users/a%2Fb%20%C3%BC?after=x%26y");
    EXPECT_EQ(r.headers.at("authorization"), "Bearer s3cret");
    EXPECT_EQ(r.headers.at("content-type"), "application/json");
    EXPECT_EQ(r.headers.at("idempotency-key"), "k1");
    EXPECT_EQ(r.json().str("name"), "Ada");
    EXPECT_EQ(host.throttled["api"], 1u);
    EXPECT_EQ(got.str("next"), "2");
}

TEST(SdkHttp, ASecretCanStandInAnyHeader) {
    tny::FakeHost host;
    host.secrets["pw"] = "s3cret";
    host.http = [](const tny::FakeHttpRequest&) { return tny::FakeHttpAnswer{}; };
    during(host, [&](tny::Call& c) {
        tny::http(c).get(kBase).authHeader("Authorization", "pw", "SSWS ").ok();
        tny::http(c).get(kBase).basic("ada", "pw").ok();
    });
    EXPECT_EQ(host.requests[0].headers.at("authorization"), "SSWS s3cret");
    EXPECT_EQ(host.requests[1].headers.at("authorization"), "Basic ada:s3cret");
}

TEST(SdkHttp, AnUnknownSecretIsAFaultOfTheConfiguration) {
    tny::FakeHost host;
    const auto got = during(host, [&](tny::Call& c) { tny::http(c).get(kBase).auth("no").ok(); });
    EXPECT_EQ(got.status, TNY_E_CONFIG);
    EXPECT_TRUE(host.requests.empty());
}

struct Meaning {
    const char* method;
    int http;
    tny_status status;
};
class SdkHttpStatus : public ::testing::TestWithParam<Meaning> {};

TEST_P(SdkHttpStatus, TellsTheHostWhatToDo) {
    tny::FakeHost host;
    host.answers.push_back({GetParam().http, R"({"errorCode":"E0000047"})"});
    const auto got = during(host, [&](tny::Call& c) {
        tny::http(c).request(GetParam().method, std::string(kBase) + "/users?mail=ada@x.org").ok();
    });
    EXPECT_EQ(got.status, GetParam().status);
    EXPECT_EQ(got.error.backendStatus(), GetParam().http);
    EXPECT_EQ(got.error.backendCode(), "E0000047");
    EXPECT_NE(got.error.message().find("api.example.com"), std::string::npos);
    EXPECT_EQ(got.error.detail().find("ada@x.org"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, SdkHttpStatus,
    ::testing::Values(Meaning{"GET", 400, TNY_E_ARGUMENT}, Meaning{"GET", 401, TNY_E_AUTH},
                      Meaning{"GET", 403, TNY_E_PERMISSION}, Meaning{"GET", 404, TNY_E_NOT_FOUND},
                      Meaning{"PUT", 409, TNY_E_CONFLICT}, Meaning{"PUT", 412, TNY_E_CONFLICT},
                      Meaning{"POST", 429, TNY_E_RATE_LIMITED}, Meaning{"GET", 408, TNY_E_TIMEOUT},
                      Meaning{"GET", 500, TNY_E_UNAVAILABLE}, Meaning{"GET", 302, TNY_E_DATA},
                      Meaning{"GET", 501, TNY_E_UNSUPPORTED},
                      Meaning{"POST", 500, TNY_E_OUTCOME_UNKNOWN},
                      Meaning{"PATCH", 503, TNY_E_OUTCOME_UNKNOWN},
                      Meaning{"DELETE", 502, TNY_E_OUTCOME_UNKNOWN}),
    [](const auto& one) { return std::string(one.param.method) + std::to_string(one.param.http); });

TEST(SdkHttp, APauseSaysHowLong) {
    tny::FakeHost host;
    host.answers.push_back({429, "", {{"retry-after", "7"}}});
    const auto got = during(host, [&](tny::Call& c) { tny::http(c).get(kBase).ok(); });
    EXPECT_EQ(got.status, TNY_E_RATE_LIMITED);
    EXPECT_EQ(got.error.retryAfterMs(), 7000);
}

TEST(SdkHttp, ALostWriteIsUnknownUnlessItOnlyReads) {
    tny::FakeHost host;
    tny::FakeHttpAnswer lost;
    lost.failure = TNY_E_OUTCOME_UNKNOWN;
    host.http = [&](const tny::FakeHttpRequest&) { return lost; };
    const auto write = during(host, [&](tny::Call& c) { tny::http(c).post(kBase).ok(); });
    EXPECT_EQ(write.status, TNY_E_OUTCOME_UNKNOWN);
    const auto search =
        during(host, [&](tny::Call& c) { tny::http(c).post(kBase).readOnly().ok(); });
    EXPECT_EQ(search.status, TNY_E_UNAVAILABLE);
}

TEST(SdkHttp, ExpectTakesOnlyWhatItNames) {
    tny::FakeHost host;
    host.http = [](const tny::FakeHttpRequest&) { return tny::FakeHttpAnswer{204, ""}; };
    EXPECT_TRUE(during(host, [&](tny::Call& c) { tny::http(c).get(kBase).expect(204); }).ok());
    EXPECT_EQ(during(host, [&](tny::Call& c) { tny::http(c).get(kBase).expect(200); }).status,
              TNY_E_DATA);
}

TEST(SdkHttp, BrokenJsonIsDataAndAnEmptyBodyIsNull) {
    tny::FakeHost host;
    host.answers = {{200, "{\"a\":"}, {204, ""}};
    EXPECT_EQ(during(host, [&](tny::Call& c) { tny::http(c).get(kBase).json(); }).status,
              TNY_E_DATA);
    EXPECT_TRUE(during(host, [&](tny::Call& c) {
                    EXPECT_TRUE(tny::http(c).get(kBase).json().isNull());
                }).ok());
}

TEST(SdkHttp, ABodyBeyondItsBoundIsRefused) {
    tny::FakeHost host;
    host.answers.push_back({200, std::string(2000, 'x')});
    const auto got =
        during(host, [&](tny::Call& c) { tny::http(c).get(kBase).maxBytes(1999).ok(); });
    EXPECT_EQ(got.status, TNY_E_DATA);
}

TEST(SdkHttp, StreamHandsOutPieces) {
    tny::FakeHost host;
    host.answers.push_back({200, "abcdef"});
    std::vector<std::string> pieces;
    during(host, [&](tny::Call& c) {
        tny::http(c).get(kBase).stream(
            [&](std::string_view piece) { return pieces.emplace_back(piece), true; });
    });
    EXPECT_EQ(pieces, (std::vector<std::string>{"abc", "def"}));
}

TEST(SdkHttp, WhatAStreamsTakerThrowsReachesTheHost) {
    tny::FakeHost host;
    host.answers.push_back({200, "abcdef"});
    const auto got = during(host, [&](tny::Call& c) {
        tny::http(c).get(kBase).stream(
            [](std::string_view) -> bool { throw tny::data("That is no list of users."); });
    });
    EXPECT_EQ(got.status, TNY_E_DATA);
    EXPECT_EQ(got.error.message(), "That is no list of users.");
}

TEST(SdkHttp, ALineBreakInAHeaderIsRefused) {
    tny::FakeHost host;
    const auto got =
        during(host, [&](tny::Call& c) { tny::http(c).get(kBase).header("X", "a\nY: b").ok(); });
    EXPECT_EQ(got.status, TNY_E_ARGUMENT);
    EXPECT_TRUE(host.requests.empty());
}

TEST(SdkHttp, FindsTheNextPageInALinkHeader) {
    tny::HttpResponse r;
    r.parseHeaders("link: <https://x/1>; rel=\"self\", <https://x/2?a=1>; rel=\"next\"\n");
    EXPECT_EQ(r.link("next"), "https://x/2?a=1");
    EXPECT_EQ(r.link("prev"), "");
}

TEST(SdkHttp, APathSegmentCannotWalkUp) {
    EXPECT_THROW(tny::path(".."), tny::Error);
    EXPECT_THROW(tny::path(""), tny::Error);
    EXPECT_EQ(tny::path("../x"), "..%2Fx");
}

TEST(SdkKv, RemembersForgetsAndKeepsItsBound) {
    tny::FakeHost host;
    const auto got = during(host, [&](tny::Call& c) {
        tny::Kv memory(c);
        EXPECT_FALSE(memory.get("schema"));
        memory.put("schema", "v1");
        EXPECT_EQ(memory.get("schema"), "v1");
        memory.remove("schema");
        memory.remove("schema");
        EXPECT_FALSE(memory.get("schema"));
        EXPECT_EQ(tny::nowMs(c), host.nowMs);
        memory.put("big", std::string(1024 * 1024, 'x'));
    });
    EXPECT_EQ(got.status, TNY_E_POLICY);
    EXPECT_TRUE(host.kv.empty());
}

}  // namespace
