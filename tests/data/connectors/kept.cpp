// A connector that uses every function of the host and of the plugin that ABI 1.0 has. Built once
// for each release of the SDK and kept; see README.md.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include <tenantry/plugin.hpp>

namespace {

class Kept final : public tny::Connector {
  public:
    Kept(tny::Call&, std::string_view, std::string_view json)
        : config_(json), users_(config_.integer("users")) {}

    void check(tny::Call& c) override {
        if (config_.secret(c, "password") != "s3cret-s3cret")
            throw tny::authFailed("The password is wrong.").backend(49, "49").detail("bind");
        c.throttle("api");
        c.log(tny::LogLevel::kInfo, "checked", tny::Json::object({{"users", users_}}));
        c.metric("checks", 1);
        c.secretPut("password", "s3cret-s3cret");
        const bool watched = c.cancelFd() >= -1 && c.deadlineMs() > 0 && !c.cancelled();
        c.reply("diagnostics",
                tny::Json::array().push(watched ? "All is well." : "The call is not bounded."));
    }

    tny_status list(tny::Call& c, const tny::Read& q) override {
        onlyUsers(q.kind);
        return tny::paginate(c, q, [&](std::string_view cursor) {
            const std::int64_t first = cursor.empty() ? 0 : std::stoll(std::string(cursor));
            const std::int64_t last = std::min<std::int64_t>(first + 10, users_);
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
        c.reply("actions", tny::Capabilities().emulates("user.suspend", "In memory.").json());
    }

    tny_status perform(tny::Call& c, const tny::Act& a) override {
        const bool suspend = a.action == "user.suspend";
        if (!suspend && a.action != "user.unsuspend") return Connector::perform(c, a);
        const std::int64_t n = find(a.id);
        if (!a.expectEtag.empty() && a.expectEtag != record(n).etagText())
            throw tny::conflict("The user was changed meanwhile.");
        if (!a.dryRun && suspend) off_.insert(n);
        if (!a.dryRun && !suspend) off_.erase(n);
        c.emit(record(n));
        return TNY_OK;
    }

  private:
    static void onlyUsers(std::string_view kind) {
        if (kind != "user") throw tny::unsupported("There are only users.");
    }
    std::int64_t find(std::string_view id) const {
        for (std::int64_t n = 0; n < users_; ++n)
            if (id == "u" + std::to_string(n)) return n;
        throw tny::notFound("There is no such user.");
    }
    tny::Record record(std::int64_t n) const {
        const bool off = off_.count(n) != 0;
        return tny::user("u" + std::to_string(n))
            .etag(off ? "off" : "on")
            .modified(1700000000000 + n)
            .set("login", "user" + std::to_string(n))
            .set("status", off ? "off" : "on");
    }

    const tny::Config config_;
    const std::int64_t users_;
    std::set<std::int64_t> off_;
};

}  // namespace

TNY_PLUGIN(Kept, TNY_DESCRIPTOR);
