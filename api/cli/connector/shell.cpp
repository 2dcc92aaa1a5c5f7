#include "api/cli/connector/shell.h"

#include <chrono>
#include <iostream>

#include "api/cli/failure.h"
#include "kernel/base/ids.h"
#include "kernel/base/limits.h"

namespace tenantry::cli {
namespace {

using Words = std::vector<std::string>;

constexpr auto kCheckWithin = base::limits::kCheckDeadline;
constexpr auto kCallWithin = base::limits::kCallDeadline;
constexpr auto kSegmentWithin = base::limits::kSegmentDeadline;

constexpr const char* kHelp =
    "check                                  is the directory there, do the credentials work\n"
    "list KIND [--limit N] [--budget N] [--parent KIND:ID]\n"
    "                                       the records; --budget: at most so many a segment\n"
    "get KIND ID                            one record\n"
    "act ACTION ID [ARGS] [--dry-run] [--etag E] [--key K]\n"
    "                                       do something; ARGS is a JSON object\n"
    "schema                                 what this directory can do\n"
    "metrics                                what the connector counted\n"
    "quit\n";

/// The words of a line; quotes keep blanks together, as a shell does.
Words split(const std::string& line) {
    Words out;
    bool inside = false;
    char quote = 0;
    for (const char c : line) {
        if (quote != 0) {
            if (c == quote)
                quote = 0;
            else
                out.back() += c;
        } else if (c == ' ' || c == '\t') {
            inside = false;
        } else {
            if (!inside) out.emplace_back();
            inside = true;
            // A quote inside of a word is its own: {"a":1} is one word.
            if ((c == '\'' || c == '"') && out.back().empty())
                quote = c;
            else
                out.back() += c;
        }
    }
    if (quote != 0) throw Failure{Exit::kUsage, "A quote is not closed."};
    return out;
}

/// Takes "--name value" out of `words`; empty when it is not there.
std::string option(Words& words, const std::string& name) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i] != name) continue;
        if (i + 1 == words.size()) throw Failure{Exit::kUsage, name + " wants a value."};
        const std::string value = words[i + 1];
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                    words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
        return value;
    }
    return {};
}

bool flag(Words& words, const std::string& name) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i] != name) continue;
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
        return true;
    }
    return false;
}

std::size_t number(const std::string& text, std::size_t otherwise) {
    if (text.empty()) return otherwise;
    const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || text.size() > 9) throw Failure{Exit::kUsage, text + " is not a number."};
    return std::stoul(text);
}

const char* nameOf(domain::RecordOp op) {
    switch (op) {
        case domain::RecordOp::kUpsert:
            return "upsert";
        case domain::RecordOp::kDelete:
            return "delete";
        case domain::RecordOp::kUnchanged:
            break;
    }
    return "unchanged";
}

/// One record, one line.
void print(const domain::Record& record) {
    base::JsonWriter out;
    out.beginObject().key("kind").string(record.kind).key("id").string(record.id);
    if (record.op != domain::RecordOp::kUpsert) out.key("op").string(nameOf(record.op));
    if (!record.etag.empty()) out.key("etag").string(record.etag);
    if (record.modifiedMs != 0) out.key("modified_ms").number(record.modifiedMs);
    if (!record.body.empty()) out.key("attributes").raw(record.body);
    out.endObject();
    std::cout << std::move(out).take() << "\n";
}

/// Prints up to `limit` records (0: all) and remembers where it got to.
class Printer final : public domain::RecordSink {
  public:
    explicit Printer(std::size_t limit) : limit_(limit) {}
    domain::Flow record(const domain::Record& record) override {
        if (full()) return domain::Flow::kStop;
        print(record);
        ++count_;
        return full() ? domain::Flow::kStop : domain::Flow::kMore;
    }
    void checkpoint(std::string_view cursor) override {
        ++pages_;
        cursor_ = cursor;
    }
    [[nodiscard]] bool full() const { return limit_ != 0 && count_ >= limit_; }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t pages() const { return pages_; }
    [[nodiscard]] const std::string& cursor() const { return cursor_; }

  private:
    const std::size_t limit_;
    std::size_t count_ = 0;
    std::size_t pages_ = 0;
    std::string cursor_;
};

template <class T>
T orFail(base::Result<T> result) {
    if (!result) throw Failure{Exit::kRefused, wordsOf(result.error())};
    return std::move(result).value();
}

std::string milliseconds(std::chrono::steady_clock::time_point since) {
    const auto span = std::chrono::steady_clock::now() - since;
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(span).count()) +
           " ms";
}

}  // namespace

const char* Shell::help() {
    return kHelp;
}

bool Shell::obey(const std::string& line) {
    Words words = split(line);
    if (words.empty() || words[0][0] == '#') return true;
    const std::string verb = words[0];
    if (verb == "quit" || verb == "exit") return false;
    if (verb == "help") {
        std::cout << kHelp;
    } else if (verb == "check") {
        check();
    } else if (verb == "list") {
        list(words);
    } else if (verb == "get") {
        get(words);
    } else if (verb == "act") {
        act(words);
    } else if (verb == "schema") {
        schema();
    } else if (verb == "metrics") {
        for (const auto& [name, value] : opened_.metrics())
            std::cout << name << " " << value << "\n";
    } else {
        throw Failure{Exit::kUsage, "There is no command \"" + verb + "\". Try: help"};
    }
    return true;
}

void Shell::check() {
    const auto said = orFail(opened_.connector().check(base::Deadline::after(kCheckWithin)));
    bool good = true;
    for (const auto& one : said) {
        good = good && one.ok;
        std::cout << harmless((one.ok ? "ok    " : "WRONG ") +
                              (one.name.empty() ? "" : one.name + ": ") + one.message)
                  << "\n";
    }
    if (!good) throw Failure{Exit::kRefused, "The check found what is wrong."};
    Console::say("The directory answers.");
}

void Shell::list(std::vector<std::string>& words) {
    domain::ReadRequest request;
    Printer printer(number(option(words, "--limit"), 0));
    request.budgetRecords = static_cast<std::uint32_t>(number(option(words, "--budget"), 0));
    request.cursor = option(words, "--cursor");
    const std::string parent = option(words, "--parent");
    if (const auto colon = parent.find(':'); colon != std::string::npos) {
        request.parentKind = parent.substr(0, colon);
        request.parentId = parent.substr(colon + 1);
    }
    if (words.size() != 2) throw Failure{Exit::kUsage, "Usage: list KIND [--limit N]"};
    request.kind = words[1];
    const auto began = std::chrono::steady_clock::now();
    std::size_t segments = 0;
    auto end = domain::ReadEnd::kMore;
    while (end == domain::ReadEnd::kMore && !printer.full()) {
        const auto deadline = base::Deadline::after(kSegmentWithin);
        end = orFail(opened_.connector().list(request, printer, deadline));
        ++segments;
        if (end == domain::ReadEnd::kMore && printer.cursor() == request.cursor && !printer.full())
            throw Failure{Exit::kRefused,
                          "The connector says there is more, and gave no new checkpoint."};
        request.cursor = printer.cursor();
    }
    Console::say(std::to_string(printer.count()) + " of kind " + request.kind +
                 (end == domain::ReadEnd::kComplete ? ", complete; " : ", more would come; ") +
                 std::to_string(segments) + " segments, " + std::to_string(printer.pages()) +
                 " checkpoints, " + milliseconds(began));
}

void Shell::get(const std::vector<std::string>& words) {
    if (words.size() != 3) throw Failure{Exit::kUsage, "Usage: get KIND ID"};
    print(orFail(opened_.connector().get(words[1], words[2], base::Deadline::after(kCallWithin)))
              .view());
}

void Shell::act(std::vector<std::string>& words) {
    domain::ActRequest request;
    request.dryRun = flag(words, "--dry-run");
    request.expectEtag = option(words, "--etag");
    request.idempotencyKey = option(words, "--key");
    if (request.idempotencyKey.empty()) request.idempotencyKey = base::newUuid();
    request.actorJson = R"({"name":"tenantry connector run"})";
    if (words.size() < 3 || words.size() > 4)
        throw Failure{Exit::kUsage, "Usage: act ACTION ID [ARGS] [--dry-run]"};
    request.action = words[1];
    if (const auto* action = opened_.package().descriptor().action(request.action))
        request.kind = action->kind;
    request.id = words[2];
    if (words.size() == 4) request.argsJson = words[3];
    if (!base::Json::parse(request.argsJson))
        throw Failure{Exit::kUsage, "The arguments are not JSON: " + request.argsJson};
    const auto began = std::chrono::steady_clock::now();
    const auto reply =
        orFail(opened_.connector().perform(request, base::Deadline::after(kCallWithin)));
    for (const auto& record : reply.records) print(record.view());
    for (const auto& [name, json] : reply.documents)
        std::cout << name << " " << harmless(json) << "\n";
    Console::say(std::string(reply.pending    ? "Accepted; it finishes later"
                             : request.dryRun ? "It would be done"
                                              : "Done") +
                 " (" + milliseconds(began) + ").");
    if (reply.records.empty() && !reply.pending)
        Console::say("It emitted no record: an action emits the new state of what it changed.");
}

void Shell::schema() {
    const auto can = orFail(opened_.connector().capabilities(base::Deadline::after(kCallWithin)));
    for (const auto& [name, kind] : opened_.package().descriptor().kinds) {
        std::cout << "kind " << name << "\n";
        for (const auto& one : kind.attributes)
            std::cout << "  " << one.name << ": " << one.type
                      << (one.maps.empty() ? "" : " -> " + one.maps) << "\n";
    }
    for (const auto& [name, one] : can)
        std::cout << harmless((one.supported ? "can    " : "cannot ") + name +
                              (one.emulated ? " (emulated)" : "") +
                              (one.reason.empty() ? "" : ": " + one.reason))
                  << "\n";
}

}  // namespace tenantry::cli
