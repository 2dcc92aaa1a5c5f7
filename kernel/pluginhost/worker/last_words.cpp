#include "kernel/pluginhost/worker/last_words.h"

#include <link.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <initializer_list>

#include "kernel/pluginhost/last_words.h"

namespace tenantry::pluginhost::worker {

namespace {

constexpr std::size_t kStackBytes = 64 * 1024;

thread_local std::uint64_t gCall = 0;
std::uintptr_t gFrom = 0;
std::uintptr_t gTo = 0;
std::uintptr_t gBase = 0;

std::uintptr_t placeOf(const void* context) {
#if defined(__x86_64__)
    return static_cast<std::uintptr_t>(
        static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
    return static_cast<std::uintptr_t>(static_cast<const ucontext_t*>(context)->uc_mcontext.pc);
#endif
}

/// As a signal handler may: no lock, no memory.
void tell(int signal, std::uintptr_t place) {
    LastWords words;
    words.signal = signal;
    words.call = gCall;
    if (place >= gFrom && place < gTo) words.offset = place - gBase;
    if (::write(kLastWordsFd, &words, sizeof words) < 0) return;  // it dies all the same
}

void onCrash(int signal, siginfo_t*, void* context) {
    tell(signal, placeOf(context));
    // The handler is off by now (SA_RESETHAND): the signal ends the process when we return.
    ::raise(signal);
}

void onExit() {
    tell(0, 0);
}

int findModule(dl_phdr_info* module, std::size_t, void* wanted) {
    const auto inside = reinterpret_cast<std::uintptr_t>(wanted);
    std::uintptr_t from = UINTPTR_MAX;
    std::uintptr_t to = 0;
    for (int i = 0; i < module->dlpi_phnum; ++i) {
        const auto& part = module->dlpi_phdr[i];
        if (part.p_type != PT_LOAD) continue;
        const std::uintptr_t start = module->dlpi_addr + part.p_vaddr;
        if (start < from) from = start;
        if (start + part.p_memsz > to) to = start + part.p_memsz;
    }
    if (inside < from || inside >= to) return 0;
    gBase = module->dlpi_addr;
    gFrom = from;
    gTo = to;
    return 1;
}

}  // namespace

void watchForCrash() {
    struct sigaction action {};
    action.sa_sigaction = onCrash;
    action.sa_flags = SA_SIGINFO | SA_RESETHAND | SA_ONSTACK;
    ::sigemptyset(&action.sa_mask);
    for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS})
        ::sigaction(signal, &action, nullptr);
    std::atexit(onExit);
}

void rememberConnector(const void* inside) {
    ::dl_iterate_phdr(findModule, const_cast<void*>(inside));
}

void guardThread() {
    void* memory =
        ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    stack_t stack{};
    stack.ss_sp = memory;
    stack.ss_size = kStackBytes;
    ::sigaltstack(&stack, nullptr);
}

void serving(std::uint64_t call) {
    gCall = call;
}

}  // namespace tenantry::pluginhost::worker
