// An honest connector over a directory that exists only in its own memory: users "u0".."uN".
#include <algorithm>
#include <map>
#include <mutex>
#include <tenantry/plugin.hpp>

namespace {

class Memory final : public tny::Connector {
  public:
    Memory(tny::Call&, std::string_view tenant, std::string_view json)
        : tenant_(tenant),
          config_(json),
          users_(config_.integer("users")),
          page_(config_.integer("page", 100)) {}

    void check(tny::Call& c) override {
        const std::string password = config_.secret(c, "password");
        if (password == "wrong") throw tny::authFailed("The directory refused the password.");
        if (password == "leak")
            c.log(tny::LogLevel::kWarn, "leak", tny::Json::object({{"pw", password}}));
        c.throttle("api");
        c.metric("checks", 1);
        c.log(tny::LogLevel::kInfo, "checked", tny::Json::object({{"users", users_}}));
        c.reply("diagnostics",
                tny::Json::array().push("The directory has " + std::to_string(users_) + " users."));
    }

    tny_status list(tny::Call& c, const tny::Read& q) override {
        if (q.kind == "group") return listGroups(c, q);
        onlyUsers(q.kind);
        return tny::paginate(c, q, [&](std::string_view cursor) {
            const std::int64_t first = cursor.empty() ? 0 : number(cursor);
            const std::int64_t last = std::min(first + page_, users_);
            tny::Page page;
            for (std::int64_t n = first; n < last; ++n) page.add(record(n));
            if (last < users_) page.next = std::to_string(last);
            return page;
        });
    }

    void get(tny::Call& c, std::string_view kind, std::string_view id) override {
        onlyUsers(kind);
        c.emit(record(find(id)));
    }

    void schema(tny::Call& c) override {
        if (users_ == 1)
            c.reply("actions",
                    tny::Capabilities().cannot("user.suspend", "It is the last one.").json());
    }

    tny_status perform(tny::Call& c, const tny::Act& a) override {
        const std::int64_t n = find(a.id);
        const bool suspend = a.action == "user.suspend";
        if (!suspend && a.action != "user.unsuspend") return Connector::perform(c, a);
        if (!a.expectEtag.empty() && a.expectEtag != etag(n))
            throw tny::conflict("The user was changed meanwhile.");
        if (!a.dryRun) {
            const std::lock_guard lock(mutex_);
            suspended_[n] = suspend;
        }
        c.emit(record(n));
        return TNY_OK;
    }

  private:
    /// Everybody is in "all"; who has an even number also in "even".
    tny_status listGroups(tny::Call& c, const tny::Read& q) {
        if (!q.parentKind.empty() && q.parentKind != "user")
            throw tny::unsupported("Groups are those of a user.");
        const bool odd = !q.parentId.empty() && find(q.parentId) % 2 != 0;
        c.emit(tny::Record("group", "all").set("name", "All"));
        if (!odd) c.emit(tny::Record("group", "even").set("name", "Even"));
        return TNY_OK;
    }
    static void onlyUsers(std::string_view kind) {
        if (kind != "user") throw tny::unsupported("This directory holds only users.");
    }
    static std::int64_t number(std::string_view text) {
        std::int64_t n = -1;
        const auto end = text.data() + text.size();
        if (std::from_chars(text.data(), end, n).ptr != end) n = -1;
        return n;
    }
    std::int64_t find(std::string_view id) const {
        const std::int64_t n = id.substr(0, 1) == "u" ? number(id.substr(1)) : -1;
        if (n < 0 || n >= users_) throw tny::notFound("There is no such user.");
        return n;
    }
    bool off(std::int64_t n) {
        const std::lock_guard lock(mutex_);
        const auto found = suspended_.find(n);
        return found != suspended_.end() && found->second;
    }
    std::string etag(std::int64_t n) { return off(n) ? "off" : "on"; }
    tny::Record record(std::int64_t n) {
        const std::string digits = std::to_string(n);
        return tny::user("u" + digits)
            .etag(etag(n))
            .modified(1700000000000 + n)
            .set("login", "user" + digits + "@" + tenant_)
            .set("name", "Użytkownik " + digits)
            .set("status", off(n) ? "off" : "on");
    }

    std::string tenant_;
    tny::Config config_;
    std::int64_t users_;
    std::int64_t page_;
    std::mutex mutex_;
    std::map<std::int64_t, bool> suspended_;
};

}  // namespace

TNY_PLUGIN(Memory, TNY_DESCRIPTOR);
