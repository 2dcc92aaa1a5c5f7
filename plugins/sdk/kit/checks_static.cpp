// S: what can be told of the file without running it.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "kernel/domain/user.h"
#include "kernel/pluginhost/descriptor_check.h"
#include "kernel/pluginhost/elf.h"
#include "plugins/sdk/kit/verify.h"

namespace tenantry::kit {

namespace {

using base::Json;
using pluginhost::ElfFacts;

constexpr std::string_view kEntry = "tny_entry_v1";
constexpr std::size_t kNamed = 3;

/// An open file, closed at the end.
class File {
  public:
    explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

  private:
    const int fd_;
};

std::string listed(const std::vector<std::string>& all) {
    std::string out;
    for (std::size_t i = 0; i < all.size() && i < kNamed; ++i) out += (i == 0 ? "" : ", ") + all[i];
    if (all.size() > kNamed) out += " and " + std::to_string(all.size() - kNamed) + " more";
    return out;
}

Verdict symbols(const ElfFacts& facts) {
    std::vector<std::string> others;
    bool entry = false;
    for (const auto& name : facts.exported) {
        entry = entry || name == kEntry;
        if (name != kEntry) others.push_back(name);
    }
    if (!entry) return failed("It does not export tny_entry_v1.", listed(facts.exported));
    if (!others.empty())
        return failed("It exports " + std::to_string(others.size()) + " symbols more.",
                      listed(others));
    return passed("It exports tny_entry_v1 only.");
}

Verdict hardening(const ElfFacts& facts) {
    if (!facts.unique.empty())
        return failed("It has unique symbols, which two connectors in one process would share.",
                      listed(facts.unique));
    if (facts.textRelocations) return failed("It has relocations in its text (TEXTREL).");
    if (facts.staticTls) return failed("It needs static thread-local storage (STATIC_TLS).");
    if (facts.executableStack) return failed("It asks for an executable stack.");
    if (!facts.relro) return failed("Its relocations stay writable (no RELRO).");
    if (!facts.bindNow) return failed("Its symbols are bound late (no BIND_NOW).");
    return passed(
        "No unique symbols, TEXTREL, STATIC_TLS or executable stack; RELRO and BIND_NOW.");
}

Verdict glibc(const ElfFacts& facts, const std::string& ceiling) {
    if (facts.glibc.empty()) return passed("It needs no particular glibc.");
    if (pluginhost::newerVersion(facts.glibc, ceiling))
        return failed("It needs glibc " + facts.glibc + "; the newest allowed is " + ceiling + ".",
                      facts.glibcSymbol);
    return passed("It needs glibc " + facts.glibc + ", at most " + ceiling + " is allowed.");
}

Verdict builtBySdk(const ElfFacts& facts) {
    if (!facts.buildId)
        return failed("It has no build id, so that a crash cannot be told from another build's.");
    if (!facts.searchPath.empty())
        return failed("It looks for libraries in a place of its own.", facts.searchPath);
    return passed("It has a build id and no search path of its own.");
}

bool endsWith(const std::string& text, std::string_view end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool soundsSecret(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const std::string_view end :
         {"_url", "_uri", "_file", "_path", "_type", "_hash", "_name", "_ttl", "_policy", "_field",
          "_column", "_length", "_endpoint", "_id", "_algorithm"})
        if (endsWith(name, end)) return false;
    for (const char* word : {"password", "passwd", "passphrase", "secret", "token", "api_key",
                             "apikey", "private_key", "credential"})
        if (name.find(word) != std::string::npos) return true;
    return false;
}

/// A property that looks like a secret and is not marked; empty when there is none.
std::string unmarkedSecret(const Json& schema, const std::string& at) {
    for (const auto& [name, spec] : schema["properties"].members()) {
        const std::string here = at + "/" + name;
        const bool text = spec["type"].stringOr("string") == "string" && spec["enum"].missing();
        if (text && soundsSecret(name) && !spec["x-tny-secret"].boolOr(false)) return here;
        if (auto deeper = unmarkedSecret(spec, here); !deeper.empty()) return deeper;
    }
    return {};
}

/// Why `schema` cannot be used; empty when it can.
std::string unusable(const Json& schema) {
    domain::ConnectorDescriptor holder;
    holder.configSchemaJson = schema.text();
    const auto tried = pluginhost::checkConfig(holder, "{}");
    if (!tried && tried.error().code == base::ErrorCode::kInternal) return tried.error().message;
    return {};
}

Verdict configSchema(const Json& json, const VerifyOptions& options) {
    const Json schema = json["config"];
    if (!schema.isObject()) return failed("The descriptor has no schema \"config\".");
    if (schema["type"].stringOr("") != "object")
        return failed("\"config\" must be of type object.", schema["type"].text());
    if (auto why = unusable(schema); !why.empty()) return failed("The schema cannot be used.", why);
    for (const auto& name : schema["required"].items())
        if (schema["properties"][name.stringOr("")].missing() &&
            !schema["additionalProperties"].boolOr(true))
            return failed("\"" + name.stringOr("") +
                          "\" is required and not among the properties: nothing satisfies that.");
    for (const auto& [name, spec] : schema["properties"].members()) {
        if (spec["enum"].isArray() && spec["enum"].size() == 0)
            return failed("\"" + name + "\" has an empty enum: nothing satisfies that.");
        if (spec["minimum"].isNumber() && spec["maximum"].isNumber() &&
            *spec["minimum"].asDouble() > *spec["maximum"].asDouble())
            return failed("\"" + name + "\" has a minimum above its maximum.");
    }
    if (auto at = unmarkedSecret(schema, ""); !at.empty())
        return failed("\"" + at + "\" looks like a secret and is not marked \"x-tny-secret\".");
    if (!options.configJson) return passed("The schema can be used; secrets are marked.");
    domain::ConnectorDescriptor holder;
    if (auto parsed = domain::parseDescriptor(json.text())) holder = std::move(*parsed);
    if (const auto fits = pluginhost::checkConfig(holder, *options.configJson); !fits)
        return failed("The scenario's configuration does not satisfy the schema at \"" +
                          fits.error().pointer + "\".",
                      fits.error().message);
    return passed("The scenario's configuration satisfies the schema; secrets are marked.");
}

Verdict actionSchemas(const Json& json) {
    const Json actions = json["actions"];
    if (actions.size() == 0) return notApplicable("No action is declared.");
    for (const auto& [name, spec] : actions.members()) {
        const Json args = spec["args"];
        if (!args.missing()) {
            if (args["type"].stringOr("object") != "object")
                return failed(name + ": \"args\" must be the schema of an object.");
            if (auto why = unusable(args); !why.empty())
                return failed(name + ": the schema of its arguments cannot be used.", why);
            if (auto at = unmarkedSecret(args, ""); !at.empty())
                return failed(name + ": the argument \"" + at +
                              "\" looks like a secret and is not marked \"x-tny-secret\".");
        }
        const std::string reverse = spec["reverse"].stringOr("");
        if (!reverse.empty() && actions[reverse].missing())
            return failed(name + ": its reverse " + reverse + " is not declared.");
        for (const auto& state : spec["when"]["status"].items())
            if (!domain::userStatus(state.stringOr("")))
                return failed(name + ": \"when\" names a state that does not exist.", state.text());
    }
    return passed(std::to_string(actions.size()) + " actions.");
}

Verdict compatibility(const Json& json, const std::string& against) {
    if (against.empty()) return notApplicable("No earlier version was given (--against OLD.so).");
    const File file(against);
    const auto text = pluginhost::readManifest(file.fd());
    if (!text) return failed("The earlier version cannot be read.", text.error().message);
    const auto before = Json::parse(*text);
    if (!before) return failed("The earlier version's descriptor is no JSON.");
    const auto breaking = breakingChanges(*before, json);
    const std::string from = (*before)["version"].stringOr("");
    const std::string to = json["version"].stringOr("");
    const std::string versions = from + " -> " + to;
    if (breaking.empty()) return passed("Nothing is gone (" + versions + ").");
    std::string all;
    for (const auto& one : breaking) all += one + "\n";
    if (std::atoi(to.c_str()) > std::atoi(from.c_str()))
        return passed("The major version says that it breaks (" + versions +
                      "): " + listed(breaking) + ".");
    return failed(versions + " breaks what was released: " + breaking.front() + ".", all);
}

}  // namespace

base::Result<std::vector<std::pair<std::string, Verdict>>> verifyFile(
    const VerifyOptions& options) {
    const File file(options.file);
    if (file.fd() < 0) return base::notFound("There is no file " + options.file + ".");
    TNY_TRY(const ElfFacts facts, pluginhost::readElfFacts(file.fd()));
    std::vector<std::pair<std::string, Verdict>> out;
    out.emplace_back("S1", symbols(facts));
    out.emplace_back("S2", hardening(facts));
    out.emplace_back("S3", glibc(facts, options.glibc));
    const auto manifest = pluginhost::readManifest(file.fd());
    const auto json = manifest ? Json::parse(*manifest) : base::Result<Json>(manifest.error());
    const auto descriptor = manifest ? pluginhost::checkDescriptor(*manifest)
                                     : base::Result<domain::ConnectorDescriptor>(manifest.error());
    if (descriptor)
        out.emplace_back("S4", passed(descriptor->id + " " + descriptor->version + "."));
    else
        out.emplace_back("S4", failed(descriptor.error().message, descriptor.error().pointer));
    const Verdict none = notApplicable("There is no descriptor to look at, see S4.");
    out.emplace_back("S5", json ? configSchema(*json, options) : none);
    out.emplace_back("S6", json ? actionSchemas(*json) : none);
    out.emplace_back("S7", json ? compatibility(*json, options.against) : none);
    out.emplace_back("S8", builtBySdk(facts));
    return out;
}

}  // namespace tenantry::kit
