#include "plugins/ldap/controls.h"

#include <new>

namespace tenantry::ldap {

Controls::~Controls() {
    for (LDAPControl* control : all_) ldap_control_free(control);
}

void Controls::addPaging(LDAP* ld, int pageSize, const std::string& cookie) {
    berval value{cookie.size(), const_cast<char*>(cookie.data())};
    LDAPControl* control = nullptr;
    if (ldap_create_page_control(ld, pageSize, cookie.empty() ? nullptr : &value, 1, &control) !=
        LDAP_SUCCESS) {
        throw std::bad_alloc();
    }
    all_.push_back(control);
}

void Controls::addAssertion(LDAP* ld, const std::string& filter) {
    std::string text = filter;
    LDAPControl* control = nullptr;
    if (ldap_create_assertion_control(ld, text.data(), 1, &control) != LDAP_SUCCESS) {
        throw std::bad_alloc();
    }
    all_.push_back(control);
}

void Controls::addNoOperation() {
    LDAPControl* control = nullptr;
    if (ldap_control_create(LDAP_CONTROL_NOOP, 1, nullptr, 0, &control) != LDAP_SUCCESS) {
        throw std::bad_alloc();
    }
    all_.push_back(control);
}

void Controls::addPasswordPolicy(LDAP* ld) {
    LDAPControl* control = nullptr;
    if (ldap_create_passwordpolicy_control(ld, &control) == LDAP_SUCCESS) all_.push_back(control);
}

LDAPControl** Controls::get() {
    if (all_.empty() || all_.back() != nullptr) all_.push_back(nullptr);
    return all_.data();
}

std::optional<std::string> pageCookie(LDAP* ld, LDAPControl** controls) {
    LDAPControl* control = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nullptr);
    if (control == nullptr) return std::nullopt;
    ber_int_t estimate = 0;
    berval cookie{0, nullptr};
    if (ldap_parse_pageresponse_control(ld, control, &estimate, &cookie) != LDAP_SUCCESS) {
        return std::nullopt;
    }
    std::string out(cookie.bv_val == nullptr ? "" : cookie.bv_val, cookie.bv_len);
    ber_memfree(cookie.bv_val);
    return out;
}

std::string policyWords(LDAP* ld, LDAPControl** controls) {
    LDAPControl* control =
        ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, nullptr);
    if (control == nullptr) return {};
    ber_int_t expires = -1, grace = -1;
    LDAPPasswordPolicyError error = PP_noError;
    if (ldap_parse_passwordpolicy_control(ld, control, &expires, &grace, &error) != LDAP_SUCCESS ||
        error == PP_noError) {
        return {};
    }
    return ldap_passwordpolicy_err2txt(error);
}

}  // namespace tenantry::ldap
