// D: reading what changed since.
#include "plugins/sdk/kit/checks.h"
#include "plugins/sdk/kit/each_kind.h"

namespace tenantry::kit {

namespace {

constexpr const char* kGarbage = "garbage-7f3c-\xc3\xbc";

bool hasDelta(Trial& trial, const std::string& kind) {
    for (const auto& mode : trial.kindJson(kind)["list"].items())
        if (mode.stringOr("") == "delta") return true;
    return false;
}

Reading deltaFrom(Trial& trial, Instance& instance, const std::string& kind,
                  const std::string& position) {
    ReadPlan plan;
    plan.wish.kind = kind;
    plan.wish.delta = true;
    plan.wish.cursor = position;
    plan.recordsMax = trial.recordsMax(kind);
    return readAll(instance, plan);
}

/// What is known after a delta was laid over a full read.
Set applied(Set known, const Reading& delta) {
    for (const auto& [id, times] : delta.gone)
        if (delta.set.count(id) == 0) known.erase(id);
    for (const auto& [id, seen] : delta.set) known[id] = seen;
    return known;
}

Verdict eachDelta(Trial& trial, const std::function<Verdict(const std::string& kind)>& one) {
    return eachKind(trial, [&](const std::string& kind) -> Verdict {
        if (!hasDelta(trial, kind)) return notApplicable("No delta is declared.");
        trial.reset();
        trial.forget();
        const Verdict verdict = one(kind);
        trial.reset();
        return verdict;
    });
}

/// The commands that alter the backend, or why there are none.
std::string lacking(const Trial& trial) {
    const auto& backend = trial.scenario.backend;
    if (backend.create.empty() || backend.change.empty() || backend.remove.empty())
        return "The scenario has no backend.create, backend.change and backend.delete.";
    return {};
}

/// A full read that must hand over a position.
Verdict fullWithPosition(const Reading& full) {
    if (!full.failed.empty()) return failed("The full read failed.", full.failed);
    if (full.deltaCursor.empty())
        return failed(
            "A full read ends without reply(\"delta_cursor\"), so no delta can follow it.");
    return passed("");
}

/// Does `delta` lead from `full` to what is there now?
Verdict leadsToNow(Trial& trial, const std::string& kind, const Reading& full,
                   const Reading& delta) {
    if (!delta.failed.empty()) return failed("The delta failed.", delta.failed);
    trial.forget();
    const Reading& now = trial.baseline(kind);
    if (!now.failed.empty()) return failed("A new full read failed.", now.failed);
    if (auto what = difference(now.set, applied(full.set, delta)); !what.empty())
        return failed("The full read with the delta over it is not what is there now.", what);
    return passed("");
}

}  // namespace

Verdict checkD1(Trial& trial) {
    return eachDelta(trial, [&](const std::string& kind) -> Verdict {
        if (kind != trial.mainKind())
            return notApplicable("The commands alter the main kind only.");
        if (auto why = lacking(trial); !why.empty()) return notApplicable(why);
        std::string why;
        const auto instance = trial.open(why);
        if (!instance) return failed(why);
        ReadPlan plan;
        plan.wish.kind = kind;
        plan.wish.budget = 1;
        plan.recordsMax = trial.recordsMax(kind);
        const std::string id =
            trial.baseline(kind).order.empty() ? "" : trial.baseline(kind).order.front();
        bool done = false;
        plan.next = [&](const std::string&) {
            if (!done) {
                done = true;
                for (const auto& [text, of] :
                     {std::pair(trial.scenario.backend.change, id),
                      std::pair(trial.scenario.backend.create, std::string())})
                    if (const auto ran = trial.command(text, of); !ran) why = ran.error().message;
            }
            return instance.get();
        };
        const Reading full = readAll(*instance, plan);
        if (!why.empty()) return failed(why);
        if (!done) return notApplicable("The directory fits into one page.");
        if (Verdict one = fullWithPosition(full); one.outcome == Outcome::kFailed) return one;
        const Verdict verdict =
            leadsToNow(trial, kind, full, deltaFrom(trial, *instance, kind, full.deltaCursor));
        return verdict.outcome == Outcome::kFailed
                   ? verdict
                   : passed("a change and a new one in the middle are seen.");
    });
}

Verdict checkD2(Trial& trial) {
    return eachDelta(trial, [&](const std::string& kind) -> Verdict {
        if (kind != trial.mainKind())
            return notApplicable("The commands alter the main kind only.");
        if (auto why = lacking(trial); !why.empty()) return notApplicable(why);
        std::string why;
        const auto instance = trial.open(why);
        if (!instance) return failed(why);
        const Reading full = trial.read(*instance, kind);
        if (Verdict one = fullWithPosition(full); one.outcome == Outcome::kFailed) return one;
        if (full.order.size() < 2) return notApplicable("There are fewer than two records.");
        const auto& commands = trial.scenario.backend;
        const auto created = trial.command(commands.create);
        const auto changed = trial.command(commands.change, full.order[0]);
        const auto removed = trial.command(commands.remove, full.order[1]);
        for (const auto* one : {&created, &changed, &removed})
            if (!*one) return failed((*one).error().message);
        const Reading delta = deltaFrom(trial, *instance, kind, full.deltaCursor);
        if (Verdict one = leadsToNow(trial, kind, full, delta); one.outcome == Outcome::kFailed)
            return one;
        if (delta.set.count(full.order[0]) == 0)
            return failed("The changed record is not in the delta.");
        if (delta.gone.count(full.order[1]) == 0)
            return failed("The deleted record is not in the delta.");
        return passed("created, changed and deleted are seen.");
    });
}

Verdict checkD3(Trial& trial) {
    return eachDelta(trial, [&](const std::string& kind) -> Verdict {
        std::vector<std::string> positions = trial.scenario.expiredCursors;
        positions.emplace_back(kGarbage);
        for (const auto& position : positions) {
            std::string why;
            const auto instance = trial.open(why);
            if (!instance) return failed(why);
            ListWish wish;
            wish.kind = kind;
            wish.delta = true;
            wish.cursor = position;
            const Answer answer = instance->list(wish);
            if (answer.status != TNY_E_CURSOR_EXPIRED)
                return failed("A position that is unknown or expired ended with " +
                                  nameOf(answer.status) + ", not CURSOR_EXPIRED.",
                              "position \"" + position.substr(0, 80) + "\": " + answer.words());
        }
        return passed(counted(positions.size(), "position") + " refused.");
    });
}

Verdict checkD4(Trial& trial) {
    return eachDelta(trial, [&](const std::string& kind) -> Verdict {
        std::string why;
        const auto instance = trial.open(why);
        if (!instance) return failed(why);
        const Reading full = trial.read(*instance, kind);
        if (Verdict one = fullWithPosition(full); one.outcome == Outcome::kFailed) return one;
        const Reading delta = deltaFrom(trial, *instance, kind, full.deltaCursor);
        if (!delta.failed.empty()) return failed("The delta failed.", delta.failed);
        if (delta.records > 0)
            return failed("Nothing changed, and " + counted(delta.records, "record") + " came.",
                          delta.order.front());
        return passed("nothing changed, nothing came.");
    });
}

Verdict checkD5(Trial& trial) {
    return eachDelta(trial, [&](const std::string& kind) -> Verdict {
        std::string why;
        const auto instance = trial.open(why);
        if (!instance) return failed(why);
        const Reading full = trial.read(*instance, kind);
        if (Verdict one = fullWithPosition(full); one.outcome == Outcome::kFailed) return one;
        if (!trial.scenario.backend.change.empty() && !full.order.empty())
            if (const auto done = trial.command(trial.scenario.backend.change, full.order.front());
                !done)
                return failed(done.error().message);
        const Reading first = deltaFrom(trial, *instance, kind, full.deltaCursor);
        const Reading again = deltaFrom(trial, *instance, kind, full.deltaCursor);
        if (!first.failed.empty() || !again.failed.empty())
            return failed("A delta failed.", first.failed.empty() ? again.failed : first.failed);
        if (auto what = difference(applied(full.set, first), applied(full.set, again));
            !what.empty())
            return failed("The same position leads to another end the second time.", what);
        return passed("twice from one position: the same.");
    });
}

}  // namespace tenantry::kit
