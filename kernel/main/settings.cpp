#include "kernel/main/settings.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace tenantry::main {

namespace {

using Values = std::map<std::string, std::string>;

std::string trimmed(const std::string& text) {
    const auto from = text.find_first_not_of(" \t\r");
    if (from == std::string::npos) return "";
    return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

std::string environmentName(const std::string& key) {
    std::string out = "TENANTRY_";
    for (const char c : key)
        out += c == '-' || c == '.'
                   ? '_'
                   : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

base::Status readFile(const std::string& path, Values& values, std::string& wrong) {
    std::ifstream in(path);
    if (!in) return base::invalidArgument("The configuration file " + path + " cannot be read.");
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        line = trimmed(line);
        if (line.empty() || line.front() == '#') continue;
        const auto equals = line.find('=');
        const auto key = trimmed(line.substr(0, equals));
        if (equals == std::string::npos)
            wrong += path + ":" + std::to_string(number) + ": \"key = value\" is expected.\n";
        else if (settingKeys().count(key) == 0)
            wrong +=
                path + ":" + std::to_string(number) + ": there is no setting \"" + key + "\".\n";
        else
            values[key] = trimmed(line.substr(equals + 1));
    }
    return base::ok();
}

std::optional<std::uint16_t> portOf(const std::string& text) {
    if (text.empty() || text.size() > 5 ||
        !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    const int value = std::stoi(text);
    return value <= 65535 ? std::optional(static_cast<std::uint16_t>(value)) : std::nullopt;
}

std::vector<std::string> listOf(const std::string& text) {
    std::vector<std::string> out;
    std::stringstream in(text);
    for (std::string item; std::getline(in, item, ',');)
        if (item = trimmed(item); !item.empty()) out.push_back(item);
    return out;
}

/// What bulk actions may do.
template <class Flag>
void takeJobs(const Values& values, Settings& out, std::string& wrong, const Flag& flag) {
    const auto number = [&](const char* key, std::uint64_t max, const auto& give,
                            std::uint64_t least = 0) {
        const auto found = values.find(key);
        if (found == values.end()) return;
        std::uint64_t value = 0;
        const auto& text = found->second;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
        if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < least ||
            value > max)
            wrong += std::string(key) + ": use a number from " + std::to_string(least) + " to " +
                     std::to_string(max) + ".\n";
        else
            give(value);
    };
    constexpr std::uint64_t kUsers = base::limits::kPlanItemsMax;
    constexpr std::uint64_t kDaySeconds = 86'400;
    // Within the lease, or another node would take the item up while it runs.
    constexpr std::uint64_t kItemSecondsMin = 5, kItemSecondsMax = 240;
    static_assert(std::chrono::seconds{kItemSecondsMax} < base::limits::kJobLease);
    auto& policy = out.jobPolicy;
    auto& engine = out.jobOptions;
    number("jobs-approval-above", kUsers, [&](auto n) { policy.approvalAbove = n; });
    number("jobs-approval-delete-above", kUsers,
           [&](auto n) { policy.approvalForDeleteAbove = n; });
    number("jobs-users-max", kUsers, [&](auto n) { policy.usersPerJob = n; });
    number("jobs-users-per-organization-max", kUsers,
           [&](auto n) { policy.usersPerOrganization = n; });
    number("jobs-items-per-operator-max", base::limits::kJobItemsPerOperatorMax,
           [&](auto n) { policy.itemsPerOperator = n; });
    number("jobs-canary-from", kUsers, [&](auto n) { policy.canaryFrom = n; });
    number("jobs-pause-percent", 100,
           [&](auto n) { engine.pauseAboveShare = static_cast<double>(n) / 100; });
    number("jobs-give-up-s", kDaySeconds,
           [&](auto n) { engine.giveUpAfter = std::chrono::seconds{n}; });
    number(
        "jobs-item-s", kItemSecondsMax,
        [&](auto n) { engine.itemDeadline = std::chrono::seconds{n}; }, kItemSecondsMin);
    flag("jobs-reason-required", policy.reasonRequired);
    flag("jobs-ticket-required", policy.ticketRequired);
}

void take(const Values& values, Settings& out, std::string& wrong) {
    const auto text = [&](const char* key, std::string& target) {
        if (const auto found = values.find(key); found != values.end()) target = found->second;
    };
    const auto secret = [&](const char* key, base::SecretText& target) {
        if (const auto found = values.find(key); found != values.end())
            target = base::SecretText(found->second);
    };
    text("data-dir", out.dataDir);
    text("address", out.address);
    text("connectors", out.connectorsDir);
    text("worker", out.worker);
    text("web", out.webDir);
    text("store", out.store);
    text("public-url", out.publicUrl);
    text("log-level", out.logLevel);
    const auto days = [&](const char* key, int least, int& target) {
        const auto found = values.find(key);
        if (found == values.end()) return;
        const auto number = portOf(found->second);
        if (!number || *number < least)
            wrong += std::string(key) + ": use a number of days from " + std::to_string(least) +
                     " to 65535.\n";
        else
            target = *number;
    };
    days("accounts-inactive-days", 1, out.inactiveDays);
    days("activity-days", 0, out.activityDays);
    text("mail-server", out.mailServer);
    text("mail-from", out.mailFrom);
    text("mail-ca-file", out.mailCaFile);
    text("breached-passwords", out.breachedPasswords);
    secret("mail-password", out.mailPassword);
    text("http-ca-file", out.httpCaFile);
    text("http-proxy", out.httpProxy);
    if (const auto found = values.find("hosts"); found != values.end())
        out.hosts = listOf(found->second);
    if (const auto found = values.find("proxies"); found != values.end())
        out.proxies = listOf(found->second);
    secret("store-password", out.storePassword);
    secret("sealing-key", out.sealingKey);
    if (const auto found = values.find("port"); found != values.end()) {
        if (const auto port = portOf(found->second))
            out.port = *port;
        else
            wrong += "port: \"" + found->second + "\" is no port; use 0 to 65535.\n";
    }
    const auto flag = [&](const char* key, bool& target) {
        const auto found = values.find(key);
        if (found == values.end()) return;
        if (found->second != "yes" && found->second != "no")
            wrong += std::string(key) + ": use yes or no.\n";
        target = found->second == "yes";
    };
    flag("in-process", out.inProcess);
    flag("http-allow-loopback", out.httpAllowLoopback);
    flag("http-allow-private", out.httpAllowPrivate);
    takeJobs(values, out, wrong, flag);
    const auto levels = {"debug", "info", "warning", "error"};
    if (std::find(levels.begin(), levels.end(), out.logLevel) == levels.end())
        wrong += "log-level: \"" + out.logLevel + "\" is none of debug, info, warning, error.\n";
    if (out.dataDir.empty()) wrong += "data-dir: a folder is needed.\n";
}

}  // namespace

const Values& settingKeys() {
    static const Values keys{
        {"data-dir", "folder of the embedded database, the sealing key and the lock"},
        {"address", "address to listen on (127.0.0.1)"},
        {"port", "port to listen on (8080; 0 = any free one)"},
        {"connectors", "folder of the connector plugins"},
        {"worker", "path of tenantry-connector-host"},
        {"web", "folder of the built console"},
        {"store",
         "database, e.g. mysql://tenantry@127.0.0.1:3306/tenantry (default: SQLite in data-dir)"},
        {"store-password", "password of the database; better in the environment"},
        {"sealing-key",
         "32 bytes in base64 that seal stored secrets (default: data-dir/sealing.key)"},
        {"public-url", "how browsers reach this server"},
        {"hosts", "further names, by comma, under which browsers may call this server"},
        {"proxies", "addresses of proxies, by comma, whose X-Forwarded-For is believed"},
        {"in-process", "yes: connectors that allow it run inside the kernel"},
        {"http-allow-loopback",
         "yes: connectors may ask this machine by HTTP (no; for a directory that runs here)"},
        {"http-allow-private",
         "no: connectors may not ask addresses of private networks by HTTP (yes)"},
        {"http-ca-file",
         "PEM file of authorities that connectors' HTTP trusts, beside the system's"},
        {"http-proxy",
         "proxy of connectors' HTTP: http://proxy:3128, or rules by comma, the first that fits: "
         "*.corp.example=direct, *=http://proxy:3128"},
        {"jobs-approval-above", "users from which on a second operator must approve a job (500)"},
        {"jobs-approval-delete-above", "the same where users are deleted (1)"},
        {"jobs-users-max", "users that one job may change (100000)"},
        {"jobs-users-per-organization-max",
         "users of one organization that one job may change (100000)"},
        {"jobs-items-per-operator-max", "changes that one operator may have under way (200000)"},
        {"jobs-canary-from",
         "users from which on one user, then one organization go first (10; 0 = always)"},
        {"jobs-pause-percent", "failures in a hundred above which a job pauses by itself (20)"},
        {"jobs-give-up-s", "seconds after which a directory that is away is given up (900)"},
        {"jobs-item-s", "seconds that one item may take, 5 to 240 (75)"},
        {"jobs-reason-required", "yes: no job without a reason (no)"},
        {"jobs-ticket-required", "yes: no job without a ticket (no)"},
        {"accounts-inactive-days",
         "days without a sign-in after which an account is suspended (90)"},
        {"activity-days", "days for which the activity trail is kept (0 = for ever)"},
        {"mail-server",
         "smtp://HOST:PORT, smtp+starttls://USER@HOST:PORT or smtps://USER@HOST:PORT; without one "
         "mail is written to files in data-dir/mail"},
        {"mail-password", "password at the mail server; better in the environment"},
        {"mail-from", "address from which mail comes"},
        {"mail-ca-file", "PEM file of authorities for the mail server, beside the system's"},
        {"breached-passwords",
         "file of passwords nobody may use: one a line, or sorted SHA-1 digests in hexadecimal"},
        {"log-level", "debug, info, warning or error"},
    };
    return keys;
}

base::Result<Settings> readSettings(
    const std::optional<std::string>& file,
    const std::function<std::optional<std::string>(const std::string&)>& environment,
    const Values& commandLine) {
    Values values;
    std::string wrong;
    if (file) TNY_CHECKED(readFile(*file, values, wrong));
    for (const auto& [key, help] : settingKeys())
        if (auto value = environment(environmentName(key))) values[key] = std::move(*value);
    for (const auto& [key, value] : commandLine) values[key] = value;
    Settings out;
    take(values, out, wrong);
    if (!wrong.empty()) return base::invalidArgument("The configuration is wrong:\n" + wrong);
    return out;
}

}  // namespace tenantry::main
