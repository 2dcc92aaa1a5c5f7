/// Structured log: one JSON object a line on standard error (or the file given to start-up).
///
/// Threads: any. Never blocks on anything but the write itself. Never put a secret or personal data
/// beyond ids in a field; a field longer than limits::kLogFieldBytesMax is cut.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenantry::base {

enum class LogLevel : std::uint8_t { kDebug = 1, kInfo, kWarning, kError };

/// One field of a log line: a key and a text or a number.
class LogField {
  public:
    LogField(std::string_view key, std::string_view value) : key_(key), text_(value) {}
    LogField(std::string_view key, const char* value) : LogField(key, std::string_view(value)) {}
    LogField(std::string_view key, const std::string& value)
        : LogField(key, std::string_view(value)) {}
    template <class N>
    requires std::is_arithmetic_v<N> LogField(std::string_view key, N value)
        : key_(key), text_(std::to_string(value)), number_(true) {}

    [[nodiscard]] std::string_view key() const { return key_; }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool number() const { return number_; }

  private:
    std::string_view key_;
    std::string text_;
    bool number_ = false;
};

/// Writes a line. `event` is a stable snake_case name ("sync_finished"), not a sentence.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
inline void logInfo(std::string_view event, std::initializer_list<LogField> fields = {}) {
    log(LogLevel::kInfo, event, fields);
}
inline void logWarning(std::string_view event, std::initializer_list<LogField> fields = {}) {
    log(LogLevel::kWarning, event, fields);
}
inline void logError(std::string_view event, std::initializer_list<LogField> fields = {}) {
    log(LogLevel::kError, event, fields);
}

/// Lines below `level` are dropped. Call at start-up, before threads exist.
void setLogLevel(LogLevel level);
/// Where lines go: a file descriptor that stays open. Call at start-up.
void setLogDescriptor(int fd);

}  // namespace tenantry::base
