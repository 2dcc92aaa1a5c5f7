// R1, R2, R3, R9, R12: the records themselves.
#include <algorithm>

#include "plugins/sdk/kit/checks.h"
#include "plugins/sdk/kit/each_kind.h"

namespace tenantry::kit {

namespace {

using base::Json;

constexpr std::size_t kFetched = 8;

bool fitsType(const std::string& type, const Json& value) {
    if (type == "boolean") return value.isBool();
    if (type == "integer") return value.asInt().has_value();
    if (type == "number") return value.isNumber();
    if (type == "complex") return value.isObject();
    if (type == "datetime") {
        if (value.asInt()) return true;  // Unix milliseconds
        const std::string text = value.stringOr("");
        return text.size() >= 19 && text[4] == '-' && (text[10] == 'T' || text[10] == 't');
    }
    return value.isString();
}

/// What is wrong with one value of an attribute; empty when nothing.
std::string wrongValue(const Json& spec, const Json& value) {
    const std::string type = spec["type"].stringOr("string");
    // A plain text is a whole e-mail address or state.
    const bool maybePlain = spec["maps"].stringOr("") == "emails";
    if (!fitsType(type, value) && !(maybePlain && value.isString()))
        return "is " + value.text().substr(0, 60) + ", declared is " + type;
    if (spec["values"].isObject() && spec["values"][value.stringOr("")].missing())
        return "is \"" + value.stringOr("").substr(0, 60) + "\", which \"values\" does not have";
    return {};
}

std::string wrongAttribute(const Json& spec, const Json& value) {
    if (value.isNull()) return {};  // the same as absent
    const bool multi = spec["multi"].boolOr(false) || spec["multiValued"].boolOr(false);
    const bool either = spec["maps"].stringOr("") == "status";
    if (value.isArray() && (multi || either)) {
        for (const auto& item : value.items())
            if (auto wrong = wrongValue(spec, item); !wrong.empty()) return wrong;
        return {};
    }
    if (multi && !either) return "is no array, declared is multi";
    return wrongValue(spec, value);
}

/// What is wrong with a body; empty when nothing. `more`: attributes the instance declared.
std::string wrongBody(const Json& declared, const Json& more, const std::string& body) {
    const auto json = Json::parse(body);
    if (!json || !json->isObject()) return "its body is no JSON object";
    for (const auto& [name, value] : json->members()) {
        const Json spec = declared[name].missing() ? more[name] : declared[name];
        if (spec.missing()) return "attribute \"" + name + "\" is not declared";
        if (auto wrong = wrongAttribute(spec, value); !wrong.empty())
            return "attribute \"" + name + "\" " + wrong;
    }
    for (const auto& [name, spec] : declared.members()) {
        const Json value = (*json)[name];
        if (spec["required"].boolOr(false) && (value.missing() || value.isNull()))
            return "attribute \"" + name + "\" is required and not there";
    }
    return {};
}

/// Attributes that only this instance has.
Json instanceAttributes(Trial& trial) {
    std::string why;
    const auto instance = trial.open(why);
    if (!instance) return {};
    const Answer answer = instance->schema();
    const auto found = answer.replies.find("attributes");
    if (found == answer.replies.end()) return {};
    const auto json = Json::parse(found->second);
    return json ? *json : Json();
}

/// get() of some of the records; what differs from the listing.
Verdict fetched(Trial& trial, Instance& instance, const std::string& kind, const Reading& listed) {
    if (!trial.kindJson(kind)["get"].boolOr(false)) return passed("get is not declared.");
    const std::size_t step = std::max<std::size_t>(1, listed.set.size() / kFetched);
    std::size_t n = 0;
    std::size_t tried = 0;
    for (const auto& [id, seen] : listed.set) {
        if (n++ % step != 0) continue;
        ++tried;
        const Answer answer = instance.get(kind, id);
        if (!answer.ok()) return failed("get(" + id + ") ended with " + answer.words() + ".");
        if (answer.records.size() != 1 || answer.records.front().id != id)
            return failed("get(" + id + ") did not emit exactly that record.",
                          counted(answer.records.size(), "record"));
        if (!sameBody(answer.records.front().body, seen.body))
            return failed(
                "get(" + id + ") gives another body than list.",
                seen.body.substr(0, 300) + "\n" + answer.records.front().body.substr(0, 300));
    }
    return passed(counted(tried, "record") + " fetched one by one are as listed.");
}

/// The half of R12 that needs no change: equal bodies have equal etags, and the other way round.
Verdict etagsOf(const Reading& first, const Reading& second) {
    std::size_t withEtag = 0;
    for (const auto& [id, seen] : first.set) {
        const auto found = second.set.find(id);
        if (found == second.set.end()) continue;
        withEtag += seen.etag.empty() ? 0 : 1;
        const bool same = sameBody(seen.body, found->second.body);
        const bool sameEtag = seen.etag == found->second.etag;
        if (same && !sameEtag)
            return failed("The etag of " + id + " changed although the record did not.",
                          seen.etag + " -> " + found->second.etag);
        if (!same && sameEtag && !seen.etag.empty())
            return failed("The record " + id + " changed and kept its etag.",
                          seen.body.substr(0, 300) + "\n" + found->second.body.substr(0, 300));
    }
    if (withEtag == 0) return notApplicable("No record has an etag.");
    return passed(counted(withEtag, "etag") + " stayed with the unchanged record.");
}

/// Changes a user by the scenario's command or, failing that, its first action.
std::string changeSomething(Trial& trial, const std::string& id, std::string& why) {
    if (!trial.scenario.backend.change.empty() && trial.backend != nullptr) {
        const auto done = trial.command(trial.scenario.backend.change, id);
        if (!done) why = done.error().message;
        return done ? id : "";
    }
    for (const auto& sample : trial.scenario.actions) {
        if (sample.gone || sample.id.empty() || sample.state.missing()) continue;
        const auto instance = trial.open(why);
        if (!instance) return {};
        if (!sample.prepare.empty()) (void)trial.command(sample.prepare, sample.id);
        ActWish wish;
        wish.action = sample.action;
        wish.id = sample.id;
        wish.argsJson = sample.argsJson;
        wish.key = "conformance-R12";
        const Answer answer = instance->perform(wish);
        trial.forget();
        if (!answer.ok()) why = sample.action + " ended with " + answer.words();
        return answer.ok() ? sample.id : "";
    }
    return {};
}

}  // namespace

Verdict checkR1(Trial& trial) {
    const Json more = instanceAttributes(trial);
    return eachKind(trial, [&](const std::string& kind) -> Verdict {
        const Reading& reading = trial.baseline(kind);
        if (!reading.oddities.empty())
            return failed("The records cannot be used as they are.", reading.oddities.front());
        const Json spec = trial.kindJson(kind);
        for (const auto& [id, seen] : reading.set) {
            if (auto wrong = wrongBody(spec["attributes"], more, seen.body); !wrong.empty())
                return failed("Record " + id + ": " + wrong + ".", seen.body.substr(0, 400));
            if (spec["etag"].boolOr(false) && seen.etag.empty())
                return failed("Record " + id + " has no etag, which the descriptor promises.");
        }
        return passed(counted(reading.set.size(), "record") + " fit.");
    });
}

Verdict checkR2(Trial& trial) {
    return eachKind(trial, [&](const std::string& kind) -> Verdict {
        std::string why;
        const auto instance = trial.open(why);
        if (!instance) return failed(why);
        const Reading again = trial.read(*instance, kind);
        if (!again.failed.empty()) return failed("The second read failed.", again.failed);
        const Reading& first = trial.baseline(kind);
        if (auto ids = idDifference(first.set, again.set); !ids.empty())
            return failed("The ids of a second read are not those of the first.", ids);
        return fetched(trial, *instance, kind, first);
    });
}

Verdict checkR3(Trial& trial) {
    std::string seen;
    for (const auto& kind : trial.kinds()) {
        const Reading& first = trial.baseline(kind);
        if (!first.failed.empty()) return failed(kind + ": the read failed.", first.failed);
        const auto expected = trial.scenario.expect.find(kind);
        if (expected != trial.scenario.expect.end()) {
            const auto& wanted = expected->second;
            const bool good =
                wanted.exact ? first.set.size() == wanted.count : first.set.size() >= wanted.count;
            if (!good)
                return failed(kind + ": " + counted(first.set.size(), "record") +
                              " came; the scenario says " + (wanted.exact ? "" : "at least ") +
                              std::to_string(wanted.count) + ".");
        }
        std::string why;
        const auto instance = trial.open(why);
        if (!instance) return failed(why);
        const Reading again = trial.read(*instance, kind);
        if (!again.failed.empty()) return failed(kind + ": the second read failed.", again.failed);
        Set a = first.set;
        Set b = again.set;
        for (Set* set : {&a, &b})
            for (auto& [id, one] : *set) one.etag.clear();  // R12's
        if (auto what = difference(a, b); !what.empty())
            return failed(kind + ": the second read gave another set.", what);
        seen +=
            (seen.empty() ? "" : " ") + kind + ": " + counted(first.set.size(), "record") +
            " twice" +
            (expected == trial.scenario.expect.end() ? " (the scenario expects no number)." : ".");
    }
    return seen.empty() ? notApplicable("No kind can be read in full.") : passed(seen);
}

Verdict checkR9(Trial& trial) {
    if (trial.scenario.known.empty())
        return notApplicable("The scenario has no \"known\" records.");
    for (const auto& known : trial.scenario.known) {
        const Reading& reading = trial.baseline(known.kind);
        if (!reading.failed.empty()) return notApplicable("The plain read did not work, see R3.");
        const auto found = reading.set.find(known.id);
        if (found == reading.set.end())
            return failed("The " + known.kind + " " + known.id + " of the scenario did not come.");
        const auto body = Json::parse(found->second.body);
        if (!body) return failed("The body of " + known.id + " is no JSON.");
        for (const auto& [name, value] : known.attributes.members()) {
            const Json got = (*body)[name];
            const bool same =
                value.isNull() ? got.missing() || got.isNull() : got.text() == value.text();
            if (!same)
                return failed("Attribute \"" + name + "\" of " + known.id +
                                  " did not arrive as the scenario says.",
                              "expected " + value.text().substr(0, 200) + "\ncame     " +
                                  (got.missing() ? "nothing" : got.text().substr(0, 200)));
        }
    }
    return passed(counted(trial.scenario.known.size(), "known record") + " arrived unharmed.");
}

Verdict checkR12(Trial& trial) {
    const std::string kind = trial.mainKind();
    const Verdict still = eachKind(trial, [&](const std::string& one) -> Verdict {
        std::string why;
        const auto instance = trial.open(why);
        if (!instance) return failed(why);
        return etagsOf(trial.baseline(one), trial.read(*instance, one));
    });
    if (still.outcome != Outcome::kPassed) return still;
    const Reading before = trial.baseline(kind);
    if (before.set.empty()) return still;
    std::string why;
    const std::string id = changeSomething(trial, before.order.front(), why);
    if (id.empty() && !why.empty()) return failed("Nothing could be changed.", why);
    if (id.empty())
        return passed(still.reason +
                      " Nothing could be changed (no backend.change, no action), so that half was "
                      "not tried.");
    const Reading& after = trial.baseline(kind);
    const Verdict verdict = etagsOf(before, after);
    const bool changed = after.set.count(id) != 0 && before.set.count(id) != 0 &&
                         after.set.at(id).body != before.set.at(id).body;
    trial.reset();
    if (verdict.outcome == Outcome::kFailed) return verdict;
    if (!changed)
        return failed("After a change of " + id + " its record is as it was.",
                      "Either the change alters nothing that is emitted, or it is not seen.");
    return passed(still.reason + " A changed one got a new one.");
}

}  // namespace tenantry::kit
