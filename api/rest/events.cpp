#include <charconv>
#include <memory>

#include "api/rest/resources.h"

namespace tenantry::rest {
namespace {

constexpr auto kRefreshDeadline = std::chrono::seconds(2);

/// Who listens. Asked again who they are at each heartbeat, so that a lost right or a session that
/// ended takes effect on an open page too. Runs on the hub's thread only, after the first use.
class Listener {
  public:
    Listener(const Services& services, const Call& call)
        : services_(services), token_(call.token), peer_(call.request.peer), asker_(call.asker()) {}

    std::optional<std::string> view(const http::Event& event) {
        for (const auto& topic : event.topics) {
            const base::OrganizationId id(topic);
            // An organization that was made since is not in the snapshot of the tree.
            if (!asker_.tree()->find(id) && !refresh()) return std::nullopt;
            if (!asker_.visible().contains(id)) return std::nullopt;
        }
        // What belongs to no organization is told to nobody.
        return event.topics.empty() ? std::nullopt : std::optional(event.data);
    }

    bool refresh() {
        const auto again =
            services_.access.authenticate(token_, peer_, base::Deadline::after(kRefreshDeadline));
        if (again) asker_ = again->asker;
        // A store that is away for a moment ends nobody's page.
        return again || again.error().code != base::ErrorCode::kUnauthenticated;
    }

  private:
    const Services& services_;
    base::SecretText token_;
    std::string peer_;
    domain::Operator asker_;
};

std::optional<std::uint64_t> lastSeen(const http::Request& request) {
    const auto text = request.headers().get("Last-Event-ID");
    if (!text) return std::nullopt;
    std::uint64_t id = 0;
    const auto parsed = std::from_chars(text->data(), text->data() + text->size(), id);
    if (parsed.ec != std::errc() || parsed.ptr != text->data() + text->size()) return UINT64_MAX;
    return id;
}

base::Result<Reply> listen(const Services& services, const Call& call) {
    auto listener = std::make_shared<Listener>(services, call);
    http::StreamWish wish;
    wish.account = call.asker().account().text();
    wish.view = [listener](const http::Event& event) { return listener->view(event); };
    wish.alive = [listener] { return listener->refresh(); };
    wish.lastSeen = lastSeen(call.request);
    TNY_TRY(auto stream, services.events.open(std::move(wish)));
    return Reply(http::Response::events(std::move(stream)));
}

}  // namespace

void addEvents(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/events"},
               [&services](const Call& call) { return listen(services, call); });
}

}  // namespace tenantry::rest
