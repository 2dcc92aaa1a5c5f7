// Views of the requests. They borrow from the call and die with it.
#pragma once
#include <cstdint>
#include <string_view>

#include <tenantry/json.hpp>

namespace tny {

namespace detail {
template <class Struct>
bool reaches(const Struct* s, const tny_str& field) noexcept {
    const auto end = reinterpret_cast<const char*>(&field + 1) - reinterpret_cast<const char*>(s);
    return s->size >= static_cast<std::size_t>(end);
}
template <class Struct>
std::string_view text(const Struct* s, const tny_str& field) noexcept {
    return reaches(s, field) ? view(field) : std::string_view();
}
}  // namespace detail

/// What `list` is asked for.
struct Read {
    static constexpr std::uint32_t kBudgetRecords = 2000;
    static constexpr std::uint32_t kBudgetMs = 20000;

    std::string_view kind = {};
    bool delta = false;
    std::string_view parentKind = {}, parentId = {};
    std::string_view cursor = {};      ///< empty = from the start
    std::string_view filter = {};      ///< JSON, only operators the descriptor declares
    std::string_view attributes = {};  ///< comma separated; empty = those returned by default
    std::uint32_t budgetRecords = kBudgetRecords;
    std::uint32_t budgetMs = kBudgetMs;

    Read() = default;
    explicit Read(const tny_read_req* r) noexcept
        : kind(detail::text(r, r->kind)),
          delta(r->mode == TNY_MODE_DELTA),
          parentKind(detail::text(r, r->parent_kind)),
          parentId(detail::text(r, r->parent_id)),
          cursor(detail::text(r, r->cursor)),
          filter(detail::text(r, r->filter_json)),
          attributes(detail::text(r, r->attributes)) {
        if (TNY_HAS(r, budget_records) && r->budget_records != 0) budgetRecords = r->budget_records;
        if (TNY_HAS(r, budget_ms) && r->budget_ms != 0) budgetMs = r->budget_ms;
    }

    /// Is this attribute, which is not returned by default, asked for by name?
    bool asks(std::string_view attribute) const noexcept {
        std::string_view rest = attributes;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            if (rest.substr(0, comma) == attribute) return true;
            if (comma == std::string_view::npos) return false;
            rest.remove_prefix(comma + 1);
        }
        return false;
    }
};

/// What `perform` is asked for.
struct Act {
    std::string_view action = {};
    std::string_view kind = {}, id = {};
    Json args = Json::object();        ///< validated against the descriptor's schema
    std::string_view key = {};         ///< idempotency key
    std::string_view expectEtag = {};  ///< empty = do not care
    std::string_view actor = {};       ///< JSON: who asked, why
    bool dryRun = false;

    Act() = default;
    explicit Act(const tny_act_req* r)
        : action(detail::text(r, r->action)),
          kind(detail::text(r, r->kind)),
          id(detail::text(r, r->id)),
          key(detail::text(r, r->idempotency_key)),
          expectEtag(detail::text(r, r->expect_etag)),
          actor(detail::text(r, r->actor_json)),
          dryRun((r->flags & TNY_ACT_DRY_RUN) != 0) {
        const auto text = detail::text(r, r->args_json);
        if (!text.empty()) args = Json::parse(text);
    }
};

}  // namespace tny
