#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include <unistd.h>

#include "api/cli/console.h"
#include "api/cli/progress.h"
#include "kernel/base/ids.h"

namespace tenantry::cli {
namespace {

constexpr auto kPoll = std::chrono::milliseconds{500};
constexpr std::size_t kRowsShown = 20;

struct PlanWish {
    std::string action, scope, filter, search, reason, ticket, startAt;
    std::vector<std::string> users;
    std::vector<std::string> sets;        ///< name=value, for edit
    std::vector<std::string> parameters;  ///< the same, for an action of a connector's own
    bool yes = false;
    bool dontWait = false;
    bool inWindow = false;
};

std::string parametersOf(const PlanWish& given) {
    base::JsonWriter out;
    out.beginObject();
    if (!given.sets.empty()) {
        out.key("attributes").beginObject();
        for (const auto& one : given.sets) {
            const auto equals = one.find('=');
            if (equals == std::string::npos || equals == 0)
                throw Failure{Exit::kUsage, "--set wants NAME=VALUE, not \"" + one + "\"."};
            out.key(one.substr(0, equals)).string(one.substr(equals + 1));
        }
        out.endObject();
    }
    writeParameters(out, given.parameters);
    out.endObject();
    return std::move(out).take();
}

std::string bodyOf(const PlanWish& given) {
    if (given.users.empty() && given.filter.empty() && given.search.empty() && given.scope.empty())
        throw Failure{Exit::kUsage, "Say which users: --user ID, --filter, --search or --scope."};
    base::JsonWriter out;
    out.beginObject().key("action").string(given.action);
    out.key("parameters").raw(parametersOf(given));
    out.key("selection").beginObject();
    if (!given.users.empty()) {
        out.key("ids").beginArray();
        for (const auto& id : given.users) out.string(id);
        out.endArray();
    } else {
        if (!given.filter.empty()) out.key("filter").string(given.filter);
        if (!given.search.empty()) out.key("q").string(given.search);
        if (!given.scope.empty()) out.key("scope").string(given.scope);
    }
    out.endObject();
    out.key("reason").string(given.reason).key("ticket").string(given.ticket).endObject();
    return std::move(out).take();
}

std::string countsWords(const base::Json& counts) {
    const auto number = [&](const char* name) { return std::to_string(counts[name].intOr(0)); };
    return number("change") + " will change, " + number("already_so") + " are already so, " +
           number("not_allowed") + " not allowed" +
           (counts["dropped"].intOr(0) > 0 ? ", " + number("dropped") + " dropped." : ".");
}

void showPlan(Console& console, Client& client, const base::Json& plan) {
    const std::string id = plan["id"].stringOr("");
    const auto page =
        client.get("/api/v1/plans/" + id + "/items", {{"limit", std::to_string(kRowsShown)}});
    Table table({{"VERDICT", 10},
                 {"USERNAME", 10},
                 {"ORGANIZATION", 8},
                 {"BEFORE", 8},
                 {"AFTER", 8},
                 {"WHY", 10}});
    for (const auto& row : page["items"].items())
        table.add({row["verdict"].stringOr(""), row["username"].stringOr(""),
                   row["organization"]["name"].stringOr(""), row["before"].stringOr(""),
                   row["after"].stringOr(""),
                   row["reason"]["detail"].stringOr(row["note"].stringOr(""))});
    console.print(table, plan);
    if (page["total"].intOr(0) > static_cast<std::int64_t>(kRowsShown))
        Console::say("... and " +
                     std::to_string(page["total"].intOr(0) - static_cast<int>(kRowsShown)) +
                     " more: tenantry plan show " + id);
    Console::say(plan["words"].stringOr("") + " in " +
                 std::to_string(plan["organizations"].intOr(0)) +
                 " organizations: " + countsWords(plan["counts"]));
    Console::say("It takes at least " + std::to_string(plan["estimate_seconds"].intOr(0)) + " s." +
                 (plan["irreversible"].boolOr(false) ? " It cannot be taken back." : ""));
}

std::string outcomeWords(const base::Json& outcomes) {
    std::string out;
    for (const auto& [name, count] : outcomes.members())
        if (count.intOr(0) != 0)
            out += (out.empty() ? "" : ", ") + std::to_string(count.intOr(0)) + " " + name;
    return out.empty() ? "nothing to do" : out;
}

bool isOver(const std::string& state) {
    return state != "running" && state != "scheduled";
}

/// Done or already so: 0; nothing of it: 1; some of it, or unknown: 5.
Exit exitOf(const base::Json& job) {
    const auto& outcomes = job["outcomes"];
    const auto good = outcomes["done"].intOr(0) + outcomes["already_so"].intOr(0);
    const auto all = job["total"].intOr(0);
    if (good == all) return Exit::kOk;
    return good == 0 && outcomes["unknown"].intOr(0) == 0 ? Exit::kRefused : Exit::kPartial;
}

void report(Console& console, const base::Json& job) {
    Table table(
        {{"STATE", 9}, {"ACTION", 8}, {"OUTCOMES", 12}, {"REASON", 8}, {"BY", 6}, {"ID", 36}});
    table.add({job["state"].stringOr(""), job["words"].stringOr(""), outcomeWords(job["outcomes"]),
               job["reason"].stringOr(""), job["created_by"].stringOr(""), job["id"].stringOr("")});
    console.print(table, job);
    if (job["detail"].isString()) Console::say(job["detail"].stringOr(""));
}

base::Json follow(Client& client, const std::string& id) {
    constexpr std::size_t kUsualWidth = 80;
    const bool terminal = ::isatty(STDERR_FILENO) != 0;
    const std::size_t width = terminalWidth() == 0 ? kUsualWidth : terminalWidth();
    const auto begun = std::chrono::steady_clock::now();
    for (;;) {
        auto job = client.get("/api/v1/jobs/" + id);
        const auto since = std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::steady_clock::now() - begun);
        // Over itself; what a longer line left behind is cleared.
        if (terminal)
            std::cerr << "\r" << progressLine(job, since, width) << "\x1b[K" << std::flush;
        if (isOver(job["state"].stringOr(""))) {
            if (terminal) std::cerr << "\n";
            return job;
        }
        std::this_thread::sleep_for(kPoll);
    }
}

void finish(Console& console, Client& client, base::Json job, bool dontWait) {
    if (!dontWait && !isOver(job["state"].stringOr("")))
        job = follow(client, job["id"].stringOr(""));
    report(console, job);
    const std::string state = job["state"].stringOr("");
    if (state == "awaiting_approval")
        Console::say("Another operator must approve it: tenantry jobs approve " +
                     job["id"].stringOr(""));
    if (isOver(state)) console.result = exitOf(job);
    if (job["outcomes"]["failed"].intOr(0) + job["outcomes"]["unknown"].intOr(0) > 0)
        Console::say("See why: tenantry jobs items " + job["id"].stringOr("") +
                     " --outcome failed");
}

void confirm(Console& console, Client& client, const base::Json& plan, const PlanWish& given) {
    const std::string id = plan["id"].stringOr("");
    if (!given.yes) {
        Console::say("Nothing was changed. To run it: tenantry plan confirm " + id + " " +
                     plan["hash"].stringOr(""));
        return;
    }
    base::JsonWriter body;
    body.beginObject().key("hash").string(plan["hash"].stringOr(""));
    if (!given.startAt.empty()) body.key("start_at").string(given.startAt);
    if (given.inWindow) body.key("in_maintenance_window").boolean(true);
    body.endObject();
    auto job =
        client.post("/api/v1/plans/" + id + "/confirm", std::move(body).take(), base::newUuid());
    finish(console, client, std::move(job),
           given.dontWait || given.inWindow || !given.startAt.empty());
}

void makePlan(Console& console, const PlanWish& given) {
    Client client = console.client();
    const auto plan = client.post("/api/v1/plans", bodyOf(given), base::newUuid());
    showPlan(console, client, plan);
    confirm(console, client, plan, given);
}

void listJobs(Console& console, const std::string& state) {
    const auto page = console.client().get("/api/v1/jobs", {{"state", state}});
    Table table({{"STATE", 9},
                 {"ACTION", 8},
                 {"OUTCOMES", 12},
                 {"CREATED", 10},
                 {"BY", 6},
                 {"REASON", 8},
                 {"ID", 36}});
    for (const auto& job : page["items"].items())
        table.add({job["state"].stringOr(""), job["words"].stringOr(""),
                   outcomeWords(job["outcomes"]), shortTime(job["created_at"]),
                   job["created_by"].stringOr(""), job["reason"].stringOr(""),
                   job["id"].stringOr("")});
    console.print(table, page);
}

void listItems(Console& console, const std::string& id, const std::string& outcome,
               std::size_t limit) {
    Client client = console.client();
    if (console.csv) {
        client.download("/api/v1/jobs/" + id + "/results", {}, "text/csv",
                        [](std::string_view piece) { std::cout << piece; });
        return;
    }
    const auto page = client.get("/api/v1/jobs/" + id + "/items",
                                 {{"outcome", outcome}, {"limit", std::to_string(limit)}});
    Table table({{"NO", 3},
                 {"OUTCOME", 8},
                 {"ACTION", 8},
                 {"USERNAME", 10},
                 {"ORGANIZATION", 8},
                 {"DETAIL", 12}});
    for (const auto& item : page["items"].items())
        table.add({std::to_string(item["number"].intOr(0)), item["outcome"].stringOr(""),
                   item["action"].stringOr(""), item["username"].stringOr(""),
                   item["organization"]["name"].stringOr(""), item["detail"].stringOr("")});
    console.print(table, page);
    Console::say(std::to_string(page["items"].size()) + " of " +
                 std::to_string(page["total"].intOr(0)) + " items.");
}

void steer(Console& console, const std::string& id, const std::string& deed,
           const std::string& body, bool dontWait) {
    Client client = console.client();
    auto job = client.post("/api/v1/jobs/" + id + "/" + deed, body, base::newUuid());
    finish(console, client, std::move(job), dontWait);
}

std::string oneMember(const char* name, const std::string& value) {
    base::JsonWriter out;
    out.beginObject().key(name).string(value).endObject();
    return std::move(out).take();
}

void addPlanCommands(CLI::App& app, Console& console) {
    auto* plan = app.add_subcommand("plan", "Preview an action on many users, and run it");
    plan->require_subcommand(1);
    auto wish = std::make_shared<PlanWish>();
    auto* make = plan->add_subcommand("make", "What would become of whom; nothing is changed");
    make->add_option("action", wish->action,
                     "suspend, unlock, contain, offboard ...; or one of a connector's own")
        ->required();
    make->add_option("--user", wish->users, "Id of a user; may be repeated");
    make->add_option("--scope", wish->scope, "An organization (id or slug) and what is below it");
    make->add_option("--filter", wish->filter, "SCIM filter");
    make->add_option("-s,--search", wish->search, "Text in username, names, e-mail or native id");
    make->add_option("--set", wish->sets, "For edit: NAME=VALUE; may be repeated");
    make->add_option("-p,--parameter", wish->parameters,
                     "NAME=VALUE, or NAME:=JSON, for an action of a connector's own");
    make->add_option("--reason", wish->reason, "For the trail");
    make->add_option("--ticket", wish->ticket, "For the trail");
    make->add_option("--start-at", wish->startAt,
                     "With --yes: not before, e.g. 2026-12-01T22:00:00Z");
    make->add_flag("--in-window", wish->inWindow,
                   "With --yes: each organization in its maintenance window");
    make->add_flag("-y,--yes", wish->yes, "Run it at once");
    make->add_flag("--no-wait", wish->dontWait, "Do not wait for the end");
    make->callback([&console, wish] { makePlan(console, *wish); });

    auto id = std::make_shared<std::string>();
    auto* show = plan->add_subcommand("show", "A plan and its rows");
    show->add_option("id", *id, "Id of the plan")->required();
    show->callback([&console, id] {
        Client client = console.client();
        showPlan(console, client, client.get("/api/v1/plans/" + *id));
    });
    auto hash = std::make_shared<std::string>();
    auto dontWait = std::make_shared<bool>(false);
    auto* run =
        plan->add_subcommand("confirm", "Runs a plan, if it is still the one that was seen");
    run->add_option("id", *id, "Id of the plan")->required();
    run->add_option("hash", *hash, "Its hash, as the preview showed it")->required();
    run->add_flag("--no-wait", *dontWait, "Do not wait for the end");
    run->callback([&console, id, hash, dontWait] {
        Client client = console.client();
        auto job = client.post("/api/v1/plans/" + *id + "/confirm", oneMember("hash", *hash),
                               base::newUuid());
        finish(console, client, std::move(job), *dontWait);
    });
}

}  // namespace

void addJobCommands(CLI::App& app, Console& console) {
    addPlanCommands(app, console);
    auto* jobs = app.add_subcommand("jobs", "Watch and steer what runs on many users");
    jobs->require_subcommand(1);
    auto state = std::make_shared<std::string>();
    auto* listing = jobs->add_subcommand("list", "Jobs, newest first");
    listing->add_option("--state", *state,
                        "awaiting_approval, scheduled, running, paused, finished or cancelled");
    listing->callback([&console, state] { listJobs(console, *state); });

    auto id = std::make_shared<std::string>();
    auto outcome = std::make_shared<std::string>();
    auto limit = std::make_shared<std::size_t>(100);
    auto* items = jobs->add_subcommand("items", "How each item ended; --csv for all of them");
    items->add_option("id", *id, "Id of the job")->required();
    items->add_option("--outcome", *outcome, "failed, unknown, done ...");
    items->add_option("--limit", *limit, "At most so many")->check(CLI::PositiveNumber);
    items->callback([&console, id, outcome, limit] { listItems(console, *id, *outcome, *limit); });

    auto* watch = jobs->add_subcommand("watch", "Follows a job to its end");
    watch->add_option("id", *id, "Id of the job")->required();
    watch->callback([&console, id] {
        Client client = console.client();
        finish(console, client, client.get("/api/v1/jobs/" + *id), /*dontWait=*/false);
    });
    auto dontWait = std::make_shared<bool>(false);
    const auto add = [&](const char* deed, const char* help) {
        auto* command = jobs->add_subcommand(deed, help);
        command->add_option("id", *id, "Id of the job")->required();
        command->add_flag("--no-wait", *dontWait, "Do not wait for the end");
        const std::string word = deed;
        command->callback([&console, id, word, dontWait] {
            steer(console, *id, word, "", *dontWait || word == "pause");
        });
    };
    add("pause", "Begins no further items");
    add("resume", "Goes on where it paused");
    add("cancel", "Ends it; what is under way ends");
    add("retry", "Runs the failed items again, and only those");
    auto* undo = jobs->add_subcommand("undo", "Plans to take back what a job changed");
    undo->add_option("id", *id, "Id of the job")->required();
    undo->callback([&console, id] {
        Client client = console.client();
        const auto plan = client.post("/api/v1/jobs/" + *id + "/undo", "", base::newUuid());
        showPlan(console, client, plan);
        confirm(console, client, plan, {});
    });
    auto* approve = jobs->add_subcommand("approve", "Agrees to a job of another operator");
    approve->add_option("id", *id, "Id of the job")->required();
    approve->add_flag("--no-wait", *dontWait, "Do not wait for the end");
    approve->callback([&console, id, dontWait] {
        Client client = console.client();
        const auto job = client.get("/api/v1/jobs/" + *id);
        report(console, job);
        steer(console, *id, "approve", oneMember("hash", job["plan_hash"].stringOr("")), *dontWait);
    });
}

}  // namespace tenantry::cli
