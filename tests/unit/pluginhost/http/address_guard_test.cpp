// Which addresses connectors may reach, by every way to write them.
#include "kernel/pluginhost/http/address_guard.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>
#include <string>

namespace tenantry::pluginhost::http {
namespace {

struct Case {
    const char* address;
    AddressClass what;
};

AddressClass classOf(const std::string& text) {
    sockaddr_storage storage{};
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
    } else {
        EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr), 1) << text;
        v6->sin6_family = AF_INET6;
    }
    return classify(reinterpret_cast<const sockaddr*>(&storage));
}

class AddressClasses : public ::testing::TestWithParam<Case> {};

TEST_P(AddressClasses, AreToldApart) {
    EXPECT_EQ(classOf(GetParam().address), GetParam().what) << GetParam().address;
}

using C = AddressClass;
INSTANTIATE_TEST_SUITE_P(
    All, AddressClasses,
    ::testing::Values(Case{"8.8.8.8", C::kPublic}, Case{"93.184.216.34", C::kPublic},
                      Case{"172.32.0.1", C::kPublic}, Case{"169.253.255.255", C::kPublic},
                      Case{"100.128.0.1", C::kPublic}, Case{"2606:4700::1111", C::kPublic},
                      Case{"10.0.0.1", C::kPrivate}, Case{"172.16.0.1", C::kPrivate},
                      Case{"172.31.255.255", C::kPrivate}, Case{"192.168.1.1", C::kPrivate},
                      Case{"100.64.0.1", C::kPrivate}, Case{"fd12:3456::1", C::kPrivate},
                      Case{"fec0::1", C::kPrivate}, Case{"127.0.0.1", C::kLoopback},
                      Case{"127.255.255.254", C::kLoopback}, Case{"::1", C::kLoopback},
                      Case{"::ffff:127.0.0.1", C::kLoopback}, Case{"::127.0.0.1", C::kLoopback},
                      Case{"64:ff9b::7f00:1", C::kLoopback}, Case{"2002:7f00:1::", C::kLoopback},
                      Case{"169.254.169.254", C::kLinkLocal}, Case{"169.254.0.1", C::kLinkLocal},
                      Case{"::ffff:169.254.169.254", C::kLinkLocal},
                      Case{"64:ff9b::a9fe:a9fe", C::kLinkLocal}, Case{"fe80::1", C::kLinkLocal},
                      Case{"febf::1", C::kLinkLocal}, Case{"fd00:ec2::254", C::kMetadata},
                      Case{"fd20:ce::254", C::kMetadata}, Case{"100.100.100.200", C::kMetadata},
                      Case{"168.63.129.16", C::kMetadata}, Case{"192.0.0.192", C::kMetadata},
                      Case{"::ffff:100.100.100.200", C::kMetadata}, Case{"0.0.0.0", C::kNoHost},
                      Case{"0.1.2.3", C::kNoHost}, Case{"::", C::kNoHost},
                      Case{"::ffff:0.0.0.0", C::kNoHost}, Case{"224.0.0.1", C::kNoHost},
                      Case{"255.255.255.255", C::kNoHost}, Case{"240.0.0.1", C::kNoHost},
                      Case{"ff02::1", C::kNoHost}, Case{"64:ff9b:1::1", C::kNoHost},
                      Case{"2001:0:1::1", C::kNoHost}));

TEST(AddressGuard, ASocketThatIsNoNetworkIsNoHost) {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    EXPECT_EQ(classify(reinterpret_cast<const sockaddr*>(&local)), C::kNoHost);
}

TEST(AddressGuard, EveryWayToWriteAnAddressIsTheSameAddress) {
    const AddressPolicy policy;
    for (const char* loopback : {"127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1",
                                 "[::1]", "::1", "[::ffff:127.0.0.1]"}) {
        const auto why = refusalOfLiteral(loopback, policy);
        ASSERT_TRUE(why) << loopback;
        EXPECT_NE(why->find("http-allow-loopback"), std::string::npos) << *why;
    }
    EXPECT_TRUE(refusalOfLiteral("2852039166", policy));  // 169.254.169.254
    EXPECT_FALSE(refusalOfLiteral("example.com", policy));
    EXPECT_FALSE(refusalOfLiteral("8.8.8.8", policy));
}

TEST(AddressGuard, ThePolicyOpensLoopbackAndClosesPrivate) {
    const AddressPolicy open{true, true};
    const AddressPolicy closed{false, false};
    EXPECT_FALSE(refusalOfLiteral("127.0.0.1", open));
    EXPECT_FALSE(refusalOfLiteral("10.1.2.3", open));
    EXPECT_TRUE(refusalOfLiteral("10.1.2.3", closed));
    EXPECT_TRUE(refusalOfLiteral("169.254.169.254", open));
    EXPECT_TRUE(refusalOfLiteral("fd00:ec2::254", open));
    EXPECT_TRUE(refusalOfLiteral("0.0.0.0", open));
}

}  // namespace
}  // namespace tenantry::pluginhost::http
