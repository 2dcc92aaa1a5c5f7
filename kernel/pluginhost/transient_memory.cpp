#include "kernel/pluginhost/transient_memory.h"

#include <map>
#include <memory>
#include <mutex>

namespace tenantry::pluginhost {

namespace {

struct Kept {
    std::mutex mutex;
    std::map<std::string, std::string, std::less<>> values;
};

base::Status put(Kept& kept, std::string_view key, std::string_view value) {
    const std::lock_guard lock(kept.mutex);
    std::size_t bytes = key.size() + value.size();
    for (const auto& [other, text] : kept.values)
        if (other != key) bytes += other.size() + text.size();
    if (bytes > domain::ConnectorMemory::kBytesMax)
        return base::tooMany("The connector's memory is full.");
    kept.values[std::string(key)] = value;
    return base::ok();
}

}  // namespace

domain::ConnectorMemory transientMemory() {
    const auto kept = std::make_shared<Kept>();
    domain::ConnectorMemory out;
    out.get = [kept](std::string_view key) -> base::Result<std::string> {
        const std::lock_guard lock(kept->mutex);
        const auto found = kept->values.find(key);
        if (found == kept->values.end()) return base::notFound("Nothing is kept under that name.");
        return found->second;
    };
    out.put = [kept](std::string_view key, std::string_view value) {
        return put(*kept, key, value);
    };
    out.remove = [kept](std::string_view key) {
        const std::lock_guard lock(kept->mutex);
        const auto found = kept->values.find(key);
        if (found != kept->values.end()) kept->values.erase(found);
        return base::ok();
    };
    return out;
}

}  // namespace tenantry::pluginhost
