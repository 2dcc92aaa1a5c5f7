#include "api/cli/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cwchar>
#include <numeric>

#include "kernel/base/json.h"

namespace tenantry::cli {
namespace {

constexpr std::size_t kGap = 2;

struct Point {
    char32_t code = 0;
    std::size_t bytes = 1;
};

/// The code point at the front of valid UTF-8.
Point decode(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (bytes == 1 || bytes > text.size()) return {first, 1};
    char32_t code = first & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    return {code, bytes};
}

std::size_t widthOf(char32_t code) {
    const int width = ::wcwidth(static_cast<wchar_t>(code));
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

std::string cutTo(std::string_view text, std::size_t width) {
    if (displayWidth(text) <= width) return std::string(text);
    std::string out;
    std::size_t used = 0;
    while (!text.empty()) {
        const Point point = decode(text);
        if (used + widthOf(point.code) + 1 > width) break;
        used += widthOf(point.code);
        out += text.substr(0, point.bytes);
        text.remove_prefix(point.bytes);
    }
    return out + "…";
}

std::string csvCell(const std::string& text) {
    if (text.find_first_of("\",\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

}  // namespace

std::string harmless(std::string_view text) {
    std::string out;
    const std::string valid = base::toValidUtf8(text);
    std::string_view rest = valid;
    while (!rest.empty()) {
        const Point point = decode(rest);
        const bool control = point.code < 0x20 || (point.code >= 0x7F && point.code < 0xA0) ||
                             (point.code >= 0x202A && point.code <= 0x202E) ||
                             (point.code >= 0x2066 && point.code <= 0x2069);
        if (control) {
            out += ' ';
        } else {
            out += rest.substr(0, point.bytes);
        }
        rest.remove_prefix(point.bytes);
    }
    return out;
}

std::size_t displayWidth(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const Point point = decode(text);
        width += widthOf(point.code);
        text.remove_prefix(point.bytes);
    }
    return width;
}

std::size_t terminalWidth() {
    winsize size{};
    if (::isatty(STDOUT_FILENO) != 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
        size.ws_col > 0) {
        return size.ws_col;
    }
    const char* columns = std::getenv("COLUMNS");
    return columns == nullptr ? 0 : static_cast<std::size_t>(std::strtoul(columns, nullptr, 10));
}

void Table::add(std::vector<std::string> cells) {
    for (std::string& cell : cells) cell = harmless(cell);
    cells.resize(columns_.size());
    rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths(std::size_t width) const {
    std::vector<std::size_t> out(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        out[i] = displayWidth(columns_[i].title);
        for (const auto& row : rows_) out[i] = std::max(out[i], displayWidth(row[i]));
    }
    const auto total = [&] {
        return std::accumulate(out.begin(), out.end(), std::size_t{0}) + kGap * (out.size() - 1);
    };
    while (width > 0 && total() > width) {
        // The widest column that may still give way loses one.
        std::size_t widest = out.size();
        for (std::size_t i = 0; i < out.size(); ++i) {
            const bool may = out[i] > columns_[i].widthMin;
            if (may && (widest == out.size() || out[i] > out[widest])) widest = i;
        }
        if (widest == out.size()) break;
        --out[widest];
    }
    return out;
}

std::string Table::text(std::size_t width) const {
    const auto sizes = widths(width);
    std::string out;
    const auto line = [&](const auto& cellOf) {
        std::string text;
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const std::string cell = cutTo(cellOf(i), sizes[i]);
            text += cell;
            if (i + 1 < sizes.size()) text.append(sizes[i] - displayWidth(cell) + kGap, ' ');
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + "\n";
    };
    line([&](std::size_t i) { return columns_[i].title; });
    for (const auto& row : rows_) line([&](std::size_t i) { return row[i]; });
    return out;
}

std::string Table::csv() const {
    std::string out;
    const auto line = [&](const auto& cellOf) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            out += (i == 0 ? "" : ",") + csvCell(cellOf(i));
        }
        out += "\r\n";
    };
    line([&](std::size_t i) { return columns_[i].title; });
    for (const auto& row : rows_) line([&](std::size_t i) { return row[i]; });
    return out;
}

}  // namespace tenantry::cli
