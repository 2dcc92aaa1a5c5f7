// Where a connector may go: URLs, the list of its hosts, and the proxy on the way.
#include "kernel/pluginhost/http/egress_list.h"

#include <gtest/gtest.h>

#include "kernel/pluginhost/http/proxy.h"

namespace tenantry::pluginhost::http {
namespace {

Url url(const std::string& text) {
    auto parsed = Url::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : Url{};
}
bool allows(const EgressList& list, const std::string& text) {
    return !list.refusal(url(text));
}

constexpr const char* kConfig = R"({
    "base_url": "https://API.Acme.com/v1", "token": {"$secret": "token"},
    "deep": [{"login": "http://login.acme.com:8080/x"}], "domain": "corp.acme.org",
    "note": "see https", "name": "other.example"})";
constexpr const char* kSchema = R"({"properties": {
    "domain": {"type": "string", "format": "hostname"}, "name": {"type": "string"}}})";

TEST(Egress, HostsOfTheConfigurationAreAllowedAndNoOthers) {
    const auto list = EgressList::of(kConfig, kSchema, {});
    EXPECT_TRUE(allows(list, "https://api.acme.com/users?x=1"));
    EXPECT_TRUE(allows(list, "https://api.acme.com./users"));
    EXPECT_TRUE(allows(list, "http://api.acme.com/"));
    EXPECT_TRUE(allows(list, "http://login.acme.com:8080/"));
    EXPECT_TRUE(allows(list, "https://corp.acme.org/"));
    EXPECT_FALSE(allows(list, "https://acme.com/"));
    EXPECT_FALSE(allows(list, "https://evil.api.acme.com/"));
    EXPECT_FALSE(allows(list, "https://api.acme.com.evil.example/"));
    EXPECT_FALSE(allows(list, "https://other.example/"));
}

TEST(Egress, ThePortCountsToo) {
    const auto list = EgressList::of(kConfig, kSchema, {});
    EXPECT_FALSE(allows(list, "https://api.acme.com:6379/"));
    EXPECT_FALSE(allows(list, "http://login.acme.com/"));
    EXPECT_FALSE(allows(list, "http://login.acme.com:8081/"));
}

TEST(Egress, TheRefusalNamesTheHostAndWhatToChange) {
    const auto why = EgressList::of(kConfig, kSchema, {}).refusal(url("https://x.example/p?t=1"));
    ASSERT_TRUE(why);
    EXPECT_NE(why->find("https://x.example:"), std::string::npos) << *why;
    EXPECT_NE(why->find("isolation.hosts"), std::string::npos);
    EXPECT_EQ(why->find("/p?t"), std::string::npos);
}

TEST(Egress, ThePatternsOfTheDescriptorCount) {
    const auto list =
        EgressList::of("{}", "{}", {"*.okta.com", "login.acme.com:8443", "*", "*.com"});
    EXPECT_TRUE(allows(list, "https://acme.okta.com/"));
    EXPECT_TRUE(allows(list, "https://a.b.okta.com/"));
    EXPECT_TRUE(allows(list, "https://login.acme.com:8443/"));
    EXPECT_FALSE(allows(list, "https://okta.com/"));
    EXPECT_FALSE(allows(list, "https://evilokta.com/"));
    EXPECT_FALSE(allows(list, "https://x.example.com/"));
}

TEST(Egress, AClosedListSaysWhy) {
    EXPECT_EQ(EgressList::closed("Because.").refusal(url("https://a.example/")), "Because.");
}

TEST(Url, ReadsNothingButPlainWebAddresses) {
    for (const char* bad :
         {"", "ftp://a.example/", "file:///etc/passwd", "//a.example/", "a.example", "https://",
          "https://user:pw@a.example/", "https://user@a.example/", "https://a.example/\r\nX: y",
          "https://a.example/ x", "gopher://a/"})
        EXPECT_FALSE(Url::parse(bad)) << bad;
    EXPECT_FALSE(Url::parse("https://a.example/" + std::string(9000, 'x')));
}

TEST(Url, ANumberWrittenOddlyIsTheAddressItMeans) {
    EXPECT_EQ(url("http://0x7f.1:8080/a").host, "127.0.0.1");
    EXPECT_EQ(url("http://2130706433/").host, "127.0.0.1");
    EXPECT_EQ(url("http://[::1]:81/").host, "[::1]");
    EXPECT_EQ(url("http://A.Example./x#frag").text, "http://a.example/x");
}

TEST(Url, ResolvesWhereARedirectLeads) {
    const Url from = url("https://a.example/one/two?x=1");
    EXPECT_EQ(from.resolve("/three")->text, "https://a.example/three");
    EXPECT_EQ(from.resolve("three?y")->text, "https://a.example/one/three?y");
    EXPECT_EQ(from.resolve("//b.example/")->host, "b.example");
    EXPECT_EQ(from.resolve("http://b.example:81/")->port, 81);
    EXPECT_FALSE(from.resolve("file:///etc/passwd"));
    EXPECT_FALSE(from.resolve("https://user:pw@b.example/"));
}

TEST(Proxy, TheFirstRuleThatFitsDecides) {
    const auto rules = ProxyRules::parse(
        "*.corp.example=direct, ad.example=http://p2:8080, *=http://user:a=b@proxy:3128");
    ASSERT_TRUE(rules);
    EXPECT_EQ(rules->proxyOf(url("https://x.corp.example/")), "");
    EXPECT_EQ(rules->proxyOf(url("https://ad.example/")), "http://p2:8080");
    EXPECT_EQ(rules->proxyOf(url("https://other.example/")), "http://user:a=b@proxy:3128");
    EXPECT_EQ(ProxyRules::parse("http://p:1")->proxyOf(url("https://x/")), "http://p:1");
    EXPECT_EQ(ProxyRules().proxyOf(url("https://x/")), "");
    EXPECT_FALSE(ProxyRules::parse("proxy:3128"));
    EXPECT_FALSE(ProxyRules::parse("*=ftp://x"));
}

}  // namespace
}  // namespace tenantry::pluginhost::http
