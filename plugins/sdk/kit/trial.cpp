#include "plugins/sdk/kit/trial.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "kernel/base/log.h"

namespace tenantry::kit {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kRecordsUnknown = 400'000;
constexpr std::size_t kRecordsSlack = 10'000;
constexpr auto kWordsWithin = 2s;
constexpr std::string_view kBrokenManners = "connector_changed_its_process";

}  // namespace

LogTap::LogTap() : fd_(::memfd_create("conformance-log", MFD_CLOEXEC)) {
    if (fd_ >= 0) base::setLogDescriptor(fd_);
}

LogTap::~LogTap() {
    base::setLogDescriptor(STDERR_FILENO);
    if (fd_ >= 0) ::close(fd_);
}

std::string LogTap::text() const {
    struct stat info {};
    if (fd_ < 0 || ::fstat(fd_, &info) != 0) return {};
    std::string out(static_cast<std::size_t>(info.st_size), '\0');
    const auto n = ::pread(fd_, out.data(), out.size(), 0);
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
}

std::unique_ptr<Instance> Trial::open(std::string& why, ProcessRef process) {
    auto [instance, answer] = subject.open(scenario.tenant, std::move(process));
    if (!instance) why = "open ended with " + answer.words();
    return std::move(instance);
}

std::vector<std::string> Trial::kinds() const {
    std::vector<std::string> out;
    for (const auto& [name, spec] : subject.json()["kinds"].members())
        for (const auto& mode : spec["list"].items())
            if (mode.stringOr("") == "full") out.push_back(name);
    return out;
}

base::Json Trial::kindJson(const std::string& kind) const {
    return subject.json()["kinds"][kind];
}

bool Trial::usesHostHttp() const {
    return subject.json()["isolation"]["egress"].stringOr("") == "host-http";
}

std::string Trial::mainKind() const {
    const auto all = kinds();
    for (const auto& kind : all)
        if (kind == "user") return kind;
    return all.empty() ? "user" : all.front();
}

std::size_t Trial::recordsMax(const std::string& kind) {
    const auto known = baselines_.find(kind);
    if (known != baselines_.end() && known->second.failed.empty())
        return known->second.records * 3 + kRecordsSlack;
    const auto expected = scenario.expect.find(kind);
    if (expected != scenario.expect.end() && expected->second.exact)
        return expected->second.count * 3 + kRecordsSlack;
    return kRecordsUnknown;
}

Reading Trial::read(Instance& instance, const std::string& kind, std::uint32_t budget) {
    ReadPlan plan;
    plan.wish.kind = kind;
    plan.wish.budget = budget;
    plan.recordsMax = recordsMax(kind);
    return readAll(instance, std::move(plan));
}

const Reading& Trial::baseline(const std::string& kind) {
    if (const auto found = baselines_.find(kind); found != baselines_.end()) return found->second;
    Reading reading;
    if (const auto instance = open(reading.failed)) reading = read(*instance, kind);
    return baselines_[kind] = std::move(reading);
}

base::Result<std::string> Trial::command(const std::string& text, const std::string& id) {
    forget();
    if (backend == nullptr) return base::unavailable("The scenario has no backend to act on.");
    return backend->run(text, {{"id", id}});
}

void Trial::reset() {
    if (!scenario.backend.reset.empty() && backend != nullptr)
        (void)command(scenario.backend.reset);
}

const std::string& Trial::manners() {
    if (manners_) return *manners_;
    const std::size_t before = log.text().size();
    std::string why;
    const ProcessRef process = subject.freshProcess();
    for (int i = 0; i < 2; ++i) {
        const auto instance = open(why, process);
        if (!instance) break;
        instance->check();
        const Reading reading = read(*instance, mainKind());
        if (!reading.order.empty()) instance->get(mainKind(), reading.order.front());
        instance->schema();
    }
    // The worker tells of it after close, which nobody waits for.
    const auto deadline = base::Deadline::after(kWordsWithin);
    std::size_t from = std::string::npos;
    std::string text;
    for (auto pause = 10ms; !deadline.passed() && pause < 400ms; pause *= 2) {
        std::this_thread::sleep_for(pause);
        text = log.text().substr(before);
        from = text.find(kBrokenManners);
        if (from != std::string::npos) break;
    }
    if (from == std::string::npos) return manners_.emplace();
    const auto end = text.find('\n', from);
    return manners_.emplace(text.substr(from, end - from));
}

}  // namespace tenantry::kit
