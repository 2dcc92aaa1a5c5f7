#include "kernel/view/segment_build.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace tenantry::view {

namespace {

std::int64_t millisOf(const std::optional<base::TimePoint>& time) {
    return time ? base::toMillis(*time) : kNoTime;
}

SegmentState finished(SegmentDraft draft, const std::vector<std::int64_t>& seen,
                      const domain::OrganizationTree& tree) {
    SegmentState out;
    out.segment = std::make_shared<const Segment>(std::move(draft));
    out.life = std::make_shared<const Life>(seen);
    out.places = placesOf(*out.segment, tree);
    return out;
}

/// A run of a source, on its way into the merged order.
struct Piece {
    domain::Ordinal ordinal = kUnknownOrdinal;
    const Run* run = nullptr;
    std::uint32_t source = 0;
};

bool isBefore(const Piece& a, const Piece& b) {
    return std::tie(a.ordinal, a.run->organization, a.run->connection) <
           std::tie(b.ordinal, b.run->organization, b.run->connection);
}

bool isSamePlace(const Piece& a, const Piece& b) {
    return a.run->connection == b.run->connection && a.run->organization == b.run->organization;
}

/// Copies rows of the sources one by one.
class Copier {
  public:
    Copier(const std::vector<SegmentState>& sources, Merged& merged)
        : sources_(sources), merged_(merged), classes_(sources.size()) {
        std::size_t rows = 0, text = 0;
        for (std::size_t i = 0; i < sources.size(); ++i) {
            const Segment& segment = *sources[i].segment;
            classes_[i].assign(segment.classes().size(), kNoCode);
            merged_.rows.emplace_back(segment.rows(), kNoCode);
            rows += sources[i].living();
            if (segment.rows() > 0) text += segment.textAt(segment.rows()) - segment.textAt(0);
        }
        draft.ids.reserve(rows);
        draft.classes.reserve(rows);
        draft.offsets.reserve(rows);
        draft.text.reserve(text);
        for (auto* times : {&draft.lastLogin, &draft.created, &draft.modified, &seen})
            times->reserve(rows);
    }

    void copy(std::uint32_t source, std::uint32_t row) {
        const Segment& segment = *sources_[source].segment;
        merged_.rows[source][row] = draft.rows();
        auto& number = classes_[source][segment.classNumberAt(row)];
        if (number == kNoCode) number = draft.table.add(segment.classAt(row));
        draft.ids.push_back(segment.idAt(row));
        draft.classes.push_back(number);
        draft.lastLogin.push_back(segment.lastLogin().at(row));
        draft.created.push_back(segment.created().at(row));
        draft.modified.push_back(segment.modified().at(row));
        draft.offsets.push_back(draft.text.size());
        appendRow(draft.text, segment.bytesAt(row), segment.patterns(), draft.patterns);
        seen.push_back(sources_[source].life->seenAt(row));
    }

    SegmentDraft draft;
    std::vector<std::int64_t> seen;

  private:
    const std::vector<SegmentState>& sources_;
    Merged& merged_;
    std::vector<std::vector<std::uint32_t>> classes_;
};

/// The runs of one place, merged by id.
void copyPlace(Copier& copier, const std::vector<SegmentState>& sources, const Piece* begin,
               const Piece* end) {
    struct At {
        std::uint32_t source, row, end;
    };
    std::vector<At> open;
    for (const auto* part = begin; part != end; ++part)
        open.push_back({part->source, part->run->begin, part->run->end});
    const auto idOf = [&](const At& at) -> const IdBytes& {
        return sources[at.source].segment->idAt(at.row);
    };
    for (;;) {
        At* least = nullptr;
        for (auto& at : open) {
            while (at.row < at.end && sources[at.source].life->isDead(at.row)) ++at.row;
            if (at.row < at.end && (least == nullptr || idOf(at) < idOf(*least))) least = &at;
        }
        if (least == nullptr) return;
        copier.copy(least->source, least->row++);
    }
}

}  // namespace

SegmentState buildSegment(const std::vector<Arrival>& arrivals,
                          const domain::OrganizationTree& tree) {
    struct Item {
        domain::Ordinal ordinal;
        Handle connection;
        const Arrival* arrival;
    };
    std::vector<Item> items;
    items.reserve(arrivals.size());
    std::unordered_map<std::string_view, domain::Ordinal> ordinals;
    for (const auto& one : arrivals) {
        const auto& organization = one.user->organization;
        const auto [at, isNew] = ordinals.try_emplace(organization.text(), kUnknownOrdinal);
        if (isNew) at->second = tree.find(organization).value_or(kUnknownOrdinal);
        items.push_back({at->second, one.connection, &one});
    }
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
        if (a.ordinal != b.ordinal) return a.ordinal < b.ordinal;
        // Known to the tree, they are of one organization.
        if (a.ordinal == kUnknownOrdinal)
            if (const auto& left = a.arrival->user->organization,
                &right = b.arrival->user->organization;
                left != right)
                return left < right;
        if (a.connection != b.connection) return a.connection < b.connection;
        return a.arrival->id < b.arrival->id;
    });
    SegmentDraft draft;
    std::vector<std::int64_t> seen;
    for (const auto& item : items) {
        const domain::User& user = *item.arrival->user;
        draft.enter(user.organization, item.arrival->connection);
        draft.ids.push_back(item.arrival->id);
        draft.classes.push_back(draft.table.add(user));
        draft.lastLogin.push_back(millisOf(user.lastLoginAt));
        draft.created.push_back(millisOf(user.createdAt));
        draft.modified.push_back(millisOf(user.modifiedAt));
        draft.offsets.push_back(draft.text.size());
        appendRow(draft.text, user, draft.patterns);
        seen.push_back(base::toMillis(item.arrival->seenAt));
    }
    return finished(std::move(draft), seen, tree);
}

Merged mergeSegments(const std::vector<SegmentState>& sources,
                     const domain::OrganizationTree& tree) {
    std::vector<Piece> parts;
    for (std::uint32_t i = 0; i < sources.size(); ++i) {
        const auto places = placesOf(*sources[i].segment, tree);
        const auto& runs = sources[i].segment->runs();
        for (std::size_t run = 0; run < runs.size(); ++run)
            parts.push_back({places->ordinals[run], &runs[run], i});
    }
    std::stable_sort(parts.begin(), parts.end(), isBefore);
    Merged out;
    Copier copier(sources, out);
    for (std::size_t begin = 0, end = 0; begin < parts.size(); begin = end) {
        while (end < parts.size() && isSamePlace(parts[begin], parts[end])) ++end;
        const auto before = copier.draft.rows();
        copier.draft.enter(parts[begin].run->organization, parts[begin].run->connection);
        copyPlace(copier, sources, parts.data() + begin, parts.data() + end);
        // Nobody is left there.
        if (copier.draft.rows() == before) copier.draft.leave();
    }
    out.state = finished(std::move(copier.draft), copier.seen, tree);
    return out;
}

LifePtr caughtUp(const Merged& merged, const std::vector<SegmentState>& sources,
                 const std::vector<SegmentState>& now) {
    LifeEditor editor(merged.state.life);
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const auto& before = sources[i].life->chunks();
        const auto& after = now[i].life->chunks();
        for (std::uint32_t c = 0; c < before.size(); ++c) {
            if (before[c] == after[c]) continue;
            const std::uint32_t end =
                std::min(sources[i].segment->rows(), (c + 1) * kLifeChunkRows);
            for (auto row = c * kLifeChunkRows; row < end; ++row) {
                const auto target = merged.rows[i][row];
                const auto at = row % kLifeChunkRows;
                if (target == kNoCode) continue;
                if (after[c]->isDead(at))
                    editor.kill(target);
                else if (after[c]->seenAt(at) != before[c]->seenAt(at))
                    editor.see(target, after[c]->seenAt(at));
            }
        }
    }
    return editor.take();
}

}  // namespace tenantry::view
