// A connector that does one thing wrong, named by "mischief", in list and in perform; everything
// else of it is honest. Written on the C header, because the C++ face would prevent half of it.
#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <tenantry/abi.h>
#include <tenantry/plugin.hpp>

namespace {

const tny_host* gHost = nullptr;

struct Naughty {
    std::string mischief;
};

using tny::str;
using tny::view;

const Naughty& at(tny_instance* i) {
    return *reinterpret_cast<Naughty*>(i);
}

tny_record record(const std::string& id, const std::string& body) {
    tny_record r{};
    r.size = sizeof r;
    r.kind = str("user");
    r.id = str(id);
    r.body = str(body);
    return r;
}

std::int32_t emit(tny_call* c, const std::string& id, const std::string& body) {
    const tny_record r = record(id, body);
    return gHost->emit(c, &r, 1, sizeof r);
}

/// More than any host may be made to hold, as fast as it goes, deaf to TNY_FLOW_STOP.
void flood(tny_call* c) {
    const std::string body = R"({"login":")" + std::string(1000, 'x') + R"("})";
    for (int n = 0; n < 200000 && gHost->cancelled(c) == 0; ++n) {
        emit(c, "f" + std::to_string(n), body);
        gHost->log(c, TNY_LOG_WARN, str("flooding"), str(R"({"n":1})"));
    }
}

/// Waits for the cancel descriptor, as a polite connector in a library's poll() would.
void waitForCancel(tny_call* c) {
    pollfd one{gHost->cancel_fd(c), POLLIN, 0};
    ::poll(&one, 1, 60000);
}

tny_status misbehave(const Naughty& self, tny_call* c) {
    const std::string& m = self.mischief;
    if (m == "null") {
        int* volatile nowhere = nullptr;
        *nowhere = 1;
    }
    if (m == "abort") std::abort();
    if (m == "exit") ::_exit(3);
    if (m == "hang")
        for (;;) ::sleep(1);
    if (m == "polite") {
        waitForCancel(c);
        return TNY_E_CANCELLED;
    }
    if (m == "flood") flood(c);
    if (m == "bad_body") {
        emit(c, "good", R"({"login":"good"})");
        emit(c, "bad", "{\"login\":\"\xff\xfe\"}");
    }
    if (m == "bad_id") emit(c, "\xff", "{}");
    if (m == "no_object") emit(c, "n", "[1]");
    if (m == "odd_status") return 12345;
    if (m == "host_status") return 900;
    if (m == "big_record") emit(c, "big", R"({"login":")" + std::string(8 << 20, 'x') + R"("})");
    if (m == "channel") {  // writes into the kernel's socket behind the host's back
        const std::string junk(64, '\x7f');
        if (::write(3, junk.data(), junk.size()) < 0) return TNY_E_INTERNAL;
        ::sleep(2);
    }
    if (m == "throttle")
        for (int i = 0; i < 3; ++i)
            if (const tny_status s = gHost->throttle(c, str("slow"), 1); s != TNY_OK) return s;
    if (m == "no_bucket") return gHost->throttle(c, str("nowhere"), 1);
    if (m == "late_ok") {  // ends as complete although the host said stop
        for (int n = 0; n < 100; ++n) emit(c, "l" + std::to_string(n), "{}");
    }
    return TNY_OK;
}

tny_status open(tny_call*, tny_str, tny_str config, tny_instance** out) {
    const tny::Json json = tny::Json::parse(view(config));
    if (json.str("mischief") == "crash_in_open") std::abort();
    *out = reinterpret_cast<tny_instance*>(new Naughty{json.str("mischief")});
    return TNY_OK;
}
void close(tny_instance* i) {
    delete reinterpret_cast<Naughty*>(i);
}
tny_status check(tny_instance* i, tny_call* c) {
    return at(i).mischief == "in_check" ? misbehave({"null"}, c) : TNY_OK;
}
tny_status list(tny_instance* i, tny_call* c, const tny_read_req*) {
    return misbehave(at(i), c);
}
tny_status get(tny_instance*, tny_call* c, tny_str, tny_str id) {
    const std::string owned(view(id));
    emit(c, owned, R"({"login":"x"})");
    return TNY_OK;
}
tny_status perform(tny_instance* i, tny_call* c, const tny_act_req*) {
    return misbehave(at(i), c);
}

const void* interfaceOf(tny_str id) {
    static const tny_read read{sizeof(tny_read), list, get, nullptr};
    static const tny_act act{sizeof(tny_act), perform, nullptr};
    if (view(id) == "tny.read/1") return &read;
    if (view(id) == "tny.act/1") return &act;
    return nullptr;
}

}  // namespace

extern "C" TNY_EXPORT const tny_plugin* tny_entry_v1(const tny_host* host) {
    gHost = host;
    static const tny_plugin table{
        sizeof(tny_plugin), TNY_ABI_MINOR, str(TNY_DESCRIPTOR), open, close, check, interfaceOf};
    return &table;
}
