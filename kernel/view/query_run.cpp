#include "kernel/view/query_run.h"

#include <algorithm>

#include "kernel/base/limits.h"
#include "kernel/base/text.h"

namespace tenantry::view {

namespace {

namespace limits = base::limits;
using domain::FilterNode;
using domain::UserField;

std::vector<domain::SortKey> columnsOf(const domain::UserQuery& query) {
    if (query.sort.empty()) return {{UserField::kModifiedAt, /*descending=*/true}};
    return query.sort;
}

base::Status check(const domain::UserQuery& query) {
    if (query.search.size() > limits::kSearchBytesMax)
        return base::invalidArgument(
            "The search is longer than " + std::to_string(limits::kSearchBytesMax) + " bytes.",
            "?q");
    if (query.sort.size() > limits::kSortColumnsMax)
        return base::invalidArgument("The sort has too many columns.", "?sort");
    for (const auto& one : query.sort)
        if (!domain::isSortable(one.field))
            return base::invalidArgument(
                "Cannot sort by " + std::string(domain::name(one.field)) + ".", "?sort");
    for (const auto field : query.facets)
        if (!domain::isFacet(field))
            return base::invalidArgument(
                "Cannot count by " + std::string(domain::name(field)) + ".", "?facets");
    return base::ok();
}

/// Facets of an organization and of its path narrow the same thing.
UserField facetOf(UserField field) {
    return field == UserField::kOrganizationPath ? UserField::kOrganization : field;
}

}  // namespace

Visible::Visible(const Snapshot& snapshot, const domain::Scope& scope) : scope_(scope) {
    const auto& tree = scope.tree();
    if (!tree) return;
    const auto add = [&](std::size_t i, domain::Ordinal ordinal, bool inScope) {
        candidates_.push_back({snapshot.parts[i].get(), ordinal, inScope});
    };
    if (tree == snapshot.tree) {
        for (const auto& interval : scope.intervals()) {
            auto at = std::lower_bound(snapshot.ordinals.begin(), snapshot.ordinals.end(),
                                       interval.begin);
            for (; at != snapshot.ordinals.end() && *at < interval.end; ++at)
                add(static_cast<std::size_t>(at - snapshot.ordinals.begin()), *at, true);
        }
        for (const auto i : snapshot.withForeign)
            if (!scope.contains(snapshot.ordinals[i])) add(i, snapshot.ordinals[i], false);
        return;
    }
    for (std::size_t i = 0; i < snapshot.parts.size(); ++i) {
        const auto ordinal = tree->find(snapshot.parts[i]->connection->organization);
        const bool inScope = ordinal && scope.contains(*ordinal);
        if (inScope || snapshot.parts[i]->foreign > 0)
            add(i, ordinal.value_or(kUnknownOrdinal), inScope);
    }
}

bool Visible::place(Subject& subject) const {
    const auto ordinal = scope_.tree()->find(subject.entry->row->user.organization);
    subject.ordinal = ordinal.value_or(kUnknownOrdinal);
    return ordinal && scope_.contains(*ordinal);
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

std::shared_ptr<const OrganizationKeys> organizationKeysFor(const Snapshot& snapshot,
                                                            const domain::TreePtr& tree,
                                                            const TextKeys& keys) {
    if (!tree) return nullptr;
    if (tree == snapshot.tree) return snapshot.organizationKeys;
    return std::make_shared<const OrganizationKeys>(makeOrganizationKeys(*tree, keys));
}

base::Result<QueryRun> QueryRun::prepare(SnapshotPtr snapshot, const domain::Scope& scope,
                                         const domain::UserQuery& query, const TextKeys& keys,
                                         base::TimePoint now) {
    TNY_CHECKED(check(query));
    return QueryRun(std::move(snapshot), scope, query, keys, now);
}

QueryRun::QueryRun(SnapshotPtr snapshot, const domain::Scope& scope, const domain::UserQuery& query,
                   const TextKeys& keys, base::TimePoint now)
    : snapshot_(std::move(snapshot)),
      scope_(scope),
      query_(query),
      now_(now),
      columns_(columnsOf(query)),
      organizationKeys_(Order::needsOrganizations(columns_)
                            ? organizationKeysFor(*snapshot_, scope.tree(), keys)
                            : nullptr),
      needle_(base::searchFold(query.search)),
      visible_(*snapshot_, scope),
      order_(columns_, keys, organizationKeys_.get()) {
    for (const auto field : query.facets) facets_.emplace_back(field);
    if (query.filter && scope.tree()) compileFilter();
}

void QueryRun::compileFilter() {
    const FilterNode& root = query_.filter->root();
    const auto add = [&](const FilterNode& node) {
        Matcher matcher(node, *scope_.tree());
        std::vector<UserField> fields;
        matcher.collectFields(fields);
        std::optional<std::size_t> facet;
        for (std::size_t i = 0; i < facets_.size() && !facet; ++i)
            if (std::all_of(fields.begin(), fields.end(),
                            [&](UserField f) { return facetOf(f) == facets_[i].field(); }))
                facet = i;
        conjuncts_.push_back({std::move(matcher), facet});
    };
    if (root.kind == FilterNode::Kind::kAnd)
        for (const auto& child : root.children) add(child);
    else
        add(root);
}

bool QueryRun::isSearched(const Row& row) const {
    return needle_.empty() || row.search.find(needle_) != std::string::npos;
}

void QueryRun::consider(const Subject& subject, bool stale) {
    if (!isSearched(*subject.entry->row)) return;
    // A row that fails by the parts of one facet alone still counts there.
    std::optional<std::size_t> failed;
    for (const auto& conjunct : conjuncts_) {
        if (conjunct.matcher.matches(subject)) continue;
        if (!conjunct.facet || (failed && failed != conjunct.facet)) return;
        failed = conjunct.facet;
    }
    if (failed) return facets_[*failed].count(subject);
    for (auto& facet : facets_) facet.count(subject);
    found_.push_back(order_.prepare(subject, stale));
}

void QueryRun::find() {
    visible_.forEach(now_,
                     [this](const Subject& subject, bool stale) { consider(subject, stale); });
}

base::Result<domain::UserPage> QueryRun::page() {
    domain::UserPage page;
    const std::size_t limit = std::min(query_.limit, limits::kUsersPageMax);
    const auto fingerprint = fingerprintOf(
        columns_, query_.filter ? std::string_view(query_.filter->text()) : "", needle_);
    std::optional<Place> place;
    if (!query_.cursor.empty()) {
        TNY_TRY(place, fromCursor(query_.cursor, fingerprint, order_.columns()));
    }
    find();
    page.total = found_.size();
    if (place)
        found_.erase(
            std::remove_if(found_.begin(), found_.end(),
                           [&](const Found& row) { return !order_.isBehind(row, *place); }),
            found_.end());
    const std::size_t begin = place ? 0 : std::min(query_.offset, found_.size());
    const std::size_t end = begin + std::min(limit, found_.size() - begin);
    const auto less = [this](const Found& a, const Found& b) { return order_.less(a, b); };
    const auto at = [this](std::size_t i) {
        return found_.begin() + static_cast<std::ptrdiff_t>(i);
    };
    // Only the page itself needs to be in order.
    if (begin > 0 && begin < found_.size())
        std::nth_element(at(0), at(begin), at(found_.size()), less);
    if (begin < end) std::partial_sort(at(begin), at(end), at(found_.size()), less);
    for (std::size_t i = begin; i < end; ++i) {
        page.items.push_back(found_[i].entry->user());
        page.stale.push_back(found_[i].stale);
    }
    if (begin < end && end < found_.size())
        page.nextCursor = toCursor(order_.placeOf(found_[end - 1]), fingerprint);
    for (const auto& facet : facets_) page.facets[facet.field()] = facet.values();
    page.completeness = completenessOf(visible_, now_);
    return page;
}

base::Status QueryRun::stream(const std::function<bool(const domain::User&, bool stale)>& each) {
    find();
    std::sort(found_.begin(), found_.end(),
              [this](const Found& a, const Found& b) { return order_.less(a, b); });
    for (const auto& row : found_)
        if (!each(row.entry->user(), row.stale)) break;
    return base::ok();
}

domain::Completeness completenessOf(const Visible& visible, base::TimePoint now) {
    CompletenessCounter counter(now);
    for (const auto& one : visible.candidates())
        if (one.inScope) counter.add(*one.part);
    return counter.result();
}

std::vector<domain::OrganizationSummary> summariesOf(const Visible& visible,
                                                     const domain::Scope& scope,
                                                     base::TimePoint now) {
    std::vector<domain::OrganizationSummary> out;
    if (!scope.tree()) return out;
    std::vector<std::size_t> places(scope.tree()->size());
    for (const auto& interval : scope.intervals())
        for (auto o = interval.begin; o < interval.end; ++o) {
            places[o] = out.size();
            out.emplace_back();
            out.back().organization = scope.tree()->at(o).id;
        }
    for (const auto& one : visible.candidates())
        if (one.inScope) addDirectory(out[places[one.ordinal]], *one.part, now);
    visible.forEach(now, [&](const Subject& subject, bool) {
        addUser(out[places[subject.ordinal]], subject.entry->row->user, subject.alerts);
    });
    return out;
}

}  // namespace tenantry::view
