#include <fstream>
#include <iostream>
#include <memory>

#include "api/cli/console.h"
#include "kernel/base/ids.h"

namespace tenantry::cli {
namespace {

constexpr const char* kUsers = "/api/v1/users";

struct Selection {
    std::string scope, filter, search, sort;
    std::size_t offset = 0;
    std::size_t limit = 100;
    bool all = false;
};

void addSelection(CLI::App& command, Selection& given) {
    command.add_option("--scope", given.scope, "An organization (id or slug) and what is below it");
    command.add_option("--filter", given.filter,
                       "SCIM filter, e.g. 'status eq \"LOCKED_OUT\" and mfa.enrolled eq false'");
    command.add_option("-s,--search", given.search, "Text in username, names, e-mail or native id");
    command.add_option("--sort", given.sort,
                       "Columns, - before one for descending: last_name,-seen_at");
}

Parameters selectionOf(const Selection& given) {
    return {{"scope", given.scope},
            {"filter", given.filter},
            {"q", given.search},
            {"sort", given.sort}};
}

/// The id of a user who is named by id, username or e-mail.
std::string idOf(Client& client, const std::string& named) {
    if (base::isUuid(named)) return named;
    base::JsonWriter quoted;
    quoted.string(named);
    const std::string text = std::move(quoted).take();
    const auto page = client.get(
        kUsers, {{"filter", "username eq " + text + " or email eq " + text}, {"limit", "2"}});
    const auto total = page["total"].intOr(0);
    if (total == 0)
        throw Failure{Exit::kRefused, "There is no user \"" + named + "\" in your scope."};
    if (total > 1) {
        throw Failure{Exit::kRefused, std::to_string(total) + " users are called \"" + named +
                                          "\". Name one by its id; see: tenantry users list -s " +
                                          named};
    }
    return page["items"].items().front()["id"].stringOr("");
}

Table userTable() {
    return Table({{"STATUS", 8},
                  {"USERNAME", 10},
                  {"NAME"},
                  {"E-MAIL", 8},
                  {"MFA", 3},
                  {"ORGANIZATION", 8},
                  {"LAST SIGN-IN", 10},
                  {"ID", 36}});
}

std::string mfaWord(const base::Json& enrolled) {
    if (!enrolled.isBool()) return "unknown";
    return enrolled.boolOr(false) ? "on" : "off";
}

void addRow(Table& table, const base::Json& user) {
    table.add({user["status"].stringOr(""), user["username"].stringOr(""),
               user["display_name"].stringOr(""), user["email"].stringOr(""),
               mfaWord(user["mfa"]["enrolled"]), user["organization"]["name"].stringOr(""),
               shortTime(user["last_login_at"]), user["id"].stringOr("")});
}

void list(Console& console, const Selection& given) {
    Client client = console.client();
    Table table = userTable();
    base::JsonWriter items;
    items.beginObject().key("items").beginArray();
    base::Json page;
    std::string cursor;
    std::size_t shown = 0;
    do {
        Parameters parameters = selectionOf(given);
        const std::size_t left = given.all ? 500 : given.limit - shown;
        parameters.emplace_back("limit", std::to_string(std::min<std::size_t>(left, 500)));
        if (cursor.empty()) parameters.emplace_back("offset", std::to_string(given.offset));
        parameters.emplace_back("cursor", cursor);
        page = client.get(kUsers, parameters);
        for (const auto& user : page["items"].items()) {
            addRow(table, user);
            items.raw(user.text());
            ++shown;
        }
        cursor = page["next_cursor"].stringOr("");
    } while (!cursor.empty() && (given.all || shown < given.limit));
    const std::int64_t total = page["total"].intOr(0);
    items.endArray().key("total").number(total);
    items.key("completeness").raw(page["completeness"].text()).endObject();
    console.print(table, *base::Json::parse(std::move(items).take()));
    Console::say(std::to_string(shown) + " of " + std::to_string(total) + " users.");
    Console::sayCompleteness(page["completeness"]);
}

void show(Console& console, const std::string& named) {
    Client client = console.client();
    const std::string id = idOf(client, named);
    const auto user = client.get(std::string(kUsers) + "/" + id);
    Table table({{"FIELD", 12}, {"VALUE", 20}});
    for (const auto& [name, value] : user.members()) {
        if (value.isObject() && name == "organization") {
            table.add({name, value["name"].stringOr("")});
        } else {
            table.add({name, asText(value)});
        }
    }
    const auto actions = client.get(std::string(kUsers) + "/" + id + "/actions");
    const auto possibility = [](const base::Json& one) {
        return one["allowed"].boolOr(false) ? "allowed" : one["reason"]["detail"].stringOr("");
    };
    for (const auto& one : actions["items"].items())
        table.add({"action " + one["action"].stringOr(""), possibility(one)});
    for (const auto& one : actions["connector_actions"].items())
        table.add({"action " + one["action"].stringOr(""),
                   one["title"].stringOr("") + ": " + possibility(one)});
    console.print(table, user);
}

struct Deed {
    std::string action, user, reason, ticket, key;
    std::vector<std::string> parameters;
};

std::string deedBody(const Deed& given) {
    base::JsonWriter out;
    out.beginObject().key("parameters").beginObject();
    writeParameters(out, given.parameters);
    out.endObject();
    if (!given.reason.empty()) out.key("reason").string(given.reason);
    if (!given.ticket.empty()) out.key("ticket").string(given.ticket);
    out.endObject();
    return std::move(out).take();
}

void act(Console& console, const Deed& given) {
    Client client = console.client();
    const std::string id = idOf(client, given.user);
    const std::string key = given.key.empty() ? base::newUuid() : given.key;
    const auto result = client.post(std::string(kUsers) + "/" + id + "/actions/" + given.action,
                                    deedBody(given), key);
    const std::string outcome = result["outcome"].stringOr("unknown");
    if (console.form() == Form::kJson) {
        console.print(result);
    } else {
        std::cout << outcome << ": " << harmless(result["detail"].stringOr("")) << "\n";
        if (const auto secret = result["secret"].asString()) {
            std::cout << "Temporary password, shown once: " << harmless(*secret) << "\n";
        }
    }
    if (outcome == "unknown") {
        console.result = Exit::kPartial;
    } else if (outcome != "done" && outcome != "already_so") {
        console.result = Exit::kRefused;
    }
}

struct ExportWish {
    Selection selection;
    std::string format = "csv";
    std::string file;
};

void exportUsers(Console& console, const ExportWish& given) {
    std::ofstream file;
    if (!given.file.empty()) {
        file.open(given.file, std::ios::binary | std::ios::trunc);
        if (!file) throw Failure{Exit::kRefused, "Cannot write " + given.file + "."};
    }
    std::ostream& out = given.file.empty() ? std::cout : file;
    Parameters parameters = selectionOf(given.selection);
    parameters.emplace_back("format", given.format);
    const Answer answer =
        console.client().download(std::string(kUsers) + "/export", parameters, "*/*",
                                  [&out](std::string_view piece) { out << piece; });
    out.flush();
    if (!out) throw Failure{Exit::kPartial, "The export could not be written whole."};
    Console::say(answer.header("X-Total") + " users.");
    if (const auto completeness = base::Json::parse(answer.header("X-Completeness"))) {
        Console::sayCompleteness(*completeness);
    }
}

}  // namespace

void addUserCommands(CLI::App& app, Console& console) {
    auto* users = app.add_subcommand("users", "List, show, act on and export users");
    users->require_subcommand(1);
    auto selection = std::make_shared<Selection>();
    auto* listing = users->add_subcommand("list", "The users that match");
    addSelection(*listing, *selection);
    listing->add_option("--offset", selection->offset, "Skip so many");
    listing->add_option("--limit", selection->limit, "At most so many")->check(CLI::PositiveNumber);
    listing->add_flag("--all", selection->all, "All of them, page after page");
    listing->callback([&console, selection] { list(console, *selection); });

    auto named = std::make_shared<std::string>();
    auto* showing = users->add_subcommand("show", "One user, and what can be done");
    showing->add_option("user", *named, "Id, username or e-mail")->required();
    showing->callback([&console, named] { show(console, *named); });

    auto deed = std::make_shared<Deed>();
    auto* acting = users->add_subcommand("act", "Do one action on one user, where it lives");
    acting
        ->add_option("action", deed->action,
                     "suspend, unlock, reset_password ..., or one of the connector's own")
        ->required();
    acting->add_option("user", deed->user, "Id, username or e-mail")->required();
    acting->add_option("-p,--parameter", deed->parameters,
                       "NAME=VALUE, e.g. email=ada@example.org to confirm a deletion; NAME:=JSON "
                       "for a number, yes or no, or a list");
    acting->add_option("--reason", deed->reason, "Why; kept in the activity");
    acting->add_option("--ticket", deed->ticket, "Ticket; kept in the activity");
    acting->add_option("--idempotency-key", deed->key, "Repeat safely with the same key");
    acting->callback([&console, deed] { act(console, *deed); });

    auto wish = std::make_shared<ExportWish>();
    auto* exporting = users->add_subcommand("export", "All users that match, as CSV or NDJSON");
    addSelection(*exporting, wish->selection);
    exporting->add_option("--format", wish->format, "csv or ndjson")
        ->check(CLI::IsMember({"csv", "ndjson"}));
    exporting->add_option("-o,--output", wish->file, "File; standard output when left out");
    exporting->callback([&console, wish] { exportUsers(console, *wish); });
}

}  // namespace tenantry::cli
