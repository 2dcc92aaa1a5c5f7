// The router: literals before parameters, 405 with Allow, HEAD by GET.
#include "api/http/router.h"

#include <gtest/gtest.h>

namespace tenantry::http {
namespace {

Response plain(const Request&) {
    return Response::empty(200);
}

Router users() {
    Router router;
    router.add(Method::kGet, "/users/{id}", plain);
    router.add(Method::kPatch, "/users/{id}", plain);
    router.add(Method::kGet, "/users/export", plain);
    router.add(Method::kPost, "/users/{id}/actions/{action}", plain);
    router.add(Method::kGet, "/", plain);
    return router;
}

TEST(Router, PrefersALiteralAndNamesParameters) {
    const Router router = users();
    auto found = std::get<Router::Found>(router.find(Method::kGet, {"users", "export"}));
    EXPECT_EQ(found.route, "/users/export");
    found =
        std::get<Router::Found>(router.find(Method::kPost, {"users", "7", "actions", "unlock"}));
    EXPECT_EQ(found.parameters.at(0), std::make_pair(std::string("id"), std::string("7")));
    EXPECT_EQ(found.parameters.at(1).second, "unlock");
}

TEST(Router, ServesHeadByGet) {
    const Router router = users();
    EXPECT_EQ(std::get<Router::Found>(router.find(Method::kHead, {"users", "7"})).route,
              "/users/{id}");
}

TEST(Router, NamesTheMethodsOfAPath) {
    const Router router = users();
    const auto answer = router.find(Method::kDelete, {"users", "7"});
    EXPECT_EQ(std::get<Router::NoSuchMethod>(answer).allow, "GET, HEAD, PATCH, OPTIONS");
    const auto literal = router.find(Method::kPatch, {"users", "export"});
    EXPECT_EQ(std::get<Router::NoSuchMethod>(literal).allow, "GET, HEAD, OPTIONS");
}

TEST(Router, KnowsNoOtherPath) {
    const Router router = users();
    EXPECT_TRUE(std::holds_alternative<Router::NoSuchPath>(router.find(Method::kGet, {"user"})));
    EXPECT_TRUE(
        std::holds_alternative<Router::NoSuchPath>(router.find(Method::kGet, {"users", ""})));
    EXPECT_TRUE(std::holds_alternative<Router::Found>(router.find(Method::kGet, {})));
}

}  // namespace
}  // namespace tenantry::http
