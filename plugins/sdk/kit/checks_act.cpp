// A: actions, by the samples of the scenario.
#include <algorithm>
#include <thread>

#include "plugins/sdk/kit/checks.h"
#include "plugins/sdk/kit/each_kind.h"

namespace tenantry::kit {

namespace {

using base::Json;
using namespace std::chrono_literals;

constexpr auto kPollFor = 30s;
constexpr auto kPollEvery = 50ms;

/// One sample, in a connection of its own, from a clean start.
class Run {
  public:
    Run(Trial& trial, const ActionSample& sample)
        : trial_(trial), sample_(sample), spec_(trial.subject.json()["actions"][sample.action]) {
        trial.reset();
        if (!sample.prepare.empty())
            if (const auto done = trial.command(sample.prepare, sample.id); !done)
                trouble = done.error().message;
        instance = trial.open(trouble);
        if (trouble.empty() && trial.scenario.backend.reset.empty()) restore();
        if (trouble.empty()) before = fetch();
    }

    [[nodiscard]] std::string kind() const { return spec_["kind"].stringOr("user"); }
    [[nodiscard]] const Json& spec() const { return spec_; }

    ActWish wish(const std::string& key) const {
        ActWish out;
        out.action = sample_.action;
        out.kind = kind();
        out.id = sample_.id;
        out.argsJson = sample_.argsJson;
        out.key = "conformance-" + key + "-" + std::to_string(++keys_);
        return out;
    }

    /// Performs, and polls until it is done.
    Answer perform(const ActWish& wish) { return finished(instance->perform(wish)); }

    Answer finished(Answer answer) {
        const auto operation = answer.replies.find("operation_id");
        if (answer.status != TNY_PENDING || operation == answer.replies.end()) return answer;
        const auto deadline = base::Deadline::after(kPollFor);
        Answer last = answer;
        while (last.status == TNY_PENDING && !deadline.passed()) {
            std::this_thread::sleep_for(kPollEvery);
            last = instance->poll(unquoted(operation->second));
        }
        return last;
    }

    /// The record as it is now; empty when there is none.
    std::optional<Seen> fetch() {
        trial_.forget();
        if (sample_.id.empty()) return {};
        const Answer answer = instance->get(kind(), sample_.id);
        if (!answer.ok() || answer.records.empty()) return {};
        return Seen{answer.records.front().etag, answer.records.front().body};
    }

    /// What is wrong with the state of `answer`; empty when nothing.
    std::string wrongState(const Answer& answer) const {
        if (!answer.ok()) return "it ended with " + answer.words();
        const Record* mine = nullptr;
        for (const auto& record : answer.records)
            if (sample_.id.empty() || record.id == sample_.id) mine = &record;
        if (mine == nullptr) return "it emitted no record of " + sample_.id;
        if (sample_.gone) return {};
        const auto body = Json::parse(mine->body);
        if (!body) return "it emitted a body that is no JSON";
        for (const auto& [name, value] : sample_.state.members())
            if ((*body)[name].text() != value.text())
                return "\"" + name + "\" is " +
                       ((*body)[name].missing() ? "absent" : (*body)[name].text()) + ", not " +
                       value.text();
        return {};
    }

    std::unique_ptr<Instance> instance;
    std::optional<Seen> before;
    std::string trouble;

  private:
    /// Without a reset: brings back what an earlier check did, by the declared reverse.
    void restore() {
        const std::string reverse = spec_["reverse"].stringOr("");
        const auto now = fetch();
        if (reverse.empty() || !now || sample_.state.missing()) return;
        const auto body = Json::parse(now->body);
        for (const auto& [name, value] : sample_.state.members())
            if (!body || (*body)[name].text() != value.text()) return;
        ActWish wish = this->wish("restore");
        wish.action = reverse;
        wish.argsJson = sample_.reverseArgs.empty() ? sample_.argsJson : sample_.reverseArgs;
        perform(wish);
    }

    Trial& trial_;
    const ActionSample& sample_;
    const Json spec_;
    static inline int keys_ = 0;
};

/// Whether a sample can be done again: a deleted record needs a reset.
bool repeatable(const Trial& trial, const ActionSample& sample) {
    return !sample.gone || !trial.scenario.backend.reset.empty() || !sample.prepare.empty();
}

/// Runs `one` for each sample; the first failure counts.
Verdict eachSample(Trial& trial, const std::string& none,
                   const std::function<Verdict(Run&, const ActionSample&)>& one,
                   bool onceIsEnough = false) {
    if (trial.subject.json()["actions"].size() == 0) return notApplicable("No action is declared.");
    Verdict out =
        notApplicable(trial.scenario.actions.empty() ? "The scenario has no \"actions\"." : none);
    std::string seen;
    for (const auto& sample : trial.scenario.actions) {
        if (trial.subject.json()["actions"][sample.action].missing())
            return failed("The sample at " + sample.pointer +
                          " is of an action that is not declared: " + sample.action + ".");
        if (!onceIsEnough && !repeatable(trial, sample)) continue;
        Run run(trial, sample);
        if (!run.trouble.empty()) return failed(sample.action + ": " + run.trouble);
        Verdict verdict = one(run, sample);
        if (verdict.outcome == Outcome::kFailed) {
            verdict.reason = sample.action + ": " + verdict.reason;
            trial.reset();
            return verdict;
        }
        if (verdict.outcome != Outcome::kPassed) continue;
        seen += (seen.empty() ? "" : ", ") + sample.action;
    }
    trial.reset();
    return seen.empty() ? out : passed(seen + ".");
}

/// Attributes that say when, not what.
bool volatileAttribute(const Json& spec) {
    return spec["type"].stringOr("") == "datetime" || spec["maps"].stringOr("") == "status_cause";
}

/// What differs between two bodies but for times; empty when nothing.
std::string otherwise(const Json& attributes, const std::string& a, const std::string& b) {
    const auto left = Json::parse(a);
    const auto right = Json::parse(b);
    if (!left || !right) return "a body is no JSON";
    for (const auto& [from, to] : {std::pair(&*left, &*right), std::pair(&*right, &*left)})
        for (const auto& [name, value] : from->members())
            if (!volatileAttribute(attributes[name]) && (*to)[name].text() != value.text())
                return "\"" + name + "\" was " + (*left)[name].text() + " and is " +
                       (*right)[name].text();
    return {};
}

/// The actions that this very directory can do.
std::vector<std::string> possibleActions(Trial& trial) {
    std::vector<std::string> out;
    std::string why;
    const auto instance = trial.open(why);
    Json said;
    if (instance) {
        const Answer answer = instance->schema();
        if (const auto found = answer.replies.find("actions"); found != answer.replies.end())
            if (auto json = Json::parse(found->second)) said = *json;
    }
    for (const auto& [name, spec] : trial.subject.json()["actions"].members())
        if (said[name]["supported"].boolOr(true)) out.push_back(name);
    return out;
}

std::string unsampled(Trial& trial) {
    std::string out;
    for (const auto& action : possibleActions(trial)) {
        const bool has = std::any_of(trial.scenario.actions.begin(), trial.scenario.actions.end(),
                                     [&](const auto& one) { return one.action == action; });
        if (!has) out += (out.empty() ? "" : ", ") + action;
    }
    return out;
}

/// How often an action took effect, as the scenario's command counts.
base::Result<long> effectsOf(Trial& trial, const ActionSample& sample) {
    TNY_TRY(const std::string text, trial.command(sample.effects, sample.id));
    char* end = nullptr;
    const long number = std::strtol(text.c_str(), &end, 10);
    if (end == text.c_str())
        return base::invalidArgument("The command \"" + sample.effects +
                                     "\" must print a number; it printed \"" + text + "\".");
    return number;
}

Verdict unchanged(Run& run, const std::string& what) {
    const auto now = run.fetch();
    if (now.has_value() != run.before.has_value())
        return failed(what + " made the record " + (now ? "appear." : "disappear."));
    if (now && !sameBody(now->body, run.before->body))
        return failed(what + " changed the record.",
                      run.before->body.substr(0, 300) + "\n" + now->body.substr(0, 300));
    return passed("");
}

}  // namespace

Verdict checkA1(Trial& trial) {
    const Verdict verdict = eachSample(
        trial, "No sample can be run.",
        [&](Run& run, const ActionSample& sample) -> Verdict {
            if (!sample.id.empty() && !run.before)
                return failed("there is no record " + sample.id + " to begin with.");
            const Answer answer = run.perform(run.wish("A1"));
            if (auto wrong = run.wrongState(answer); !wrong.empty()) return failed(wrong + ".");
            if (run.spec()["returns_secret"].boolOr(false) && answer.replies.count("secret") == 0)
                return failed("it declares that it returns a secret, and replied none.");
            if (sample.gone && run.fetch()) return failed("the record is still there.");
            return passed("");
        },
        /*onceIsEnough=*/true);
    if (verdict.outcome == Outcome::kFailed || trial.subject.json()["actions"].size() == 0)
        return verdict;
    if (const std::string missing = unsampled(trial); !missing.empty())
        return failed("The scenario has no sample for " + missing + ".",
                      "An action that was never tried is not known to work.");
    return verdict;
}

Verdict checkA2(Trial& trial) {
    return eachSample(
        trial, "No sample is of an idempotent action.",
        [&](Run& run, const ActionSample& sample) -> Verdict {
            if (!run.spec()["idempotent"].boolOr(false)) return notApplicable("");
            if (auto wrong = run.wrongState(run.perform(run.wish("A2"))); !wrong.empty())
                return failed("the first time " + wrong + ".");
            const Answer second = run.perform(run.wish("A2"));
            if (sample.gone) {
                if (second.ok() || second.status == TNY_E_NOT_FOUND) return passed("");
                return failed("the second time it ended with " + second.words() + ".");
            }
            if (auto wrong = run.wrongState(second); !wrong.empty())
                return failed("the second time " + wrong + ".");
            return passed("");
        });
}

Verdict checkA3(Trial& trial) {
    return eachSample(
        trial, "No sample is of an action with a reverse.",
        [&](Run& run, const ActionSample& sample) -> Verdict {
            const std::string reverse = run.spec()["reverse"].stringOr("");
            if (reverse.empty() || sample.gone || !run.before) return notApplicable("");
            if (reverse == sample.action && sample.reverseArgs.empty()) return notApplicable("");
            if (auto wrong = run.wrongState(run.perform(run.wish("A3"))); !wrong.empty())
                return failed(wrong + ".");
            ActWish back = run.wish("A3");
            back.action = reverse;
            back.argsJson = sample.reverseArgs.empty() ? "{}" : sample.reverseArgs;
            const Answer answer = run.perform(back);
            if (!answer.ok()) return failed(reverse + " ended with " + answer.words() + ".");
            const auto now = run.fetch();
            if (!now) return failed("after " + reverse + " there is no record any longer.");
            const Json attributes = trial.kindJson(run.kind())["attributes"];
            if (auto what = otherwise(attributes, run.before->body, now->body); !what.empty())
                return failed("after " + reverse + " " + what + ".");
            return passed("");
        });
}

Verdict checkA4(Trial& trial) {
    return eachSample(
        trial, "No sample has a record \"outside\" of the action's states.",
        [&](Run& run, const ActionSample& sample) -> Verdict {
            if (sample.outside.empty()) return notApplicable("");
            const Answer before = run.instance->get(run.kind(), sample.outside);
            if (before.records.empty())
                return failed("there is no record " + sample.outside + ".", before.words());
            ActWish wish = run.wish("A4");
            wish.id = sample.outside;
            const Answer answer = run.perform(wish);
            const Answer after = run.instance->get(run.kind(), sample.outside);
            trial.forget();
            const bool same = !after.records.empty() &&
                              sameBody(after.records.front().body, before.records.front().body);
            if (!same)
                return failed(
                    "it changed " + sample.outside + ", which is in a state the action is not for.",
                    answer.words());
            return passed("");
        });
}

Verdict checkA5(Trial& trial) {
    return eachSample(
        trial, "No sample is of a kind with etags.",
        [&](Run& run, const ActionSample& sample) -> Verdict {
            if (sample.id.empty() || !run.before || run.before->etag.empty())
                return notApplicable("");
            ActWish wish = run.wish("A5");
            wish.expectEtag = "an-etag-that-never-was";
            const Answer answer = run.perform(wish);
            if (answer.status != TNY_E_CONFLICT)
                return failed("with an outdated etag it ended with " + nameOf(answer.status) +
                                  ", not CONFLICT.",
                              answer.words());
            if (Verdict same = unchanged(run, "The refused action");
                same.outcome == Outcome::kFailed)
                return same;
            wish = run.wish("A5");
            wish.expectEtag = run.before->etag;
            const Answer right = run.perform(wish);
            if (!right.ok())
                return failed("with the right etag it ended with " + right.words() + ".");
            return passed("");
        });
}

Verdict checkA6(Trial& trial) {
    return eachSample(trial, "No sample is of an action with a dry run.",
                      [&](Run& run, const ActionSample& sample) -> Verdict {
                          if (!run.spec()["dry_run"].boolOr(false)) return notApplicable("");
                          long before = 0;
                          if (!sample.effects.empty()) {
                              const auto counted = effectsOf(trial, sample);
                              if (!counted) return failed(counted.error().message);
                              before = *counted;
                          }
                          ActWish wish = run.wish("A6");
                          wish.dryRun = true;
                          const Answer answer = run.perform(wish);
                          if (!answer.ok())
                              return failed("a dry run ended with " + answer.words() + ".");
                          if (!sample.effects.empty()) {
                              const auto counted = effectsOf(trial, sample);
                              if (!counted) return failed(counted.error().message);
                              if (*counted != before) return failed("a dry run took effect.");
                          }
                          return unchanged(run, "A dry run");
                      });
}

Verdict checkA7(Trial& trial) {
    return eachSample(trial, "No sample has an \"effects\" command that counts.",
                      [&](Run& run, const ActionSample& sample) -> Verdict {
                          if (sample.effects.empty()) return notApplicable("");
                          const auto before = effectsOf(trial, sample);
                          if (!before) return failed(before.error().message);
                          const ActWish wish = run.wish("A7");
                          const Answer first = run.perform(wish);
                          if (!first.ok())
                              return failed("the first time it ended with " + first.words() + ".");
                          const Answer second = run.perform(wish);
                          const auto after = effectsOf(trial, sample);
                          if (!after) return failed(after.error().message);
                          if (*after - *before == 1) return passed("");
                          return failed("with one key, twice, it took effect " +
                                            std::to_string(*after - *before) + " times.",
                                        "the second time it ended with " + second.words());
                      });
}

Verdict checkA8(Trial& trial) {
    if (trial.faults == nullptr || !trial.usesHostHttp())
        return notApplicable(
            "The connector has a network of its own; its answers cannot be lost here.");
    return eachSample(
        trial, "No sample sends a request that changes something.",
        [&](Run& run, const ActionSample&) -> Verdict {
            trial.faults->arm(Fault::kLostAfter, 0, 1, /*writesOnly=*/true);
            const Answer answer = run.perform(run.wish("A8"));
            const int hit = trial.faults->hit();
            trial.faults->disarm();
            if (hit == 0) return notApplicable("");
            if (answer.status == TNY_E_OUTCOME_UNKNOWN) return passed("");
            if (!answer.ok())
                return failed("the write took effect and its answer was lost: it ended with " +
                                  nameOf(answer.status) + ", which says that nothing happened.",
                              answer.words());
            if (auto wrong = run.wrongState(answer); !wrong.empty())
                return failed("the answer was lost, and it says OK although " + wrong + ".");
            return passed("");
        });
}

Verdict checkA9(Trial& trial) {
    return eachSample(trial, "No sample is of an action that finishes later.",
                      [&](Run& run, const ActionSample&) -> Verdict {
                          if (!run.spec()["async"].boolOr(false)) return notApplicable("");
                          const Answer begun = run.instance->perform(run.wish("A9"));
                          if (begun.ok()) return passed("");
                          if (begun.status != TNY_PENDING)
                              return failed("it ended with " + begun.words() + ".");
                          if (begun.replies.count("operation_id") == 0)
                              return failed("it is pending and replied no operation_id.");
                          std::string why;
                          run.instance = trial.open(why);  // a new process
                          if (!run.instance) return failed(why);
                          const Answer done = run.finished(begun);
                          if (done.status == TNY_PENDING)
                              return failed("it was not finished within " +
                                            std::to_string(kPollFor.count()) + " s.");
                          if (auto wrong = run.wrongState(done); !wrong.empty())
                              return failed("polled by a new process " + wrong + ".");
                          return passed("");
                      });
}

Verdict checkA10(Trial& trial) {
    return eachSample(
        trial, "No sample leaves a record to read.",
        [&](Run& run, const ActionSample& sample) -> Verdict {
            if (sample.gone || sample.id.empty()) return notApplicable("");
            const Answer answer = run.perform(run.wish("A10"));
            if (!answer.ok()) return failed("it ended with " + answer.words() + ".");
            for (const auto& record : answer.records) {
                if (record.op != domain::RecordOp::kUpsert) continue;
                const Answer read = run.instance->get(record.kind, record.id);
                if (read.records.empty())
                    return failed("the emitted record " + record.id + " cannot be read.",
                                  read.words());
                const Record& now = read.records.front();
                if (!sameBody(now.body, record.body))
                    return failed("read afterwards, " + record.id + " is another than was emitted.",
                                  record.body.substr(0, 300) + "\n" + now.body.substr(0, 300));
                if (now.etag != record.etag)
                    return failed("read afterwards, " + record.id + " has another etag.",
                                  record.etag + " and " + now.etag);
            }
            trial.forget();
            return passed("");
        });
}

}  // namespace tenantry::kit
