// A connector whose every function throws something other than tny::Error.
#include <stdexcept>
#include <vector>

#include <tenantry/plugin.hpp>

namespace {

class Throwing final : public tny::Connector {
  public:
    Throwing(tny::Call&, std::string_view, std::string_view) {}
    void check(tny::Call&) override { throw std::runtime_error("check went wrong"); }
    tny_status list(tny::Call& c, const tny::Read&) override {
        c.emit(tny::user("1").set("login", "first"));
        return std::vector<int>().at(3);
    }
    void get(tny::Call&, std::string_view, std::string_view) override { throw 7; }
    tny_status perform(tny::Call&, const tny::Act&) override {
        throw std::out_of_range("perform went wrong");
    }
};

}  // namespace

TNY_PLUGIN(Throwing, TNY_DESCRIPTOR);
