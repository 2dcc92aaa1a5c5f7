// One's own account: profile, password, second factor, sessions.
#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

constexpr Length kPassword{1, 1000};

/// An API token is for its purpose, not for its owner's own account.
base::Status bySession(const Call& call) {
    if (!call.who->sessionDigest.empty()) return base::ok();
    return base::forbidden("Sign in yourself for this: an API token cannot do it.");
}

http::Response codesAnswer(const std::vector<base::SecretText>& codes) {
    JsonWriter out;
    out.beginObject().key("recovery_codes").beginArray();
    for (const auto& one : codes) out.string(one.reveal());
    out.endArray().endObject();
    return http::Response::json(200, std::move(out).take());
}

base::Result<base::SecretText> passwordOf(const Body& body, std::string_view name) {
    TNY_TRY(std::string text, body.need(name, kPassword));
    return base::SecretText(std::move(text));
}

base::Result<Reply> edit(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_TRY(const Body body, Body::read(call.request, {"first_name", "last_name", "phone"}));
    TNY_TRY(const auto first, body.text("first_name", {0, 200}));
    TNY_TRY(const auto last, body.text("last_name", {0, 200}));
    TNY_TRY(const auto phone, body.text("phone", {0, 64}));
    JsonWriter args;
    args.beginObject().key("attributes").beginObject();
    if (first) args.key("first_name").string(*first);
    if (last) args.key("last_name").string(*last);
    if (phone) args.key("phone").string(*phone);
    args.endObject().endObject();
    TNY_CHECKED(services.accounts.act(call.asker().account(), domain::Action::kEdit,
                                      std::move(args).take(), &call.asker(), call.deadline()));
    return Reply(http::Response::empty(204));
}

base::Result<Reply> changePassword(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_TRY(const Body body, Body::read(call.request, {"current_password", "password"}));
    TNY_TRY(const auto current, passwordOf(body, "current_password"));
    TNY_TRY(const auto wanted, passwordOf(body, "password"));
    TNY_CHECKED(services.access.changePassword(*call.who, current, wanted, call.deadline()));
    return Reply(http::Response::empty(204));
}

base::Result<Reply> beginTotp(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_TRY(const auto enrolment, services.access.beginEnrolment(*call.who, call.deadline()));
    return Reply(enrolmentAnswer(enrolment));
}

base::Result<Reply> confirmTotp(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_TRY(const Body body, Body::read(call.request, {"totp"}));
    TNY_TRY(const auto code, body.need("totp", {6, 20}));
    TNY_TRY(const auto codes, services.access.confirmEnrolment(*call.who, code, call.deadline()));
    return Reply(codesAnswer(codes));
}

base::Result<Reply> removeTotp(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_TRY(const Body body, Body::read(call.request, {"current_password"}));
    TNY_TRY(const auto password, passwordOf(body, "current_password"));
    TNY_CHECKED(services.access.removeSecondFactor(*call.who, password, call.deadline()));
    return Reply(http::Response::empty(204));
}

base::Result<Reply> renewCodes(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_TRY(const Body body, Body::read(call.request, {"current_password"}));
    TNY_TRY(const auto password, passwordOf(body, "current_password"));
    TNY_TRY(const auto codes,
            services.access.renewRecoveryCodes(*call.who, password, call.deadline()));
    return Reply(codesAnswer(codes));
}

base::Result<Reply> listSessions(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_TRY(const auto all, services.access.sessionsOf(call.asker().account(), call.deadline()));
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& [id, session] : all) {
        out.beginObject().key("id").string(id);
        out.key("current").boolean(session.tokenDigest == call.who->sessionDigest);
        out.key("origin");
        writeTextOrNull(out, session.remoteAddress);
        out.key("user_agent");
        writeTextOrNull(out, session.userAgent);
        out.key("created_at").string(base::toRfc3339(session.createdAt));
        out.key("last_used_at").string(base::toRfc3339(session.lastUsedAt)).endObject();
    }
    out.endArray();
    writeCount(out, "total", all.size());
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> endSession(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_CHECKED(services.access.endSession(call.asker().account(), call.request.parameter("id"),
                                           call.deadline()));
    return Reply(http::Response::empty(204));
}

base::Result<Reply> endOthers(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_CHECKED(services.access.endOtherSessions(*call.who, call.deadline()));
    return Reply(http::Response::empty(204));
}

}  // namespace

void addProfile(Routes& routes, const Services& services) {
    using http::Method;
    const auto add = [&](Method method, std::string_view pattern, auto handler) {
        routes.add({.method = method, .pattern = pattern},
                   [&services, handler](const Call& call) { return handler(services, call); });
    };
    add(Method::kPatch, "/api/v1/me", edit);
    add(Method::kPost, "/api/v1/me/password", changePassword);
    add(Method::kPost, "/api/v1/me/totp", beginTotp);
    add(Method::kPost, "/api/v1/me/totp/confirm", confirmTotp);
    add(Method::kPost, "/api/v1/me/totp/remove", removeTotp);
    add(Method::kPost, "/api/v1/me/recovery-codes", renewCodes);
    add(Method::kGet, "/api/v1/me/sessions", listSessions);
    add(Method::kDelete, "/api/v1/me/sessions", endOthers);
    add(Method::kDelete, "/api/v1/me/sessions/{id}", endSession);
}

}  // namespace tenantry::rest
