// L: opening, closing, and what a connector does to others in its process.
#include <algorithm>
#include <thread>

#include "kernel/pluginhost/descriptor_check.h"
#include "plugins/sdk/kit/checks.h"
#include "plugins/sdk/kit/process_stats.h"

namespace tenantry::kit {

namespace {

using namespace std::chrono_literals;

constexpr int kWarmUp = 200;
constexpr int kOpens = 1000;
constexpr std::uint64_t kGrowthKbMax = 1536;
constexpr std::uint64_t kDescriptorsMore = 4;
constexpr auto kThreadsEndWithin = 2s;

/// Opens and closes; the last close may still be under way.
std::string openOften(Trial& trial, const ProcessRef& process, int times) {
    std::string why;
    for (int i = 0; i < times; ++i)
        if (!trial.open(why, process)) return why;
    return {};
}

bool holds(const std::string& text, const std::vector<std::string>& canaries, std::string& which) {
    for (const auto& canary : canaries) {
        if (text.find(canary) == std::string::npos) continue;
        which = canary;
        return true;
    }
    return false;
}

/// The first record that holds one of the canaries.
std::string leakedRecord(const Set& set, const std::vector<std::string>& canaries) {
    std::string which;
    for (const auto& [id, seen] : set)
        if (holds(id, canaries, which) || holds(seen.body, canaries, which))
            return "record " + id + " holds \"" + which + "\"";
    return {};
}

/// Reads both in turns, one page each.
void readInTurns(Trial& trial, Instance& a, Instance& b, Reading& ofA, Reading& ofB) {
    ReadPlan plan;
    plan.wish.kind = trial.mainKind();
    plan.wish.budget = 1;
    plan.recordsMax = trial.recordsMax(plan.wish.kind);
    ListWish other = plan.wish;
    bool ended = false;
    const auto oneOfB = [&] {
        if (ended) return;
        const Answer segment = b.list(other);
        for (const auto& record : segment.records) ofB.set[record.id] = {record.etag, record.body};
        ended = segment.status != TNY_MORE || segment.checkpoints.empty();
        if (ended && segment.status != TNY_OK) ofB.failed = segment.words();
        if (!segment.checkpoints.empty()) other.cursor = segment.checkpoints.back().second;
    };
    oneOfB();
    plan.next = [&](const std::string&) {
        oneOfB();
        return &a;
    };
    ofA = readAll(a, plan);
    while (!ended && ofB.set.size() < plan.recordsMax) oneOfB();
}

Verdict compareTenants(Trial& trial, Instance& a, Instance& b, const Reading& ofA,
                       const Reading& ofB) {
    const auto& second = *trial.scenario.second;
    if (auto leak = leakedRecord(ofA.set, second.canaries); !leak.empty())
        return failed("The first tenant was shown what only the second has.", leak);
    if (auto leak = leakedRecord(ofB.set, trial.scenario.canaries); !leak.empty())
        return failed("The second tenant was shown what only the first has.", leak);
    if (!ofA.failed.empty() || !ofB.failed.empty())
        return failed("The two tenants could not be read in turns.",
                      ofA.failed.empty() ? ofB.failed : ofA.failed);
    if (leakedRecord(ofB.set, second.canaries).empty())
        return failed("The second tenant's own canaries do not appear in it: correct the scenario.",
                      second.canaries.front());
    for (const auto& [id, seen] : ofB.set) {
        if (ofA.set.count(id) != 0) continue;
        if (trial.kindJson(trial.mainKind())["get"].boolOr(true))
            if (a.get(trial.mainKind(), id).ok())
                return failed("get() of the first tenant gives a record of the second.", id);
        break;
    }
    (void)b;
    return passed(std::to_string(ofA.set.size()) + " and " + std::to_string(ofB.set.size()) +
                  " records read in turns in one process, and nothing of one in the other.");
}

/// What the connector said of a call that must be refused as `wanted`.
Verdict refusedAs(tny_status wanted, const Answer& answer, const std::string& what) {
    if (answer.status == wanted) return passed(what + " ended with " + answer.words() + ".");
    return failed(
        what + " ended with " + nameOf(answer.status) + " instead of " + nameOf(wanted) + ".",
        answer.words());
}

Verdict checkBadConfig(Trial& trial, const BadConfig& bad) {
    const std::string at = "A configuration that is wrong at " + bad.pointer;
    const auto schema = pluginhost::checkConfig(trial.subject.descriptor(), bad.tenant.configJson);
    if (!schema) {
        const std::string& pointer = schema.error().pointer;
        // A missing member is told of its parent, by its name.
        const bool parent = bad.pointer.rfind(pointer + "/", 0) == 0;
        if (pointer == bad.pointer || parent)
            return passed(at + " is refused by the descriptor's schema.");
        return failed(at + " is refused by the schema, but at \"" + pointer + "\".",
                      schema.error().message);
    }
    auto [instance, answer] = trial.subject.open(bad.tenant);
    if (instance) answer = instance->check();
    const Verdict verdict = refusedAs(TNY_E_CONFIG, answer, at);
    if (verdict.outcome == Outcome::kFailed) return verdict;
    if (answer.failure.pointer != bad.pointer)
        return failed(
            at + " is refused, but the field to blame is \"" + answer.failure.pointer + "\".",
            answer.words());
    return verdict;
}

}  // namespace

Verdict checkL1(Trial& trial) {
    const ProcessRef process = trial.subject.freshProcess();
    if (auto why = openOften(trial, process, kWarmUp); !why.empty())
        return failed("It could not be opened " + std::to_string(kWarmUp) + " times.", why);
    if (process->pid < 0) return notApplicable("The worker's process cannot be observed here.");
    std::this_thread::sleep_for(50ms);
    const ProcessStats before = statsOf(process->pid);
    if (auto why = openOften(trial, process, kOpens - kWarmUp); !why.empty())
        return failed("It could not be opened " + std::to_string(kOpens) + " times.", why);
    std::this_thread::sleep_for(50ms);
    const ProcessStats after = statsOf(process->pid);
    const std::uint64_t grown =
        after.residentKb > before.residentKb ? after.residentKb - before.residentKb : 0;
    const std::string seen =
        "memory " + std::to_string(before.residentKb) + " -> " + std::to_string(after.residentKb) +
        " KiB, descriptors " + std::to_string(before.descriptors) + " -> " +
        std::to_string(after.descriptors) + ", threads " + std::to_string(before.threads) + " -> " +
        std::to_string(after.threads);
    if (grown > kGrowthKbMax)
        return failed("Memory grew by " + std::to_string(grown) + " KiB over " +
                          std::to_string(kOpens - kWarmUp) + " times open and close.",
                      seen);
    if (after.descriptors > before.descriptors + kDescriptorsMore)
        return failed("Descriptors were left open.", seen);
    if (after.threads > before.threads + kDescriptorsMore)
        return failed("Threads were left running.", seen);
    return passed(std::to_string(kOpens) + " times: " + seen + ".");
}

Verdict checkL2(Trial& trial) {
    if (!trial.scenario.second) return notApplicable("The scenario has no \"second_tenant\".");
    const ProcessRef process = trial.subject.freshProcess();
    std::string why;
    const auto a = trial.open(why, process);
    if (!a) return failed("The first tenant could not be opened.", why);
    auto [b, answer] = trial.subject.open(trial.scenario.second->tenant, process);
    if (!b) return failed("The second tenant could not be opened.", answer.words());
    Reading ofA;
    Reading ofB;
    readInTurns(trial, *a, *b, ofA, ofB);
    const Verdict verdict = compareTenants(trial, *a, *b, ofA, ofB);
    if (verdict.outcome == Outcome::kFailed) return verdict;
    // Once more in the other order: what the second left behind must not reach the first.
    const Reading again = trial.read(*a, trial.mainKind());
    if (auto leak = leakedRecord(again.set, trial.scenario.second->canaries); !leak.empty())
        return failed("The first tenant was shown what only the second has.", leak);
    return verdict;
}

Verdict checkL3(Trial& trial) {
    if (trial.scenario.badConfigs.empty())
        return notApplicable("The scenario has no \"bad_configs\".");
    for (const auto& bad : trial.scenario.badConfigs)
        if (Verdict one = checkBadConfig(trial, bad); one.outcome == Outcome::kFailed) return one;
    return passed(std::to_string(trial.scenario.badConfigs.size()) +
                  " wrong configurations are refused, each at its field.");
}

Verdict checkL4(Trial& trial) {
    if (!trial.scenario.wrongCredentials)
        return notApplicable("The scenario has no \"wrong_credentials\".");
    auto [instance, answer] = trial.subject.open(*trial.scenario.wrongCredentials);
    if (!instance) return refusedAs(TNY_E_AUTH, answer, "open with wrong credentials");
    const Verdict check = refusedAs(TNY_E_AUTH, instance->check(), "check with wrong credentials");
    if (check.outcome == Outcome::kFailed) return check;
    ListWish wish;
    wish.kind = trial.mainKind();
    return refusedAs(TNY_E_AUTH, instance->list(wish), "list with wrong credentials");
}

Verdict checkL5(Trial& trial) {
    if (!trial.scenario.unreachable) return notApplicable("The scenario has no \"unreachable\".");
    auto [instance, answer] = trial.subject.open(*trial.scenario.unreachable);
    if (!instance) return refusedAs(TNY_E_UNAVAILABLE, answer, "open without a backend");
    const Verdict check =
        refusedAs(TNY_E_UNAVAILABLE, instance->check(), "check without a backend");
    if (check.outcome == Outcome::kFailed) return check;
    ListWish wish;
    wish.kind = trial.mainKind();
    return refusedAs(TNY_E_UNAVAILABLE, instance->list(wish), "list without a backend");
}

Verdict checkL6(Trial& trial) {
    const ProcessRef process = trial.subject.freshProcess();
    const auto session = [&]() -> std::string {
        std::string why;
        const auto instance = trial.open(why, process);
        if (!instance) return why;
        instance->check();
        trial.read(*instance, trial.mainKind());
        return {};
    };
    if (auto why = session(); !why.empty()) return failed("It could not be opened.", why);
    if (process->pid < 0) return notApplicable("The worker's process cannot be observed here.");
    std::this_thread::sleep_for(100ms);
    const auto before = statsOf(process->pid).threads;
    for (int i = 0; i < 3; ++i)
        if (auto why = session(); !why.empty()) return failed("It could not be opened.", why);
    const auto deadline = base::Deadline::after(kThreadsEndWithin);
    auto after = statsOf(process->pid).threads;
    while (after > before && !deadline.passed()) {
        std::this_thread::sleep_for(20ms);
        after = statsOf(process->pid).threads;
    }
    const std::string seen =
        std::to_string(before) + " threads before, " + std::to_string(after) + " after";
    if (after > before) return failed("Threads outlive the instance that made them.", seen);
    return passed("Three more sessions: " + seen + ".");
}

Verdict checkL7(Trial& trial) {
    const std::string& words = trial.manners();
    if (words.find("standard output") == std::string::npos)
        return passed("A whole session wrote nothing to standard output.");
    return failed("It wrote to standard output.", words);
}

Verdict checkL8(Trial& trial) {
    std::string words = trial.manners();
    // "N bytes to standard output" is L7's.
    for (const char* what : {"locale", "environment", "umask", "folder", "SIG"})
        if (words.find(what) != std::string::npos)
            return failed("It changed its process, and with it every other connection.", words);
    return passed("Environment, locale, signal handlers, umask and folder are as they were.");
}

}  // namespace tenantry::kit
