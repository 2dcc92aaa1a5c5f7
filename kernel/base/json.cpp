#include "kernel/base/json.h"

#define RAPIDJSON_HAS_STDSTRING 1
#ifdef __SSE2__
#define RAPIDJSON_SSE2  // what needs no escape is looked for sixteen bytes at a time
#endif
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tenantry::base {

namespace rj = rapidjson;

namespace {

/// Eight bytes from `at` on, filled up with spaces at the end of the text.
std::uint64_t eightAt(std::string_view text, std::size_t at) {
    std::uint64_t out = 0x2020202020202020ULL;
    std::memcpy(&out, text.data() + at, std::min(sizeof(out), text.size() - at));
    return out;
}

/// Whether `text` is ASCII of which JSON escapes nothing: most is.
bool isPlain(std::string_view text) {
    constexpr std::uint64_t kEach = 0x0101010101010101ULL, kHigh = 0x80 * kEach;
    // A byte that is zero, or less than `n`, ends with its highest bit set (Bit Twiddling Hacks).
    const auto hasZero = [](std::uint64_t x) { return (x - kEach) & ~x & kHigh; };
    std::uint64_t found = 0;
    for (std::size_t at = 0; at < text.size() && found == 0; at += sizeof(std::uint64_t)) {
        const auto x = eightAt(text, at);
        found = (x & kHigh) | ((x - 0x20 * kEach) & ~x & kHigh) | hasZero(x ^ ('"' * kEach)) |
                hasZero(x ^ ('\\' * kEach));
    }
    return found == 0;
}

class Writer : public rj::Writer<rj::StringBuffer> {
  public:
    using rj::Writer<rj::StringBuffer>::Writer;
    /// REQUIRES: isPlain(text).
    void plain(std::string_view text) {
        Prefix(rj::kStringType);
        char* at = os_->Push(text.size() + 2);
        *at++ = '"';
        if (!text.empty()) std::memcpy(at, text.data(), text.size());
        at[text.size()] = '"';
        EndValue(true);
    }
};

}  // namespace

struct JsonWriter::Impl {
    rj::StringBuffer buffer;
    Writer writer{buffer};
};

JsonWriter::JsonWriter() : impl_(std::make_unique<Impl>()) {}
JsonWriter::~JsonWriter() = default;
JsonWriter::JsonWriter(JsonWriter&&) noexcept = default;
JsonWriter& JsonWriter::operator=(JsonWriter&&) noexcept = default;

JsonWriter& JsonWriter::beginObject() {
    impl_->writer.StartObject();
    return *this;
}
JsonWriter& JsonWriter::endObject() {
    impl_->writer.EndObject();
    return *this;
}
JsonWriter& JsonWriter::beginArray() {
    impl_->writer.StartArray();
    return *this;
}
JsonWriter& JsonWriter::endArray() {
    impl_->writer.EndArray();
    return *this;
}
JsonWriter& JsonWriter::key(std::string_view name) {
    if (isPlain(name))
        impl_->writer.plain(name);
    else
        impl_->writer.Key(name.data(), static_cast<rj::SizeType>(name.size()));
    return *this;
}
JsonWriter& JsonWriter::string(std::string_view value) {
    if (isPlain(value)) {
        impl_->writer.plain(value);
    } else if (isValidUtf8(value)) {
        impl_->writer.String(value.data(), static_cast<rj::SizeType>(value.size()));
    } else {
        const std::string valid = toValidUtf8(value);
        impl_->writer.String(valid.data(), static_cast<rj::SizeType>(valid.size()));
    }
    return *this;
}
JsonWriter& JsonWriter::number(std::int64_t value) {
    impl_->writer.Int64(value);
    return *this;
}
JsonWriter& JsonWriter::number(double value) {
    if (std::isfinite(value))
        impl_->writer.Double(value);
    else
        impl_->writer.Null();
    return *this;
}
JsonWriter& JsonWriter::boolean(bool value) {
    impl_->writer.Bool(value);
    return *this;
}
JsonWriter& JsonWriter::null() {
    impl_->writer.Null();
    return *this;
}
JsonWriter& JsonWriter::raw(std::string_view json) {
    impl_->writer.RawValue(json.data(), json.size(), rj::kObjectType);
    return *this;
}
JsonWriter& JsonWriter::stringOrNull(const std::optional<std::string>& value) {
    return value ? string(*value) : null();
}
std::size_t JsonWriter::size() const {
    return impl_->buffer.GetSize();
}
std::string JsonWriter::take() && {
    return drain();
}
std::string JsonWriter::drain() {
    std::string out(impl_->buffer.GetString(), impl_->buffer.GetSize());
    impl_->buffer.Clear();
    // After a whole document the next one begins.
    if (impl_->writer.IsComplete()) impl_->writer.Reset(impl_->buffer);
    return out;
}

struct Json::Document {
    rj::Document tree;
};

namespace {

constexpr std::size_t kDepthMax = 64;
constexpr auto kFlags =
    rj::kParseValidateEncodingFlag | rj::kParseFullPrecisionFlag | rj::kParseIterativeFlag;

const rj::Value& as(const void* value) {
    return *static_cast<const rj::Value*>(value);
}

/// Refuses a document that nests too deep before a tree of it is made.
struct DepthGuard : rj::BaseReaderHandler<rj::UTF8<>, DepthGuard> {
    std::size_t depth = 0;
    bool StartObject() { return ++depth <= kDepthMax; }
    bool EndObject(rj::SizeType) { return depth-- > 0; }
    bool StartArray() { return ++depth <= kDepthMax; }
    bool EndArray(rj::SizeType) { return depth-- > 0; }
};

}  // namespace

Result<Json> Json::parse(std::string_view text) {
    DepthGuard guard;
    rj::Reader reader;
    rj::MemoryStream probe(text.data(), text.size());
    rj::EncodedInputStream<rj::UTF8<>, rj::MemoryStream> checked(probe);
    if (const auto outcome = reader.Parse<kFlags>(checked, guard); outcome.IsError())
        return invalidArgument(
            "This is not valid JSON: " + std::string(rj::GetParseError_En(outcome.Code())) +
            " At byte " + std::to_string(outcome.Offset()) + ".");
    auto document = std::make_shared<Document>();
    document->tree.Parse<kFlags>(text.data(), text.size());
    if (document->tree.HasParseError()) return invalidArgument("This is not valid JSON.");
    const void* root = static_cast<const rj::Value*>(&document->tree);
    return Json(std::move(document), root);
}

Json::Json() = default;
Json::Json(std::shared_ptr<const Document> document, const void* value)
    : document_(std::move(document)), value_(value) {}

Json::Kind Json::kind() const {
    if (value_ == nullptr) return Kind::kMissing;
    switch (as(value_).GetType()) {
        case rj::kNullType:
            return Kind::kNull;
        case rj::kFalseType:
        case rj::kTrueType:
            return Kind::kBool;
        case rj::kObjectType:
            return Kind::kObject;
        case rj::kArrayType:
            return Kind::kArray;
        case rj::kStringType:
            return Kind::kString;
        case rj::kNumberType:
            return Kind::kNumber;
    }
    return Kind::kMissing;
}

Json Json::operator[](std::string_view name) const {
    if (!isObject()) return {};
    const auto& object = as(value_);
    const rj::Value key(rj::StringRef(name.data(), name.size()));
    const auto found = object.FindMember(key);
    if (found == object.MemberEnd()) return {};
    return {document_, &found->value};
}

std::vector<Json> Json::items() const {
    std::vector<Json> out;
    if (!isArray()) return out;
    out.reserve(as(value_).Size());
    for (const auto& item : as(value_).GetArray()) out.push_back(Json(document_, &item));
    return out;
}

std::vector<std::pair<std::string, Json>> Json::members() const {
    std::vector<std::pair<std::string, Json>> out;
    if (!isObject()) return out;
    for (const auto& member : as(value_).GetObject())
        out.emplace_back(std::string(member.name.GetString(), member.name.GetStringLength()),
                         Json(document_, &member.value));
    return out;
}

std::size_t Json::size() const {
    if (isArray()) return as(value_).Size();
    if (isObject()) return as(value_).MemberCount();
    return 0;
}

std::optional<std::string> Json::asString() const {
    if (!isString()) return std::nullopt;
    return std::string(as(value_).GetString(), as(value_).GetStringLength());
}
std::optional<bool> Json::asBool() const {
    if (!isBool()) return std::nullopt;
    return as(value_).GetBool();
}
std::optional<std::int64_t> Json::asInt() const {
    if (!isNumber() || !as(value_).IsInt64()) return std::nullopt;
    return as(value_).GetInt64();
}
std::optional<double> Json::asDouble() const {
    if (!isNumber()) return std::nullopt;
    return as(value_).GetDouble();
}
std::string Json::stringOr(std::string_view fallback) const {
    return asString().value_or(std::string(fallback));
}

std::string Json::text() const {
    if (value_ == nullptr) return "null";
    rj::StringBuffer buffer;
    rj::Writer<rj::StringBuffer> writer(buffer);
    as(value_).Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

namespace {

/// Length of the valid UTF-8 sequence (RFC 3629) at `at`, or 0.
std::size_t sequenceAt(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
    for (std::size_t i = at + 1; i < at + length; ++i)
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
    const unsigned char second = byte(at + 1);
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool surrogate = lead == 0xED && second > 0x9F;
    const bool beyond = lead == 0xF4 && second > 0x8F;
    return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

bool isValidUtf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        // Most text is ASCII: eight bytes at once.
        if ((eightAt(text, at) & 0x8080808080808080ULL) == 0) {
            at += sizeof(std::uint64_t);
            continue;
        }
        const std::size_t length = sequenceAt(text, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

std::string toValidUtf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequenceAt(text, at);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            ++at;
        } else {
            out.append(text, at, length);
            at += length;
        }
    }
    return out;
}

}  // namespace tenantry::base
