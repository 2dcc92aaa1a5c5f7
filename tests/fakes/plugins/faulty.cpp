// A connector that harms the process it runs in, in the way that "fault" names: in list, and
// nowhere else. What it hands out otherwise is right.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <tenantry/plugin.hpp>
#include <thread>
#include <vector>

namespace {

constexpr int kKernelSocket = 3;

/// Recursion without an end that the compiler could see.
int overflow(volatile char* above, volatile int* more) {
    volatile char here[4096];
    here[0] = above == nullptr ? 1 : *above;
    return *more != 0 ? overflow(here, more) + here[0] : 0;
}

/// Gets and touches memory until there is none, or far beyond what any connector may have.
void allocate(std::size_t bytes) {
    constexpr std::size_t kStep = std::size_t{16} << 20;
    for (std::size_t done = 0; done < bytes; done += kStep)
        std::memset(::operator new(kStep), 1, kStep);
}

/// The same, but in shared memory, which only its size in memory tells.
void allocateShared(std::size_t bytes) {
    void* all = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (all != MAP_FAILED) std::memset(all, 1, bytes);
}

/// One piece, never touched.
void reserve(std::size_t bytes) {
    auto* volatile all = static_cast<char*>(::operator new(bytes));
    *all = 1;
}

int openAll() {
    int count = 0;
    while (::open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0) ++count;
    return count;
}

void loop() {
    for (volatile int n = 0;;) n = n + 1;
}

void writeToKernel(const std::string& bytes) {
    if (::write(kKernelSocket, bytes.data(), bytes.size()) < 0) return;
    ::sleep(2);
}

std::string header(std::uint32_t length) {
    std::string out(16, '\x41');
    std::memcpy(out.data(), &length, sizeof length);
    return out;
}

class Faulty final : public tny::Connector {
  public:
    Faulty(tny::Call&, std::string_view, std::string_view json) : config_(json) {
        if (fault() == "refuse") throw tny::config("It does not want this.", "/fault");
    }

    void check(tny::Call&) override {}
    tny_status list(tny::Call& c, const tny::Read&) override {
        c.log(tny::LogLevel::kInfo, "about_to_fail", tny::Json::object({{"fault", fault()}}));
        if (fault() == "stderr") std::fprintf(stderr, "last words of %s\n", "a library");
        fail(c);
        c.emit(tny::user("a").set("login", "a"));
        return TNY_OK;
    }
    void get(tny::Call& c, std::string_view, std::string_view id) override {
        c.emit(tny::user(std::string(id)).set("login", "a"));
    }
    tny_status perform(tny::Call& c, const tny::Act&) override {
        fail(c);
        return TNY_OK;
    }

  private:
    std::string fault() const { return config_.str("fault"); }
    void fail(tny::Call&) {
        const std::string f = fault();
        if (f == "segv") {
            int* volatile nowhere = nullptr;
            *nowhere = 1;
        }
        if (f == "abort" || f == "stderr") std::abort();
        volatile int more = 1;
        if (f == "overflow") overflow(nullptr, &more);
        if (f == "exit") std::exit(0);
        if (f == "quick_exit") ::_exit(0);
        if (f == "kill") ::raise(SIGKILL);
        if (f == "loop") loop();
        if (f == "deaf")
            for (;;) ::sleep(1);
        if (f == "background_loop") static const std::jthread kForever(loop);
        if (f == "allocate") allocate(std::size_t{4} << 30);
        if (f == "reserve") reserve(std::size_t{4} << 30);
        if (f == "shared") {
            allocateShared(std::size_t{300} << 20);
            ::sleep(60);
        }
        if (f == "files") openAll();
        if (f == "garbage") writeToKernel(std::string(256, '\x7f'));
        if (f == "oversized") writeToKernel(header(64 << 20));
        if (f == "stdout") {
            for (int i = 0; i < 100000; ++i) std::puts("not for anybody");
            std::fflush(stdout);
        }
        if (f == "inside") throw std::runtime_error("a bug");
    }
    tny::Config config_;
};

}  // namespace

TNY_PLUGIN(Faulty, TNY_DESCRIPTOR);
