// The kit must fail what is wrong: connectors with one seeded bug each, and the check that must see
// it. And it must pass what is right.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iomanip>
#include <random>

#include "plugins/sdk/kit/verify.h"
#include "tests/integration/kit/rest_directory.h"
#include "tests/integration/kit/trying.h"
#include "tests/support/child_process.h"

namespace tenantry::kit {
namespace {

constexpr const char* kScenario = R"({
  "name": "The reference connector",
  "backend": {"reset": "reset", "create": "create", "change": "change", "delete": "delete"},
  "config": {"base_url": "${url}/one", "token": {"$secret": "t0"}, "mutant": "${mutant}"},
  "secrets": {"t0": "t0ken-of-one"},
  "canaries": ["@one.example"],
  "wrong_credentials": {"secrets": {"t0": "not-the-token"}},
  "unreachable": {"config": {"base_url": "http://127.0.0.1:9/one"}},
  "bad_configs": [
    {"config": {"base_url": 7}, "pointer": "/base_url"},
    {"config": {"base_url": "${url}/one?x=1"}, "pointer": "/base_url"}],
  "empty": {"config": {"base_url": "${url}/empty"}, "secrets": {"t0": "t0ken-of-empty"}},
  "large": {"config": {"base_url": "${url}/large"}, "secrets": {"t0": "t0ken-of-large"}, "users": 20000, "memory_mb": 48},
  "second_tenant": {"config": {"base_url": "${url}/two"}, "secrets": {"t0": "t0ken-of-two"}, "canaries": ["@two.example"]},
  "expect": {"user": 25, "group": 2, "membership": {"at_least": 25}},
  "known": [{"id": "u07", "attributes": {"name": "Ünï Cødé 名前 \"'\\"}}, {"id": "u08", "attributes": {"phone": null}}],
  "expired_cursors": ["p999999"],
  "actions": [
    {"action": "user.suspend", "id": "u01", "state": {"status": "disabled"}, "outside": "u03", "effects": "effects"},
    {"action": "user.unsuspend", "id": "u10", "state": {"status": "enabled"}, "outside": "u03"},
    {"action": "user.edit", "id": "u02", "args": {"attributes": {"phone": "+1"}}, "state": {"phone": "+1"},
     "reverse_args": {"attributes": {"phone": "+49 30 2"}}, "effects": "effects"},
    {"action": "user.reset_password", "id": "u04", "effects": "effects"},
    {"action": "user.delete", "id": "u05", "gone": true},
    {"action": "x.reference.move", "id": "u06"}]
})";

/// What is seeded, the check that must fail, and the checks that are run for it.
struct Mutant {
    const char* name;
    const char* check;
    std::vector<std::string> run = {};
};

std::vector<Mutant> mutants() {
    return {
        {"leaks_memory", "L1"},
        {"leaks_descriptors", "L1"},
        {"leaks_tenant", "L2"},
        {"config_without_pointer", "L3"},
        {"auth_as_unavailable", "L4"},
        {"unreachable_as_internal", "L5"},
        {"leaves_thread", "L6"},
        {"writes_stdout", "L7"},
        {"changes_locale", "L8"},
        {"changes_environment", "L8"},
        {"wrong_kind", "R1"},
        {"wrong_type", "R1"},
        {"unknown_status", "R1"},
        {"undeclared_attribute", "R1"},
        {"missing_required", "R1"},
        {"id_changes", "R2"},
        {"drops_last_page", "R3"},
        {"repeats_page", "R3"},
        {"ignores_budget", "R4"},
        {"resume_skips", "R5"},
        {"resume_restarts", "R5"},
        {"resume_ends", "R5"},
        {"resume_ends", "M4"},
        {"ok_after_stop", "R6"},
        {"always_everything", "R7"},
        {"never_on_request", "R7"},
        {"ignores_filter", "R8"},
        {"mangles_unicode", "R9"},
        {"empty_is_error", "R10"},
        {"hoards", "R11"},
        {"constant_etag", "R12"},
        {"unstable_etag", "R12"},
        {"ignores_parent", "R13"},
        {"unknown_kind_ok", "R14"},
        {"unknown_id_unavailable", "R14"},
        {"ignores_cancel", "C1"},
        {"late_is_the_end", "C2"},
        {"no_retry_after", "F1"},
        {"errors_are_the_end", "F2"},
        {"errors_are_the_end", "F3"},
        {"errors_are_the_end", "F4"},
        {"errors_are_the_end", "F5"},
        {"errors_are_the_end", "F6"},
        {"no_loop_guard", "F7"},
        {"errors_are_the_end", "F8"},
        {"errors_are_the_end", "F9"},
        {"position_at_the_end", "D1"},
        {"no_deletes", "D2"},
        {"garbage_position", "D3"},
        {"delta_never_empty", "D4"},
        {"consumes_delta", "D5"},
        {"no_new_state", "A1"},
        {"keeps_the_password", "A1"},
        {"not_idempotent", "A2"},
        {"reverse_loses", "A3"},
        {"acts_outside", "A4"},
        {"ignores_etag", "A5"},
        {"dry_run_writes", "A6"},
        {"ignores_key", "A7"},
        {"lost_is_unavailable", "A8"},
        {"forgets_operations", "A9"},
        {"emits_intent", "A10"},
        {"grows", "M3"},
        {"secret_in_log", "P1", {"L6", "P1"}},
        {"secret_in_metric", "P1", {"L6", "P1"}},
        {"secret_in_error", "P1", {"R14", "P1"}},
        {"personal_in_error", "P1", {"R14", "P1"}},
        {"returned_secret_in_log", "P1", {"A1", "P1"}},
    };
}

class Conformance : public ::testing::Test {
  protected:
    base::Result<Report> run(const std::string& mutant, std::vector<std::string> only) {
        const Scenario scenario =
            scenarioOf(kScenario, {{"url", backend_.url()}, {"mutant", mutant}});
        ConformOptions options = optionsFor(TENANTRY_TEST_CONNECTORS "/test_reference.so");
        if (!only.empty()) options.only = std::move(only);
        return conform(options, scenario, &backend_);
    }
    static inline RestDirectory backend_;
};

TEST_F(Conformance, TheReferenceConnectorPassesEverythingAndIsCertified) {
    const auto report = run("", {});
    expectConforms(report);
    if (kSanitized) return;
    EXPECT_EQ(report->level(), "Certified");
    // Of a finished library without an older one, only these cannot be tried.
    std::vector<std::string> none;
    for (const auto& one : report->results)
        if (one.outcome == Outcome::kNotApplicable) none.emplace_back(one.check->name);
    EXPECT_EQ(none, (std::vector<std::string>{"S7", "M1", "M2"}));
}

TEST_F(Conformance, EveryMutantIsFailedByItsCheck) {
    std::cout << std::left << std::setw(26) << "mutant"
              << "check\n";
    for (const auto& mutant : mutants()) {
        if (meaningless(mutant.check)) continue;
        const auto only = mutant.run.empty() ? std::vector<std::string>{mutant.check} : mutant.run;
        const auto report = run(mutant.name, only);
        ASSERT_TRUE(report) << report.error().message;
        const CheckResult* result = report->find(mutant.check);
        ASSERT_NE(result, nullptr);
        std::cout << std::left << std::setw(26) << mutant.name << lineOf(*result) << " ("
                  << result->took.count() << " ms)" << std::endl;
        EXPECT_EQ(result->outcome, Outcome::kFailed)
            << mutant.name << " is not seen by " << mutant.check << ": " << result->reason;
    }
}

struct WrongFile {
    const char* name;
    const char* check;
    const char* against = "";
};

TEST(WrongFiles, EachIsFailedByItsCheckAndByNoOther) {
    const std::vector<WrongFile> all = {
        {"right", ""},
        {"extra_symbol", "S1"},
        {"no_entry", "S1"},
        {"unique_symbol", "S2"},
        {"executable_stack", "S2"},
        {"static_tls", "S2"},
        {"lazy_binding", "S2"},
        {"writable_relocations", "S2"},
        {"bad_descriptor", "S4"},
        {"unmarked_secret", "S5"},
        {"unsatisfiable", "S5"},
        {"bad_reverse", "S6"},
        {"lost_attribute", "S7", "right"},
        {"no_build_id", "S8"},
        {"own_search_path", "S8"},
    };
    const std::string folder = TENANTRY_WRONG_CONNECTORS "/";
    for (const auto& one : all) {
        ConformOptions options;
        options.file = folder + one.name + ".so";
        if (*one.against != 0) options.against = folder + one.against + ".so";
        const auto report = verify(options);
        ASSERT_TRUE(report) << one.name << ": " << report.error().message;
        std::string failed;
        for (const auto& result : report->results) {
            if (result.outcome != Outcome::kFailed) continue;
            // A unique symbol is an exported one, too.
            if (std::string(one.name) == "unique_symbol" && result.check->name == "S1") continue;
            failed += std::string(result.check->name);
            std::cout << std::left << std::setw(26) << one.name << lineOf(result) << std::endl;
        }
        EXPECT_EQ(failed, one.check) << one.name;
    }
}

TEST(WrongFiles, ADamagedFileIsReadOrRefusedAndNothingElse) {
    std::ifstream in(TENANTRY_WRONG_CONNECTORS "/right.so", std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    ASSERT_GT(whole.size(), 1000u);
    testing::TempFolder folder;
    const std::string path = (folder.path() / "damaged.so").string();
    std::mt19937 random(7);
    std::size_t refused = 0;
    for (int i = 0; i < 300; ++i) {
        std::string bytes = whole;
        if (i % 3 == 0) bytes.resize(random() % bytes.size());
        for (int n = 0; n < 8 && !bytes.empty(); ++n)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
        VerifyOptions options;
        options.file = path;
        refused += verifyFile(options) ? 0 : 1;
    }
    EXPECT_GT(refused, 50u);
}

TEST(WrongFiles, ANewerGlibcThanAllowedIsSeen) {
    if (kSanitized) GTEST_SKIP() << "A sanitizer's own symbols are in the file.";
    VerifyOptions options;
    options.file = TENANTRY_TEST_CONNECTORS "/test_reference.so";
    options.glibc = "2.2.5";
    const auto verdicts = verifyFile(options);
    ASSERT_TRUE(verdicts);
    for (const auto& [name, verdict] : *verdicts)
        EXPECT_EQ(verdict.outcome == Outcome::kFailed, name == "S3") << name << verdict.reason;
}

}  // namespace
}  // namespace tenantry::kit
