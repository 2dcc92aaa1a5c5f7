// A connector of a later header: every struct has grown at its end (tomorrow.cmake writes that
// header from today's). It says how large it knows the host's table, and what the host's own size
// is, so that a test sees that the two differ.
#include <tenantry/plugin.hpp>

namespace {

static_assert(sizeof(tny_host) > 112 && sizeof(tny_plugin) > 56 && sizeof(tny_read) > 32 &&
                  sizeof(tny_act) > 24 && sizeof(tny_record) > 80 && sizeof(tny_error) > 88,
              "this is today's header");

class Tomorrow final : public tny::Connector {
  public:
    Tomorrow(tny::Call&, std::string_view, std::string_view) {}

    void check(tny::Call& c) override {
        const auto* host = c.host();
        if (TNY_HAS(host, tomorrow_call)) throw tny::internal("The host has what it cannot have.");
        c.reply("diagnostics", tny::Json::array()
                                   .push("mine " + std::to_string(sizeof(tny_host)))
                                   .push("the host's " + std::to_string(host->size)));
    }
    tny_status list(tny::Call& c, const tny::Read& q) override {
        return tny::paginate(c, q, [&](std::string_view cursor) {
            tny::Page page;
            page.add(record(cursor.empty() ? "u1" : "u2"));
            page.add(record(cursor.empty() ? "u3" : "u4"));
            if (cursor.empty()) page.next = "2";
            return page;
        });
    }
    void get(tny::Call& c, std::string_view, std::string_view id) override {
        if (id != "u1") throw tny::notFound("There is no such user.");
        c.emit(record("u1"));
    }
    tny_status perform(tny::Call& c, const tny::Act& a) override {
        if (a.id != "u1") throw tny::conflict("Not this one.").backend(7, "seven");
        c.emit(record("u1"));
        return TNY_OK;
    }

  private:
    static tny::Record record(const std::string& id) {
        return tny::user(id).etag("1").set("login", "login of " + id);
    }
};

}  // namespace

TNY_PLUGIN(Tomorrow, TNY_DESCRIPTOR);
