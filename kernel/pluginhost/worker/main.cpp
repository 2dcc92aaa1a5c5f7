// tenantry-connector-host: the process a connector runs in. Started by the kernel with a socket as
// descriptor 3, the connector's file, already verified, as 4, and a pipe for its last words as 5.
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "kernel/pluginhost/channel.h"
#include "kernel/pluginhost/wire.h"
#include "kernel/pluginhost/worker/confine.h"
#include "kernel/pluginhost/worker/last_words.h"
#include "kernel/pluginhost/worker/worker.h"
#include "tenantry/abi.h"

namespace {

using namespace tenantry::pluginhost;

constexpr int kSocket = 3;
constexpr int kRefused = 71;
constexpr unsigned kCallThreadsMax = 64;

[[noreturn]] void refuse(FrameSender& sender, const std::string& why) {
    FrameWriter writer(FrameType::kFail, 0);
    writer.signedNumber(TNY_E_INTERNAL).signedNumber(-1).signedNumber(0);
    writer.bytes(why).bytes({}).bytes({}).bytes({});
    sender.send(writer.take(), Urgency::kNormal, worker::never());
    ::_exit(kRefused);
}

struct Hello {
    unsigned threads = 0;
    Confinement confinement;
};

Hello awaitHello(FrameReceiver& receiver) {
    for (;;) {
        Frame frame;
        switch (receiver.next(frame)) {
            case FrameReceiver::Status::kFrame: {
                FieldReader fields(frame.payload);
                const auto version = fields.number();
                const auto threads = fields.number();
                Hello hello{static_cast<unsigned>(threads), Confinement::read(fields)};
                const bool good = frame.type == FrameType::kHello && fields.complete() &&
                                  version == kWireVersion && threads >= 1 &&
                                  threads <= kCallThreadsMax;
                if (!good) ::_exit(kRefused);
                return hello;
            }
            case FrameReceiver::Status::kNothing: {
                pollfd one{kSocket, POLLIN, 0};
                ::poll(&one, 1, -1);
                break;
            }
            case FrameReceiver::Status::kClosed:
                ::_exit(0);
            case FrameReceiver::Status::kViolation:
                ::_exit(kRefused);
        }
    }
}

const tny_plugin* load(FrameSender& sender) {
    void* library = ::dlopen("/proc/self/fd/4", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) refuse(sender, std::string("it cannot be loaded: ") + ::dlerror());
    const auto entry = reinterpret_cast<tny_entry_v1_fn>(::dlsym(library, "tny_entry_v1"));
    if (entry == nullptr) refuse(sender, "it does not export tny_entry_v1");
    worker::rememberConnector(reinterpret_cast<const void*>(entry));
    const tny_plugin* plugin = entry(worker::hostTable());
    if (plugin == nullptr) refuse(sender, "it refused to start");
    const bool whole = TNY_HAS(plugin, get_interface) && plugin->open != nullptr &&
                       plugin->close != nullptr && plugin->check != nullptr &&
                       plugin->get_interface != nullptr;
    if (!whole) refuse(sender, "its table of functions is incomplete");
    return plugin;
}

}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// A connector's crash must look like one: the kernel reports the signal.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
    return "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_abort=0:detect_leaks=0";
}
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() {
    return "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_abort=0";
}
#endif

int main() {
    worker::dieWithParent();
    if (::fcntl(kSocket, F_GETFD) < 0) {
        std::fputs("tenantry-connector-host is started by the Tenantry kernel, not by hand.\n",
                   stderr);
        return 2;
    }
    ::fcntl(kSocket, F_SETFL, ::fcntl(kSocket, F_GETFL) | O_NONBLOCK);
    FrameSender sender(kSocket);
    FrameReceiver receiver(kSocket);
    worker::bindHost(sender);
    const Hello hello = awaitHello(receiver);
    if (const std::string why = worker::confine(hello.confinement); !why.empty())
        refuse(sender, why);
    worker::watchForCrash();
    const tny_plugin* plugin = load(sender);
    FrameWriter ready(FrameType::kReady, 0);
    ready.number(kWireVersion).number(plugin->abi_minor);
    ready.bytes(worker::view(plugin->descriptor));
    sender.send(ready.take(), Urgency::kNormal, worker::never());
    worker::Worker(kSocket, plugin, sender, receiver).run(hello.threads);
}
