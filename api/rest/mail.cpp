// How mail leaves this server, and a mail to try it. The way itself is set in the server's file.
#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

/// The server's mail is the platform's.
base::Status mayManage(const Call& call) {
    const auto& tree = *call.asker().tree();
    if (tree.size() > 0 && call.asker().may(domain::Permission::kPoliciesManage, tree.at(0).id))
        return base::ok();
    return base::forbidden("You need \"policies.manage\" on the platform.");
}

base::Result<Reply> show(const Services& services, const Call& call) {
    TNY_CHECKED(mayManage(call));
    const auto& outbox = services.accounts.outbox();
    const auto way = outbox.way();
    TNY_TRY(const auto waiting, outbox.waiting(call.deadline()));
    JsonWriter out;
    out.beginObject().key("kind").string(way.kind).key("server").string(way.server);
    out.key("encryption");
    writeTextOrNull(out, way.encryption);
    out.key("from").string(way.from);
    writeCount(out, "waiting", waiting);
    out.key("trouble");
    writeTextOrNull(out, outbox.trouble());
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

/// To oneself only: this is no way to send mail to others.
base::Result<Reply> test(const Services& services, const Call& call) {
    TNY_CHECKED(mayManage(call));
    const auto& account = call.who->account;
    if (account.email.empty())
        return base::conflict("Your account has no e-mail address to send it to.");
    auto& outbox = services.accounts.outbox();
    const tenants::Message message{
        account.email, "", "Mail from Tenantry works",
        "This mail was sent to see whether mail leaves the server. Nothing is to be done.\r\n",
        "<p>This mail was sent to see whether mail leaves the server. Nothing is to be done.</p>"};
    const auto sent = outbox.sendNow(message, call.deadline());
    JsonWriter out;
    out.beginObject().key("sent").boolean(sent.has_value());
    out.key("to").string(account.email).key("detail");
    out.string(sent ? "The mail was handed over." : sent.error().message).endObject();
    const auto& tree = *call.asker().tree();
    record(services, call,
           {.organization = tree.at(0).id,
            .action = "mail.test",
            .targetKind = "account",
            .targetId = account.id.text(),
            .targetName = account.username,
            .outcome = sent ? "done" : "failed",
            .detail = sent ? "Sent a mail to see whether mail leaves the server."
                           : "A test mail could not be sent."});
    return Reply(http::Response::json(200, std::move(out).take()));
}

}  // namespace

void addMail(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/mail"},
               [&services](const Call& call) { return show(services, call); });
    routes.add({.method = http::Method::kPost, .pattern = "/api/v1/mail/test"},
               [&services](const Call& call) { return test(services, call); });
}

}  // namespace tenantry::rest
