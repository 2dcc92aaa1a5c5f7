/// The query parameters of a request, read strictly: an unknown or repeated one is refused by name.
///
/// Threads: a value.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http/request.h"
#include "kernel/base/result.h"

namespace tenantry::rest {

class Query {
  public:
    /// kInvalidArgument that names the parameter ("?limt") and those that exist.
    static base::Result<Query> read(const http::Request& request,
                                    const std::vector<std::string_view>& allowed);

    /// Nothing when it is left out or empty.
    [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
    /// A whole number of at least `min`; a larger one than `cutAt` is cut to it.
    [[nodiscard]] base::Result<std::size_t> number(std::string_view name, std::size_t fallback,
                                                   std::size_t min, std::size_t cutAt) const;
    /// One of the words that `parse` knows; `words` lists them for the message.
    template <class Parse>
    [[nodiscard]] auto word(std::string_view name, Parse parse, std::string_view words) const
        -> base::Result<decltype(parse(std::string_view()))> {
        const auto given = text(name);
        if (!given) return decltype(parse(std::string_view())){};
        auto value = parse(std::string_view(*given));
        if (!value) return notOneOf(name, *given, words);
        return value;
    }

  private:
    static base::Error notOneOf(std::string_view name, std::string_view given,
                                std::string_view words);

    std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace tenantry::rest
