#include "kernel/pluginhost/watchdog.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace tenantry::pluginhost {

namespace {

std::string megabytes(std::uint64_t bytes) {
    return std::to_string(bytes >> 20) + " MB";
}

std::string seconds(std::chrono::milliseconds span) {
    return std::to_string(std::chrono::round<std::chrono::seconds>(span).count()) + " s";
}

/// 0 when it may not be looked at: the limit of the process itself still holds.
std::uint64_t filesOf(const std::string& process) {
    std::error_code failure;
    std::uint64_t count = 0;
    for (std::filesystem::directory_iterator it(process + "/fd", failure), end;
         !failure && it != end; it.increment(failure))
        ++count;
    return count;
}

}  // namespace

std::optional<Vitals> readVitals(pid_t pid) {
    const std::string process = "/proc/" + std::to_string(pid);
    Vitals out;
    std::uint64_t pages = 0;
    std::uint64_t resident = 0;
    if (!(std::ifstream(process + "/statm") >> pages >> resident)) return std::nullopt;
    out.residentBytes = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::string line;
    if (!std::getline(std::ifstream(process + "/stat"), line)) return std::nullopt;
    // The name may hold blanks and brackets; the fields begin behind its last bracket.
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    std::uint64_t user = 0;
    std::uint64_t system = 0;
    if (!(fields >> user >> system)) return std::nullopt;
    out.cpu = std::chrono::milliseconds((user + system) * 1000 /
                                        static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)));
    out.files = filesOf(process);
    return out;
}

std::optional<Verdict> Watchdog::look(const Vitals& vitals, std::uint64_t progress,
                                      base::SteadyPoint now) {
    if (vitals.residentBytes > limits_.memoryBytesMax)
        return Verdict{false, "used " + megabytes(vitals.residentBytes) + " of at most " +
                                  megabytes(limits_.memoryBytesMax)};
    if (auto verdict = lookAtCpu(vitals, progress, now)) return verdict;
    return lookAtAge(vitals, now);
}

std::optional<Verdict> Watchdog::lookAtCpu(const Vitals& vitals, std::uint64_t progress,
                                           base::SteadyPoint now) {
    const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(now - lastAt_);
    const bool first = lastAt_ == base::SteadyPoint{};
    const bool low =
        first || (vitals.cpu - lastCpu_).count() * 100 <= span.count() * limits_.cpuPercentMax;
    if (low || progress != progress_) {
        idleSince_ = now;
        idleCpu_ = vitals.cpu;
    }
    lastAt_ = now;
    lastCpu_ = vitals.cpu;
    progress_ = progress;
    const auto busy = std::chrono::duration_cast<std::chrono::milliseconds>(now - idleSince_);
    if (busy < limits_.cpuFor || busy.count() == 0) return std::nullopt;
    const auto percent = (vitals.cpu - idleCpu_).count() * 100 / busy.count();
    return Verdict{false, "used " + std::to_string(percent) + " % of a core for " + seconds(busy) +
                              " with nothing to show, of at most " +
                              std::to_string(limits_.cpuPercentMax) + " % for " +
                              seconds(limits_.cpuFor)};
}

std::optional<Verdict> Watchdog::lookAtAge(const Vitals& vitals, base::SteadyPoint now) {
    const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - startedAt_);
    if (age > limits_.ageMax)
        return Verdict{true, "ran for " + seconds(age) + ", of at most " + seconds(limits_.ageMax)};
    if (vitals.files * 4 > limits_.filesMax * 3)
        return Verdict{true, "has " + std::to_string(vitals.files) + " open files, of at most " +
                                 std::to_string(limits_.filesMax)};
    if (age < limits_.warmUp || warmBytes_ == 0) {
        warmBytes_ = std::max(warmBytes_, vitals.residentBytes);
        return std::nullopt;
    }
    if (vitals.residentBytes > 2 * warmBytes_ &&
        vitals.residentBytes - warmBytes_ > limits_.growthBytesMin)
        return Verdict{true, "grew from " + megabytes(warmBytes_) + " when warm to " +
                                 megabytes(vitals.residentBytes)};
    return std::nullopt;
}

}  // namespace tenantry::pluginhost
