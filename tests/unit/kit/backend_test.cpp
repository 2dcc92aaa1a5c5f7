#include "plugins/sdk/kit/backend.h"

#include <gtest/gtest.h>

namespace tenantry::kit {
namespace {

using namespace std::chrono_literals;

TEST(ShellBackend, WhatStartPrintsIsInTheEnvironmentOfLaterCommands) {
    ShellBackend backend("/tmp");
    const auto variables =
        backend.start("echo port=4711; echo noise; echo name=a=b; echo ready; exec sleep 60",
                      base::Deadline::after(20s));
    ASSERT_TRUE(variables) << variables.error().message;
    EXPECT_EQ(variables->at("port"), "4711");
    EXPECT_EQ(variables->at("name"), "a=b");
    const auto ran = backend.run("echo first; echo \"$port $id $(pwd)\"", {{"id", "u1"}});
    ASSERT_TRUE(ran) << ran.error().message;
    EXPECT_EQ(*ran, "4711 u1 /tmp");
}

TEST(ShellBackend, ABackendThatGoesOnTalkingIsNotHeldUp) {
    ShellBackend backend("/tmp");
    const auto started = backend.start(
        "echo ready; head -c 300000 /dev/zero; echo done > \"/tmp/tenantry-talk-$$\"; exec sleep "
        "60",
        base::Deadline::after(20s));
    ASSERT_TRUE(started) << started.error().message;
    const auto found = backend.run(
        "for i in $(seq 200); do ls /tmp/tenantry-talk-* && break; sleep 0.05; done; rm -f "
        "/tmp/tenantry-talk-*",
        {});
    ASSERT_TRUE(found);
    EXPECT_NE(found->find("tenantry-talk-"), std::string::npos);
}

TEST(ShellBackend, ABackendThatEndsBeforeItIsReadyIsSaidInItsOwnWords) {
    ShellBackend backend("/tmp");
    const auto started = backend.start("echo 'no python here'; exit 1", base::Deadline::after(20s));
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().message.find("ready"), std::string::npos);
}

TEST(ShellBackend, ACommandThatFailsIsNamedWithItsLastWords) {
    ShellBackend backend("/tmp");
    const auto ran = backend.run("echo nobody of that id >&2; exit 3", {});
    ASSERT_FALSE(ran);
    EXPECT_NE(ran.error().message.find("exit 3"), std::string::npos);
    EXPECT_NE(ran.error().message.find("nobody of that id"), std::string::npos);
}

}  // namespace
}  // namespace tenantry::kit
