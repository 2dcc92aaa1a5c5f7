/// Plans, jobs and their items as rows. Private to kernel/store.
///
/// Threads: values.
#pragma once

#include <string>
#include <string_view>

#include "kernel/domain/job.h"
#include "kernel/store/rows.h"

namespace tenantry::store {

inline constexpr std::string_view kPlanColumns =
    "id, creator_id, creator_name, verb, parameters, reason, ticket, selection, created_at_ms, "
    "expires_at_ms, change_count, already_so_count, not_allowed_count, dropped_count, hash, "
    "job_id, "
    "undoes";
inline constexpr std::size_t kPlanColumnCount = 17;

struct PlanRow {
    std::string id, creator, creatorName, verb, parameters, reason, ticket, selection;
    long long createdAt = 0, expiresAt = 0;
    long long change = 0, alreadySo = 0, notAllowed = 0, dropped = 0;
    std::string hash;
    Nullable<std::string> job, undoes;

    PlanRow() = default;
    explicit PlanRow(const domain::Plan& from);
    [[nodiscard]] domain::Plan value() const;
    template <class Visitor>
    void each(Visitor&& visit) {
        for (std::string* text :
             {&id, &creator, &creatorName, &verb, &parameters, &reason, &ticket, &selection})
            visit(*text);
        for (long long* number :
             {&createdAt, &expiresAt, &change, &alreadySo, &notAllowed, &dropped})
            visit(*number);
        visit(hash);
        visit(job);
        visit(undoes);
    }
};

inline constexpr std::string_view kPlanItemColumns =
    "plan_id, number, user_id, organization_id, connection_id, username, before_status, "
    "after_status, version, verdict, reason_code, reason_brief, reason_detail, note, dropped, "
    "parameters";
inline constexpr std::size_t kPlanItemColumnCount = 16;

struct PlanItemRow {
    std::string plan;
    int number = 0;
    std::string user, organization, connection, username, before, after, version, verdict,
        reasonCode, reasonBrief, reasonDetail, note;
    int dropped = 0;
    std::string parameters;

    PlanItemRow() = default;
    PlanItemRow(const domain::PlanId& of, const domain::PlanItem& from);
    [[nodiscard]] domain::PlanItem value() const;
    template <class Visitor>
    void each(Visitor&& visit) {
        visit(plan);
        visit(number);
        for (std::string* text :
             {&user, &organization, &connection, &username, &before, &after, &version, &verdict,
              &reasonCode, &reasonBrief, &reasonDetail, &note})
            visit(*text);
        visit(dropped);
        visit(parameters);
    }
};

inline constexpr std::string_view kJobColumns =
    "id, plan_id, plan_hash, creator_id, creator_name, verb, parameters, reason, ticket, state, "
    "state_detail, undoes, approver_name, override_reason, reviewer_name, created_at_ms, total, "
    "stage, approval_needed, in_window, start_at_ms, finished_at_ms, approval_until_ms";
inline constexpr std::size_t kJobColumnCount = 23;

struct JobRow {
    std::string id, plan, planHash, creator, creatorName, verb, parameters, reason, ticket, state,
        stateDetail, undoes, approverName, overrideReason, reviewerName;
    long long createdAt = 0, total = 0;
    int stage = 1, approvalNeeded = 0, inWindow = 0;
    NullableMillis startAt, finishedAt, approvalUntil;

    JobRow() = default;
    explicit JobRow(const domain::Job& from);
    [[nodiscard]] domain::Job value() const;
    template <class Visitor>
    void each(Visitor&& visit) {
        for (std::string* text :
             {&id, &plan, &planHash, &creator, &creatorName, &verb, &parameters, &reason, &ticket,
              &state, &stateDetail, &undoes, &approverName, &overrideReason, &reviewerName})
            visit(*text);
        visit(createdAt);
        visit(total);
        visit(stage);
        visit(approvalNeeded);
        visit(inWindow);
        visit(startAt);
        visit(finishedAt);
        visit(approvalUntil);
    }
};

inline constexpr std::string_view kJobItemColumns =
    "job_id, user_id, organization_id, connection_id, username, action, parameters, version, "
    "expect_status, owner, outcome, detail, reason_code, before_json, after_json, after_version, "
    "activity_id, number, needs, stage, state, attempts, fence, lease_until_ms, not_before_ms, "
    "ended_at_ms";
inline constexpr std::size_t kJobItemColumnCount = 26;

/// What stands in after_json while an item has not ended: what its directory has accepted.
std::string operationText(const std::optional<domain::PendingOperation>& operation);

struct JobItemRow {
    std::string job, user, organization, connection, username, action, parameters, version,
        expectStatus, owner, outcome, detail, reasonCode, before, after, afterVersion, activity;
    int number = 0, needs = 0, stage = 1, state = 1, attempts = 0;
    long long fence = 0;
    NullableMillis leaseUntil, notBefore, endedAt;

    JobItemRow() = default;
    explicit JobItemRow(const domain::JobItem& from);
    [[nodiscard]] domain::JobItem value() const;
    template <class Visitor>
    void each(Visitor&& visit) {
        for (std::string* text : {&job, &user, &organization, &connection, &username, &action,
                                  &parameters, &version, &expectStatus, &owner, &outcome, &detail,
                                  &reasonCode, &before, &after, &afterVersion, &activity})
            visit(*text);
        for (int* count : {&number, &needs, &stage, &state, &attempts}) visit(*count);
        visit(fence);
        visit(leaseUntil);
        visit(notBefore);
        visit(endedAt);
    }
};

}  // namespace tenantry::store
