#include "kernel/pluginhost/report_folder.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "kernel/base/json.h"
#include "kernel/base/log.h"

namespace tenantry::pluginhost {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kFileBytesMax = 1024 * 1024;
constexpr const char* kPauseFile = "paused.json";

std::optional<base::Json> read(const fs::path& path) {
    std::error_code failure;
    const auto size = fs::file_size(path, failure);
    if (failure || size > kFileBytesMax) return std::nullopt;
    std::ifstream in(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    auto json = base::Json::parse(text);
    if (!json || !json->isObject()) return std::nullopt;
    return std::move(json).value();
}

/// Whole or not at all, as a crash may come between. For the owner only.
void write(const fs::path& path, const std::string& text) {
    std::error_code failure;
    fs::create_directories(path.parent_path(), failure);
    fs::permissions(path.parent_path(), fs::perms::owner_all, failure);
    const fs::path fresh = path.string() + ".new";
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    fs::permissions(fresh, fs::perms::owner_read | fs::perms::owner_write, failure);
    out << text;
    out.close();
    if (out) fs::rename(fresh, path, failure);
    if (!out || failure)
        base::logError("connector_report_not_written",
                       {{"path", path.string()}, {"error", failure.message()}});
}

void remove(const fs::path& path) {
    std::error_code failure;
    fs::remove(path, failure);
}

/// Sorts by time, also within a second and over restarts.
std::string idOf(base::TimePoint at, std::uint64_t number) {
    std::string digits = std::to_string(number % 1000);
    digits.insert(0, 3 - digits.size(), '0');
    return std::to_string(base::toMillis(at)) + "-" + digits;
}

}  // namespace

ReportFolder::ReportFolder(std::string path) : path_(std::move(path)) {
    if (!path_.empty()) load();
}

void ReportFolder::load() {
    std::error_code failure;
    for (fs::directory_iterator it(path_, failure), end; !failure && it != end;
         it.increment(failure))
        if (it->is_directory()) loadConnector(it->path().string());
}

void ReportFolder::loadConnector(const std::string& folder) {
    const std::string connector = fs::path(folder).filename();
    Kept& kept = kept_[connector];
    std::error_code failure;
    for (fs::directory_iterator it(folder, failure), end; !failure && it != end;
         it.increment(failure)) {
        const auto& path = it->path();
        if (path.extension() != ".json") continue;
        const auto json = read(path);
        if (!json) continue;
        if (path.filename() == kPauseFile) {
            const auto since = base::parseRfc3339((*json)["since"].stringOr(""));
            kept.pause = Pause{(*json)["sha256"].stringOr(""), (*json)["reason"].stringOr(""),
                               since.value_or(base::TimePoint{})};
        } else if (const auto at = base::parseRfc3339((*json)["at"].stringOr(""))) {
            kept.reports.push_back({path.stem().string(), connector, *at, json->text()});
        }
    }
    std::sort(kept.reports.begin(), kept.reports.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
}

std::string ReportFolder::folderOf(const std::string& connector) const {
    return path_ + "/" + connector;
}

void ReportFolder::save(const DeathReport& report) {
    domain::ConnectorReport one{"", report.connector, report.at, ""};
    std::vector<std::string> old;
    {
        const std::lock_guard lock(mutex_);
        one.id = idOf(report.at, ++lastNumber_);
        one.json = toJson(report, one.id);
        auto& reports = kept_[report.connector].reports;
        reports.push_back(one);
        while (reports.size() > kReportsMax) {
            old.push_back(reports.front().id);
            reports.pop_front();
        }
    }
    if (path_.empty()) return;
    write(folderOf(report.connector) + "/" + one.id + ".json", one.json);
    for (const auto& id : old) remove(folderOf(report.connector) + "/" + id + ".json");
}

std::vector<domain::ConnectorReport> ReportFolder::of(const std::string& connector) const {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(connector);
    if (found == kept_.end()) return {};
    return {found->second.reports.rbegin(), found->second.reports.rend()};
}

std::size_t ReportFolder::count(const std::string& connector) const {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(connector);
    return found == kept_.end() ? 0 : found->second.reports.size();
}

std::optional<Pause> ReportFolder::pause(const std::string& connector) const {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(connector);
    return found == kept_.end() ? std::nullopt : found->second.pause;
}

void ReportFolder::setPause(const std::string& connector, const std::optional<Pause>& pause) {
    {
        const std::lock_guard lock(mutex_);
        kept_[connector].pause = pause;
    }
    if (path_.empty()) return;
    const std::string file = folderOf(connector) + "/" + kPauseFile;
    if (!pause) return remove(file);
    base::JsonWriter out;
    out.beginObject().key("sha256").string(pause->sha256);
    out.key("reason").string(pause->reason);
    out.key("since").string(base::toRfc3339(pause->since)).endObject();
    write(file, std::move(out).take());
}

}  // namespace tenantry::pluginhost
