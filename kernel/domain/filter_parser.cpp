// Recursive descent over the grammar of RFC 7644 section 3.4.2.2 (figure 1). Depth, terms and bytes
// are bounded, so that the recursion is.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/text.h"
#include "kernel/domain/filter.h"
#include "kernel/domain/filter_words.h"

namespace tenantry::domain {

namespace {

namespace limits = base::limits;
using base::Error;
using base::Result;
using Kind = FilterNode::Kind;
using ValueKind = FilterNode::ValueKind;

constexpr std::string_view kValueWanted =
    "a value: text in double quotes, a number, true, false or null";

struct Value {
    ValueKind kind = ValueKind::kNone;
    bool boolean = false;
    double number = 0;
    std::string text;
    std::size_t at = 0;
};

constexpr std::array<std::pair<std::string_view, Comparator>, 10> kComparators{{
    {"eq", Comparator::kEq},
    {"ne", Comparator::kNe},
    {"co", Comparator::kCo},
    {"sw", Comparator::kSw},
    {"ew", Comparator::kEw},
    {"gt", Comparator::kGt},
    {"ge", Comparator::kGe},
    {"lt", Comparator::kLt},
    {"le", Comparator::kLe},
    {"pr", Comparator::kPr},
}};

bool isOrdering(Comparator c) {
    return c == Comparator::kGt || c == Comparator::kGe || c == Comparator::kLt ||
           c == Comparator::kLe;
}
bool isPartial(Comparator c) {
    return c == Comparator::kCo || c == Comparator::kSw || c == Comparator::kEw;
}

std::optional<base::TimePoint> timeOf(const std::string& text) {
    if (const auto time = base::parseRfc3339(text)) return time;
    return text.size() == 10 ? base::parseRfc3339(text + "T00:00:00Z") : std::nullopt;
}

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<FilterNode> parse() {
        TNY_TRY(FilterNode root, parseOr());
        skipSpace();
        if (at_ < text_.size()) {
            if (text_[at_] == ')') return fail(at_, "there is no \"(\" that this \")\" closes");
            return fail(at_, "expected \"and\", \"or\" or the end, found " + found());
        }
        return root;
    }

  private:
    // Where we are

    /// Columns count characters from 1.
    [[nodiscard]] std::size_t column(std::size_t at) const {
        return 1 + static_cast<std::size_t>(std::count_if(
                       text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    }
    [[nodiscard]] Error fail(std::size_t at, const std::string& what) const {
        return base::invalidArgument("Column " + std::to_string(column(at)) +
                                     " of the filter: " + what + ".");
    }
    /// What stands here, for a message.
    [[nodiscard]] std::string found() const {
        if (at_ >= text_.size()) return "the end";
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != ' ' && text_[end] != ')' && text_[end] != ']')
            ++end;
        return quoted(text_.substr(at_, end - at_));
    }
    void skipSpace() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                      text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
    }
    bool accept(char c) {
        skipSpace();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    Word peekWord() {
        skipSpace();
        Word word;
        word.at = at_;
        std::size_t end = at_;
        while (end < text_.size() && isWordCharacter(text_[end])) ++end;
        word.text = std::string(text_.substr(at_, end - at_));
        word.folded = base::caseFold(word.text);
        return word;
    }
    static bool isWordCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.' || c == ':' || c == '$';
    }
    bool acceptWord(std::string_view wanted) {
        const Word word = peekWord();
        if (word.folded != wanted) return false;
        at_ += word.text.size();
        return true;
    }

    // Expressions

    Result<FilterNode> parseOr() {
        return parseList("or", Kind::kOr, [this] { return parseAnd(); });
    }
    Result<FilterNode> parseAnd() {
        return parseList("and", Kind::kAnd, [this] { return parseFactor(); });
    }

    template <class Next>
    Result<FilterNode> parseList(std::string_view keyword, Kind kind, const Next& next) {
        TNY_TRY(FilterNode first, next());
        if (!acceptWord(keyword)) return first;
        FilterNode list;
        list.kind = kind;
        list.children.push_back(std::move(first));
        do {
            TNY_TRY(FilterNode more, next());
            list.children.push_back(std::move(more));
        } while (acceptWord(keyword));
        return list;
    }

    Result<FilterNode> parseFactor() {
        skipSpace();
        const std::size_t start = at_;
        if (accept('(')) return parseEnclosed(start, ')');
        const Word word = peekWord();
        if (word.folded != "not") return parseTerm(word);
        at_ += word.text.size();
        skipSpace();
        const std::size_t open = at_;
        if (!accept('(')) return fail(at_, "expected \"(\" after \"not\", found " + found());
        TNY_TRY(FilterNode inner, parseEnclosed(open, ')'));
        FilterNode negated;
        negated.kind = Kind::kNot;
        negated.children.push_back(std::move(inner));
        return negated;
    }

    /// What stands in brackets, up to and with `close`. `open` is where they began.
    Result<FilterNode> parseEnclosed(std::size_t open, char close) {
        if (++depth_ > limits::kFilterDepthMax)
            return fail(open, "the filter nests deeper than " +
                                  std::to_string(limits::kFilterDepthMax) + " brackets");
        TNY_TRY(FilterNode inner, parseOr());
        --depth_;
        if (!accept(close))
            return fail(at_, std::string("expected \"") + close + "\" to close column " +
                                 std::to_string(column(open)) + ", found " + found());
        return inner;
    }

    /// A comparison or a value path.
    Result<FilterNode> parseTerm(const Word& word) {
        if (word.text.empty())
            return fail(at_, "expected a field, \"not\" or \"(\", found " + found());
        at_ += word.text.size();
        if (at_ < text_.size() && text_[at_] == '[') return parseValuePath(word);
        TNY_TRY(const Target target, resolveHere(word));
        TNY_TRY(const Comparator comparator, parseComparator(word));
        if (++terms_ > limits::kFilterTermsMax)
            return fail(word.at, "the filter has more than " +
                                     std::to_string(limits::kFilterTermsMax) + " comparisons");
        FilterNode node;
        node.field = target.field;
        node.attribute = target.attribute;
        node.comparator = comparator;
        if (comparator == Comparator::kPr) return node;
        TNY_TRY(Value value, parseValue());
        TNY_CHECKED(assign(node, word, std::move(value)));
        return node;
    }

    /// attrPath "[" valFilter "]". One value must fulfil all of it, which makes a difference for
    /// fields of several values; for the others it is the expression with the longer names.
    Result<FilterNode> parseValuePath(const Word& word) {
        const std::size_t open = at_++;
        if (!prefix_.empty()) return fail(open, "brackets cannot stand inside brackets");
        const auto multi = resolve(word);
        const bool many = multi && (isMultiValued(multi->field));
        const bool known = many || word.folded == "mfa" || word.folded == "organization" ||
                           word.folded == "attributes";
        if (!known)
            return fail(word.at, quoted(word.text) +
                                     " has no parts; brackets may follow mfa, organization, "
                                     "attributes, roles, mfa.methods and alerts");
        prefix_ = word.text;
        TNY_TRY(FilterNode inner, parseEnclosed(open, ']'));
        prefix_.clear();
        if (!many) return inner;
        FilterNode element;
        element.kind = Kind::kElement;
        element.field = multi->field;
        element.children.push_back(std::move(inner));
        return element;
    }

    /// The field of a word, inside of the brackets that are open.
    Result<Target> resolveHere(const Word& word) {
        Word full = word;
        if (!prefix_.empty()) {
            full.text = prefix_ + "." + word.text;
            full.folded = base::caseFold(full.text);
        }
        if (const auto target = resolve(full)) return *target;
        std::string message = "there is no field " + quoted(full.text);
        if (const auto near = nearest(full.folded, fieldNames()))
            return fail(word.at, message + "; the nearest is " + quoted(*near));
        return fail(word.at,
                    message + "; the fields are " + listed(fieldNames()) + " and attributes.NAME");
    }

    Result<Comparator> parseComparator(const Word& field) {
        const Word word = peekWord();
        for (const auto& [text, comparator] : kComparators) {
            if (text != word.folded) continue;
            at_ += word.text.size();
            return comparator;
        }
        return fail(at_, "expected eq, ne, co, sw, ew, gt, ge, lt, le or pr after " +
                             quoted(field.text) + ", found " + found());
    }

    // Values

    Result<Value> parseValue() {
        skipSpace();
        const std::size_t start = at_;
        if (at_ < text_.size() && text_[at_] == '"') return parseString();
        if (at_ < text_.size() && text_[at_] == '\'')
            return fail(at_, "text stands in double quotes, not in single ones");
        const Word word = peekWord();
        Value value;
        value.at = start;
        at_ += word.text.size();
        if (word.folded == "true" || word.folded == "false") {
            value.kind = ValueKind::kBool;
            value.boolean = word.folded == "true";
            return value;
        }
        if (word.folded == "null") {
            value.kind = ValueKind::kNull;
            return value;
        }
        at_ = start;
        if (at_ < text_.size() && (text_[at_] == '-' || (text_[at_] >= '0' && text_[at_] <= '9')))
            return parseNumber();
        std::string hint;
        if (!word.text.empty()) hint = "; text needs double quotes: " + quoted(word.text);
        return fail(start, "expected " + std::string(kValueWanted) + ", found " + found() + hint);
    }

    /// A number of RFC 8259 section 6.
    Result<Value> parseNumber() {
        const std::size_t start = at_;
        std::size_t end = at_;
        while (end < text_.size() && (isWordCharacter(text_[end]) || text_[end] == '+')) ++end;
        const std::string token(text_.substr(start, end - start));
        const auto json = base::Json::parse(token);
        if (!json || !json->isNumber()) return fail(start, quoted(token) + " is not a number");
        Value value;
        value.at = start;
        value.kind = ValueKind::kNumber;
        const auto [stop, error] =
            std::from_chars(token.data(), token.data() + token.size(), value.number);
        if (error != std::errc{} || stop != token.data() + token.size() ||
            !std::isfinite(value.number))
            return fail(start, quoted(token) + " is too large a number");
        value.text = token;
        at_ = end;
        return value;
    }

    /// A string of RFC 8259 section 7. Its end is found here, its escapes are read by the JSON
    /// reader.
    Result<Value> parseString() {
        const std::size_t start = at_;
        std::size_t end = at_ + 1;
        for (; end < text_.size() && text_[end] != '"'; ++end) {
            if (static_cast<unsigned char>(text_[end]) < 0x20)
                return fail(end, "a control character in text must be written as \\u00XX");
            if (text_[end] == '\\') ++end;
        }
        if (end >= text_.size()) return fail(start, "this text has no closing double quote");
        const auto token = text_.substr(start, end + 1 - start);
        const auto json = base::Json::parse(token);
        const auto text = json ? json->asString() : std::nullopt;
        if (!text) return fail(start, "this text has an escape that JSON does not know");
        Value value;
        value.at = start;
        value.kind = ValueKind::kText;
        value.text = *text;
        at_ = end + 1;
        return value;
    }

    // Types

    base::Status assign(FilterNode& node, const Word& field, Value value) {
        node.valueKind = value.kind;
        node.boolean = value.boolean;
        node.number = value.number;
        node.text = std::move(value.text);
        TNY_CHECKED(checkComparator(node, field));
        if (value.kind == ValueKind::kNull) return base::ok();
        switch (type(node.field)) {
            case FieldType::kText:
            case FieldType::kOrganization:
                if (value.kind != ValueKind::kText)
                    return fail(value.at,
                                quoted(field.text) + " holds text: its value needs double quotes");
                break;
            case FieldType::kWord:
                TNY_CHECKED(assignWord(node, field, value));
                break;
            case FieldType::kFlag:
                if (value.kind != ValueKind::kBool)
                    return fail(value.at,
                                quoted(field.text) +
                                    " is compared with true, false or null, without quotes");
                break;
            case FieldType::kTime:
                TNY_CHECKED(assignTime(node, field, value));
                break;
            case FieldType::kAny:
                break;
        }
        node.folded = base::caseFold(node.text);
        return base::ok();
    }

    base::Status checkComparator(const FilterNode& node, const Word& field) const {
        const Comparator c = node.comparator;
        const FieldType t = type(node.field);
        const bool equality = c == Comparator::kEq || c == Comparator::kNe;
        std::string why;
        if (node.valueKind == ValueKind::kNull && !equality) why = "null has only eq and ne";
        if (t == FieldType::kFlag && !equality)
            why = quoted(field.text) + " is true or false and has only eq, ne and pr";
        if (t == FieldType::kTime && isPartial(c))
            why = quoted(field.text) + " is a time and has only eq, ne, gt, ge, lt, le and pr";
        if ((t == FieldType::kWord || t == FieldType::kOrganization) && isOrdering(c))
            why = quoted(field.text) + " has no order, only eq, ne, co, sw, ew and pr";
        if (t == FieldType::kAny && node.valueKind == ValueKind::kBool && !equality)
            why = "true and false have only eq and ne";
        if (t == FieldType::kAny && node.valueKind == ValueKind::kNumber && isPartial(c))
            why = "a number has no parts: put it in double quotes, or use eq, ne, gt, ge, lt or le";
        if (why.empty()) return base::ok();
        return fail(field.at, why);
    }

    base::Status assignWord(FilterNode& node, const Word& field, const Value& value) const {
        const auto words = wordsOf(node.field);
        const std::string choice = listed(words);
        if (value.kind != ValueKind::kText)
            return fail(value.at,
                        quoted(field.text) + " holds one of " + choice + ", in double quotes");
        if (isPartial(node.comparator)) return base::ok();
        const std::string folded = base::caseFold(node.text);
        if (folded.empty() && node.field == UserField::kStatusCause) return base::ok();
        for (const auto& word : words) {
            if (base::caseFold(word) != folded) continue;
            node.text = word;
            return base::ok();
        }
        return fail(value.at, quoted(node.text) + " is not a value of " + quoted(field.text) +
                                  ", which is one of " + choice);
    }

    base::Status assignTime(FilterNode& node, const Word& field, const Value& value) const {
        const auto time =
            value.kind == ValueKind::kText ? timeOf(node.text) : std::optional<base::TimePoint>{};
        if (!time)
            return fail(value.at, quoted(field.text) +
                                      " holds a time: expected one like "
                                      "\"2026-08-01T00:00:00Z\" or \"2026-08-01\"");
        node.valueKind = ValueKind::kTime;
        node.time = *time;
        return base::ok();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::size_t terms_ = 0;
    std::string prefix_;  ///< the path whose brackets are open
};

}  // namespace

base::Result<Filter> Filter::parse(std::string_view text) {
    if (text.size() > limits::kFilterBytesMax)
        return base::invalidArgument("The filter is longer than " +
                                     std::to_string(limits::kFilterBytesMax) + " bytes.");
    if (!base::isValidUtf8(text)) return base::invalidArgument("The filter is not valid UTF-8.");
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return base::invalidArgument("The filter is empty.");
    TNY_TRY(FilterNode root, Parser(text).parse());
    return Filter(std::make_shared<const FilterNode>(std::move(root)), std::string(text));
}

}  // namespace tenantry::domain
