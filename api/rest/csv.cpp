#include "api/rest/csv.h"

#include <algorithm>

namespace tenantry::rest {
namespace {

/// A spreadsheet takes a cell that begins so for a formula; a phone number is none.
bool looksLikeFormula(const std::string& text) {
    if (text.empty()) return false;
    if (text[0] == '=' || text[0] == '@' || text[0] == '\t' || text[0] == '\r') return true;
    const bool sign = text[0] == '+' || text[0] == '-';
    return sign && !std::all_of(text.begin() + 1, text.end(), [](char c) {
               return (c >= '0' && c <= '9') ||
                      std::string_view(" -./()").find(c) != std::string_view::npos;
           });
}

}  // namespace

void addCell(std::string& row, std::string_view given) {
    std::string text(given);
    if (looksLikeFormula(text)) text.insert(text.begin(), '\'');
    if (!row.empty() && row.back() != '\n') row += ',';
    if (text.find_first_of("\",\r\n") == std::string::npos) {
        row += text;
        return;
    }
    row += '"';
    for (const char c : text) {
        if (c == '"') row += '"';
        row += c;
    }
    row += '"';
}

}  // namespace tenantry::rest
