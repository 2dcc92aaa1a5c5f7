#include "kernel/view/segment.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "kernel/base/ids.h"

namespace tenantry::view {

namespace {

int digitOf(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::uint64_t wordOf(const IdBytes& id) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 8; ++i) word = (word << 8U) | id[i];
    return word;
}

}  // namespace

std::optional<IdBytes> idBytesOf(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    IdBytes out{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < 16; ++i) {
        if (at == 8 || at == 13 || at == 18 || at == 23)
            if (text[at++] != '-') return std::nullopt;
        const int high = digitOf(text[at]), low = digitOf(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out[i] = static_cast<std::uint8_t>(high * 16 + low);
        at += 2;
    }
    return out;
}

std::string toText(const IdBytes& id) {
    constexpr char kHex[] = "0123456789abcdef";
    std::string out(36, '-');
    std::size_t at = 0;
    for (std::size_t i = 0; i < 16; ++i) {
        if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
        out[at++] = kHex[id[i] >> 4U];
        out[at++] = kHex[id[i] & 15U];
    }
    return out;
}

TimeColumn::TimeColumn(const std::vector<std::int64_t>& millis) {
    const bool fits = std::all_of(millis.begin(), millis.end(), [](std::int64_t time) {
        return time == kNoTime ||
               (time >= 0 && time % 1000 == 0 && time / 1000 < std::int64_t{kNoCode});
    });
    if (!fits) {
        millis_ = millis;
        return;
    }
    seconds_.reserve(millis.size());
    for (const auto time : millis)
        seconds_.push_back(time == kNoTime ? kNoCode : static_cast<std::uint32_t>(time / 1000));
}

std::vector<std::int64_t> TimeColumn::all() const {
    if (!millis_.empty()) return millis_;
    std::vector<std::int64_t> out;
    out.reserve(seconds_.size());
    for (std::uint32_t row = 0; row < seconds_.size(); ++row) out.push_back(at(row));
    return out;
}

void SegmentDraft::enter(const base::OrganizationId& organization, Handle connection) {
    if (!runs.empty() && runs.back().connection == connection &&
        runs.back().organization == organization)
        return;
    if (!runs.empty()) runs.back().end = rows();
    runs.push_back({organization, connection, rows(), rows(), 0});
}

Segment::Segment(SegmentDraft draft)
    : runs_(std::move(draft.runs)),
      ids_(draft.ids.begin(), draft.ids.end()),
      classes_(draft.table.take()),
      classOf_(draft.classes.begin(), draft.classes.end()),
      lastLogin_(draft.lastLogin),
      created_(draft.created),
      modified_(draft.modified),
      text_(draft.text.begin(), draft.text.end()),
      patterns_(std::move(draft.patterns)) {
    if (!runs_.empty()) runs_.back().end = rows();
    if (text_.size() > 0xFFFFFFFFU) {
        wideOffsets_ = std::move(draft.offsets);
        wideOffsets_.push_back(text_.size());
    } else {
        offsets_.reserve(draft.offsets.size() + 1);
        for (const auto offset : draft.offsets)
            offsets_.push_back(static_cast<std::uint32_t>(offset));
        offsets_.push_back(static_cast<std::uint32_t>(text_.size()));
    }
    derive();
}

void Segment::derive() {
    hasAssigned_ = std::any_of(classes_.begin(), classes_.end(),
                               [](const UserClass& one) { return !one.assigned.empty(); });
    for (std::uint32_t i = 0; i < runs_.size(); ++i)
        runsByConnection_.emplace_back(runs_[i].connection, i);
    std::sort(runsByConnection_.begin(), runsByConnection_.end());
    for (std::uint32_t row = 0, run = 0; row < rows(); row += kRunBlock) {
        while (row >= runs_[run].end) ++run;
        runAt_.push_back(run);
    }
    countClasses();
}

bool Segment::fitsTogether() const {
    const auto n = rows();
    std::uint32_t begin = 0;
    for (const auto& run : runs_) {
        if (run.begin != begin || run.end <= run.begin) return false;
        begin = run.end;
    }
    const auto isOfAll = [n](std::size_t size) { return size == n; };
    const bool fit = begin == n && isOfAll(classOf_.size()) && isOfAll(lastLogin_.size()) &&
                     isOfAll(created_.size()) && isOfAll(modified_.size()) &&
                     isOfAll((wideOffsets_.empty() ? offsets_.size() : wideOffsets_.size()) - 1);
    if (!fit || offsetAt(n) != text_.size()) return false;
    if (std::any_of(classOf_.begin(), classOf_.end(),
                    [this](std::uint32_t number) { return number >= classes_.size(); }))
        return false;
    if (const auto* all = byId_.peek(); all != nullptr && !isOfAll(all->size())) return false;
    return std::all_of(orders_.begin(), orders_.end(), [n](const Lazy<SortIndex>& one) {
        return one.peek() == nullptr || one.peek()->size() == n;
    });
}

bool Segment::finishRead(const std::unordered_map<Handle, Handle>& handles) {
    if (!fitsTogether()) return false;
    for (auto& run : runs_) {
        const auto here = handles.find(run.connection);
        run.connection = here == handles.end() ? kNoHandle : here->second;
    }
    for (auto& one : classes_) {
        domain::User user;
        writeTo(user, one);
        one = classOf(user);
    }
    derive();
    return true;
}

void Segment::countClasses() {
    std::vector<std::uint32_t> counts(classes_.size()), seen;
    for (auto& run : runs_) {
        run.countsBegin = static_cast<std::uint32_t>(classCounts_.size());
        for (auto row = run.begin; row < run.end; ++row)
            if (counts[classOf_[row]]++ == 0) seen.push_back(classOf_[row]);
        for (const auto number : seen)
            classCounts_.push_back({number, std::exchange(counts[number], 0)});
        seen.clear();
    }
    classCounts_.shrink_to_fit();
    // The sums may take a byte a row, whatever the number of runs and classes.
    while (runs_.size() / stride_ * classes_.size() * 4 > rows() && stride_ < runs_.size())
        stride_ *= 2;
    std::vector<std::uint32_t> sum(classes_.size());
    for (std::uint32_t run = 0; run < runs_.size(); ++run) {
        if (run % stride_ == 0) sums_.push_back(sum);
        for (const auto& one : classCounts(run)) sum[one.number] += one.count;
    }
}

std::span<const ClassCount> Segment::classCounts(std::uint32_t run) const {
    const std::size_t end =
        run + 1 < runs_.size() ? runs_[run + 1].countsBegin : classCounts_.size();
    return {classCounts_.data() + runs_[run].countsBegin, end - runs_[run].countsBegin};
}

void Segment::addClassCounts(std::uint32_t beginRun, std::uint32_t endRun,
                             std::vector<std::uint64_t>& out) const {
    const auto addRuns = [&](std::uint32_t from, std::uint32_t to) {
        for (; from < to; ++from)
            for (const auto& one : classCounts(from)) out[one.number] += one.count;
    };
    if (sums_.empty()) return;
    const std::uint32_t first = (beginRun + stride_ - 1) / stride_;
    const std::uint32_t last =
        std::min(endRun / stride_, static_cast<std::uint32_t>(sums_.size()) - 1);
    if (first >= last) return addRuns(beginRun, endRun);
    addRuns(beginRun, first * stride_);
    for (std::size_t c = 0; c < out.size(); ++c) out[c] += sums_[last][c] - sums_[first][c];
    addRuns(last * stride_, endRun);
}

std::uint32_t Segment::runOf(std::uint32_t row) const {
    const std::size_t block = row / kRunBlock;
    auto low = runAt_[block];
    auto high = block + 1 < runAt_.size() ? runAt_[block + 1]
                                          : static_cast<std::uint32_t>(runs_.size()) - 1;
    while (low < high) {
        const auto middle = high - (high - low) / 2;
        if (row < runs_[middle].begin)
            high = middle - 1;
        else
            low = middle;
    }
    return low;
}

bool Segment::has(Handle connection) const {
    const auto at = std::lower_bound(runsByConnection_.begin(), runsByConnection_.end(),
                                     std::pair(connection, std::uint32_t{0}));
    return at != runsByConnection_.end() && at->first == connection;
}

std::vector<std::uint32_t> Segment::runsOf(Handle connection) const {
    std::vector<std::uint32_t> out;
    for (auto at = std::lower_bound(runsByConnection_.begin(), runsByConnection_.end(),
                                    std::pair(connection, std::uint32_t{0}));
         at != runsByConnection_.end() && at->first == connection; ++at)
        out.push_back(at->second);
    return out;
}

std::optional<std::uint32_t> Segment::findIn(const Run& run, const IdBytes& id) const {
    const auto begin = ids_.begin() + run.begin, end = ids_.begin() + run.end;
    const auto at = std::lower_bound(begin, end, id);
    if (at == end || *at != id) return std::nullopt;
    return static_cast<std::uint32_t>(at - ids_.begin());
}

const std::vector<std::uint32_t>& Segment::byId() const {
    return byId_.get([this] {
        std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
        order.reserve(rows());
        for (std::uint32_t row = 0; row < rows(); ++row) order.emplace_back(wordOf(ids_[row]), row);
        std::sort(order.begin(), order.end(), [this](const auto& a, const auto& b) {
            return a.first != b.first ? a.first < b.first : ids_[a.second] < ids_[b.second];
        });
        std::vector<std::uint32_t> out;
        out.reserve(order.size());
        for (const auto& one : order) out.push_back(one.second);
        return std::make_unique<const std::vector<std::uint32_t>>(std::move(out));
    });
}

std::optional<std::uint32_t> Segment::find(const IdBytes& id) const {
    const auto& all = byId();
    const auto at = std::lower_bound(
        all.begin(), all.end(), id,
        [this](std::uint32_t row, const IdBytes& wanted) { return ids_[row] < wanted; });
    return at != all.end() && ids_[*at] == id ? std::optional(*at) : std::nullopt;
}

const Segment::ClassRows& Segment::classRows() const {
    return classRows_.get([this] {
        auto out = std::make_unique<ClassRows>();
        out->starts.resize(classes_.size() + 1);
        for (const auto number : classOf_) ++out->starts[number + 1];
        std::partial_sum(out->starts.begin(), out->starts.end(), out->starts.begin());
        auto next = out->starts;
        out->rows.resize(classOf_.size());
        for (std::uint32_t row = 0; row < rows(); ++row) out->rows[next[classOf_[row]]++] = row;
        return std::unique_ptr<const ClassRows>(std::move(out));
    });
}

std::span<const std::uint32_t> Segment::rowsOfClass(std::uint32_t number) const {
    const auto& all = classRows();
    return std::span(all.rows).subspan(all.starts[number],
                                       all.starts[number + 1] - all.starts[number]);
}

std::size_t Segment::bytes() const {
    std::size_t out = ids_.capacity() * sizeof(IdBytes) + classOf_.capacity() * 4 +
                      lastLogin_.bytes() + created_.bytes() + modified_.bytes() + text_.capacity() +
                      offsets_.capacity() * 4 + wideOffsets_.capacity() * 8 +
                      runs_.capacity() * (sizeof(Run) + 40) + runAt_.capacity() * 4 +
                      runsByConnection_.capacity() * 8 +
                      classCounts_.capacity() * sizeof(ClassCount) + patterns_.bytes();
    for (const auto& sum : sums_) out += sum.capacity() * 4;
    for (const auto& one : classes_) {
        out += sizeof(UserClass) + one.nativeStatus.capacity();
        for (const auto& role : one.roles) out += sizeof(std::string) + role.capacity();
        for (const auto& method : one.mfaMethods) out += sizeof(std::string) + method.capacity();
    }
    if (const auto* all = byId_.peek()) out += all->capacity() * 4;
    if (const auto* all = classRows_.peek())
        out += (all->rows.capacity() + all->starts.capacity()) * 4;
    for (const auto& one : orders_)
        if (const auto* index = one.peek()) out += index->bytes();
    for (const auto& one : classSums_)
        if (const auto* sums = one.peek()) out += sums->bytes();
    if (const auto* index = trigrams_.peek()) out += index->bytes();
    if (const auto* all = words_.peek())
        out += all->first.bytes() + all->last.bytes() + all->domains.bytes();
    return out;
}

}  // namespace tenantry::view
