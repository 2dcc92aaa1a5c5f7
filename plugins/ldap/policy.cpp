#include "plugins/ldap/policy.h"

#include <algorithm>
#include <charconv>

#include "plugins/ldap/text.h"

namespace tenantry::ldap {
namespace {

const std::vector<std::string> kAttributes = {"cn", "pwdLockout", "pwdMustChange",
                                              "pwdLockoutDuration", "pwdMaxAge"};

std::int64_t seconds(const Entry& entry, std::string_view name) {
    const std::string& text = entry.first(name);
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

Policy policyOf(const Entry& entry) {
    return {.known = true,
            .lockout = entry.isTrue("pwdLockout"),
            .mustChange = entry.isTrue("pwdMustChange"),
            .lockoutDurationS = seconds(entry, "pwdLockoutDuration"),
            .maxAgeS = seconds(entry, "pwdMaxAge")};
}

bool hasPpolicy(Session& session, tny::Call& call) {
    const auto root = session.read(call, "", {"supportedControl"});
    if (!root) return false;
    const auto& controls = root->all("supportedControl");
    return std::find(controls.begin(), controls.end(), LDAP_CONTROL_PASSWORDPOLICYREQUEST) !=
           controls.end();
}

const Policy& PolicyBook::of(Session& session, tny::Call& call, const Entry& account) {
    const std::string& dn = account.first("pwdPolicySubentry");
    if (dn.empty()) return standard(session, call);
    const std::string key = foldDn(dn);
    const auto found = named_.find(key);
    if (found != named_.end()) return found->second;
    return named_.emplace(key, load(session, call, dn)).first->second;
}

const Policy& PolicyBook::standard(Session& session, tny::Call& call) {
    if (!standard_) {
        standard_ = settings_.defaultPolicyDn.empty()
                        ? discover(session, call)
                        : load(session, call, settings_.defaultPolicyDn);
    }
    return *standard_;
}

Policy PolicyBook::load(Session& session, tny::Call& call, const std::string& dn) const {
    const auto entry = session.read(call, dn, kAttributes, "(objectClass=pwdPolicy)");
    return entry ? policyOf(*entry) : unknown(session, call);
}

Policy PolicyBook::discover(Session& session, tny::Call& call) const {
    Search what{
        .base = settings_.baseDn, .filter = "(objectClass=pwdPolicy)", .attributes = kAttributes};
    const Found found = session.search(call, what);
    if (found.entries.size() == 1) return policyOf(found.entries.front());
    const auto standard =
        std::find_if(found.entries.begin(), found.entries.end(),
                     [](const Entry& e) { return lower(e.first("cn")) == "default"; });
    return standard == found.entries.end() ? unknown(session, call) : policyOf(*standard);
}

Policy PolicyBook::unknown(Session& session, tny::Call& call) const {
    Policy policy;
    policy.lockout = policy.mustChange = hasPpolicy(session, call);
    policy.lockoutDurationS = settings_.lockoutDurationS;
    return policy;
}

}  // namespace tenantry::ldap
