#include <dlfcn.h>

#include "kernel/pluginhost/host_call.h"
#include "kernel/pluginhost/plug.h"

namespace tenantry::pluginhost {

namespace {

class LocalPlug final : public Plug {
  public:
    LocalPlug(std::shared_ptr<const ConnectorPackage> package, const tny_plugin* table)
        : package_(std::move(package)), table_(table) {}
    [[nodiscard]] const tny_plugin* table() const override { return table_; }
    [[nodiscard]] bool isolated() const override { return false; }
    [[nodiscard]] std::shared_ptr<const ConnectorPackage> package() const override {
        return package_;
    }
    [[nodiscard]] PlugLife life() const override { return {true, since_}; }
    base::Status upgrade(std::shared_ptr<const ConnectorPackage>, base::Deadline) override {
        return base::unsupported(
            "It runs inside the kernel and cannot be replaced there: start Tenantry again.");
    }

  private:
    const std::shared_ptr<const ConnectorPackage> package_;
    const tny_plugin* table_;
    const base::TimePoint since_ = base::SystemClock().now();
};

bool whole(const tny_plugin* plugin) {
    return TNY_HAS(plugin, get_interface) && plugin->open != nullptr && plugin->close != nullptr &&
           plugin->check != nullptr && plugin->get_interface != nullptr;
}

}  // namespace

base::Result<std::shared_ptr<Plug>> loadLocalPlug(std::shared_ptr<const ConnectorPackage> package) {
    // By descriptor, so that what runs is what was verified. The loader remembers libraries by
    // name: the descriptor stays open for ever, or its number would come to mean another connector.
    static auto* const kept = new std::vector<std::shared_ptr<const ConnectorPackage>>;
    static std::mutex mutex;
    {
        const std::lock_guard lock(mutex);
        kept->push_back(package);
    }
    const std::string name = "/proc/self/fd/" + std::to_string(package->fd());
    void* library = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr)
        return base::invalidArgument(std::string("It cannot be loaded: ") + ::dlerror());
    const auto entry = reinterpret_cast<tny_entry_v1_fn>(::dlsym(library, "tny_entry_v1"));
    if (entry == nullptr) return base::invalidArgument("It does not export tny_entry_v1.");
    const tny_plugin* plugin = entry(hostTable());
    if (plugin == nullptr) return base::invalidArgument("It refused to start.");
    if (!whole(plugin)) return base::invalidArgument("Its table of functions is incomplete.");
    if (view(plugin->descriptor) != package->manifest())
        return base::invalidArgument("It says of itself another thing than its descriptor.");
    return std::shared_ptr<Plug>(std::make_shared<LocalPlug>(std::move(package), plugin));
}

}  // namespace tenantry::pluginhost
