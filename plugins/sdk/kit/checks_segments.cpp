// R4, R5, R6, R10, R11, R14, C1, C2: how a read is cut, resumed and stopped.
#include <algorithm>
#include <array>
#include <thread>

#include "plugins/sdk/kit/checks.h"
#include "plugins/sdk/kit/each_kind.h"
#include "plugins/sdk/kit/process_stats.h"

namespace tenantry::kit {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kResumes = 8;
constexpr auto kQuickly = 1s;
constexpr std::size_t kSampleMemoryEvery = 5000;

Set withoutEtags(Set set) {
    for (auto& [id, seen] : set) seen.etag.clear();
    return set;
}

/// Reads in segments of `budget`; a kind whose cursor lives in a connection stays in one instance.
Reading inSegments(Trial& trial, const std::string& kind, std::uint32_t budget) {
    Reading out;
    std::string why;
    const auto instance = trial.open(why);
    if (!instance) {
        out.failed = why;
        return out;
    }
    return trial.read(*instance, kind, budget);
}

/// What of `reading` had come before cursor `i`.
Set before(const Reading& reading, std::size_t i) {
    Set out;
    for (std::size_t n = 0; n < reading.countAt[i]; ++n)
        if (const auto found = reading.set.find(reading.order[n]); found != reading.set.end())
            out.insert(*found);
    return out;
}

Verdict resumeAt(Trial& trial, const std::string& kind, const Reading& cut, std::size_t i) {
    std::string why;
    const auto instance = trial.open(why);
    if (!instance) return failed(why);
    ReadPlan plan;
    plan.wish.kind = kind;
    plan.wish.cursor = cut.cursors[i];
    plan.recordsMax = trial.recordsMax(kind);
    const Reading rest = readAll(*instance, plan);
    const std::string where =
        "checkpoint " + std::to_string(i + 1) + " of " + std::to_string(cut.cursors.size());
    if (!rest.failed.empty()) return failed("Resumed at " + where + " it failed.", rest.failed);
    Set all = before(cut, i);
    for (const auto& [id, seen] : rest.set) all[id] = seen;
    if (auto what = difference(withoutEtags(trial.baseline(kind).set), withoutEtags(all));
        !what.empty())
        return failed("Resumed at " + where + " the set is another.", what);
    const std::size_t left = cut.order.size() - cut.countAt[i];
    const std::size_t largest = i == 0 ? cut.countAt[0] : cut.countAt[i] - cut.countAt[i - 1];
    if (rest.records > left + largest && rest.records >= cut.order.size())
        return failed(
            "Resumed at " + where + " it begins again from the start.",
            counted(rest.records, "record") + " came, " + std::to_string(left) + " were left");
    return passed("");
}

/// A position that lives in a connection must be refused by another process.
Verdict refusedElsewhere(Trial& trial, const std::string& kind, const Reading& cut) {
    std::string why;
    const auto instance = trial.open(why);
    if (!instance) return failed(why);
    ListWish wish;
    wish.kind = kind;
    wish.cursor = cut.cursors[cut.cursors.size() / 2];
    const Answer answer = instance->list(wish);
    if (answer.status == TNY_E_CURSOR_EXPIRED)
        return passed("the position lives in its connection, and another process refuses it.");
    // Or it can do more than it promises.
    Set all = before(cut, cut.cursors.size() / 2);
    for (const auto& record : answer.records) all[record.id] = {"", record.body};
    if (answer.ok() && idDifference(trial.baseline(kind).set, all).empty())
        return passed("the position is accepted by another process, with the same set.");
    return failed("Another process does not refuse the position of a connection that is gone.",
                  answer.words());
}

/// The worker tells of a connector that calls a read complete although it knew of the stop.
bool saidCompleteAfterStop(Trial& trial) {
    const auto said = trial.subject.ear().all();
    return std::any_of(said.begin(), said.end(), [](const auto& one) {
        return one.second == "connector_said_complete_after_stop";
    });
}

Verdict stopsAt(Trial& trial, const Tenant& tenant, const std::string& kind, std::size_t k) {
    auto [instance, opened] = trial.subject.open(tenant);
    if (!instance) return failed("It could not be opened.", opened.words());
    ListWish wish;
    wish.kind = kind;
    wish.stopAfter = k;
    const Answer answer = instance->list(wish);
    const std::string at = "after stop at record " + std::to_string(k);
    if (saidCompleteAfterStop(trial))
        return failed("It says that the read is complete " + at + ".",
                      "It was told TNY_FLOW_STOP and returned TNY_OK.");
    if (answer.took > kQuickly)
        return failed("It took " + std::to_string(answer.took.count()) + " ms " + at + ".");
    if (answer.ok())
        return notApplicable(
            "The whole listing went out before a stop was heard; a \"large\" "
            "directory in the scenario makes this apply.");
    if (answer.status != TNY_MORE)
        return failed("It returned " + nameOf(answer.status) + " " + at + ", not MORE.",
                      answer.words());
    return passed("");
}

/// A deadline that passes while the call runs: what the host does to cancel it.
Verdict endsInTime(const Answer& answer, std::chrono::milliseconds given, const std::string& what) {
    const std::string seen = what + " with " + std::to_string(given.count()) + " ms returned " +
                             nameOf(answer.status) + " after " +
                             std::to_string(answer.took.count()) + " ms";
    if (answer.status == pluginhost::kKilled)
        return failed("It did not return and its process was killed.", seen);
    if (answer.took > given + kQuickly) return failed("It returned too late.", seen);
    return passed(seen + ".");
}

}  // namespace

Verdict checkR4(Trial& trial) {
    return eachKind(trial, [&](const std::string& kind) -> Verdict {
        const Set whole = withoutEtags(trial.baseline(kind).set);
        std::string seen;
        for (const std::uint32_t budget : std::array<std::uint32_t, 3>{1, 7, 100}) {
            const Reading cut = inSegments(trial, kind, budget);
            const std::string with = "With a budget of " + std::to_string(budget);
            if (!cut.failed.empty()) return failed(with + " the read failed.", cut.failed);
            if (auto what = difference(whole, withoutEtags(cut.set)); !what.empty())
                return failed(with + " the set is another.", what);
            if (cut.overBudget)
                return failed(
                    with + " it went on after the page that met it.",
                    counted(cut.records, "record") + " in " + counted(cut.segments, "segment"));
            seen += (seen.empty() ? "" : ", ") + counted(cut.segments, "segment");
        }
        return passed("the same set in " + seen + ".");
    });
}

Verdict checkR5(Trial& trial) {
    return eachKind(trial, [&](const std::string& kind) -> Verdict {
        const Reading cut = inSegments(trial, kind, 1);
        if (!cut.failed.empty()) return notApplicable("A read in segments did not work, see R4.");
        if (cut.cursors.empty())
            return notApplicable("The directory fits into one page, so there is no checkpoint.");
        if (trial.kindJson(kind)["cursor"].stringOr("durable") == "connection")
            return refusedElsewhere(trial, kind, cut);
        const std::size_t step = std::max<std::size_t>(1, cut.cursors.size() / kResumes);
        std::size_t tried = 0;
        for (std::size_t i = 0; i < cut.cursors.size(); i += step, ++tried)
            if (Verdict one = resumeAt(trial, kind, cut, i); one.outcome == Outcome::kFailed)
                return one;
        if (Verdict last = resumeAt(trial, kind, cut, cut.cursors.size() - 1);
            last.outcome == Outcome::kFailed)
            return last;
        return passed("resumed at " + std::to_string(tried + 1) + " of " +
                      counted(cut.cursors.size(), "checkpoint") + ".");
    });
}

Verdict checkR6(Trial& trial) {
    const Verdict small = eachKind(trial, [&](const std::string& kind) -> Verdict {
        const std::size_t total = trial.baseline(kind).set.size();
        if (total < 2) return notApplicable("There are fewer than two records.");
        for (const std::size_t k : {std::size_t{1}, total / 2, total - 1})
            if (Verdict one =
                    stopsAt(trial, trial.scenario.tenant, kind, std::max<std::size_t>(k, 1));
                one.outcome != Outcome::kPassed)
                return one;
        return passed("returns MORE when stopped.");
    });
    if (small.outcome == Outcome::kFailed || !trial.scenario.large) return small;
    const Verdict large = stopsAt(trial, trial.scenario.large->tenant, trial.mainKind(), 1);
    if (large.outcome != Outcome::kPassed) return large;
    return passed("A large directory returns MORE when stopped.");
}

Verdict checkR10(Trial& trial) {
    if (!trial.scenario.empty) return notApplicable("The scenario has no \"empty\" directory.");
    auto [instance, answer] = trial.subject.open(*trial.scenario.empty);
    if (!instance) return failed("It could not be opened.", answer.words());
    if (const Answer check = instance->check(); !check.ok())
        return failed("check of an empty directory ended with " + check.words() + ".");
    const Reading reading = trial.read(*instance, trial.mainKind());
    if (!reading.failed.empty()) return failed("The read failed.", reading.failed);
    if (!reading.set.empty())
        return failed("The empty directory has " + counted(reading.set.size(), "record") + ".",
                      reading.order.front());
    return passed("Complete, and nothing in it.");
}

Verdict checkR11(Trial& trial) {
    if (!trial.scenario.large) return notApplicable("The scenario has no \"large\" directory.");
    const auto& large = *trial.scenario.large;
    auto [instance, answer] = trial.subject.open(large.tenant);
    if (!instance) return failed("It could not be opened.", answer.words());
    ReadPlan plan;
    std::uint64_t peakKb = 0;
    const pid_t pid = instance->process()->pid;
    plan.wish.kind = trial.mainKind();
    plan.wish.deadline = base::Deadline::after(10min);
    plan.recordsMax = large.users * 2 + kSampleMemoryEvery;
    plan.wish.onRecord = [&](std::size_t n) {
        if (n % kSampleMemoryEvery == 1) peakKb = std::max(peakKb, statsOf(pid).residentKb);
    };
    const Reading reading = readAll(*instance, plan);
    const std::string seen = counted(reading.set.size(), "record") + ", at most " +
                             std::to_string(peakKb / 1024) + " MiB in the process";
    if (!reading.failed.empty()) return failed("The read failed.", reading.failed);
    if (reading.set.size() < large.users)
        return failed("Of " + std::to_string(large.users) + " records not all came.", seen);
    if (peakKb > large.memoryMb * 1024)
        return failed("The process grew beyond " + std::to_string(large.memoryMb) + " MiB.", seen);
    return passed(seen + ".");
}

Verdict checkR14(Trial& trial) {
    std::string why;
    const auto instance = trial.open(why);
    if (!instance) return failed(why);
    ListWish wish;
    wish.kind = "x.no.such.kind";
    if (const Answer list = instance->list(wish); list.status != TNY_E_UNSUPPORTED)
        return failed("list of a kind that does not exist ended with " + nameOf(list.status) +
                          ", not UNSUPPORTED.",
                      list.words());
    const std::string kind = trial.mainKind();
    if (!trial.kindJson(kind)["get"].boolOr(false))
        return passed("list of an unknown kind is UNSUPPORTED; get is not declared.");
    if (const Answer get = instance->get(wish.kind, "1"); get.status != TNY_E_UNSUPPORTED)
        return failed("get of a kind that does not exist ended with " + nameOf(get.status) +
                          ", not UNSUPPORTED.",
                      get.words());
    const Answer nobody = instance->get(kind, "no-such-id-7f3c");
    if (nobody.status != TNY_E_NOT_FOUND)
        return failed("get of an id that does not exist ended with " + nameOf(nobody.status) +
                          ", not NOT_FOUND.",
                      nobody.words());
    return passed("Unknown kinds are UNSUPPORTED, an unknown id is NOT_FOUND.");
}

Verdict checkC1(Trial& trial) {
    const std::string kind = trial.mainKind();
    std::string why;
    const auto warm = trial.open(why);
    if (!warm) return failed(why);
    warm->check();
    ListWish wish;
    wish.kind = kind;
    // Over before it begins.
    wish.deadline = base::Deadline::after(1ms);
    const Verdict before = endsInTime(warm->list(wish), 1ms, "A listing");
    if (before.outcome == Outcome::kFailed) return before;
    // In the middle: the host is in no hurry to take the records, until it wants no more at all.
    constexpr auto kGiven = 150ms;
    wish.deadline = base::Deadline::after(kGiven);
    wish.onRecord = [](std::size_t) { std::this_thread::sleep_for(5ms); };
    wish.budget = 1'000'000;
    const auto during = trial.open(why);
    if (!during) return failed(why);
    const Answer answer = during->list(wish);
    const Verdict middle = endsInTime(answer, kGiven, "A listing that is taken slowly");
    if (middle.outcome == Outcome::kFailed) return middle;
    if (trial.faults == nullptr || !trial.usesHostHttp())
        return passed(before.reason + " " + middle.reason);
    // While the backend does not answer.
    const auto waiting = trial.open(why);
    if (!waiting) return failed(why);
    trial.faults->arm(Fault::kSlow);
    wish = {};
    wish.kind = kind;
    wish.deadline = base::Deadline::after(kGiven);
    const Verdict slow =
        endsInTime(waiting->list(wish), kGiven, "A listing while the backend is slow");
    trial.faults->arm(Fault::kRateLimited);
    const auto pausing = trial.open(why);
    wish.deadline = base::Deadline::after(kGiven);
    const Answer paused = pausing ? pausing->list(wish) : Answer();
    trial.faults->disarm();
    if (slow.outcome == Outcome::kFailed) return slow;
    const Verdict pause =
        endsInTime(paused, kGiven, "A listing while the backend asks for a pause");
    if (pause.outcome == Outcome::kFailed) return pause;
    return passed(before.reason + " " + middle.reason + " " + slow.reason);
}

Verdict checkC2(Trial& trial) {
    const std::string kind = trial.mainKind();
    const Reading& whole = trial.baseline(kind);
    std::string why;
    const auto instance = trial.open(why);
    if (!instance) return failed(why);
    instance->check();
    std::string seen;
    const auto listed = [&](std::chrono::milliseconds given, const std::string& what) -> Verdict {
        ListWish wish;
        wish.kind = kind;
        wish.deadline = base::Deadline::after(given);
        const Answer answer = instance->list(wish);
        Verdict one = endsInTime(answer, given, what);
        if (one.outcome == Outcome::kFailed || !answer.ok() || !whole.failed.empty()) return one;
        Set got;
        for (const auto& record : answer.records) got[record.id] = {"", ""};
        if (auto missing = idDifference(whole.set, got); !missing.empty())
            return failed("A listing whose time ran out says that it is complete.", missing);
        return one;
    };
    for (const auto given : {2ms, 20ms, 100ms}) {
        const Verdict one = listed(given, "list");
        if (one.outcome == Outcome::kFailed) return one;
        seen += (seen.empty() ? "" : " ") + one.reason;
    }
    if (trial.faults == nullptr || !trial.usesHostHttp()) return passed(seen);
    trial.faults->arm(Fault::kSlow, /*from=*/2);
    const Verdict slow = listed(200ms, "list while the backend is slow");
    trial.faults->disarm();
    return slow.outcome == Outcome::kFailed ? slow : passed(seen + " " + slow.reason);
}

}  // namespace tenantry::kit
