// One connector in three versions, by its descriptor: each says which it is. A listing goes on for
// a while, so that it can be overtaken by an upgrade. Version 3 cannot open what 1 and 2 could.
#include <chrono>
#include <string>
#include <tenantry/plugin.hpp>
#include <thread>

namespace {

const std::string& version() {
    static const std::string own = tny::Json::parse(TNY_DESCRIPTOR).str("version");
    return own;
}

class Versioned final : public tny::Connector {
  public:
    Versioned(tny::Call&, std::string_view, std::string_view) {
        if (version() == "3.0.0") throw tny::config("A name is needed now.", "/name");
    }
    void check(tny::Call&) override {}
    tny_status list(tny::Call& c, const tny::Read&) override {
        for (int i = 0; i < 50; ++i) {
            c.emit(record("u" + std::to_string(i)));
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return TNY_OK;
    }
    void get(tny::Call& c, std::string_view, std::string_view id) override {
        c.emit(record(std::string(id)));
    }

  private:
    static tny::Record record(const std::string& id) {
        return tny::user(id).set("version", version());
    }
};

}  // namespace

TNY_PLUGIN(Versioned, TNY_DESCRIPTOR);
