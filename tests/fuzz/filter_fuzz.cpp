// Goal: no text makes the readers of a query crash, hang or break their bounds. Method: libFuzzer's
// entry; with clang and TENANTRY_FUZZ it explores, otherwise replay.cpp feeds it the corpus and
// mutations of it with a printed seed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "kernel/base/limits.h"
#include "kernel/base/text.h"
#include "kernel/domain/query.h"

namespace {

using tenantry::domain::FilterNode;

/// A broken promise: stop, so that the fuzzer keeps the input.
void require(bool holds) {
    if (!holds) std::abort();
}

std::size_t termsIn(const FilterNode& node, std::size_t depth) {
    require(depth <= 4 * tenantry::base::limits::kFilterDepthMax);
    using Kind = FilterNode::Kind;
    switch (node.kind) {
        case Kind::kCompare:
            require(node.children.empty());
            require(node.field != tenantry::domain::UserField{});
            require((node.field == tenantry::domain::UserField::kAttribute) <=
                    !node.attribute.empty());
            return 1;
        case Kind::kNot:
        case Kind::kElement:
            require(node.children.size() == 1);
            break;
        case Kind::kAnd:
        case Kind::kOr:
            require(node.children.size() >= 2);
            break;
    }
    std::size_t terms = 0;
    for (const auto& child : node.children) terms += termsIn(child, depth + 1);
    return terms;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto filter = tenantry::domain::Filter::parse(text);
    if (filter)
        require(termsIn(filter->root(), 0) <= tenantry::base::limits::kFilterTermsMax);
    else
        require(filter.error().code == tenantry::base::ErrorCode::kInvalidArgument &&
                !filter.error().message.empty() && filter.error().message.size() < 2000);
    if (const auto sort = tenantry::domain::parseSort(text))
        require(sort->size() <= tenantry::base::limits::kSortColumnsMax);
    static_cast<void>(tenantry::domain::parseFacets(text));
    const auto folded = tenantry::base::searchFold(text);
    require(tenantry::base::searchFold(folded) == folded);
    return 0;
}
