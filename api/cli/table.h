/// What a list looks like: a table that fits the terminal, JSON as it came, or CSV.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenantry::cli {

enum class Form : std::uint8_t { kTable = 1, kJson, kCsv };

struct Column {
    std::string title;
    /// A column of least importance is cut first.
    std::size_t widthMin = 6;
};

class Table {
  public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
    void add(std::vector<std::string> cells);
    /// Each line at most `width` columns wide; 0: as wide as it needs to be.
    [[nodiscard]] std::string text(std::size_t width) const;
    [[nodiscard]] std::string csv() const;

  private:
    [[nodiscard]] std::vector<std::size_t> widths(std::size_t width) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// Columns of the terminal on standard output; 0 when it is none.
std::size_t terminalWidth();
/// How many columns `text` takes.
std::size_t displayWidth(std::string_view text);
/// `text` without bytes that a terminal would obey: what directories hold is not ours.
std::string harmless(std::string_view text);

}  // namespace tenantry::cli
