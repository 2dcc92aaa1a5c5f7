// Goal: nothing a worker can write to its socket makes the kernel crash, hang, read beyond a frame
// or hand on what the port forbids. Method: libFuzzer's entry. The first byte says how the bytes
// arrive: as a raw stream in pieces of that size, or (even) as frames whose header is right.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/pluginhost/frame_server.h"
#include "kernel/pluginhost/transient_memory.h"

namespace {

using namespace tenantry;
using namespace tenantry::pluginhost;
namespace limits = base::limits;

/// A broken promise: stop, so that the fuzzer keeps the input.
void require(bool holds) {
    if (!holds) std::abort();
}

/// What the kernel above relies on (domain::RecordSink).
class Sink final : public domain::RecordSink {
  public:
    domain::Flow record(const domain::Record& r) override {
        require(!r.id.empty() && !r.kind.empty());
        require(base::isValidUtf8(r.id) && base::isValidUtf8(r.kind) && base::isValidUtf8(r.etag));
        require(r.op != domain::RecordOp::kUpsert ||
                (!r.body.empty() && base::isValidUtf8(r.body)));
        require(r.body.size() <= limits::kRecordBytesMax);
        return ++records_ % 64 == 0 ? domain::Flow::kStop : domain::Flow::kMore;
    }
    void checkpoint(std::string_view cursor) override {
        require(cursor.size() <= limits::kCursorBytesMax);
    }

  private:
    std::size_t records_ = 0;
};

/// Every field of any payload, until there is none.
void walk(std::string_view payload) {
    FieldReader fields(payload);
    for (int i = 0; !fields.failed() && i < 64; ++i) {
        if (i % 2 == 0) {
            fields.number();
        } else {
            const auto bytes = fields.bytes();
            require(bytes.empty() ||
                    (bytes.data() >= payload.data() &&
                     bytes.data() + bytes.size() <= payload.data() + payload.size()));
        }
    }
    require(!fields.failed() || !fields.complete());
}

/// A backend that says what it was sent, many times over, and tells its rate by it.
class Echo final : public http::Exchange {
  public:
    http::Outcome send(const http::Request& request, http::Receiver& receiver,
                       const http::Waiting&) override {
        require(request.url.rfind("http://x", 0) == 0);
        for (const auto& header : request.headers)
            require((header.name + header.value).find_first_of(std::string("\r\n\0", 3)) ==
                    std::string::npos);
        http::Head head;
        head.status = request.body.size() % 5 == 0 ? 429 : 200;
        head.headers = {{"Retry-After", request.body.substr(0, 40)},
                        {"X-RateLimit-Remaining", request.body.substr(0, 20)}};
        if (!receiver.head(head)) return http::Failure{http::Failed::kStopped, true, "", ""};
        std::string chunk = request.url + request.body;
        while (chunk.size() < 20'000) chunk += chunk;
        for (int i = 0; i < 40; ++i)
            if (!receiver.data(chunk)) return http::Failure{http::Failed::kStopped, true, "", ""};
        return {};
    }
};

std::shared_ptr<ConnectionServices> services() {
    domain::ConnectorDescriptor descriptor;
    descriptor.id = "test.fuzz";
    descriptor.limits.push_back({"api", 1e12, 1e12});
    domain::OpenRequest request;
    request.secret = [](std::string_view ref) -> base::Result<base::SecretText> {
        if (ref != "pw") return base::notFound("There is no such secret.");
        return base::SecretText("hunter2-hunter2");
    };
    request.keepSecret = [](std::string_view, const base::SecretText&) { return base::ok(); };
    request.memory = transientMemory();
    SharedServices shared;
    shared.http = std::make_shared<Echo>();
    return std::make_shared<ConnectionServices>(
        request, descriptor, std::make_shared<MetricCounters>(), shared,
        http::EgressList::of(R"({"url":"http://x/"})", "{}", {}));
}

/// Half a listing, half a get: with a sink and without. Ends where the worker would be killed.
class Kernel {
  public:
    Kernel(bool listing, std::deque<Frame> frames)
        : frames_(std::move(frames)),
          call_(services(), base::Deadline::after(std::chrono::seconds(1)),
                listing ? &sink_ : nullptr),
          server_(
              call_, 1,
              [](const std::string& frame, Urgency) {
                  require(frame.size() >= kFrameHeaderBytes);
                  walk(std::string_view(frame).substr(kFrameHeaderBytes));
              },
              [this](Frame& frame, CancelSignal::Point) { return next(frame); }) {}

    void run() {
        for (Frame frame; next(frame) == FrameServer::Came::kFrame;) {
            const bool good = server_.serve(frame);
            require(call_.failure.message.size() <= 4 * limits::kLogFieldBytesMax);
            require(server_.status() < kCrashed);
            for (const auto& [key, json] : call_.replies) require(bool(base::Json::parse(json)));
            if (!good || server_.ended()) return;
        }
    }

  private:
    FrameServer::Came next(Frame& frame) {
        if (frames_.empty()) return FrameServer::Came::kGone;
        frame = std::move(frames_.front());
        frames_.pop_front();
        require(frame.payload.size() <= kFramePayloadMax);
        walk(frame.payload);
        return FrameServer::Came::kFrame;
    }

    std::deque<Frame> frames_;
    Sink sink_;
    HostCall call_;
    FrameServer server_;
};

std::deque<Frame> streamed(const char* data, std::size_t size, std::size_t piece) {
    std::deque<Frame> out;
    FrameParser parser;
    for (std::size_t at = 0; at < size; at += piece) {
        parser.feed(data + at, std::min(piece, size - at));
        while (auto frame = parser.next()) out.push_back(std::move(*frame));
        if (parser.broken()) {
            require(!parser.next());
            break;
        }
    }
    return out;
}

/// u8 type, u16 length, payload, again and again.
std::deque<Frame> framed(const char* data, std::size_t size) {
    std::deque<Frame> out;
    while (size >= 3) {
        std::uint16_t length = 0;
        std::memcpy(&length, data + 1, sizeof length);
        const std::size_t bytes = std::min<std::size_t>(length, size - 3);
        Frame frame;
        frame.type = static_cast<FrameType>(static_cast<unsigned char>(data[0]));
        frame.call = 1;
        frame.payload.assign(data + 3, bytes);
        out.push_back(std::move(frame));
        data += 3 + bytes;
        size -= 3 + bytes;
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::setLogLevel(base::LogLevel::kError);
    if (size == 0) return 0;
    const auto* bytes = reinterpret_cast<const char*>(data + 1);
    if (data[0] % 2 == 0)
        Kernel(data[0] % 4 == 0, framed(bytes, size - 1)).run();
    else
        Kernel(data[0] % 3 != 0, streamed(bytes, size - 1, data[0])).run();
    return 0;
}
