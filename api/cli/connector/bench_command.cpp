#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>

#include "api/cli/connector/commands.h"
#include "api/cli/connector/opened.h"
#include "kernel/base/limits.h"
#include "plugins/sdk/kit/process_stats.h"

namespace tenantry::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct BenchWish {
    OpenWish open;
    std::string kind = "user";
    int rounds = 3;
    int gets = 200;
};

/// Counts and forgets, as fast as it can: what is measured is the connector.
class Counter final : public domain::RecordSink {
  public:
    domain::Flow record(const domain::Record& record) override {
        ++records;
        bytes += record.body.size();
        if (ids.size() < 1000) ids.emplace_back(record.id);
        return domain::Flow::kMore;
    }
    void checkpoint(std::string_view at) override {
        ++checkpoints;
        cursor = at;
    }
    std::uint64_t records = 0, bytes = 0, checkpoints = 0;
    std::vector<std::string> ids;
    std::string cursor;
};

struct Round {
    Counter count;
    std::uint64_t segments = 0;
    HttpCount http;
    double seconds = 0;
    std::uint64_t residentKb = 0;
};

std::uint64_t residentKb(const Opened& opened) {
    std::uint64_t sum = 0;
    for (const auto pid : kit::workersOf(opened.program())) sum += kit::statsOf(pid).residentKb;
    return sum;
}

Round readOnce(const Opened& opened, const BenchWish& wish) {
    Round round;
    const HttpCount before = opened.http();
    domain::ReadRequest request;
    request.kind = wish.kind;
    const auto began = Clock::now();
    for (auto end = domain::ReadEnd::kMore; end == domain::ReadEnd::kMore; ++round.segments) {
        const auto read = opened.connector().list(
            request, round.count, base::Deadline::after(base::limits::kSegmentDeadline));
        if (!read) throw Failure{Exit::kRefused, wordsOf(read.error())};
        end = *read;
        if (end == domain::ReadEnd::kMore && round.count.cursor == request.cursor)
            throw Failure{Exit::kRefused, "It says there is more, and gave no new checkpoint."};
        request.cursor = round.count.cursor;
    }
    round.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    round.http = {opened.http().requests - before.requests, opened.http().bytes - before.bytes};
    round.residentKb = residentKb(opened);
    return round;
}

std::string fixed(double value, int digits) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(digits) << value;
    return out.str();
}

std::string perOne(std::uint64_t sum, std::uint64_t count) {
    return count == 0 ? "-" : fixed(static_cast<double>(sum) / static_cast<double>(count), 1);
}

/// Microseconds of the calls, sorted.
std::vector<double> getAll(const Opened& opened, const BenchWish& wish,
                           const std::vector<std::string>& ids) {
    std::vector<double> out;
    for (int i = 0; i < wish.gets && !ids.empty(); ++i) {
        const auto& id = ids[static_cast<std::size_t>(i) % ids.size()];
        const auto began = Clock::now();
        const auto got = opened.connector().get(wish.kind, id,
                                                base::Deadline::after(base::limits::kCallDeadline));
        if (!got) throw Failure{Exit::kRefused, "get " + id + ": " + wordsOf(got.error())};
        out.push_back(std::chrono::duration<double, std::micro>(Clock::now() - began).count());
    }
    std::sort(out.begin(), out.end());
    return out;
}

void print(Console& console, const BenchWish& wish, const std::vector<Round>& rounds,
           std::uint64_t beforeKb, const std::vector<double>& gets) {
    Table table({{"ROUND", 5},
                 {"RECORDS", 7},
                 {"RECORDS/S", 9},
                 {"SEGMENTS", 8},
                 {"PAGES", 5},
                 {"CALLS/PAGE", 10},
                 {"BYTES/RECORD", 12},
                 {"HTTP BYTES", 10},
                 {"WORKER KIB", 10}});
    base::JsonWriter json;
    json.beginObject().key("kind").string(wish.kind).key("rounds").beginArray();
    int number = 0;
    for (const Round& one : rounds) {
        const std::uint64_t pages = one.count.checkpoints + 1;
        const double rate = static_cast<double>(one.count.records) / std::max(one.seconds, 1e-9);
        const auto text = [](std::uint64_t value) { return std::to_string(value); };
        table.add({text(static_cast<std::uint64_t>(++number)), text(one.count.records),
                   fixed(rate, 0), text(one.segments), text(pages),
                   perOne(one.http.requests, pages), perOne(one.count.bytes, one.count.records),
                   text(one.http.bytes), text(one.residentKb)});
        json.beginObject().key("records").number(static_cast<std::int64_t>(one.count.records));
        json.key("seconds").number(one.seconds).key("records_per_second").number(rate);
        json.key("segments").number(static_cast<std::int64_t>(one.segments));
        json.key("pages").number(static_cast<std::int64_t>(pages));
        json.key("calls").number(static_cast<std::int64_t>(one.http.requests));
        json.key("body_bytes").number(static_cast<std::int64_t>(one.count.bytes));
        json.key("http_bytes").number(static_cast<std::int64_t>(one.http.bytes));
        json.key("worker_kib").number(static_cast<std::int64_t>(one.residentKb)).endObject();
    }
    const auto at = [&](double part) {
        return gets[static_cast<std::size_t>(part * static_cast<double>(gets.size() - 1))];
    };
    json.endArray().key("worker_kib_before").number(static_cast<std::int64_t>(beforeKb));
    if (!gets.empty())
        json.key("get_us")
            .beginObject()
            .key("p50")
            .number(at(0.5))
            .key("p99")
            .number(at(0.99))
            .endObject();
    json.endObject();
    console.print(table, *base::Json::parse(std::move(json).take()));
    Console::say("The worker had " + std::to_string(beforeKb) + " KiB before, and grew by " +
                 std::to_string(static_cast<std::int64_t>(rounds.back().residentKb) -
                                static_cast<std::int64_t>(rounds.front().residentKb)) +
                 " KiB from the first round to the last.");
    if (!gets.empty())
        Console::say("get: " + std::to_string(gets.size()) + " calls, half within " +
                     fixed(at(0.5), 0) + " us, 99 of 100 within " + fixed(at(0.99), 0) + " us.");
}

void bench(Console& console, const BenchWish& wish) {
    const Opened opened(wish.open);
    if (opened.package().descriptor().kind(wish.kind) == nullptr)
        throw Failure{Exit::kUsage, "The connector has no kind \"" + wish.kind + "\"."};
    const std::uint64_t before = residentKb(opened);
    std::vector<Round> rounds;
    for (int i = 0; i < wish.rounds; ++i) rounds.push_back(readOnce(opened, wish));
    print(console, wish, rounds, before, getAll(opened, wish, rounds.back().count.ids));
}

}  // namespace

void addBench(CLI::App& connector, Console& console) {
    auto wish = std::make_shared<BenchWish>();
    auto* command = connector.add_subcommand(
        "bench", "Measure reading: records a second, calls a page, bytes, memory");
    wish->open.addOptions(*command);
    command->add_option("--kind", wish->kind, "What is read (default: user)");
    command->add_option("--rounds", wish->rounds, "How often (default: 3)")
        ->check(CLI::Range(1, 1000));
    command->add_option("--gets", wish->gets, "Single records got afterwards (default: 200)")
        ->check(CLI::Range(0, 1'000'000));
    command->add_option("--replay", wish->open.replay,
                        "Answer its HTTP from this cassette (with --rounds 1 --gets 0)");
    command->callback([&console, wish] { bench(console, *wish); });
}

}  // namespace tenantry::cli
