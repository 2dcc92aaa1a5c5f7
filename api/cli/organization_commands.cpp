#include <memory>

#include "api/cli/console.h"
#include "kernel/base/ids.h"

namespace tenantry::cli {
namespace {

constexpr const char* kOrganizations = "/api/v1/organizations";

struct ListWish {
    std::string scope, search, state, kind;
    bool tree = false;
    std::size_t limit = 1000;
};

void list(Console& console, const ListWish& given) {
    const auto page =
        console.client().get(kOrganizations, {{"scope", given.scope},
                                              {"q", given.search},
                                              {"state", given.state},
                                              {"kind", given.kind},
                                              {"mode", given.tree ? "tree" : "flat"},
                                              {"limit", std::to_string(given.limit)}});
    Table table({{"NAME", 12},
                 {"SLUG", 10},
                 {"KIND", 6},
                 {"STATE", 6},
                 {"USERS", 5},
                 {"HEALTH", 8},
                 {"ERROR", 8}});
    for (const auto& one : page["items"].items()) {
        const auto depth = static_cast<std::size_t>(given.tree ? one["depth"].intOr(0) : 0);
        table.add({std::string(depth * 2, ' ') + one["name"].stringOr(""), one["slug"].stringOr(""),
                   one["kind"].stringOr(""), one["state"].stringOr(""),
                   std::to_string(one["users"].intOr(0)), one["health"]["state"].stringOr(""),
                   one["health"]["error"].stringOr("")});
    }
    console.print(table, page);
    Console::say(std::to_string(page["items"].size()) + " of " +
                 std::to_string(page["total"].intOr(0)) + " organizations.");
    Console::sayCompleteness(page["completeness"]);
}

struct NewOrganization {
    std::string name, kind = "tenant", parent, slug;
    std::vector<std::string> tags;
};

void create(Console& console, const NewOrganization& given) {
    base::JsonWriter body;
    body.beginObject().key("name").string(given.name).key("kind").string(given.kind);
    body.key("parent").string(given.parent);
    if (!given.slug.empty()) body.key("slug").string(given.slug);
    if (!given.tags.empty()) {
        body.key("tags").beginArray();
        for (const auto& tag : given.tags) body.string(tag);
        body.endArray();
    }
    body.endObject();
    const auto made =
        console.client().post(kOrganizations, std::move(body).take(), base::newUuid());
    Table table({{"ID", 36}, {"SLUG"}, {"NAME"}});
    table.add({made["id"].stringOr(""), made["slug"].stringOr(""), made["name"].stringOr("")});
    console.print(table, made);
}

}  // namespace

void addOrganizationCommands(CLI::App& app, Console& console) {
    auto* orgs = app.add_subcommand("orgs", "List and create organizations");
    orgs->require_subcommand(1);
    auto wish = std::make_shared<ListWish>();
    auto* listing = orgs->add_subcommand("list", "Organizations with users and directory health");
    listing->add_option("--scope", wish->scope,
                        "An organization (id or slug) and what is below it");
    listing->add_option("-s,--search", wish->search, "Text in the name");
    listing->add_option("--state", wish->state, "none, never_read, current, stale or unreachable");
    listing->add_option("--kind", wish->kind, "platform, distributor, partner or tenant");
    listing->add_flag("--tree", wish->tree, "Indented under their parents");
    listing->add_option("--limit", wish->limit, "At most so many")->check(CLI::PositiveNumber);
    listing->callback([&console, wish] { list(console, *wish); });

    auto fresh = std::make_shared<NewOrganization>();
    auto* creating = orgs->add_subcommand("create", "Add an organization under a parent");
    creating->add_option("name", fresh->name, "Its name")->required();
    creating->add_option("--parent", fresh->parent, "Parent (id or slug)")->required();
    creating->add_option("--kind", fresh->kind, "distributor, partner or tenant (default)");
    creating->add_option("--slug", fresh->slug, "Made from the name when left out");
    creating->add_option("--tag", fresh->tags, "A tag; may be repeated");
    creating->callback([&console, fresh] { create(console, *fresh); });
}

}  // namespace tenantry::cli
