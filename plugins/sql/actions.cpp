#include "plugins/sql/actions.h"

#include <algorithm>
#include <thread>

#include "plugins/sql/passwords.h"

namespace tenantry::sql {
namespace {

using tny::Json;

constexpr int kAttemptsMax = 3;
constexpr std::chrono::milliseconds kBackoff{40};
constexpr std::size_t kPasswordMax = 1024;

/// One statement with the parameters of its own.
struct Step {
    StatementSpec spec;
    Parameters parameters;
};

std::string join(const std::vector<std::string>& list, ListForm form) {
    if (form == ListForm::kSingle) return list.empty() ? std::string() : list.front();
    std::string out;
    for (const auto& one : list) {
        if (!out.empty()) out += form == ListForm::kPipe ? '|' : ',';
        out += one;
    }
    return out;
}

std::string textFrom(const Attribute& attribute, const Json& value, const std::string& pointer) {
    if (value.isString() && attribute.type != AttributeType::kList) return value.text();
    if (value.isInt() && attribute.type == AttributeType::kInteger) {
        return std::to_string(value.integer());
    }
    if (value.isBool() && attribute.type == AttributeType::kBoolean) {
        return value.boolean() ? "1" : "0";
    }
    const bool joinable = attribute.list == ListForm::kSingle ||
                          attribute.list == ListForm::kComma || attribute.list == ListForm::kPipe;
    if (attribute.type == AttributeType::kList && joinable && value.isArray()) {
        std::vector<std::string> list;
        for (const auto& one : value.items()) list.push_back(one.text());
        if (attribute.list == ListForm::kSingle && list.size() > 1) {
            throw tny::argument("This directory keeps one value here, not several.", pointer);
        }
        return join(list, attribute.list);
    }
    throw tny::argument("The value of " + attribute.name + " has the wrong type.", pointer);
}

Parameter parameterFor(const Attribute& attribute, const Json& value, const std::string& pointer) {
    const std::string text = value.isNull() ? std::string() : textFrom(attribute, value, pointer);
    if (!tny::isUtf8(text) || text.find('\0') != std::string::npos) {
        throw tny::argument("The value of " + attribute.name + " has unusable characters.",
                            pointer);
    }
    if (text.empty() && attribute.nullable) return std::monostate();
    return text;
}

/// What a record shows of a value that was written: nothing for an empty one.
Json shown(const Attribute& attribute, const Json& value) {
    if (attribute.type == AttributeType::kList) return value.size() == 0 ? Json() : value;
    return value.isString() && value.text().empty() ? Json() : value;
}

}  // namespace

/// An action made ready: everything that can be refused without the database has been.
struct Actions::Plan {
    std::string action;
    const ActionSpec* spec = nullptr;
    Parameter id;
    std::string idText;
    std::string expectEtag;
    bool dryRun = false;
    Moment now{};
    std::vector<Step> steps;
    Parameters common;
    std::vector<std::pair<const Attribute*, Json>> edits;
    std::string secret;

    /// Is the row as the action wants it? Never for an action that always does something.
    bool satisfiedBy(const UserRow& row) const {
        if (action == "user.suspend") return row.has(State::kSuspended);
        if (action == "user.unsuspend") return !row.has(State::kSuspended);
        if (action == "user.unlock") return !row.has(State::kLockedOut);
        if (action == "user.force_password_change") return row.has(State::kAwaitingNewPassword);
        if (action == "user.edit") {
            return std::all_of(edits.begin(), edits.end(), [&](const auto& edit) {
                return row.body[edit.first->name] == shown(*edit.first, edit.second);
            });
        }
        return false;
    }
};

Actions::Plan Actions::plan(const tny::Act& act, Moment now) const {
    Plan out;
    out.action = act.action;
    out.spec = settings_.mapping.action(act.action);
    if (act.kind != "user" ||
        std::find(kActions.begin(), kActions.end(), out.action) == kActions.end()) {
        throw tny::unsupported("The SQL connector has no action \"" + out.action + "\".");
    }
    if (out.spec == nullptr) {
        throw tny::unsupported("The mapping of this connection does not say how to do this.");
    }
    if (!out.spec->unsupported.empty()) throw tny::unsupported(out.spec->unsupported);
    const auto id = reader_.idParameter(settings_.mapping.user, act.id);
    if (!id) throw tny::notFound("The directory has no user with this id.");
    out.id = *id;
    out.idText = act.id;
    out.expectEtag = act.expectEtag;
    out.dryRun = act.dryRun;
    out.now = now;
    const bool postgres = settings_.engine == Engine::kPostgresql;
    out.common = {{"id", out.id},
                  {"now", writeTime(now, settings_.mapping.timeFormat)},
                  {"yes", postgres ? Parameter("true") : Parameter(std::int64_t{1})},
                  {"no", postgres ? Parameter("false") : Parameter(std::int64_t{0})},
                  {"random_hex_32", randomHex(16)}};
    if (out.action == "user.edit") planEdit(act, out);
    if (out.action == "user.reset_password") planPassword(act, out);
    for (const auto& statement : out.spec->statements) out.steps.push_back({statement, {}});
    return out;
}

void Actions::planEdit(const tny::Act& act, Plan& plan) const {
    const Json& changes = act.args["attributes"];
    if (!changes.isObject() || changes.size() == 0) {
        throw tny::argument("Nothing to change was given.", "/attributes");
    }
    const Entity& entity = settings_.mapping.user;
    for (const auto& [name, value] : changes.members()) {
        const std::string pointer = "/attributes/" + name;
        const Attribute* attribute = settings_.mapping.attribute(name);
        if (attribute == nullptr || !attribute->writable) {
            throw tny::argument("This directory does not let " + name + " be changed here.",
                                pointer);
        }
        const Parameters parameters{{"value", parameterFor(*attribute, value, pointer)}};
        plan.edits.emplace_back(attribute, value);
        for (const auto& statement : attribute->write)
            plan.steps.push_back({statement, parameters});
        if (!attribute->write.empty()) continue;
        StatementSpec update;
        update.sql = "UPDATE {t:" + entity.table + "} SET {c:" + attribute->source.column +
                     "} = :value WHERE {c:" + entity.id.column + "} = :id";
        update.exactlyOne = true;
        update.pointer = attribute->source.pointer;
        plan.steps.push_back({std::move(update), parameters});
    }
}

void Actions::planPassword(const tny::Act& act, Plan& plan) const {
    if (!settings_.mapping.hash) {
        throw tny::unsupported("The mapping does not say how this directory hashes passwords.");
    }
    if (act.args.str("mode") == "link") {
        throw tny::unsupported("This directory cannot send a link; set a temporary password.");
    }
    std::string password = act.args.str("new_password");
    if (password.empty()) password = plan.secret = makeTemporaryPassword();
    if (password.size() > kPasswordMax || password.find('\0') != std::string::npos) {
        throw tny::argument("This password cannot be used.", "/new_password");
    }
    if (settings_.mapping.hash == HashScheme::kBcrypt && password.size() > 72) {
        throw tny::argument("bcrypt looks at the first 72 bytes of a password only.",
                            "/new_password");
    }
    plan.common["new_password_hash"] = hashPassword(*settings_.mapping.hash, password);
}

ActionOutcome Actions::perform(tny::Call& call, Database& db, const tny::Act& act,
                               Moment now) const {
    const Plan ready = plan(act, now);
    for (int tries = 1;; ++tries) {
        Phase phase = Phase::kReading;
        const std::int64_t leftBefore = call.deadlineMs();
        try {
            return attempt(call, db, ready, phase);
        } catch (const Failure& failure) {
            const bool lost = failure.fault() == Fault::kLost;
            if (lost) db.close();
            const bool refused = failure.repeatable() || failure.fault() == Fault::kConstraint ||
                                 failure.fault() == Fault::kDuplicate;
            if ((lost && phase == Phase::kWriting) || (phase == Phase::kCommitting && !refused)) {
                throw tny::outcomeUnknown(
                    "The connection to the database was lost after the change was sent.")
                    .backend(0, failure.code());
            }
            // Nothing was written, or it has been rolled back: "nothing happened" is the truth.
            if (failure.fault() == Fault::kTimeout || (lost && !call.cancelled())) {
                throw tny::unavailable("The database did not answer in time; nothing was changed.")
                    .backend(0, failure.code());
            }
            // Another attempt may well wait as long as this one did.
            const std::int64_t left = call.deadlineMs();
            const std::int64_t needed = leftBefore - left + 2 * kBackoff.count();
            if (!failure.repeatable() || tries == kAttemptsMax || call.cancelled() ||
                left < needed) {
                throw;
            }
            std::this_thread::sleep_for(kBackoff * tries);
        }
    }
}

std::optional<ActionOutcome> Actions::before(Database& db, const Plan& plan) const {
    reader_.lock(db, plan.id);
    const auto row = reader_.user(db, plan.idText, plan.now);
    if (!row) {
        if (!plan.spec->endsRecord) {
            throw tny::notFound("The directory has no user with this id.");
        }
        return ActionOutcome{tny::Record::deleted("user", plan.idText), {}};
    }
    if (!row->usable) throw tny::data("The row of this user cannot be read.");
    if (!plan.expectEtag.empty() && plan.expectEtag != row->etag) {
        throw tny::conflict("The user was changed in the directory meanwhile.");
    }
    if (plan.satisfiedBy(*row)) return ActionOutcome{row->record(), {}};
    askGuards(db, plan);
    if (plan.dryRun) return ActionOutcome{row->record(), {}};
    return std::nullopt;
}

ActionOutcome Actions::attempt(const tny::Call& call, Database& db, const Plan& plan,
                               Phase& phase) const {
    db.begin();
    try {
        if (auto settled = before(db, plan)) {
            db.rollback();
            return std::move(*settled);
        }
        call.throwIfCancelled();
        db.limit(std::chrono::milliseconds(call.deadlineMs()));
        phase = Phase::kWriting;
        runStatements(db, plan);
        const auto after = reader_.user(db, plan.idText, plan.now);
        const bool gone = plan.spec->endsRecord;
        const bool asPromised =
            gone ? !after
                 : after && (plan.action == "user.reset_password" || plan.satisfiedBy(*after));
        if (!asPromised) {
            throw tny::config(
                "The statements of " + plan.action +
                    " ran, but the user is not as they should have made it; all was undone.",
                "/mapping");
        }
        phase = Phase::kCommitting;
        db.commit();
        return readBack(db, plan, after);
    } catch (...) {
        db.rollback();
        throw;
    }
}

ActionOutcome Actions::readBack(Database& db, const Plan& plan,
                                const std::optional<UserRow>& inside) const {
    if (!inside) return {tny::Record::deleted("user", plan.idText), {}};
    // It is committed: what follows only looks, and may not turn success into failure.
    try {
        const auto seen = reader_.user(db, plan.idText, plan.now);
        if (seen && seen->usable) return {seen->record(), plan.secret};
    } catch (const Failure&) {
        db.close();
    }
    return {inside->record(), plan.secret};
}

void Actions::askGuards(Database& db, const Plan& plan) const {
    for (const auto& guard : plan.spec->guards) {
        const auto text = "SELECT " + asText(settings_.engine, "(" + guard.sql + ")");
        const auto rows =
            db.query(prepare(settings_.engine, settings_.tablePrefix, text), plan.common, 1);
        const bool refused = !rows.empty() && rows.front().front() &&
                             readBoolean(*rows.front().front()) != std::optional<bool>(false);
        if (refused) throw tny::policy(guard.reason);
    }
}

void Actions::runStatements(Database& db, const Plan& plan) const {
    for (const auto& step : plan.steps) {
        Parameters parameters = plan.common;
        for (const auto& [name, value] : step.parameters) parameters[name] = value;
        const auto matched =
            db.execute(prepare(settings_.engine, settings_.tablePrefix, step.spec.sql), parameters);
        if (step.spec.exactlyOne && matched != 1) {
            throw tny::config("A statement of " + plan.action + " matched " +
                                  std::to_string(matched) + " rows, not one; all was undone.",
                              step.spec.pointer);
        }
    }
}

tny::Capabilities Actions::capabilities() const {
    tny::Capabilities out;
    for (const auto& verb : kActions) {
        const ActionSpec* spec = settings_.mapping.action(verb);
        if (spec == nullptr) {
            out.cannot(verb, "The mapping of this connection does not say how to do this.");
        } else if (!spec->unsupported.empty()) {
            out.cannot(verb, spec->unsupported);
        } else if (verb == "user.reset_password" && !settings_.mapping.hash) {
            out.cannot(verb, "The mapping does not say how this directory hashes passwords.");
        } else if (!spec->note.empty()) {
            out.emulates(verb, spec->note);
        } else {
            out.can(verb);
        }
    }
    return out;
}

}  // namespace tenantry::sql
