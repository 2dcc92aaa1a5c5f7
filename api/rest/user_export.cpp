#include <algorithm>
#include <memory>

#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

/// A spreadsheet takes a cell that begins so for a formula; a phone number is none.
bool looksLikeFormula(const std::string& text) {
    if (text.empty()) return false;
    if (text[0] == '=' || text[0] == '@' || text[0] == '\t' || text[0] == '\r') return true;
    const bool sign = text[0] == '+' || text[0] == '-';
    return sign && !std::all_of(text.begin() + 1, text.end(), [](char c) {
               return (c >= '0' && c <= '9') ||
                      std::string_view(" -./()").find(c) != std::string_view::npos;
           });
}

/// RFC 4180 section 2.
void addCell(std::string& row, std::string_view given) {
    std::string text(given);
    if (looksLikeFormula(text)) text.insert(text.begin(), '\'');
    if (!row.empty() && row.back() != '\n') row += ',';
    if (text.find_first_of("\",\r\n") == std::string::npos) {
        row += text;
        return;
    }
    row += '"';
    for (const char c : text) {
        if (c == '"') row += '"';
        row += c;
    }
    row += '"';
}

std::string timeOf(std::optional<base::TimePoint> time) {
    return time ? base::toRfc3339(*time) : std::string();
}

std::string listOf(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : "; ") + text;
    return out;
}

std::string_view mfaOf(domain::Tristate enrolled) {
    if (enrolled == domain::Tristate::kUnknown) return "unknown";
    return enrolled == domain::Tristate::kYes ? "enrolled" : "not_enrolled";
}

constexpr std::string_view kHeader =
    "organization,organization_name,connection,connector,native_id,username,first_name,last_name,"
    "display_name,email,phone,status,status_cause,native_status,roles,mfa,last_login_at,created_at,"
    "modified_at,alerts,seen_at,id\r\n";

/// The users of one answer, as pieces of its body. Written while the view shows one state, sent
/// afterwards: a slow reader holds nothing but memory.
class Export {
  public:
    Export(const Services& services, const Call& call, bool csv)
        : services_(services),
          tree_(call.asker().tree()),
          writer_(services, call.asker()),
          csv_(csv) {
        if (csv_) piece_ = kHeader;
    }

    void add(const domain::User& user, bool stale) {
        ++total_;
        if (csv_) {
            addRow(user, stale);
        } else {
            JsonWriter out;
            writer_.write(out, user, stale);
            piece_ += std::move(out).take() + "\n";
        }
        if (piece_.size() >= kPieceBytes) cut();
    }

    void end(const std::string& completeness) {
        if (!csv_) {
            piece_ += "{\"completeness\":" + completeness + ",\"total\":" + std::to_string(total_) +
                      "}\n";
        }
        cut();
    }

    [[nodiscard]] std::uint64_t total() const { return total_; }
    std::vector<std::string> takePieces() { return std::move(pieces_); }

  private:
    void cut() {
        pieces_.push_back(std::move(piece_));
        piece_.clear();
    }

    void addRow(const domain::User& user, bool stale) {
        const auto ordinal = tree_->find(user.organization);
        const auto& known = writer_.connectionOf(user);
        std::string row;
        addCell(row, ordinal ? tree_->at(*ordinal).slug : user.organization.text());
        addCell(row, ordinal ? tree_->at(*ordinal).name : std::string());
        addCell(row, known.connection.name);
        addCell(row, known.connection.connector);
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
        addCell(row, mfaOf(user.mfaEnrolled));
        addCell(row, timeOf(user.lastLoginAt));
        addCell(row, timeOf(user.createdAt));
        addCell(row, timeOf(user.modifiedAt));
        std::vector<std::string> alerts;
        for (const auto one : domain::alertsOf(user, services_.clock.now(), stale)) {
            alerts.emplace_back(domain::name(one));
        }
        addCell(row, listOf(alerts));
        addCell(row, base::toRfc3339(user.seenAt));
        addCell(row, user.id.text());
        piece_ += row + "\r\n";
    }

    const Services& services_;
    domain::TreePtr tree_;
    UserWriter writer_;
    bool csv_;
    std::string piece_;
    std::vector<std::string> pieces_;
    std::uint64_t total_ = 0;
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
    Export out(services, call, csv);
    TNY_CHECKED(services.view.stream(scope, query, [&](const domain::User& user, bool stale) {
        out.add(user, stale);
        return !call.deadline().passed();
    }));
    if (call.deadline().passed()) {
        return base::deadlineExceeded("The export took too long. Choose a smaller scope.");
    }
    JsonWriter completeness;
    writeCompleteness(completeness, services, scope, services.view.completeness(scope));
    const std::string complete = std::move(completeness).take();
    out.end(complete);
    // What is given out is written down before it is given out.
    record(
        services, call,
        {.organization = topOf(scope).id,
         .action = "user.export",
         .targetKind = "organization",
         .targetId = topOf(scope).id.text(),
         .targetName = topOf(scope).name,
         .detail = "Exported " + std::to_string(out.total()) + " users" +
                   (query.filter ? " that match: " + query.filter->text() : std::string()) + "."});
    auto pieces = std::make_shared<const std::vector<std::string>>(out.takePieces());
    auto response =
        http::Response::streamed(csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
                                 [pieces](http::ChunkSink& sink) -> base::Status {
                                     for (const auto& piece : *pieces)
                                         TNY_CHECKED(sink.write(piece));
                                     return base::ok();
                                 });
    response.header("X-Total", std::to_string(out.total()));
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
