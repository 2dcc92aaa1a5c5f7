#include "tests/support/child_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace tenantry::testing {
namespace {

struct Identity {
    bool change = false;
    uid_t uid = 0;
    gid_t gid = 0;
};

Identity identityOf(const std::string& user) {
    if (user.empty() || geteuid() != 0) return {};
    const passwd* entry = getpwnam(user.c_str());
    if (entry == nullptr) throw std::runtime_error("there is no user " + user);
    return {true, entry->pw_uid, entry->pw_gid};
}

// Runs between fork and exec: only calls that are safe there.
[[noreturn]] void becomeCommand(char* const* argv, const char* folder, const Identity& who, int in,
                                int out) {
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0) _exit(125);
    if (who.change &&
        (setgroups(0, nullptr) != 0 || setgid(who.gid) != 0 || setuid(who.uid) != 0)) {
        _exit(126);
    }
    if (chdir(folder) != 0) _exit(124);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == 1) _exit(123);
    // A test's blocked or ignored signals are not the server's.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    signal(SIGPIPE, SIG_DFL);
    execv(argv[0], argv);
    _exit(127);
}

pid_t start(const ChildProcess::Options& options, int in, int out) {
    std::vector<char*> argv;
    for (const auto& word : options.command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    const Identity who = identityOf(options.runAs);
    const std::string folder = options.folder.string();
    const pid_t pid = fork();
    if (pid < 0) throw std::runtime_error("cannot fork");
    if (pid == 0) becomeCommand(argv.data(), folder.c_str(), who, in, out);
    return pid;
}

int openOrThrow(const std::string& path, int flags) {
    const int fd = open(path.c_str(), flags | O_CLOEXEC, 0644);
    if (fd < 0) throw std::runtime_error("cannot open " + path);
    return fd;
}

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    return address;
}

}  // namespace

TempFolder::TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tenantry-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
    chmod(name.c_str(), 0755);
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

int freeLoopbackPort() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(fd);
    if (!bound) throw std::runtime_error("no free port on 127.0.0.1");
    return ntohs(address.sin_port);
}

bool portAnswers(int port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(port);
    const bool up = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    close(fd);
    return up;
}

ChildProcess::ChildProcess(const Options& options) {
    const int in = openOrThrow("/dev/null", O_RDONLY);
    const int out = openOrThrow(options.log.string(), O_WRONLY | O_CREAT | O_APPEND);
    pid_ = start(options, in, out);
    close(in);
    close(out);
}

ChildProcess::~ChildProcess() {
    stop();
}

bool ChildProcess::running() {
    return pid_ > 0 && !waitFor(std::chrono::milliseconds(0));
}

bool ChildProcess::waitFor(std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (pid_ > 0) {
        if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
            pid_ = -1;
            return true;
        }
        if (std::chrono::steady_clock::now() >= end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

void ChildProcess::stop(int signal) {
    if (pid_ <= 0) return;
    kill(pid_, SIGCONT);
    kill(pid_, signal);
    if (waitFor(std::chrono::seconds(10))) return;
    kill(pid_, SIGKILL);
    waitFor(std::chrono::seconds(10));
}

void ChildProcess::stop() {
    stop(SIGTERM);
}

void ChildProcess::pause() {
    if (pid_ <= 0 || kill(pid_, SIGSTOP) != 0) return;
    // The signal is only on its way; WUNTRACED waits until every thread has stopped.
    waitpid(pid_, nullptr, WUNTRACED);
}

void ChildProcess::resume() {
    if (pid_ > 0) kill(pid_, SIGCONT);
}

CommandResult runCommand(const ChildProcess::Options& options, const std::string& input) {
    const TempFolder scratch;
    const std::string inName = (scratch.path() / "in").string();
    const std::string outName = (scratch.path() / "out").string();
    std::ofstream(inName, std::ios::binary) << input;
    const int in = openOrThrow(inName, O_RDONLY);
    const int out = openOrThrow(outName, O_WRONLY | O_CREAT | O_APPEND);
    const pid_t pid = start(options, in, out);
    close(in);
    close(out);
    int status = 0;
    waitpid(pid, &status, 0);
    CommandResult result;
    result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    std::ifstream file(outName, std::ios::binary);
    result.output.assign(std::istreambuf_iterator<char>(file), {});
    return result;
}

std::string tailOf(const std::filesystem::path& file, std::size_t bytes) {
    std::ifstream in(file, std::ios::binary);
    std::string all{std::istreambuf_iterator<char>(in), {}};
    return all.size() > bytes ? all.substr(all.size() - bytes) : all;
}

void giveTo(const std::filesystem::path& path, const std::string& user) {
    const Identity who = identityOf(user);
    if (!who.change) return;
    if (lchown(path.c_str(), who.uid, who.gid) != 0) {
        throw std::runtime_error("cannot give " + path.string() + " to " + user);
    }
    if (!std::filesystem::is_directory(path)) return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (lchown(entry.path().c_str(), who.uid, who.gid) != 0) {
            throw std::runtime_error("cannot give " + entry.path().string() + " to " + user);
        }
    }
}

}  // namespace tenantry::testing
