#include "plugins/ldap/enumeration.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <random>

#include "plugins/ldap/text.h"

namespace tenantry::ldap {
namespace {

// Never used twice, in this process or another: a cursor of an earlier one must not fit.
std::string uniqueName() {
    std::random_device random;
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes += std::to_string(random()) + ".";
    return digest(bytes);
}

}  // namespace

Search searchFor(Kind kind, const Settings& settings) {
    if (kind == Kind::kUser) {
        return {.base = settings.userBase,
                .scope = settings.userDepth == Depth::kOneLevel ? LDAP_SCOPE_ONELEVEL
                                                                : LDAP_SCOPE_SUBTREE,
                .filter = settings.userFilter,
                .attributes = userAttributes(settings)};
    }
    Search what{.base = settings.groupBase,
                .filter = settings.groupFilter,
                .attributes = groupAttributes()};
    if (kind == Kind::kMembership) {
        what.attributes = kMemberAttributes;
        what.attributes.push_back("entryUUID");
    }
    return what;
}

Enumeration::Enumeration(Kind kind, const Settings& settings, std::unique_ptr<Session> session)
    : kind_(kind),
      settings_(settings),
      session_(std::move(session)),
      policies_(settings),
      name_(uniqueName()),
      pageSize_(settings.pageSize) {}

std::string Enumeration::cursor() const {
    return name_ + ":" + std::to_string(pageNumber_);
}

tny_status Enumeration::run(tny::Call& call, const tny::Read& read) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::milliseconds(read.budgetMs);
    std::size_t emitted = 0;
    if (!prepared_) prepare(call);
    // So that a host which stops inside the first page can come back to this enumeration.
    if (pageNumber_ == 0 && !call.checkpoint(cursor())) return TNY_MORE;
    for (;;) {
        call.throwIfCancelled();
        if (!loaded_) fetch(call);
        emitted += page_.size();
        if (!call.emit(page_)) return TNY_MORE;
        if (cookie_.empty()) return TNY_OK;
        ++pageNumber_;
        loaded_ = false;
        if (!call.checkpoint(cursor())) return TNY_MORE;
        if (emitted >= read.budgetRecords || Clock::now() >= end) return TNY_MORE;
    }
}

void Enumeration::prepare(tny::Call& call) {
    if (kind_ == Kind::kUser && settings_.noPasswordIsStaged) {
        // The value is never asked for. Where the access rules hide the attribute the negation is
        // undefined (RFC 4511 section 4.5.1.7) and nothing matches, so nobody is called staged.
        readAll(call, "(&" + settings_.userFilter + "(!(userPassword=*)))", {"entryUUID"},
                [this](const Entry& e) { withoutPassword_.insert(e.first("entryUUID")); });
    }
    if (kind_ == Kind::kMembership) {
        readAll(call, settings_.userFilter, {"entryUUID", settings_.fields.login},
                [this](const Entry& e) {
                    userIds_[foldDn(e.dn)] = e.first("entryUUID");
                    userIds_["uid:" + e.first(settings_.fields.login)] = e.first("entryUUID");
                });
    }
    prepared_ = true;
}

void Enumeration::readAll(tny::Call& call, const std::string& filter,
                          const std::vector<std::string>& attributes,
                          const std::function<void(const Entry&)>& each) {
    Search what = searchFor(Kind::kUser, settings_);
    what.filter = filter;
    what.attributes = attributes;
    do {
        const Found found = pagedSearch(*session_, call, what, pageSize_);
        for (const Entry& entry : found.entries) each(entry);
        what.cookie = found.cookie;
    } while (!what.cookie.empty());
}

void Enumeration::fetch(tny::Call& call) {
    Search what = searchFor(kind_, settings_);
    what.cookie = cookie_;
    Found found = pagedSearch(*session_, call, what, pageSize_);
    if (!cookie_.empty() && found.cookie == cookie_ && found.entries.empty()) {
        throw tny::data("The LDAP server repeats an empty page, so that the list never ends.");
    }
    if (found.referrals > 0) {
        call.log(tny::LogLevel::kInfo, "ldap_referrals_skipped",
                 tny::Json::object({{"count", found.referrals}}));
    }
    page_ = records(call, found.entries);
    cookie_ = std::move(found.cookie);
    loaded_ = true;
}

std::vector<tny::Record> Enumeration::records(tny::Call& call, const std::vector<Entry>& entries) {
    std::vector<tny::Record> out;
    out.reserve(entries.size());
    const std::int64_t now = currentTimeMs();
    for (const Entry& entry : entries) {
        if (kind_ == Kind::kGroup) {
            out.push_back(groupRecord(entry));
        } else if (kind_ == Kind::kMembership) {
            addMemberships(entry, out);
        } else {
            const Policy& policy = policies_.of(*session_, call, entry);
            const bool noPassword = withoutPassword_.count(entry.first("entryUUID")) != 0;
            out.push_back(userRecord(entry, standingOf(entry, policy, noPassword, now), settings_));
        }
    }
    return out;
}

void Enumeration::addMemberships(const Entry& group, std::vector<tny::Record>& out) const {
    std::set<std::string> members;
    for (const auto& attribute : kMemberAttributes) {
        for (const auto& value : group.all(attribute)) {
            const auto user =
                userIds_.find(attribute == "memberUid" ? "uid:" + value : foldDn(value));
            // Groups in groups, and the placeholder of an empty group, are no users.
            if (user != userIds_.end()) members.insert(user->second);
        }
    }
    for (const auto& user : members) {
        out.push_back(membershipRecord(user, group.first("entryUUID")));
    }
}

Found pagedSearch(Session& session, tny::Call& call, Search what, int& pageSize) {
    for (;;) {
        call.throttle("operations");
        what.pageSize = pageSize;
        try {
            return session.search(call, what);
        } catch (const Failure& failure) {
            // The server does not say which size it would take; OpenLDAP answers "illegal
            // pagedResults page size".
            const bool tooLarge = failure.code() == LDAP_ADMINLIMIT_EXCEEDED;
            if (!tooLarge || pageSize == 1 || !what.cookie.empty()) throw;
            pageSize = std::max(1, pageSize / 2);
        }
    }
}

std::vector<Entry> groupsOf(Session& session, tny::Call& call, const Settings& settings,
                            std::string_view userId) {
    if (!isUuid(userId)) throw tny::notFound("The directory has no account with this id.");
    Search who = searchFor(Kind::kUser, settings);
    who.filter = "(&" + settings.userFilter + "(entryUUID=" + escapeFilter(userId) + "))";
    who.attributes = {settings.fields.login};
    const Found user = session.search(call, who);
    if (user.entries.empty()) throw tny::notFound("The account is no longer in the directory.");
    const std::string dn = escapeFilter(user.entries.front().dn);
    const std::string login = escapeFilter(user.entries.front().first(settings.fields.login));
    Search what = searchFor(Kind::kGroup, settings);
    what.filter = "(&" + settings.groupFilter + "(|(member=" + dn + ")(uniqueMember=" + dn +
                  ")(memberUid=" + login + ")))";
    int pageSize = settings.pageSize;
    std::vector<Entry> out;
    do {
        Found found = pagedSearch(session, call, what, pageSize);
        std::move(found.entries.begin(), found.entries.end(), std::back_inserter(out));
        what.cookie = std::move(found.cookie);
    } while (!what.cookie.empty());
    return out;
}

}  // namespace tenantry::ldap
