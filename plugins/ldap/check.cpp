#include "plugins/ldap/check.h"

#include <algorithm>

#include "plugins/ldap/enumeration.h"

namespace tenantry::ldap {
namespace {

constexpr const char* kOnLoopback[] = {"://127.", "://localhost", "://[::1]"};

bool onLoopback(const std::string& url) {
    for (const char* prefix : kOnLoopback) {
        if (url.find(prefix) != std::string::npos) return true;
    }
    return false;
}

class Check {
  public:
    Check(Session& session, tny::Call& call, const Settings& settings)
        : session_(session), call_(call), settings_(settings) {}

    void run() {
        readBase();
        sayConnected();
        readUsers();
        readPolicy();
        call_.reply("diagnostics", said_);
    }

  private:
    void say(const char* name, const std::string& sentence) { add(true, name, sentence); }
    void warn(const char* name, const std::string& sentence) { add(false, name, sentence); }
    void add(bool ok, const char* name, const std::string& sentence) {
        said_.push(tny::Json::object({{"ok", ok}, {"name", name}, {"message", sentence}}));
    }

    void readBase() {
        if (session_.read(call_, settings_.baseDn, {"1.1"})) return;
        throw tny::config(
            "The base DN does not exist on this server, or the connection's account may not see "
            "it.",
            "/base_dn");
    }

    void sayConnected() {
        if (settings_.tls != Tls::kNone) {
            say("connection", "Signed in to the LDAP server over an encrypted connection.");
        } else if (onLoopback(settings_.url)) {
            say("connection", "Signed in to the LDAP server.");
        } else {
            warn("connection",
                 "Signed in, but the connection is not encrypted: passwords cross the network in "
                 "the clear.");
        }
    }

    void readUsers() {
        Search what = searchFor(Kind::kUser, settings_);
        what.attributes = {"entryUUID", "pwdAccountLockedTime"};
        int pageSize = settings_.pageSize;
        const Found found = pagedSearch(session_, call_, what, pageSize);
        if (found.entries.empty()) {
            warn("users",
                 "No user was found. Check the user base and filter, and whether the account may "
                 "read them.");
            return;
        }
        if (found.entries.front().first("entryUUID").empty()) {
            throw tny::permission(
                "The connection's account may not read entryUUID, by which users are told apart.");
        }
        say("users", "The first page holds " + std::to_string(found.entries.size()) + " users" +
                         (found.cookie.empty() ? "." : ", and there are more."));
        if (pageSize < settings_.pageSize) {
            say("page_size", "The server refused pages of " + std::to_string(settings_.pageSize) +
                                 "; pages of " + std::to_string(pageSize) + " are used.");
        }
        const auto unlocked =
            std::find_if(found.entries.begin(), found.entries.end(),
                         [](const Entry& e) { return e.first("pwdAccountLockedTime").empty(); });
        if (unlocked != found.entries.end()) sampleDn_ = unlocked->dn;
    }

    void readPolicy() {
        if (!hasPpolicy(session_, call_)) {
            warn("policy",
                 "The password policy overlay (ppolicy) is not loaded: locks and forced password "
                 "changes are not available.");
            return;
        }
        PolicyBook book(settings_);
        const Policy& policy = book.standard(session_, call_);
        if (!policy.known) {
            warn("policy",
                 "The default password policy could not be read, so how long a lock lasts is "
                 "unknown. Name the policy's DN, or let the account read it.");
        } else if (!policy.lockout) {
            warn("policy",
                 "The default password policy does not lock accounts (pwdLockout): suspending is "
                 "not available.");
        } else {
            say("policy", "The password policy is readable and locks accounts.");
        }
        if (sampleDn_.empty()) return;
        readLockAttributes();
        rehearse();
    }

    // Matches whatever the value is, unless the access rules hide the attribute: then the filter is
    // undefined and matches nothing.
    void readLockAttributes() {
        const std::string either = "(|(pwdAccountLockedTime=*)(!(pwdAccountLockedTime=*)))";
        if (session_.read(call_, sampleDn_, {"1.1"}, either)) return;
        warn("lock_attributes",
             "pwdAccountLockedTime may not be read: locked and suspended users would be shown as "
             "active.");
    }

    // Takes a lock off that is not there, and even that only as a rehearsal: should a server
    // mistake the control, nothing is changed.
    void rehearse() {
        const std::vector<Change> change = {{Change::How::kReplace, "pwdAccountLockedTime", {}}};
        try {
            session_.modify(call_, sampleDn_, change, {.onlyAtCsn = {}, .rehearse = true});
            say("write", "Changing users seems to be permitted (rehearsed, nothing was changed).");
        } catch (const Failure& failure) {
            if (failure.connectionLost()) throw;
            if (failure.code() == LDAP_INSUFFICIENT_ACCESS) {
                warn("write", "The account may read but not change users (insufficient access).");
            } else {
                say("write", "Whether users may be changed cannot be told without trying: " +
                                 nameOf(failure.code()) + ".");
            }
        }
    }

    Session& session_;
    tny::Call& call_;
    const Settings& settings_;
    tny::Json said_ = tny::Json::array();
    std::string sampleDn_;  ///< a user that is not locked
};

}  // namespace

void checkDirectory(Session& session, tny::Call& call, const Settings& settings) {
    Check(session, call, settings).run();
}

}  // namespace tenantry::ldap
