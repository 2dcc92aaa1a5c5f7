/// Mail that waits to be sent. It is in the store before who wrote it goes on, and stays there
/// until the server has taken it: a server that is down, or we ourselves, delay a mail and lose
/// none.
///
/// Ownership: kernel/main; what it is given outlives it. Threads: put() from any; its own thread
/// "outbox" sends, and ends in the destructor. Bounds: a mail is tried for kTryFor, and at most
/// kWaitingMax may wait.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "kernel/base/clock.h"
#include "kernel/base/guarded.h"
#include "kernel/domain/ports/documents.h"
#include "tenants/mail/message.h"

namespace tenantry::tenants {

class Outbox {
  public:
    static constexpr auto kTryFor = std::chrono::hours{24};
    static constexpr std::size_t kWaitingMax = 10'000;

    Outbox(domain::DocumentStore& store, Mailer& mailer, const base::Clock& clock);
    ~Outbox();
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    /// Begins to send, first what waited from before.
    void start();
    base::Status put(const Message& message, base::Deadline deadline);
    [[nodiscard]] MailWay way() const { return mailer_.way(); }
    base::Result<std::size_t> waiting(base::Deadline deadline) const;
    /// Why the mail that was tried last did not go; empty when it went.
    [[nodiscard]] std::string trouble() const;
    /// Hands it over on this thread, past those that wait: what the server says is the answer.
    base::Status sendNow(const Message& message, base::Deadline deadline);
    /// Sends what waits, now and on this thread: for the end of a command, and for tests.
    void sendAll(base::Deadline deadline);

  private:
    void run(const std::stop_token& stop);
    base::Status handOver(const Message& message, base::Deadline deadline);

    domain::DocumentStore& store_;
    Mailer& mailer_;
    const base::Clock& clock_;
    base::Guarded<std::string> trouble_;
    std::mutex mutex_;
    std::mutex sending_;  ///< one sender at a time
    std::condition_variable_any wake_;
    bool news_ = true;
    std::jthread thread_;
};

}  // namespace tenantry::tenants
