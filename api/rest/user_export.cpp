#include <algorithm>
#include <memory>
#include <span>

#include "api/rest/csv.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

std::string timeOf(std::optional<base::TimePoint> time) {
    return time ? base::toRfc3339(*time) : std::string();
}

std::string listOf(std::span<const std::string> texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : "; ") + text;
    return out;
}

/// Of portal accounts, which carry them among their attributes; empty for others.
std::string permissionsOf(std::string_view attributes) {
    if (attributes.find("\"permissions\"") == std::string_view::npos) return {};
    const auto json = base::Json::parse(attributes);
    std::string out;
    if (!json) return out;
    for (const auto& one : (*json)["permissions"].items())
        out += (out.empty() ? "" : "; ") + one.stringOr("");
    return out;
}

std::string_view mfaOf(domain::Tristate enrolled) {
    if (enrolled == domain::Tristate::kUnknown) return "unknown";
    return enrolled == domain::Tristate::kYes ? "enrolled" : "not_enrolled";
}

constexpr std::string_view kHeader =
    "organization,organization_name,connection,connector,native_id,username,first_name,last_name,"
    "display_name,email,phone,status,status_cause,native_status,roles,permissions,mfa,"
    "last_login_at,created_at,modified_at,alerts,seen_at,id\r\n";

/// Writes the users of one answer as they are read: nothing but the piece at hand is kept.
class Export {
  public:
    Export(const Services& services, const Call& call, bool csv)
        : tree_(call.asker().tree()), writer_(services, call.asker()), csv_(csv) {}

    /// The whole body. Each piece goes out before the next is made.
    base::Status write(domain::UserStream& users, const std::string& completeness,
                       http::ChunkSink& sink) {
        if (csv_) piece_ = kHeader;
        while (const auto row = users.next()) {
            add(*row);
            if (piece_.size() >= kPieceBytes) TNY_CHECKED(cut(sink));
        }
        if (!csv_)
            piece_ += "{\"completeness\":" + completeness +
                      ",\"total\":" + std::to_string(users.total()) + "}\n";
        return cut(sink);
    }

  private:
    base::Status cut(http::ChunkSink& sink) {
        TNY_CHECKED(sink.write(piece_));
        piece_.clear();
        return base::ok();
    }

    void add(const domain::UserRow& user) {
        if (csv_) return addRow(user);
        writer_.write(json_, user);
        piece_ += json_.drain() + "\n";
    }

    void addRow(const domain::UserRow& user) {
        const domain::Organization& organization = tree_->at(user.ordinal);
        std::string row;
        addCell(row, organization.slug);
        addCell(row, organization.name);
        addCell(row, user.connection->name);
        addCell(row, user.connection->connector);
        addCell(row, user.nativeId);
        addCell(row, user.username);
        addCell(row, user.firstName);
        addCell(row, user.lastName);
        addCell(row, user.displayName);
        addCell(row, user.email);
        addCell(row, user.phone);
        addCell(row, domain::name(user.status));
        addCell(row, domain::name(user.statusCause));
        addCell(row, user.nativeStatus);
        addCell(row, listOf(user.roles));
        addCell(row, permissionsOf(user.attributesJson));
        addCell(row, mfaOf(user.mfaEnrolled));
        addCell(row, timeOf(user.lastLoginAt));
        addCell(row, timeOf(user.createdAt));
        addCell(row, timeOf(user.modifiedAt));
        std::string alerts;
        for (std::size_t i = 1; i <= domain::kAlertCount; ++i) {
            const auto one = static_cast<domain::Alert>(i);
            if ((user.alerts & domain::maskOf(one)) == 0) continue;
            (alerts += alerts.empty() ? "" : "; ") += domain::name(one);
        }
        addCell(row, alerts);
        addCell(row, base::toRfc3339(user.seenAt));
        addCell(row, user.id());
        piece_ += row + "\r\n";
    }

    domain::TreePtr tree_;
    UserWriter writer_;
    JsonWriter json_;
    bool csv_;
    std::string piece_;
};

base::Result<bool> wantsCsv(const Call& call) {
    const auto form = [](std::string_view text) -> std::optional<bool> {
        if (text == "csv") return true;
        if (text == "ndjson") return false;
        return std::nullopt;
    };
    TNY_TRY(const auto given, call.query.word("format", form, "csv, ndjson"));
    if (given) return *given;
    const std::string accept = call.request.headers().getOr("Accept", "");
    return accept.find("application/x-ndjson") == std::string::npos;
}

/// The top of what is exported, for the trail and the name of the file.
const domain::Organization& topOf(const domain::Scope& scope) {
    return scope.tree()->at(scope.intervals().front().begin);
}

std::string fileName(const Services& services, const domain::Scope& scope, bool csv) {
    return "users-" + topOf(scope).slug + "-" +
           base::toRfc3339(services.clock.now()).substr(0, 10) + (csv ? ".csv" : ".ndjson");
}

base::Result<Reply> exportUsers(const Services& services, const Call& call) {
    const auto allowed = call.asker().scopeFor(domain::Permission::kUsersExport);
    if (allowed.empty()) return base::forbidden("You need \"users.export\" to export users.");
    TNY_TRY(const auto scope, scopeOf(call, allowed));
    TNY_TRY(const auto query, userQueryOf(call));
    TNY_TRY(const bool csv, wantsCsv(call));
    TNY_TRY(auto opened, services.view.open(scope, query));
    const std::shared_ptr<domain::UserStream> users = std::move(opened);
    JsonWriter completeness;
    writeCompleteness(completeness, users->completeness());
    const std::string complete = std::move(completeness).take();
    const auto total = std::to_string(users->total());
    // What is given out is written down before it is given out.
    record(
        services, call,
        {.organization = topOf(scope).id,
         .action = "user.export",
         .targetKind = "organization",
         .targetId = topOf(scope).id.text(),
         .targetName = topOf(scope).name,
         .detail = "Exported " + total + " users" +
                   (query.filter ? " that match: " + query.filter->text() : std::string()) + "."});
    auto body = std::make_shared<Export>(services, call, csv);
    auto response =
        http::Response::streamed(csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
                                 [users, body, complete](http::ChunkSink& sink) {
                                     return body->write(*users, complete, sink);
                                 });
    response.header("X-Total", total);
    response.header("X-Completeness", complete);
    response.header("Content-Disposition",
                    "attachment; filename=\"" + fileName(services, scope, csv) + "\"");
    return Reply(std::move(response));
}

}  // namespace

void addUserExport(Routes& routes, const Services& services) {
    routes.add(
        {.pattern = "/api/v1/users/export", .query = {"scope", "filter", "q", "sort", "format"}},
        [&services](const Call& call) { return exportUsers(services, call); });
}

}  // namespace tenantry::rest
