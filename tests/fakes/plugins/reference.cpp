// The connector that the conformance kit is tried with: a small REST directory through the host's
// HTTP. Without "mutant" it does everything right. With one it makes that one mistake; each is the
// few lines that ask `is("...")`.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <tenantry/plugin.hpp>
#include <thread>

namespace {

using tny::Json;
using namespace std::chrono_literals;

constexpr int kPage = 5;

std::atomic<int> gCount{0};
std::map<std::string, Json> gPages;  // leaks_tenant
std::vector<std::string> gKept;      // hoards, grows

class Reference final : public tny::Connector {
  public:
    Reference(tny::Call&, std::string_view, std::string_view json)
        : config_(json), mutant_(config_.str("mutant", "")), base_(config_.str("base_url")) {
        if (base_.find('?') != std::string::npos) {
            if (is("config_without_pointer")) throw tny::config("The address is wrong.");
            throw tny::config("The address must have no query.", "/base_url");
        }
        if (is("leaks_memory")) gKept.push_back(std::string(8192, 'x'));
        if (is("leaks_descriptors")) leak_ = ::dup(0);
    }
    ~Reference() override {
        // A thread that nobody joins, as a library's pool might be.
        if (is("leaves_thread")) new std::jthread([] { std::this_thread::sleep_for(1h); });
    }

    void check(tny::Call& c) override {
        try {
            ask(c, "GET", "/me").ok();
        } catch (const tny::Error& e) {
            if (is("auth_as_unavailable") && e.code() == TNY_E_AUTH) throw tny::unavailable("No.");
            if (is("unreachable_as_internal") && e.code() == TNY_E_UNAVAILABLE)
                throw tny::internal("No.");
            throw;
        }
        const std::string token = is("secret_in_log") || is("secret_in_metric")
                                      ? config_.secret(c, "token")
                                      : std::string();
        if (is("secret_in_log"))
            c.log(tny::LogLevel::kInfo, "signed_in", Json::object({{"with", token}}));
        if (is("secret_in_metric")) c.metric("sign_ins_" + token, 1);
        if (is("writes_stdout")) std::printf("signed in\n");
        if (is("changes_locale")) std::setlocale(LC_ALL, "C.UTF-8");
        if (is("changes_environment")) ::setenv("TZ", "UTC", 1);
        c.reply("diagnostics", Json::array().push("The directory answers."));
    }

    tny_status list(tny::Call& c, const tny::Read& q) override {
        if (q.kind != "user" && q.kind != "group" && q.kind != "membership") {
            if (is("unknown_kind_ok")) return TNY_OK;
            throw tny::unsupported("The directory has no such kind.");
        }
        if (is("ignores_cancel")) std::this_thread::sleep_for(2s);
        if (is("grows")) gKept.push_back(std::string(200'000, 'x'));
        try {
            if (q.delta) return delta(c, q);
            return full(c, q);
        } catch (const tny::Error& e) {
            if (is("errors_are_the_end") && e.code() != TNY_E_UNSUPPORTED) return TNY_OK;
            if (is("late_is_the_end") && c.cancelled()) return TNY_OK;
            if (is("no_retry_after") && e.code() == TNY_E_RATE_LIMITED) throw tny::rateLimited(-1);
            throw;
        }
    }

    void get(tny::Call& c, std::string_view kind, std::string_view id) override {
        if (kind != "user") throw tny::unsupported("Only users can be fetched one by one.");
        try {
            c.emit(user(fetch(c, id), ""));
        } catch (const tny::Error& e) {
            if (is("secret_in_error"))
                throw tny::notFound("Nobody at token " + config_.secret(c, "token") + ".");
            if (is("personal_in_error")) throw tny::notFound("Not first.last1@one.example either.");
            if (is("unknown_id_unavailable")) throw tny::unavailable(e.message());
            throw;
        }
    }

    tny_status perform(tny::Call& c, const tny::Act& a) override {
        try {
            return act(c, a);
        } catch (const tny::Error& e) {
            if (is("lost_is_unavailable") && e.code() == TNY_E_OUTCOME_UNKNOWN)
                throw tny::unavailable(e.message());
            throw;
        }
    }

    tny_status poll(tny::Call& c, std::string_view operation) override {
        if (is("forgets_operations") && pending_.count(std::string(operation)) == 0)
            throw tny::notFound("There is no such operation.");
        const Json done = ask(c, "GET", "/operations/" + tny::path(operation)).json();
        if (!done["done"].boolean()) {
            c.reply("retry_after_ms", done["retry_after_ms"]);
            return TNY_PENDING;
        }
        c.emit(user(fetch(c, done["id"].text()), ""));
        return TNY_OK;
    }

  private:
    bool is(const char* mutant) const { return mutant_ == mutant; }

    tny::HttpRequest ask(tny::Call& c, std::string_view method, const std::string& path) {
        return std::move(
            tny::http(c).request(method, base_ + path).auth(tokenRef()).throttle("api"));
    }
    std::string tokenRef() const { return config_.json()["token"]["$secret"].text(); }
    Json fetch(tny::Call& c, std::string_view id) {
        return ask(c, "GET", "/users/" + tny::path(id)).json();
    }

    // ---- records ------------------------------------------------------------------------------

    tny::Record user(const Json& u, std::string_view asked) {
        std::string id = u["id"].text();
        if (is("id_changes")) id += "-" + std::to_string(++gCount);
        tny::Record r(is("wrong_kind") ? "person" : "user", id);
        r.etag(is("constant_etag")   ? "1"
               : is("unstable_etag") ? std::to_string(++gCount)
                                     : u["rev"].text());
        if (!is("missing_required")) r.set("login", u["login"].text());
        const std::string name = is("mangles_unicode") ? ascii(u["name"].text()) : u["name"].text();
        if (is("wrong_type"))
            r.set("name", Json(7));
        else
            r.setIf("name", name);
        r.setIf("mail", u["mail"].text()).setIf("phone", u["phone"].text());
        r.set("status", is("unknown_status") ? "on" : u["state"].text());
        if (is("undeclared_attribute")) r.set("shoe_size", "42");
        const bool badge = asked == "badge" || is("always_everything");
        if (badge && !is("never_on_request")) r.setIf("badge", u["badge"].text());
        return r;
    }

    static std::string ascii(const std::string& text) {
        std::string out;
        for (const char ch : text) out += static_cast<unsigned char>(ch) < 0x80 ? ch : '?';
        return out;
    }

    tny::Record record(std::string_view kind, const Json& item, std::string_view asked) {
        if (kind == "user") return user(item, asked);
        if (kind == "group") {
            tny::Record group("group", item["id"].text());
            return std::move(group.etag(item["rev"].text()).set("name", item["name"].text()));
        }
        const std::string id = item["user"].text() + "/" + item["group"].text();
        tny::Record edge("membership", id);
        return std::move(edge.set("user", item["user"].text()).set("group", item["group"].text()));
    }

    // ---- reading ------------------------------------------------------------------------------

    Json page(tny::Call& c, const tny::Read& q, std::string_view cursor) {
        auto request = ask(c, "GET", "/" + std::string(q.kind) + "s");
        request.query("after", cursor).query("limit", kPage);
        if (!is("ignores_parent")) request.query("user", q.parentId);
        if (!q.filter.empty() && !is("ignores_filter")) {
            const Json f = Json::parse(q.filter);
            request.query("op", f["op"].text()).query("attribute", f["attribute"].text());
            request.query("value", f["value"].text());
        }
        if (!is("leaks_tenant")) return request.json();
        // A cache that forgets whose page it is.
        const std::string key = std::string(q.kind) + std::string(cursor);
        if (gPages.count(key) == 0) gPages[key] = request.json();
        return gPages[key];
    }

    tny_status full(tny::Call& c, const tny::Read& q) {
        std::string position;  // before the first page, so that nothing is lost meanwhile
        std::string cursor(q.cursor);
        if (const auto colon = cursor.find(':'); colon != std::string::npos) {
            position = cursor.substr(0, colon);
            cursor = cursor.substr(colon + 1);
        } else if (q.kind == "user") {
            position = ask(c, "GET", "/position").json()["position"].text();
        }
        const bool foreign = !cursor.empty() && known_.count(cursor) == 0;
        if (is("resume_ends") && foreign) return TNY_OK;
        if (is("resume_restarts") && foreign) cursor.clear();
        bool skip = is("resume_skips") && foreign;
        std::size_t emitted = 0;
        for (;;) {
            c.throwIfCancelled();
            const Json answer = page(c, q, cursor);
            tny::Page out;
            for (const Json& item : answer["items"].items()) {
                if (!skip) out.add(record(q.kind, item, q.attributes));
                skip = false;
            }
            std::string next = answer["next"].text();
            if (is("drops_last_page") && next.empty() && !cursor.empty()) out.records.clear();
            if (is("repeats_page") && next.empty()) next = "u10";
            if (is("hoards"))
                for (const auto& one : out.records)
                    gKept.push_back(one.body() + std::string(4000, 'x'));
            if (!next.empty() && next == cursor && !is("no_loop_guard"))
                throw tny::data("The backend repeats the token of a page.");
            if (out.records.empty() && next.empty() && cursor.empty() && is("empty_is_error"))
                throw tny::notFound("There are no users.");
            emitted += out.records.size();
            const bool stopped = !c.emit(out.records);
            if (stopped && !is("ok_after_stop")) return TNY_MORE;
            if (stopped) return TNY_OK;
            if (next.empty()) break;
            cursor = next;
            known_[cursor] = true;
            if (!c.checkpoint(position + ":" + cursor))
                return is("ok_after_stop") ? TNY_OK : TNY_MORE;
            if (emitted >= q.budgetRecords && !is("ignores_budget")) return TNY_MORE;
        }
        if (q.kind != "user") return TNY_OK;
        if (is("position_at_the_end"))
            position = ask(c, "GET", "/position").json()["position"].text();
        c.reply("delta_cursor", Json(position));
        return TNY_OK;
    }

    tny_status delta(tny::Call& c, const tny::Read& q) {
        if (q.kind != "user") throw tny::unsupported("Only users have a delta.");
        auto request = ask(c, "GET", "/changes");
        const tny::HttpResponse answer = request.query("since", q.cursor).send();
        if (answer.status == 410 && is("garbage_position")) return TNY_OK;
        if (answer.status == 410)
            throw tny::cursorExpired("The backend does not know the position.");
        if (!answer.ok()) throw tny::httpError(answer, "GET", base_ + "/changes", false);
        const Json changes = answer.json();
        if (is("delta_never_empty")) c.emit(user(fetch(c, "u01"), ""));
        for (const Json& item : changes["items"].items()) {
            const std::string id = item["id"].text();
            if (is("consumes_delta") && !seen_.emplace(item["seq"].dump(), true).second) continue;
            if (item["deleted"].boolean()) {
                if (!is("no_deletes") && !c.emit(tny::Record::deleted("user", id))) return TNY_MORE;
            } else if (!c.emit(user(item["user"], ""))) {
                return TNY_MORE;
            }
        }
        c.reply("delta_cursor", changes["position"]);
        return TNY_OK;
    }

    // ---- acting -------------------------------------------------------------------------------

    void write(tny::Call& c, const tny::Act& a, std::string_view method, const std::string& path,
               const Json& body = Json::object()) {
        auto request = ask(c, method, "/users/" + tny::path(a.id) + path);
        if (!is("ignores_key")) request.idempotency(a.key);
        if (!a.expectEtag.empty() && !is("ignores_etag")) request.header("If-Match", a.expectEtag);
        request.body(body).ok();
    }

    tny_status emitted(tny::Call& c, const tny::Record& record) {
        if (!is("no_new_state")) c.emit(record);
        return TNY_OK;
    }

    /// Brings the user into `state`, from `from`.
    tny_status bring(tny::Call& c, const tny::Act& a, const std::string& from,
                     const std::string& state, const std::string& verb) {
        const Json before = fetch(c, a.id);
        const bool already = before["state"].text() == state;
        if (already && is("not_idempotent")) throw tny::conflict("It is already so.");
        if (!a.expectEtag.empty() && a.expectEtag != before["rev"].text() && !is("ignores_etag"))
            throw tny::conflict("The user was changed meanwhile.");
        if (!already && before["state"].text() != from && !is("acts_outside"))
            throw tny::conflict("The user is " + before["state"].text() + ".");
        if (already || (a.dryRun && !is("dry_run_writes"))) return emitted(c, user(before, ""));
        write(c, a, "POST", "/" + verb);
        if (is("reverse_loses") && verb == "unsuspend")
            ask(c, "PATCH", "/users/" + tny::path(a.id)).body(Json::object({{"phone", ""}})).ok();
        return emitted(c, user(is("emits_before") ? before : fetch(c, a.id), ""));
    }

    tny_status act(tny::Call& c, const tny::Act& a) {
        if (a.action == "user.suspend") return bring(c, a, "enabled", "disabled", "suspend");
        if (a.action == "user.unsuspend") return bring(c, a, "disabled", "enabled", "unsuspend");
        if (a.action == "user.edit") {
            if (!a.dryRun || is("dry_run_writes")) write(c, a, "PATCH", "", a.args["attributes"]);
            Json now = fetch(c, a.id);
            if (!is("emits_intent")) return emitted(c, user(now, ""));
            tny::Record meant = tny::user(std::string(a.id));
            meant.etag(now["rev"].text())
                .set("login", now["login"].text())
                .set("status", "enabled");
            return emitted(c, meant.set("phone", a.args["attributes"]["phone"].text()));
        }
        if (a.action == "user.reset_password") {
            write(c, a, "POST", "/reset");
            const Json now = fetch(c, a.id);
            if (!is("keeps_the_password")) c.reply("secret", Json(now["temporary"].text()));
            if (is("returned_secret_in_log"))
                c.log(tny::LogLevel::kInfo, "reset " + now["temporary"].text());
            return emitted(c, user(now, ""));
        }
        if (a.action == "user.delete") {
            const tny::HttpResponse had = ask(c, "GET", "/users/" + tny::path(a.id)).send();
            if (had.status == 404) {
                c.emit(tny::Record::deleted("user", std::string(a.id)));
                return TNY_OK;
            }
            if (!a.expectEtag.empty() && a.expectEtag != had.json()["rev"].text())
                throw tny::conflict("The user was changed meanwhile.");
            if (a.dryRun) return emitted(c, user(had.json(), ""));
            write(c, a, "DELETE", "");
            return emitted(c, tny::Record::deleted("user", std::string(a.id)));
        }
        if (a.action == "x.reference.move") {
            auto request = ask(c, "POST", "/users/" + tny::path(a.id) + "/move");
            if (!a.expectEtag.empty()) request.header("If-Match", a.expectEtag);
            const Json begun = request.idempotency(a.key).json();
            pending_[begun["operation"].text()] = true;
            c.reply("operation_id", begun["operation"]);
            return TNY_PENDING;
        }
        return Connector::perform(c, a);
    }

    const tny::Config config_;
    const std::string mutant_, base_;
    int leak_ = -1;
    std::map<std::string, bool> known_, seen_, pending_;
};

}  // namespace

TNY_PLUGIN(Reference, TNY_DESCRIPTOR);
