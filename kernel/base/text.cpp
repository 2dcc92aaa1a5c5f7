#include "kernel/base/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>

namespace tenantry::base {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

icu::UnicodeString fromUtf8(std::string_view text) {
    return icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

using Instance = const icu::Normalizer2* (*)(UErrorCode&);

/// ICU's normalizers are part of its library: without one the text stays as it is.
icu::UnicodeString normalized(const icu::UnicodeString& text, Instance instance) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* form = instance(status);
    if (U_FAILURE(status) != 0 || form == nullptr) return text;
    icu::UnicodeString out = form->normalize(text, status);
    return U_FAILURE(status) != 0 ? text : out;
}

/// Letters that Unicode does not decompose, though people type them without their stroke.
std::string_view plainForm(UChar32 c) {
    switch (c) {
        case 0x0142:
            return "l";  // ł
        case 0x00F8:
            return "o";  // ø
        case 0x0111:     // đ
        case 0x00F0:
            return "d";  // ð
        case 0x0127:
            return "h";  // ħ
        case 0x0167:
            return "t";  // ŧ
        case 0x0131:
            return "i";  // ı
        case 0x00E6:
            return "ae";  // æ
        case 0x0153:
            return "oe";  // œ
        case 0x00FE:
            return "th";  // þ
        case 0x2018:
        case 0x2019:
        case 0x02BC:
            return "'";
        default:
            return {};
    }
}

/// Marks that people leave out. Vowel signs of Indic and other scripts are letters to their
/// readers, and stay; so do the voicing marks of kana.
bool isDropped(UChar32 c) {
    const auto type = u_charType(c);
    if (type == U_CONTROL_CHAR || type == U_FORMAT_CHAR || c == 0x0640) return true;
    if (type != U_NON_SPACING_MARK || c == 0x3099 || c == 0x309A) return false;
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(c, &status);
    return script == USCRIPT_INHERITED || script == USCRIPT_HEBREW;
}

void appendSpaced(std::string& out, bool& space, std::string_view text) {
    if (space && !out.empty()) out += ' ';
    space = false;
    out += text;
}

std::string searchFoldAscii(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool space = false;
    for (const char c : text) {
        if (c == ' ' || (c >= '\t' && c <= '\r'))
            space = true;
        else if (static_cast<unsigned char>(c) > ' ' && c != 0x7f)
            appendSpaced(out, space, std::string(1, lower(c)));
    }
    return out;
}

}  // namespace

std::string caseFold(std::string_view text) {
    std::string out;
    if (isAscii(text)) {
        out.resize(text.size());
        std::transform(text.begin(), text.end(), out.begin(), lower);
        return out;
    }
    auto wide = normalized(fromUtf8(text), &icu::Normalizer2::getNFDInstance);
    wide.foldCase();
    normalized(wide, &icu::Normalizer2::getNFCInstance).toUTF8String(out);
    return out;
}

bool equalsFolded(std::string_view a, std::string_view folded) {
    if (!isAscii(a)) return caseFold(a) == folded;
    return a.size() == folded.size() && std::equal(a.begin(), a.end(), folded.begin(),
                                                   [](char x, char y) { return lower(x) == y; });
}

std::string searchFold(std::string_view text) {
    if (isAscii(text)) return searchFoldAscii(text);
    auto wide = normalized(fromUtf8(text), &icu::Normalizer2::getNFKDInstance);
    wide.foldCase();
    wide = normalized(wide, &icu::Normalizer2::getNFKDInstance);
    std::string out;
    bool space = false;
    for (std::int32_t i = 0; i < wide.length(); i = wide.moveIndex32(i, 1)) {
        const UChar32 c = wide.char32At(i);
        if (u_isUWhiteSpace(c) != 0) {
            space = true;
        } else if (!isDropped(c)) {
            std::string one(plainForm(c));
            if (one.empty()) icu::UnicodeString(c).toUTF8String(one);
            appendSpaced(out, space, one);
        }
    }
    return out;
}

std::string percentEncode(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out.push_back(c);
        } else {
            out.push_back('%');
            out.push_back(kHex[byte >> 4]);
            out.push_back(kHex[byte & 15]);
        }
    }
    return out;
}

}  // namespace tenantry::base
