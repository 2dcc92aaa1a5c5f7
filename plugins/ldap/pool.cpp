#include "plugins/ldap/pool.h"

#include <algorithm>

namespace tenantry::ldap {

std::unique_ptr<Session> Pool::connect(tny::Call& call) const {
    std::string password = config_.secret(call, "bind_password");
    if (!settings_.bindDn.empty() && password.empty()) {
        // RFC 4513 section 5.1.2: a name with an empty password is an anonymous bind that succeeds.
        throw tny::config("The bind DN needs its password.", "/bind_password");
    }
    auto session = Session::connect(settings_, password, call);
    std::fill(password.begin(), password.end(), '\0');
    return session;
}

std::unique_ptr<Session> Pool::takeIdle() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    auto session = std::move(idle_.back());
    idle_.pop_back();
    return session;
}

void Pool::giveBack(std::unique_ptr<Session> session) {
    if (session == nullptr || session->broken()) return;
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kIdleMax) idle_.push_back(std::move(session));
}

bool Pool::staleConnection(const Failure& failure) {
    return failure.connectionLost() && !failure.writeSent() && failure.code() != LDAP_TIMEOUT &&
           failure.code() != LDAP_USER_CANCELLED;
}

}  // namespace tenantry::ldap
