/// Strikes secrets out of a stream, also where a secret lies across two pieces.
///
/// Ownership: a value of one answer. Threads: one. Bounds: holds back less than the longest secret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/secret.h"

namespace tenantry::pluginhost::http {

class Scrubber {
  public:
    /// Shorter ones would strike out half of every answer.
    static constexpr std::size_t kSecretBytesMin = 4;

    Scrubber() = default;
    explicit Scrubber(const std::vector<base::SecretText>& secrets);

    /// What may go on of all that was fed; the rest may be the beginning of a secret.
    std::string feed(std::string_view piece);
    /// What was held back, at the end.
    std::string finish();
    /// A text that is whole.
    [[nodiscard]] std::string whole(std::string_view text) const;
    [[nodiscard]] bool idle() const { return secrets_.empty(); }

  private:
    void strike(std::string& text) const;

    std::vector<base::SecretText> secrets_;  ///< the longest first
    std::string held_;
};

}  // namespace tenantry::pluginhost::http
