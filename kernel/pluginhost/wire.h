/// Frames between the kernel and a connector worker: what lies on the socketpair.
///
///     u32 length | u16 type | u16 flags | u64 call      then `length` bytes of positional fields,
///                                                       each a u64, or u32 length + bytes
///
/// Little-endian as the machine is: both ends are of the same build on the same machine. The reader
/// trusts nothing: every field is bounds-checked, and any violation ends the worker.
/// Threads: values. No dependency, so that the worker stays small.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace tenantry::pluginhost {

inline constexpr std::uint64_t kWireVersion = 1;
inline constexpr std::size_t kFrameHeaderBytes = 16;
inline constexpr std::size_t kFramePayloadMax = 4 * 1024 * 1024;
/// EMIT frames are sent when they reach this size.
inline constexpr std::size_t kBatchBytes = 64 * 1024;
/// What a worker may have sent of one call (EMIT, CHECKPOINT, REPLY) before the kernel took it.
inline constexpr std::size_t kCreditBytes = 1024 * 1024;
/// What the kernel may have sent of one HTTP answer before the worker took it.
inline constexpr std::size_t kDataWindowBytes = 256 * 1024;

enum class FrameType : std::uint16_t {
    // kernel to worker
    kHello = 1,  ///< version, call threads
    kOpen,       ///< instance, deadline ms, tenant, config
    kClose,      ///< instance (no call, no answer)
    kCheck,      ///< instance, deadline ms
    kList,       ///< instance, deadline ms, mode, budget records, budget ms, kind, parent kind,
                 ///< parent id, cursor, filter, attributes
    kGet,        ///< instance, deadline ms, kind, id
    kSchema,     ///< instance, deadline ms
    kPerform,    ///< instance, deadline ms, flags, action, kind, id, args, key, etag, actor
    kPoll,       ///< instance, deadline ms, operation
    kCancel,     ///< (of a call)
    kCredit,     ///< bytes taken, stop (0 or 1)
    kPing,
    kStop,
    kHostResponse,  ///< status, bytes; of a failed kHttp: the fields of kFail
    kHostData,      ///< 0 = head or 1 = data, HTTP status, bytes: before the response of a kHttp

    // worker to kernel
    kReady = 64,   ///< wire version, abi minor, descriptor
    kEmit,         ///< count, then op, flags, modified ms, kind, id, etag, body of each
    kCheckpoint,   ///< cursor
    kReply,        ///< key, JSON
    kFail,         ///< code, retry after ms, backend status, message, detail, pointer, backend code
    kEnd,          ///< status: the call is over
    kLog,          ///< level, event, fields
    kMetric,       ///< bits of a double, name, labels
    kHostRequest,  ///< HostService, number, name, bytes
    kPong,
    kHostTaken,  ///< bytes of kHostData that were taken, stop (0 or 1)
};

enum class HostService : std::uint16_t {
    kSecret = 1,
    kSecretPut,
    kThrottle,
    kHttp,  ///< number: flags; bytes: method, URL, headers, body, auth_ref, bucket
    kKvGet,
    kKvPut,
    kKvRemove,
    kNow,  ///< answers with decimal digits
};

/// One frame under construction.
class FrameWriter {
  public:
    FrameWriter(FrameType type, std::uint64_t call);
    FrameWriter& number(std::uint64_t value);
    FrameWriter& signedNumber(std::int64_t value) {
        return number(static_cast<std::uint64_t>(value));
    }
    FrameWriter& bytes(std::string_view value);
    /// Fields that were written by another writer.
    FrameWriter& append(std::string_view fields) {
        out_ += fields;
        return *this;
    }
    [[nodiscard]] std::size_t payloadBytes() const { return out_.size() - kFrameHeaderBytes; }
    /// The finished frame. The writer is empty afterwards.
    std::string take();

  private:
    std::string out_;
};

/// A received frame.
struct Frame {
    FrameType type{};
    std::uint64_t call = 0;
    std::string payload;
};

/// Reads the fields of a payload in their order. After the first field that is not there, failed()
/// stays true and every value is empty.
class FieldReader {
  public:
    explicit FieldReader(std::string_view payload) : rest_(payload) {}
    std::uint64_t number();
    std::int64_t signedNumber() { return static_cast<std::int64_t>(number()); }
    /// Borrowed from the payload.
    std::string_view bytes();
    [[nodiscard]] bool failed() const { return failed_; }
    /// Nothing failed and nothing is left over.
    [[nodiscard]] bool complete() const { return !failed_ && rest_.empty(); }

  private:
    std::string_view rest_;
    bool failed_ = false;
};

/// Cuts a stream of bytes into frames.
class FrameParser {
  public:
    /// Adds what was read.
    void feed(const char* data, std::size_t size) { buffer_.append(data, size); }
    /// The next whole frame, if there is one. Sets broken() for a length beyond kFramePayloadMax.
    std::optional<Frame> next();
    [[nodiscard]] bool broken() const { return broken_; }

  private:
    std::string buffer_;
    std::size_t at_ = 0;
    bool broken_ = false;
};

}  // namespace tenantry::pluginhost
