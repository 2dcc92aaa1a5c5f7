#include "kernel/store/database.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

namespace {

constexpr const char* kColumns =
    "id, parent_id, kind, state, slug, name, console_url, tags, created_at_ms, modified_at_ms";

struct OrganizationRow {
    std::string id;
    Nullable<std::string> parent;
    std::string kind, state, slug, name, consoleUrl, tags;
    long long createdAt = 0, modifiedAt = 0;

    OrganizationRow() = default;
    explicit OrganizationRow(const domain::Organization& from)
        : id(from.id.text()),
          kind(domain::name(from.kind)),
          state(domain::name(from.state)),
          slug(from.slug),
          name(storable(from.name)),
          consoleUrl(storable(from.consoleUrl)),
          tags(listToJson(from.tags)),
          createdAt(millis(from.createdAt)),
          modifiedAt(millis(from.modifiedAt)) {
        if (!from.parent.empty()) parent.set(from.parent.text());
    }
    template <class Visitor>
    void each(Visitor visit) {
        visit(id);
        visit(parent);
        visit(kind);
        visit(state);
        visit(slug);
        visit(name);
        visit(consoleUrl);
        visit(tags);
        visit(createdAt);
        visit(modifiedAt);
    }
    [[nodiscard]] Result<domain::Organization> value() const {
        const auto organizationKind = domain::organizationKind(kind);
        const auto organizationState = domain::organizationState(state);
        if (!organizationKind || !organizationState)
            return base::internal("The organization " + id + " has an unknown kind or state.");
        domain::Organization out;
        out.id = base::OrganizationId(id);
        if (parent.has()) out.parent = base::OrganizationId(parent.value);
        out.kind = *organizationKind;
        out.state = *organizationState;
        out.slug = slug;
        out.name = name;
        out.consoleUrl = consoleUrl;
        out.tags = listFromJson(tags);
        out.createdAt = base::fromMillis(createdAt);
        out.modifiedAt = base::fromMillis(modifiedAt);
        return out;
    }
};

Status checkPut(Session& session, const OrganizationRow& row) {
    auto& sql = session.sql();
    const auto holder =
        selectOne<std::string>(sql, "SELECT id FROM organizations WHERE slug = :slug", row.slug);
    if (holder && *holder != row.id)
        return base::conflict("Another organization has the slug \"" + row.slug + "\".")
            .at("/slug");
    if (row.parent.has() &&
        !selectOne<std::string>(
            sql, std::string("SELECT id FROM organizations WHERE id = :id") + session.forUpdate(),
            row.parent.value))
        return base::conflict("The organization above it is not there any more.").at("/parent");
    return base::ok();
}

}  // namespace

Result<std::vector<domain::Organization>> Store::loadOrganizations(Deadline deadline) {
    return database_->read(
        [&](Session& session) -> Result<std::vector<domain::Organization>> {
            std::vector<domain::Organization> out;
            std::optional<base::Error> failed;
            OrganizationRow row;
            select(session.sql(), std::string("SELECT ") + kColumns + " FROM organizations", row,
                   [&] {
                       if (auto one = row.value())
                           out.push_back(std::move(*one));
                       else
                           failed = one.error();
                   });
            if (failed) return *failed;
            return out;
        },
        deadline);
}

Status Store::putOrganization(const domain::Organization& organization, Deadline deadline) {
    const OrganizationRow row(organization);
    return database_->write(
        [&](Session& session) -> Status {
            TNY_CHECKED(checkPut(session, row));
            auto& sql = session.sql();
            const auto there = selectOne<std::string>(
                sql,
                std::string("SELECT id FROM organizations WHERE id = :id") + session.forUpdate(),
                row.id);
            if (there)
                execute(sql,
                        "UPDATE organizations SET parent_id = :c0, kind = :c1, state = :c2, "
                        "slug = :c3, name = :c4, console_url = :c5, tags = :c6, created_at_ms = "
                        ":c7, modified_at_ms = :c8 WHERE id = :c9",
                        row.parent, row.kind, row.state, row.slug, row.name, row.consoleUrl,
                        row.tags, row.createdAt, row.modifiedAt, row.id);
            else
                execute(sql,
                        std::string("INSERT INTO organizations (") + kColumns + ") VALUES (" +
                            placeholders(10) + ")",
                        row.id, row.parent, row.kind, row.state, row.slug, row.name, row.consoleUrl,
                        row.tags, row.createdAt, row.modifiedAt);
            return base::ok();
        },
        deadline);
}

Status Store::removeOrganization(const base::OrganizationId& id, Deadline deadline) {
    return database_->write(
        [&](Session& session) -> Status {
            auto& sql = session.sql();
            if (!selectOne<std::string>(sql,
                                        std::string("SELECT id FROM organizations WHERE id = :id") +
                                            session.forUpdate(),
                                        id.text()))
                return base::notFound("There is no such organization.");
            const auto any = [&](const char* text) {
                return selectOne<std::string>(sql, text, id.text()).has_value();
            };
            if (any("SELECT id FROM organizations WHERE parent_id = :id LIMIT 1"))
                return base::conflict("There are organizations below this one.");
            if (any("SELECT id FROM connections WHERE organization_id = :id LIMIT 1"))
                return base::conflict("This organization has a connection.");
            if (any("SELECT id FROM accounts WHERE home_id = :id LIMIT 1"))
                return base::conflict("Accounts live in this organization.");
            execute(sql, "DELETE FROM organizations WHERE id = :id", id.text());
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
