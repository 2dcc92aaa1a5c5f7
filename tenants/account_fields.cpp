#include "tenants/account_fields.h"

#include <algorithm>

#include "kernel/base/json.h"
#include "tenants/mail/message.h"

namespace tenantry::tenants {

using domain::Account;

namespace {

base::Status checkText(const std::string& text, std::size_t max, std::string pointer) {
    const bool printable =
        std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 127; });
    if (text.size() > max || !printable || !base::isValidUtf8(text))
        return base::invalidArgument(
            "At most " + std::to_string(max) + " bytes, without line breaks or control characters.",
            std::move(pointer));
    return base::ok();
}

}  // namespace

base::Status checkFields(const Account& account) {
    if (account.username.empty())
        return base::invalidArgument("An account needs a username.", "/username");
    TNY_CHECKED(checkText(account.username, 128, "/username"));
    TNY_CHECKED(checkText(account.firstName, 200, "/first_name"));
    TNY_CHECKED(checkText(account.lastName, 200, "/last_name"));
    TNY_CHECKED(checkText(account.phone, 64, "/phone"));
    if (!isMailAddress(account.email))
        return base::invalidArgument(
            "\"" + account.email.substr(0, 80) + "\" is not an e-mail address.", "/email");
    return base::ok();
}

}  // namespace tenantry::tenants
