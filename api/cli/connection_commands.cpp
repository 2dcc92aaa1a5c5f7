#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "api/cli/console.h"
#include "kernel/base/ids.h"

namespace tenantry::cli {
namespace {

constexpr const char* kConnections = "/api/v1/connections";

Table connectionTable() {
    return Table({{"NAME", 10},
                  {"ORGANIZATION", 10},
                  {"CONNECTOR", 8},
                  {"STATE", 8},
                  {"USERS", 5},
                  {"LAST READ", 10},
                  {"ERROR", 8},
                  {"ID", 36}});
}

void addRow(Table& table, const base::Json& one) {
    table.add({one["name"].stringOr(""), one["organization"]["name"].stringOr(""),
               one["connector"].stringOr(""), one["state"].stringOr(""),
               std::to_string(one["users"].intOr(0)), shortTime(one["last_sync_at"]),
               one["error"].stringOr(""), one["id"].stringOr("")});
}

struct ListWish {
    std::string scope, organization, state;
    std::size_t limit = 500;
};

void list(Console& console, const ListWish& given) {
    const auto page = console.client().get(kConnections, {{"scope", given.scope},
                                                          {"organization", given.organization},
                                                          {"state", given.state},
                                                          {"limit", std::to_string(given.limit)}});
    Table table = connectionTable();
    std::int64_t current = 0;
    for (const auto& one : page["items"].items()) {
        addRow(table, one);
        if (one["state"].stringOr("") == "current") ++current;
    }
    console.print(table, page);
    Console::say(std::to_string(page["items"].size()) + " of " +
                 std::to_string(page["total"].intOr(0)) + " connections, " +
                 std::to_string(current) + " current.");
}

void show(Console& console, const std::string& id) {
    const auto one = console.client().get(std::string(kConnections) + "/" + id);
    Table table({{"FIELD", 12}, {"VALUE", 20}});
    for (const auto& [name, value] : one.members()) {
        table.add({name, name == "organization" ? value["name"].stringOr("") : asText(value)});
    }
    console.print(table, one);
}

struct NewConnection {
    std::string organization, connector, name, configFile;
    std::vector<std::string> settings;
    bool test = false;
};

/// The configuration from a file ("-": standard input), with single settings over it.
std::string configOf(const NewConnection& given) {
    std::string text = "{}";
    if (!given.configFile.empty()) {
        std::stringstream read;
        if (given.configFile == "-") {
            read << std::cin.rdbuf();
        } else {
            std::ifstream in(given.configFile);
            if (!in) throw Failure{Exit::kUsage, "Cannot read " + given.configFile + "."};
            read << in.rdbuf();
        }
        text = read.str();
    }
    const auto json = base::Json::parse(text);
    if (!json || !json->isObject()) {
        throw Failure{Exit::kUsage, "The configuration is not a JSON object."};
    }
    base::JsonWriter out;
    out.beginObject();
    for (const auto& [name, value] : json->members()) out.key(name).raw(value.text());
    for (const std::string& one : given.settings) {
        const std::size_t equals = one.find('=');
        if (equals == std::string::npos) {
            throw Failure{Exit::kUsage, "A setting is NAME=VALUE, not \"" + one + "\"."};
        }
        const std::string value = one.substr(equals + 1);
        const auto literal = base::Json::parse(value);
        const bool plain = literal && (literal->isBool() || literal->isNumber());
        out.key(one.substr(0, equals));
        if (plain) {
            out.raw(value);
        } else {
            out.string(value);
        }
    }
    out.endObject();
    return std::move(out).take();
}

std::string bodyOf(const NewConnection& given, bool withName) {
    base::JsonWriter body;
    body.beginObject().key("organization").string(given.organization);
    body.key("connector").string(given.connector);
    if (withName) body.key("name").string(given.name);
    body.key("config").raw(configOf(given)).endObject();
    return std::move(body).take();
}

void sayFinding(Console& console, const base::Json& finding) {
    if (console.form() == Form::kJson) {
        console.print(finding);
    } else {
        std::cout << (finding["ok"].boolOr(false) ? "ok: " : "failed: ")
                  << harmless(finding["detail"].stringOr("")) << "\n";
    }
    if (!finding["ok"].boolOr(false)) console.result = Exit::kRefused;
}

void create(Console& console, const NewConnection& given) {
    Client client = console.client();
    const auto made = client.post(kConnections, bodyOf(given, /*withName=*/true), base::newUuid());
    Table table = connectionTable();
    addRow(table, made);
    console.print(table, made);
}

void testNew(Console& console, const NewConnection& given) {
    Client client = console.client();
    sayFinding(console,
               client.post(std::string(kConnections) + "/test", bodyOf(given, /*withName=*/false)));
}

void testSaved(Console& console, const std::string& id) {
    Client client = console.client();
    sayFinding(console, client.post(std::string(kConnections) + "/" + id + "/test", ""));
}

void addConfig(CLI::App& command, NewConnection& given) {
    command.add_option("--organization", given.organization, "Organization (id or slug)");
    command.add_option("--connector", given.connector, "ldap, sql, or the connector's full id");
    command.add_option("--config", given.configFile,
                       "JSON file of the configuration; - for standard input");
    command.add_option("--set", given.settings, "NAME=VALUE of the configuration; may be repeated");
}

}  // namespace

void addConnectionCommands(CLI::App& app, Console& console) {
    auto* connections =
        app.add_subcommand("connections", "List, show, create, test and read connections");
    connections->require_subcommand(1);
    auto wish = std::make_shared<ListWish>();
    auto* listing = connections->add_subcommand("list", "Connections and their state");
    listing->add_option("--scope", wish->scope,
                        "An organization (id or slug) and what is below it");
    listing->add_option("--organization", wish->organization, "Exactly this organization");
    listing->add_option("--state", wish->state, "never_read, current, stale or unreachable");
    listing->add_option("--limit", wish->limit, "At most so many")->check(CLI::PositiveNumber);
    listing->callback([&console, wish] { list(console, *wish); });

    auto shown = std::make_shared<std::string>();
    auto* showing = connections->add_subcommand("show", "One connection, without its secrets");
    showing->add_option("id", *shown, "Id of the connection")->required();
    showing->callback([&console, shown] { show(console, *shown); });

    auto fresh = std::make_shared<NewConnection>();
    auto* creating =
        connections->add_subcommand("create", "Connect a directory to an organization");
    creating->add_option("name", fresh->name, "Its name")->required();
    addConfig(*creating, *fresh);
    creating->callback([&console, fresh] { create(console, *fresh); });

    auto tried = std::make_shared<NewConnection>();
    auto saved = std::make_shared<std::string>();
    auto* testing =
        connections->add_subcommand("test", "Try a saved connection, or a configuration");
    testing->add_option("id", *saved, "Id of a saved connection");
    addConfig(*testing, *tried);
    testing->callback([&console, saved, tried] {
        if (saved->empty()) {
            testNew(console, *tried);
        } else {
            testSaved(console, *saved);
        }
    });
}

}  // namespace tenantry::cli
