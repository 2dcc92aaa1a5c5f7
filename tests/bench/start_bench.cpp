// How long a start takes: the users of a platform from the store, from the file of the last stop,
// and from the file when a part of the directories moved on; and the first questions after each.
// Times are of one core and one run; the ratio is to the start from the store.
//
//   start_bench [users] [tenants]
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "kernel/base/crypto.h"
#include "kernel/base/log.h"
#include "kernel/base/memory.h"
#include "kernel/main/view_keeper.h"
#include "kernel/store/store.h"
#include "tests/bench/view_world.h"
#include "tests/support/child_process.h"

namespace tenantry::testing {
namespace {

using Steady = std::chrono::steady_clock;

base::Deadline soon() {
    return base::Deadline::after(std::chrono::minutes{30});
}

template <class T>
T must(base::Result<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "%s\n", result.error().text().c_str());
    std::exit(1);
}
void must(const base::Status& status) {
    if (status) return;
    std::fprintf(stderr, "%s\n", status.error().text().c_str());
    std::exit(1);
}

double secondsOf(const std::function<void()>& work) {
    const auto begin = Steady::now();
    work();
    return std::chrono::duration<double>(Steady::now() - begin).count();
}

class StartBench {
  public:
    explicit StartBench(const BenchSize& size)
        : world_(size),
          store_(must(store::Store::open({"sqlite://" + (folder_.path() / "bench.db").string(),
                                          {},
                                          base::SealingKey::generate()},
                                         world_.clock, soon()))) {}

    void fill() {
        const double took = secondsOf([&] {
            const auto tree = world_.scopeOf(BenchWorld::kPlatform).tree();
            for (domain::Ordinal i = 0; i < tree->size(); ++i)
                must(store_->putOrganization(tree->at(i), soon()));
            world_.load([&](const BenchTenant& tenant, const std::vector<domain::User>& users) {
                must(store_->putConnection(tenant.connection, {}, soon()));
                must(store_->applyUsers(tenant.connection.id, {.upserts = users}, soon()));
            });
        });
        world_.view.settle();  // nothing of the making goes on while starts are measured
        std::printf("made and stored %llu users of %zu directories in %.1f s\n\n",
                    static_cast<unsigned long long>(world_.view.stats().users),
                    world_.tenants().size(), took);
    }

    /// A start as the server makes it, and what is asked first.
    double start(const char* name, double baseline) {
        view::MemoryView view(world_.clock);
        const auto scope = world_.scopeOf(BenchWorld::kPlatform);
        view.setTree(scope.tree());
        for (const auto& tenant : world_.tenants()) view.putConnection(tenant.connection, {});
        const main::ViewKeeper keeper(parts(view), file(), "bench");
        main::LoadedView loaded;
        const double load = secondsOf(
            [&] { loaded = must(main::ViewKeeper(parts(view), file(), "bench").load(soon())); });
        const auto ask = [&](std::vector<domain::SortKey> sort, const char* search) {
            domain::UserQuery query;
            query.sort = std::move(sort);
            query.search = search;
            return secondsOf([&] { must(view.query(scope, query)); });
        };
        const double page = ask({{domain::UserField::kLastName, false}}, "");
        const double search = ask({{domain::UserField::kLastName, false}}, "son");
        const double settle = secondsOf([&] { view.settle(); });
        std::printf(
            "%-44s %8.2f s %8.1fx %8.2f s %8.2f s %8.2f s   %llu users, %llu from the store", name,
            load, baseline > 0 ? baseline / load : 1.0, page, search, settle,
            static_cast<unsigned long long>(loaded.users),
            static_cast<unsigned long long>(loaded.fromStore));
        const double save = secondsOf([&] { must(keeper.save(soon())); });
        std::printf("; kept in %.2f s, %.0f MB\n", save,
                    static_cast<double>(std::filesystem::file_size(file())) / 1e6);
        std::fflush(stdout);
        return load;
    }

    void run() {
        fill();
        std::printf("%-44s %10s %9s %10s %10s %10s\n", "", "start", "ratio", "1st page",
                    "1st search", "settled");
        const double fromStore = start("from the store (goal 4 s)", 0);
        start("from the file (goal 0.5 s)", fromStore);
        for (std::size_t i = 0; i < world_.tenants().size(); i += 20)
            must(store_->applyUsers(world_.tenants()[i].connection.id, {}, soon()));
        start("from the file; 5 % moved on", fromStore);
        for (const auto& tenant : world_.tenants())
            must(store_->applyUsers(tenant.connection.id, {}, soon()));
        start("a file of which nothing holds", fromStore);
    }

  private:
    [[nodiscard]] std::string file() const { return (folder_.path() / "view").string(); }
    main::ViewKeeper::Parts parts(view::MemoryView& view) { return {*store_, *store_, view}; }

    TempFolder folder_;
    BenchWorld world_;
    std::unique_ptr<store::Store> store_;
};

}  // namespace
}  // namespace tenantry::testing

int main(int count, char** arguments) {
    tenantry::base::keepFreedMemory();  // as the server does
    tenantry::base::setLogLevel(tenantry::base::LogLevel::kError);
    if (!tenantry::base::initCrypto()) return 1;
    tenantry::testing::BenchSize size;
    if (count > 1) size.users = std::stoull(arguments[1]);
    if (count > 2) size.tenants = std::stoull(arguments[2]);
    tenantry::testing::StartBench(size).run();
    return 0;
}
