// A connector that speaks HTTP through the host, remembers, and asks for the time. What `get` and
// `user.suspend` do stands in the id: "echo" asks BASE/echo; "stream:big?bytes=9" takes it as it
// comes; "stop:..." wants no more after the first piece; "nest:..." asks again from within;
// "die:..." ends the process at the first piece; "emit:..." emits a record for each piece;
// "url:http://..." goes elsewhere; "twice:..." asks two times through the bucket.
#include <cstdlib>
#include <tenantry/plugin.hpp>

namespace {

class Web final : public tny::Connector {
  public:
    Web(tny::Call&, std::string_view, std::string_view json)
        : config_(json), base_(config_.str("base_url")) {}

    void check(tny::Call& c) override {
        const tny::Json seen = tny::http(c).get(base_ + "/echo").auth("token").json();
        c.reply("diagnostics", tny::Json::array().push(seen["headers"].str("authorization")));
    }

    tny_status list(tny::Call& c, const tny::Read& q) override {
        return tny::paginate(c, q, [&](std::string_view cursor) {
            const tny::Json json = tny::http(c)
                                       .get(base_ + "/users")
                                       .query("after", cursor)
                                       .query("total", config_.integer("total", 25))
                                       .auth("token")
                                       .json();
            tny::Page page;
            page.next = json.str("next");
            for (const auto& u : json["items"].items())
                page.add(tny::user(u.str("id")).set("login", u.str("login")));
            return page;
        });
    }

    void get(tny::Call& c, std::string_view, std::string_view id) override {
        const auto colon = id.find_first_of(":?/");
        const bool named = colon != id.npos && id[colon] == ':';
        const std::string_view what = named ? id.substr(0, colon) : std::string_view();
        const std::string url = what == "url"
                                    ? std::string(id.substr(4))
                                    : base_ + '/' + std::string(named ? id.substr(colon + 1) : id);
        tny::Record out = tny::user(std::string(id));
        if (what == "twice") tny::http(c).get(url).throttle("slow").send();
        if (what.empty() || what == "url" || what == "twice") {
            auto request = tny::http(c).get(url);
            if (what == "twice") request.throttle("slow");
            const auto answer = request.auth("token").maxBytes(80 * 1024 * 1024).ok();
            out.set("size", answer.body.size()).set("login", answer.body.substr(0, 2000));
        } else {
            out.set("size", stream(c, what, url)).set("login", seen_);
        }
        c.emit(out);
    }

    tny_status perform(tny::Call& c, const tny::Act& a) override {
        if (a.action == "x.test.remember") return remember(c, a);
        if (a.action != "user.suspend") return Connector::perform(c, a);
        tny::http(c).post(base_ + '/' + std::string(a.id)).body(tny::Json::object()).ok();
        c.emit(tny::user(std::string(a.id)).set("login", "done"));
        return TNY_OK;
    }

  private:
    std::size_t stream(tny::Call& c, std::string_view what, const std::string& url) {
        std::size_t size = 0;
        int pieces = 0;
        seen_.clear();
        tny::http(c).get(url).stream([&](std::string_view piece) {
            size += piece.size();
            if (what == "die") std::abort();
            if (what == "emit" && ++pieces <= 500)
                c.emit(
                    tny::user("p" + std::to_string(pieces)).set("login", std::string(5000, 'e')));
            if (what == "nest") seen_ = nested(c);
            return what != "stop";
        });
        return size;
    }
    std::string nested(tny::Call& c) {
        std::string out;
        const auto report = [&](const char* name, auto&& body) {
            try {
                body();
                out += std::string(name) + " worked;";
            } catch (const tny::Error& e) {
                out += std::string(name) + ' ' + std::to_string(e.code()) + ';';
            }
        };
        report("http", [&] { tny::http(c).get(base_ + "/echo").ok(); });
        report("kv", [&] { tny::Kv(c).put("k", "v"); });
        report("secret", [&] { c.secret("token"); });
        report("throttle", [&] { c.throttle("slow"); });
        return out;
    }

    tny_status remember(tny::Call& c, const tny::Act& a) {
        tny::Kv memory(c);
        const std::string key = a.args.str("key");
        if (a.args.has("size"))
            memory.put(key, std::string(static_cast<std::size_t>(a.args.integer("size", 0)), 'm'));
        if (a.args.has("put")) memory.put(key, a.args.str("put"));
        if (a.args.boolean("remove", false)) memory.remove(key);
        const auto kept = memory.get(key);
        c.emit(tny::user(std::string(a.id))
                   .set("login", kept ? kept->substr(0, 100) : "(none)")
                   .set("size", kept ? kept->size() : 0)
                   .set("now", tny::nowMs(c)));
        return TNY_OK;
    }

    tny::Config config_;
    std::string base_;
    std::string seen_;
};

}  // namespace

TNY_PLUGIN(Web, TNY_DESCRIPTOR);
