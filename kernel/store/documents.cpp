#include "kernel/domain/ports/documents.h"

#include "kernel/store/database.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;
using domain::Document;

namespace {

constexpr const char* kColumns = "kind, id, owner, document, sealed, expires_at_ms";

struct DocumentRow {
    std::string kind, id, owner, document, sealed;
    NullableMillis expiresAt;
    template <class Visitor>
    void each(Visitor&& visit) {
        visit(kind);
        visit(id);
        visit(owner);
        visit(document);
        visit(sealed);
        visit(expiresAt);
    }
};

/// What the secret is sealed for: it opens in its own row only.
std::string aboutOf(std::string_view kind, std::string_view id) {
    return "document " + std::string(kind) + " " + std::string(id);
}

DocumentRow rowOf(const Document& from, const base::SealingKey& key) {
    DocumentRow row{from.kind,           from.id, from.owner,
                    storable(from.json), "",      millis(from.expiresAt)};
    if (!from.secret.empty()) row.sealed = key.seal(from.secret, aboutOf(from.kind, from.id));
    return row;
}

Result<Document> valueOf(const DocumentRow& row, const base::SealingKey& key) {
    Document out{row.kind, row.id, row.owner, row.document, {}, timeOf(row.expiresAt)};
    if (!row.sealed.empty()) {
        TNY_TRY(out.secret, key.open(row.sealed, aboutOf(row.kind, row.id)));
    }
    return out;
}

void insert(Session& session, const DocumentRow& row) {
    execute(
        session.sql(),
        std::string("INSERT INTO documents (") + kColumns + ") VALUES (" + placeholders(6) + ")",
        row.kind, row.id, row.owner, row.document, row.sealed, row.expiresAt);
}

}  // namespace

Status Store::addDocument(const Document& document, Deadline deadline) {
    const DocumentRow row = rowOf(document, key_);
    return database_->write(
        [&](Session& session) -> Status {
            if (selectOne<std::string>(
                    session.sql(),
                    std::string("SELECT id FROM documents WHERE kind = :c0 AND id = :c1") +
                        session.forUpdate(),
                    row.kind, row.id))
                return base::conflict("There is one of this name already.");
            insert(session, row);
            return base::ok();
        },
        deadline);
}

Status Store::putDocument(const Document& document, Deadline deadline) {
    const DocumentRow row = rowOf(document, key_);
    return database_->write(
        [&](Session& session) -> Status {
            execute(session.sql(), "DELETE FROM documents WHERE kind = :c0 AND id = :c1", row.kind,
                    row.id);
            insert(session, row);
            return base::ok();
        },
        deadline);
}

Result<Document> Store::document(std::string_view kind, std::string_view id, Deadline deadline) {
    const std::string wantedKind(kind);
    const std::string wantedId(id);
    TNY_TRY(const auto row,
            database_->read(
                [&](Session& session) -> Result<DocumentRow> {
                    std::optional<DocumentRow> found;
                    DocumentRow row;
                    select(
                        session.sql(),
                        std::string("SELECT ") + kColumns +
                            " FROM documents WHERE kind = :c0 AND id = :c1",
                        row, [&] { found = row; }, wantedKind, wantedId);
                    if (!found) return base::notFound("There is no such " + wantedKind + ".");
                    return std::move(*found);
                },
                deadline));
    return valueOf(row, key_);
}

Result<std::vector<Document>> Store::documents(std::string_view kind, std::string_view owner,
                                               Deadline deadline) {
    const std::string wantedKind(kind);
    const std::string wantedOwner(owner);
    TNY_TRY(const auto rows,
            database_->read(
                [&](Session& session) -> Result<std::vector<DocumentRow>> {
                    std::vector<DocumentRow> out;
                    DocumentRow row;
                    const std::string text =
                        std::string("SELECT ") + kColumns + " FROM documents WHERE kind = :c0";
                    const auto each = [&] { out.push_back(row); };
                    if (wantedOwner.empty())
                        select(session.sql(), text + " ORDER BY id", row, each, wantedKind);
                    else
                        select(session.sql(), text + " AND owner = :c1 ORDER BY id", row, each,
                               wantedKind, wantedOwner);
                    return out;
                },
                deadline));
    std::vector<Document> out;
    for (const auto& row : rows) {
        TNY_TRY(auto one, valueOf(row, key_));
        out.push_back(std::move(one));
    }
    return out;
}

Status Store::removeDocument(std::string_view kind, std::string_view id, Deadline deadline) {
    const std::string wantedKind(kind);
    const std::string wantedId(id);
    return database_->write(
        [&](Session& session) -> Status {
            if (execute(session.sql(), "DELETE FROM documents WHERE kind = :c0 AND id = :c1",
                        wantedKind, wantedId) == 0)
                return base::notFound("There is no such " + wantedKind + ".");
            return base::ok();
        },
        deadline);
}

Status Store::removeExpired(base::TimePoint now, Deadline deadline) {
    const long long before = millis(now);
    return database_->write(
        [&](Session& session) -> Status {
            execute(session.sql(),
                    "DELETE FROM documents WHERE expires_at_ms IS NOT NULL AND expires_at_ms < :c0",
                    before);
            execute(session.sql(), "DELETE FROM one_time_links WHERE expires_at_ms < :c0", before);
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
