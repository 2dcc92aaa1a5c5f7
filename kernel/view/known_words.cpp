#include "kernel/view/known_words.h"

#include <algorithm>

#include "kernel/base/text.h"

namespace tenantry::view {

namespace {

/// Calls each(i) for the texts between line ends that hold `wanted`, once each. `starts`: of each,
/// at the line end before it.
template <class F>
void forEachWith(std::string_view pool, const std::vector<std::uint32_t>& starts,
                 const std::string& wanted, F&& each) {
    for (std::size_t at = pool.find(wanted); at != std::string_view::npos;) {
        const auto after = std::upper_bound(starts.begin(), starts.end(), at);
        if (after == starts.begin()) return;
        each(static_cast<std::size_t>(after - starts.begin()) - 1);
        if (after == starts.end()) return;
        at = pool.find(wanted, *after);
    }
}

}  // namespace

WordGroups::WordGroups(const SortIndex& index,
                       const std::function<std::string_view(std::uint32_t)>& textOf)
    : index_(index) {
    std::string folded;
    for (std::uint32_t begin = 0; begin < index.valued();) {
        const auto end = std::min(index.groupEnd(begin), index.valued());
        const std::string first(textOf(index.rowAt(begin)));
        folded = base::searchFold(first);
        // What sorts alike may still be written in ways that are not found alike.
        bool isOne = folded.find('\n') == std::string::npos;
        for (auto at = begin + 1; at < end && isOne; ++at) {
            const auto other = textOf(index.rowAt(at));
            isOne = other == first || base::searchFold(other) == folded;
        }
        if (isOne) {
            starts_.push_back(static_cast<std::uint32_t>(pool_.size()));
            begins_.push_back(begin);
            begins_.push_back(end);
            (pool_ += '\n') += folded;
        }
        begin = end;
    }
    pool_ += '\n';
}

void WordGroups::mark(std::string_view text, Where where, Bits& rows) const {
    std::string wanted(text);
    if (where == Where::kBegins) wanted.insert(wanted.begin(), '\n');
    if (where == Where::kEnds) wanted += '\n';
    forEachWith(pool_, starts_, wanted, [&](std::size_t group) {
        for (auto position = begins_[2 * group]; position < begins_[2 * group + 1]; ++position)
            rows.set(index_.rowAt(position));
    });
}

RunDomains::RunDomains(const std::vector<RowRun>& runs,
                       const std::function<std::string_view(std::uint32_t)>& emailOf) {
    for (const auto& range : runs) {
        Run run{range.begin, range.end, false};
        std::vector<std::string> domains;
        std::string_view lastText;
        std::uint8_t last = kNone;
        for (auto row = range.begin; row < range.end; ++row) {
            const auto email = emailOf(row);
            const auto at = email.rfind('@');
            std::uint8_t number = kNone;
            if (at != std::string_view::npos && email.substr(at) == lastText) {
                number = last;
            } else if (at != std::string_view::npos) {
                number = numberOf(base::searchFold(email.substr(at)), domains);
                lastText = email.substr(at);
                last = number;
            }
            run.isMixed = run.isMixed || number != 0;
            domainOf_.push_back(number);
        }
        for (std::size_t i = 0; i < domains.size(); ++i) {
            starts_.push_back(static_cast<std::uint32_t>(pool_.size()));
            entries_.push_back(
                {static_cast<std::uint32_t>(runs_.size()), static_cast<std::uint8_t>(i)});
            (pool_ += '\n') += domains[i];
        }
        runs_.push_back(run);
    }
    pool_ += '\n';
}

std::uint8_t RunDomains::numberOf(std::string domain, std::vector<std::string>& domains) {
    const auto known = std::find(domains.begin(), domains.end(), domain);
    const auto index = static_cast<std::size_t>(known - domains.begin());
    if (index >= kNone || domain.find('\n') != std::string::npos) return kNone;
    if (known == domains.end()) domains.push_back(std::move(domain));
    return static_cast<std::uint8_t>(index);
}

void RunDomains::mark(std::string_view text, Bits& rows) const {
    // What holds an '@' holds the domain's own, or reaches into what stands before it.
    const std::string wanted = (text.front() == '@' ? "\n" : "") + std::string(text);
    forEachWith(pool_, starts_, wanted, [&](std::size_t found) {
        const Entry& entry = entries_[found];
        const Run& run = runs_[entry.run];
        if (!run.isMixed) return rows.setRange(run.begin, run.end);
        for (auto row = run.begin; row < run.end; ++row)
            if (domainOf_[row] == entry.number) rows.set(row);
    });
}

std::size_t RunDomains::bytes() const {
    return domainOf_.capacity() + runs_.capacity() * sizeof(Run) + pool_.capacity() +
           starts_.capacity() * 4 + entries_.capacity() * sizeof(Entry);
}

}  // namespace tenantry::view
