// F: what the network can do, put under the host's own HTTP client.
#include <algorithm>

#include "plugins/sdk/kit/checks.h"
#include "plugins/sdk/kit/each_kind.h"

namespace tenantry::kit {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kRetryAfterMs = 7000;  // Fault::kRateLimited says 7 s
constexpr int kRequestsMax = 200;

using Statuses = std::vector<tny_status>;

std::string named(const Statuses& all) {
    std::string out;
    for (const auto status : all) out += (out.empty() ? "" : " or ") + nameOf(status);
    return out;
}

/// Why no fault can be put in the way; empty when it can.
std::string unreachable(const Trial& trial) {
    if (!trial.usesHostHttp())
        return "The connector has a network of its own (egress is not host-http).";
    if (trial.faults == nullptr) return "This build of the kit has no HTTP client.";
    return {};
}

/// How many requests a plain read takes.
int requestsOf(Trial& trial, const std::string& kind) {
    std::string why;
    const auto instance = trial.open(why);
    trial.faults->disarm();
    if (instance) trial.read(*instance, kind);
    return trial.faults->seen();
}

struct Shot {
    Fault fault;
    Statuses allowed;
    int from = 0;
    int times = 1'000'000;
    std::chrono::milliseconds within{20'000};
};

/// One read under a fault, and then the rest of it without.
struct Hit {
    Reading reading;
    Answer last;
    int requests = 0;
};

Hit readUnder(Trial& trial, Instance& instance, const Shot& shot) {
    Hit out;
    ListWish wish;
    wish.kind = trial.mainKind();
    wish.budget = 1;
    trial.faults->arm(shot.fault, shot.from, shot.times);
    std::set<std::string> positions;
    for (;;) {
        wish.deadline = base::Deadline::after(shot.within);
        out.last = instance.list(wish);
        for (const auto& record : out.last.records) {
            out.reading.set[record.id] = {record.etag, record.body};
            out.reading.order.push_back(record.id);
        }
        if (!out.last.checkpoints.empty()) wish.cursor = out.last.checkpoints.back().second;
        const bool goesOn = out.last.status == TNY_MORE && !out.last.checkpoints.empty();
        if (!goesOn || !positions.insert(wish.cursor).second) break;
        if (trial.faults->seen() > kRequestsMax) break;
    }
    out.requests = trial.faults->seen();
    out.reading.deltaCursor = wish.cursor;  // where to go on
    trial.faults->disarm();
    return out;
}

/// After the fault is over, the rest must complete the set.
Verdict completes(Trial& trial, const Hit& hit) {
    std::string why;
    const auto instance = trial.open(why);
    if (!instance) return failed(why);
    ReadPlan plan;
    plan.wish.kind = trial.mainKind();
    plan.wish.cursor = hit.reading.deltaCursor;
    plan.recordsMax = trial.recordsMax(plan.wish.kind);
    const Reading rest = readAll(*instance, plan);
    if (!rest.failed.empty()) return failed("Afterwards the read cannot go on.", rest.failed);
    Set all = hit.reading.set;
    for (const auto& [id, seen] : rest.set) all[id] = seen;
    if (auto what = idDifference(trial.baseline(plan.wish.kind).set, all); !what.empty())
        return failed("Resumed afterwards, the set is another.", what);
    return passed("");
}

Verdict judge(Trial& trial, const Hit& hit, const Shot& shot) {
    const std::string seen = hit.last.words() + " after " +
                             counted(hit.reading.order.size(), "record") + " and " +
                             counted(static_cast<std::size_t>(hit.requests), "request");
    if (hit.last.status == pluginhost::kKilled || hit.last.status == pluginhost::kCrashed)
        return failed("The process died or had to be killed.", seen);
    if (hit.last.ok()) {
        if (auto what = idDifference(trial.baseline(trial.mainKind()).set, hit.reading.set);
            !what.empty())
            return failed("It says that the read is complete although the network failed.",
                          what + "; " + seen);
        return passed("It went on by itself.");
    }
    if (std::find(shot.allowed.begin(), shot.allowed.end(), hit.last.status) == shot.allowed.end())
        return failed(
            "It ended with " + nameOf(hit.last.status) + ", not " + named(shot.allowed) + ".",
            seen);
    if (Verdict rest = completes(trial, hit); rest.outcome == Outcome::kFailed) return rest;
    return passed(seen + ".");
}

/// The fault at the first request and, where there are more, in the middle.
Verdict shoot(Trial& trial, Shot shot, bool onlyInTheMiddle = false,
              const std::function<Verdict(const Hit&)>& also = {}) {
    if (auto why = unreachable(trial); !why.empty()) return notApplicable(why);
    const std::string kind = trial.mainKind();
    if (!trial.baseline(kind).failed.empty())
        return notApplicable("The plain read did not work, see R3.");
    const int requests = requestsOf(trial, kind);
    if (requests == 0) return notApplicable("A read sends no request through the host.");
    if (onlyInTheMiddle && requests < 2)
        return notApplicable("A read is a single request, so there is no middle.");
    std::string seen;
    for (const int from : {0, requests > 1 ? std::max(1, requests / 2) : 0}) {
        if (onlyInTheMiddle && from == 0) continue;
        std::string why;
        const auto instance = trial.open(why);
        if (!instance) return failed(why);
        shot.from = from;
        const Hit hit = readUnder(trial, *instance, shot);
        Verdict verdict = judge(trial, hit, shot);
        if (verdict.outcome != Outcome::kFailed && also) {
            const Verdict more = also(hit);
            if (more.outcome == Outcome::kFailed) verdict = more;
        }
        if (verdict.outcome == Outcome::kFailed) {
            verdict.evidence += (verdict.evidence.empty() ? "" : "\n") +
                                std::string("The fault came at request ") +
                                std::to_string(from + 1) + " of " + std::to_string(requests) + ".";
            return verdict;
        }
        if (seen.find(verdict.reason) == std::string::npos)
            seen += (seen.empty() ? "" : " ") + verdict.reason;
    }
    return passed(seen);
}

/// The first failure, or the second's words.
Verdict both(Verdict first, const std::function<Verdict()>& second) {
    if (first.outcome != Outcome::kPassed) return first;
    return second();
}

}  // namespace

Verdict checkF1(Trial& trial) {
    return shoot(
        trial, {Fault::kRateLimited, {TNY_E_RATE_LIMITED}}, false, [](const Hit& hit) -> Verdict {
            if (hit.last.status != TNY_E_RATE_LIMITED) return passed("");
            const auto after = hit.last.failure.retryAfterMs;
            if (after >= kRetryAfterMs - 2000 && after <= kRetryAfterMs + 3000) return passed("");
            return failed("The backend asked for a pause of 7 s; the connector says " +
                          (after < 0 ? std::string("none") : std::to_string(after) + " ms") + ".");
        });
}

Verdict checkF2(Trial& trial) {
    return both(shoot(trial, {Fault::kServerError, {TNY_E_UNAVAILABLE}}), [&] {
        return shoot(trial, {Fault::kBusy, {TNY_E_UNAVAILABLE, TNY_E_RATE_LIMITED}});
    });
}

Verdict checkF3(Trial& trial) {
    return both(shoot(trial, {Fault::kLostBefore, {TNY_E_UNAVAILABLE, TNY_E_TIMEOUT}}), [&] {
        return shoot(trial, {Fault::kLostAfter, {TNY_E_UNAVAILABLE, TNY_E_TIMEOUT}});
    });
}

Verdict checkF4(Trial& trial) {
    return shoot(trial, {Fault::kTruncated, {TNY_E_DATA, TNY_E_UNAVAILABLE}});
}

Verdict checkF5(Trial& trial) {
    constexpr auto kGiven = 300ms;
    return shoot(
        trial,
        {Fault::kSlow, {TNY_E_TIMEOUT, TNY_E_CANCELLED, TNY_E_UNAVAILABLE}, 0, 1'000'000, kGiven},
        false, [&](const Hit& hit) -> Verdict {
            if (hit.last.took <= kGiven + 1000ms) return passed("");
            return failed("Given " + std::to_string(kGiven.count()) + " ms it took " +
                          std::to_string(hit.last.took.count()) + " ms.");
        });
}

Verdict checkF6(Trial& trial) {
    return shoot(
        trial,
        {Fault::kRedirectLoop, {TNY_E_DATA, TNY_E_UNAVAILABLE, TNY_E_CONFIG, TNY_E_PERMISSION}},
        false, [](const Hit& hit) -> Verdict {
            if (hit.requests <= kRequestsMax) return passed("");
            return failed("It followed the redirect " + std::to_string(hit.requests) + " times.");
        });
}

Verdict checkF7(Trial& trial) {
    return shoot(trial, {Fault::kRepeatedPage, {TNY_E_DATA, TNY_E_UNAVAILABLE}},
                 /*onlyInTheMiddle=*/true);
}

Verdict checkF8(Trial& trial) {
    return shoot(trial, {Fault::kTls, {TNY_E_UNAVAILABLE, TNY_E_CONFIG}});
}

Verdict checkF9(Trial& trial) {
    return both(shoot(trial, {Fault::kUnauthorized, {TNY_E_AUTH}}, /*onlyInTheMiddle=*/true), [&] {
        Shot once{Fault::kUnauthorized, {TNY_E_AUTH}};
        once.times = 1;
        return shoot(trial, once, /*onlyInTheMiddle=*/true);
    });
}

}  // namespace tenantry::kit
