#include <algorithm>

#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/write.h"
#include "kernel/domain/assignment.h"

namespace tenantry::rest {
namespace {

void writeReason(JsonWriter& out, const std::optional<domain::Reason>& reason) {
    if (!reason) {
        out.null();
        return;
    }
    out.beginObject().key("code").string(reason->code);
    out.key("short").string(reason->brief);
    out.key("detail").string(reason->detail).endObject();
}

const domain::ActionDescriptor* descriptorOf(const domain::ConnectorDescriptor* connector,
                                             const domain::Eligibility& one) {
    if (connector == nullptr) return nullptr;
    return connector->action(one.vendor.empty() ? domain::connectorAction(one.action) : one.vendor);
}

void writePossibility(JsonWriter& out, const domain::Eligibility& one,
                      const domain::ActionDescriptor* described) {
    const bool own = !one.vendor.empty();
    out.beginObject().key("action").string(domain::nameOf(one));
    out.key("title").string(one.words);
    out.key("allowed").boolean(one.allowed);
    out.key("reason");
    writeReason(out, one.reason);
    out.key("emulated");
    writeTextOrNull(out, one.emulated ? std::string_view(one.note) : std::string_view());
    if (described != nullptr) out.key("reveals_secret").boolean(described->returnsSecret);
    if (own && described != nullptr) {
        out.key("risk").string(described->risk);
        out.key("note");
        writeTextOrNull(out, described->note);
        out.key("parameters_schema");
        if (described->argsJson.empty())
            out.null();
        else
            out.raw(described->argsJson);
    }
    out.endObject();
}

base::Result<Reply> list(const Services& services, const Call& call) {
    const base::UserId id(call.request.parameter("id"));
    TNY_TRY(const auto user, services.view.get(call.asker().visible(), id));
    TNY_TRY(const auto all, services.actions.eligibilities(call.asker(), id));
    const auto known = services.connections.find(user.connection);
    const auto* connector = known ? known->descriptor : nullptr;
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& one : all)
        if (one.vendor.empty()) writePossibility(out, one, descriptorOf(connector, one));
    out.endArray().key("connector_actions").beginArray();
    for (const auto& one : all)
        if (!one.vendor.empty()) writePossibility(out, one, descriptorOf(connector, one));
    out.endArray().endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

std::string resultText(const Services& services, const Call& call, const jobs::ActionResult& result,
                       const domain::User& user, const std::string* secret) {
    JsonWriter out;
    out.beginObject().key("outcome").string(domain::name(result.outcome));
    out.key("detail").string(result.detail);
    out.key("reason");
    writeReason(out, result.reason);
    out.key("user");
    UserWriter(services, call.asker()).write(out, user);
    out.key("activity_id").string(result.activity.text());
    out.key("undo");
    const auto back = result.undo ? result.undo : domain::action(result.vendorUndo);
    writeTextOrNull(out, back ? domain::spec(*back).name : std::string_view());
    out.key("connector_undo");
    writeTextOrNull(out, back ? std::string_view() : result.vendorUndo);
    out.key("secret");
    if (secret != nullptr) {
        out.string(*secret);
    } else {
        out.null();
    }
    out.endObject();
    return std::move(out).take();
}

base::Result<domain::Action> actionOf(const Call& call, std::string& vendor) {
    const std::string name = call.request.parameter("action");
    if (domain::isVendorAction(name)) {
        vendor = name;
        return domain::Action::kVendor;
    }
    const auto action = domain::action(name);
    if (!action) return base::notFound("There is no action \"" + name.substr(0, 40) + "\".");
    if (*action == domain::Action::kEdit) {
        return base::invalidArgument("To edit a user, send PATCH to the user.");
    }
    return *action;
}

base::Result<Reply> act(const Services& services, const Call& call) {
    jobs::ActionRequest wish;
    wish.user = base::UserId(call.request.parameter("id"));
    // The user as it was: what an answer shows of one that is gone.
    TNY_TRY(auto user, services.view.get(call.asker().visible(), wish.user));
    TNY_TRY(wish.action, actionOf(call, wish.vendor));
    TNY_TRY(const Body body,
            Body::read(call.request, {"parameters", "reason", "ticket"}, Presence::kOptional));
    TNY_TRY(const auto parameters, body.object("parameters"));
    TNY_TRY(const auto reason, body.text("reason", {0, 500}));
    TNY_TRY(const auto ticket, body.text("ticket", {0, 100}));
    wish.parametersJson = parameters.value_or("{}");
    wish.reason = reason.value_or("");
    wish.ticket = ticket.value_or("");
    TNY_CHECKED(checkReason(services, domain::placesOf(user), wish.reason));
    TNY_TRY(const auto result, services.actions.run(call.asker(), wish, call.deadline()));
    if (result.user) {
        user = *result.user;
    } else {
        user.status = domain::UserStatus::kDeleted;
    }
    const std::string without = resultText(services, call, result, user, nullptr);
    if (!result.secret) return Reply(http::Response::json(200, without));
    return Reply(http::Response::json(
                     200, resultText(services, call, result, user, &result.secret->reveal())),
                 http::Response::json(200, without));
}

base::Result<Reply> groups(const Services& services, const Call& call) {
    const base::UserId id(call.request.parameter("id"));
    const auto found = services.actions.groups(call.asker(), id, call.deadline());
    const bool none = !found && found.error().code == base::ErrorCode::kUnsupported;
    if (!found && !none) return found.error();
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    if (found) {
        for (const auto& group : *found) {
            out.beginObject().key("id").string(group.id).key("name").string(group.name);
            out.key("description");
            writeTextOrNull(out, group.description);
            out.endObject();
        }
    }
    out.endArray();
    writeCount(out, "total", found ? found->size() : 0);
    out.key("available").boolean(found.has_value());
    out.key("detail");
    writeTextOrNull(out, none ? std::string_view(found.error().message) : std::string_view());
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

}  // namespace

void addUserActions(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/users/{id}/actions"},
               [&services](const Call& call) { return list(services, call); });
    routes.add({.method = http::Method::kPost,
                .pattern = "/api/v1/users/{id}/actions/{action}",
                .idempotent = true},
               [&services](const Call& call) { return act(services, call); });
    routes.add({.pattern = "/api/v1/users/{id}/groups"},
               [&services](const Call& call) { return groups(services, call); });
}

}  // namespace tenantry::rest
