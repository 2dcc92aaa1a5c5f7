// A small JSON value, reader and writer: enough for configurations, arguments and record bodies.
#pragma once
#include <charconv>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenantry/error.hpp>

namespace tny {

/// Length of the valid UTF-8 sequence at the start of `text` (1..4), 0 when it is not valid.
/// Refuses overlong forms, surrogates and what lies beyond U+10FFFF (RFC 3629).
inline std::size_t utf8Length(std::string_view text) noexcept {
    if (text.empty()) return 0;
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = at(0);
    if (lead < 0x80) return 1;
    const std::size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < n) return 0;
    for (std::size_t i = 1; i < n; ++i)
        if ((at(i) & 0xc0) != 0x80) return 0;
    if (lead == 0xe0 && at(1) < 0xa0) return 0;
    if (lead == 0xed && at(1) > 0x9f) return 0;
    if (lead == 0xf0 && at(1) < 0x90) return 0;
    if (lead == 0xf4 && at(1) > 0x8f) return 0;
    return n;
}

inline bool isUtf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t n = utf8Length(text);
        if (n == 0) return false;
        text.remove_prefix(n);
    }
    return true;
}

/// Appends `text` as a JSON string. A byte that is not UTF-8 becomes U+FFFD: one bad byte of one
/// backend must not cost the page it came on.
inline void appendQuoted(std::string& out, std::string_view text) {
    static const char hex[] = "0123456789abcdef";
    out += '"';
    while (!text.empty()) {
        std::size_t n = 0;  // a run that needs nothing
        while (n < text.size() && static_cast<unsigned char>(text[n]) >= 0x20 &&
               static_cast<unsigned char>(text[n]) < 0x80 && text[n] != '"' && text[n] != '\\')
            ++n;
        out.append(text.data(), n);
        text.remove_prefix(n);
        if (text.empty()) break;
        const char c = text.front();
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
            n = 1;
        } else if (c == '\n' || c == '\t' || c == '\r') {
            out += '\\';
            out += c == '\n' ? 'n' : c == '\t' ? 't' : 'r';
            n = 1;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += hex[static_cast<unsigned char>(c) >> 4];
            out += hex[static_cast<unsigned char>(c) & 15];
            n = 1;
        } else if ((n = utf8Length(text)) != 0) {
            out.append(text.data(), n);
        } else {
            out += "\xef\xbf\xbd";
            n = 1;
        }
        text.remove_prefix(n);
    }
    out += '"';
}

namespace detail {
class JsonReader;
}

/// A JSON value. Objects keep the order of their members. Reading a member that is not there gives
/// a null value, so that paths can be walked without asking first.
///
/// Threads: as an ordinary value.
/// Bounds: parse() refuses more than kDepthMax levels, duplicate keys, bad UTF-8 and anything after
/// the value; an integer outside 64 bits becomes a double.
class Json {
  public:
    enum class Type { kNull = 1, kBool, kInt, kDouble, kString, kArray, kObject };
    using Member = std::pair<std::string, Json>;
    static constexpr int kDepthMax = 64;

    Json() = default;
    Json(std::nullptr_t) {}
    Json(bool v) : type_(Type::kBool), int_(v ? 1 : 0) {}
    template <class T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
    Json(T v) : type_(Type::kInt), int_(static_cast<std::int64_t>(v)) {}
    Json(double v) : type_(Type::kDouble), double_(v) {}
    Json(std::string v) : type_(Type::kString), text_(std::move(v)) {}
    Json(std::string_view v) : type_(Type::kString), text_(v) {}
    Json(const char* v) : type_(Type::kString), text_(v) {}
    Json(const std::vector<std::string>& v) : type_(Type::kArray) {
        for (const auto& s : v) items_.emplace_back(s);
    }

    static Json array() { return Json(Type::kArray); }
    static Json object() { return Json(Type::kObject); }
    static Json object(std::initializer_list<Member> members) {
        Json v(Type::kObject);
        v.members_.assign(members.begin(), members.end());
        return v;
    }

    /// Throws tny::data with the offset when `text` is not one JSON value.
    static Json parse(std::string_view text);

    Type type() const noexcept { return type_; }
    bool isNull() const noexcept { return type_ == Type::kNull; }
    bool isBool() const noexcept { return type_ == Type::kBool; }
    bool isInt() const noexcept { return type_ == Type::kInt; }
    bool isNumber() const noexcept { return isInt() || type_ == Type::kDouble; }
    bool isString() const noexcept { return type_ == Type::kString; }
    bool isArray() const noexcept { return type_ == Type::kArray; }
    bool isObject() const noexcept { return type_ == Type::kObject; }

    /// The value, or `otherwise` when it is of another type.
    bool boolean(bool otherwise = false) const noexcept { return isBool() ? int_ != 0 : otherwise; }
    std::int64_t integer(std::int64_t otherwise = 0) const noexcept {
        return isInt() ? int_ : otherwise;
    }
    double number(double otherwise = 0) const noexcept {
        return isInt() ? static_cast<double>(int_) : isNumber() ? double_ : otherwise;
    }
    /// Empty when it is not a string.
    const std::string& text() const noexcept { return text_; }

    /// Empty when it is not an array / an object.
    const std::vector<Json>& items() const noexcept { return items_; }
    const std::vector<Member>& members() const noexcept { return members_; }
    std::size_t size() const noexcept { return isArray() ? items_.size() : members_.size(); }

    const Json& operator[](std::string_view key) const noexcept {
        for (const auto& m : members_)
            if (m.first == key) return m.second;
        static const Json none;
        return none;
    }
    bool has(std::string_view key) const noexcept { return !(*this)[key].isNull(); }

    /// Shorthands of (*this)[key].
    std::string str(std::string_view key, std::string_view otherwise = {}) const {
        const Json& v = (*this)[key];
        return v.isString() ? v.text_ : std::string(otherwise);
    }
    std::int64_t integer(std::string_view key, std::int64_t otherwise) const noexcept {
        return (*this)[key].integer(otherwise);
    }
    bool boolean(std::string_view key, bool otherwise) const noexcept {
        return (*this)[key].boolean(otherwise);
    }

    /// Makes it an object / an array when it is null. Replaces an earlier member of that name.
    Json& set(std::string_view key, Json value) {
        type_ = Type::kObject;
        for (auto& m : members_)
            if (m.first == key) return m.second = std::move(value), *this;
        members_.emplace_back(std::string(key), std::move(value));
        return *this;
    }
    Json& push(Json value) {
        type_ = Type::kArray;
        items_.push_back(std::move(value));
        return *this;
    }

    void write(std::string& out) const {
        switch (type_) {
            case Type::kNull:
                out += "null";
                return;
            case Type::kBool:
                out += int_ != 0 ? "true" : "false";
                return;
            case Type::kInt:
                writeInt(out);
                return;
            case Type::kDouble:
                writeDouble(out);
                return;
            case Type::kString:
                appendQuoted(out, text_);
                return;
            case Type::kArray:
                writeArray(out);
                return;
            case Type::kObject:
                writeObject(out);
                return;
        }
    }
    std::string dump() const {
        std::string out;
        write(out);
        return out;
    }

    friend bool operator==(const Json& a, const Json& b) {
        return a.type_ == b.type_ && a.int_ == b.int_ && !(a.double_ < b.double_) &&
               !(b.double_ < a.double_) && a.text_ == b.text_ && a.items_ == b.items_ &&
               a.members_ == b.members_;
    }
    friend bool operator!=(const Json& a, const Json& b) { return !(a == b); }

  private:
    friend class detail::JsonReader;
    explicit Json(Type type) : type_(type) {}
    void writeInt(std::string& out) const {
        char buffer[24];
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, int_);
        out.append(buffer, end.ptr);
    }
    void writeDouble(std::string& out) const {
        if (!std::isfinite(double_)) {  // RFC 8259 has no such number
            out += "null";
            return;
        }
        char buffer[40];
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, double_);
        const std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
        out += text;
        if (text.find_first_of(".eE") == std::string_view::npos) out += ".0";
    }
    void writeArray(std::string& out) const {
        char separator = '[';
        for (const auto& v : items_) {
            out += separator;
            v.write(out);
            separator = ',';
        }
        out += items_.empty() ? "[]" : "]";
    }
    void writeObject(std::string& out) const {
        char separator = '{';
        for (const auto& m : members_) {
            out += separator;
            appendQuoted(out, m.first);
            out += ':';
            m.second.write(out);
            separator = ',';
        }
        out += members_.empty() ? "{}" : "}";
    }

    Type type_ = Type::kNull;
    std::int64_t int_ = 0;
    double double_ = 0;
    std::string text_;
    std::vector<Json> items_;
    std::vector<Member> members_;
};

namespace detail {

/// Recursive descent over one text (RFC 8259). Lives for one parse.
class JsonReader {
  public:
    explicit JsonReader(std::string_view text) : text_(text) {}

    Json document() {
        Json v = value(0);
        space();
        if (at_ != text_.size()) bad("text after the value");
        return v;
    }

  private:
    [[noreturn]] void bad(const char* why) const {
        throw data("Not valid JSON: " + std::string(why) + " at byte " + std::to_string(at_) + ".");
    }
    void space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' ||
                                      text_[at_] == '\t' || text_[at_] == '\r'))
            ++at_;
    }
    bool take(char c) {
        space();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    bool word(std::string_view w) {
        if (text_.substr(at_, w.size()) != w) return false;
        at_ += w.size();
        return true;
    }
    Json value(int depth) {
        if (depth > Json::kDepthMax) bad("nested too deeply");
        space();
        if (at_ >= text_.size()) bad("it ends too early");
        switch (text_[at_]) {
            case '{':
                return object(depth);
            case '[':
                return list(depth);
            case '"':
                return Json(string());
            case 't':
                return word("true") ? Json(true) : (bad("unknown word"), Json());
            case 'f':
                return word("false") ? Json(false) : (bad("unknown word"), Json());
            case 'n':
                return word("null") ? Json() : (bad("unknown word"), Json());
            default:
                return number();
        }
    }
    Json object(int depth) {
        ++at_;
        Json out = Json::object();
        if (take('}')) return out;
        do {
            space();
            if (at_ >= text_.size() || text_[at_] != '"') bad("a member name is missing");
            std::string key = string();
            for (const auto& m : out.members_)
                if (m.first == key) bad("a member name twice");
            if (!take(':')) bad("':' is missing");
            out.members_.emplace_back(std::move(key), value(depth + 1));
        } while (take(','));
        if (!take('}')) bad("'}' is missing");
        return out;
    }
    Json list(int depth) {
        ++at_;
        Json out = Json::array();
        if (take(']')) return out;
        do {
            out.push(value(depth + 1));
        } while (take(','));
        if (!take(']')) bad("']' is missing");
        return out;
    }
    Json number() {
        const std::size_t start = at_;
        const auto digit = [&] {
            return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
        };
        const auto digits = [&] {
            if (!digit()) bad("a value is expected");
            while (digit()) ++at_;
        };
        const auto is = [&](char c) { return at_ < text_.size() && text_[at_] == c; };
        if (is('-')) ++at_;
        if (is('0')) {
            ++at_;
        } else {
            digits();
        }
        bool whole = true;
        if (is('.')) {
            whole = false;
            ++at_;
            digits();
        }
        if (is('e') || is('E')) {
            whole = false;
            ++at_;
            if (is('+') || is('-')) ++at_;
            digits();
        }
        const char* first = text_.data() + start;
        const char* last = text_.data() + at_;
        std::int64_t n = 0;
        if (whole && std::from_chars(first, last, n).ec == std::errc()) return Json(n);
        double d = 0;
        if (std::from_chars(first, last, d).ec != std::errc()) bad("a number out of range");
        return Json(d);
    }
    unsigned hex4() {
        if (text_.size() - at_ < 4) bad("a short \\u escape");
        unsigned v = 0;
        const auto r = std::from_chars(text_.data() + at_, text_.data() + at_ + 4, v, 16);
        if (r.ec != std::errc() || r.ptr != text_.data() + at_ + 4) bad("a bad \\u escape");
        at_ += 4;
        return v;
    }
    void escape(std::string& out) {
        if (at_ >= text_.size()) bad("it ends too early");
        const char c = text_[at_++];
        switch (c) {
            case '"':
            case '\\':
            case '/':
                out += c;
                return;
            case 'b':
                out += '\b';
                return;
            case 'f':
                out += '\f';
                return;
            case 'n':
                out += '\n';
                return;
            case 'r':
                out += '\r';
                return;
            case 't':
                out += '\t';
                return;
            case 'u':
                codepoint(out);
                return;
            default:
                bad("an unknown escape");
        }
    }
    void codepoint(std::string& out) {
        unsigned cp = hex4();
        if (cp >= 0xd800 && cp < 0xdc00) {
            if (!word("\\u")) bad("half a surrogate pair");
            const unsigned low = hex4();
            if (low < 0xdc00 || low > 0xdfff) bad("half a surrogate pair");
            cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
        } else if (cp >= 0xdc00 && cp < 0xe000) {
            bad("half a surrogate pair");
        }
        const auto put = [&](unsigned v) { out += static_cast<char>(v); };
        if (cp < 0x80) {
            put(cp);
        } else if (cp < 0x800) {
            put(0xc0 | cp >> 6), put(0x80 | (cp & 63));
        } else if (cp < 0x10000) {
            put(0xe0 | cp >> 12), put(0x80 | (cp >> 6 & 63)), put(0x80 | (cp & 63));
        } else {
            put(0xf0 | cp >> 18), put(0x80 | (cp >> 12 & 63));
            put(0x80 | (cp >> 6 & 63)), put(0x80 | (cp & 63));
        }
    }
    std::string string() {
        ++at_;
        std::string out;
        for (;;) {
            if (at_ >= text_.size()) bad("a string without its end");
            const char c = text_[at_];
            if (c == '"') return ++at_, out;
            if (c == '\\') {
                ++at_;
                escape(out);
                continue;
            }
            if (static_cast<unsigned char>(c) < 0x20) bad("a control character in a string");
            const std::size_t n = utf8Length(text_.substr(at_));
            if (n == 0) bad("bytes that are not UTF-8");
            out.append(text_.data() + at_, n);
            at_ += n;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace detail

inline Json Json::parse(std::string_view text) {
    return detail::JsonReader(text).document();
}

}  // namespace tny
