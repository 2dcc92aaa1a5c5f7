#include "tenants/mail/templates.h"

#include <algorithm>

namespace tenantry::tenants {

namespace {

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\'')
            out += "&#39;";
        else
            out += c;
    }
    return out;
}

struct Words {
    std::string subject;
    std::string text;    ///< what happened
    std::string button;  ///< empty: no link
    std::string after;   ///< what to do if it was not meant
};

Words wordsOf(MailKind kind, const MailFacts& facts, const std::string& product) {
    const std::string by = facts.by.empty() ? "An administrator" : facts.by;
    switch (kind) {
        case MailKind::kInvitation:
            return {"Your account for " + product,
                    by + " invites you to " + product + ", for " + facts.organization +
                        ". Your username is " + facts.username +
                        ". Follow the link to choose your password.",
                    "Accept the invitation",
                    "If you do not expect this, do nothing: the link ends by itself."};
        case MailKind::kReset:
            return {"Choose a new password for " + product,
                    "A new password was asked for " + facts.username + ".", "Choose a new password",
                    "If you did not ask for it, tell your administrator; do not follow the link."};
        case MailKind::kPasswordExpired:
            return {"Your password for " + product + " has expired",
                    by + " asks you to choose a new password for " + facts.username +
                        ". You will be asked at your next sign-in.",
                    "", ""};
        case MailKind::kSecondFactorReset:
            return {"Your second factor for " + product + " was reset",
                    by + " removed the second factor of " + facts.username +
                        ". You can enrol a new one at your next sign-in.",
                    "", "If you did not ask for it, tell your administrator at once."};
        case MailKind::kPasswordChanged:
            return {"Your password for " + product + " was changed",
                    "The password of " + facts.username + " was changed just now.", "",
                    "If it was not you, tell your administrator at once."};
        case MailKind::kPasskeyAdded:
            return {"A passkey was added to your account for " + product,
                    facts.username + " can sign in with a new passkey from now on.", "",
                    "If it was not you, delete it under Settings > Security, change your password, "
                    "and tell your administrator at once."};
        case MailKind::kPasskeyRemoved:
            return {"A passkey was removed from your account for " + product,
                    "A passkey of " + facts.username + " no longer signs in.", "",
                    "If it was not you, tell your administrator at once."};
        case MailKind::kLockedOut:
            return {"Your account for " + product + " is locked",
                    "There were too many wrong passwords or codes for " + facts.username +
                        ". Wait, or ask an administrator to unlock it.",
                    "", "If it was not you, somebody is trying to sign in as you."};
        case MailKind::kSuspended:
            return {"Your account for " + product + " is suspended",
                    facts.username + " was suspended. You can no longer sign in.", "",
                    "Ask your administrator if you need it."};
    }
    return {};
}

}  // namespace

bool isColour(const std::string& text) {
    return text.size() == 7 && text[0] == '#' &&
           std::all_of(text.begin() + 1, text.end(), [](unsigned char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

bool isLogoUrl(const std::string& text) {
    return text.rfind("https://", 0) == 0 && text.size() > 8 && text.size() <= 500 &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return c > ' ' && c < 127 && c != '"' && c != '\'' && c != '<' && c != '>' &&
                      c != '\\' && c != '`';
           });
}

Message writeMail(MailKind kind, const MailFacts& facts, const Branding& branding) {
    const Words words = wordsOf(kind, facts, branding.name);
    const std::string hello = "Hello " + (facts.toName.empty() ? facts.username : facts.toName);
    const std::string ends = words.button.empty() ? ""
                                                  : "The link works once, until " +
                                                        base::toRfc3339(facts.linkEnds) + " (UTC).";
    Message out;
    out.to = facts.to;
    out.toName = facts.toName;
    out.subject = words.subject;
    out.text = hello + ",\r\n\r\n" + words.text + "\r\n\r\n";
    if (!words.button.empty()) out.text += facts.link + "\r\n\r\n" + ends + "\r\n\r\n";
    if (!words.after.empty()) out.text += words.after + "\r\n\r\n";
    out.text += branding.name + "\r\n" + branding.support + "\r\n";
    const std::string colour = isColour(branding.colour) ? branding.colour : "#2563eb";
    const auto paragraph = [](const std::string& text) {
        return "<p style=\"margin:0 0 16px\">" + escaped(text) + "</p>";
    };
    std::string& html = out.html;
    html = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
           escaped(words.subject) +
           "</title></head><body style=\"margin:0;padding:24px;background:#f4f5f7;font:15px/1.5 "
           "sans-serif;color:#1f2937\"><div style=\"max-width:560px;margin:auto;background:#fff;"
           "border-top:4px solid " +
           colour + ";padding:32px\">";
    if (isLogoUrl(branding.logoUrl))
        html += "<p><img src=\"" + escaped(branding.logoUrl) + "\" alt=\"" +
                escaped(branding.name) + "\" height=\"40\"></p>";
    else
        html +=
            "<p style=\"font-weight:600;color:" + colour + "\">" + escaped(branding.name) + "</p>";
    html += paragraph(hello + ",") + paragraph(words.text);
    if (!words.button.empty())
        html += "<p style=\"margin:24px 0\"><a href=\"" + escaped(facts.link) +
                "\" style=\"background:" + colour +
                ";color:#fff;padding:12px 20px;text-decoration:none;border-radius:6px\">" +
                escaped(words.button) + "</a></p>" + paragraph(ends);
    if (!words.after.empty()) html += paragraph(words.after);
    if (!branding.support.empty()) html += paragraph(branding.support);
    html += "</div></body></html>";
    return out;
}

}  // namespace tenantry::tenants
