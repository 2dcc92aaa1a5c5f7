#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace tenantry::testing {

/// A folder under the system's temporary folder, removed with everything in it at destruction.
/// Its mode is 0755 so that a server which runs as another user can reach what is inside.
/// Throws std::runtime_error when it cannot be made.
class TempFolder {
  public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// A TCP port on 127.0.0.1 that was free a moment ago.
int freeLoopbackPort();

/// True once something accepts a connection on 127.0.0.1:`port`.
bool portAnswers(int port);

/// One server process that a test started and stops by its pid.
///
/// Threads: one; the kernel kills the child when the *thread* that started it ends, so that a
/// crashed test leaves no server behind. Start servers from the test's main thread.
class ChildProcess {
  public:
    struct Options {
        std::vector<std::string> command;    ///< argv; command[0] is an absolute path
        std::string runAs;                   ///< user to become when we are root; empty: stay
        std::filesystem::path log;           ///< stdout and stderr go here, appended
        std::filesystem::path folder = "/";  ///< working folder of the child
    };

    /// Throws std::runtime_error when the process cannot be started.
    explicit ChildProcess(const Options& options);
    /// Stops it as stop() does.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t pid() const { return pid_; }
    bool running();
    /// SIGTERM (or `signal`), then SIGKILL after ten seconds. A process that ended is no error.
    void stop(int signal);
    void stop();
    /// SIGSTOP and SIGCONT: a server that hangs.
    void pause();
    void resume();

  private:
    bool waitFor(std::chrono::milliseconds limit);

    pid_t pid_ = -1;
};

/// What a command that ended by itself did.
struct CommandResult {
    int exitCode = -1;
    std::string output;  ///< stdout and stderr together
};

/// Runs a command to its end with `input` on its stdin.
CommandResult runCommand(const ChildProcess::Options& options, const std::string& input = {});

/// The last `bytes` of a file, for a message.
std::string tailOf(const std::filesystem::path& file, std::size_t bytes = 1500);

/// Gives `path` and what is in it to `user`; nothing when we are not root.
void giveTo(const std::filesystem::path& path, const std::string& user);

}  // namespace tenantry::testing
