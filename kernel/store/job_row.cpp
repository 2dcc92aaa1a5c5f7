#include "kernel/store/job_row.h"

#include "kernel/base/json.h"

namespace tenantry::store {

namespace {

std::optional<domain::PendingOperation> operationOf(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto json = base::Json::parse(text);
    const auto id = json ? (*json)["operation"].asString() : std::nullopt;
    if (!id) return std::nullopt;
    return domain::PendingOperation{*id, base::fromMillis((*json)["accepted_at_ms"].intOr(0))};
}

template <class IdType>
Nullable<std::string> nullable(const std::optional<IdType>& id) {
    Nullable<std::string> out;
    if (id) out.set(id->text());
    return out;
}

template <class IdType>
std::optional<IdType> idOf(const Nullable<std::string>& column) {
    if (!column.has()) return std::nullopt;
    return IdType(column.value);
}

std::string statusText(const std::optional<domain::UserStatus>& status) {
    return status ? std::string(domain::name(*status)) : std::string();
}

std::uint32_t small(int number) {
    return static_cast<std::uint32_t>(number);
}

}  // namespace

std::string operationText(const std::optional<domain::PendingOperation>& operation) {
    if (!operation) return {};
    base::JsonWriter json;
    json.beginObject().key("operation").string(operation->id).key("accepted_at_ms");
    json.number(base::toMillis(operation->acceptedAt)).endObject();
    return std::move(json).take();
}

namespace {

/// What a plan and its job say alike.
template <class Row, class Value>
void readHead(const Row& row, Value& out) {
    out.creator = base::AccountId(row.creator);
    out.creatorName = row.creatorName;
    out.verb = row.verb;
    out.parametersJson = row.parameters;
    out.reason = row.reason;
    out.ticket = row.ticket;
    out.createdAt = base::fromMillis(row.createdAt);
}

/// What a row of a plan and an item of a job say alike.
template <class Row, class Value>
void readItem(const Row& row, Value& out) {
    out.number = small(row.number);
    out.user = base::UserId(row.user);
    out.organization = base::OrganizationId(row.organization);
    out.connection = base::ConnectionId(row.connection);
    out.username = row.username;
    out.version = row.version;
    out.parametersJson = row.parameters;
}

}  // namespace

PlanRow::PlanRow(const domain::Plan& from)
    : id(from.id.text()),
      creator(from.creator.text()),
      creatorName(storable(from.creatorName)),
      verb(from.verb),
      parameters(storable(from.parametersJson)),
      reason(storable(from.reason)),
      ticket(storable(from.ticket)),
      selection(storable(from.selection)),
      createdAt(millis(from.createdAt)),
      expiresAt(millis(from.expiresAt)),
      change(static_cast<long long>(from.counts.change)),
      alreadySo(static_cast<long long>(from.counts.alreadySo)),
      notAllowed(static_cast<long long>(from.counts.notAllowed)),
      dropped(static_cast<long long>(from.counts.dropped)),
      hash(from.hash),
      job(nullable(from.job)),
      undoes(nullable(from.undoes)) {}

domain::Plan PlanRow::value() const {
    domain::Plan out;
    readHead(*this, out);
    out.id = domain::PlanId(id);
    out.selection = selection;
    out.expiresAt = base::fromMillis(expiresAt);
    out.counts = {static_cast<std::uint64_t>(change), static_cast<std::uint64_t>(alreadySo),
                  static_cast<std::uint64_t>(notAllowed), static_cast<std::uint64_t>(dropped)};
    out.hash = hash;
    out.job = idOf<domain::JobId>(job);
    out.undoes = idOf<domain::JobId>(undoes);
    return out;
}

PlanItemRow::PlanItemRow(const domain::PlanId& of, const domain::PlanItem& from)
    : plan(of.text()),
      number(static_cast<int>(from.number)),
      user(from.user.text()),
      organization(from.organization.text()),
      connection(from.connection.text()),
      username(storable(from.username)),
      before(domain::name(from.before)),
      after(statusText(from.after)),
      version(from.version),
      verdict(domain::name(from.verdict)),
      reasonCode(from.reason.code),
      reasonBrief(storable(from.reason.brief)),
      reasonDetail(storable(from.reason.detail)),
      note(storable(from.note)),
      dropped(from.dropped ? 1 : 0),
      parameters(storable(from.parametersJson)) {}

domain::PlanItem PlanItemRow::value() const {
    domain::PlanItem out;
    readItem(*this, out);
    out.before = domain::userStatus(before).value_or(domain::UserStatus::kActive);
    out.after = domain::userStatus(after);
    out.verdict = domain::verdict(verdict).value_or(domain::Verdict::kNotAllowed);
    out.reason = {reasonCode, reasonBrief, reasonDetail};
    out.note = note;
    out.dropped = dropped != 0;
    return out;
}

JobRow::JobRow(const domain::Job& from)
    : id(from.id.text()),
      plan(from.plan.text()),
      planHash(from.planHash),
      creator(from.creator.text()),
      creatorName(storable(from.creatorName)),
      verb(from.verb),
      parameters(storable(from.parametersJson)),
      reason(storable(from.reason)),
      ticket(storable(from.ticket)),
      state(domain::name(from.state)),
      stateDetail(storable(from.stateDetail)),
      undoes(from.undoes ? from.undoes->text() : ""),
      approverName(storable(from.approverName)),
      overrideReason(storable(from.overrideReason)),
      reviewerName(storable(from.reviewerName)),
      createdAt(millis(from.createdAt)),
      total(static_cast<long long>(from.total)),
      stage(static_cast<int>(from.stage)),
      approvalNeeded(from.approvalNeeded ? 1 : 0),
      inWindow(from.inWindow ? 1 : 0),
      startAt(millis(from.startAt)),
      finishedAt(millis(from.finishedAt)),
      approvalUntil(millis(from.approvalUntil)) {}

domain::Job JobRow::value() const {
    domain::Job out;
    out.id = domain::JobId(id);
    out.plan = domain::PlanId(plan);
    out.planHash = planHash;
    readHead(*this, out);
    // A word that is not known stops the job, rather than to let it run.
    out.state = domain::jobState(state).value_or(domain::JobState::kPaused);
    out.stateDetail = stateDetail;
    if (!undoes.empty()) out.undoes = domain::JobId(undoes);
    out.approverName = approverName;
    out.overrideReason = overrideReason;
    out.reviewerName = reviewerName;
    out.total = static_cast<std::uint64_t>(total);
    out.stage = small(stage);
    out.approvalNeeded = approvalNeeded != 0;
    out.inWindow = inWindow != 0;
    out.startAt = timeOf(startAt);
    out.finishedAt = timeOf(finishedAt);
    out.approvalUntil = timeOf(approvalUntil);
    return out;
}

JobItemRow::JobItemRow(const domain::JobItem& from)
    : job(from.job.text()),
      user(from.user.text()),
      organization(from.organization.text()),
      connection(from.connection.text()),
      username(storable(from.username)),
      action(domain::nameOf(from)),
      parameters(storable(from.parametersJson)),
      version(from.version),
      expectStatus(statusText(from.expectStatus)),
      owner(from.owner),
      outcome(from.outcome ? domain::name(*from.outcome) : std::string_view()),
      detail(storable(from.detail)),
      reasonCode(from.reasonCode),
      before(storable(from.beforeJson)),
      after(storable(from.state == domain::ItemState::kEnded ? from.afterJson
                                                             : operationText(from.operation))),
      afterVersion(from.afterVersion),
      activity(from.activity.text()),
      number(static_cast<int>(from.number)),
      needs(static_cast<int>(from.needs)),
      stage(static_cast<int>(from.stage)),
      state(static_cast<int>(from.state)),
      attempts(static_cast<int>(from.attempts)),
      fence(static_cast<long long>(from.fence)),
      leaseUntil(millis(from.leaseUntil)),
      notBefore(millis(from.notBefore)),
      endedAt(millis(from.endedAt)) {}

domain::JobItem JobItemRow::value() const {
    domain::JobItem out;
    readItem(*this, out);
    out.job = domain::JobId(job);
    out.expectStatus = domain::userStatus(expectStatus);
    out.owner = owner;
    out.outcome = domain::outcome(outcome);
    out.detail = detail;
    out.reasonCode = reasonCode;
    out.beforeJson = before;
    if (state == static_cast<int>(domain::ItemState::kEnded))
        out.afterJson = after;
    else
        out.operation = operationOf(after);
    out.afterVersion = afterVersion;
    out.activity = base::ActivityId(activity);
    out.needs = small(needs);
    out.stage = small(stage);
    out.state = static_cast<domain::ItemState>(state);
    out.attempts = small(attempts);
    out.fence = static_cast<std::uint64_t>(fence);
    out.leaseUntil = timeOf(leaseUntil);
    out.notBefore = timeOf(notBefore);
    out.endedAt = timeOf(endedAt);
    if (const auto known = domain::action(action)) {
        out.action = *known;
    } else if (domain::isVendorAction(action)) {
        out.action = domain::Action::kVendor;
        out.vendor = action;
    } else {
        // Of another version: it must not run as something else.
        out.action = domain::Action::kUnlock;
        out.state = domain::ItemState::kEnded;
        out.outcome = domain::Outcome::kFailed;
        out.detail = "This Tenantry knows no action \"" + action + "\".";
    }
    return out;
}

}  // namespace tenantry::store
