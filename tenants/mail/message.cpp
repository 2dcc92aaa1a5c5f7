#include "tenants/mail/message.h"

#include <algorithm>
#include <cstdio>

#include "kernel/base/crypto.h"
#include "kernel/base/json.h"

namespace tenantry::tenants {

namespace {

constexpr std::size_t kAddressBytesMax = 254;
constexpr std::size_t kWordBytes = 42;  // an encoded word has at most 75 characters

std::string base64Of(std::string_view data) {
    static constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < data.size(); i += 3) {
        const auto byte = [&](std::size_t at) {
            return at < data.size() ? static_cast<unsigned char>(data[at]) : 0U;
        };
        const unsigned three = (byte(i) << 16U) | (byte(i + 1) << 8U) | byte(i + 2);
        out += kLetters[(three >> 18U) & 63U];
        out += kLetters[(three >> 12U) & 63U];
        out += i + 1 < data.size() ? kLetters[(three >> 6U) & 63U] : '=';
        out += i + 2 < data.size() ? kLetters[three & 63U] : '=';
    }
    return out;
}

bool isPlain(const std::string& text) {
    return text.size() <= 60 && std::all_of(text.begin(), text.end(), [](char c) {
               return c == ' ' || (c >= '!' && c <= '~' && c != '"' && c != '\\' && c != '<' &&
                                   c != '>' && c != '=' && c != '?' && c != ',' && c != ':' &&
                                   c != ';' && c != '@' && c != '(' && c != ')');
           });
}

/// RFC 2047: words of at most 75 characters, cut between characters of UTF-8.
std::string headerText(const std::string& given) {
    const std::string text = base::toValidUtf8(given);
    if (isPlain(text)) return text;
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::min(at + kWordBytes, text.size());
        while (end < text.size() && end > at &&
               (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            --end;
        out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") +
               base64Of(std::string_view(text).substr(at, end - at)) + "?=";
        at = end;
    }
    return out;
}

std::string mailbox(const std::string& address, const std::string& name) {
    return name.empty() ? address : headerText(name) + " <" + address + ">";
}

/// RFC 5322 section 3.3, in UTC.
std::string dateOf(base::TimePoint now) {
    const auto days = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date(days);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - days));
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char out[64];
    std::snprintf(out, sizeof out, "%s, %02u %s %04d %02d:%02d:%02d +0000",
                  kDays[std::chrono::weekday(days).c_encoding()], static_cast<unsigned>(date.day()),
                  kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return out;
}

std::string partOf(const std::string& type, const std::string& content) {
    std::string out =
        "Content-Type: " + type + "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    const std::string encoded = base64Of(base::toValidUtf8(content));
    for (std::size_t at = 0; at < encoded.size(); at += 76) out += encoded.substr(at, 76) + "\r\n";
    return out;
}

}  // namespace

bool isMailAddress(const std::string& text) {
    const auto at = text.rfind('@');
    if (at == std::string::npos || at == 0 || at + 1 == text.size() ||
        text.size() > kAddressBytesMax || text.find('@') != at)
        return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c <= '~' &&
               std::string_view("<>()[]\\,;:\"").find(c) == std::string_view::npos;
    });
}

base::Result<std::string> render(const Message& message, const std::string& from,
                                 const std::string& fromName, base::TimePoint now) {
    for (const auto* address : {&message.to, &from})
        if (!isMailAddress(*address))
            return base::invalidArgument("\"" + address->substr(0, 80) +
                                         "\" is not an address to which mail can go.");
    const std::string boundary = "tenantry-" + base::randomToken(18);
    const std::string domain = from.substr(from.rfind('@') + 1);
    std::string out = "Date: " + dateOf(now) + "\r\n";
    out += "From: " + mailbox(from, fromName) + "\r\n";
    out += "To: " + mailbox(message.to, message.toName) + "\r\n";
    out += "Subject: " + headerText(message.subject) + "\r\n";
    out += "Message-ID: <" + base::randomToken(18) + "@" + domain + ">\r\n";
    out += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    out += "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n\r\n";
    out += "--" + boundary + "\r\n" + partOf("text/plain", message.text);
    out += "--" + boundary + "\r\n" + partOf("text/html", message.html);
    out += "--" + boundary + "--\r\n";
    return out;
}

}  // namespace tenantry::tenants
