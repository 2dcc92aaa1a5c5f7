#include "plugins/ldap/check.h"

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
        say("Signed in to the LDAP server" +
            std::string(settings_.tls == Tls::kNone ? "." : " over an encrypted connection."));
        if (settings_.tls == Tls::kNone && !onLoopback(settings_.url)) {
            say("Warning: the connection is not encrypted; passwords cross the network in the "
                "clear.");
        }
        readBase();
        readUsers();
        readPolicy();
        if (!sampleDn_.empty()) rehearse();
        call_.reply("diagnostics", said_);
    }

  private:
    void say(const std::string& sentence) { said_.push(sentence); }

    void readBase() {
        if (session_.read(call_, settings_.baseDn, {"1.1"})) return;
        throw tny::config(
            "The base DN does not exist on this server, or the connection's account may not see "
            "it.",
            "/base_dn");
    }

    void readUsers() {
        Search what = searchFor(Kind::kUser, settings_);
        what.attributes = {"entryUUID"};
        int pageSize = settings_.pageSize;
        const Found found = pagedSearch(session_, call_, what, pageSize);
        if (found.entries.empty()) {
            say("Warning: no user was found. Check the user base and filter, and whether the "
                "account may read them.");
            return;
        }
        sampleDn_ = found.entries.front().dn;
        say("The first page holds " + std::to_string(found.entries.size()) + " users" +
            (found.cookie.empty() ? "." : ", and there are more."));
        if (pageSize < settings_.pageSize) {
            say("The server allows pages of " + std::to_string(pageSize) + " only; that is used.");
        }
        if (found.entries.front().first("entryUUID").empty()) {
            throw tny::permission(
                "The connection's account may not read entryUUID, by which users are told apart.");
        }
    }

    void readPolicy() {
        if (!hasPpolicy(session_, call_)) {
            say("Warning: the password policy overlay (ppolicy) is not loaded; locks and forced "
                "password changes are not available.");
            return;
        }
        PolicyBook book(settings_);
        const Policy& policy = book.standard(session_, call_);
        if (!policy.known) {
            say("Warning: the default password policy could not be read; the time a lock lasts is "
                "unknown. Set the policy's DN, or let the account read it.");
        } else if (!policy.lockout) {
            say("Warning: the default password policy does not lock accounts (pwdLockout); "
                "suspending is not available.");
        } else {
            say("The password policy is readable and locks accounts.");
        }
        if (!sampleDn_.empty()) readLockAttributes();
    }

    // Matches whatever the value is, unless the access rules hide the attribute: then the filter is
    // undefined and matches nothing.
    void readLockAttributes() {
        const std::string either = "(|(pwdAccountLockedTime=*)(!(pwdAccountLockedTime=*)))";
        if (session_.read(call_, sampleDn_, {"1.1"}, either)) return;
        say("Warning: pwdAccountLockedTime may not be read; locked and suspended users would be "
            "shown as active.");
    }

    void rehearse() {
        const std::vector<Change> change = {
            {Change::How::kReplace, "pwdAccountLockedTime", {"000001010000Z"}}};
        try {
            session_.modify(call_, sampleDn_, change, {.onlyAtCsn = {}, .rehearse = true});
            say("Changing users seems to be permitted (rehearsed, nothing was changed).");
        } catch (const Failure& failure) {
            if (failure.connectionLost()) throw;
            if (failure.code() == LDAP_INSUFFICIENT_ACCESS) {
                say("Warning: the account may read but not change users (insufficient access).");
            } else {
                say("Whether users may be changed cannot be told without trying: " +
                    nameOf(failure.code()) + ".");
            }
        }
    }

    Session& session_;
    tny::Call& call_;
    const Settings& settings_;
    tny::Json said_ = tny::Json::array();
    std::string sampleDn_;
};

}  // namespace

void checkDirectory(Session& session, tny::Call& call, const Settings& settings) {
    Check(session, call, settings).run();
}

}  // namespace tenantry::ldap
