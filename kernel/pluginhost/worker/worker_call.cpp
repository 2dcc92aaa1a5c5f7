#include "kernel/pluginhost/worker/worker_call.h"

#include <algorithm>

namespace tenantry::pluginhost::worker {

namespace {

constexpr std::size_t kRecordBodyMax = 1024 * 1024;
constexpr std::size_t kTextMax = 16 * 1024;
constexpr std::size_t kReplyMax = 1024 * 1024;
constexpr std::size_t kRequestBytesMax = 3 * 1024 * 1024;
static_assert(kRequestBytesMax + kTextMax < kFramePayloadMax);

std::string_view clipped(tny_str text, std::size_t max = kTextMax) {
    return view(text).substr(0, max);
}

}  // namespace

void WorkerCall::cancel() {
    cancel_.cancel();
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
}

void WorkerCall::takeCredit(std::uint64_t bytes, bool stop) {
    const std::lock_guard lock(mutex_);
    outstandingBytes_ -= std::min<std::size_t>(bytes, outstandingBytes_);
    stop_ = stop_ || stop;
    changed_.notify_all();
}

void WorkerCall::takeResponse(tny_status status, std::string bytes) {
    const std::lock_guard lock(mutex_);
    responseStatus_ = status;
    response_ = std::move(bytes);
    changed_.notify_all();
}

void WorkerCall::takeData(bool head, std::int32_t status, std::string bytes) {
    const std::lock_guard lock(mutex_);
    pieces_.push_back({head, status, std::move(bytes)});
    changed_.notify_all();
}

bool WorkerCall::stopping() {
    if (cancel_.cancelled()) return true;
    const std::lock_guard lock(mutex_);
    return stop_;
}

std::int32_t WorkerCall::emit(const tny_record* first, std::size_t n, std::size_t stride) {
    const auto* at = reinterpret_cast<const char*>(first);
    for (std::size_t i = 0; i < n; ++i) {
        add(reinterpret_cast<const tny_record*>(at + i * stride));
        if (records_->size() >= kBatchBytes && !flush()) return told(false);
    }
    return told(true);
}

std::int32_t WorkerCall::told(bool more) {
    const std::lock_guard lock(mutex_);
    toldStop_ = toldStop_ || stop_;
    return more && !stop_ && !cancel_.cancelled() ? TNY_FLOW_MORE : TNY_FLOW_STOP;
}

void WorkerCall::add(const tny_record* r) {
    if (!records_) records_.emplace();
    FrameWriter fields(FrameType::kEmit, 0);
    // A body beyond the limit goes as none; the kernel counts the record as unusable.
    const auto body =
        TNY_HAS(r, body) && r->body.len <= kRecordBodyMax ? view(r->body) : std::string_view();
    fields.number(r->op).number(static_cast<std::uint64_t>(r->encoding) << 16 | r->flags);
    fields.signedNumber(r->modified_ms).bytes(clipped(r->kind)).bytes(clipped(r->id));
    fields.bytes(clipped(r->etag)).bytes(body);
    records_->append(fields.take(), kFrameHeaderBytes, std::string::npos);
    ++recordCount_;
}

bool WorkerCall::flush() {
    if (recordCount_ == 0) return !stopping();
    FrameWriter writer(FrameType::kEmit, id_);
    writer.number(recordCount_).append(*records_);
    records_->clear();
    recordCount_ = 0;
    return sendCharged(std::move(writer));
}

bool WorkerCall::sendCharged(FrameWriter writer) {
    {
        std::unique_lock lock(mutex_);
        const auto free = [&] { return stop_ || outstandingBytes_ < kCreditBytes; };
        while (!free() && !cancel_.cancelled()) changed_.wait_until(lock, cancel_.deadline(), free);
        if (stop_ || cancel_.cancelled()) dropped_ = true;
        if (dropped_) return false;
        outstandingBytes_ += writer.payloadBytes();
    }
    return sender_.send(writer.take(), Urgency::kNormal, never());
}

std::int32_t WorkerCall::checkpoint(std::string_view cursor) {
    return told(flush() &&
                sendCharged(std::move(FrameWriter(FrameType::kCheckpoint, id_).bytes(cursor))));
}

std::int32_t WorkerCall::reply(std::string_view key, std::string_view json) {
    if (json.size() > kReplyMax) return TNY_FLOW_STOP;
    const bool sent =
        flush() &&
        sendCharged(std::move(FrameWriter(FrameType::kReply, id_).bytes(key).bytes(json)));
    return sent ? TNY_FLOW_MORE : TNY_FLOW_STOP;
}

void WorkerCall::fail(const tny_error* e) {
    FrameWriter writer(FrameType::kFail, id_);
    writer.signedNumber(e->code);
    writer.signedNumber(TNY_HAS(e, retry_after_ms) ? e->retry_after_ms : -1);
    writer.signedNumber(TNY_HAS(e, backend_status) ? e->backend_status : 0);
    writer.bytes(TNY_HAS(e, message) ? clipped(e->message) : std::string_view());
    writer.bytes(TNY_HAS(e, detail) ? clipped(e->detail) : std::string_view());
    writer.bytes(TNY_HAS(e, pointer) ? clipped(e->pointer) : std::string_view());
    writer.bytes(TNY_HAS(e, backend_code) ? clipped(e->backend_code) : std::string_view());
    sender_.send(writer.take(), Urgency::kNormal, never());
}

bool WorkerCall::ask(HostService service, std::uint64_t number, std::string_view name,
                     std::string_view bytes) {
    FrameWriter writer(FrameType::kHostRequest, id_);
    writer.number(static_cast<std::uint64_t>(service)).number(number);
    writer.bytes(name).bytes(bytes);
    return sender_.send(writer.take(), Urgency::kNormal, never());
}

tny_status WorkerCall::await(std::string& answer, const tny_http_sink* sink) {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return responseStatus_.has_value() || !pieces_.empty(); });
        if (pieces_.empty()) break;
        const Piece piece = std::move(pieces_.front());
        pieces_.pop_front();
        lock.unlock();
        const bool more = sink == nullptr || hand(piece, sink);
        sender_.send(FrameWriter(FrameType::kHostTaken, id_)
                         .number(piece.bytes.size())
                         .number(more ? 0 : 1)
                         .take(),
                     Urgency::kUrgent, never());
        lock.lock();
        if (!more) sink = nullptr;  // what is on its way still comes, and is dropped
    }
    answer = std::move(response_);
    const tny_status status = *responseStatus_;
    responseStatus_.reset();
    return status;
}

bool WorkerCall::hand(const Piece& piece, const tny_http_sink* sink) {
    if (piece.head)
        return !TNY_HAS(sink, head) || sink->head == nullptr ||
               sink->head(sink->u, piece.status, str(piece.bytes)) == TNY_FLOW_MORE;
    return !TNY_HAS(sink, data) || sink->data == nullptr ||
           sink->data(sink->u, str(piece.bytes)) == TNY_FLOW_MORE;
}

tny_status WorkerCall::request(HostService service, std::uint64_t number, std::string_view name,
                               std::string_view bytes, std::string& answer) {
    if (inRequest_) return TNY_E_INTERNAL;  // from within an HTTP answer
    if (name.size() > kTextMax || bytes.size() > kRequestBytesMax) return TNY_E_ARGUMENT;
    if (!ask(service, number, name, bytes)) return TNY_E_CANCELLED;
    return await(answer, nullptr);
}

namespace {

tny_status failed(const tny_http_sink* sink, const tny_error& e) {
    if (TNY_HAS(sink, failed) && sink->failed != nullptr) sink->failed(sink->u, &e);
    return e.code;
}

tny_status failed(const tny_http_sink* sink, tny_status status, std::string_view why) {
    tny_error e{};
    e.size = sizeof e;
    e.code = status;
    e.retry_after_ms = -1;
    e.message = str(why);
    return failed(sink, e);
}

}  // namespace

tny_status WorkerCall::sendHttp(const tny_http_req* req, const tny_http_sink* sink) {
    if (inRequest_)
        return failed(sink, TNY_E_INTERNAL, "A request was sent from within an answer.");
    if (!TNY_HAS(req, auth_ref)) return failed(sink, TNY_E_ARGUMENT, "The request is incomplete.");
    FrameWriter fields(FrameType::kHostRequest, 0);
    for (const tny_str& field : {req->method, req->url, req->headers, req->body, req->auth_ref})
        fields.bytes(view(field));
    fields.bytes(TNY_HAS(req, bucket) ? view(req->bucket) : std::string_view());
    // The exact bounds are the kernel's to judge; a frame has its own.
    if (fields.payloadBytes() > kRequestBytesMax)
        return failed(sink, TNY_E_ARGUMENT, "The request is larger than a request may be.");
    if (!ask(HostService::kHttp, req->flags, {}, fields.take().substr(kFrameHeaderBytes)))
        return failed(sink, TNY_E_CANCELLED, "The host is gone.");
    std::string answer;
    inRequest_ = true;
    const tny_status status = await(answer, sink);
    inRequest_ = false;
    if (status == TNY_OK) return status;
    FieldReader reason(answer);
    tny_error e{};
    e.size = sizeof e;
    e.code = static_cast<tny_status>(reason.signedNumber());
    e.retry_after_ms = reason.signedNumber();
    e.backend_status = static_cast<std::int32_t>(reason.signedNumber());
    for (tny_str* field : {&e.message, &e.detail, &e.pointer, &e.backend_code})
        *field = str(reason.bytes());
    if (reason.failed()) return failed(sink, status, "The host refused the request.");
    e.code = status;
    return failed(sink, e);
}

void WorkerCall::end(tny_status status) {
    if (toldStop_ && status == TNY_OK)
        hostTable()->log(raw(), TNY_LOG_WARN, str("connector_said_complete_after_stop"), str("{}"));
    // The batch and the end go out together: one wake-up of the kernel for a small answer.
    std::string out;
    if (recordCount_ > 0 && !stopping()) {
        FrameWriter writer(FrameType::kEmit, id_);
        writer.number(recordCount_).append(*records_);
        out = writer.take();
    } else if (recordCount_ > 0) {
        dropped_ = true;
    }
    if (dropped_ && status == TNY_OK) {
        const std::lock_guard lock(mutex_);
        status = stop_ ? TNY_MORE : TNY_E_CANCELLED;
    }
    out += FrameWriter(FrameType::kEnd, id_).signedNumber(status).take();
    sender_.send(std::move(out), Urgency::kNormal, never());
}

}  // namespace tenantry::pluginhost::worker
