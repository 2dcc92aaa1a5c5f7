#include "plugins/sdk/kit/reading.h"

#include <algorithm>
#include <set>

namespace tenantry::kit {

namespace {

constexpr std::size_t kNamed = 3;

/// The value with the members of its objects in order.
std::string canonical(const base::Json& json) {
    if (json.isArray()) {
        std::string out = "[";
        for (const auto& item : json.items()) out += canonical(item) + ",";
        return out + "]";
    }
    if (!json.isObject()) return json.text();
    std::map<std::string, std::string> members;
    for (const auto& [name, value] : json.members()) members[name] = canonical(value);
    std::string out = "{";
    for (const auto& [name, value] : members) out += name + ":" + value + ",";
    return out + "}";
}

void note(Reading& reading, const std::string& what) {
    if (reading.oddities.size() < kOdditiesMax) reading.oddities.push_back(what);
}

/// Adds the records of a segment, and notes what is wrong with them.
void take(const Answer& segment, const ListWish& wish, Reading& reading) {
    reading.records += segment.records.size();
    for (const auto& record : segment.records) {
        reading.order.push_back(record.id);
        if (record.kind != wish.kind)
            note(reading, "record " + record.id + " is of kind " + record.kind +
                              ", asked for was " + wish.kind);
        if (record.op == domain::RecordOp::kDelete) {
            if (!wish.delta) note(reading, "a full read says that " + record.id + " is deleted");
            reading.set.erase(record.id);
            ++reading.gone[record.id];
        } else {
            reading.set[record.id] = {record.etag, record.body};
        }
    }
    if (segment.unusable > 0)
        note(reading,
             std::to_string(segment.unusable) +
                 " records had no usable id or kind, or a position was longer than 64 KiB");
    if (segment.malformed > 0)
        note(reading, "the bodies of " + std::to_string(segment.malformed) +
                          " records are no JSON objects in UTF-8, or too large");
    for (const auto& [count, cursor] : segment.checkpoints)
        if (count >= wish.budget && count < segment.records.size()) reading.overBudget = true;
}

std::string names(const std::vector<std::string>& ids) {
    std::string out;
    for (std::size_t i = 0; i < ids.size() && i < kNamed; ++i) out += (i == 0 ? "" : ", ") + ids[i];
    if (ids.size() > kNamed) out += " and " + std::to_string(ids.size() - kNamed) + " more";
    return out;
}

}  // namespace

bool sameBody(const std::string& a, const std::string& b) {
    if (a == b) return true;
    const auto left = base::Json::parse(a);
    const auto right = base::Json::parse(b);
    return left && right && canonical(*left) == canonical(*right);
}

Reading readAll(Instance& first, ReadPlan plan) {
    Reading out;
    Instance* instance = &first;
    std::set<std::string> positions;
    ListWish& wish = plan.wish;
    for (;;) {
        // A connector that goes round within one segment is told to stop.
        wish.stopAfter = plan.recordsMax;
        const Answer segment = instance->list(wish);
        ++out.segments;
        out.status = segment.status;
        take(segment, wish, out);
        if (segment.stopped) {
            out.failed = "it emitted " + std::to_string(segment.records.size()) +
                         " records in one segment and did not come to an end";
            return out;
        }
        if (const auto found = segment.replies.find("delta_cursor"); found != segment.replies.end())
            out.deltaCursor = unquoted(found->second);
        if (segment.status == TNY_OK) return out;
        if (segment.status != TNY_MORE) {
            out.failed =
                "segment " + std::to_string(out.segments) + " ended with " + segment.words();
            return out;
        }
        if (segment.checkpoints.empty()) {
            out.failed =
                "it says that there is more (TNY_MORE), but gave no checkpoint to go on from";
            return out;
        }
        wish.cursor = segment.checkpoints.back().second;
        if (!positions.insert(wish.cursor).second) {
            out.failed = "it came to the same position twice, so the read would never end";
            return out;
        }
        if (out.segments >= plan.segmentsMax || out.records >= plan.recordsMax) {
            out.failed = "it did not come to an end after " + std::to_string(out.records) +
                         " records in " + std::to_string(out.segments) + " segments";
            return out;
        }
        out.cursors.push_back(wish.cursor);
        out.countAt.push_back(out.order.size());
        if (out.segments >= plan.laterFrom) wish.budget = std::max(wish.budget, plan.laterBudget);
        if (plan.next) instance = plan.next(wish.cursor);
        if (instance == nullptr) {
            out.failed = "no process could be opened to go on";
            return out;
        }
    }
}

std::string idDifference(const Set& expected, const Set& got) {
    std::vector<std::string> missing;
    std::vector<std::string> more;
    for (const auto& [id, seen] : expected)
        if (got.count(id) == 0) missing.push_back(id);
    for (const auto& [id, seen] : got)
        if (expected.count(id) == 0) more.push_back(id);
    std::string out;
    if (!missing.empty())
        out = std::to_string(missing.size()) + " records are missing (" + names(missing) + ")";
    if (!more.empty())
        out += (out.empty() ? "" : "; ") + std::to_string(more.size()) +
               " records were not there before (" + names(more) + ")";
    return out;
}

std::string difference(const Set& expected, const Set& got) {
    if (std::string ids = idDifference(expected, got); !ids.empty()) return ids;
    std::vector<std::string> other;
    for (const auto& [id, seen] : expected)
        if (!(got.at(id) == seen)) other.push_back(id);
    if (other.empty()) return {};
    return std::to_string(other.size()) + " records differ (" + names(other) +
           "): " + expected.at(other.front()).body.substr(0, 200) + " became " +
           got.at(other.front()).body.substr(0, 200);
}

std::string unquoted(const std::string& json) {
    const auto parsed = base::Json::parse(json);
    if (!parsed) return json;
    return parsed->stringOr(json);
}

}  // namespace tenantry::kit
