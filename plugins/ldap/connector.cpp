#include "plugins/ldap/connector.h"

#include "plugins/ldap/actions.h"
#include "plugins/ldap/check.h"

namespace tenantry::ldap {
namespace {

Kind kindOf(std::string_view name) {
    if (name == "user") return Kind::kUser;
    if (name == "group") return Kind::kGroup;
    if (name == "membership") return Kind::kMembership;
    throw tny::unsupported("An LDAP directory has no \"" + std::string(name) + "\".");
}

}  // namespace

LdapConnector::LdapConnector(tny::Call&, std::string_view, std::string_view configJson)
    : config_(configJson), settings_(readSettings(config_)), pool_(settings_, config_) {}

void LdapConnector::check(tny::Call& call) {
    pool_.run(call, During::kRead,
              [&](Session& session) { checkDirectory(session, call, settings_); });
}

tny_status LdapConnector::list(tny::Call& call, const tny::Read& read) {
    const Kind kind = kindOf(read.kind);
    if (read.delta) throw tny::unsupported("This connector reads in full only.");
    if (!read.parentKind.empty()) {
        if (read.parentKind != "user" || kind == Kind::kUser) {
            throw tny::unsupported("Only the groups of a user can be listed apart.");
        }
        return listOfUser(call, kind, read.parentId);
    }
    auto enumeration = read.cursor.empty() ? start(call, kind) : resume(kind, read.cursor);
    try {
        const tny_status status = enumeration->run(call, read);
        if (status == TNY_OK) {
            pool_.giveBack(enumeration->takeSession());
        } else {
            park(std::move(enumeration));
        }
        return status;
    } catch (const Failure& failure) {
        // The cookie died with its connection; only what comes after a resumed cursor can know.
        if (!read.cursor.empty() && Pool::staleConnection(failure)) {
            throw tny::cursorExpired("The LDAP server ended the connection of this list.");
        }
        throw translate(failure, During::kRead, settings_.url);
    }
}

tny_status LdapConnector::listOfUser(tny::Call& call, Kind kind, std::string_view user) {
    std::vector<tny::Record> records;
    pool_.run(call, During::kRead, [&](Session& session) {
        records.clear();
        for (const Entry& group : groupsOf(session, call, settings_, user)) {
            records.push_back(kind == Kind::kGroup
                                  ? groupRecord(group)
                                  : membershipRecord(std::string(user), group.first("entryUUID")));
        }
    });
    return call.emit(records) ? TNY_OK : TNY_MORE;
}

std::unique_ptr<Enumeration> LdapConnector::start(tny::Call& call, Kind kind) {
    {
        const std::lock_guard lock(mutex_);
        parked_.erase(kind);
    }
    // Never a connection that waited: should it be dead, a list would have to be begun again.
    return std::make_unique<Enumeration>(kind, settings_, pool_.connect(call));
}

std::unique_ptr<Enumeration> LdapConnector::resume(Kind kind, std::string_view cursor) {
    const std::lock_guard lock(mutex_);
    const auto found = parked_.find(kind);
    if (found == parked_.end() || found->second->cursor() != cursor) {
        throw tny::cursorExpired("This list was read over a connection that is closed.");
    }
    auto enumeration = std::move(found->second);
    parked_.erase(found);
    return enumeration;
}

void LdapConnector::park(std::unique_ptr<Enumeration> enumeration) {
    const Kind kind = enumeration->kind();
    const std::lock_guard lock(mutex_);
    parked_[kind] = std::move(enumeration);
}

void LdapConnector::get(tny::Call& call, std::string_view kind, std::string_view id) {
    if (kindOf(kind) == Kind::kMembership) {
        throw tny::unsupported("Memberships are read as a list only.");
    }
    pool_.run(call, During::kRead, [&](Session& session) {
        if (kindOf(kind) == Kind::kGroup) {
            call.emit(groupRecord(findGroup(session, call, settings_, id)));
            return;
        }
        PolicyBook book(settings_);
        const Account account = findAccount(session, call, settings_, book, id);
        call.emit(userRecord(account.entry, account.standing, settings_));
    });
}

void LdapConnector::schema(tny::Call& call) {
    pool_.run(call, During::kRead, [&](Session& session) {
        PolicyBook book(settings_);
        const Policy& policy = book.standard(session, call);
        call.reply("actions", capabilitiesOf(hasPpolicy(session, call), policy).json());
    });
}

tny_status LdapConnector::perform(tny::Call& call, const tny::Act& act) {
    pool_.run(call, During::kWrite,
              [&](Session& session) { performAction(session, call, settings_, act); });
    return TNY_OK;
}

}  // namespace tenantry::ldap
