#include "kernel/view/row_text.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "kernel/base/text.h"

namespace tenantry::view {

namespace {

enum Flag : unsigned {
    kDisplayIsFull = 1,
    kEmailIsUsername = 2,
    kNativeIsUsername = 4,
    kFolded = 8,
    kNameless = 16,
    kPhone = 32,
    kEtag = 64,
    kUrl = 128,
    kPattern = 256,
    kAttributes = 512,
};

constexpr char kHole = '\x01';

void putNumber(std::string& out, std::size_t value) {
    for (; value >= 0x80; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
    out += static_cast<char>(value);
}

std::size_t takeNumber(const char*& at) {
    std::size_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(*at++);
        value |= static_cast<std::size_t>(byte & 0x7FU) << shift;
        if (byte < 0x80) return value;
    }
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Lowers the ASCII letters among eight bytes at once.
std::uint64_t lowerEight(std::uint64_t bytes) {
    constexpr std::uint64_t kEach = 0x0101010101010101ULL;
    const std::uint64_t seven = bytes & (0x7F * kEach);
    const std::uint64_t behindZ = seven + (0x7F - 'Z') * kEach;
    const std::uint64_t fromA = seven + (0x80 - 'A') * kEach;
    const std::uint64_t upper = ~bytes & (fromA ^ behindZ) & (0x80 * kEach);
    return bytes | (upper >> 2U);
}

void lowerInto(std::string& out, std::string_view text) {
    out.resize(text.size());
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data() + at, sizeof(bytes));
        bytes = lowerEight(bytes);
        std::memcpy(out.data() + at, &bytes, sizeof(bytes));
    }
    for (; at < text.size(); ++at) out[at] = lower(text[at]);
}

/// The head of a row, and where its bytes begin.
struct Head {
    unsigned flags = 0;
    std::uint32_t pattern = 0;
    std::size_t username = 0, first = 0, last = 0, display = 0, email = 0, native = 0, folded = 0,
                phone = 0, etag = 0, url = 0, attributes = 0;
    const char* bytes = nullptr;

    [[nodiscard]] bool has(Flag flag) const { return (flags & flag) != 0; }
    [[nodiscard]] std::size_t full() const { return has(kNameless) ? 0 : first + 1 + last; }
    /// Of all lines, with their ends.
    [[nodiscard]] std::size_t linesSize() const {
        std::size_t size = username + 1;
        if (!has(kNameless)) size += full() + 1;
        if (!has(kDisplayIsFull)) size += display + 1;
        if (!has(kEmailIsUsername)) size += email + 1;
        if (!has(kNativeIsUsername)) size += native + 1;
        return size;
    }
};

Head headOf(const char* row) {
    Head h;
    h.flags = static_cast<unsigned char>(row[0]) |
              (static_cast<unsigned>(static_cast<unsigned char>(row[1])) << 8U);
    const char* at = row + 2;
    if (h.has(kPattern)) {
        std::memcpy(&h.pattern, at, sizeof(h.pattern));
        at += sizeof(h.pattern);
    }
    h.username = takeNumber(at);
    if (!h.has(kNameless)) {
        h.first = takeNumber(at);
        h.last = takeNumber(at);
    }
    if (!h.has(kDisplayIsFull)) h.display = takeNumber(at);
    if (!h.has(kEmailIsUsername)) h.email = takeNumber(at);
    if (!h.has(kNativeIsUsername)) h.native = takeNumber(at);
    if (h.has(kFolded)) h.folded = takeNumber(at);
    if (h.has(kPhone)) h.phone = takeNumber(at);
    if (h.has(kEtag)) h.etag = takeNumber(at);
    if (h.has(kUrl)) h.url = takeNumber(at);
    if (h.has(kAttributes)) h.attributes = takeNumber(at);
    h.bytes = at;
    return h;
}

/// The lines of a user in order.
struct Lines {
    explicit Lines(const domain::User& user) {
        const auto add = [this](std::string_view text) { all[count++] = text; };
        add(user.username);
        if (!user.firstName.empty() || !user.lastName.empty())
            full = user.firstName + " " + user.lastName;
        displayIsFull = !full.empty() && user.displayName == full;
        if (!full.empty()) add(full);
        if (!displayIsFull) add(user.displayName);
        if (user.email != user.username) add(user.email);
        if (user.nativeId != user.username) add(user.nativeId);
    }
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;

    std::string full;
    bool displayIsFull = false;
    std::array<std::string_view, 5> all;
    std::size_t count = 0;
};

/// Empty when lowering ASCII letters does the same.
std::string foldedIfDifferent(const Lines& lines) {
    std::string folded, lowered, one;
    for (std::size_t i = 0; i < lines.count; ++i) {
        folded += base::searchFold(lines.all[i]) + '\n';
        lowerInto(one, lines.all[i]);
        lowered += one + '\n';
    }
    return folded == lowered ? std::string() : folded;
}

}  // namespace

std::uint32_t UrlPatterns::add(std::string pattern) {
    const auto [at, isNew] =
        numbers_.try_emplace(std::move(pattern), static_cast<std::uint32_t>(places_.size()));
    if (isNew) {
        const auto begin = pool_.size();
        pool_ += at->first;
        places_.push_back({begin, begin + at->first.find(kHole), pool_.size()});
    }
    return at->second;
}

std::size_t UrlPatterns::bytes() const {
    return 2 * pool_.capacity() + places_.capacity() * (sizeof(Place) + 64);
}

void appendRow(std::string& out, const domain::User& user, UrlPatterns& patterns) {
    const Lines lines(user);
    const std::string folded = foldedIfDifferent(lines);
    std::string pattern;
    const auto hole =
        user.nativeId.empty() ? std::string::npos : user.consoleUrl.rfind(user.nativeId);
    if (hole != std::string::npos && user.consoleUrl.find(kHole) == std::string::npos)
        pattern = user.consoleUrl.substr(0, hole) + kHole +
                  user.consoleUrl.substr(hole + user.nativeId.size());
    unsigned flags = 0;
    const auto flag = [&flags](Flag one, bool holds) { flags |= holds ? one : 0U; };
    flag(kDisplayIsFull, lines.displayIsFull);
    flag(kEmailIsUsername, user.email == user.username);
    flag(kNativeIsUsername, user.nativeId == user.username);
    flag(kFolded, !folded.empty());
    flag(kNameless, lines.full.empty());
    flag(kPhone, !user.phone.empty());
    flag(kEtag, !user.etag.empty());
    flag(kUrl, !user.consoleUrl.empty() && pattern.empty());
    flag(kPattern, !pattern.empty());
    flag(kAttributes, user.attributesJson != "{}");
    const auto has = [&flags](Flag one) { return (flags & one) != 0; };
    out += static_cast<char>(flags & 0xFFU);
    out += static_cast<char>(flags >> 8U);
    if (has(kPattern)) {
        const std::uint32_t number = patterns.add(pattern);
        out.append(reinterpret_cast<const char*>(&number), sizeof(number));
    }
    putNumber(out, user.username.size());
    if (!has(kNameless)) {
        putNumber(out, user.firstName.size());
        putNumber(out, user.lastName.size());
    }
    if (!has(kDisplayIsFull)) putNumber(out, user.displayName.size());
    if (!has(kEmailIsUsername)) putNumber(out, user.email.size());
    if (!has(kNativeIsUsername)) putNumber(out, user.nativeId.size());
    if (has(kFolded)) putNumber(out, folded.size());
    if (has(kPhone)) putNumber(out, user.phone.size());
    if (has(kEtag)) putNumber(out, user.etag.size());
    if (has(kUrl)) putNumber(out, user.consoleUrl.size());
    if (has(kAttributes)) putNumber(out, user.attributesJson.size());
    for (std::size_t i = 0; i < lines.count; ++i) (out += lines.all[i]) += '\n';
    out += folded;
    if (has(kPhone)) out += user.phone;
    if (has(kEtag)) out += user.etag;
    if (has(kUrl)) out += user.consoleUrl;
    if (has(kAttributes)) out += user.attributesJson;
}

void appendRow(std::string& out, std::string_view row, const UrlPatterns& from, UrlPatterns& to) {
    const std::size_t at = out.size();
    out += row;
    const unsigned flags = static_cast<unsigned char>(row[0]) |
                           (static_cast<unsigned>(static_cast<unsigned char>(row[1])) << 8U);
    if ((flags & kPattern) == 0) return;
    std::uint32_t number = 0;
    std::memcpy(&number, out.data() + at + 2, sizeof(number));
    number = to.add(std::string(from.at(number)));
    std::memcpy(out.data() + at + 2, &number, sizeof(number));
}

RowTexts textsOf(const char* row) {
    const Head h = headOf(row);
    RowTexts out;
    const char* at = h.bytes;
    const auto line = [&at](std::size_t size) {
        const std::string_view text(at, size);
        at += size + 1;
        return text;
    };
    out.username = line(h.username);
    std::string_view full;
    if (!h.has(kNameless)) {
        full = line(h.full());
        out.firstName = full.substr(0, h.first);
        out.lastName = full.substr(h.first + 1);
    }
    out.displayName = h.has(kDisplayIsFull) ? full : line(h.display);
    out.email = h.has(kEmailIsUsername) ? out.username : line(h.email);
    out.nativeId = h.has(kNativeIsUsername) ? out.username : line(h.native);
    at += h.folded;
    const auto rest = [&at](std::size_t size) {
        const std::string_view text(at, size);
        at += size;
        return text;
    };
    out.phone = rest(h.phone);
    out.etag = rest(h.etag);
    out.url = rest(h.url);
    out.attributes = h.has(kAttributes) ? rest(h.attributes) : std::string_view("{}");
    out.hasPattern = h.has(kPattern);
    out.pattern = h.pattern;
    return out;
}

std::array<std::string_view, 3> consoleUrlOf(const RowTexts& texts, const UrlPatterns& patterns) {
    if (!texts.hasPattern) return {texts.url};
    return {patterns.before(texts.pattern), texts.nativeId, patterns.behind(texts.pattern)};
}

std::string_view foldedLines(const char* row, std::string& scratch) {
    const Head h = headOf(row);
    const std::size_t size = h.linesSize();
    if (h.has(kFolded)) return {h.bytes + size, h.folded};
    lowerInto(scratch, {h.bytes, size});
    return scratch;
}

std::string foldedLines(const domain::User& user) {
    const Lines lines(user);
    std::string out;
    for (std::size_t i = 0; i < lines.count; ++i) (out += base::searchFold(lines.all[i])) += '\n';
    return out;
}

}  // namespace tenantry::view
