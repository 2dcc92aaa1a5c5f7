#include "api/rest/job_json.h"

#include <charconv>

namespace tenantry::rest {
namespace {

/// Organizations named in one answer; the rest are counted.
constexpr std::size_t kOrganizationsShown = 500;

void writeCounts(JsonWriter& out, const domain::PlanCounts& counts) {
    out.beginObject();
    writeCount(out, "change", counts.change);
    writeCount(out, "already_so", counts.alreadySo);
    writeCount(out, "not_allowed", counts.notAllowed);
    writeCount(out, "dropped", counts.dropped);
    out.endObject();
}

void writeStatus(JsonWriter& out, const std::optional<domain::UserStatus>& status) {
    writeTextOrNull(out, status ? domain::name(*status) : std::string_view());
}

void writeOutcomes(JsonWriter& out, const domain::JobSums& sums) {
    out.beginObject();
    for (const auto outcome :
         {domain::Outcome::kDone, domain::Outcome::kAlreadySo, domain::Outcome::kSkipped,
          domain::Outcome::kFailed, domain::Outcome::kUnknown, domain::Outcome::kCancelled})
        writeCount(out, domain::name(outcome), sums.of(outcome));
    writeCount(out, "pending", sums.pending);
    out.endObject();
}

void writeImage(JsonWriter& out, std::string_view key, const std::string& json) {
    out.key(key);
    if (json.empty())
        out.null();
    else
        out.raw(json);
}

}  // namespace

base::Result<std::uint32_t> itemNumberOf(const Call& call) {
    const std::string text = call.request.parameter("number");
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (parsed.ec != std::errc() || parsed.ptr != end || number == 0)
        return base::notFound("There is no such item.");
    return number;
}

std::string planText(const domain::Operator& asker, const jobs::PlanView& view) {
    const auto& plan = view.plan;
    JsonWriter out;
    out.beginObject().key("id").string(plan.id.text());
    out.key("hash").string(plan.hash);
    out.key("action").string(plan.verb);
    out.key("words").string(view.verb.words);
    out.key("parameters").raw(plan.parametersJson);
    out.key("selection").string(plan.selection);
    out.key("reason");
    writeTextOrNull(out, plan.reason);
    out.key("ticket");
    writeTextOrNull(out, plan.ticket);
    out.key("counts");
    writeCounts(out, plan.counts);
    out.key("by_organization").beginArray();
    for (std::size_t i = 0; i < view.organizations.size() && i < kOrganizationsShown; ++i) {
        const auto& one = view.organizations[i];
        out.beginObject().key("organization");
        writeOrganizationRef(out, asker.visible(), one.organization);
        out.key("counts");
        writeCounts(out, one.counts);
        out.endObject();
    }
    out.endArray();
    writeCount(out, "organizations", view.organizations.size());
    out.key("irreversible").boolean(view.irreversible);
    out.key("estimate_seconds").number(static_cast<std::int64_t>(view.estimate.count()));
    out.key("created_at");
    writeTime(out, plan.createdAt);
    out.key("expires_at");
    writeTime(out, plan.expiresAt);
    out.key("job_id");
    writeTextOrNull(out, plan.job ? plan.job->text() : std::string());
    out.key("undoes");
    writeTextOrNull(out, plan.undoes ? plan.undoes->text() : std::string());
    out.endObject();
    return std::move(out).take();
}

void writePlanItem(JsonWriter& out, const domain::Operator& asker, const domain::PlanItem& item) {
    out.beginObject();
    writeCount(out, "number", item.number);
    out.key("user_id").string(item.user.text());
    out.key("username").string(item.username);
    out.key("organization");
    writeOrganizationRef(out, asker.visible(), item.organization);
    out.key("before").string(domain::name(item.before));
    out.key("after");
    writeStatus(out, item.after);
    out.key("verdict").string(domain::name(item.verdict));
    out.key("reason");
    if (item.reason.code.empty()) {
        out.null();
    } else {
        out.beginObject().key("code").string(item.reason.code);
        out.key("short").string(item.reason.brief);
        out.key("detail").string(item.reason.detail).endObject();
    }
    out.key("note");
    writeTextOrNull(out, item.note);
    out.endObject();
}

void writeJob(JsonWriter& out, const domain::Operator& asker, const jobs::JobView& view) {
    const auto& job = view.job;
    out.beginObject().key("id").string(job.id.text());
    out.key("plan_id").string(job.plan.text());
    out.key("plan_hash").string(job.planHash);
    out.key("action").string(job.verb);
    out.key("words").string(view.verb.words);
    out.key("state").string(domain::name(job.state));
    out.key("detail");
    writeTextOrNull(out, job.stateDetail);
    out.key("outcomes");
    writeOutcomes(out, view.sums);
    writeCount(out, "total", job.total);
    out.key("organizations").beginArray();
    for (std::size_t i = 0; i < view.organizations.size() && i < kOrganizationsShown; ++i)
        writeOrganizationRef(out, asker.visible(), view.organizations[i]);
    out.endArray();
    out.key("created_by").string(job.creatorName);
    out.key("reason");
    writeTextOrNull(out, job.reason);
    out.key("ticket");
    writeTextOrNull(out, job.ticket);
    out.key("created_at");
    writeTime(out, job.createdAt);
    out.key("start_at");
    writeTime(out, job.startAt);
    out.key("in_maintenance_window").boolean(job.inWindow);
    out.key("finished_at");
    writeTime(out, job.finishedAt);
    out.key("approval").beginObject().key("needed").boolean(job.approvalNeeded);
    out.key("until");
    writeTime(out, job.approvalUntil);
    out.key("by");
    writeTextOrNull(out, job.approverName);
    out.key("override");
    writeTextOrNull(out, job.overrideReason);
    out.key("reviewed_by");
    writeTextOrNull(out, job.reviewerName);
    out.endObject();
    out.key("undoes");
    writeTextOrNull(out, job.undoes ? job.undoes->text() : std::string());
    out.key("undoable").boolean(!view.verb.steps.empty() && domain::undoOf(view.verb).has_value());
    out.key("may_steer").boolean(view.maySteer);
    out.key("may_approve").boolean(view.mayApprove);
    out.endObject();
}

std::string jobText(const domain::Operator& asker, const jobs::JobView& job) {
    JsonWriter out;
    writeJob(out, asker, job);
    return std::move(out).take();
}

void writeJobItem(JsonWriter& out, const domain::Operator& asker, const domain::JobItem& item) {
    out.beginObject();
    writeCount(out, "number", item.number);
    out.key("user_id").string(item.user.text());
    out.key("username").string(item.username);
    out.key("organization");
    writeOrganizationRef(out, asker.visible(), item.organization);
    out.key("action").string(domain::nameOf(item));
    const bool ended = item.state == domain::ItemState::kEnded;
    out.key("outcome").string(ended && item.outcome ? domain::name(*item.outcome) : "pending");
    out.key("detail");
    writeTextOrNull(out, item.detail);
    out.key("reason_code");
    writeTextOrNull(out, item.reasonCode);
    writeCount(out, "attempts", item.attempts);
    writeImage(out, "before", item.beforeJson);
    writeImage(out, "after", item.afterJson);
    out.key("activity_id");
    writeTextOrNull(out, item.activity.text());
    out.key("ended_at");
    writeTime(out, item.endedAt);
    out.endObject();
}

}  // namespace tenantry::rest
