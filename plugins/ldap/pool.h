/// The bound connections of one instance that are not in use.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "plugins/ldap/session.h"

namespace tenantry::ldap {

/// Lends sessions and takes them back.
///
/// Owner: the connector instance. Threads: any; a session is with one borrower at a time, and no
/// lock is held while the server is talked to.
/// Bounds: at most kIdleMax wait here; more than the instance may have calls is never needed.
class Pool {
  public:
    Pool(const Settings& settings, const tny::Config& config)
        : settings_(settings), config_(config) {}

    /// A new session. Throws tny::Error.
    std::unique_ptr<Session> connect(tny::Call& call) const;
    /// A session that waited here, or nothing.
    std::unique_ptr<Session> takeIdle();
    /// Gives a session back; a broken one is closed.
    void giveBack(std::unique_ptr<Session> session);

    /// Runs `work(Session&)`. A session that waited here may have died meanwhile: when the first
    /// thing it is used for shows that, the work is done once more on a new one. Work that sent a
    /// change is never repeated. Failures come out as tny::Error for `during`.
    template <class Work>
    auto run(tny::Call& call, During during, Work&& work) {
        std::unique_ptr<Session> session = takeIdle();
        if (session != nullptr) {
            try {
                return use(std::move(session), work);
            } catch (const Failure& failure) {
                if (!staleConnection(failure)) throw translate(failure, during, settings_.url);
            }
        }
        session = connect(call);
        try {
            return use(std::move(session), work);
        } catch (const Failure& failure) {
            throw translate(failure, during, settings_.url);
        }
    }

    /// Did the server, and not the call's time, end the connection before anything was changed?
    static bool staleConnection(const Failure& failure);

  private:
    static constexpr std::size_t kIdleMax = 4;

    template <class Work>
    auto use(std::unique_ptr<Session> session, Work& work) {
        struct Return {
            Pool& pool;
            std::unique_ptr<Session> session;
            ~Return() { pool.giveBack(std::move(session)); }
        } lease{*this, std::move(session)};
        return work(*lease.session);
    }

    const Settings& settings_;
    const tny::Config& config_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Session>> idle_;
};

}  // namespace tenantry::ldap
