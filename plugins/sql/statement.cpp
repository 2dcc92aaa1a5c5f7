#include "plugins/sql/statement.h"

#include <algorithm>
#include <cctype>
#include <tenantry/error.hpp>

namespace tenantry::sql {
namespace {

constexpr std::size_t kIdentifierMax = 128;
constexpr std::size_t kPrefixMax = 32;

bool isNameStart(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool isNameChar(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// One pass over the text of a mapping.
class Preparer {
  public:
    Preparer(Engine engine, std::string_view prefix, std::string_view text)
        : engine_(engine), prefix_(prefix), text_(text) {}

    Prepared run() {
        while (at_ < text_.size()) step();
        while (!out_.sql.empty() && out_.sql.back() == ' ') out_.sql.pop_back();
        return std::move(out_);
    }

  private:
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    [[noreturn]] void bad(const std::string& why) const {
        throw tny::config("A statement of the mapping cannot be used: " + why + ".")
            .detail(std::string(text_));
    }

    void step() {
        const char c = peek();
        if (c == '\'' || c == '"' || c == '`') return quoted(c);
        if (c == '-' && peek(1) == '-') return until("\n", false);
        if (c == '/' && peek(1) == '*') return until("*/", true);
        if (c == '{') return substitution();
        if (c == ';') bad("it has a ';', and one text is one statement");
        if (c == '?') bad("it has a '?': write parameters as :name");
        if (c == ':' && peek(1) == ':') {
            out_.sql += "::";
            at_ += 2;
            return;
        }
        if (c == ':' && isNameStart(peek(1))) return parameter();
        out_.sql += c;
        ++at_;
    }

    void quoted(char quote) {
        const bool backslash = engine_ == Engine::kMysql && quote != '`';
        out_.sql += quote;
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '{' && substituteHere()) {
                --at_;
                continue;
            }
            out_.sql += c;
            if (backslash && c == '\\' && at_ + 1 < text_.size()) {
                out_.sql += text_[++at_];
            } else if (c == quote) {
                ++at_;
                return;
            }
        }
        bad("a quoted text has no end");
    }

    // Only the prefix is meant inside a literal; any other brace there is the literal's own.
    bool substituteHere() {
        static constexpr std::string_view kPrefix = "{prefix}";
        if (text_.substr(at_, kPrefix.size()) != kPrefix) return false;
        out_.sql += prefix_;
        at_ += kPrefix.size();
        return true;
    }

    // Comments are dropped: a parameter's name in one must not become a place.
    void until(std::string_view end, bool needed) {
        const auto found = text_.find(end, at_);
        if (found == std::string_view::npos) {
            if (needed) bad("a comment has no end");
            at_ = text_.size();
            return;
        }
        at_ = found + end.size();
        out_.sql += ' ';
    }

    void substitution() {
        if (substituteHere()) return;
        const auto end = text_.find('}', at_);
        if (end == std::string_view::npos) bad("a '{' has no '}'");
        const auto inside = text_.substr(at_ + 1, end - at_ - 1);
        if (inside.substr(0, 2) == "t:") {
            out_.sql += quoteIdentifier(engine_, withPrefix(inside.substr(2)));
        } else if (inside.substr(0, 2) == "c:") {
            out_.sql += quoteIdentifier(engine_, inside.substr(2));
        } else {
            bad("{" + std::string(inside) + "} means nothing; use {t:table}, {c:column}, {prefix}");
        }
        at_ = end + 1;
    }

    // wiki.user with the prefix mw_ is wiki.mw_user.
    std::string withPrefix(std::string_view table) const {
        const auto dot = table.rfind('.');
        const auto name = dot == std::string_view::npos ? 0 : dot + 1;
        std::string whole(table);
        return whole.insert(name, prefix_);
    }

    void parameter() {
        std::size_t end = at_ + 1;
        while (end < text_.size() && isNameChar(text_[end])) ++end;
        const std::string name(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end;
        auto& names = out_.parameters;
        if (engine_ != Engine::kPostgresql) {
            names.push_back(name);
            out_.sql += '?';
            return;
        }
        auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) found = names.insert(names.end(), name);
        out_.sql += '$' + std::to_string(found - names.begin() + 1);
    }

    Engine engine_;
    std::string prefix_;
    std::string_view text_;
    std::size_t at_ = 0;
    Prepared out_;
};

void quotePart(std::string& out, char quote, std::string_view part) {
    if (part.empty()) throw tny::config("A table or column of the mapping has an empty name.");
    out += quote;
    for (const char c : part) {
        if (static_cast<unsigned char>(c) < 0x20) {
            throw tny::config("A table or column of the mapping has a control character.");
        }
        if (c == quote) out += quote;
        out += c;
    }
    out += quote;
}

}  // namespace

std::string quoteIdentifier(Engine engine, std::string_view name) {
    if (name.size() > kIdentifierMax) {
        throw tny::config("A table or column of the mapping has a name longer than 128 bytes.");
    }
    const char quote = engine == Engine::kMysql ? '`' : '"';
    std::string out;
    while (true) {
        const auto dot = name.find('.');
        quotePart(out, quote, name.substr(0, dot));
        if (dot == std::string_view::npos) return out;
        out += '.';
        name.remove_prefix(dot + 1);
    }
}

void checkTablePrefix(std::string_view prefix) {
    if (prefix.size() > kPrefixMax || !std::all_of(prefix.begin(), prefix.end(), isNameChar)) {
        throw tny::config(
            "The table prefix may have letters, digits and '_' only, at most 32 of them.",
            "/table_prefix");
    }
}

Prepared prepare(Engine engine, std::string_view prefix, std::string_view text) {
    return Preparer(engine, prefix, text).run();
}

std::string asText(Engine engine, const std::string& expression) {
    // CONCAT keeps the bytes of a binary column and converts a text column to the connection's
    // character set; a CAST would do only one of the two.
    if (engine == Engine::kMysql) return "CONCAT(" + expression + ")";
    return "CAST(" + expression + " AS TEXT)";
}

}  // namespace tenantry::sql
