/// The configuration of the server: from a file, the environment and the command line, in rising
/// precedence.
///
/// File: "key = value" lines, # comments. Environment: TENANTRY_ + the key in capitals, dots and
/// dashes as underscores. Every wrong key or value is named, all of them at once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/jobs/job_desk.h"
#include "kernel/jobs/job_engine.h"

namespace tenantry::main {

struct Settings {
    std::string dataDir = "tenantry-data";  ///< data-dir: SQLite file, sealing key, lock
    std::string address = "127.0.0.1";      ///< address: where to listen
    std::uint16_t port = 8080;              ///< port: 0 = any free one
    std::string
        connectorsDir;   ///< connectors: folder of *.so; empty = ../connectors beside tenantryd
    std::string worker;  ///< worker: path of tenantry-connector-host; empty = beside tenantryd
    std::string webDir;  ///< web: folder of the built console; empty = none
    std::string store;   ///< store: connection string; empty = SQLite in data-dir
    base::SecretText storePassword;  ///< store-password
    base::SecretText
        sealingKey;  ///< sealing-key: base64; empty = data-dir/sealing.key, made when missing
    std::string publicUrl;  ///< public-url: how browsers reach us; empty = http://address:port
    std::vector<std::string>
        hosts;  ///< hosts: further names, by comma, under which browsers may call
    std::vector<std::string>
        proxies;             ///< proxies: addresses, by comma, whose X-Forwarded-For is believed
    bool inProcess = false;  ///< in-process: load connectors that allow it into the kernel (tests)
    bool httpAllowLoopback = false;  ///< http-allow-loopback: connectors may ask this machine
    bool httpAllowPrivate = true;    ///< http-allow-private: and addresses of private networks
    std::string httpCaFile;          ///< http-ca-file: PEM file of authorities beside the system's
    std::string httpProxy;           ///< http-proxy: as http::ProxyRules reads it; empty = none
    jobs::JobPolicy jobPolicy;       ///< jobs-...: what needs an approval, and what is refused
    jobs::EngineOptions jobOptions;  ///< jobs-...: when a job pauses, when it gives up
    std::string mailServer;  ///< mail-server: as tenants::parseSmtp() reads it; empty = files in
                             ///< data-dir/mail
    base::SecretText mailPassword;                        ///< mail-password
    std::string mailFrom = "tenantry@localhost.invalid";  ///< mail-from: the sender's address
    std::string mailCaFile;                               ///< mail-ca-file: PEM file of authorities
    std::string
        breachedPasswords;  ///< breached-passwords: as tenants::Passwords reads it; empty = none
    int inactiveDays = 90;  ///< accounts-inactive-days: without a sign-in, an account is suspended
    int activityDays = 0;   ///< activity-days: how long the trail is kept; 0 = for ever
    std::string logLevel = "info";  ///< log-level: debug, info, warning, error
};

/// The keys that are known, with a line of help each.
const std::map<std::string, std::string>& settingKeys();

/// kInvalidArgument with one line for each wrong key or value.
base::Result<Settings> readSettings(
    const std::optional<std::string>& file,
    const std::function<std::optional<std::string>(const std::string&)>& environment,
    const std::map<std::string, std::string>& commandLine);

}  // namespace tenantry::main
