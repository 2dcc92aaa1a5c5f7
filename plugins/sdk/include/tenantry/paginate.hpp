// Reading page by page within the host's budget.
#pragma once
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <tenantry/call.hpp>
#include <tenantry/request.hpp>

namespace tny {

/// One page of a backend.
struct Page {
    std::vector<Record> records = {};
    std::string next = {};  ///< where the next page begins; empty = that was the last one

    Page& add(Record record) {
        records.push_back(std::move(record));
        return *this;
    }
};

/// Calls `fetch(cursor) -> Page` until the backend is read, the budget is spent or the host says
/// stop; emits each page and then checkpoints it. Returns what list must return: TNY_OK only after
/// the last page, else TNY_MORE. At least one page is read, so that a small budget still advances.
/// Throws tny::cancelled, and tny::data when the backend hands out a cursor it was just given,
/// which would go round for ever.
template <class Fetch>
tny_status paginate(Call& call, const Read& read, Fetch&& fetch) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::milliseconds(read.budgetMs);
    std::string cursor(read.cursor);
    std::size_t emitted = 0;
    for (;;) {
        call.throwIfCancelled();
        Page page = fetch(std::string_view(cursor));
        if (!page.next.empty() && page.next == cursor)
            throw data("The backend repeats the cursor of a page.");
        emitted += page.records.size();
        if (!call.emit(page.records)) return TNY_MORE;
        if (page.next.empty()) return TNY_OK;
        cursor = std::move(page.next);
        if (!call.checkpoint(cursor)) return TNY_MORE;
        if (emitted >= read.budgetRecords || Clock::now() >= end) return TNY_MORE;
    }
}

}  // namespace tny
