#include "plugins/sdk/kit/report.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "kernel/base/json.h"

namespace tenantry::kit {

namespace {

const char* wordOf(Outcome outcome) {
    switch (outcome) {
        case Outcome::kPassed:
            return "passed";
        case Outcome::kFailed:
            return "FAILED";
        case Outcome::kNotApplicable:
            return "does not apply";
    }
    return "";
}

const char* classOf(Outcome outcome) {
    switch (outcome) {
        case Outcome::kPassed:
            return "passed";
        case Outcome::kFailed:
            return "failed";
        case Outcome::kNotApplicable:
            return "none";
    }
    return "";
}

std::string padded(std::string text, std::size_t to) {
    if (text.size() < to) text.append(to - text.size(), ' ');
    return text;
}

/// For XML and HTML, in text and in attributes. Control characters have no place in XML 1.0.
std::string escaped(std::string_view raw) {
    std::string out;
    for (const char c : base::toValidUtf8(raw)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
        }
    }
    return out;
}

std::string seconds(std::chrono::milliseconds span) {
    const auto ms = span.count();
    std::string fraction = std::to_string(ms % 1000);
    fraction.insert(0, 3 - fraction.size(), '0');
    return std::to_string(ms / 1000) + "." + fraction;
}

std::string indented(const std::string& text) {
    std::string out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) out += "      " + line + "\n";
    return out;
}

constexpr const char* kStyle = R"css(
:root{color-scheme:light dark;--fg:#1d2430;--dim:#5d6879;--bg:#f6f7f9;--card:#fff;--line:#e1e5eb;--good:#12724a;--bad:#b3261e;--none:#6b7280}
@media(prefers-color-scheme:dark){:root{--fg:#e7eaf0;--dim:#9aa4b5;--bg:#12151b;--card:#1b2029;--line:#2c3340;--good:#5ed3a0;--bad:#ff8a80;--none:#9aa4b5}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem 4rem}h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:2rem 0 .5rem}
.dim{color:var(--dim)}.sums{display:flex;gap:1rem;flex-wrap:wrap;margin:1.25rem 0}
.sums div{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.6rem 1rem;min-width:8rem}
.sums b{display:block;font-size:1.5rem}table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
td{padding:.55rem .75rem;border-top:1px solid var(--line);vertical-align:top}tr:first-child td{border-top:0}
td:first-child{font-weight:600;width:3.5rem}td:nth-child(2){width:8.5rem;white-space:nowrap}td:last-child{text-align:right;color:var(--dim);white-space:nowrap}
.passed{color:var(--good)}.failed{color:var(--bad);font-weight:600}.none{color:var(--none)}
pre{margin:.4rem 0 0;padding:.5rem .7rem;background:var(--bg);border-radius:.35rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px}
.hint{margin:.4rem 0 0}td p{margin:0}
)css";

std::string rowOf(const CheckResult& one) {
    std::string out = "<tr><td>" + std::string(one.check->name) + "</td><td class=\"" +
                      classOf(one.outcome) + "\">" + wordOf(one.outcome) + "</td><td><p>" +
                      escaped(one.check->meaning) + "</p><p class=\"dim\">" + escaped(one.reason) +
                      "</p>";
    if (!one.evidence.empty()) out += "<pre>" + escaped(one.evidence) + "</pre>";
    if (one.outcome == Outcome::kFailed)
        out += "<p class=\"hint\"><b>Hint:</b> " + escaped(one.check->hint) + "</p>";
    return out + "</td><td>" + seconds(one.took) + " s</td></tr>\n";
}

std::string sum(std::size_t n, const char* what, const char* style) {
    return "<div><b class=\"" + std::string(style) + "\">" + std::to_string(n) + "</b>" + what +
           "</div>";
}

}  // namespace

std::string lineOf(const CheckResult& result) {
    std::string reason = result.reason;
    for (char& c : reason)
        if (c == '\n') c = ' ';
    return padded(std::string(result.check->name), 5) + padded(wordOf(result.outcome), 16) + reason;
}

std::string summaryOf(const Report& report) {
    std::string out;
    for (const auto& one : report.results) {
        if (one.outcome != Outcome::kFailed) continue;
        out += "\n" + std::string(one.check->name) + "  " + std::string(one.check->meaning) + "\n";
        out += "   -> " + one.reason + "\n" + indented(one.evidence);
        out += "   Hint: " + std::string(one.check->hint) + "\n";
    }
    out += "\n" + std::to_string(report.count(Outcome::kPassed)) + " passed, " +
           std::to_string(report.count(Outcome::kFailed)) + " failed, " +
           std::to_string(report.count(Outcome::kNotApplicable)) + " do not apply.";
    if (!report.level().empty()) out += " Level: " + std::string(report.level()) + ".";
    return out + "\n";
}

std::string listOfChecks() {
    std::string out;
    for (const auto& one : catalogue())
        out += padded(std::string(one.name), 5) + padded(std::string(nameOf(one.level)), 11) +
               std::string(one.meaning) + "\n";
    return out;
}

std::string junitOf(const Report& report) {
    std::chrono::milliseconds all{0};
    for (const auto& one : report.results) all += one.took;
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"" +
                      escaped(report.connector + " " + report.version) + "\" tests=\"" +
                      std::to_string(report.results.size()) + "\" failures=\"" +
                      std::to_string(report.count(Outcome::kFailed)) + "\" skipped=\"" +
                      std::to_string(report.count(Outcome::kNotApplicable)) + "\" time=\"" +
                      seconds(all) + "\">\n";
    for (const auto& one : report.results) {
        out += "  <testcase classname=\"conformance." + std::string(nameOf(one.check->level)) +
               "\" name=\"" + std::string(one.check->name) + " " + escaped(one.check->meaning) +
               "\" time=\"" + seconds(one.took) + "\"";
        if (one.outcome == Outcome::kPassed)
            out += "/>\n";
        else if (one.outcome == Outcome::kFailed)
            out += ">\n    <failure message=\"" + escaped(one.reason) + "\">" +
                   escaped(one.evidence + "\nHint: " + std::string(one.check->hint)) +
                   "</failure>\n  </testcase>\n";
        else
            out += ">\n    <skipped message=\"" + escaped(one.reason) + "\"/>\n  </testcase>\n";
    }
    return out + "</testsuite>\n";
}

std::string badgeOf(const Report& report, const std::string& at) {
    if (report.level().empty()) return {};
    std::string level(report.level());
    std::transform(level.begin(), level.end(), level.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    base::JsonWriter out;
    out.beginObject().key("connector").string(report.connector);
    out.key("version").string(report.version).key("sha256").string(report.sha256);
    out.key("level").string(level).key("proved_at").string(at);
    const auto count = [&](std::string_view name, Outcome outcome) {
        out.key(name).number(static_cast<std::int64_t>(report.count(outcome)));
    };
    count("passed", Outcome::kPassed);
    count("failed", Outcome::kFailed);
    count("not_applicable", Outcome::kNotApplicable);
    out.endObject();
    return std::move(out).take() + "\n";
}

std::string htmlOf(const Report& report) {
    std::string out =
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><title>" +
        escaped(report.connector) + ": conformance</title><style>" + kStyle +
        "</style><main>\n<h1>" + escaped(report.connector + " " + report.version) +
        "</h1>\n<p class=\"dim\">" + escaped(report.scenario) + "<br>SHA-256 " +
        escaped(report.sha256) + "</p>\n<div class=\"sums\"><div><b>" +
        (report.level().empty() ? "none" : std::string(report.level())) + "</b>level</div>" +
        sum(report.count(Outcome::kPassed), "passed", "passed") +
        sum(report.count(Outcome::kFailed), "failed", "failed") +
        sum(report.count(Outcome::kNotApplicable), "do not apply", "none") + "</div>\n";
    for (const Level level :
         {Level::kLoads, Level::kReads, Level::kSyncs, Level::kActs, Level::kCertified}) {
        std::string rows;
        for (const auto& one : report.results)
            if (one.check->level == level) rows += rowOf(one);
        if (!rows.empty())
            out += "<h2>" + std::string(nameOf(level)) + "</h2>\n<table>" + rows + "</table>\n";
    }
    return out + "</main></html>\n";
}

}  // namespace tenantry::kit
