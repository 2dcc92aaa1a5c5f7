#include "kernel/base/log.h"

#include <unistd.h>

#include <atomic>

#include "kernel/base/clock.h"
#include "kernel/base/json.h"
#include "kernel/base/limits.h"

namespace tenantry::base {

namespace {

std::atomic<LogLevel> lowest{LogLevel::kInfo};
std::atomic<int> descriptor{STDERR_FILENO};

std::string_view levelName(LogLevel level) {
    switch (level) {
        case LogLevel::kDebug:
            return "debug";
        case LogLevel::kInfo:
            return "info";
        case LogLevel::kWarning:
            return "warning";
        case LogLevel::kError:
            return "error";
    }
    return "error";
}

}  // namespace

void setLogLevel(LogLevel level) {
    lowest = level;
}
void setLogDescriptor(int fd) {
    descriptor = fd;
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
    if (level < lowest.load()) return;
    JsonWriter json;
    json.beginObject();
    json.key("at").string(toRfc3339(SystemClock{}.now()));
    json.key("level").string(levelName(level));
    json.key("event").string(event);
    for (const auto& field : fields) {
        json.key(field.key());
        if (field.number())
            json.raw(field.text());
        else
            json.string(std::string_view(field.text()).substr(0, limits::kLogFieldBytesMax));
    }
    json.endObject();
    std::string line = std::move(json).take();
    line += '\n';
    // One write a line, so that lines of several threads do not mix. A full disk must not stop the
    // product.
    [[maybe_unused]] const auto written = ::write(descriptor.load(), line.data(), line.size());
}

}  // namespace tenantry::base
