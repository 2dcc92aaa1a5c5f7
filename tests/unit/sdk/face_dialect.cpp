// Compiles the C++ face as C++17, the oldest dialect a connector may use.
#include <tenantry/fake_host.hpp>
#include <tenantry/plugin.hpp>

namespace {
class Empty final : public tny::Connector {
  public:
    Empty(tny::Call&, std::string_view, std::string_view) {}
    void check(tny::Call&) override {}
    tny_status list(tny::Call&, const tny::Read&) override { return TNY_OK; }
    void get(tny::Call&, std::string_view, std::string_view) override {}
};
}  // namespace

TNY_PLUGIN(Empty, TNY_DESCRIPTOR);
