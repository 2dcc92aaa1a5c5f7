#include "kernel/view/query_run.h"

#include <algorithm>

#include "kernel/base/limits.h"
#include "kernel/base/text.h"
#include "kernel/view/segment_select.h"

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

/// The organization keys to sort by: the snapshot's, or made anew for another tree.
std::shared_ptr<const OrganizationKeys> organizationKeysFor(
    const Snapshot& snapshot, const domain::TreePtr& tree, const TextKeys& keys,
    const std::vector<domain::SortKey>& columns) {
    if (!tree || !Order::needsOrganizations(columns)) return nullptr;
    if (tree == snapshot.tree) return snapshot.organizationKeys;
    return std::make_shared<const OrganizationKeys>(makeOrganizationKeys(*tree, keys));
}

/// Rows lie far apart in memory: all of a page are on their way before the first is looked at.
std::vector<domain::UserRow> rowsOf(const std::vector<Subject>& found) {
    for (const auto& one : found)
        if (one.state != nullptr) one.state->segment->prefetchText(one.number);
    std::vector<domain::UserRow> out;
    out.reserve(found.size());
    for (const auto& one : found) one.writeTo(out.emplace_back());
    return out;
}

/// Facets of an organization and of its path narrow the same thing.
UserField facetOf(UserField field) {
    return field == UserField::kOrganizationPath ? UserField::kOrganization : field;
}

}  // namespace

base::Result<std::unique_ptr<QueryRun>> QueryRun::prepare(
    SnapshotPtr snapshot, const domain::Scope& scope, const domain::UserQuery& query,
    const TextKeys& keys, const Tuning& tuning, base::TimePoint now) {
    TNY_CHECKED(check(query));
    return std::unique_ptr<QueryRun>(
        new QueryRun(std::move(snapshot), scope, query, keys, tuning, now));
}

QueryRun::QueryRun(SnapshotPtr snapshot, const domain::Scope& scope, const domain::UserQuery& query,
                   const TextKeys& keys, const Tuning& tuning, base::TimePoint now)
    : snapshot_(std::move(snapshot)),
      query_(query),
      tuning_(tuning),
      columns_(columnsOf(query)),
      organizationKeys_(organizationKeysFor(*snapshot_, scope.tree(), keys, columns_)),
      question_{*snapshot_, scope, tuning, now, base::searchFold(query.search), {}},
      order_(columns_, keys, organizationKeys_.get()) {
    for (const auto field : query.facets) facets_.emplace_back(field, question_);
    if (query.filter && scope.tree()) compileFilter();
}

void QueryRun::compileFilter() {
    const FilterNode& root = query_.filter->root();
    const auto add = [&](const FilterNode& node) {
        Matcher matcher(node, *question_.scope.tree());
        std::vector<UserField> fields;
        matcher.collectFields(fields);
        std::optional<std::size_t> facet;
        for (std::size_t i = 0; i < facets_.size() && !facet; ++i)
            if (std::all_of(fields.begin(), fields.end(),
                            [&](UserField f) { return facetOf(f) == facets_[i].field(); }))
                facet = i;
        const auto needs = matcher.needs();
        auto needle = matcher.needle();
        question_.conjuncts.push_back({std::move(matcher), needs, std::move(needle), facet});
    };
    if (root.kind == FilterNode::Kind::kAnd)
        for (const auto& child : root.children) add(child);
    else
        add(root);
}

void QueryRun::consider(const Subject& subject) {
    if (!question_.needle.empty() &&
        subject.delta->row->search.find(question_.needle) == std::string::npos)
        return;
    // A row that fails by the parts of one facet alone still counts there.
    std::optional<std::size_t> failed;
    for (const auto& conjunct : question_.conjuncts) {
        if (conjunct.matcher.matches(subject)) continue;
        if (!conjunct.facet || (failed && failed != conjunct.facet)) return;
        failed = conjunct.facet;
    }
    if (failed) return facets_[*failed].count(subject);
    for (auto& facet : facets_) facet.count(subject);
    beside_.push_back(subject);
}

void QueryRun::countFacets(const SegmentQuery& query, const Hits& hits) {
    const auto isNarrowed = [this](std::size_t i) {
        return std::any_of(question_.conjuncts.begin(), question_.conjuncts.end(),
                           [i](const Conjunct& one) { return one.facet == i; });
    };
    bool any = false, runs = false, alerts = false;
    for (std::size_t i = 0; i < facets_.size(); ++i) {
        auto& facet = facets_[i];
        if (isNarrowed(i)) {
            const auto own = query.find(i);
            if (own.count > 0)
                facet.count(query, query.count(own, facet.needsRuns(), facet.needsAlerts()));
            continue;
        }
        any = true;
        runs = runs || facet.needsRuns();
        alerts = alerts || facet.needsAlerts();
    }
    if (!any || hits.count == 0) return;
    const auto tally = query.count(hits, runs, alerts);
    for (std::size_t i = 0; i < facets_.size(); ++i)
        if (!isNarrowed(i)) facets_[i].count(query, tally);
}

void QueryRun::find() {
    for (const auto& state : snapshot_->segments) {
        auto query = std::make_unique<const SegmentQuery>(state, question_);
        auto hits = query->find(std::nullopt);
        if (!facets_.empty()) countFacets(*query, hits);
        total_ += hits.count;
        if (hits.count > 0) parts_.push_back({std::move(query), std::move(hits)});
    }
    forEachDelta(question_, [this](const Subject& subject) { consider(subject); });
    total_ += beside_.size();
}

Source QueryRun::sourceBeside(const Place* place) const {
    std::vector<std::pair<Place, const Subject*>> found;
    for (const auto& subject : beside_) {
        auto own = order_.placeOf(subject);
        if (place == nullptr || order_.less(*place, own))
            found.emplace_back(std::move(own), &subject);
    }
    std::sort(found.begin(), found.end(),
              [this](const auto& a, const auto& b) { return order_.less(a.first, b.first); });
    Source out;
    out.size = found.size();
    for (const auto& one : found) out.subjects.push_back(*one.second);
    return out;
}

std::vector<Source> QueryRun::sources(std::size_t need, const Place* place) const {
    constexpr std::size_t kListedMax = 4096;
    std::vector<Source> out;
    out.push_back(sourceBeside(place));
    for (const auto& part : parts_) {
        const SegmentSelect select(*part.query, order_, tuning_);
        Source one;
        one.query = part.query.get();
        if (place == nullptr && (need > kListedMax || tuning_.order == 2))
            one.whole = select.whole(part.hits);
        if (one.whole)
            one.size = part.hits.count;
        else
            one.rows = select.select(part.hits, 0, need, place);
        one.size = std::max(one.size, one.rows.size());
        out.push_back(std::move(one));
    }
    return out;
}

base::Status QueryRun::fill(domain::UserPage& page) {
    const std::size_t limit = std::min(query_.limit, limits::kUsersPageMax);
    const auto fingerprint = fingerprintOf(
        columns_, query_.filter ? std::string_view(query_.filter->text()) : "", question_.needle);
    std::optional<Place> place;
    if (!query_.cursor.empty()) {
        TNY_TRY(place, fromCursor(query_.cursor, fingerprint, columns_.size()));
    }
    find();
    page.total = total_;
    const std::size_t offset = place ? 0 : query_.offset;
    if (limit == 0 || offset >= total_) return base::ok();
    std::vector<Source> all;
    std::size_t skip = offset;
    if (parts_.size() == 1 && beside_.empty()) {
        // One segment alone: only the page itself is put in order.
        const SegmentSelect select(*parts_[0].query, order_, tuning_);
        Source one;
        one.query = parts_[0].query.get();
        one.rows = select.select(parts_[0].hits, offset, limit + 1, place ? &*place : nullptr);
        one.size = one.rows.size();
        all.push_back(std::move(one));
        skip = 0;
    } else {
        all = sources(offset + limit + 1, place ? &*place : nullptr);
    }
    Merge merge(std::move(all), order_);
    if (skip > 0) merge.seek(skip);
    std::vector<Subject> found;
    found.reserve(std::min<std::size_t>(limit, total_ - offset));
    while (const auto subject = merge.next()) {
        if (found.size() == limit) {
            page.nextCursor = toCursor(order_.placeOf(found.back()), fingerprint);
            break;
        }
        found.push_back(*subject);
    }
    page.items = rowsOf(found);
    page.state = snapshot_;
    return base::ok();
}

base::Result<domain::UserPage> QueryRun::page() {
    domain::UserPage page;
    TNY_CHECKED(fill(page));
    for (const auto& facet : facets_) page.facets[facet.field()] = facet.values();
    return page;
}

Merge QueryRun::all() {
    find();
    return {sources(SIZE_MAX, nullptr), order_};
}

}  // namespace tenantry::view
