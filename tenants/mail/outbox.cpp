#include "tenants/mail/outbox.h"

#include "kernel/base/ids.h"
#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"

namespace tenantry::tenants {

using base::Deadline;
using base::Json;

namespace {

constexpr std::string_view kKind = "mail";
constexpr auto kAgainAfter = std::chrono::seconds{15};
constexpr auto kSendWithin = std::chrono::seconds{60};

/// All of it is a secret: a mail carries the link that opens an account.
base::SecretText sealedOf(const Message& message) {
    base::JsonWriter json;
    json.beginObject().key("to").string(message.to).key("to_name").string(message.toName);
    json.key("subject").string(message.subject).key("text").string(message.text);
    json.key("html").string(message.html).endObject();
    return base::SecretText(std::move(json).take());
}

base::Result<Message> messageOf(const domain::Document& document) {
    TNY_TRY(const auto json, Json::parse(document.secret.reveal()));
    return Message{json["to"].stringOr(""), json["to_name"].stringOr(""),
                   json["subject"].stringOr(""), json["text"].stringOr(""),
                   json["html"].stringOr("")};
}

}  // namespace

Outbox::Outbox(domain::DocumentStore& store, Mailer& mailer, const base::Clock& clock)
    : store_(store), mailer_(mailer), clock_(clock) {}

Outbox::~Outbox() = default;

void Outbox::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

base::Status Outbox::put(const Message& message, Deadline deadline) {
    domain::Document document;
    document.kind = kKind;
    document.id = std::to_string(base::toMillis(clock_.now())) + "-" + base::newUuid();
    document.secret = sealedOf(message);
    document.expiresAt = clock_.now() + kTryFor;
    TNY_CHECKED(store_.addDocument(document, deadline));
    {
        const std::lock_guard lock(mutex_);
        news_ = true;
    }
    wake_.notify_all();
    return base::ok();
}

base::Result<std::size_t> Outbox::waiting(Deadline deadline) const {
    TNY_TRY(const auto all, store_.documents(kKind, "", deadline));
    return all.size();
}

std::string Outbox::trouble() const {
    return trouble_.withShared([](const auto& text) { return text; });
}

base::Status Outbox::handOver(const Message& message, Deadline deadline) {
    auto sent = mailer_.send(message, deadline);
    trouble_.with([&](auto& text) { text = sent ? std::string() : sent.error().message; });
    return sent;
}

base::Status Outbox::sendNow(const Message& message, Deadline deadline) {
    return handOver(message, deadline);
}

void Outbox::sendAll(Deadline deadline) {
    const std::lock_guard one(sending_);
    const auto waiting = store_.documents(kKind, "", deadline);
    if (!waiting) {
        base::logWarning("mail_not_read", {{"error", waiting.error().text()}});
        return;
    }
    for (const auto& document : *waiting) {
        if (deadline.passed()) return;
        const auto message = messageOf(document);
        auto sent = message ? handOver(*message, Deadline::after(kSendWithin))
                            : base::Status(message.error());
        const bool never = !sent && sent.error().code == base::ErrorCode::kInvalidArgument;
        if (!sent)
            base::logWarning(never ? "mail_refused" : "mail_waits",
                             {{"mail", document.id}, {"error", sent.error().text()}});
        if (!sent && !never) continue;
        // After a crash between the two lines above and this one, a mail goes twice, not never.
        const auto gone = store_.removeDocument(kKind, document.id, deadline);
        if (!gone && gone.error().code != base::ErrorCode::kNotFound)
            base::logWarning("mail_not_removed", {{"error", gone.error().text()}});
    }
}

void Outbox::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, stop, kAgainAfter, [&] { return news_; });
            news_ = false;
        }
        if (stop.stop_requested()) return;
        sendAll(Deadline::after(std::chrono::minutes{5}));
    }
}

}  // namespace tenantry::tenants
