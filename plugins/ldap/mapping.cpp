#include "plugins/ldap/mapping.h"

#include <algorithm>

#include "plugins/ldap/text.h"

namespace tenantry::ldap {
namespace {

void setTime(tny::Record& record, std::string_view key, const std::string& value) {
    if (const auto ms = parseTime(value)) record.set(key, isoTime(*ms));
}

// pwdLastSuccess is ppolicy's (2.5 and later), authTimestamp the lastbind overlay's.
const std::string& lastLogin(const Entry& user) {
    const std::string& ppolicy = user.first("pwdLastSuccess");
    return ppolicy.empty() ? user.first("authTimestamp") : ppolicy;
}

std::string pair(const char* name, const std::string& value) {
    return std::string(name) + "=" + value;
}

void suspend(Standing& s, const char* cause, std::string native) {
    s.state = State::kSuspended;
    s.cause = cause;
    s.native = std::move(native);
}

// A lock by too many wrong passwords, if it is in force now.
void applyLock(Standing& s, const std::string& lockedAt, const Policy& policy, std::int64_t nowMs) {
    const auto since = parseTime(lockedAt);
    if (!since) return;
    if (policy.lockoutDurationS > 0) {
        const std::int64_t until = *since + policy.lockoutDurationS * 1000;
        if (until <= nowMs) return;  // ppolicy forgets it only at the next bind
        s.lockedUntilMs = until;
    }
    s.state = State::kLocked;
    s.native = pair("pwdAccountLockedTime", lockedAt);
}

void applyMustChange(Standing& s, const Entry& user, const Policy& policy, std::int64_t nowMs) {
    if (user.isTrue("pwdReset") && policy.mustChange) {
        s.mustChange = true;
        s.native = pair("pwdReset", "TRUE");
    } else if (policy.maxAgeS > 0) {
        const auto changed = parseTime(user.first("pwdChangedTime"));
        s.mustChange = changed && *changed + policy.maxAgeS * 1000 <= nowMs;
        if (s.mustChange) s.native = pair("pwdChangedTime", user.first("pwdChangedTime"));
    }
    if (s.mustChange) s.state = State::kMustChange;
}

std::string requireId(const Entry& entry) {
    const std::string& id = entry.first("entryUUID");
    if (!isUuid(id)) throw tny::data("The LDAP server gave an entry without its entryUUID.");
    return id;
}

void finish(tny::Record& record, const Entry& entry) {
    const std::string& csn = entry.first("entryCSN");
    const std::string body = digest(record.body());
    record.etag(csn.empty() ? body : csn + ";" + body);
    if (const auto ms = parseTime(entry.first("modifyTimestamp"))) record.modified(*ms);
}

}  // namespace

Standing standingOf(const Entry& user, const Policy& policy, bool noPassword, std::int64_t nowMs) {
    Standing s;
    // From the weakest to the strongest; each may hide the one before.
    applyMustChange(s, user, policy, nowMs);
    const std::string& lockedAt = user.first("pwdAccountLockedTime");
    if (policy.lockout) applyLock(s, lockedAt, policy, nowMs);
    const auto starts = parseTime(user.first("pwdStartTime"));
    if (noPassword || (starts && *starts > nowMs)) {
        s.state = State::kStaged;
        s.native = noPassword ? "no password" : pair("pwdStartTime", user.first("pwdStartTime"));
    }
    if (const auto ends = parseTime(user.first("pwdEndTime")); ends && *ends <= nowMs) {
        suspend(s, "its validity has ended", pair("pwdEndTime", user.first("pwdEndTime")));
    }
    if (policy.lockout && lockedAt == kPermanentLock) {
        s.permanentLock = true;
        suspend(s, "locked by an administrator", pair("pwdAccountLockedTime", lockedAt));
    }
    if (s.state != State::kLocked) s.lockedUntilMs.reset();
    return s;
}

const char* word(State state) {
    switch (state) {
        case State::kActive:
            return "active";
        case State::kStaged:
            return "staged";
        case State::kLocked:
            return "locked";
        case State::kMustChange:
            return "must_change";
        case State::kSuspended:
            return "suspended";
    }
    return "active";
}

const char* words(State state) {
    switch (state) {
        case State::kActive:
            return "active";
        case State::kStaged:
            return "not yet activated";
        case State::kLocked:
            return "locked out";
        case State::kMustChange:
            return "waiting for a new password";
        case State::kSuspended:
            return "suspended";
    }
    return "active";
}

std::vector<std::string> userAttributes(const Settings& settings) {
    const FieldNames& f = settings.fields;
    std::vector<std::string> names = {f.login,
                                      f.firstName,
                                      f.lastName,
                                      f.displayName,
                                      f.email,
                                      f.phone,
                                      f.roles,
                                      f.title,
                                      f.department,
                                      f.employeeNumber,
                                      "cn",
                                      "entryUUID",
                                      "entryCSN",
                                      "createTimestamp",
                                      "modifyTimestamp",
                                      "pwdAccountLockedTime",
                                      "pwdReset",
                                      "pwdChangedTime",
                                      "pwdStartTime",
                                      "pwdEndTime",
                                      "authTimestamp",
                                      "pwdPolicySubentry",
                                      "pwdLastSuccess"};
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::vector<std::string> groupAttributes() {
    return {"cn", "description", "entryUUID", "entryCSN", "createTimestamp", "modifyTimestamp"};
}

tny::Record userRecord(const Entry& user, const Standing& standing, const Settings& settings) {
    const FieldNames& f = settings.fields;
    tny::Record record = tny::user(requireId(user));
    const std::string& display = user.first(f.displayName);
    record.set("login", user.first(f.login));
    record.setIf("first_name", user.first(f.firstName));
    record.setIf("last_name", user.first(f.lastName));
    record.setIf("display_name", display.empty() ? user.first("cn") : display);
    record.setIf("email", user.first(f.email));
    if (user.all(f.email).size() > 1) record.set("emails", tny::Json(user.all(f.email)));
    record.setIf("phone", user.first(f.phone));
    record.set("roles", tny::Json(user.all(f.roles)));
    record.setIf("title", user.first(f.title));
    record.setIf("department", user.first(f.department));
    record.setIf("employee_number", user.first(f.employeeNumber));
    record.set("dn", user.dn);
    record.set("status", word(standing.state));
    record.setIf("status_cause", standing.cause);
    record.setIf("native_status", standing.native);
    if (standing.lockedUntilMs) record.set("locked_until", isoTime(*standing.lockedUntilMs));
    setTime(record, "created_at", user.first("createTimestamp"));
    setTime(record, "modified_at", user.first("modifyTimestamp"));
    setTime(record, "last_login_at", lastLogin(user));
    setTime(record, "password_changed_at", user.first("pwdChangedTime"));
    finish(record, user);
    return record;
}

tny::Record groupRecord(const Entry& group) {
    tny::Record record = tny::group(requireId(group));
    record.set("name", group.first("cn"));
    record.setIf("description", group.first("description"));
    record.set("dn", group.dn);
    setTime(record, "created_at", group.first("createTimestamp"));
    setTime(record, "modified_at", group.first("modifyTimestamp"));
    finish(record, group);
    return record;
}

tny::Record membershipRecord(const std::string& userId, const std::string& groupId) {
    return tny::Record("membership", userId + ":" + groupId)
        .set("user", userId)
        .set("group", groupId);
}

std::string csnOf(std::string_view etag) {
    const auto end = etag.find(';');
    return end == std::string_view::npos ? std::string() : std::string(etag.substr(0, end));
}

}  // namespace tenantry::ldap
