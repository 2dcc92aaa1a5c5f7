/// A directory in memory that can be told to fail, lie, wait or forget: the fake behind
/// domain::Connector.
///
/// Threads: any. The directory outlives the connectors opened on it.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/connector.h"

namespace tenantry::testing {

struct ScriptedUser {
    std::string id;
    std::string login;
    std::string email;
    std::string status = "active";  ///< active, disabled, locked, must_change, invited
    std::string firstName = "Ada";
    int revision = 1;
    std::string tag = {};
    int wiped = 0;
};

/// The truth of one backend, and the script of its faults.
class ScriptedDirectory {
  public:
    void put(ScriptedUser user);
    void remove(const std::string& id);
    [[nodiscard]] std::optional<ScriptedUser> find(const std::string& id) const;
    /// `count` active users "u1", "u2" ...
    void fill(int count);

    /// The next `times` calls of `call` ("open", "list", "get", "perform") answer `error`.
    void fail(const std::string& call, base::Error error, int times = 1'000'000);
    void heal();
    /// list() answers complete after so many users, as a lying backend does.
    void truncateAt(std::optional<std::size_t> users);
    /// list() says "more" for ever and shows the same page.
    void repeatFirstPage(bool on);
    /// perform() does its work, and then answers `error` all the same: the answer was lost.
    void loseAnswers(std::optional<base::Error> error);
    /// perform() does its work; from then on get() answers `error`.
    void fallSilentAfterPerform(base::Error error);
    /// perform() says that it worked, and changes nothing.
    void pretend(bool on);
    /// perform() accepts everything, and it is done in the n-th poll() of it; 0: never. Negative:
    /// perform() does it at once again.
    void finishLater(int polls);
    /// What was accepted ends with this error, and changes nothing.
    void failLater(base::Error error);
    /// perform() says "accepted", and names no operation.
    void nameNoOperation();
    /// The directory knows nothing of what it accepted; whether it did it or not.
    void forgetOperations(bool done);
    /// How long poll() asks to be left alone.
    void askForPause(std::chrono::milliseconds pause);
    [[nodiscard]] int polled() const;
    /// Runs inside list(), before the end of the reading is told.
    void duringList(std::function<void()> hook);
    void setUnsupported(const std::string& action, std::string reason);
    [[nodiscard]] int performed() const;

  private:
    friend class ScriptedConnector;
    friend class ScriptedHost;
    std::optional<base::Error> takeFault(const std::string& call);
    // REQUIRES: the lock.
    std::optional<base::Error> takeFaultLocked(const std::string& call);
    void change(const domain::ActRequest& request, domain::ActReply& reply);
    struct Operation {
        domain::ActRequest request;
        int pollsLeft = 0;
        bool done = false;
    };

    mutable std::mutex mutex_;
    std::map<std::string, ScriptedUser> users_;
    std::map<std::string, std::pair<base::Error, int>> faults_;
    std::optional<std::size_t> truncateAt_;
    bool repeat_ = false;
    bool pretend_ = false;
    std::optional<base::Error> lost_;
    std::optional<base::Error> silence_;
    std::function<void()> duringList_;
    std::map<std::string, std::string> unsupported_;
    int performed_ = 0;
    int polled_ = 0;
    std::optional<int> later_;
    std::optional<base::Error> laterError_;
    bool nameless_ = false;
    std::chrono::milliseconds pollPause_{-1};
    std::map<std::string, Operation> operations_;
};

/// A host with one connector, "test.scripted"; the configuration's "directory" names one of its
/// directories.
class ScriptedHost final : public domain::ConnectorHost {
  public:
    ScriptedHost();
    ScriptedDirectory& directory(const std::string& name);
    [[nodiscard]] std::vector<domain::ConnectorDescriptor> connectors() const override;
    base::Result<std::shared_ptr<domain::Connector>> open(domain::OpenRequest request,
                                                          base::Deadline deadline) override;
    [[nodiscard]] base::Status checkArguments(const domain::ActionDescriptor& action,
                                              std::string_view argsJson) const override;
    /// The secret "password" that the last opened connector was given, when its configuration has
    /// one.
    [[nodiscard]] std::string lastPassword() const;

  private:
    domain::ConnectorDescriptor descriptor_;
    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<ScriptedDirectory>> directories_;
    std::string lastPassword_;
};

/// Remembers what was told.
class RecordedEvents final : public domain::EventSink {
  public:
    void publish(const domain::Event& event) override {
        const std::lock_guard lock(mutex_);
        events_.push_back(event);
    }
    [[nodiscard]] std::vector<domain::Event> all() const {
        const std::lock_guard lock(mutex_);
        return events_;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<domain::Event> events_;
};

}  // namespace tenantry::testing
