#include "plugins/ldap/actions.h"

#include <sys/random.h>

#include <algorithm>

#include "plugins/ldap/edit.h"
#include "plugins/ldap/enumeration.h"
#include "plugins/ldap/text.h"

namespace tenantry::ldap {
namespace {

constexpr const char* kNoLocking =
    "No password policy with pwdLockout TRUE is in force on this directory, so a lock would have "
    "no effect.";
constexpr const char* kNoForcedChange =
    "The password policy of this directory has no pwdMustChange TRUE, so nobody could be made to "
    "change a password.";
constexpr const char* kNoOverlay =
    "The password policy overlay (ppolicy) is not loaded on this LDAP server.";

[[noreturn]] void wrongState(const Standing& standing, const std::string& wanted) {
    throw tny::conflict("The account is " + std::string(words(standing.state)) + ", not " + wanted +
                        ".");
}

std::vector<Change> replace(const char* attribute, std::vector<std::string> values) {
    return {{Change::How::kReplace, attribute, std::move(values)}};
}

// Each gives the changes that are needed; none when the account is already so.
std::vector<Change> suspendChanges(const Account& account) {
    if (!account.policy.lockout) throw tny::unsupported(kNoLocking);
    if (account.standing.permanentLock) return {};
    return replace("pwdAccountLockedTime", {kPermanentLock});
}

std::vector<Change> unsuspendChanges(const Account& account) {
    const Standing& s = account.standing;
    // Both are a removal of pwdAccountLockedTime; the difference is what the operator agreed to.
    if (s.state == State::kLocked) wrongState(s, "suspended; unlock it instead");
    if (s.permanentLock) return replace("pwdAccountLockedTime", {});
    if (s.state == State::kSuspended) {
        throw tny::policy("The account is suspended because " + s.cause +
                          " (pwdEndTime); that must be changed in the directory.");
    }
    return {};
}

std::vector<Change> unlockChanges(const Account& account) {
    const Standing& s = account.standing;
    if (s.state == State::kSuspended) wrongState(s, "locked out; unsuspend it instead");
    if (s.state != State::kLocked) return {};
    return replace("pwdAccountLockedTime", {});
}

std::vector<Change> forceChangeChanges(const Account& account) {
    if (!account.policy.mustChange) throw tny::unsupported(kNoForcedChange);
    const State state = account.standing.state;
    if (state == State::kMustChange) return {};
    if (state != State::kActive) wrongState(account.standing, "active");
    return replace("pwdReset", {"TRUE"});
}

class Performer {
  public:
    Performer(Session& session, tny::Call& call, const Settings& settings, const tny::Act& act)
        : session_(session), call_(call), settings_(settings), act_(act), book_(settings) {}

    void run();

  private:
    Account find() { return findAccount(session_, call_, settings_, book_, act_.id); }
    std::vector<Change> changes(const Account& account) const;
    void write(const Account& account, const std::vector<Change>& changes);
    void resetPassword(const Account& account);
    bool move(const Account& account);
    void requireChange();
    void remove();
    void checkEtag(const Account& account) const;
    WriteOptions options(const Account& account) const {
        return {.onlyAtCsn = account.entry.first("entryCSN"), .rehearse = act_.dryRun};
    }
    void emit(const Account& account) {
        call_.emit(userRecord(account.entry, account.standing, settings_));
    }

    Session& session_;
    tny::Call& call_;
    const Settings& settings_;
    const tny::Act& act_;
    PolicyBook book_;
};

void Performer::run() {
    if (act_.action == "user.delete") return remove();
    const Account before = find();
    checkEtag(before);
    if (act_.action == "user.reset_password") {
        resetPassword(before);
    } else if (act_.action == "x.ldap.move") {
        if (!move(before)) return emit(before);
    } else {
        const std::vector<Change> wanted = changes(before);
        if (wanted.empty()) return emit(before);
        write(before, wanted);
    }
    try {
        emit(find());
    } catch (const Failure&) {
        throw tny::outcomeUnknown(
            "The change was made, but the account could not be read again afterwards.");
    }
}

std::vector<Change> Performer::changes(const Account& account) const {
    if (act_.action == "user.suspend") return suspendChanges(account);
    if (act_.action == "user.unsuspend") return unsuspendChanges(account);
    if (act_.action == "user.unlock") return unlockChanges(account);
    if (act_.action == "user.force_password_change") return forceChangeChanges(account);
    if (act_.action == "user.edit") {
        return changesOf(act_.args["attributes"], account.entry, settings_);
    }
    throw tny::unsupported("This connector has no action \"" + std::string(act_.action) + "\".");
}

void Performer::write(const Account& account, const std::vector<Change>& wanted) {
    call_.throttle("operations");
    session_.modify(call_, account.entry.dn, wanted, options(account));
}

void Performer::resetPassword(const Account& account) {
    const std::string mode = act_.args.str("mode", "temporary");
    if (mode != "temporary") {
        throw tny::unsupported(
            "An LDAP directory sends no mail: only a temporary password can be set.");
    }
    // OpenLDAP takes any lock off when the password is set: a suspended account would come back.
    if (account.standing.state == State::kSuspended) wrongState(account.standing, "active");
    if (act_.dryRun) return;
    call_.throttle("operations", 2);
    const std::string password = temporaryPassword();
    session_.setPassword(call_, account.entry.dn, password);
    call_.reply("secret", tny::Json(password));
    requireChange();
}

/// False: it is there already.
bool Performer::move(const Account& account) {
    const std::string parent = act_.args.str("parent");
    // Out of the search base it would look deleted here.
    const bool stays = settings_.userDepth == Depth::kSubtree
                           ? isWithin(parent, settings_.userBase)
                           : foldDn(parent) == foldDn(settings_.userBase);
    if (!stays) {
        throw tny::argument("The new unit must lie within " + settings_.userBase +
                                ", where this connection looks for its users.",
                            "/parent");
    }
    if (isWithin(parent, account.entry.dn)) {
        throw tny::argument("An entry cannot be moved below itself.", "/parent");
    }
    if (foldDn(splitDn(account.entry.dn).second) == foldDn(parent)) return false;
    call_.throttle("operations", 2);
    if (!session_.read(call_, parent, {"1.1"})) {
        throw tny::argument("The directory has no entry " + parent + ".", "/parent");
    }
    session_.move(call_, account.entry.dn, parent, options(account));
    return true;
}

// With pwdMustChange ppolicy marks the account by itself, unless the administrator who sets the
// password is the server's own (rootdn).
void Performer::requireChange() {
    try {
        const Account after = find();
        if (!after.policy.mustChange || after.standing.mustChange) return;
        session_.modify(call_, after.entry.dn, replace("pwdReset", {"TRUE"}), {});
    } catch (const Failure& failure) {
        // Never let it look as if nothing had happened: the password is another one already.
        throw tny::outcomeUnknown(
            "The password was replaced, but the account could not be told to choose a new one.")
            .backend(failure.code(), nameOf(failure.code()));
    }
}

void Performer::remove() {
    Account account;
    try {
        account = find();
    } catch (const tny::Error& error) {
        if (error.code() != TNY_E_NOT_FOUND) throw;
        call_.emit(tny::Record::deleted("user", std::string(act_.id)));
        return;
    }
    checkEtag(account);
    call_.throttle("operations");
    session_.remove(call_, account.entry.dn, options(account));
    if (act_.dryRun) return emit(account);
    call_.emit(tny::Record::deleted("user", std::string(act_.id)));
}

void Performer::checkEtag(const Account& account) const {
    if (act_.expectEtag.empty()) return;
    const std::string csn = csnOf(act_.expectEtag);
    const bool same =
        csn.empty()
            ? act_.expectEtag == userRecord(account.entry, account.standing, settings_).etagText()
            : csn == account.entry.first("entryCSN");
    if (!same) {
        throw tny::conflict("The account was changed in the directory since it was last read.");
    }
}

}  // namespace

Account findAccount(Session& session, tny::Call& call, const Settings& settings, PolicyBook& book,
                    std::string_view id) {
    if (!isUuid(id)) throw tny::notFound("The directory has no account with this id.");
    call.throttle("operations");
    Search what = searchFor(Kind::kUser, settings);
    what.filter = "(&" + settings.userFilter + "(entryUUID=" + escapeFilter(id) + "))";
    Found found = session.search(call, what);
    if (found.entries.empty()) throw tny::notFound("The account is no longer in the directory.");
    Account account;
    account.entry = std::move(found.entries.front());
    account.policy = book.of(session, call, account.entry);
    account.noPassword = settings.noPasswordIsStaged &&
                         session.read(call, account.entry.dn, {"1.1"}, "(!(userPassword=*))");
    account.standing =
        standingOf(account.entry, account.policy, account.noPassword, currentTimeMs());
    return account;
}

Entry findGroup(Session& session, tny::Call& call, const Settings& settings, std::string_view id) {
    if (!isUuid(id)) throw tny::notFound("The directory has no group with this id.");
    Search what = searchFor(Kind::kGroup, settings);
    what.filter = "(&" + settings.groupFilter + "(entryUUID=" + escapeFilter(id) + "))";
    Found found = session.search(call, what);
    if (found.entries.empty()) throw tny::notFound("The group is no longer in the directory.");
    return std::move(found.entries.front());
}

void performAction(Session& session, tny::Call& call, const Settings& settings,
                   const tny::Act& act) {
    if (act.kind != "user" && !act.kind.empty()) {
        throw tny::unsupported("This connector acts on users only.");
    }
    Performer(session, call, settings, act).run();
}

tny::Capabilities capabilitiesOf(bool ppolicy, const Policy& policy) {
    tny::Capabilities all;
    const char* noLocking = !ppolicy ? kNoOverlay : !policy.lockout ? kNoLocking : nullptr;
    for (const char* action : {"user.suspend", "user.unsuspend"}) {
        if (noLocking != nullptr) {
            all.cannot(action, noLocking);
        } else {
            all.emulates(action, "By the password policy's permanent lock (pwdAccountLockedTime).");
        }
    }
    if (noLocking != nullptr) all.cannot("user.unlock", noLocking);
    if (!ppolicy || !policy.mustChange) {
        all.cannot("user.force_password_change", !ppolicy ? kNoOverlay : kNoForcedChange);
    }
    return all;
}

std::string temporaryPassword() {
    static constexpr std::string_view kLetters =
        "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_";
    std::string out;
    while (out.size() < 20) {
        unsigned char bytes[32];
        if (getrandom(bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes)) continue;
        for (const unsigned char byte : bytes) {
            // Bytes that would make some letters likelier than others are left out.
            if (byte >= 256 / kLetters.size() * kLetters.size() || out.size() == 20) continue;
            out += kLetters[byte % kLetters.size()];
        }
    }
    return out;
}

}  // namespace tenantry::ldap
