#include "kernel/domain/ports/connector.h"
#include "kernel/store/database.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

namespace {

using Bounds = domain::ConnectorMemory;

/// Keys and values are any bytes; columns of text are what both engines treat alike.
std::string toHex(std::string_view bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * bytes.size());
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

int digitOf(char c) {
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

std::string fromHex(const std::string& text) {
    std::string out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        out += static_cast<char>(digitOf(text[i]) * 16 + digitOf(text[i + 1]));
    return out;
}

Status checkKey(std::string_view key) {
    if (!key.empty() && key.size() <= Bounds::kKeyBytesMax) return base::ok();
    return base::invalidArgument("A key has 1 to " + std::to_string(Bounds::kKeyBytesMax) +
                                 " bytes.");
}

}  // namespace

Result<std::string> Store::memory(const base::ConnectionId& id, std::string_view key,
                                  Deadline deadline) {
    TNY_CHECKED(checkKey(key));
    const std::string name = toHex(key);
    return database_->read(
        [&](Session& session) -> Result<std::string> {
            const auto found = selectOne<std::string>(
                session.sql(),
                "SELECT value FROM connection_memory WHERE connection_id = :c0 AND name = :c1",
                id.text(), name);
            if (!found) return base::notFound("Nothing is kept under that name.");
            return fromHex(*found);
        },
        deadline);
}

Status Store::putMemory(const base::ConnectionId& id, std::string_view key, std::string_view value,
                        Deadline deadline) {
    TNY_CHECKED(checkKey(key));
    const auto bytes = static_cast<long long>(key.size() + value.size());
    const std::string name = toHex(key);
    const std::string text = toHex(value);
    return database_->write(
        [&](Session& session) -> Status {
            auto& sql = session.sql();
            // Holds the connection, so that two at once keep to the bound as well.
            if (!selectOne<std::string>(
                    sql,
                    std::string("SELECT id FROM connections WHERE id = :c0") + session.forUpdate(),
                    id.text()))
                return base::notFound("There is no such connection.");
            const auto others = selectOne<long long>(
                sql,
                "SELECT CAST(COALESCE(SUM(bytes), 0) AS SIGNED) FROM connection_memory WHERE "
                "connection_id = :c0 AND name <> :c1",
                id.text(), name);
            if (others.value_or(0) + bytes > static_cast<long long>(Bounds::kBytesMax))
                return base::tooMany("The memory of this connection is full (" +
                                     std::to_string(Bounds::kBytesMax) + " bytes).");
            execute(sql, "DELETE FROM connection_memory WHERE connection_id = :c0 AND name = :c1",
                    id.text(), name);
            execute(sql,
                    "INSERT INTO connection_memory (connection_id, name, bytes, value) VALUES (" +
                        placeholders(4) + ")",
                    id.text(), name, bytes, text);
            return base::ok();
        },
        deadline);
}

Status Store::removeMemory(const base::ConnectionId& id, std::string_view key, Deadline deadline) {
    TNY_CHECKED(checkKey(key));
    const std::string name = toHex(key);
    return database_->write(
        [&](Session& session) -> Status {
            execute(session.sql(),
                    "DELETE FROM connection_memory WHERE connection_id = :c0 AND name = :c1",
                    id.text(), name);
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
