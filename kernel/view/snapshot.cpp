#include "kernel/view/snapshot.h"

#include <algorithm>

#include "kernel/base/limits.h"

namespace tenantry::view {

void Part::noteHealth() {
    using domain::ConnectionState;
    staleFrom = base::TimePoint::max();
    if (health->state == ConnectionState::kStale || health->state == ConnectionState::kUnreachable)
        staleFrom = base::TimePoint::min();
    else if (health->state == ConnectionState::kCurrent && health->lastCompleteAt)
        staleFrom =
            *health->lastCompleteAt + base::limits::kStaleAfter + base::TimePoint::duration{1};
}

void Parts::put(Handle handle, PartPtr part) {
    const std::size_t at = handle / kChunk;
    while (chunks_.size() <= at) chunks_.push_back(std::make_shared<const Chunk>());
    auto copy = std::make_shared<Chunk>(*chunks_[at]);
    (*copy)[handle % kChunk] = std::move(part);
    chunks_[at] = std::move(copy);
}

const Snapshot::PartOrder& Snapshot::partOrder() const {
    return madePartOrder->get([this] {
        auto out = std::make_unique<PartOrder>();
        parts.forEach([&](Handle handle, const Part& part) {
            if (part.ordinal != kUnknownOrdinal) out->emplace_back(part.ordinal, handle);
        });
        std::sort(out->begin(), out->end());
        return std::unique_ptr<const PartOrder>(std::move(out));
    });
}

RowPtr makeRow(domain::User user, const TextKeys& keys) {
    auto row = std::make_shared<Row>();
    row->search = foldedLines(user);
    row->shared = classOf(user);
    std::size_t at = 0;
    for (const std::string* text :
         {&user.username, &user.firstName, &user.lastName, &user.displayName, &user.email})
        row->keys[at++] = keys.key(*text);
    row->user = std::move(user);
    return row;
}

std::optional<std::size_t> nameKeyOf(domain::UserField field) {
    using domain::UserField;
    constexpr std::array<UserField, 5> kNames{UserField::kUsername, UserField::kFirstName,
                                              UserField::kLastName, UserField::kDisplayName,
                                              UserField::kEmail};
    const auto at = std::find(kNames.begin(), kNames.end(), field);
    if (at == kNames.end()) return std::nullopt;
    return static_cast<std::size_t>(at - kNames.begin());
}

OrganizationKeys makeOrganizationKeys(const domain::OrganizationTree& tree, const TextKeys& keys) {
    OrganizationKeys out;
    out.reserve(tree.size());
    for (const auto& one : tree.all()) {
        // The slug tells two of one name apart, so that their users do not mix.
        std::string key = keys.key(one.name).substr(0, kSortKeyBytesMax / 2);
        key += '\0';
        out.push_back((key + one.slug).substr(0, kSortKeyBytesMax));
    }
    return out;
}

std::shared_ptr<const RunPlaces> placesOf(const Segment& segment,
                                          const domain::OrganizationTree& tree) {
    auto out = std::make_shared<RunPlaces>();
    out->ordinals.reserve(segment.runs().size());
    const Run* before = nullptr;
    for (const auto& run : segment.runs()) {
        // The runs of one organization are neighbours.
        if (before != nullptr && before->organization == run.organization)
            out->ordinals.push_back(out->ordinals.back());
        else
            out->ordinals.push_back(tree.find(run.organization).value_or(kUnknownOrdinal));
        before = &run;
    }
    out->ascending = std::is_sorted(out->ordinals.begin(), out->ordinals.end());
    return out;
}

}  // namespace tenantry::view
