// What isolation costs: the same connector in this process and in a worker. Prints the ratios last.
// Run it on a quiet machine: pluginhost_bench [--benchmark_min_time=2]
#include <benchmark/benchmark.h>

#include <cstdio>
#include <map>
#include <string>

#include "kernel/base/log.h"
#include "kernel/pluginhost/plugin_host.h"

namespace {

using namespace tenantry;
using namespace std::chrono_literals;

class Counting final : public domain::RecordSink {
  public:
    std::size_t records = 0;
    domain::Flow record(const domain::Record&) override {
        ++records;
        return domain::Flow::kMore;
    }
    void checkpoint(std::string_view) override {}
};

pluginhost::PluginHost& hostOf(bool isolated) {
    const auto make = [](bool apart) {
        pluginhost::PluginHostOptions options;
        options.folders = {TENANTRY_TEST_CONNECTORS};
        options.worker.program = TENANTRY_TEST_WORKER;
        if (!apart) options.inProcess = {"test.memory"};
        return options;
    };
    static pluginhost::PluginHost inside(make(false));
    static pluginhost::PluginHost apart(make(true));
    return isolated ? apart : inside;
}

std::shared_ptr<domain::Connector> connector(bool isolated) {
    domain::OpenRequest request;
    request.connection = base::ConnectionId(base::newUuid());
    request.connector = "test.memory";
    request.configJson = R"({"users":100000,"page":500})";
    return hostOf(isolated).open(request, base::Deadline::after(10s)).value();
}

void get(benchmark::State& state) {
    const auto directory = connector(state.range(0) != 0);
    for (auto _ : state)
        if (!directory->get("user", "u77", base::Deadline::after(10s))) state.SkipWithError("get");
}

void list(benchmark::State& state) {
    const auto directory = connector(state.range(0) != 0);
    std::size_t records = 0;
    for (auto _ : state) {
        Counting sink;
        domain::ReadRequest request;
        request.budgetRecords = 1'000'000;
        if (!directory->list(request, sink, base::Deadline::after(60s)))
            state.SkipWithError("list");
        records += sink.records;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(records));
}

BENCHMARK(get)->ArgName("isolated")->Arg(0)->Arg(1)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(list)->ArgName("isolated")->Arg(0)->Arg(1)->UseRealTime()->Unit(benchmark::kMillisecond);

/// Keeps the times, to set one beside the other at the end.
class Ratios final : public benchmark::ConsoleReporter {
  public:
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const auto& run : runs) times_[run.benchmark_name()] = run.GetAdjustedRealTime();
        ConsoleReporter::ReportRuns(runs);
    }
    void print() {
        for (const char* what : {"get", "list"}) {
            const std::string name = what;
            const double inside = times_[name + "/isolated:0/real_time"];
            const double apart = times_[name + "/isolated:1/real_time"];
            if (inside > 0) std::printf("%-5s isolated / in-process: %.2f\n", what, apart / inside);
        }
    }

  private:
    std::map<std::string, double> times_;
};

}  // namespace

int main(int argc, char** argv) {
    base::setLogLevel(base::LogLevel::kError);
    benchmark::Initialize(&argc, argv);
    Ratios ratios;
    benchmark::RunSpecifiedBenchmarks(&ratios);
    ratios.print();
    return 0;
}
