#include "tests/integration/kit/rest_directory.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <algorithm>

#include "kernel/base/json.h"

namespace tenantry::kit {

namespace {

using base::Json;

constexpr int kUsers = 25;
constexpr int kManyUsers = 20'000;
constexpr const char* kToken = "t0ken-of-";

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool matches(const RestDirectory::User& user, const std::map<std::string, std::string>& query) {
    const auto op = query.find("op");
    if (op == query.end()) return true;
    const std::string value = lower(query.at("attribute") == "login" ? user.login : user.name);
    const std::string wanted = lower(query.at("value"));
    return op->second == "eq" ? value == wanted : value.rfind(wanted, 0) == 0;
}

std::string at(const std::map<std::string, std::string>& query, const std::string& name) {
    const auto found = query.find(name);
    return found == query.end() ? "" : found->second;
}

class Handler final : public Poco::Net::HTTPRequestHandler {
  public:
    explicit Handler(RestDirectory& directory) : directory_(directory) {}
    void handleRequest(Poco::Net::HTTPServerRequest& in,
                       Poco::Net::HTTPServerResponse& out) override {
        RestDirectory::Request request;
        const Poco::URI uri(in.getURI());
        std::vector<std::string> parts;
        uri.getPathSegments(parts);
        request.method = in.getMethod();
        if (!parts.empty()) request.directory = parts.front();
        for (std::size_t i = 1; i < parts.size(); ++i) request.path += "/" + parts[i];
        for (const auto& [name, value] : uri.getQueryParameters()) request.query[name] = value;
        request.token = in.get("Authorization", "");
        request.key = in.get("Idempotency-Key", "");
        request.etag = in.get("If-Match", "");
        Poco::StreamCopier::copyToString(in.stream(), request.body);
        const auto reply = directory_.answer(request);
        out.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(reply.status));
        out.setContentType("application/json");
        out.sendBuffer(reply.body.data(), reply.body.size());
    }

  private:
    RestDirectory& directory_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
  public:
    explicit Factory(RestDirectory& directory) : directory_(directory) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
        return new Handler(directory_);
    }

  private:
    RestDirectory& directory_;
};

}  // namespace

struct RestDirectory::Server {
    Server(RestDirectory& of, const Poco::Net::ServerSocket& socket)
        : http(new Factory(of), socket, new Poco::Net::HTTPServerParams) {
        http.start();
    }
    ~Server() { http.stopAll(true); }
    Poco::Net::HTTPServer http;
};

RestDirectory::RestDirectory() {
    (void)run("reset", {});
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress("127.0.0.1", 0), true);
    socket.listen();
    port_ = socket.address().port();
    server_ = std::make_unique<Server>(*this, socket);
}

RestDirectory::~RestDirectory() = default;

RestDirectory::Directory RestDirectory::make(const std::string& name, int users) {
    Directory out;
    out.domain = name + ".example";
    for (int n = 1; n <= users; ++n) {
        User user;
        const std::string number = std::to_string(n);
        const std::string width = users > 100 ? "00000" : "00";
        user.id = "u" + width.substr(std::min(width.size(), number.size())) + number;
        user.login = "user" + number + "@" + out.domain;
        user.mail = "first.last" + number + "@" + out.domain;
        user.name = n == 7 ? "Ünï Cødé 名前 \"'\\" : "User " + number;
        user.phone = n == 8 ? "" : "+49 30 " + number;
        user.badge = "B" + number;
        if (n == 3) user.state = "locked";
        if (n == 9) user.name = std::string(5000, 'n');
        if (n == 10) user.state = "disabled";
        out.users[user.id] = user;
    }
    return out;
}

base::Result<std::string> RestDirectory::run(const std::string& command,
                                             const Variables& variables) {
    const std::lock_guard lock(mutex_);
    if (command == "reset") {
        if (directories_.count("large") == 0) directories_["large"] = make("large", kManyUsers);
        directories_["one"] = make("one", kUsers);
        directories_["two"] = make("two", 12);
        directories_["empty"] = make("empty", 0);
        return std::string();
    }
    Directory& of = directories_["one"];
    if (command == "effects") return std::to_string(of.effects);
    if (command == "asked") return std::to_string(of.asked);
    if (command == "hold" || command == "release") {
        of.held = command == "hold";
        return std::string();
    }
    if (command == "create") {
        User user;
        user.id = "u9" + std::to_string(of.created++);
        user.login = user.id + "@" + of.domain;
        user.name = "New";
        of.users[user.id] = user;
        touch(of, of.users[user.id]);
        return user.id;
    }
    const auto found = of.users.find(variables.count("id") != 0 ? variables.at("id") : "");
    if (found == of.users.end()) return base::unavailable("There is no such user.");
    if (command == "delete") {
        of.changes.push_back({++of.seq, found->first, true});
        of.users.erase(found);
    } else if (command == "change") {
        found->second.phone = "+1 " + std::to_string(of.seq);
        touch(of, found->second);
    } else {
        return base::unavailable("There is no command " + command + ".");
    }
    return std::string();
}

void RestDirectory::touch(Directory& of, User& user) {
    ++user.rev;
    of.changes.push_back({++of.seq, user.id, false});
}

std::string RestDirectory::json(const User& user) {
    base::JsonWriter out;
    out.beginObject().key("id").string(user.id).key("rev").string("r" + std::to_string(user.rev));
    out.key("login").string(user.login).key("name").string(user.name);
    out.key("mail").string(user.mail).key("phone").string(user.phone);
    out.key("badge").string(user.badge).key("state").string(user.state);
    out.key("temporary").string(user.temporary).endObject();
    return std::move(out).take();
}

RestDirectory::Reply RestDirectory::answer(const Request& request) {
    const std::lock_guard lock(mutex_);
    const auto found = directories_.find(request.directory);
    if (found == directories_.end()) return {404, R"({"error":"no such directory"})"};
    Directory& of = found->second;
    if (request.token != "Bearer " + std::string(kToken) + request.directory)
        return {401, R"({"error":"token"})"};
    if (request.path == "/me") return {};
    if (request.path == "/position")
        return {200, R"({"position":"p)" + std::to_string(of.seq) + "\"}"};
    if (request.path == "/users") return users(request, of);
    if (request.path == "/changes") return changesSince(request, of);
    if (request.path == "/groups" || request.path == "/memberships") return edges(request, of);
    std::vector<std::string> parts;
    Poco::URI(request.path).getPathSegments(parts);
    if (parts.size() >= 2 && parts[0] == "operations") {
        const auto operation = of.operations.find(parts[1]);
        if (operation == of.operations.end()) return {404, "{}"};
        ++of.asked;
        return {200, std::string(R"({"done":)") +
                         (of.held ? R"(false,"retry_after_ms":70)" : "true") + R"(,"id":")" +
                         operation->second + "\"}"};
    }
    if (parts.size() >= 2 && parts[0] == "users")
        return one(request, of, parts[1], parts.size() > 2 ? parts[2] : "");
    return {404, "{}"};
}

RestDirectory::Reply RestDirectory::users(const Request& request, Directory& of) {
    const std::string after = at(request.query, "after");
    int limit = std::max(1, std::atoi(at(request.query, "limit").c_str()));
    if (of.users.size() > 1000) limit *= 200;
    std::string items;
    std::string last;
    bool more = false;
    for (auto user = of.users.upper_bound(after); user != of.users.end(); ++user) {
        if (!matches(user->second, request.query)) continue;
        more = limit-- == 0;
        if (more) break;
        items += (items.empty() ? "" : ",") + json(user->second);
        last = user->first;
    }
    return {200, R"({"items":[)" + items + R"(],"next":")" + (more ? last : "") + "\"}"};
}

RestDirectory::Reply RestDirectory::one(const Request& request, Directory& of,
                                        const std::string& id, const std::string& verb) {
    const auto user = of.users.find(id);
    if (user == of.users.end()) return {404, R"({"error":"nobody"})"};
    if (request.method == "GET") return {200, json(user->second)};
    if (const auto done = of.done.find(request.key); !request.key.empty() && done != of.done.end())
        return done->second;
    if (!request.etag.empty() && request.etag != "r" + std::to_string(user->second.rev))
        return {409, R"({"error":"changed"})"};
    const Reply reply = write(request, of, user->second, verb);
    if (!request.key.empty()) of.done[request.key] = reply;
    return reply;
}

RestDirectory::Reply RestDirectory::write(const Request& request, Directory& of, User& user,
                                          const std::string& verb) {
    ++of.effects;
    if (request.method == "DELETE") {
        of.changes.push_back({++of.seq, user.id, true});
        of.users.erase(std::string(user.id));
        return {};
    }
    if (verb == "suspend") user.state = "disabled";
    if (verb == "unsuspend") user.state = "enabled";
    if (verb == "reset") user.temporary = "temp0rary-" + std::to_string(of.effects);
    if (request.method == "PATCH")
        if (const auto body = Json::parse(request.body))
            if (const auto phone = (*body)["phone"].asString()) user.phone = *phone;
    touch(of, user);
    if (verb != "move") return {200, json(user)};
    const std::string operation = "op" + std::to_string(of.effects);
    of.operations[operation] = user.id;
    return {202, R"({"operation":")" + operation + "\"}"};
}

RestDirectory::Reply RestDirectory::changesSince(const Request& request, Directory& of) {
    const std::string since = at(request.query, "since");
    char* end = nullptr;
    const long from = since.size() > 1 ? std::strtol(since.c_str() + 1, &end, 10) : -1;
    const bool known = since.rfind('p', 0) == 0 && end != nullptr && *end == 0 && from <= of.seq;
    if (!known) return {410, R"({"error":"position"})"};
    std::string items;
    for (const auto& change : of.changes) {
        if (change.seq <= from) continue;
        const auto user = of.users.find(change.id);
        if (!change.deleted && user == of.users.end()) continue;
        items += (items.empty() ? "" : ",");
        items += R"({"seq":)" + std::to_string(change.seq) + R"(,"id":")" + change.id + "\",";
        items += change.deleted ? R"("deleted":true})" : R"("user":)" + json(user->second) + "}";
    }
    return {200, R"({"items":[)" + items + R"(],"position":"p)" + std::to_string(of.seq) + "\"}"};
}

RestDirectory::Reply RestDirectory::edges(const Request& request, const Directory& of) {
    // Two groups; every second user is in the second one.
    const std::string user = at(request.query, "user");
    std::string items;
    const auto add = [&](const std::string& item) { items += (items.empty() ? "" : ",") + item; };
    if (of.users.empty()) return {200, R"({"items":[],"next":""})"};
    if (request.path == "/groups") {
        const bool odd = !user.empty() && (user.back() - '0') % 2 == 1;
        add(R"({"id":"g1","rev":"1","name":"Everybody"})");
        if (!odd) add(R"({"id":"g2","rev":"1","name":"Some"})");
    } else {
        for (const auto& [id, one] : of.users) {
            if (!user.empty() && id != user) continue;
            add(R"({"user":")" + id + R"(","group":"g1"})");
            if ((id.back() - '0') % 2 == 0) add(R"({"user":")" + id + R"(","group":"g2"})");
        }
    }
    return {200, R"({"items":[)" + items + R"(],"next":""})"};
}

}  // namespace tenantry::kit
