#include "kernel/main/view_keeper.h"

#include <sys/stat.h>

#include <filesystem>
#include <unordered_map>

#include "kernel/base/ids.h"
#include "kernel/base/json.h"
#include "kernel/main/server.h"

namespace tenantry::main {

namespace {

using base::Deadline;

constexpr std::string_view kKind = "view_file";
constexpr std::size_t kLoadBatch = 5000;
/// What is held at most before it goes to the view: as they come, users of all connections mix.
constexpr std::size_t kLoadHeldMax = 250'000;

/// Users as the store streams them, handed to the view in batches of one connection.
class Loader {
  public:
    explicit Loader(domain::UserViewWriter& view) : view_(view) {}
    void take(domain::User&& user) {
        auto& batch = batches_[user.connection];
        batch.upserts.push_back(std::move(user));
        if (batch.upserts.size() >= kLoadBatch) flush(batch);
        if (++held_ < kLoadHeldMax) return;
        finish();
    }
    void finish() {
        for (auto& [connection, batch] : batches_) flush(batch);
        held_ = 0;
    }
    [[nodiscard]] std::uint64_t count() const { return count_; }

  private:
    void flush(domain::UserChanges& batch) {
        if (batch.upserts.empty()) return;
        view_.apply(base::ConnectionId(batch.upserts.front().connection), batch, 0);
        count_ += batch.upserts.size();
        batch.upserts.clear();
    }
    domain::UserViewWriter& view_;
    std::unordered_map<base::ConnectionId, domain::UserChanges> batches_;
    std::uint64_t count_ = 0;
    std::size_t held_ = 0;
};

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
    Loader loader(parts_.view);
    const auto take = [&loader](domain::User&& user) { loader.take(std::move(user)); };
    if (const auto missing = restore(revisions, deadline)) {
        for (const auto& connection : *missing) {
            TNY_TRY(auto users, parts_.users.usersOf(connection, deadline));
            for (auto& user : users) take(std::move(user));
        }
    } else {
        out.fileNotUsed = missing.error().message;
        TNY_CHECKED(parts_.users.loadUsers(take, deadline));
    }
    loader.finish();
    parts_.view.noteRevisions(revisions);
    out.fromStore = loader.count();
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
