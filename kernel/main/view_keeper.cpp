#include "kernel/main/view_keeper.h"

#include <sys/stat.h>

#include <filesystem>

#include "kernel/base/ids.h"
#include "kernel/base/json.h"
#include "kernel/main/server.h"

namespace tenantry::main {

namespace {

using base::Deadline;

constexpr std::string_view kKind = "view_file";
std::string stampOf(const domain::Document& document) {
    const auto json = base::Json::parse(document.json);
    return json ? (*json)["stamp"].stringOr("") : std::string();
}

/// This very build: another may fold, sort or lay out otherwise, and reads the store once.
std::string buildName() {
    struct stat info {};
    if (::stat("/proc/self/exe", &info) != 0) return kVersion;
    return std::string(kVersion) + " " + std::to_string(info.st_size) + " " +
           std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec);
}

}  // namespace

base::Result<std::vector<base::ConnectionId>> ViewKeeper::restore(
    const view::MemoryView::Revisions& revisions, Deadline deadline) {
    // The store names the file it was saved with: one that an older state of the store left, or
    // another store, is not taken for its own.
    const auto document = parts_.documents.document(kKind, node_, deadline);
    if (!document) return document.error();
    const auto stamp = stampOf(*document);
    if (!stamp.starts_with(buildName() + " "))
        return base::conflict("The file " + file_ + " was written by another build.");
    auto missing = parts_.view.restore(file_, stamp, revisions);
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
    return missing;
}

base::Result<LoadedView> ViewKeeper::load(Deadline deadline) {
    LoadedView out;
    TNY_TRY(const auto revisions, parts_.users.userRevisions(deadline));
    const auto missing = restore(revisions, deadline);
    const auto filling = parts_.view.fill();
    if (missing) {
        for (const auto& connection : *missing) {
            TNY_TRY(auto users, parts_.users.usersOf(connection, deadline));
            for (auto& user : users) filling->add(std::move(user));
        }
    } else {
        out.fileNotUsed = missing.error().message;
        TNY_CHECKED(parts_.users.loadUsers(
            [&](domain::User&& user) { filling->add(std::move(user)); }, deadline));
    }
    out.fromStore = filling->finish();
    parts_.view.noteRevisions(revisions);
    out.users = parts_.view.stats().users;
    return out;
}

base::Status ViewKeeper::save(Deadline deadline) const {
    const std::string stamp = buildName() + " " + base::newUuid();
    TNY_CHECKED(parts_.view.save(file_, stamp));
    base::JsonWriter json;
    json.beginObject().key("stamp").string(stamp).endObject();
    return parts_.documents.putDocument(
        {std::string(kKind), node_, "", std::move(json).take(), {}, std::nullopt}, deadline);
}

}  // namespace tenantry::main
