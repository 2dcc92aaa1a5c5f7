// A plain connector to a small REST directory whose server does everything wrong that it can: see
// tests/integration/jobs/chaos_backends.h. Where an answer says "x-crash", this process dies.
#include <cstdlib>
#include <tenantry/plugin.hpp>

namespace {

class Chaos final : public tny::Connector {
  public:
    Chaos(tny::Call&, std::string_view, std::string_view json)
        : config_(json), base_(config_.str("base_url")) {}

    void check(tny::Call& c) override { tny::http(c).get(base_ + "/users").json(); }

    tny_status list(tny::Call& c, const tny::Read& q) override {
        return tny::paginate(c, q, [&](std::string_view) {
            tny::Page page;
            const tny::Json json = tny::http(c).get(base_ + "/users").json();
            for (const auto& user : json["items"].items()) page.add(record(user));
            return page;
        });
    }

    void get(tny::Call& c, std::string_view, std::string_view id) override {
        c.emit(record(tny::http(c).get(base_ + "/users/" + tny::path(id)).json()));
    }

    tny_status perform(tny::Call& c, const tny::Act& a) override {
        const auto answer = tny::http(c)
                                .post(base_ + "/users/" + tny::path(a.id) + '/' +
                                      std::string(a.action.substr(a.action.find('.') + 1)))
                                .idempotency(a.key)
                                .body(tny::Json::object())
                                .ok();
        if (!answer.header("x-crash").empty()) std::abort();
        c.emit(record(answer.json()));
        return TNY_OK;
    }

  private:
    static tny::Record record(const tny::Json& user) {
        return tny::user(user.str("id"))
            .etag(std::to_string(user.integer("revision", 0)))
            .set("login", user.str("id"))
            .set("state", user.str("state"));
    }
    tny::Config config_;
    std::string base_;
};

}  // namespace

TNY_PLUGIN(Chaos, TNY_DESCRIPTOR);
