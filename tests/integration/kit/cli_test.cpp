// `tenantry connector verify` and `conform` as a vendor types them: exit codes, files, words.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/support/child_process.h"

namespace tenantry::kit {
namespace {

using testing::CommandResult;
using testing::TempFolder;

class ConnectorCommand : public ::testing::Test {
  protected:
    CommandResult run(const std::string& arguments) {
        testing::ChildProcess::Options options;
        options.command = {"/bin/sh", "-c",
                           std::string(TENANTRY_TEST_CLI) + " connector " + arguments};
        return testing::runCommand(options);
    }
    std::string write(const std::string& text) {
        const auto path = folder_.path() / "scenario.json";
        std::ofstream(path) << text;
        return path.string();
    }
    std::string read(const std::string& name) {
        std::ifstream in(folder_.path() / name);
        std::ostringstream out;
        out << in.rdbuf();
        return out.str();
    }
    const std::string memory_ = TENANTRY_TEST_CONNECTORS "/test_memory.so";
    TempFolder folder_;
};

TEST_F(ConnectorCommand, AConformingConnectorEndsWithZeroAndWritesItsReports) {
    const std::string scenario = write(R"({
      "backend": {"start": "echo users=25; echo ready; exec sleep 600"},
      "config": {"users": "${users:number}", "page": 10}, "expect": {"user": 25}})");
    const auto ended =
        run("conform " + memory_ + " --scenario " + scenario + " --only S4,S5,R3,R4,R5 --junit " +
            (folder_.path() / "out.xml").string() + " --html " +
            (folder_.path() / "out.html").string());
    EXPECT_EQ(ended.exitCode, 0) << ended.output;
    EXPECT_NE(ended.output.find("R4   passed"), std::string::npos) << ended.output;
    EXPECT_NE(read("out.xml").find("failures=\"0\""), std::string::npos);
    EXPECT_NE(read("out.html").find("<!doctype html>"), std::string::npos);
}

TEST_F(ConnectorCommand, ABadgeIsOnlyWrittenForALevelThatWasReached) {
    const auto copy = (folder_.path() / "test_memory.so").string();
    std::filesystem::copy_file(memory_, copy);
    std::ofstream(folder_.path() / "test_memory.conformance.json") << "of an earlier build";
    const std::string scenario = write(R"({"config": {"users": 25}, "expect": {"user": 25}})");
    const auto ended = run("conform " + copy + " --badge --scenario " + scenario + " --only R3");
    EXPECT_EQ(ended.exitCode, 0) << ended.output;
    EXPECT_NE(ended.output.find("No badge:"), std::string::npos) << ended.output;
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "test_memory.conformance.json"));
}

TEST_F(ConnectorCommand, AFailedCheckEndsWithOneAndAHint) {
    const std::string scenario = write(R"({"config": {"users": 25}, "expect": {"user": 26}})");
    const auto ended = run("conform " + memory_ + " --scenario " + scenario + " --only R3");
    EXPECT_EQ(ended.exitCode, 1) << ended.output;
    EXPECT_NE(ended.output.find("25 records came; the scenario says 26"), std::string::npos);
    EXPECT_NE(ended.output.find("Hint:"), std::string::npos);
}

TEST_F(ConnectorCommand, WhatIsWrongWithTheCommandEndsWithTwo) {
    const std::string scenario = write(R"({"config": {"users": 25}, "sekrets": {}})");
    const auto wrongKey = run("conform " + memory_ + " --scenario " + scenario);
    EXPECT_EQ(wrongKey.exitCode, 2) << wrongKey.output;
    EXPECT_NE(wrongKey.output.find("/sekrets"), std::string::npos) << wrongKey.output;
    EXPECT_EQ(run("conform " + memory_).exitCode, 2);
    EXPECT_EQ(run("conform /nowhere.so --scenario " + write(R"({"config": {}})")).exitCode, 2);
    EXPECT_EQ(run("conform " + memory_ + " --scenario " + write(R"({"config": {"users": 1}})") +
                  " --only R99")
                  .exitCode,
              2);
    EXPECT_EQ(run("verify /nowhere.so").exitCode, 2);
}

TEST_F(ConnectorCommand, VerifyLooksAtTheFileAlone) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "A sanitizer's own symbols are in the file.";
#endif
    const auto good = run("verify " + memory_ + " --against " + memory_);
    EXPECT_EQ(good.exitCode, 0) << good.output;
    EXPECT_NE(good.output.find("S7   passed"), std::string::npos) << good.output;
    EXPECT_EQ(run("conform --list").exitCode, 0);
}

}  // namespace
}  // namespace tenantry::kit
