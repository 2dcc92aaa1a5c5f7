/// The texts of a user in a row of bytes: what is searched stands as lines, each text once.
///
/// Lines: username, display name, "first last" unless it is the display name, e-mail and native id
/// unless they are the username. Behind them the folded lines where folding does more than lower
/// ASCII letters, then what is not searched. Threads: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/domain/user.h"

namespace tenantry::view {

/// The places of console URLs that hold the native id are taken out: what is left is shared.
class UrlPatterns {
  public:
    std::uint32_t add(std::string pattern);
    [[nodiscard]] std::string_view at(std::uint32_t number) const {
        const Place& place = places_[number];
        return std::string_view(pool_).substr(place.begin, place.end - place.begin);
    }
    /// What stands before and behind the native id.
    [[nodiscard]] std::string_view before(std::uint32_t number) const {
        const Place& place = places_[number];
        return std::string_view(pool_).substr(place.begin, place.hole - place.begin);
    }
    [[nodiscard]] std::string_view behind(std::uint32_t number) const {
        const Place& place = places_[number];
        return std::string_view(pool_).substr(place.hole + 1, place.end - place.hole - 1);
    }
    [[nodiscard]] std::size_t bytes() const;
    /// Of a segment that is finished: nothing is added any more.
    template <class Self, class File>
    static void fields(Self& self, File& file) {
        file(self.pool_, self.places_);
    }

  private:
    struct Place {
        std::size_t begin = 0, hole = 0, end = 0;
    };
    std::string pool_;
    std::vector<Place> places_;
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// Appends the texts of `user` to `out`.
void appendRow(std::string& out, const domain::User& user, UrlPatterns& patterns);
/// Appends a row of another segment.
void appendRow(std::string& out, std::string_view row, const UrlPatterns& from, UrlPatterns& to);

struct RowTexts {
    std::string_view username, firstName, lastName, displayName, email, nativeId, phone, etag, url,
        attributes;
    std::uint32_t pattern = 0;
    bool hasPattern = false;
};
RowTexts textsOf(const char* row);
/// One behind the other.
std::array<std::string_view, 3> consoleUrlOf(const RowTexts& texts, const UrlPatterns& patterns);

/// What is searched, folded, one text a line, with a line end behind each. `scratch` may be used to
/// hold it.
std::string_view foldedLines(const char* row, std::string& scratch);
/// The same of a user who is in no row.
std::string foldedLines(const domain::User& user);

}  // namespace tenantry::view
