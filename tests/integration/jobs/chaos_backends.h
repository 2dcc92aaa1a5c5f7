/// The directories of the chaos test: small REST servers in this process, which is not the one that
/// is killed. Each keeps the truth about its users, and counts what reached it.
///
/// Ownership: the test. Threads: any; the server has its own, joined in the destructor.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tenantry::testing {

/// What a directory does instead of answering as it should.
enum class Mischief : std::uint8_t {
    kNone = 1,
    kBusy,           ///< 429 with Retry-After, nothing done
    kGatewayBefore,  ///< 504, nothing done
    kGatewayAfter,   ///< done, and 504
    kLostBefore,     ///< the connection ends, nothing done
    kLostAfter,      ///< done, and the connection ends
    kHangBefore,     ///< no answer for longer than anybody waits, nothing done
    kHangAfter,      ///< done, and no answer
    kCrashBefore,    ///< nothing done, and the connector dies
    kCrashAfter,     ///< done, and the connector dies
};
inline constexpr std::size_t kMischiefs = 11;  ///< by number, from 1
std::string_view name(Mischief mischief);

struct TrueUser {
    std::string state = "active";
    int revision = 1;
    int suspends = 0;      ///< calls of suspend that took effect
    int mails = 0;         ///< passwords that were reset: each is a mail
    int mailsReached = 0;  ///< calls that were not refused: each may be a mail
};

class ChaosBackends {
  public:
    struct Options {
        int directories = 0;
        int usersEach = 0;
        std::uint64_t seed = 0;
        /// Directories [crashFrom, end) crash their connector now and then.
        int crashFrom = 0;
    };
    explicit ChaosBackends(Options options);
    ~ChaosBackends();
    ChaosBackends(const ChaosBackends&) = delete;
    ChaosBackends& operator=(const ChaosBackends&) = delete;

    [[nodiscard]] std::string url(int directory) const;
    static std::string userName(int directory, int user);
    /// Good behaviour ends here: readings are over.
    void begin() { wild_ = true; }
    /// From now on it ends every connection without an answer.
    void kill(int directory);
    [[nodiscard]] TrueUser user(const std::string& name) const;
    [[nodiscard]] std::array<std::uint64_t, kMischiefs> counts() const;
    [[nodiscard]] std::uint64_t requests() const { return requests_; }

    /// What answers one request; the server's threads call it.
    struct Answer {
        int status = 200;
        std::string body = {};
        bool hangUp = false, hang = false, crash = false;
    };
    Answer handle(const std::string& method, const std::string& target);
    [[nodiscard]] bool stopping() const { return stopping_; }

  private:
    struct Directory {
        std::map<std::string, TrueUser> users;
        bool dead = false;
        std::mt19937_64 dice;
    };
    Mischief draw(Directory& directory, int number, bool write);
    Answer act(Directory& directory, int number, const std::string& user, const std::string& verb);

    const Options options_;
    std::atomic<bool> wild_ = false;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::uint64_t> requests_ = 0;
    mutable std::mutex mutex_;  ///< guards what follows
    std::vector<Directory> directories_;
    std::array<std::uint64_t, kMischiefs> counts_{};

    struct Server;
    std::unique_ptr<Server> server_;
};

}  // namespace tenantry::testing
