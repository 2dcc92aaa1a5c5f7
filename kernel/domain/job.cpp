#include "kernel/domain/job.h"

#include <numeric>
#include <utility>

#include "kernel/base/crypto.h"

namespace tenantry::domain {

namespace {

constexpr std::array<std::pair<Verdict, std::string_view>, 3> kVerdicts{
    {{Verdict::kChange, "change"},
     {Verdict::kAlreadySo, "already_so"},
     {Verdict::kNotAllowed, "not_allowed"}}};

constexpr std::array<std::pair<JobState, std::string_view>, 6> kJobStates{
    {{JobState::kAwaitingApproval, "awaiting_approval"},
     {JobState::kScheduled, "scheduled"},
     {JobState::kRunning, "running"},
     {JobState::kPaused, "paused"},
     {JobState::kFinished, "finished"},
     {JobState::kCancelled, "cancelled"}}};

template <class Enum, std::size_t N>
std::string_view nameIn(const std::array<std::pair<Enum, std::string_view>, N>& names, Enum value) {
    for (const auto& [one, text] : names)
        if (one == value) return text;
    return {};
}

template <class Enum, std::size_t N>
std::optional<Enum> valueIn(const std::array<std::pair<Enum, std::string_view>, N>& names,
                            std::string_view text) {
    for (const auto& [one, known] : names)
        if (known == text) return one;
    return std::nullopt;
}

}  // namespace

std::optional<BulkVerb> bulkVerb(std::string_view wanted) {
    if (wanted == "contain")
        return BulkVerb{
            "contain", "Contain", {Action::kSuspend, Action::kRevokeSessions, Action::kResetMfa}};
    if (wanted == "offboard")
        return BulkVerb{
            "offboard",
            "Offboard",
            {Action::kSuspend, Action::kRevokeSessions, Action::kResetMfa, Action::kDelete}};
    if (wanted == "undo_offboard")
        return BulkVerb{
            "undo_offboard", "Undo offboarding", {Action::kRestore, Action::kUnsuspend}};
    if (isVendorAction(wanted))
        return BulkVerb{std::string(wanted), std::string(wanted), {Action::kVendor}};
    const auto one = action(wanted);
    if (!one) return std::nullopt;
    const auto& known = spec(*one);
    return BulkVerb{known.name, known.words, {*one}};
}

std::optional<BulkVerb> undoOf(const BulkVerb& verb) {
    if (verb.name == "offboard") return bulkVerb("undo_offboard");
    if (!verb.reverse.empty()) return bulkVerb(verb.reverse);
    const auto back = spec(verb.steps.front()).undoneBy;
    return back ? bulkVerb(spec(*back).name) : std::nullopt;
}

std::optional<Action> undoneBy(const BulkVerb& verb, Action undo) {
    for (const auto step : verb.steps)
        if (spec(step).undoneBy == undo) return step;
    return std::nullopt;
}

std::string_view name(Verdict verdict) {
    return nameIn(kVerdicts, verdict);
}
std::optional<Verdict> verdict(std::string_view name) {
    return valueIn(kVerdicts, name);
}
std::string_view name(JobState state) {
    return nameIn(kJobStates, state);
}
std::optional<JobState> jobState(std::string_view name) {
    return valueIn(kJobStates, name);
}

PlanSeal::PlanSeal(const PlanId& plan, std::string_view verb, std::string_view parametersJson)
    : chain_(base::digestHex(plan.text() + '\n' + std::string(verb) + '\n' +
                             std::string(parametersJson))) {}

void PlanSeal::add(const PlanItem& item) {
    if (item.dropped || item.verdict != Verdict::kChange) return;
    chain_ = base::digestHex(chain_ + '\n' + item.user.text() + '\n' + item.version + '\n' +
                             item.parametersJson);
}

std::string PlanSeal::hash() const {
    return chain_;
}

const std::string& nameOf(const JobItem& item) {
    return item.action == Action::kVendor ? item.vendor : spec(item.action).name;
}

std::string idempotencyKeyOf(const JobId& job, std::uint32_t number) {
    return job.text() + "/" + std::to_string(number);
}

std::uint64_t JobSums::endedInAll() const {
    return std::accumulate(ended.begin(), ended.end(), std::uint64_t{0});
}

}  // namespace tenantry::domain
