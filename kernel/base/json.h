/// JSON: a streaming writer for answers and logs, and a reader for small documents and record
/// bodies.
///
/// Both stand on RapidJSON (PERFORMANCE: 30 us a page of 100 rows). Invalid UTF-8 is replaced by
/// U+FFFD when written and refused when read. Threads: values, not shared.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"

namespace tenantry::base {

/// Writes one document into a string. Calls must nest properly (a bug otherwise, checked in debug
/// builds).
class JsonWriter {
  public:
    JsonWriter();
    ~JsonWriter();
    JsonWriter(JsonWriter&&) noexcept;
    JsonWriter& operator=(JsonWriter&&) noexcept;

    JsonWriter& beginObject();
    JsonWriter& endObject();
    JsonWriter& beginArray();
    JsonWriter& endArray();
    JsonWriter& key(std::string_view name);
    JsonWriter& string(std::string_view value);
    JsonWriter& number(std::int64_t value);
    JsonWriter& number(double value);
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    /// A complete JSON value, already written. REQUIRES: it is valid.
    JsonWriter& raw(std::string_view json);
    /// The text, or null when there is none.
    JsonWriter& stringOrNull(const std::optional<std::string>& value);

    [[nodiscard]] std::size_t size() const;
    /// The document; the writer is empty afterwards.
    std::string take() &&;
    /// What was written so far, given out and forgotten: for streaming.
    std::string drain();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// A parsed document, immutable. A Json keeps the whole document alive.
class Json {
  public:
    enum class Kind : std::uint8_t {
        kMissing = 1,
        kNull,
        kBool,
        kNumber,
        kString,
        kArray,
        kObject
    };

    /// kInvalidArgument with the byte offset when it is not one JSON value (RFC 8259), or nests
    /// deeper than 64.
    static Result<Json> parse(std::string_view text);
    /// A missing value.
    Json();

    [[nodiscard]] Kind kind() const;
    [[nodiscard]] bool missing() const { return kind() == Kind::kMissing; }
    [[nodiscard]] bool isNull() const { return kind() == Kind::kNull; }
    [[nodiscard]] bool isObject() const { return kind() == Kind::kObject; }
    [[nodiscard]] bool isArray() const { return kind() == Kind::kArray; }
    [[nodiscard]] bool isString() const { return kind() == Kind::kString; }
    [[nodiscard]] bool isBool() const { return kind() == Kind::kBool; }
    [[nodiscard]] bool isNumber() const { return kind() == Kind::kNumber; }

    /// A member of an object, or a missing value.
    [[nodiscard]] Json operator[](std::string_view name) const;
    /// Elements of an array; nothing for another kind.
    [[nodiscard]] std::vector<Json> items() const;
    /// Members of an object in their order; nothing for another kind.
    [[nodiscard]] std::vector<std::pair<std::string, Json>> members() const;
    [[nodiscard]] std::size_t size() const;

    [[nodiscard]] std::optional<std::string> asString() const;
    [[nodiscard]] std::optional<bool> asBool() const;
    [[nodiscard]] std::optional<std::int64_t> asInt() const;
    [[nodiscard]] std::optional<double> asDouble() const;
    [[nodiscard]] std::string stringOr(std::string_view fallback) const;
    [[nodiscard]] bool boolOr(bool fallback) const { return asBool().value_or(fallback); }
    [[nodiscard]] std::int64_t intOr(std::int64_t fallback) const {
        return asInt().value_or(fallback);
    }
    /// This value, written again without white space.
    [[nodiscard]] std::string text() const;

  private:
    struct Document;
    Json(std::shared_ptr<const Document> document, const void* value);
    std::shared_ptr<const Document> document_;
    const void* value_ = nullptr;
};

/// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string toValidUtf8(std::string_view text);
bool isValidUtf8(std::string_view text);

}  // namespace tenantry::base
