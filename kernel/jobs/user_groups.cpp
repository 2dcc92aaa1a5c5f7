#include <algorithm>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/jobs/runner_core.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::Deadline;
using base::Error;
using base::ErrorCode;

namespace {

constexpr std::size_t kGroupsMax = 1000;

/// The directory's refusal of us is not our refusal of the operator: it must not sign anybody out.
Error ofTheDirectory(Error error) {
    if (error.code == ErrorCode::kUnauthenticated || error.code == ErrorCode::kForbidden)
        error.code = ErrorCode::kUnavailable;
    return error;
}

class GroupSink final : public domain::RecordSink {
  public:
    explicit GroupSink(std::string nameAttribute) : nameAttribute_(std::move(nameAttribute)) {}
    domain::Flow record(const domain::Record& record) override {
        const auto body = base::Json::parse(record.body);
        if (body && record.op == domain::RecordOp::kUpsert) {
            Group group{std::string(record.id), (*body)[nameAttribute_].stringOr(""),
                        (*body)["description"].stringOr("")};
            if (group.name.empty()) group.name = group.id;
            groups.push_back(std::move(group));
        }
        return groups.size() < kGroupsMax ? domain::Flow::kMore : domain::Flow::kStop;
    }
    void checkpoint(std::string_view at) override { cursor.assign(at); }
    std::vector<Group> groups;
    std::string cursor;

  private:
    std::string nameAttribute_;
};

std::string nameAttributeOf(const domain::KindDescriptor& kind) {
    for (const auto& attribute : kind.attributes)
        if (attribute.maps == "name" || attribute.maps == "display_name") return attribute.name;
    return "displayName";
}

}  // namespace

base::Result<std::vector<Group>> ActionRunner::groups(const domain::Operator& asker,
                                                      const base::UserId& id, Deadline deadline) {
    ActionRequest request;
    request.user = id;
    TNY_TRY(const auto step, impl_->prepare(asker, request, deadline));
    const auto opened = impl_->parts.directories.open(step.known.connection.id, deadline);
    if (!opened) return ofTheDirectory(opened.error());
    const auto& connector = *opened;
    const auto* kind = connector->descriptor().kind("group");
    if (kind == nullptr) return base::unsupported(step.known.connectorName + " has no groups.");
    GroupSink sink(nameAttributeOf(*kind));
    domain::ReadRequest read;
    read.kind = "group";
    read.parentKind = "user";
    read.parentId = step.before.nativeId;
    read.budgetRecords = kGroupsMax;
    read.budget = std::chrono::duration_cast<std::chrono::milliseconds>(limits::kSegmentBudget);
    for (;;) {
        const auto cursorBefore = read.cursor;
        const auto countBefore = sink.groups.size();
        impl_->count(step, 1);
        const auto end = connector->list(read, sink, deadline);
        if (!end) return ofTheDirectory(end.error());
        read.cursor = sink.cursor;
        const bool stuck = read.cursor == cursorBefore && sink.groups.size() == countBefore;
        if (*end == domain::ReadEnd::kComplete || sink.groups.size() >= kGroupsMax || stuck) break;
    }
    std::sort(sink.groups.begin(), sink.groups.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return std::move(sink.groups);
}

}  // namespace tenantry::jobs
