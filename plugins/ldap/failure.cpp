#include "plugins/ldap/failure.h"

#include <ldap.h>

namespace tenantry::ldap {
namespace {

// libldap says this when its TLS library explains nothing.
bool wellSaid(const Failure& failure) {
    return !failure.diagnostic().empty() && failure.diagnostic() != "(unknown error code)";
}

tny::Error unreachable(const Failure& failure, const std::string& url) {
    std::string words = "The LDAP server " + url + " cannot be reached";
    words += wellSaid(failure) ? ": " + failure.diagnostic() + "." : ".";
    return tny::unavailable(words);
}

tny::Error lostAfterWrite() {
    return tny::outcomeUnknown(
        "The change was sent, but the LDAP server's answer never came. Read the account again "
        "before trying once more.");
}

// Codes that mean the same whatever was being done.
tny::Error general(const Failure& failure, const std::string& url) {
    const std::string code = nameOf(failure.code());
    switch (failure.code()) {
        case LDAP_SERVER_DOWN:
        case LDAP_CONNECT_ERROR:
            return unreachable(failure, url);
        case LDAP_TIMEOUT:
        case LDAP_TIMELIMIT_EXCEEDED:
            return tny::timeout("The LDAP server " + url + " did not answer in time.");
        case LDAP_USER_CANCELLED:
            return tny::cancelled();
        case LDAP_BUSY:
        case LDAP_UNAVAILABLE:
            return tny::unavailable("The LDAP server " + url + " says that it is " + code +
                                    ". Trying again later may help.");
        case LDAP_INVALID_CREDENTIALS:
        case LDAP_INAPPROPRIATE_AUTH:
            return tny::authFailed(
                "The LDAP server refused the bind DN or its password. Check both, and whether "
                "that account is locked.");
        case LDAP_INSUFFICIENT_ACCESS:
            return tny::permission(
                "The connection's account may not do this: the server's access rules refuse it "
                "(insufficient access).");
        case LDAP_STRONG_AUTH_REQUIRED:
        case LDAP_CONFIDENTIALITY_REQUIRED:
            return tny::config("The LDAP server insists on encryption. Choose starttls or ldaps.",
                               "/tls");
        case LDAP_FILTER_ERROR:
            return tny::config("A search filter of this connection is not valid.", "/user_filter");
        default:
            return tny::internal("The LDAP server answered " + code + ".");
    }
}

// The server was reached, but no encryption came about.
tny::Error duringTls(const Failure& failure, const std::string& url) {
    if (failure.code() == LDAP_TIMEOUT || failure.code() == LDAP_USER_CANCELLED ||
        failure.code() == LDAP_SERVER_DOWN) {
        return general(failure, url);
    }
    const std::string words = wellSaid(failure) ? failure.diagnostic() : nameOf(failure.code());
    return tny::config("The connection to " + url + " could not be encrypted: " + words +
                           ". Check the certificate authority, that the address is the name in "
                           "the certificate, and that the server offers encryption.",
                       "/tls");
}

tny::Error duringRead(const Failure& failure, const std::string& url) {
    switch (failure.code()) {
        case LDAP_SIZELIMIT_EXCEEDED:
            return tny::permission(
                "The LDAP server cut the list short (size limit exceeded), so it is not complete "
                "and nothing was taken from it as deleted. Give the connection's account a "
                "higher limit: size.prtotal=unlimited in OpenLDAP.");
        case LDAP_ADMINLIMIT_EXCEEDED:
            return tny::permission(
                "The LDAP server refused the list (administrative limit exceeded) even in the "
                "smallest pages. Give the connection's account a higher limit.");
        case LDAP_NO_SUCH_OBJECT:
            return tny::config(
                "The base DN does not exist on this server, or the connection's account may not "
                "see it.",
                "/base_dn");
        case LDAP_REFERRAL:
            return tny::config(
                "This part of the directory lives on another server (referral). Connect to that "
                "server.",
                "/url");
        case LDAP_UNAVAILABLE_CRITICAL_EXTENSION:
            return tny::unsupported(
                "The LDAP server does not offer paged results (RFC 2696), so that it cannot be "
                "read completely.");
        default:
            return general(failure, url);
    }
}

tny::Error duringWrite(const Failure& failure, const std::string& url) {
    switch (failure.code()) {
        case LDAP_ASSERTION_FAILED:
            return tny::conflict(
                "The account was changed in the directory since it was last read.");
        case LDAP_NO_SUCH_OBJECT:
            return tny::notFound("The account is no longer in the directory.");
        case LDAP_CONSTRAINT_VIOLATION:
            return tny::policy(
                "The LDAP server's own rules refuse the value (constraint violation): a password "
                "policy, or a value that must be unique.");
        case LDAP_UNWILLING_TO_PERFORM:
            return tny::policy("The LDAP server refuses the change (unwilling to perform).");
        case LDAP_NOT_ALLOWED_ON_NONLEAF:
            return tny::policy(
                "The account has entries below it in the directory; they must be removed first.");
        case LDAP_UNDEFINED_TYPE:
        case LDAP_OBJECT_CLASS_VIOLATION:
        case LDAP_INVALID_SYNTAX:
        case LDAP_NAMING_VIOLATION:
        case LDAP_NOT_ALLOWED_ON_RDN:
        case LDAP_NO_OBJECT_CLASS_MODS:
            return tny::policy(
                "The directory's schema does not allow this: " + nameOf(failure.code()) + ".");
        case LDAP_TYPE_OR_VALUE_EXISTS:
        case LDAP_NO_SUCH_ATTRIBUTE:
            return tny::conflict("The account's values were changed in the directory meanwhile.");
        case LDAP_REFERRAL:
            return tny::config(
                "This server is a read-only copy and refers changes to another one. Connect to "
                "the server that takes changes.",
                "/url");
        default:
            return general(failure, url);
    }
}

}  // namespace

bool Failure::connectionLost() const noexcept {
    return code_ == LDAP_SERVER_DOWN || code_ == LDAP_CONNECT_ERROR || code_ == LDAP_TIMEOUT ||
           code_ == LDAP_USER_CANCELLED || code_ == LDAP_UNAVAILABLE ||
           code_ == LDAP_DECODING_ERROR;
}

tny::Error translate(const Failure& failure, During during, const std::string& url) {
    tny::Error error = failure.writeSent()        ? lostAfterWrite()
                       : during == During::kWrite ? duringWrite(failure, url)
                       : during == During::kTls   ? duringTls(failure, url)
                       : during == During::kRead  ? duringRead(failure, url)
                                                  : general(failure, url);
    if (error.code() != TNY_E_UNAVAILABLE) error.detail(failure.diagnostic());
    return error.backend(failure.code(), nameOf(failure.code()));
}

std::string nameOf(int code) {
    return std::string(ldap_err2string(code)) + " (" + std::to_string(code) + ")";
}

}  // namespace tenantry::ldap
