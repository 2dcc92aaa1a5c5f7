#include "api/cli/console.h"

#include <cstdlib>
#include <iostream>

#include "api/cli/session_file.h"

namespace tenantry::cli {
namespace {

constexpr const char* kDefaultUrl = "http://127.0.0.1:8080";

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

Form Console::form() const {
    if (json) return Form::kJson;
    return csv ? Form::kCsv : Form::kTable;
}

std::string Console::address() const {
    if (!url.empty()) return url;
    if (const auto saved = loadSession(); saved && !saved->url.empty()) return saved->url;
    return kDefaultUrl;
}

Client Console::client() const {
    const std::string token = environment("TENANTRY_TOKEN");
    if (!token.empty()) return Client(address(), base::SecretText(token));
    const auto saved = loadSession();
    if (!saved) throw Failure{Exit::kNotSignedIn, "You are not signed in. Run: tenantry login"};
    // A session is sent to the server that gave it, and to no other.
    if (!url.empty() && url != saved->url) {
        throw Failure{Exit::kNotSignedIn, "You are signed in to " + saved->url + ", not to " + url +
                                              ". Run: tenantry --url " + url + " login"};
    }
    return Client(saved->url, saved->token);
}

void Console::print(const Table& table, const base::Json& whole) const {
    switch (form()) {
        case Form::kJson:
            std::cout << whole.text() << "\n";
            break;
        case Form::kCsv:
            std::cout << table.csv();
            break;
        case Form::kTable:
            std::cout << table.text(terminalWidth());
            break;
    }
}

void Console::print(const base::Json& whole) const {
    std::cout << whole.text() << "\n";
}

void writeParameters(base::JsonWriter& out, const std::vector<std::string>& given) {
    for (const std::string& one : given) {
        const auto equals = one.find('=');
        if (equals == std::string::npos || equals == 0)
            throw Failure{Exit::kUsage, "A parameter is NAME=VALUE, not \"" + one + "\"."};
        const std::string value = one.substr(equals + 1);
        if (one[equals - 1] != ':') {
            out.key(one.substr(0, equals)).string(value);
            continue;
        }
        const auto json = base::Json::parse(value);
        if (!json || equals == 1)
            throw Failure{Exit::kUsage,
                          "Behind := stands JSON, as in count:=3, not \"" + one + "\"."};
        out.key(one.substr(0, equals - 1)).raw(json->text());
    }
}

void Console::say(const std::string& words) {
    std::cerr << harmless(words) << "\n";
}

void Console::sayCompleteness(const base::Json& completeness) {
    if (completeness.isObject()) say(completenessWords(completeness));
}

std::string shortTime(const base::Json& time) {
    std::string text = time.stringOr("");
    if (text.size() < 16) return text;
    text[10] = ' ';
    return text.substr(0, 16);
}

std::string completenessWords(const base::Json& completeness) {
    const auto count = [&](const char* name) { return completeness[name].intOr(0); };
    std::string out = std::to_string(count("current")) + " of " +
                      std::to_string(count("organizations")) + " organizations current.";
    if (count("stale") > 0) {
        out += " " + std::to_string(count("stale")) + " stale";
        const std::string since = shortTime(completeness["stale_since"]);
        out += since.empty() ? "." : ", read " + since + " GMT.";
    }
    if (count("unreachable") > 0) {
        out += " " + std::to_string(count("unreachable")) + " unreachable";
        const std::string since = shortTime(completeness["unreachable_since"]);
        out += since.empty() ? "." : " since " + since + " GMT.";
    }
    if (count("never_read") > 0) out += " " + std::to_string(count("never_read")) + " never read.";
    if (count("stale") + count("unreachable") > 0) out += " Their users are shown as last read.";
    return out;
}

std::string asText(const base::Json& value) {
    if (value.isString()) return value.stringOr("");
    if (value.missing() || value.isNull()) return {};
    if (!value.isArray()) return value.text();
    std::string out;
    for (const auto& item : value.items()) out += (out.empty() ? "" : ", ") + asText(item);
    return out;
}

}  // namespace tenantry::cli
