/// The port behind which every directory stands: a connector plugin (kernel/pluginhost), the portal
/// directory (tenants), or a scripted one (tests/fakes).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/deadline.h"
#include "kernel/base/ids.h"
#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/domain/connection.h"
#include "kernel/domain/descriptor.h"

namespace tenantry::domain {

enum class RecordOp : std::uint8_t { kUpsert = 1, kDelete, kUnchanged };

/// One record as the connector gave it. The views live as long as the call that hands it over.
struct Record {
    RecordOp op = RecordOp::kUpsert;
    std::string_view kind;
    std::string_view id;    ///< immutable backend id
    std::string_view etag;  ///< equal etag: the body need not be parsed
    std::int64_t modifiedMs = 0;
    std::string_view body;  ///< JSON object in the kind's attribute schema; may be empty for
                            ///< kDelete and kUnchanged
};

/// The same, owned.
struct OwnedRecord {
    RecordOp op = RecordOp::kUpsert;
    std::string kind, id, etag;
    std::int64_t modifiedMs = 0;
    std::string body;
    explicit OwnedRecord(const Record& r)
        : op(r.op), kind(r.kind), id(r.id), etag(r.etag), modifiedMs(r.modifiedMs), body(r.body) {}
    OwnedRecord() = default;
    [[nodiscard]] Record view() const { return {op, kind, id, etag, modifiedMs, body}; }
};

enum class Flow : std::uint8_t { kMore = 1, kStop };

/// Receives what a listing emits, on the thread that called list().
class RecordSink {
  public:
    virtual ~RecordSink() = default;
    /// kStop: end the segment soon.
    virtual Flow record(const Record& record) = 0;
    /// Everything emitted so far is covered by `cursor`.
    virtual void checkpoint(std::string_view cursor) = 0;
};

struct ReadRequest {
    std::string kind = "user";
    /// "groups of user 42": kind "group", parentKind "user". Empty: all.
    std::string parentKind;
    std::string parentId;
    std::string cursor;  ///< empty: from the start
    std::uint32_t budgetRecords = 0;
    std::chrono::milliseconds budget{0};
};

/// kComplete only when the connector says that it has shown everything. Only then may absence mean
/// deletion.
enum class ReadEnd : std::uint8_t { kComplete = 1, kMore };

struct ActRequest {
    std::string action;  ///< "user.suspend"
    std::string kind = "user";
    std::string id;
    std::string argsJson = "{}";
    std::string idempotencyKey;
    std::string expectEtag;
    std::string actorJson = "{}";  ///< who and why, for the backend's own audit trail
    bool dryRun = false;
};

struct ActReply {
    std::vector<OwnedRecord> records;  ///< the new state of every changed record
    std::map<std::string, std::string>
        documents;         ///< named results as JSON; "secret" is shown once and never stored
    bool pending = false;  ///< accepted, finishes later
    /// When pending: what poll() is asked with, maybe after a restart. Empty: the connector gave
    /// none, or one that cannot be used.
    std::string operation;
    /// When pending: how long the directory wants to be left alone; negative: it did not say.
    std::chrono::milliseconds retryAfter{-1};
};

struct Diagnostic {
    bool ok = true;
    std::string name;
    std::string message;
};

/// One opened connection. Threads: any; calls beyond the descriptor's concurrency wait. Every call
/// returns soon after its deadline. Errors: as the backend's answer maps (CONNECTOR-ABI 4.8);
/// `outcomeUnknown` is set when a write may have happened. Never throws.
class Connector {
  public:
    virtual ~Connector() = default;
    [[nodiscard]] virtual const ConnectorDescriptor& descriptor() const = 0;
    /// A live test of the configuration, in words.
    virtual base::Result<std::vector<Diagnostic>> check(base::Deadline deadline) = 0;
    /// One bounded segment of a full reading.
    virtual base::Result<ReadEnd> list(const ReadRequest& request, RecordSink& sink,
                                       base::Deadline deadline) = 0;
    /// kNotFound when the backend has no such record.
    virtual base::Result<OwnedRecord> get(const std::string& kind, const std::string& id,
                                          base::Deadline deadline) = 0;
    /// What this very directory can do: the descriptor's actions, corrected by what the instance
    /// says.
    virtual base::Result<Capabilities> capabilities(base::Deadline deadline) = 0;
    virtual base::Result<ActReply> perform(const ActRequest& request, base::Deadline deadline) = 0;
    /// How an accepted operation goes: pending, or what perform() would have answered (an error of
    /// the operation itself is its failure). kNotFound: it is not known any more; kUnsupported: the
    /// connector has no such thing.
    virtual base::Result<ActReply> poll(const std::string& operation, base::Deadline deadline) = 0;
};

/// Gives the value of a secret of one connection. Called on any thread; must not wait for long.
using SecretResolver = std::function<base::Result<base::SecretText>(std::string_view ref)>;
/// Stores a secret that the connector rotated.
using SecretKeeper = std::function<base::Status(std::string_view ref, base::SecretText value)>;

/// A small durable memory of one connection ("tny.kv/1"). Empty functions: there is none.
struct ConnectorMemory {
    static constexpr std::size_t kBytesMax = 1024 * 1024;  ///< of keys and values together
    static constexpr std::size_t kKeyBytesMax = 256;
    /// kNotFound when there is none.
    std::function<base::Result<std::string>(std::string_view key)> get;
    /// kTooMany when it would go beyond kBytesMax; kInvalidArgument for the key.
    std::function<base::Status(std::string_view key, std::string_view value)> put;
    /// Not an error when there is none.
    std::function<base::Status(std::string_view key)> remove;
};

struct OpenRequest {
    base::ConnectionId connection;
    std::string connector;
    std::string configJson;
    SecretResolver secret;
    SecretKeeper keepSecret;
    ConnectorMemory memory;
};

/// The connectors that are installed. Threads: any.
class ConnectorHost {
  public:
    virtual ~ConnectorHost() = default;
    [[nodiscard]] virtual std::vector<ConnectorDescriptor> connectors() const = 0;
    /// kNotFound when no such connector is installed; kInvalidArgument with a pointer when the
    /// configuration does not satisfy its schema.
    virtual base::Result<std::shared_ptr<Connector>> open(OpenRequest request,
                                                          base::Deadline deadline) = 0;
    /// Whether an action of the connector's own could be called with these arguments.
    /// kInvalidArgument with a pointer into them. A host without schemas finds out in perform().
    [[nodiscard]] virtual base::Status checkArguments(const ActionDescriptor&,
                                                      std::string_view /*argsJson*/) const {
        return base::ok();
    }
};

/// The opened connections, kept by whoever owns the configuration (tenants::Directories); used by
/// sync and jobs.
class Directories {
  public:
    virtual ~Directories() = default;
    /// Opens it when it is not open. kNotFound when the connection does not exist or is disabled.
    virtual base::Result<std::shared_ptr<Connector>> open(const base::ConnectionId& id,
                                                          base::Deadline deadline) = 0;
};

}  // namespace tenantry::domain
