#include "api/rest/write.h"

#include <algorithm>
#include <limits>

#include "kernel/base/crypto.h"

namespace tenantry::rest {
namespace {

constexpr std::size_t kEtagDigits = 16;

std::string quotedDigest(const std::string& text) {
    return "\"" + base::digestHex(text).substr(0, kEtagDigits) + "\"";
}

void writeTexts(JsonWriter& out, std::span<const std::string> texts) {
    out.beginArray();
    for (const auto& text : texts) out.string(text);
    out.endArray();
}

/// The JSON object in `json`; null when there is none or it is no object.
void writeObjectOrNull(JsonWriter& out, const std::string& json) {
    const auto parsed = base::Json::parse(json.empty() ? "null" : json);
    if (parsed && parsed->isObject()) {
        out.raw(json);
    } else {
        out.null();
    }
}

/// The API's names of the canonical fields that can be edited, in the order of the form.
struct Editable {
    std::string_view api;
    std::string_view canonical;
};
constexpr Editable kEditable[] = {
    {"username", "login"},      {"first_name", "first_name"},
    {"last_name", "last_name"}, {"display_name", "display_name"},
    {"email", "email"},         {"email", "emails"},
    {"phone", "phone"},
};

constexpr std::string_view kOnUser = "user.";

struct Verb {
    std::string_view stored;
    std::string_view word;
};
constexpr Verb kVerbs[] = {
    {"session.create", "sign_in"},
    {"session.delete", "sign_out"},
    {"account.create", "set_up"},
    {"user.export", "export"},
    {"activity.export", "export_activity"},
    {"user.invite", "invite"},
    {"user.create", "create"},
    {"organization.create", "create_organization"},
    {"organization.change", "edit_organization"},
    {"connection.create", "create_connection"},
    {"connection.change", "edit_connection"},
    {"connection.delete", "delete_connection"},
    {"connection.accept_deletions", "accept_deletions"},
    {"connection.reject_deletions", "reject_deletions"},
};

}  // namespace

void writeTime(JsonWriter& out, std::optional<base::TimePoint> time) {
    if (time && time->time_since_epoch().count() != 0) {
        out.string(base::toRfc3339(*time));
    } else {
        out.null();
    }
}

void writeCount(JsonWriter& out, std::string_view key, std::uint64_t count) {
    out.key(key).number(static_cast<std::int64_t>(count));
}

void writeTextOrNull(JsonWriter& out, std::string_view text) {
    if (text.empty()) {
        out.null();
    } else {
        out.string(text);
    }
}

void writeOrganizationName(JsonWriter& out, const domain::Organization& organization) {
    out.key("id").string(organization.id.text());
    out.key("slug").string(organization.slug);
    out.key("name").string(organization.name);
    out.key("kind").string(domain::name(organization.kind));
}

void writeOrganizationName(JsonWriter& out, const domain::OrganizationTree& tree,
                           const base::OrganizationId& id) {
    domain::Organization organization;
    organization.id = id;
    if (const auto ordinal = tree.find(id)) organization = tree.at(*ordinal);
    out.beginObject();
    writeOrganizationName(out, organization);
    out.endObject();
}

void writePath(JsonWriter& out, const domain::Scope& visible, domain::Ordinal ordinal) {
    out.beginArray();
    for (const auto step : visible.tree()->path(ordinal)) {
        if (step != ordinal && visible.contains(step)) out.string(visible.tree()->at(step).name);
    }
    out.endArray();
}

void writeOrganizationRef(JsonWriter& out, const domain::Scope& visible,
                          const base::OrganizationId& id) {
    writeOrganizationRef(out, visible, id,
                         visible.tree() ? visible.tree()->find(id).value_or(domain::kNoOrdinal)
                                        : domain::kNoOrdinal);
}

void writeOrganizationRef(JsonWriter& out, const domain::Scope& visible,
                          const base::OrganizationId& id, domain::Ordinal ordinal) {
    out.beginObject();
    if (ordinal != domain::kNoOrdinal) {
        writeOrganizationName(out, visible.tree()->at(ordinal));
        out.key("path");
        writePath(out, visible, ordinal);
    } else {
        domain::Organization organization;
        organization.id = id;
        writeOrganizationName(out, organization);
        out.key("path").beginArray().endArray();
    }
    out.endObject();
}

void writeCompleteness(JsonWriter& out, const domain::Completeness& completeness) {
    out.beginObject();
    writeCount(out, "organizations", completeness.organizations);
    writeCount(out, "current", completeness.current);
    writeCount(out, "stale", completeness.stale);
    writeCount(out, "unreachable", completeness.unreachable);
    writeCount(out, "never_read", completeness.neverRead);
    out.key("oldest_as_of");
    writeTime(out, completeness.oldestAsOf);
    out.key("stale_since");
    writeTime(out, completeness.staleSince);
    out.key("unreachable_since");
    writeTime(out, completeness.unreachableSince);
    out.endObject();
}

UserWriter::UserWriter(const Services& services, const domain::Operator& asker)
    : services_(services), visible_(asker.visible()), now_(services.clock.now()) {}

/// The row of a user who is not from a page, with what it refers to.
struct UserWriter::Placed {
    domain::KnownConnection known;
    domain::UserRow row;
};

void UserWriter::place(Placed& out, const domain::User& user) const {
    if (auto found = services_.connections.find(user.connection)) out.known = std::move(*found);
    out.known.connection.id = user.connection;
    const bool stale = domain::stateAt(out.known.health, now_) != domain::ConnectionState::kCurrent;
    out.row = domain::rowOf(user, &out.known.connection, now_, stale);
    if (visible_.tree())
        out.row.ordinal = visible_.tree()->find(user.organization).value_or(domain::kNoOrdinal);
}

void UserWriter::write(JsonWriter& out, const domain::UserRow& row) const {
    out.beginObject();
    members(out, row);
    out.endObject();
}

void UserWriter::write(JsonWriter& out, const domain::User& user) const {
    Placed one;
    place(one, user);
    write(out, one.row);
}

void UserWriter::writeWithEditable(JsonWriter& out, const domain::User& user) const {
    Placed one;
    place(one, user);
    out.beginObject();
    members(out, one.row);
    out.key("editable").beginArray();
    editable(out, one.known);
    out.endArray().endObject();
}

void UserWriter::members(JsonWriter& out, const domain::UserRow& row) const {
    const auto& connection = *row.connection;
    out.key("id").string(row.id());
    out.key("organization");
    writeOrganizationRef(out, visible_, *row.organization, row.ordinal);
    out.key("connection").string(connection.id.text());
    out.key("connection_name").string(connection.name);
    out.key("connector").string(connection.connector);
    out.key("native_id").string(row.nativeId);
    out.key("username").string(row.username);
    out.key("first_name").string(row.firstName);
    out.key("last_name").string(row.lastName);
    out.key("display_name").string(row.displayName);
    out.key("email").string(row.email);
    out.key("phone").string(row.phone);
    out.key("status").string(domain::name(row.status));
    out.key("status_cause");
    writeTextOrNull(out, domain::name(row.statusCause));
    out.key("native_status").string(row.nativeStatus);
    out.key("roles");
    writeTexts(out, row.roles);
    out.key("mfa").beginObject().key("enrolled");
    if (row.mfaEnrolled == domain::Tristate::kUnknown) {
        out.null();
    } else {
        out.boolean(row.mfaEnrolled == domain::Tristate::kYes);
    }
    out.key("required").boolean(row.mfaRequired);
    out.key("methods");
    writeTexts(out, row.mfaMethods);
    out.endObject();
    out.key("federated_only").boolean(row.federatedOnly);
    out.key("last_login_at");
    writeTime(out, row.lastLoginAt);
    out.key("created_at");
    writeTime(out, row.createdAt);
    out.key("modified_at");
    writeTime(out, row.modifiedAt);
    out.key("alerts").beginArray();
    for (std::size_t i = 1; i <= domain::kAlertCount; ++i) {
        const auto alert = static_cast<domain::Alert>(i);
        if ((row.alerts & domain::maskOf(alert)) != 0) out.string(domain::name(alert));
    }
    out.endArray();
    out.key("console_url");
    writeTextOrNull(out, row.consoleUrlText());
    out.key("seen_at").string(base::toRfc3339(row.seenAt));
    out.key("etag").string(etagOf(row));
    out.key("attributes").raw(row.attributesJson.empty() ? "{}" : row.attributesJson);
}

void UserWriter::editable(JsonWriter& out, const domain::KnownConnection& known) const {
    const auto edit = known.health.capabilities.find("user.edit");
    if (edit == known.health.capabilities.end() || !edit->second.supported) return;
    for (const auto& descriptor : services_.connections.connectors()) {
        const auto* kind = descriptor.kind("user");
        if (descriptor.id != known.connection.connector || kind == nullptr) continue;
        for (const auto& field : kEditable) {
            const bool writable = std::any_of(
                kind->attributes.begin(), kind->attributes.end(),
                [&](const auto& one) { return one.maps == field.canonical && !one.readOnly; });
            if (writable) out.string(field.api);
        }
    }
}

std::string etagOf(const domain::UserRow& row) {
    return "\"" + domain::versionOf(row) + "\"";
}

std::string etagOf(const domain::User& user) {
    return "\"" + domain::versionOf(user) + "\"";
}

std::string etagOf(const domain::Organization& organization) {
    std::string text = organization.name + "\n" + organization.slug + "\n" +
                       organization.parent.text() + "\n" +
                       std::string(domain::name(organization.state));
    for (const auto& tag : organization.tags) text += "\n" + tag;
    return quotedDigest(text);
}

std::string etagOf(const domain::Connection& connection) {
    // A change of a secret alone shows in modifiedAt only.
    return quotedDigest(connection.name + "\n" + connection.configJson + "\n" +
                        std::to_string(connection.syncInterval.count()) + "\n" +
                        (connection.enabled ? "on" : "off") + "\n" +
                        std::to_string(base::toMillis(connection.modifiedAt)));
}

bool matches(const http::Request& request, std::string_view etag) {
    if (!request.headers().has("If-Match")) return true;
    return request.headers().listHas("If-Match", etag) ||
           request.headers().listHas("If-Match", "*");
}

void writeRun(JsonWriter& out, const sync::Run& run) {
    out.beginObject();
    out.key("id").string(run.id);
    out.key("connection").string(run.connection.text());
    out.key("trigger").string(sync::name(run.trigger));
    out.key("state").string(sync::name(run.state));
    out.key("queued_at").string(base::toRfc3339(run.queuedAt));
    out.key("started_at");
    writeTime(out, run.startedAt);
    out.key("finished_at");
    writeTime(out, run.finishedAt);
    writeCount(out, "read", run.read);
    writeCount(out, "added", run.added);
    writeCount(out, "changed", run.changed);
    writeCount(out, "removed", run.removed);
    writeCount(out, "held", run.held);
    out.key("expected");
    if (run.expected) {
        out.number(static_cast<std::int64_t>(*run.expected));
    } else {
        out.null();
    }
    out.key("error");
    writeTextOrNull(out, run.error);
    out.endObject();
}

std::string actionWord(std::string_view stored) {
    for (const auto& verb : kVerbs) {
        if (verb.stored == stored) return std::string(verb.word);
    }
    if (stored.substr(0, kOnUser.size()) == kOnUser &&
        domain::action(stored.substr(kOnUser.size()))) {
        stored.remove_prefix(kOnUser.size());
    }
    return std::string(stored);
}

std::string storedAction(std::string_view word) {
    for (const auto& verb : kVerbs) {
        if (verb.word == word) return std::string(verb.stored);
    }
    return domain::action(word) ? std::string(kOnUser) + std::string(word) : std::string(word);
}

void writeActivity(JsonWriter& out, const Services& services, const domain::Operator& asker,
                   const domain::Activity& entry) {
    out.beginObject();
    out.key("id").string(entry.id.text());
    out.key("at").string(base::toRfc3339(entry.at));
    out.key("actor").beginObject().key("id");
    writeTextOrNull(out, entry.actor.text());
    out.key("name").string(entry.actor.empty() ? "Tenantry" : entry.actorName).endObject();
    out.key("origin");
    writeTextOrNull(out, entry.remoteAddress);
    out.key("action").string(actionWord(entry.action));
    out.key("outcome").string(entry.outcome);
    out.key("organization");
    writeOrganizationName(out, *asker.tree(), entry.organization);
    out.key("user");
    if (entry.targetKind == "user") {
        const auto user = services.view.get(asker.visible(), base::UserId(entry.targetId));
        out.beginObject().key("id").string(entry.targetId);
        out.key("username").string(entry.targetName);
        out.key("display_name").string(user ? user->displayName : entry.targetName).endObject();
    } else {
        out.null();
    }
    out.key("target").beginObject().key("kind").string(entry.targetKind);
    out.key("id").string(entry.targetId).key("name").string(entry.targetName).endObject();
    out.key("detail").string(entry.detail);
    out.key("reason");
    writeTextOrNull(out, entry.reason);
    out.key("ticket");
    writeTextOrNull(out, entry.ticket);
    out.key("before");
    writeObjectOrNull(out, entry.beforeJson);
    out.key("after");
    writeObjectOrNull(out, entry.afterJson);
    out.key("correlation_id").string(entry.correlationId);
    out.endObject();
}

}  // namespace tenantry::rest
