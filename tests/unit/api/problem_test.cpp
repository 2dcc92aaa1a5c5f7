// Problems: each code has its status, and an internal error tells nothing.
#include "api/rest/problem.h"

#include <gtest/gtest.h>

#include "kernel/base/json.h"

namespace tenantry::rest {
namespace {

base::Json bodyOf(const http::Response& response) {
    return *base::Json::parse(response.body());
}

TEST(Problem, NamesTheFieldToBlame) {
    const auto response = problem(base::invalidArgument("A value is missing.", "?filter"), "r1");
    EXPECT_EQ(response.status(), 400);
    EXPECT_EQ(response.headers().get("Content-Type"), "application/problem+json");
    const auto body = bodyOf(response);
    EXPECT_EQ(body["type"].asString(), "urn:tenantry:problem:invalid-argument");
    EXPECT_EQ(body["pointer"].asString(), "?filter");
    EXPECT_EQ(body["detail"].asString(), "A value is missing.");
    EXPECT_EQ(body["request_id"].asString(), "r1");
}

TEST(Problem, SaysNothingOfAnInternalError) {
    auto error = base::internal("column user_secret of /var/lib is broken");
    const auto response = problem(std::move(error), "r1");
    EXPECT_EQ(response.status(), 500);
    EXPECT_EQ(response.body().find("secret"), std::string_view::npos);
}

TEST(Problem, RoundsTheWaitUpToWholeSeconds) {
    auto error = base::tooMany("Too many sign-ins.");
    error.retryAfter = std::chrono::milliseconds(1200);
    EXPECT_EQ(problem(error, "r").headers().get("Retry-After"), "2");
    EXPECT_TRUE(problem(base::unavailable("Down."), "r").headers().has("Retry-After"));
    EXPECT_FALSE(problem(base::notFound("No."), "r").headers().has("Retry-After"));
}

TEST(Problem, AnUnknownOutcomeIsNoMereFailure) {
    auto error = base::unavailable("The directory went away.");
    error.outcomeUnknown = true;
    EXPECT_EQ(problem(error, "r").status(), 504);
}

}  // namespace
}  // namespace tenantry::rest
