/// A segment: many users in columns, clustered by organization and connection, sorted by id inside
/// of each such run. Orders and postings are made when they are first needed.
///
/// Ownership: shared and immutable; what changes about its rows is a Life beside it. Threads: const
/// methods from any thread; who needs an order first builds it, others wait for that one.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/base/memory.h"
#include "kernel/domain/organization.h"
#include "kernel/domain/user.h"
#include "kernel/view/known_words.h"
#include "kernel/view/lazy.h"
#include "kernel/view/life.h"
#include "kernel/view/row_text.h"
#include "kernel/view/sort_index.h"
#include "kernel/view/text_keys.h"
#include "kernel/view/trigrams.h"
#include "kernel/view/user_class.h"
#include "kernel/view/whole_order.h"

namespace tenantry::view {

/// A UUID in 16 bytes; their order is the order of its text.
using IdBytes = std::array<std::uint8_t, 16>;
/// Nothing when `text` is not a UUID in canonical form.
std::optional<IdBytes> idBytesOf(std::string_view text);
std::string toText(const IdBytes& id);

/// A connection's number in the view; never used again.
using Handle = std::uint32_t;
/// Of a connection that is gone.
inline constexpr Handle kNoHandle = 0xFFFFFFFF;

/// The users of one organization from one connection.
struct Run {
    base::OrganizationId organization;
    Handle connection = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t countsBegin = 0;  ///< in Segment::classCounts(), up to the next run's

    template <class Self, class File>
    static void fields(Self& self, File& file) {
        file(self.organization, self.connection, self.begin, self.end);
    }
};
struct ClassCount {
    std::uint32_t number = 0;
    std::uint32_t count = 0;
};

/// The times of a column: seconds where that loses nothing.
class TimeColumn {
  public:
    TimeColumn() = default;
    explicit TimeColumn(const std::vector<std::int64_t>& millis);
    /// kNoTime without one.
    [[nodiscard]] std::int64_t at(std::uint32_t row) const {
        if (!millis_.empty()) return millis_[row];
        return seconds_[row] == kNoCode ? kNoTime : std::int64_t{seconds_[row]} * 1000;
    }
    void prefetch(std::uint32_t row) const {
        __builtin_prefetch(millis_.empty() ? static_cast<const void*>(&seconds_[row])
                                           : &millis_[row]);
    }
    [[nodiscard]] std::vector<std::int64_t> all() const;
    [[nodiscard]] std::size_t bytes() const {
        return seconds_.capacity() * 4 + millis_.capacity() * 8;
    }
    [[nodiscard]] std::size_t size() const {
        return millis_.empty() ? seconds_.size() : millis_.size();
    }
    template <class Self, class File>
    static void fields(Self& self, File& file) {
        file(self.seconds_, self.millis_);
    }

  private:
    base::LargeVector<std::uint32_t> seconds_;
    std::vector<std::int64_t> millis_;
};

/// The columns of a segment while it is put together, row by row in the final order.
struct SegmentDraft {
    std::vector<Run> runs;
    std::vector<IdBytes> ids;
    std::vector<std::uint32_t> classes;
    std::vector<std::int64_t> lastLogin, created, modified;
    std::string text;
    std::vector<std::uint64_t> offsets;
    ClassTable table;
    UrlPatterns patterns;

    /// Begins a new run when the last one is another's.
    void enter(const base::OrganizationId& organization, Handle connection);
    /// Takes the last run back, which is empty.
    void leave() { runs.pop_back(); }
    [[nodiscard]] std::uint32_t rows() const { return static_cast<std::uint32_t>(ids.size()); }
};

class Segment {
  public:
    explicit Segment(SegmentDraft draft);
    /// From a file. `handles`: of each connection in it, its handle here; what is not among them is
    /// gone. Nothing when the columns do not fit together.
    template <class File>
    static std::shared_ptr<const Segment> read(File& file,
                                               const std::unordered_map<Handle, Handle>& handles) {
        std::shared_ptr<Segment> out(new Segment());
        fields(*out, file);
        if (!file.good() || !out->finishRead(handles)) return nullptr;
        return out;
    }
    template <class File>
    void write(File& file) const {
        fields(*this, file);
    }

    [[nodiscard]] std::uint32_t rows() const { return static_cast<std::uint32_t>(ids_.size()); }
    [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
    [[nodiscard]] std::uint32_t runOf(std::uint32_t row) const;
    [[nodiscard]] std::span<const ClassCount> classCounts(std::uint32_t run) const;
    /// Adds the counts of the runs [begin, end) by class.
    void addClassCounts(std::uint32_t beginRun, std::uint32_t endRun,
                        std::vector<std::uint64_t>& out) const;

    [[nodiscard]] const IdBytes& idAt(std::uint32_t row) const { return ids_[row]; }
    [[nodiscard]] const std::vector<UserClass>& classes() const { return classes_; }
    /// Whether some class is of users that are assigned to several organizations.
    [[nodiscard]] bool hasAssigned() const { return hasAssigned_; }
    [[nodiscard]] std::span<const std::uint32_t> classNumbers() const { return classOf_; }
    [[nodiscard]] std::uint32_t classNumberAt(std::uint32_t row) const { return classOf_[row]; }
    [[nodiscard]] const UserClass& classAt(std::uint32_t row) const {
        return classes_[classOf_[row]];
    }
    /// The rows of a class, ascending.
    [[nodiscard]] std::span<const std::uint32_t> rowsOfClass(std::uint32_t number) const;
    [[nodiscard]] const TimeColumn& lastLogin() const { return lastLogin_; }
    [[nodiscard]] const TimeColumn& created() const { return created_; }
    [[nodiscard]] const TimeColumn& modified() const { return modified_; }
    [[nodiscard]] const char* textAt(std::uint32_t row) const {
        return text_.data() + offsetAt(row);
    }
    [[nodiscard]] std::string_view bytesAt(std::uint32_t row) const {
        return {text_.data() + offsetAt(row), offsetAt(row + 1) - offsetAt(row)};
    }
    [[nodiscard]] const UrlPatterns& patterns() const { return patterns_; }
    /// Brings a row's fixed columns, and then its text, into the cache while others are looked at.
    void prefetchColumns(std::uint32_t row) const {
        __builtin_prefetch(&ids_[row]);
        __builtin_prefetch(&classOf_[row]);
        lastLogin_.prefetch(row);
        created_.prefetch(row);
        modified_.prefetch(row);
        prefetchOffset(row);
    }
    void prefetchOffset(std::uint32_t row) const {
        __builtin_prefetch(wideOffsets_.empty() ? static_cast<const void*>(&offsets_[row])
                                                : &wideOffsets_[row]);
    }
    void prefetchText(std::uint32_t row) const {
        constexpr int kLine = 64;
        __builtin_prefetch(textAt(row));
        __builtin_prefetch(textAt(row) + kLine);
        __builtin_prefetch(textAt(row) + 2 * kLine);
    }

    /// Whether the connection has runs here.
    [[nodiscard]] bool has(Handle connection) const;
    /// The numbers of its runs.
    [[nodiscard]] std::vector<std::uint32_t> runsOf(Handle connection) const;
    [[nodiscard]] std::optional<std::uint32_t> findIn(const Run& run, const IdBytes& id) const;
    [[nodiscard]] std::optional<std::uint32_t> find(const IdBytes& id) const;

    /// All rows by id.
    [[nodiscard]] const std::vector<std::uint32_t>& byId() const;
    /// REQUIRES: hasOrder(field).
    [[nodiscard]] const SortIndex& order(domain::UserField field, const TextKeys& keys) const;
    static bool hasOrder(domain::UserField field);
    /// Nothing while it was not built.
    [[nodiscard]] const SortIndex* madeOrder(domain::UserField field) const;
    /// REQUIRES: order(field) was built.
    [[nodiscard]] const ClassSums& classSums(domain::UserField field) const;
    /// Of a field that a class decides: the key of each class, for sorting.
    [[nodiscard]] std::vector<std::uint32_t> classCodes(domain::UserField field,
                                                        const TextKeys& keys) const;
    [[nodiscard]] const Trigrams& trigrams() const;
    /// Marks rows that hold `needle`, which is folded: as many as are known without a look at them.
    /// False while that is not ready.
    bool markKnown(std::string_view needle, Bits& rows) const;
    /// Builds one thing that `other` has built, so that nobody waits for it later; false when there
    /// is none left.
    bool warmLike(const Segment& other, const TextKeys& keys) const;
    /// Builds one thing of what is asked for most; false when there is none left.
    bool warm(const TextKeys& keys) const;

    [[nodiscard]] std::size_t bytes() const;

  private:
    static constexpr std::size_t kOrders = 18;
    static std::optional<std::size_t> slotOf(domain::UserField field);
    [[nodiscard]] std::uint64_t offsetAt(std::uint32_t row) const {
        return wideOffsets_.empty() ? offsets_[row] : wideOffsets_[row];
    }
    [[nodiscard]] std::vector<std::uint32_t> codesOf(domain::UserField field,
                                                     const TextKeys& keys) const;
    void countClasses();
    Segment() = default;
    /// What follows from the columns.
    void derive();
    [[nodiscard]] bool finishRead(const std::unordered_map<Handle, Handle>& handles);
    [[nodiscard]] bool fitsTogether() const;
    template <class Self, class File>
    static void fields(Self& self, File& file) {
        file(self.runs_, self.ids_, self.classes_, self.classOf_, self.lastLogin_, self.created_,
             self.modified_, self.text_, self.offsets_, self.wideOffsets_, self.patterns_,
             self.byId_, self.trigrams_);
        for (auto& order : self.orders_) file(order);
    }

    static constexpr std::uint32_t kRunBlock = 256;
    std::vector<Run> runs_;
    std::vector<std::uint32_t> runAt_;  ///< of the first row of each block of rows
    std::vector<std::pair<Handle, std::uint32_t>> runsByConnection_;
    std::vector<ClassCount> classCounts_;
    std::uint32_t stride_ = 8;  ///< runs between two sums
    std::vector<std::vector<std::uint32_t>> sums_;
    base::LargeVector<IdBytes> ids_;
    std::vector<UserClass> classes_;
    bool hasAssigned_ = false;
    base::LargeVector<std::uint32_t> classOf_;
    TimeColumn lastLogin_, created_, modified_;
    base::LargeVector<char> text_;
    base::LargeVector<std::uint32_t> offsets_;
    std::vector<std::uint64_t> wideOffsets_;
    UrlPatterns patterns_;

    struct ClassRows {
        std::vector<std::uint32_t> rows;    ///< class by class
        std::vector<std::uint32_t> starts;  ///< of each class, and the end
    };
    [[nodiscard]] const ClassRows& classRows() const;

    Lazy<std::vector<std::uint32_t>> byId_;
    Lazy<ClassRows> classRows_;
    std::array<Lazy<SortIndex>, kOrders> orders_;
    std::array<Lazy<ClassSums>, kOrders> classSums_;
    Lazy<Trigrams> trigrams_;
    struct Words {
        WordGroups first, last;
        RunDomains domains;
    };
    [[nodiscard]] const Words& words(const TextKeys& keys) const;
    Lazy<Words> words_;
};
using SegmentPtr = std::shared_ptr<const Segment>;

}  // namespace tenantry::view
