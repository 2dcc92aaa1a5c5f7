#include "kernel/pluginhost/plugin_connector.h"

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/domain/action.h"
#include "kernel/pluginhost/descriptor_check.h"
#include "kernel/pluginhost/host_interfaces.h"

namespace tenantry::pluginhost {

namespace {

using base::ErrorCode;

ErrorCode codeOf(tny_status status) {
    switch (status) {
        case TNY_E_CONFIG:
        case TNY_E_ARGUMENT:
        case TNY_E_POLICY:
            return ErrorCode::kInvalidArgument;
        // The connection's own sign-in at its backend, which a person must mend.
        case TNY_E_AUTH:
            return ErrorCode::kUnauthenticated;
        case TNY_E_PERMISSION:
            return ErrorCode::kForbidden;
        case TNY_E_UNSUPPORTED:
            return ErrorCode::kUnsupported;
        case TNY_E_NOT_FOUND:
            return ErrorCode::kNotFound;
        case TNY_E_EXISTS:
        case TNY_E_CONFLICT:
        case TNY_E_CURSOR_EXPIRED:
            return ErrorCode::kConflict;
        case TNY_E_RATE_LIMITED:
            return ErrorCode::kTooMany;
        case TNY_E_TIMEOUT:
        case TNY_E_CANCELLED:
            return ErrorCode::kDeadline;
        case TNY_E_UNAVAILABLE:
        case TNY_E_OUTCOME_UNKNOWN:
        case kCrashed:
        case kKilled:
        case kQuarantined:
            return ErrorCode::kUnavailable;
        default:
            return ErrorCode::kInternal;
    }
}

/// Whether the status leaves it open if a write happened. The others promise that it did not.
bool leavesOpen(tny_status status) {
    switch (status) {
        case TNY_E_TIMEOUT:
        case TNY_E_OUTCOME_UNKNOWN:
        case TNY_E_CANCELLED:
        case TNY_E_DATA:
        case TNY_E_INTERNAL:
        case kCrashed:
        case kKilled:
            return true;
        default:
            return codeOf(status) == ErrorCode::kInternal;
    }
}

/// For an administrator, when the connector said nothing.
std::string wordsOf(tny_status status) {
    switch (codeOf(status)) {
        case ErrorCode::kNotFound:
            return "The directory has no such record.";
        case ErrorCode::kUnsupported:
            return "The connector cannot do this.";
        case ErrorCode::kDeadline:
            return "The directory did not answer in time.";
        case ErrorCode::kUnavailable:
            return "The directory cannot be reached.";
        case ErrorCode::kForbidden:
            return "The directory does not allow this to the connection.";
        case ErrorCode::kConflict:
            return "The directory's state does not allow this.";
        case ErrorCode::kTooMany:
            return "The directory asks for a pause.";
        case ErrorCode::kInvalidArgument:
            return "The directory refused the request.";
        case ErrorCode::kUnauthenticated:
            return "The directory refused the credentials of the connection.";
        case ErrorCode::kInternal:
            break;
    }
    return "The connector failed (status " + std::to_string(status) + ").";
}

std::vector<domain::Diagnostic> diagnosticsOf(const HostCall& call) {
    std::vector<domain::Diagnostic> out;
    const auto found = call.replies.find("diagnostics");
    if (found == call.replies.end()) return out;
    const auto json = base::Json::parse(call.services->redacted(found->second));
    if (!json) return out;
    for (const auto& item : json->items()) {
        if (auto text = item.asString()) {
            out.push_back({true, "", std::move(*text)});
        } else if (item.isObject()) {
            out.push_back(
                {item["ok"].boolOr(true), item["name"].stringOr(""), item["message"].stringOr("")});
        }
    }
    return out;
}

/// What perform() and poll() answered, as the call has it.
domain::ActReply replyOf(HostCall& call, tny_status status) {
    domain::ActReply reply;
    reply.records = std::move(call.records);
    reply.documents = std::move(call.replies);
    reply.pending = status == TNY_PENDING;
    if (!reply.pending) return reply;
    const auto document = [&](const char* key) {
        const auto found = reply.documents.find(key);
        return found == reply.documents.end() ? base::Result<base::Json>(base::notFound(key))
                                              : base::Json::parse(found->second);
    };
    if (const auto id = document("operation_id"); id) {
        auto text = id->stringOr("");
        if (text.size() <= base::limits::kOperationIdBytesMax) reply.operation = std::move(text);
    }
    if (const auto pause = document("retry_after_ms"); pause)
        reply.retryAfter = std::chrono::milliseconds(pause->intOr(-1));
    return reply;
}

/// The descriptor's word, corrected by the instance's.
domain::Capabilities capabilitiesOf(const domain::ConnectorDescriptor& descriptor,
                                    const HostCall& call) {
    domain::Capabilities out;
    for (const auto& [name, action] : descriptor.actions)
        out[name] = {true, action.emulated, action.note};
    const auto found = call.replies.find("actions");
    if (found == call.replies.end()) return out;
    const auto json = base::Json::parse(found->second);
    if (!json) return out;
    for (const auto& [name, said] : json->members()) {
        const auto known = out.find(name);
        if (known == out.end()) continue;  // only what the descriptor declares can be called
        domain::ActionCapability& one = known->second;
        one.supported = said["supported"].boolOr(one.supported);
        one.emulated = said["emulated"].boolOr(one.emulated);
        one.reason = said["reason"].stringOr(said["note"].stringOr(one.reason));
    }
    return out;
}

}  // namespace

PluginConnector::PluginConnector(const LoadedConnector& loaded, const domain::OpenRequest& request)
    : loaded_(loaded),
      config_(request.configJson),
      services_(std::make_shared<ConnectionServices>(
          request, loaded.plug->package()->descriptor(), loaded.metrics, loaded.shared,
          egressOf(*loaded.plug->package(), request.configJson))),
      slots_(std::make_shared<Slots>(loaded.plug->package()->descriptor().callsPerInstance)) {
    const tny_plugin* table = loaded_.plug->table();
    read_ = static_cast<const tny_read*>(table->get_interface(str("tny.read/1")));
    act_ = static_cast<const tny_act*>(table->get_interface(str("tny.act/1")));
}

PluginConnector::~PluginConnector() {
    if (instance_ != nullptr) loaded_.plug->table()->close(instance_);
    if (loaded_.supervisor)
        loaded_.supervisor->closes(base::ConnectionId(services_->connection()), config_);
}

base::Status PluginConnector::permitted() const {
    if (!loaded_.supervisor) return base::ok();
    const auto why = loaded_.supervisor->refusal(base::ConnectionId(services_->connection()));
    if (why.empty()) return base::ok();
    return base::unavailable(why).within("connector " + services_->connector());
}

template <class Body>
base::Status PluginConnector::run(HostCall& call, const std::string& operation,
                                  base::Deadline deadline, tny_status& status, Body&& body) {
    TNY_CHECKED(permitted());
    const auto package = loaded_.plug->package();  // another version may allow less at once
    slots_->resize(package->descriptor().callsPerInstance);
    loaded_.slots->resize(package->oneCallAtATime() ? 1 : base::limits::kWorkerCallThreads);
    const auto mine = slots_->take(deadline);
    const auto ours = mine ? loaded_.slots->take(deadline) : nullptr;
    if (!ours) return base::unavailable("The connector is busy; no call came free in time.");
    call.plug = loaded_.plug;
    if (!loaded_.plug->isolated()) call.delivered = true;
    status = body(call.raw());
    // The host's own statuses are not the connector's to return.
    if (!loaded_.plug->isolated() && status >= kCrashed) status = TNY_E_INTERNAL;
    const bool inside = codeOf(status) == ErrorCode::kInternal && status != TNY_E_DATA;
    if (inside && status != TNY_OK && status != TNY_MORE && status != TNY_PENDING &&
        loaded_.supervisor)
        loaded_.supervisor->failedInside(base::ConnectionId(services_->connection()), operation);
    return base::ok();
}

base::Error PluginConnector::errorOf(const HostCall& call, tny_status status, bool write) const {
    base::Error error;
    error.code = codeOf(status);
    error.message = call.failure.message.empty() ? wordsOf(status) : call.failure.message;
    error.context = "connector " + services_->connector();
    error.pointer = call.failure.pointer;
    error.backendCode = call.failure.backendCode.empty() && call.failure.backendStatus != 0
                            ? std::to_string(call.failure.backendStatus)
                            : call.failure.backendCode;
    error.retryAfter = std::chrono::milliseconds(call.failure.retryAfterMs);
    error.needsPerson =
        status == TNY_E_AUTH || status == TNY_E_CONFIG || status == TNY_E_PERMISSION;
    error.outcomeUnknown = write && call.delivered && leavesOpen(status);
    if (codeOf(status) == ErrorCode::kInternal || !call.failure.detail.empty())
        base::logWarning("connector_call_failed", {{"connector", services_->connector()},
                                                   {"connection", services_->connection()},
                                                   {"status", status},
                                                   {"message", error.message},
                                                   {"detail", call.failure.detail}});
    return error;
}

base::Result<std::shared_ptr<domain::Connector>> PluginConnector::open(
    const LoadedConnector& loaded, const domain::OpenRequest& request, base::Deadline deadline) {
    if (loaded.supervisor) loaded.supervisor->opens(request.connection, request.configJson);
    const std::shared_ptr<PluginConnector> made(new PluginConnector(loaded, request));
    HostCall call(made->services_, deadline);
    tny_status status = TNY_E_INTERNAL;
    TNY_CHECKED(made->run(call, "open", deadline, status, [&](tny_call* raw) {
        return loaded.plug->table()->open(raw, str(request.connection.text()),
                                          str(request.configJson), &made->instance_);
    }));
    if (status != TNY_OK || made->instance_ == nullptr)
        return made->errorOf(call, status == TNY_OK ? TNY_E_INTERNAL : status, /*write=*/false);
    return std::shared_ptr<domain::Connector>(made);
}

const domain::ConnectorDescriptor& PluginConnector::descriptor() const {
    return loaded_.plug->package()->descriptor();
}

base::Result<std::vector<domain::Diagnostic>> PluginConnector::check(base::Deadline deadline) {
    HostCall call(services_, deadline);
    tny_status status = TNY_E_INTERNAL;
    TNY_CHECKED(run(call, "check", deadline, status,
                    [&](tny_call* raw) { return loaded_.plug->table()->check(instance_, raw); }));
    if (status != TNY_OK) return errorOf(call, status, /*write=*/false);
    return diagnosticsOf(call);
}

base::Result<domain::ReadEnd> PluginConnector::list(const domain::ReadRequest& request,
                                                    domain::RecordSink& sink,
                                                    base::Deadline deadline) {
    if (read_ == nullptr) return base::unsupported("The connector cannot read.");
    HostCall call(services_, deadline, &sink);
    tny_read_req raw{};
    raw.size = sizeof raw;
    raw.mode = TNY_MODE_FULL;
    raw.kind = str(request.kind);
    raw.parent_kind = str(request.parentKind);
    raw.parent_id = str(request.parentId);
    raw.cursor = str(request.cursor);
    raw.budget_records =
        request.budgetRecords != 0 ? request.budgetRecords : base::limits::kSegmentRecords;
    const auto budget = request.budget.count() > 0
                            ? request.budget
                            : std::chrono::milliseconds(base::limits::kSegmentBudget);
    raw.budget_ms = static_cast<std::uint32_t>(budget.count());
    tny_status status = TNY_E_INTERNAL;
    TNY_CHECKED(run(call, "list", deadline, status,
                    [&](tny_call* c) { return read_->list(instance_, c, &raw); }));
    if (call.repairedRecords > 0)
        base::logWarning("connector_bad_records", {{"connector", services_->connector()},
                                                   {"connection", services_->connection()},
                                                   {"records", call.repairedRecords}});
    if (call.unusableRecords > 0)
        // Who they are is not known, so nobody may be taken for deleted.
        return base::internal("The connector gave " + std::to_string(call.unusableRecords) +
                              " records that cannot be used.")
            .within("connector " + services_->connector());
    if (status == TNY_MORE || (status == TNY_OK && call.stopped())) return domain::ReadEnd::kMore;
    if (status == TNY_OK) return domain::ReadEnd::kComplete;
    return errorOf(call, status, /*write=*/false);
}

base::Result<domain::OwnedRecord> PluginConnector::get(const std::string& kind,
                                                       const std::string& id,
                                                       base::Deadline deadline) {
    if (read_ == nullptr) return base::unsupported("The connector cannot read.");
    HostCall call(services_, deadline);
    tny_status status = TNY_E_INTERNAL;
    TNY_CHECKED(run(call, "get", deadline, status,
                    [&](tny_call* c) { return read_->get(instance_, c, str(kind), str(id)); }));
    if (status != TNY_OK) return errorOf(call, status, /*write=*/false);
    if (call.unusableRecords > 0 || call.repairedRecords > 0)
        return errorOf(call, TNY_E_DATA, /*write=*/false);
    for (auto& record : call.records)
        if (record.id == id && record.op == domain::RecordOp::kUpsert) return std::move(record);
    return base::notFound("The directory has no such record.");
}

base::Result<domain::Capabilities> PluginConnector::capabilities(base::Deadline deadline) {
    HostCall call(services_, deadline);
    if (!TNY_HAS(read_, schema) || read_->schema == nullptr)
        return capabilitiesOf(descriptor(), call);
    tny_status status = TNY_E_INTERNAL;
    TNY_CHECKED(run(call, "schema", deadline, status,
                    [&](tny_call* c) { return read_->schema(instance_, c); }));
    if (status != TNY_OK && status != TNY_E_UNSUPPORTED)
        return errorOf(call, status, /*write=*/false);
    return capabilitiesOf(descriptor(), call);
}

base::Result<domain::ActReply> PluginConnector::perform(const domain::ActRequest& request,
                                                        base::Deadline deadline) {
    if (act_ == nullptr || descriptor().action(request.action) == nullptr)
        return base::unsupported("The connector has no action \"" + request.action + "\".");
    if (const auto* declared = descriptor().action(request.action);
        domain::isVendorAction(request.action))
        TNY_CHECKED(checkArguments(*declared, request.argsJson));
    HostCall call(services_, deadline);
    tny_act_req raw{};
    raw.size = sizeof raw;
    raw.flags = request.dryRun ? TNY_ACT_DRY_RUN : 0;
    raw.action = str(request.action);
    raw.kind = str(request.kind);
    raw.id = str(request.id);
    raw.args_json = str(request.argsJson);
    raw.idempotency_key = str(request.idempotencyKey);
    raw.expect_etag = str(request.expectEtag);
    raw.actor_json = str(request.actorJson);
    tny_status status = TNY_E_INTERNAL;
    TNY_CHECKED(run(call, request.action, deadline, status,
                    [&](tny_call* c) { return act_->perform(instance_, c, &raw); }));
    if (status != TNY_OK && status != TNY_PENDING) return errorOf(call, status, !request.dryRun);
    return replyOf(call, status);
}

base::Result<domain::ActReply> PluginConnector::poll(const std::string& operation,
                                                     base::Deadline deadline) {
    if (!TNY_HAS(act_, poll) || act_->poll == nullptr)
        return base::unsupported("The connector has no pending operations.");
    HostCall call(services_, deadline);
    tny_status status = TNY_E_INTERNAL;
    TNY_CHECKED(run(call, "poll", deadline, status,
                    [&](tny_call* c) { return act_->poll(instance_, c, str(operation)); }));
    // A poll changes nothing itself: only the connector can say that the operation's end is open.
    if (status != TNY_OK && status != TNY_PENDING)
        return errorOf(call, status, /*write=*/status == TNY_E_OUTCOME_UNKNOWN);
    return replyOf(call, status);
}

}  // namespace tenantry::pluginhost
