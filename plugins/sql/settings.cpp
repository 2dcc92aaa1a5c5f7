#include "plugins/sql/settings.h"

#include "plugins/sql/statement.h"

namespace tenantry::sql {
namespace {

using tny::Config;

Engine readEngine(const Config& config) {
    const std::string word = config.str("engine");
    if (word == "sqlite") return Engine::kSqlite;
    if (word == "mysql") return Engine::kMysql;
    if (word == "postgresql") return Engine::kPostgresql;
    throw tny::config("The engine is one of sqlite, mysql, postgresql.", "/engine");
}

bool isThisMachine(const std::string& host) {
    return host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

Tls readTls(const Config& config, const std::string& host) {
    const std::string word = config.str("tls", isThisMachine(host) ? "off" : "require");
    if (word == "off") return Tls::kOff;
    if (word == "require") return Tls::kRequire;
    if (word == "verify") return Tls::kVerify;
    throw tny::config("TLS is one of off, require, verify.", "/tls");
}

// Poco takes these in a string of its own, in which a separator cannot be escaped.
std::string readPlain(const Config& config, std::string_view key) {
    std::string value = config.str(key);
    if (value.empty()) throw tny::config("This may not be empty.", config.pointerTo(key));
    for (const char c : value) {
        if (static_cast<unsigned char>(c) <= 0x20 || c == ';' || c == '\'' || c == '\\') {
            throw tny::config("This may not contain blanks, quotes, backslashes or semicolons.",
                              config.pointerTo(key));
        }
    }
    return value;
}

void readServer(const Config& config, Settings& settings) {
    settings.host = readPlain(config, "host");
    const std::int64_t port =
        config.integer("port", settings.engine == Engine::kMysql ? 3306 : 5432);
    if (port < 1 || port > 65535) throw tny::config("A port is from 1 to 65535.", "/port");
    settings.port = static_cast<int>(port);
    settings.database = readPlain(config, "database");
    settings.username = readPlain(config, "username");
    settings.tls = readTls(config, settings.host);
    if (config.has("tls_ca_file")) {
        settings.tlsCaFile = readPlain(config, "tls_ca_file");
    } else if (settings.tls == Tls::kVerify) {
        settings.tlsCaFile = "/etc/ssl/certs/ca-certificates.crt";  // what this machine trusts
    }
}

Mapping readMapping(const Config& config) {
    const std::string name = config.str("mapping");
    if (name == "custom") {
        if (!config.has("custom")) config.complain("custom", "an object: the mapping itself");
        return parseMapping(config.sub("custom"));
    }
    const auto text = presetText(name);
    if (!text) {
        throw tny::config("There is no ready mapping \"" + name + "\".", "/mapping");
    }
    return parseMapping(Config(tny::Json::parse(*text), "/mapping"));
}

}  // namespace

Settings readSettings(std::string_view json) {
    const Config config(json);
    Settings out;
    out.source = config;
    out.engine = readEngine(config);
    if (out.engine == Engine::kSqlite) {
        out.file = config.str("file");
        if (out.file.empty() || out.file.front() != '/') {
            throw tny::config("The file is an absolute path.", "/file");
        }
    } else {
        readServer(config, out);
    }
    out.tablePrefix = config.str("table_prefix", "");
    checkTablePrefix(out.tablePrefix);
    out.mapping = readMapping(config);
    if (!out.mapping.engines.empty() && out.mapping.engines.count(out.engine) == 0) {
        throw tny::config("The mapping " + out.mapping.name + " is not for this engine.",
                          "/mapping");
    }
    if (config.has("password_hash")) {
        out.mapping.hash = hashSchemeOf(config.str("password_hash"));
        if (!out.mapping.hash) {
            throw tny::config("This password hash is not one this connector can make.",
                              "/password_hash");
        }
    }
    return out;
}

}  // namespace tenantry::sql
