#include "kernel/pluginhost/frame_server.h"

#include "kernel/base/secret.h"

namespace tenantry::pluginhost {

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
    const auto service = static_cast<HostService>(fields.number());
    const auto number = static_cast<std::uint32_t>(fields.number());
    const auto name = fields.bytes();
    const auto bytes = fields.bytes();
    if (!fields.complete()) return false;
    const tny_host* host = hostTable();
    switch (service) {
        case HostService::kSecret: {
            tny_status status = TNY_OK;
            const auto got = [](void* self, tny_str value) {
                static_cast<FrameServer*>(self)->respond(TNY_OK, view(value));
            };
            status = host->secret(call_.raw(), str(name), got, this);
            if (status != TNY_OK) respond(status, {});
            return true;
        }
        case HostService::kSecretPut:
            respond(host->secret_put(call_.raw(), str(name), str(bytes)), {});
            return true;
        case HostService::kThrottle:
            respond(host->throttle(call_.raw(), str(name), number), {});
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

}  // namespace tenantry::pluginhost
