// M and P: what is left behind, in memory and in words.
#include <csignal>
#include <random>

#include "plugins/sdk/kit/checks.h"
#include "plugins/sdk/kit/each_kind.h"
#include "plugins/sdk/kit/process_stats.h"

namespace tenantry::kit {

namespace {

using base::Json;

constexpr int kReadsBefore = 15;
constexpr int kReadsAfter = 60;
constexpr std::size_t kReadsRecords = 60'000;  // a large directory is read less often
constexpr std::uint64_t kGrowthKbMax = 2048;
constexpr int kKills = 4;
constexpr std::uint32_t kSeed = 20240611;
constexpr std::size_t kSecretBytesMin = 5;
constexpr std::size_t kPiiBytesMin = 6;
constexpr std::size_t kPiiValues = 300;

/// Reads until the end; the process is killed at record `at` of the whole read.
Reading readKilled(Trial& trial, const std::string& kind, std::size_t at) {
    Reading out;
    const bool pinned = trial.kindJson(kind)["cursor"].stringOr("durable") == "connection";
    std::string cursor;
    bool killed = false;
    for (int tries = 0; tries < 3; ++tries) {
        std::string why;
        const auto instance = trial.open(why);
        if (!instance) {
            out.failed = why;
            return out;
        }
        ReadPlan plan;
        plan.wish.kind = kind;
        plan.wish.budget = 1;
        plan.wish.cursor = cursor;
        plan.recordsMax = trial.recordsMax(kind);
        std::size_t seen = 0;
        plan.wish.onRecord = [&](std::size_t) {
            if (killed || ++seen < at) return;
            killed = true;
            ::kill(instance->process()->pid, SIGKILL);
        };
        Reading part = readAll(*instance, plan);
        for (auto& [id, one] : part.set) out.set[id] = std::move(one);
        out.failed = part.failed;
        out.status = part.status;
        if (part.status == TNY_OK) return out;
        // The kill may fall between two segments: then the next one finds its connection gone.
        const bool begunAnew = pinned && killed && part.status == TNY_E_CURSOR_EXPIRED;
        if (!begunAnew && part.status < pluginhost::kCrashed && part.status != TNY_E_UNAVAILABLE)
            return out;
        if (pinned)
            out.set.clear();  // the kernel begins again
        else if (!part.cursors.empty())
            cursor = part.cursors.back();
    }
    return out;
}

/// Texts that must not be seen, and what they are.
std::vector<std::pair<std::string, std::string>> secretsOf(Trial& trial) {
    std::vector<std::pair<std::string, std::string>> out;
    const auto add = [&](const Tenant& tenant) {
        for (const auto& [ref, value] : tenant.secrets)
            if (value.size() >= kSecretBytesMin)
                out.emplace_back(value, "the secret \"" + ref + "\"");
    };
    const Scenario& scenario = trial.scenario;
    add(scenario.tenant);
    if (scenario.wrongCredentials) add(*scenario.wrongCredentials);
    if (scenario.second) add(scenario.second->tenant);
    for (const auto& text : trial.subject.ear().secrets())
        if (text.size() >= kSecretBytesMin)
            out.emplace_back(text, "a secret that an action returned");
    return out;
}

/// Values of attributes that are personal, but not ids.
std::vector<std::string> personal(Trial& trial) {
    std::vector<std::string> out;
    for (const auto& kind : trial.kinds()) {
        const Json attributes = trial.kindJson(kind)["attributes"];
        for (const auto& [id, seen] : trial.baseline(kind).set) {
            const auto body = Json::parse(seen.body);
            if (!body || out.size() >= kPiiValues) break;
            for (const auto& [name, value] : body->members()) {
                const std::string text = value.stringOr("");
                if (attributes[name]["pii"].boolOr(false) && text.size() >= kPiiBytesMin &&
                    text != id)
                    out.push_back(text);
            }
        }
    }
    return out;
}

std::string inJson(const std::string& text) {
    base::JsonWriter writer;
    writer.string(text);
    const std::string quoted = std::move(writer).take();
    return quoted.substr(1, quoted.size() - 2);
}

bool holds(const std::string& text, const std::string& secret) {
    return text.find(secret) != std::string::npos || text.find(inJson(secret)) != std::string::npos;
}

/// The words around it, without it.
std::string around(const std::string& text, const std::string& secret) {
    const auto at = text.find(secret);
    if (at == std::string::npos) return {};
    const auto from = at < 60 ? 0 : at - 60;
    return text.substr(from, at - from) + "[here]";
}

}  // namespace

Verdict checkM1(Trial&) {
    return notApplicable(
        "A finished library cannot be instrumented: run your tests with "
        "-fsanitize=address,undefined.");
}

Verdict checkM2(Trial& trial) {
    if (trial.subject.descriptor().callsPerInstance <= 1)
        return notApplicable("Only one call at a time runs on an instance (per_instance is 1).");
    return notApplicable(
        "A finished library cannot be instrumented: run your tests with -fsanitize=thread.");
}

Verdict checkM3(Trial& trial) {
    const std::string kind = trial.mainKind();
    if (!trial.baseline(kind).failed.empty())
        return notApplicable("The plain read did not work, see R3.");
    std::string why;
    const auto instance = trial.open(why);
    if (!instance) return failed(why);
    const pid_t pid = instance->process()->pid;
    if (pid < 0) return notApplicable("The worker's process cannot be observed here.");
    const std::size_t size = std::max<std::size_t>(1, trial.baseline(kind).records);
    const int most = static_cast<int>(std::max<std::size_t>(3, kReadsRecords / size));
    const auto often = [&](int times) {
        for (int i = 0; i < std::min(times, most); ++i) {
            if (const Reading one = trial.read(*instance, kind); !one.failed.empty())
                why = one.failed;
            if (!trial.baseline(kind).order.empty())
                instance->get(kind, trial.baseline(kind).order.front());
            instance->check();
        }
    };
    often(kReadsBefore);
    const auto before = statsOf(pid);
    often(kReadsAfter);
    const auto after = statsOf(pid);
    if (!why.empty()) return failed("A read failed.", why);
    const std::string seen = std::to_string(before.residentKb) + " -> " +
                             std::to_string(after.residentKb) + " KiB over " +
                             counted(static_cast<std::size_t>(std::min(kReadsAfter, most)), "read");
    if (after.residentKb > before.residentKb + kGrowthKbMax)
        return failed("The process grew by reading.", seen);
    if (after.descriptors > before.descriptors + 2)
        return failed(
            "Reading leaves descriptors open.",
            std::to_string(before.descriptors) + " -> " + std::to_string(after.descriptors));
    return passed(seen + ".");
}

Verdict checkM4(Trial& trial) {
    std::mt19937 random(kSeed);
    return eachKind(trial, [&](const std::string& kind) -> Verdict {
        const Reading& whole = trial.baseline(kind);
        if (whole.records < 2) return notApplicable("There are fewer than two records.");
        for (int i = 0; i < kKills; ++i) {
            const std::size_t at = 1 + random() % (whole.records - 1);
            const Reading reading = readKilled(trial, kind, at);
            const std::string when =
                "killed at record " + std::to_string(at) + " of " + std::to_string(whole.records);
            if (!reading.failed.empty() && reading.status != TNY_OK)
                return failed("A read that was " + when + " could not be finished.",
                              reading.failed);
            if (auto what = idDifference(whole.set, reading.set); !what.empty())
                return failed("A read that was " + when + " ended with another set.", what);
        }
        return passed("killed " + std::to_string(kKills) + " times, always the same set.");
    });
}

Verdict checkP1(Trial& trial) {
    auto said = trial.subject.ear().all();
    said.emplace_back("kernel's log", trial.log.text());
    const auto secrets = secretsOf(trial);
    for (const auto& [what, text] : said)
        for (const auto& [secret, name] : secrets)
            if (holds(text, secret))
                return failed("The " + what + " holds " + name + ".", around(text, secret));
    for (const auto& kind : trial.kinds())
        for (const auto& [id, seen] : trial.baseline(kind).set)
            for (const auto& [secret, name] : secrets)
                if (holds(seen.body, secret))
                    return failed("The record " + id + " holds " + name + ".");
    for (const auto& value : personal(trial))
        for (const auto& [what, text] : said)
            if (what != "answer" && what != "kernel's log" && holds(text, value))
                return failed("The " + what + " holds a value that is marked \"pii\".",
                              around(text, value));
    return passed(counted(said.size(), "text") + " searched for " +
                  counted(secrets.size(), "secret") + " and personal values.");
}

}  // namespace tenantry::kit
