#include "tests/fakes/scripted_connector.h"

#include "kernel/base/json.h"

namespace tenantry::testing {

namespace {

constexpr std::size_t kPage = 100;

constexpr std::string_view kDescriptor = R"({
  "tny": 1, "id": "test.scripted", "name": "Scripted directory", "vendor": "Tests", "version": "1.0.0",
  "abi": {"major": 1},
  "config": {"type": "object", "required": ["directory"], "properties": {
    "directory": {"type": "string"}, "address": {"type": "string", "x-tny-endpoint": true},
    "password": {"type": "string", "x-tny-secret": true}}},
  "kinds": {"user": {"attributes": {
    "login": {"type": "string", "maps": "login"}, "mail": {"type": "string", "maps": "email"},
    "given": {"type": "string", "maps": "first_name"},
    "state": {"type": "string", "maps": "status", "values": {"active": "ACTIVE", "disabled": "SUSPENDED",
      "locked": "LOCKED_OUT", "must_change": "AWAITING_NEW_PASSWORD", "invited": "PROVISIONED"}}}}},
  "actions": {"user.suspend": {}, "user.unsuspend": {}, "user.unlock": {}, "user.force_password_change": {},
    "user.reset_password": {"returns_secret": true}, "user.edit": {}, "user.delete": {},
    "user.resend_invite": {},
    "x.test.tag": {"title": "Tag", "when": {"status": ["ACTIVE", "SUSPENDED"]}, "idempotent": true,
      "reverse": "x.test.untag", "risk": "low",
      "args": {"type": "object", "required": ["tag"], "properties": {"tag": {"type": "string"}}}},
    "x.test.untag": {"title": "Remove the tag", "idempotent": true, "risk": "low"},
    "x.test.wipe": {"title": "Wipe the devices", "idempotent": false, "risk": "high"}}
})";

std::string bodyOf(const ScriptedUser& user) {
    base::JsonWriter json;
    json.beginObject()
        .key("login")
        .string(user.login)
        .key("mail")
        .string(user.email)
        .key("given")
        .string(user.firstName);
    json.key("state").string(user.status).endObject();
    return std::move(json).take();
}

domain::OwnedRecord recordOf(const ScriptedUser& user) {
    domain::OwnedRecord record;
    record.kind = "user";
    record.id = user.id;
    record.etag = "r" + std::to_string(user.revision);
    record.body = bodyOf(user);
    return record;
}

}  // namespace

void ScriptedDirectory::put(ScriptedUser user) {
    const std::lock_guard lock(mutex_);
    users_[user.id] = std::move(user);
}
void ScriptedDirectory::remove(const std::string& id) {
    const std::lock_guard lock(mutex_);
    users_.erase(id);
}
std::optional<ScriptedUser> ScriptedDirectory::find(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = users_.find(id);
    return found == users_.end() ? std::nullopt : std::optional(found->second);
}
void ScriptedDirectory::fill(int count) {
    for (int i = 1; i <= count; ++i) {
        const auto name = "u" + std::to_string(i);
        put({name, name, name + "@users.example"});
    }
}
void ScriptedDirectory::fail(const std::string& call, base::Error error, int times) {
    const std::lock_guard lock(mutex_);
    faults_[call] = {std::move(error), times};
}
void ScriptedDirectory::heal() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
    truncateAt_.reset();
    lost_.reset();
    silence_.reset();
    repeat_ = pretend_ = false;
    duringList_ = nullptr;
}
void ScriptedDirectory::truncateAt(std::optional<std::size_t> users) {
    const std::lock_guard lock(mutex_);
    truncateAt_ = users;
}
void ScriptedDirectory::repeatFirstPage(bool on) {
    const std::lock_guard lock(mutex_);
    repeat_ = on;
}
void ScriptedDirectory::loseAnswers(std::optional<base::Error> error) {
    const std::lock_guard lock(mutex_);
    lost_ = std::move(error);
}
void ScriptedDirectory::fallSilentAfterPerform(base::Error error) {
    const std::lock_guard lock(mutex_);
    silence_ = std::move(error);
}
void ScriptedDirectory::pretend(bool on) {
    const std::lock_guard lock(mutex_);
    pretend_ = on;
}
void ScriptedDirectory::duringList(std::function<void()> hook) {
    const std::lock_guard lock(mutex_);
    duringList_ = std::move(hook);
}
void ScriptedDirectory::setUnsupported(const std::string& action, std::string reason) {
    const std::lock_guard lock(mutex_);
    unsupported_[action] = std::move(reason);
}
int ScriptedDirectory::performed() const {
    const std::lock_guard lock(mutex_);
    return performed_;
}
void ScriptedDirectory::finishLater(int polls) {
    const std::lock_guard lock(mutex_);
    later_ = polls < 0 ? std::nullopt : std::optional(polls);
}
void ScriptedDirectory::failLater(base::Error error) {
    const std::lock_guard lock(mutex_);
    laterError_ = std::move(error);
}
void ScriptedDirectory::nameNoOperation() {
    const std::lock_guard lock(mutex_);
    nameless_ = true;
}
void ScriptedDirectory::forgetOperations(bool done) {
    const std::lock_guard lock(mutex_);
    domain::ActReply reply;
    for (const auto& [name, operation] : operations_)
        if (done && !operation.done) change(operation.request, reply);
    operations_.clear();
}
void ScriptedDirectory::askForPause(std::chrono::milliseconds pause) {
    const std::lock_guard lock(mutex_);
    pollPause_ = pause;
}
int ScriptedDirectory::polled() const {
    const std::lock_guard lock(mutex_);
    return polled_;
}
std::optional<base::Error> ScriptedDirectory::takeFault(const std::string& call) {
    const std::lock_guard lock(mutex_);
    return takeFaultLocked(call);
}
std::optional<base::Error> ScriptedDirectory::takeFaultLocked(const std::string& call) {
    const auto found = faults_.find(call);
    if (found == faults_.end() || found->second.second <= 0) return std::nullopt;
    --found->second.second;
    return found->second.first;
}

void ScriptedDirectory::change(const domain::ActRequest& request, domain::ActReply& reply) {
    const auto found = users_.find(request.id);
    if (found == users_.end()) return;
    auto& user = found->second;
    ++user.revision;
    if (request.action == "user.suspend") user.status = "disabled";
    if (request.action == "user.unsuspend" || request.action == "user.unlock")
        user.status = "active";
    if (request.action == "x.test.tag")
        user.tag = (*base::Json::parse(request.argsJson))["tag"].stringOr("");
    if (request.action == "x.test.untag") user.tag.clear();
    if (request.action == "x.test.wipe") ++user.wiped;
    if (request.action == "user.force_password_change") user.status = "must_change";
    if (request.action == "user.reset_password") reply.documents["secret"] = R"("temporary-1234")";
    if (request.action == "user.edit")
        if (const auto args = base::Json::parse(request.argsJson))
            user.firstName = (*args)["attributes"]["given"].stringOr(user.firstName);
    if (request.action == "user.delete")
        users_.erase(found);
    else
        reply.records.push_back(recordOf(user));
}

class ScriptedConnector final : public domain::Connector {
  public:
    ScriptedConnector(domain::ConnectorDescriptor descriptor, ScriptedDirectory& directory)
        : descriptor_(std::move(descriptor)), directory_(directory) {}

    [[nodiscard]] const domain::ConnectorDescriptor& descriptor() const override {
        return descriptor_;
    }

    base::Result<std::vector<domain::Diagnostic>> check(base::Deadline) override {
        if (auto fault = directory_.takeFault("check")) return *fault;
        return std::vector<domain::Diagnostic>{{true, "connect", "The directory answers."}};
    }

    base::Result<domain::ReadEnd> list(const domain::ReadRequest& request, domain::RecordSink& sink,
                                       base::Deadline) override {
        if (auto fault = directory_.takeFault("list")) return *fault;
        std::vector<ScriptedUser> page;
        bool more = false;
        std::function<void()> hook;
        {
            const std::lock_guard lock(directory_.mutex_);
            const auto from = request.cursor.empty() || directory_.repeat_
                                  ? directory_.users_.begin()
                                  : directory_.users_.upper_bound(request.cursor);
            std::size_t seen =
                static_cast<std::size_t>(std::distance(directory_.users_.begin(), from));
            for (auto at = from; at != directory_.users_.end(); ++at, ++seen) {
                if (directory_.truncateAt_ && seen >= *directory_.truncateAt_) break;
                if (page.size() == kPage) {
                    more = true;
                    break;
                }
                page.push_back(at->second);
            }
            more = more || directory_.repeat_;
            hook = directory_.duringList_;
        }
        for (const auto& user : page) {
            const auto record = recordOf(user);
            if (sink.record(record.view()) == domain::Flow::kStop) return domain::ReadEnd::kMore;
        }
        if (hook) hook();
        if (!page.empty()) sink.checkpoint(page.back().id);
        return more ? domain::ReadEnd::kMore : domain::ReadEnd::kComplete;
    }

    base::Result<domain::OwnedRecord> get(const std::string&, const std::string& id,
                                          base::Deadline) override {
        if (auto fault = directory_.takeFault("get")) return *fault;
        const auto user = directory_.find(id);
        if (!user) return base::notFound("There is no such entry.");
        return recordOf(*user);
    }

    base::Result<domain::Capabilities> capabilities(base::Deadline) override {
        domain::Capabilities out;
        for (const auto& [name, action] : descriptor_.actions) out[name] = {};
        const std::lock_guard lock(directory_.mutex_);
        for (const auto& [name, reason] : directory_.unsupported_)
            out[name] = {false, false, reason};
        return out;
    }

    base::Result<domain::ActReply> perform(const domain::ActRequest& request,
                                           base::Deadline) override {
        if (auto fault = directory_.takeFault("perform")) return *fault;
        const std::lock_guard lock(directory_.mutex_);
        const auto found = directory_.users_.find(request.id);
        if (found == directory_.users_.end()) return base::notFound("There is no such entry.");
        if (!request.expectEtag.empty() &&
            request.expectEtag != "r" + std::to_string(found->second.revision))
            return base::conflict("The entry was changed meanwhile.");
        if (request.action == "x.test.tag") {
            const auto args = base::Json::parse(request.argsJson);
            if (!args || !(*args)["tag"].isString())
                return base::invalidArgument("A tag is needed.", "/tag");
        }
        domain::ActReply reply;
        ++directory_.performed_;
        if (directory_.later_) {
            reply.pending = true;
            const auto name = "op" + std::to_string(directory_.performed_);
            directory_.operations_[name] = {request, *directory_.later_};
            if (!directory_.nameless_) reply.operation = name;
            return reply;
        }
        if (!directory_.pretend_) directory_.change(request, reply);
        if (directory_.silence_) directory_.faults_["get"] = {*directory_.silence_, 1'000'000};
        if (directory_.lost_) return *directory_.lost_;
        return reply;
    }

    base::Result<domain::ActReply> poll(const std::string& name, base::Deadline) override {
        const std::lock_guard lock(directory_.mutex_);
        ++directory_.polled_;
        if (auto fault = directory_.takeFaultLocked("poll")) return *fault;
        const auto found = directory_.operations_.find(name);
        if (found == directory_.operations_.end())
            return base::notFound("There is no such operation.");
        auto& operation = found->second;
        domain::ActReply reply;
        if (operation.done) return reply;
        if (operation.pollsLeft == 0 || --operation.pollsLeft > 0) {
            reply.pending = true;
            reply.retryAfter = directory_.pollPause_;
            return reply;
        }
        if (directory_.laterError_) return *directory_.laterError_;
        operation.done = true;
        if (!directory_.pretend_) directory_.change(operation.request, reply);
        return reply;
    }

  private:
    domain::ConnectorDescriptor descriptor_;
    ScriptedDirectory& directory_;
};

base::Status ScriptedHost::checkArguments(const domain::ActionDescriptor& action,
                                          std::string_view argsJson) const {
    const auto args = base::Json::parse(argsJson);
    if (action.name == "x.test.tag" && (!args || !(*args)["tag"].isString()))
        return base::invalidArgument("A tag is needed.", "/tag");
    return base::ok();
}

ScriptedHost::ScriptedHost() : descriptor_(domain::parseDescriptor(kDescriptor).value()) {}

ScriptedDirectory& ScriptedHost::directory(const std::string& name) {
    const std::lock_guard lock(mutex_);
    auto& one = directories_[name];
    if (!one) one = std::make_unique<ScriptedDirectory>();
    return *one;
}

std::vector<domain::ConnectorDescriptor> ScriptedHost::connectors() const {
    return {descriptor_};
}

std::string ScriptedHost::lastPassword() const {
    const std::lock_guard lock(mutex_);
    return lastPassword_;
}

base::Result<std::shared_ptr<domain::Connector>> ScriptedHost::open(domain::OpenRequest request,
                                                                    base::Deadline) {
    if (request.connector != descriptor_.id)
        return base::notFound("No such connector is installed.");
    TNY_TRY(const auto config, base::Json::parse(request.configJson));
    const auto name = config["directory"].asString();
    if (!name) return base::invalidArgument("\"directory\" is missing.", "/directory");
    auto& one = directory(*name);
    if (auto fault = one.takeFault("open")) return *fault;
    if (!config["password"].missing()) {
        TNY_TRY(const auto secret, request.secret(config["password"]["$secret"].stringOr("")));
        const std::lock_guard lock(mutex_);
        lastPassword_ = secret.reveal();
    }
    return std::shared_ptr<domain::Connector>(
        std::make_shared<ScriptedConnector>(descriptor_, one));
}

}  // namespace tenantry::testing
