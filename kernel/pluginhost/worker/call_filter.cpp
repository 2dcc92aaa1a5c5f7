#include "kernel/pluginhost/worker/call_filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tenantry::pluginhost::worker {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kCallsMax = 0x3fffffff;  // above: the x32 calls, which have other numbers
#elif defined(__aarch64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t kCallsMax = 0xffffffff;
#else
#error "No filter of system calls for this machine."
#endif

/// BPF jumps forward by at most 255 instructions, so each rule returns for itself.
class Program {
  public:
    Program() {
        load(offsetof(seccomp_data, arch));
        jump(BPF_JEQ, kMachine, 1, 0);
        ret(SECCOMP_RET_KILL_PROCESS);
        loadCall();
        jump(BPF_JGT, kCallsMax, 0, 1);
        ret(SECCOMP_RET_KILL_PROCESS);
    }
    void refuse(long call, int error = EACCES) {
        jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 1);
        ret(SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error));
    }
    /// Refuses it unless its argument is `value`.
    void refuseUnless(long call, unsigned argument, std::uint32_t value) {
        jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 4);
        load(lowHalf(argument));
        jump(BPF_JEQ, value, 1, 0);
        ret(SECCOMP_RET_ERRNO | EACCES);
        loadCall();
    }
    /// Refuses it unless its argument has one of these bits.
    void refuseUnlessBits(long call, unsigned argument, std::uint32_t bits) {
        jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 4);
        load(lowHalf(argument));
        jump(BPF_JSET, bits, 1, 0);
        ret(SECCOMP_RET_ERRNO | EACCES);
        loadCall();
    }
    bool install() {
        ret(SECCOMP_RET_ALLOW);
        const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
        return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
    }

  private:
    static std::uint32_t lowHalf(unsigned argument) {
        return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + argument * 8);
    }
    void add(int code, std::uint32_t k, std::uint8_t yes, std::uint8_t no) {
        code_.push_back({static_cast<std::uint16_t>(code), yes, no, k});
    }
    void load(std::size_t offset) {
        add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset), 0, 0);
    }
    void loadCall() { load(offsetof(seccomp_data, nr)); }
    void jump(int how, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
        add(BPF_JMP | how | BPF_K, value, yes, no);
    }
    void ret(std::uint32_t value) { add(BPF_RET | BPF_K, value, 0, 0); }

    std::vector<sock_filter> code_;
};

/// Ways into other processes, around this filter, or deeper into the system than any connector
/// needs.
constexpr long kRefusedAlways[] = {
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_pidfd_getfd,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_init_module,
    SYS_finit_module,
    SYS_kexec_load,
    SYS_pidfd_send_signal,
};

}  // namespace

bool filterCalls(const CallRules& rules) {
    Program program;
    if (!rules.network) program.refuse(SYS_socket);
    if (rules.threadsOnly) {
        // glibc makes threads with clone when there is no clone3, whose flags cannot be seen here.
        program.refuse(SYS_clone3, ENOSYS);
        program.refuseUnlessBits(SYS_clone, 0, CLONE_THREAD);
        program.refuse(SYS_execve);
        program.refuse(SYS_execveat);
#if defined(SYS_fork)
        program.refuse(SYS_fork);
        program.refuse(SYS_vfork);
#endif
    }
    const auto self = static_cast<std::uint32_t>(::getpid());
    program.refuseUnless(SYS_kill, 0, self);
    program.refuseUnless(SYS_tgkill, 0, self);
    program.refuse(SYS_tkill);
    for (const long call : kRefusedAlways) program.refuse(call);
    return program.install();
}

}  // namespace tenantry::pluginhost::worker
