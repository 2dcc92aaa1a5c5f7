// Goal: a cursor comes from a store that may be old, from another machine, or damaged. No text in
// its place makes a connector crash, run for ever, or show another set as complete. Method:
// libFuzzer's entry. The first byte says who gets the cursor: the SQL connector (a small table),
// the LDAP connector (whose cursors die with their connection), the SDK's pagination, or the
// kernel's port.
#include <sqlite3.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <tenantry/fake_host.hpp>

#include "kernel/base/limits.h"
#include "kernel/pluginhost/host_call.h"
#include "plugins/ldap/connector.h"
#include "plugins/sql/sql_connector.h"

namespace {

using namespace tenantry;

constexpr std::size_t kRows = 30;

/// A broken promise: stop, so that the fuzzer keeps the input.
void require(bool holds) {
    if (!holds) std::abort();
}

/// A table of kRows users in a file that dies with the process.
class Table {
  public:
    Table() {
        const int fd = ::mkstemp(file_.data());
        require(fd >= 0);
        ::close(fd);
        sqlite3* db = nullptr;
        require(sqlite3_open(file_.c_str(), &db) == SQLITE_OK);
        std::string sql =
            "CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, first_name TEXT, "
            "last_name TEXT, email TEXT, phone TEXT, status TEXT DEFAULT 'active', failed_logins "
            "INTEGER DEFAULT 0, locked_at TEXT, must_change_password INTEGER DEFAULT 0, "
            "mfa_enabled INTEGER, role TEXT, password_hash TEXT, last_login_at TEXT, created_at "
            "TEXT, updated_at TEXT, deleted_at TEXT);";
        for (std::size_t n = 1; n <= kRows; ++n)
            sql += "INSERT INTO users (id, username) VALUES (" + std::to_string(n) + ", 'u" +
                   std::to_string(n) + "');";
        require(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(db);
    }
    ~Table() { ::unlink(file_.c_str()); }
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    [[nodiscard]] std::string config() const {
        return R"({"engine":"sqlite","mapping":"plain","file":")" + file_ + R"("})";
    }

  private:
    std::string file_ = "/tmp/tenantry-fuzz-XXXXXX";
};

void sqlConnector(const std::string& cursor) {
    static const Table table;
    static tny::FakeHost host;
    static tny::FakeConnection users = host.open<tenantry::sql::SqlConnector>(table.config());
    tny::FakeRead read;
    read.cursor = cursor;
    const auto listed = users.list(read);
    require(listed.status == TNY_OK || listed.status == TNY_E_CURSOR_EXPIRED);
    require(listed.records.size() <= kRows);
    std::int64_t before = -1;
    for (const auto& record : listed.records) {
        const std::int64_t id = std::stoll(record.id);
        require(id > before);
        before = id;
    }
}

void ldapConnector(const std::string& cursor) {
    static tny::FakeHost host;
    host.secrets["pw"] = "password";
    static tny::FakeConnection users = host.open<tenantry::ldap::LdapConnector>(
        R"({"url":"ldap://127.0.0.1:1","base_dn":"dc=x","bind_dn":"cn=x",)"
        R"("bind_password":{"$secret":"pw"}})");
    if (cursor.empty()) return;  // that would ask a server
    tny::FakeRead read;
    read.cursor = cursor;
    for (const char* kind : {"user", "group", "membership"}) {
        read.kind = kind;
        require(users.list(read).status == TNY_E_CURSOR_EXPIRED);
    }
}

/// Each byte is the name of the next page, 0 the end: pages may lead back.
void pages(const std::string& script) {
    tny::FakeHost host;
    std::size_t fetched = 0;
    const auto listed = host.run([&](tny_call* raw) -> tny_status {
        tny::Call call(host.table(), raw);
        try {
            return tny::paginate(call, tny::Read(), [&](std::string_view) {
                require(fetched <= script.size());
                tny::Page page;
                page.add(tny::user("u"));
                if (fetched < script.size() && script[fetched] != 0)
                    page.next = std::string(1, script[fetched]);
                ++fetched;
                return page;
            });
        } catch (const tny::Error& error) {
            return error.code();
        }
    });
    require(listed.status == TNY_OK || listed.status == TNY_E_DATA || listed.status == TNY_MORE);
    // Complete only when a page without a successor was reached.
    if (listed.status == TNY_OK) require(fetched > script.size() || script[fetched - 1] == 0);
    require(listed.checkpoints.size() <= fetched);
}

struct Bounded final : domain::RecordSink {
    std::size_t checkpoints = 0;
    domain::Flow record(const domain::Record&) override { return domain::Flow::kMore; }
    void checkpoint(std::string_view cursor) override {
        require(cursor.size() <= base::limits::kCursorBytesMax);
        ++checkpoints;
    }
};

void kernel(std::string cursor) {
    static const auto services = std::make_shared<pluginhost::ConnectionServices>(
        domain::OpenRequest{}, domain::ConnectorDescriptor{},
        std::make_shared<pluginhost::MetricCounters>());
    Bounded sink;
    pluginhost::HostCall call(services, base::Deadline::after(std::chrono::seconds(5)), &sink);
    // The short ones as they are, and the same text grown around the limit.
    const bool fits = call.checkpoint(cursor) == TNY_FLOW_MORE;
    require(fits && sink.checkpoints == 1);
    const std::size_t past = cursor.empty() ? 1 : static_cast<unsigned char>(cursor[0]);
    cursor.resize(base::limits::kCursorBytesMax + past - 128 * (past % 2), 'x');
    const bool allowed = cursor.size() <= base::limits::kCursorBytesMax;
    require((call.checkpoint(cursor) == TNY_FLOW_MORE) == allowed);
    require((call.unusableRecords == 0) == allowed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string rest(reinterpret_cast<const char*>(data + 1),
                           std::min<std::size_t>(size - 1, base::limits::kCursorBytesMax));
    switch (data[0] % 4) {
        case 0:
            sqlConnector(rest);
            break;
        case 1:
            ldapConnector(rest);
            break;
        case 2:
            pages(rest);
            break;
        default:
            kernel(rest);
    }
    return 0;
}
