#include "kernel/pluginhost/frame_server.h"

#include <algorithm>
#include <utility>

#include "kernel/base/secret.h"
#include "kernel/pluginhost/host_interfaces.h"

namespace tenantry::pluginhost {

namespace {

template <class Interface>
const Interface* interfaceOf(std::string_view id) {
    return static_cast<const Interface*>(hostInterface(id));
}

/// The fields of a kFail frame.
std::string fieldsOf(const tny_error& e) {
    FrameWriter writer(FrameType::kFail, 0);
    writer.signedNumber(e.code).signedNumber(e.retry_after_ms).signedNumber(e.backend_status);
    for (const tny_str& text : {e.message, e.detail, e.pointer, e.backend_code})
        writer.bytes(view(text));
    return writer.take().substr(kFrameHeaderBytes);
}

}  // namespace

FrameServer::FrameServer(HostCall& call, std::uint64_t id, Send send, Next next)
    : call_(call), id_(id), send_(std::move(send)), next_(std::move(next)) {
    // Looks at what came as well: the connector may want no more of an answer that stands still.
    call_.abandoned = [this] { return !awaitWindow(); };
}

FrameServer::~FrameServer() {
    call_.abandoned = [] { return false; };
}

bool FrameServer::serve(Frame& frame) {
    FieldReader fields(frame.payload);
    switch (frame.type) {
        case FrameType::kEmit:
            return emit(fields) && credit(frame);
        case FrameType::kCheckpoint: {
            const auto cursor = fields.bytes();
            if (!fields.complete()) return false;
            stop_ = call_.checkpoint(cursor) == TNY_FLOW_STOP || stop_;
            return credit(frame);
        }
        case FrameType::kReply: {
            const auto key = fields.bytes();
            const auto json = fields.bytes();
            if (!fields.complete()) return false;
            call_.reply(key, json);
            return credit(frame);
        }
        case FrameType::kFail:
            return fail(fields);
        case FrameType::kHostRequest: {
            const bool good = request(fields);
            base::wipe(frame.payload.data(), frame.payload.size());  // a rotated secret
            return good;
        }
        case FrameType::kHostTaken:
            return taken(fields);
        case FrameType::kEnd:
            ended_ = true;
            status_ = static_cast<tny_status>(fields.signedNumber());
            if (status_ >= kCrashed) status_ = TNY_E_INTERNAL;  // not the connector's to say
            return fields.complete();
        default:
            return false;
    }
}

bool FrameServer::emit(FieldReader& fields) {
    for (auto n = fields.number(); n > 0; --n) {
        tny_record r{};
        r.size = sizeof r;
        r.op = static_cast<std::uint8_t>(fields.number());
        const auto form = fields.number();
        r.encoding = static_cast<std::uint8_t>(form >> 16);
        r.flags = static_cast<std::uint16_t>(form & 0xffff);
        r.modified_ms = fields.signedNumber();
        for (tny_str* field : {&r.kind, &r.id, &r.etag, &r.body}) *field = str(fields.bytes());
        if (fields.failed()) return false;
        stop_ = call_.emit(&r, 1, sizeof r) == TNY_FLOW_STOP || stop_;
    }
    return fields.complete();
}

bool FrameServer::fail(FieldReader& fields) {
    tny_error e{};
    e.size = sizeof e;
    e.code = static_cast<tny_status>(fields.signedNumber());
    e.retry_after_ms = fields.signedNumber();
    e.backend_status = static_cast<std::int32_t>(fields.signedNumber());
    for (tny_str* field : {&e.message, &e.detail, &e.pointer, &e.backend_code})
        *field = str(fields.bytes());
    if (!fields.complete()) return false;
    call_.fail(&e);
    return true;
}

bool FrameServer::request(FieldReader& fields) {
    // One at a time: who waits for an answer asks nothing, and what it sends meanwhile is served
    // from within the first.
    if (busy_) return false;
    busy_ = true;
    const bool good = serveRequest(fields);
    busy_ = false;
    return good;
}

bool FrameServer::serveRequest(FieldReader& fields) {
    const auto service = static_cast<HostService>(fields.number());
    const auto number = static_cast<std::uint32_t>(fields.number());
    const auto name = fields.bytes();
    const auto bytes = fields.bytes();
    if (!fields.complete()) return false;
    const tny_host* host = hostTable();
    const auto got = [](void* self, tny_str value) {
        static_cast<FrameServer*>(self)->respond(TNY_OK, view(value));
    };
    switch (service) {
        case HostService::kSecret: {
            const tny_status status = host->secret(call_.raw(), str(name), got, this);
            if (status != TNY_OK) respond(status, {});
            return true;
        }
        case HostService::kSecretPut:
            respond(host->secret_put(call_.raw(), str(name), str(bytes)), {});
            return true;
        case HostService::kThrottle:
            respond(host->throttle(call_.raw(), str(name), number), {});
            return true;
        case HostService::kHttp:
            return http(number, bytes);
        case HostService::kKvGet: {
            const auto* kv = interfaceOf<tny_kv>("tny.kv/1");
            const tny_status status = kv->get(call_.raw(), str(name), got, this);
            if (status != TNY_OK) respond(status, {});
            return true;
        }
        case HostService::kKvPut:
            respond(interfaceOf<tny_kv>("tny.kv/1")->put(call_.raw(), str(name), str(bytes)), {});
            return true;
        case HostService::kKvRemove:
            respond(interfaceOf<tny_kv>("tny.kv/1")->remove(call_.raw(), str(name)), {});
            return true;
        case HostService::kNow:
            respond(TNY_OK,
                    std::to_string(interfaceOf<tny_clock>("tny.clock/1")->now_ms(call_.raw())));
            return true;
    }
    return false;
}

void FrameServer::respond(tny_status status, std::string_view bytes) {
    send_(FrameWriter(FrameType::kHostResponse, id_).signedNumber(status).bytes(bytes).take(),
          Urgency::kNormal);
}

bool FrameServer::credit(const Frame& frame) {
    send_(FrameWriter(FrameType::kCredit, id_)
              .number(frame.payload.size())
              .number(stop_ ? 1 : 0)
              .take(),
          Urgency::kUrgent);
    return true;
}

bool FrameServer::http(std::uint32_t flags, std::string_view text) {
    tny_http_req r{};
    r.size = sizeof r;
    r.flags = flags;
    FieldReader fields(text);
    for (tny_str* field : {&r.method, &r.url, &r.headers, &r.body, &r.auth_ref, &r.bucket})
        *field = str(fields.bytes());
    if (!fields.complete()) return false;
    struct Failing {
        FrameServer* server;
        std::string fields;
    } failing{this, {}};
    tny_http_sink sink{};
    sink.size = sizeof sink;
    sink.u = &failing;
    sink.head = [](void* u, std::int32_t status, tny_str headers) {
        return static_cast<Failing*>(u)->server->sendData(true, status, view(headers));
    };
    sink.data = [](void* u, tny_str chunk) {
        return static_cast<Failing*>(u)->server->sendData(false, 0, view(chunk));
    };
    sink.failed = [](void* u, const tny_error* e) {
        static_cast<Failing*>(u)->fields = fieldsOf(*e);
    };
    const auto* client = interfaceOf<tny_http>("tny.http/1");
    const tny_status status = client->send(call_.raw(), &r, &sink);
    const bool stopped = std::exchange(dataStop_, false);
    dataOut_ = 0;
    if (std::exchange(broken_, false)) return false;
    stopped ? respond(TNY_OK, {}) : respond(status, failing.fields);
    return true;
}

std::int32_t FrameServer::sendData(bool head, std::int32_t status, std::string_view bytes) {
    send_(FrameWriter(FrameType::kHostData, id_)
              .number(head ? 0 : 1)
              .signedNumber(status)
              .bytes(bytes)
              .take(),
          Urgency::kNormal);
    dataOut_ += bytes.size();
    return awaitWindow() ? TNY_FLOW_MORE : TNY_FLOW_STOP;
}

/// Serves what the connector emits meanwhile, until it has taken enough of what was sent. False:
/// nobody wants the rest.
bool FrameServer::awaitWindow() {
    for (;;) {
        const bool full = dataOut_ > kDataWindowBytes && !dataStop_;
        const auto now = std::chrono::steady_clock::now();
        Frame frame;
        switch (next_(frame, full ? call_.signal.deadline() : now)) {
            case Came::kFrame:
                broken_ = !serve(frame) || ended_;
                if (broken_) return false;
                break;
            case Came::kNothing:
                return !full && !dataStop_;
            case Came::kGone:
                return false;
        }
    }
}

bool FrameServer::taken(FieldReader& fields) {
    const auto bytes = static_cast<std::size_t>(fields.number());
    const auto stop = fields.number();
    // Also after the answer's end, when the window has no meaning any more.
    dataOut_ -= std::min(bytes, dataOut_);
    dataStop_ = dataStop_ || (call_.inRequest && stop != 0);
    return fields.complete();
}

}  // namespace tenantry::pluginhost
