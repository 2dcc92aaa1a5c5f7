/// Cells of a CSV answer.
///
/// Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace tenantry::rest {

/// Adds a cell to `row`, quoted where RFC 4180 section 2 asks for it. What a spreadsheet would take
/// for a formula gets an apostrophe in front; a phone number is none.
void addCell(std::string& row, std::string_view text);

}  // namespace tenantry::rest
