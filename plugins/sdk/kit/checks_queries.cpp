// R7, R8, R13: what a read is asked for.
#include <algorithm>
#include <cctype>

#include "plugins/sdk/kit/checks.h"
#include "plugins/sdk/kit/each_kind.h"

namespace tenantry::kit {

namespace {

using base::Json;

constexpr std::size_t kParents = 5;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// The texts at "emails.value" of a body.
std::vector<std::string> valuesAt(const Json& body, const std::string& path) {
    const auto dot = path.find('.');
    const Json value = body[path.substr(0, dot)];
    std::vector<Json> all = value.isArray() ? value.items() : std::vector<Json>{value};
    std::vector<std::string> out;
    for (const auto& one : all) {
        const Json at =
            dot == std::string::npos || one.isString() ? one : one[path.substr(dot + 1)];
        if (at.missing() || at.isNull()) continue;
        out.push_back(at.isString() ? at.stringOr("") : at.text());
    }
    return out;
}

bool matches(const std::string& op, std::string value, std::string wanted, bool exactCase) {
    if (!exactCase) {
        value = lower(value);
        wanted = lower(wanted);
    }
    if (op == "eq") return value == wanted;
    if (op == "ne") return value != wanted;
    if (op == "sw") return value.rfind(wanted, 0) == 0;
    if (op == "co") return value.find(wanted) != std::string::npos;
    if (op == "gt") return value > wanted;
    if (op == "ge") return value >= wanted;
    if (op == "lt") return value < wanted;
    if (op == "le") return value <= wanted;
    return false;
}

std::string filterJson(const std::string& op, const std::string& attribute,
                       const std::string& value) {
    base::JsonWriter out;
    out.beginObject().key("op").string(op).key("attribute").string(attribute);
    out.key("value").string(value).endObject();
    return std::move(out).take();
}

Verdict checkFilter(Trial& trial, Instance& instance, const std::string& kind,
                    const std::string& filter) {
    const auto colon = filter.find(':');
    if (colon == std::string::npos)
        return failed("The filter \"" + filter + "\" is not of the form op:attribute.");
    const std::string op = filter.substr(0, colon);
    const std::string attribute = filter.substr(colon + 1);
    const bool exactCase = trial.kindJson(kind)["attributes"][attribute]["caseExact"].boolOr(false);
    const Reading& whole = trial.baseline(kind);
    std::string wanted;
    for (const auto& [id, seen] : whole.set) {
        const auto body = Json::parse(seen.body);
        const auto values = body ? valuesAt(*body, attribute) : std::vector<std::string>();
        if (!values.empty()) wanted = values.front();
        if (!wanted.empty()) break;
    }
    if (wanted.empty()) return notApplicable("No record has the attribute " + attribute + ".");
    if (op == "sw" || op == "co") wanted = wanted.substr(0, 3);
    Set expected;
    for (const auto& [id, seen] : whole.set) {
        const auto body = Json::parse(seen.body);
        if (!body) continue;
        for (const auto& value : valuesAt(*body, attribute))
            if (matches(op, value, wanted, exactCase)) expected[id] = seen;
    }
    ReadPlan plan;
    plan.wish.kind = kind;
    plan.wish.filterJson = filterJson(op, attribute, wanted);
    plan.recordsMax = trial.recordsMax(kind);
    const Reading got = readAll(instance, plan);
    if (!got.failed.empty())
        return failed("Filtered by " + filter + " the read failed.", got.failed);
    if (auto what = idDifference(expected, got.set); !what.empty())
        return failed("Filtered by " + filter + " another set came than filtering here gives.",
                      what);
    return passed(filter + " gives " + counted(expected.size(), "record") + ".");
}

Verdict checkRequested(Trial& trial, Instance& instance, const std::string& kind,
                       const std::string& name) {
    const auto has = [&](const Set& set) {
        return std::any_of(set.begin(), set.end(), [&](const auto& one) {
            const auto body = Json::parse(one.second.body);
            return body && !(*body)[name].missing();
        });
    };
    if (has(trial.baseline(kind).set))
        return failed("Attribute \"" + name + "\" comes although nobody asked for it.");
    ReadPlan plan;
    plan.wish.kind = kind;
    plan.wish.attributes = name;
    plan.recordsMax = trial.recordsMax(kind);
    const Reading asked = readAll(instance, plan);
    if (!asked.failed.empty())
        return failed("Asked for " + name + " the read failed.", asked.failed);
    if (!has(asked.set)) return failed("Attribute \"" + name + "\" does not come when asked for.");
    return passed(name + " comes when asked for.");
}

/// The kind whose records are edges from `from` to `to`; empty when there is none.
std::string relationOf(Trial& trial, const std::string& from, const std::string& to) {
    for (const auto& kind : trial.kinds()) {
        const Json relation = trial.kindJson(kind)["relation"];
        if (relation["from"].stringOr("") == from && relation["to"].stringOr("") == to) return kind;
    }
    return {};
}

/// What a listing of `kind` below this parent must give; false when it cannot be told.
bool expectedBelow(Trial& trial, const std::string& kind, const std::string& parent,
                   const std::string& id, Set& expected) {
    const Json relation = trial.kindJson(kind)["relation"];
    const bool edges = relation["from"].stringOr("") == parent;
    const std::string through = edges ? kind : relationOf(trial, parent, kind);
    if (through.empty() || !trial.baseline(through).failed.empty()) return false;
    for (const auto& [edge, seen] : trial.baseline(through).set) {
        const auto body = Json::parse(seen.body);
        if (!body || (*body)[parent].stringOr("") != id) continue;
        expected[edges ? edge : (*body)[kind].stringOr("")] = {};
    }
    return true;
}

Verdict checkBelow(Trial& trial, Instance& instance, const std::string& kind,
                   const std::string& parent) {
    const Reading& parents = trial.baseline(parent);
    const Set& whole = trial.baseline(kind).set;
    if (parents.set.empty()) return notApplicable("There is no " + parent + ".");
    std::size_t tried = 0;
    std::size_t everything = 0;
    bool told = false;
    for (const auto& [id, unused] : parents.set) {
        if (++tried > kParents) break;
        ReadPlan plan;
        plan.wish.kind = kind;
        plan.wish.parentKind = parent;
        plan.wish.parentId = id;
        plan.recordsMax = trial.recordsMax(kind);
        const Reading got = readAll(instance, plan);
        const std::string where = "Below " + parent + " " + id;
        if (!got.failed.empty()) return failed(where + " the read failed.", got.failed);
        for (const auto& [one, seen] : got.set)
            if (whole.count(one) == 0)
                return failed(where + " is a record that is nowhere else.", one);
        Set expected;
        if (expectedBelow(trial, kind, parent, id, expected)) {
            told = true;
            if (auto what = idDifference(expected, got.set); !what.empty())
                return failed(where + " the set is another than the memberships say.", what);
        }
        everything += got.set.size() == whole.size() ? 1 : 0;
    }
    if (!told && whole.size() > 1 && everything == std::min(tried, kParents) && tried > 1)
        return failed("Below each " + parent +
                      " the whole directory comes: the parent is ignored.");
    return passed("below " + counted(std::min(tried, kParents), parent) + " only its own.");
}

}  // namespace

Verdict checkR7(Trial& trial) {
    return eachKind(trial, [&](const std::string& kind) -> Verdict {
        Verdict out = notApplicable("No attribute is returned on request only.");
        std::string why;
        for (const auto& [name, spec] : trial.kindJson(kind)["attributes"].members()) {
            if (spec["returned"].stringOr("") != "request") continue;
            const auto instance = trial.open(why);
            if (!instance) return failed(why);
            out = checkRequested(trial, *instance, kind, name);
            if (out.outcome == Outcome::kFailed) return out;
        }
        return out;
    });
}

Verdict checkR8(Trial& trial) {
    return eachKind(trial, [&](const std::string& kind) -> Verdict {
        Verdict out = notApplicable("No filter is declared.");
        std::string why;
        for (const auto& filter : trial.kindJson(kind)["filters"].items()) {
            const auto instance = trial.open(why);
            if (!instance) return failed(why);
            out = checkFilter(trial, *instance, kind, filter.stringOr(""));
            if (out.outcome == Outcome::kFailed) return out;
        }
        return out;
    });
}

Verdict checkR13(Trial& trial) {
    return eachKind(trial, [&](const std::string& kind) -> Verdict {
        Verdict out = notApplicable("No kind is listed below a parent.");
        std::string why;
        for (const auto& parent : trial.kindJson(kind)["parents"].items()) {
            const std::string name = parent.stringOr("");
            if (!trial.baseline(name).failed.empty()) continue;
            const auto instance = trial.open(why);
            if (!instance) return failed(why);
            out = checkBelow(trial, *instance, kind, name);
            if (out.outcome == Outcome::kFailed) return out;
        }
        return out;
    });
}

}  // namespace tenantry::kit
