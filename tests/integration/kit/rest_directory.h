/// The backend of the reference connector: small REST directories on a free port of 127.0.0.1, one
/// below each first part of the path ("/one/users"), and what happens to them behind a connector's
/// back.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "plugins/sdk/kit/backend.h"

namespace tenantry::kit {

/// Threads: any; every request on one of its own.
class RestDirectory final : public Backend {
  public:
    RestDirectory();
    ~RestDirectory() override;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    /// "reset", "create", "change", "delete", "lock", "effects", "asked" (how often for an
    /// operation), "hold" (what is begun does not finish), "release": on directory "one".
    base::Result<std::string> run(const std::string& command, const Variables& variables) override;

    struct User {
        std::string id, login, name, mail, phone, badge, state = "enabled", temporary;
        int rev = 1;
    };
    struct Reply {
        int status = 200;
        std::string body = "{}";
    };
    struct Request {
        std::string method, directory, path, token, key, etag, body;
        std::map<std::string, std::string> query;
    };
    Reply answer(const Request& request);

  private:
    struct Change {
        long seq = 0;
        std::string id;
        bool deleted = false;
    };
    struct Directory {
        std::map<std::string, User> users;  ///< by id, in the order of the listing
        std::vector<Change> changes;
        std::map<std::string, Reply> done;  ///< by idempotency key
        std::map<std::string, std::string> operations;
        long seq = 0;
        int created = 0, effects = 0, asked = 0;
        bool held = false;
        std::string domain;
    };
    struct Server;

    static Directory make(const std::string& name, int users);
    static void touch(Directory& of, User& user);
    static std::string json(const User& user);
    Reply users(const Request& request, Directory& of);
    static Reply one(const Request& request, Directory& of, const std::string& id,
                     const std::string& verb);
    static Reply write(const Request& request, Directory& of, User& user, const std::string& verb);
    static Reply changesSince(const Request& request, Directory& of);
    static Reply edges(const Request& request, const Directory& of);

    std::mutex mutex_;
    std::map<std::string, Directory> directories_;
    int port_ = 0;
    std::unique_ptr<Server> server_;
};

}  // namespace tenantry::kit
