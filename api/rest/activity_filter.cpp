#include "api/rest/activity_filter.h"

#include "api/http/headers.h"
#include "api/rest/write.h"
#include "kernel/base/json.h"

namespace tenantry::rest {
namespace {

base::Error wrong(std::string words) {
    return base::invalidArgument(std::move(words), "?filter");
}

std::string_view takeWord(std::string_view& rest) {
    rest = http::trimmed(rest);
    const std::size_t end = rest.find(' ');
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(word.size());
    return word;
}

/// A JSON string at the front of `rest`.
base::Result<std::string> takeText(std::string_view& rest) {
    rest = http::trimmed(rest);
    if (rest.empty() || rest.front() != '"') return wrong("The filter needs a text in quotes.");
    std::size_t end = 1;
    while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
    if (end >= rest.size()) return wrong("A text in the filter has no closing quote.");
    const auto value = base::Json::parse(rest.substr(0, end + 1));
    if (!value || !value->isString()) return wrong("A text in the filter is malformed.");
    rest.remove_prefix(end + 1);
    return *value->asString();
}

base::Status setTime(domain::ActivityQuery& query, const std::string& op,
                     const std::string& value) {
    const auto time = base::parseRfc3339(value);
    if (!time) return wrong("\"at\" is compared with a time such as \"2026-11-22T06:00:00Z\".");
    constexpr auto kStep = std::chrono::milliseconds(1);
    if (op == "ge") {
        query.from = *time;
    } else if (op == "gt") {
        query.from = *time + kStep;
    } else if (op == "le") {
        query.to = *time + kStep;
    } else if (op == "lt") {
        query.to = *time;
    } else {
        return wrong("\"at\" is compared by gt, ge, lt or le.");
    }
    return base::ok();
}

base::Status set(ActivityFilter& out, const std::string& field, const std::string& op,
                 const std::string& value) {
    if (field == "at") return setTime(out.query, op, value);
    if (op != "eq") return wrong("\"" + field + "\" is compared by eq only.");
    if (field == "action") {
        out.query.action = storedAction(value);
    } else if (field == "outcome") {
        out.query.outcome = value;
    } else if (field == "actor") {
        out.query.actor = base::AccountId(value);
    } else if (field == "user") {
        out.query.targetId = value;
    } else if (field == "organization") {
        out.organization = value;
    } else {
        return wrong("The activity has no field \"" + field.substr(0, 40) +
                     "\"; possible are: at, action, outcome, actor, user, organization.");
    }
    return base::ok();
}

}  // namespace

base::Result<ActivityFilter> parseActivityFilter(std::string_view text) {
    ActivityFilter out;
    std::string_view rest = text;
    while (true) {
        const std::string field = http::toLower(takeWord(rest));
        const std::string op = http::toLower(takeWord(rest));
        if (field.empty() || op.empty()) return wrong("The filter is FIELD eq \"VALUE\".");
        TNY_TRY(const auto value, takeText(rest));
        TNY_CHECKED(set(out, field, op, value));
        const std::string joint = http::toLower(takeWord(rest));
        if (joint.empty()) return out;
        if (joint != "and") return wrong("Conditions on the activity are joined by \"and\" only.");
    }
}

}  // namespace tenantry::rest
