/// One run of the kit: the subject, the scenario, the backend, and what several checks share.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "plugins/sdk/kit/backend.h"
#include "plugins/sdk/kit/check.h"
#include "plugins/sdk/kit/faults.h"
#include "plugins/sdk/kit/reading.h"
#include "plugins/sdk/kit/scenario.h"
#include "plugins/sdk/kit/subject.h"

namespace tenantry::kit {

/// What came of one check.
struct Verdict {
    Outcome outcome = Outcome::kPassed;
    std::string reason;
    std::string evidence = {};
};
inline Verdict passed(std::string seen) {
    return {Outcome::kPassed, std::move(seen)};
}
inline Verdict failed(std::string why, std::string evidence = {}) {
    return {Outcome::kFailed, std::move(why), std::move(evidence)};
}
inline Verdict notApplicable(std::string why) {
    return {Outcome::kNotApplicable, std::move(why)};
}

/// The kernel's own log of this run, kept aside. One at a time in a process. Threads: one.
class LogTap {
  public:
    LogTap();
    ~LogTap();
    LogTap(const LogTap&) = delete;
    LogTap& operator=(const LogTap&) = delete;
    [[nodiscard]] std::string text() const;

  private:
    int fd_ = -1;
};

/// Threads: one.
class Trial {
  public:
    Trial(Subject& of, const Scenario& by, Backend* behind, std::shared_ptr<Faults> network)
        : subject(of), scenario(by), backend(behind), faults(std::move(network)) {}

    Subject& subject;
    const Scenario& scenario;
    Backend* const backend;  ///< null: the scenario has no commands
    const std::shared_ptr<Faults> faults;
    LogTap log;

    /// Opens the scenario's directory; null with `why` when that fails.
    std::unique_ptr<Instance> open(std::string& why, ProcessRef process = nullptr);
    /// Kinds that can be read in full, in the descriptor's order.
    [[nodiscard]] std::vector<std::string> kinds() const;
    [[nodiscard]] base::Json kindJson(const std::string& kind) const;
    [[nodiscard]] bool usesHostHttp() const;
    /// The kind that most checks are made with: "user", or the first.
    [[nodiscard]] std::string mainKind() const;

    /// A plain full read in a process of its own, made once until forget().
    const Reading& baseline(const std::string& kind);
    /// The backend was changed.
    void forget() { baselines_.clear(); }
    /// A full read now, by `instance`.
    Reading read(Instance& instance, const std::string& kind, std::uint32_t budget = 2000);
    /// How many records a read of `kind` may give before it is called endless.
    std::size_t recordsMax(const std::string& kind);

    /// Runs a command of the scenario with id in $id; forgets what was read.
    base::Result<std::string> command(const std::string& text, const std::string& id = {});
    /// Back to the backend's beginning, where the scenario can; otherwise nothing.
    void reset();

    /// What L7 and L8 look at: a session in a process of its own, made once. Words of the worker.
    const std::string& manners();

  private:
    std::map<std::string, Reading> baselines_;
    std::optional<std::string> manners_;
};

using CheckFunction = Verdict (*)(Trial&);
/// The function behind a check of the catalogue; null for those of the file (S).
CheckFunction functionOf(std::string_view check);

}  // namespace tenantry::kit
