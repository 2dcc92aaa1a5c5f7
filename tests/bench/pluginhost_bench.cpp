// What isolation costs, and what it buys: the same connector in this process and in a worker, the
// memory of a worker, and a healthy connector's calls beside each kind of misbehaviour. Prints the
// ratios last. Run it on a quiet machine: pluginhost_bench [--benchmark_min_time=2]
#include <benchmark/benchmark.h>
#include <sys/types.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "kernel/base/log.h"
#include "kernel/pluginhost/plugin_host.h"

namespace {

using namespace tenantry;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kListed = 1'000'000;

class Counting final : public domain::RecordSink {
  public:
    std::size_t records = 0;
    domain::Flow record(const domain::Record&) override {
        ++records;
        return domain::Flow::kMore;
    }
    void checkpoint(std::string_view) override {}
};

pluginhost::PluginHostOptions optionsOf(bool isolated) {
    pluginhost::PluginHostOptions options;
    options.folders = {TENANTRY_TEST_CONNECTORS};
    options.worker.program = TENANTRY_TEST_WORKER;
    if (!isolated) options.inProcess = {"test.memory"};
    return options;
}

pluginhost::PluginHost& hostOf(bool isolated) {
    static pluginhost::PluginHost inside(optionsOf(false));
    static pluginhost::PluginHost apart(optionsOf(true));
    return isolated ? apart : inside;
}

base::Result<std::shared_ptr<domain::Connector>> open(pluginhost::PluginHost& host,
                                                      const std::string& connector,
                                                      const std::string& config) {
    domain::OpenRequest request;
    request.connection = base::ConnectionId(base::newUuid());
    request.connector = connector;
    request.configJson = config;
    return host.open(std::move(request), base::Deadline::after(20s));
}

std::shared_ptr<domain::Connector> memory(pluginhost::PluginHost& host, int users) {
    return open(host, "test.memory", R"({"page":500,"users":)" + std::to_string(users) + "}")
        .value();
}

void get(benchmark::State& state) {
    const auto directory = memory(hostOf(state.range(0) != 0), 1000);
    for (auto _ : state)
        if (!directory->get("user", "u77", base::Deadline::after(10s))) state.SkipWithError("get");
}

void list(benchmark::State& state) {
    const auto directory = memory(hostOf(state.range(0) != 0), kListed);
    for (auto _ : state) {
        Counting sink;
        domain::ReadRequest request;
        request.budgetRecords = 2 * kListed;
        const auto end = directory->list(request, sink, base::Deadline::after(60s));
        if (!end || sink.records != kListed) state.SkipWithError("list");
    }
    state.SetItemsProcessed(state.iterations() * kListed);
}

BENCHMARK(get)->ArgName("isolated")->Arg(0)->Arg(1)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(list)
    ->ArgName("isolated")
    ->Arg(0)
    ->Arg(1)
    ->UseRealTime()
    ->MinTime(3)
    ->Unit(benchmark::kMillisecond);

/// Keeps the times, to set one beside the other at the end.
class Ratios final : public benchmark::ConsoleReporter {
  public:
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const auto& run : runs)
            times_[run.run_name.function_name + run.run_name.args] = run.GetAdjustedRealTime();
        ConsoleReporter::ReportRuns(runs);
    }
    void print() {
        for (const char* what : {"get", "list"}) {
            const std::string name = what;
            const double inside = times_[name + "isolated:0"];
            const double apart = times_[name + "isolated:1"];
            if (inside > 0)
                std::printf("%-5s isolated / in-process: %.2f%s\n", what, apart / inside,
                            name == "list" ? "   (at most 1.7)" : "");
        }
    }

  private:
    std::map<std::string, double> times_;
};

std::vector<pid_t> children() {
    std::vector<pid_t> out;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream in(task.path() / "children");
        for (pid_t pid = 0; in >> pid;) out.push_back(pid);
    }
    return out;
}

long pssKilobytes(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/smaps_rollup");
    for (std::string line; std::getline(in, line);)
        if (line.rfind("Pss:", 0) == 0) return std::stol(line.substr(4));
    return 0;
}

/// Each host has a worker of its own for the same connector.
void printMemory() {
    constexpr std::size_t kWorkers = 10;
    std::vector<std::unique_ptr<pluginhost::PluginHost>> hosts;
    std::vector<std::shared_ptr<domain::Connector>> directories;
    const auto before = children();
    for (std::size_t i = 0; i < kWorkers; ++i) {
        hosts.push_back(std::make_unique<pluginhost::PluginHost>(optionsOf(true)));
        directories.push_back(memory(*hosts.back(), 1000));
        (void)directories.back()->get("user", "u1", base::Deadline::after(10s));
    }
    long total = 0;
    for (const pid_t pid : children())
        if (std::find(before.begin(), before.end(), pid) == before.end())
            total += pssKilobytes(pid);
    std::printf("memory of a worker, of %zu that run: %ld KB PSS\n", kWorkers,
                total / static_cast<long>(kWorkers));
}

/// In microseconds: one call a millisecond, as from many users.
std::vector<double> latencies(domain::Connector& directory, std::chrono::milliseconds span) {
    std::vector<double> out;
    for (const auto until = Clock::now() + span; Clock::now() < until;) {
        const auto began = Clock::now();
        if (!directory.get("user", "u77", base::Deadline::after(10s))) std::puts("a call failed!");
        out.push_back(std::chrono::duration<double, std::micro>(Clock::now() - began).count());
        std::this_thread::sleep_for(1ms);
    }
    std::sort(out.begin(), out.end());
    return out;
}

double p99(const std::vector<double>& sorted) {
    return sorted[sorted.size() * 99 / 100];
}

/// Makes the fault again and again, on connections of its own, lifting every pause.
void misbehave(const std::stop_token& stop, const std::string& fault) {
    auto options = optionsOf(true);
    options.worker.cancelGrace = 200ms;
    options.worker.watch.every = 500ms;
    options.worker.watch.cpuFor = 1s;
    pluginhost::PluginHost host(options);
    while (!stop.stop_requested()) {
        (void)host.resume("test.faulty", std::nullopt);
        if (const auto one = open(host, "test.faulty", R"({"fault":")" + fault + "\"}")) {
            Counting sink;
            (void)(*one)->list({}, sink, base::Deadline::after(1s));
        }
        std::this_thread::sleep_for(50ms);
    }
}

/// The median of three, as one look at two busy cores says little.
double medianP99(domain::Connector& directory) {
    std::vector<double> all;
    for (int i = 0; i < 3; ++i) all.push_back(p99(latencies(directory, 2s)));
    std::sort(all.begin(), all.end());
    return all[1];
}

void printNeighbours() {
    const auto directory = memory(hostOf(true), 1000);
    (void)latencies(*directory, 500ms);  // warm
    const double alone = medianP99(*directory);
    std::printf("a healthy connector's get, p99 alone: %.0f us\n", alone);
    for (const char* fault : {"none", "segv", "abort", "loop", "deaf", "allocate", "shared",
                              "files", "garbage", "oversized", "stdout", "exit", "kill"}) {
        std::jthread neighbour([&](const std::stop_token& stop) { misbehave(stop, fault); });
        std::this_thread::sleep_for(200ms);
        const double beside = medianP99(*directory);
        std::printf("  beside %-10s %6.0f us   / alone: %.2f   (at most 2)\n", fault, beside,
                    beside / alone);
        std::fflush(stdout);
    }
}

}  // namespace

int main(int argc, char** argv) {
    base::setLogLevel(static_cast<base::LogLevel>(static_cast<int>(base::LogLevel::kError) + 1));
    benchmark::Initialize(&argc, argv);
    Ratios ratios;
    benchmark::RunSpecifiedBenchmarks(&ratios);
    ratios.print();
    printMemory();
    printNeighbours();
    return 0;
}
