#include "api/cli/progress.h"

#include <algorithm>

namespace tenantry::cli {
namespace {

std::string elapsedWords(std::chrono::seconds since) {
    const auto count = since.count();
    const std::string seconds = std::to_string(count % 60);
    return std::to_string(count / 60) + (seconds.size() == 1 ? ":0" : ":") + seconds;
}

}  // namespace

std::string progressLine(const base::Json& job, std::chrono::seconds since, std::size_t width) {
    constexpr std::size_t kBarMax = 30, kBarMin = 10, kBeside = 60;
    const auto total = static_cast<std::size_t>(std::max<std::int64_t>(1, job["total"].intOr(0)));
    const auto pending = static_cast<std::size_t>(job["outcomes"]["pending"].intOr(0));
    const auto ended = total - std::min(total, pending);
    const std::size_t bar = std::clamp(width > kBeside ? width - kBeside : 0, kBarMin, kBarMax);
    const auto filled = ended * bar / total;
    const std::string percent = std::to_string(ended * 100 / total);
    std::string out = "[" + std::string(filled, '#') + std::string(bar - filled, '.') + "] " +
                      std::string(3 - percent.size(), ' ') + percent + " %";
    const std::string counts = std::to_string(ended) + " of " + std::to_string(total);
    std::string outcomes;
    for (const auto& [name, count] : job["outcomes"].members()) {
        if (name == "pending" || count.intOr(0) == 0) continue;
        std::string words = name;
        std::replace(words.begin(), words.end(), '_', ' ');
        outcomes += (outcomes.empty() ? "" : ", ") + std::to_string(count.intOr(0)) + " " + words;
    }
    for (const auto& more : {counts, outcomes, elapsedWords(since)})
        if (!more.empty() && out.size() + 2 + more.size() < width) out += "  " + more;
    // No number is cut. The last column stays empty: a full line would wrap.
    return out.substr(0, width > 1 ? width - 1 : 0);
}

}  // namespace tenantry::cli
