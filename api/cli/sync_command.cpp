#include <chrono>
#include <memory>
#include <thread>

#include "api/cli/console.h"

namespace tenantry::cli {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(300);

struct Wish {
    bool all = false;
    std::vector<std::string> connections;
    std::string scope;
    bool dontWait = false;
    int timeoutSeconds = 600;
};

struct Reading {
    std::string connection, name, run, state, error;
    std::int64_t read = 0, added = 0, changed = 0, removed = 0;
};

bool isOver(const Reading& one) {
    return one.state == "succeeded" || one.state == "failed" || one.state == "held" ||
           one.state == "refused";
}

std::string pathOf(const Reading& one) {
    return "/api/v1/connections/" + one.connection;
}

void take(Reading& one, const base::Json& run) {
    one.run = run["id"].stringOr("");
    one.state = run["state"].stringOr("");
    one.error = run["error"].stringOr("");
    one.read = run["read"].intOr(0);
    one.added = run["added"].intOr(0);
    one.changed = run["changed"].intOr(0);
    one.removed = run["removed"].intOr(0);
}

std::vector<Reading> chosen(Client& client, const Wish& given) {
    std::vector<Reading> out;
    if (!given.all) {
        for (const auto& id : given.connections) {
            Reading one;
            one.connection = one.name = id;
            out.push_back(one);
        }
        return out;
    }
    std::int64_t total = 0;
    do {
        const auto page = client.get(
            "/api/v1/connections",
            {{"scope", given.scope}, {"limit", "500"}, {"offset", std::to_string(out.size())}});
        total = page["total"].intOr(0);
        if (page["items"].size() == 0) break;
        for (const auto& item : page["items"].items()) {
            Reading one;
            one.connection = item["id"].stringOr("");
            one.name = item["organization"]["name"].stringOr("") + ": " + item["name"].stringOr("");
            out.push_back(one);
        }
    } while (static_cast<std::int64_t>(out.size()) < total);
    return out;
}

void start(Client& client, std::vector<Reading>& readings) {
    for (Reading& one : readings) {
        try {
            take(one, client.post(pathOf(one) + "/sync", ""));
        } catch (const Failure& failure) {
            if (failure.code != Exit::kRefused) throw;
            one.state = "refused";
            one.error = failure.words;
        }
    }
}

/// Asks until every reading is over. What is not after the time stays as it is.
void follow(Client& client, std::vector<Reading>& readings, std::chrono::seconds longest) {
    const auto end = std::chrono::steady_clock::now() + longest;
    for (Reading& one : readings) {
        while (!isOver(one) && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(kPoll);
            const auto runs = client.get(pathOf(one) + "/runs", {{"limit", "20"}});
            for (const auto& run : runs["items"].items()) {
                if (run["id"].stringOr("") == one.run) take(one, run);
            }
        }
    }
}

void sync(Console& console, const Wish& given) {
    if (!given.all && given.connections.empty()) {
        throw Failure{Exit::kUsage, "Say what to read: --all, or --connection ID."};
    }
    Client client = console.client();
    auto readings = chosen(client, given);
    start(client, readings);
    if (!given.dontWait) follow(client, readings, std::chrono::seconds(given.timeoutSeconds));
    Table table({{"STATE", 9},
                 {"DIRECTORY", 12},
                 {"READ", 4},
                 {"ADDED", 5},
                 {"CHANGED", 7},
                 {"REMOVED", 7},
                 {"ERROR", 10}});
    base::JsonWriter items;
    items.beginObject().key("items").beginArray();
    std::size_t well = 0;
    for (const Reading& one : readings) {
        const bool good = one.state == "succeeded" || (given.dontWait && one.state != "refused");
        well += good ? 1U : 0U;
        table.add({one.state, one.name, std::to_string(one.read), std::to_string(one.added),
                   std::to_string(one.changed), std::to_string(one.removed), one.error});
        items.beginObject().key("connection").string(one.connection).key("run").string(one.run);
        items.key("state").string(one.state).key("error").string(one.error).endObject();
    }
    items.endArray().endObject();
    console.print(table, *base::Json::parse(std::move(items).take()));
    Console::say(std::to_string(well) + " of " + std::to_string(readings.size()) +
                 (given.dontWait ? " directories are being read." : " directories were read."));
    if (well < readings.size()) console.result = well == 0 ? Exit::kRefused : Exit::kPartial;
}

}  // namespace

void addSyncCommand(CLI::App& app, Console& console) {
    auto wish = std::make_shared<Wish>();
    auto* command = app.add_subcommand("sync", "Read directories now");
    command->add_flag("--all", wish->all, "Every connection in scope");
    command->add_option("--scope", wish->scope, "With --all: only below this organization");
    command->add_option("-c,--connection", wish->connections,
                        "Id of a connection; may be repeated");
    command->add_flag("--no-wait", wish->dontWait, "Do not wait for the end");
    command->add_option("--timeout", wish->timeoutSeconds, "Wait at most so many seconds")
        ->check(CLI::PositiveNumber);
    command->callback([&console, wish] { sync(console, *wish); });

    // The same by the noun: tenantry connections sync ID.
    auto one = std::make_shared<Wish>();
    auto* byNoun =
        app.get_subcommand("connections")->add_subcommand("sync", "Read this directory now");
    byNoun->add_option("id", one->connections, "Id of the connection")->required();
    byNoun->add_flag("--no-wait", one->dontWait, "Do not wait for the end");
    byNoun->callback([&console, one] { sync(console, *one); });
}

}  // namespace tenantry::cli
