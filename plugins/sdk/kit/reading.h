/// Whole reads, made of segments, and how two of them compare.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "plugins/sdk/kit/subject.h"

namespace tenantry::kit {

/// Whether two bodies are the same JSON, whatever the order of their members.
bool sameBody(const std::string& a, const std::string& b);

/// What a record looked like.
struct Seen {
    std::string etag, body;
    bool operator==(const Seen& other) const {
        return etag == other.etag && sameBody(body, other.body);
    }
};
using Set = std::map<std::string, Seen>;

/// A read from a position to its end.
struct Reading {
    Set set;                          ///< by id; what was deleted is not in it
    std::map<std::string, int> gone;  ///< ids that came as deleted
    std::size_t records = 0, segments = 0;
    std::vector<std::string> cursors;   ///< after each segment that was not the last
    std::vector<std::string> order;     ///< ids as they came
    std::vector<std::size_t> countAt;   ///< how many of `order` stood before each of `cursors`
    std::vector<std::string> oddities;  ///< what no read may contain; at most kOdditiesMax
    bool overBudget = false;            ///< records came after a checkpoint that met the budget
    std::string deltaCursor;            ///< the text inside reply("delta_cursor")
    std::string failed;                 ///< empty: it ended as complete
    tny_status status = TNY_E_INTERNAL;
};

inline constexpr std::size_t kOdditiesMax = 5;

struct ReadPlan {
    ListWish wish;
    /// Called between segments: the instance to go on with. Empty: the same.
    std::function<Instance*(const std::string& cursor)> next = {};
    std::size_t segmentsMax = 100'000;
    /// From this segment on the budget is `laterBudget`, to save time.
    std::size_t laterFrom = 60;
    std::uint32_t laterBudget = 2000;
    std::size_t recordsMax = 2'000'000;
};

/// Reads to the end. Ends with `failed` when the connector fails, goes round in circles (a position
/// for the second time, too many records in one segment) or says more without a position.
Reading readAll(Instance& instance, ReadPlan plan);

/// A sentence on the first differences of two sets; empty when they are the same.
std::string difference(const Set& expected, const Set& got);
/// The same for ids alone.
std::string idDifference(const Set& expected, const Set& got);

/// The string in a JSON text, or the text itself when it is no JSON string.
std::string unquoted(const std::string& json);

}  // namespace tenantry::kit
