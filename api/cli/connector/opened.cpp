#include "api/cli/connector/opened.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>

#include "api/cli/failure.h"
#include "kernel/base/limits.h"
#include "kernel/pluginhost/descriptor_check.h"
#include "kernel/pluginhost/http/curl_exchange.h"
#include "kernel/pluginhost/transient_memory.h"

namespace tenantry::cli {

namespace http = pluginhost::http;

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kFileBytesMax = 16 * 1024 * 1024;
constexpr auto kOpenWithin = std::chrono::seconds(30);
constexpr const char* kPlayedSecret = "a-secret-of-the-cassette";

/// The secrets of one run: what the connector rotates is kept until the end of it.
struct Secrets {
    std::mutex mutex;
    std::map<std::string, base::SecretText, std::less<>> values;
};

[[noreturn]] void usage(const std::string& words) {
    throw Failure{Exit::kUsage, words};
}

/// Never a value on the command line, where every user of the machine reads it.
void readSecrets(const std::vector<std::string>& given, Secrets& into) {
    for (const std::string& one : given) {
        const auto equals = one.find("=@");
        if (equals == std::string::npos || equals == 0)
            usage("A secret is given as NAME=@FILE: the value stands in the file, not here.");
        std::string value = fileText(one.substr(equals + 2));
        while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
        into.values[one.substr(0, equals)] = base::SecretText(std::move(value));
    }
}

/// The configuration as the kernel hands it over: a secret is {"$secret":"name"}. One that stands
/// in the file as text is sealed as the console would, one that came by --secret is put in, and one
/// that a cassette does without is named.
std::string sealedConfig(const std::string& text, const domain::ConnectorDescriptor& descriptor,
                         Secrets& secrets, bool played) {
    const auto json = base::Json::parse(text);
    if (!json || !json->isObject())
        usage("The configuration is not a JSON object." + (json ? "" : " " + json.error().message));
    const auto& fields = descriptor.secretFields;
    const auto isSecret = [&](const std::string& name) {
        return std::find(fields.begin(), fields.end(), name) != fields.end();
    };
    const auto schema = base::Json::parse(descriptor.configSchemaJson);
    const auto isRequired = [&](const std::string& name) {
        const auto names = schema ? (*schema)["required"].items() : std::vector<base::Json>();
        return std::any_of(names.begin(), names.end(),
                           [&](const base::Json& one) { return one.stringOr("") == name; });
    };
    base::JsonWriter out;
    const auto reference = [&](const std::string& name) {
        out.key(name).beginObject().key("$secret").string(name).endObject();
    };
    out.beginObject();
    for (const auto& [name, value] : json->members()) {
        if (isSecret(name) && value.isString()) {
            secrets.values.try_emplace(name, base::SecretText(value.stringOr("")));
            reference(name);
        } else {
            out.key(name).raw(value.text());
        }
    }
    for (const std::string& name : fields) {
        const bool needed = secrets.values.count(name) != 0 || (played && isRequired(name));
        if ((*json)[name].missing() && needed) reference(name);
    }
    out.endObject();
    return std::move(out).take();
}

/// `played`: nobody looks at the secrets, so that those that were not given need not be.
domain::OpenRequest requestOf(const std::string& connector, std::string config,
                              const std::shared_ptr<Secrets>& secrets, bool played) {
    domain::OpenRequest request;
    request.connection = base::ConnectionId(base::newUuid());
    request.connector = connector;
    request.configJson = std::move(config);
    request.memory = pluginhost::transientMemory();
    request.secret = [secrets, played](std::string_view ref) -> base::Result<base::SecretText> {
        const std::lock_guard lock(secrets->mutex);
        const auto found = secrets->values.find(ref);
        if (found == secrets->values.end() && played) return base::SecretText(kPlayedSecret);
        if (found == secrets->values.end())
            return base::notFound("No secret \"" + std::string(ref) + "\" was given: --secret " +
                                  std::string(ref) + "=@FILE.");
        return found->second;
    };
    request.keepSecret = [secrets](std::string_view ref, base::SecretText value) -> base::Status {
        Console::say("The connector rotated the secret \"" + std::string(ref) +
                     "\": kept until the end of this command.");
        const std::lock_guard lock(secrets->mutex);
        secrets->values[std::string(ref)] = std::move(value);
        return base::ok();
    };
    return request;
}

}  // namespace

std::string workerProgram(const std::string& given) {
    const std::string program =
        given.empty() ? besideThisProgram("tenantry-connector-host") : given;
    std::error_code failure;
    if (!fs::exists(program, failure))
        throw Failure{Exit::kRefused, "The program that runs connectors is not at " + program +
                                          ". Say where it is: --worker PATH."};
    return program;
}

std::string besideThisProgram(const std::string& relative) {
    std::error_code failure;
    const auto program = fs::read_symlink("/proc/self/exe", failure);
    return (program.parent_path() / relative).lexically_normal().string();
}

std::string fileText(const std::string& path) {
    std::error_code failure;
    const auto size = fs::file_size(path, failure);
    std::ifstream in(path, std::ios::binary);
    if (failure || !in) usage("The file " + path + " cannot be read.");
    if (size > kFileBytesMax) usage("The file " + path + " is larger than 16 MiB.");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string wordsOf(const base::Error& error) {
    std::string out = error.message;
    if (!error.pointer.empty()) out += " (at " + error.pointer + ")";
    if (!error.backendCode.empty()) out += " [backend: " + error.backendCode + "]";
    if (error.retryAfter.count() >= 0)
        out += " [again after " + std::to_string(error.retryAfter.count()) + " ms]";
    if (error.outcomeUnknown) out += " [it may have happened]";
    return out + " (" + std::string(base::name(error.code)) + ")";
}

void OpenWish::addOptions(CLI::App& command) {
    command.add_option("file", file, "The connector: FILE.so")->required();
    command.add_option("-c,--config", config, "Its configuration, a JSON file");
    command
        .add_option("--secret", secrets,
                    "NAME=@FILE: a secret of the configuration; may be repeated")
        ->allow_extra_args(false);
    command.add_option("--ca", caFile, "PEM file of further authorities for https");
    command.add_option("--worker", worker, "Path of tenantry-connector-host");
}

/// Counts what passes through the host's HTTP client.
class Opened::Meter final : public http::Exchange {
  public:
    explicit Meter(std::shared_ptr<http::Exchange> inner) : inner_(std::move(inner)) {}
    http::Outcome send(const http::Request& request, http::Receiver& receiver,
                       const http::Waiting& waiting) override {
        ++requests;
        Counted counted(receiver, bytes);
        return inner_->send(request, counted, waiting);
    }
    std::atomic<std::uint64_t> requests{0}, bytes{0};

  private:
    class Counted final : public http::Receiver {
      public:
        Counted(http::Receiver& receiver, std::atomic<std::uint64_t>& bytes)
            : receiver_(receiver), bytes_(bytes) {}
        bool head(const http::Head& head) override { return receiver_.head(head); }
        bool data(std::string_view chunk) override {
            bytes_ += chunk.size();
            return receiver_.data(chunk);
        }

      private:
        http::Receiver& receiver_;
        std::atomic<std::uint64_t>& bytes_;
    };
    const std::shared_ptr<http::Exchange> inner_;
};

void Opened::openHttp(const OpenWish& wish) {
    std::shared_ptr<http::Exchange> exchange;
    if (!wish.replay.empty()) {
        auto cassette = http::Cassette::load(wish.replay);
        if (!cassette) throw Failure{Exit::kUsage, wordsOf(cassette.error())};
        exchange = std::make_shared<http::Replayer>(std::move(cassette).value());
    } else {
        http::CurlOptions options;
        options.addresses.allowLoopback = true;  // a vendor's test directory is on this machine
        options.caFile = wish.caFile;
        exchange = std::make_shared<http::CurlExchange>(options);
    }
    if (!wish.record.empty())
        exchange = recorder_ = std::make_shared<http::Recorder>(std::move(exchange), wish.record);
    meter_ = std::make_shared<Meter>(std::move(exchange));
    loaded_.shared.http = meter_;
}

HttpCount Opened::http() const {
    return {meter_->requests.load(), meter_->bytes.load()};
}

std::size_t Opened::saveRecord() const {
    if (const auto saved = recorder_->save(); !saved)
        throw Failure{Exit::kRefused, wordsOf(saved.error())};
    return recorder_->cassette().exchanges.size();
}

Opened::Opened(const OpenWish& wish) {
    auto package = pluginhost::ConnectorPackage::open(wish.file);
    if (!package) throw Failure{Exit::kRefused, wordsOf(package.error())};
    loaded_.package = std::move(package).value();
    const auto& descriptor = loaded_.package->descriptor();
    const auto secrets = std::make_shared<Secrets>();
    readSecrets(wish.secrets, *secrets);
    const std::string text = wish.config.empty() ? "{}" : fileText(wish.config);
    const bool played = !wish.replay.empty();
    auto request =
        requestOf(descriptor.id, sealedConfig(text, descriptor, *secrets, played), secrets, played);
    if (const auto good = pluginhost::checkConfig(descriptor, request.configJson); !good)
        throw Failure{Exit::kRefused, wordsOf(good.error())};

    pluginhost::WorkerOptions options;
    options.program = program_ = workerProgram(wish.worker);
    loaded_.plug = pluginhost::makeRemotePlug(loaded_.package, options);
    loaded_.slots = std::make_shared<pluginhost::Slots>(
        loaded_.package->oneCallAtATime() ? 1 : base::limits::kWorkerCallThreads);
    loaded_.metrics = std::make_shared<pluginhost::MetricCounters>();
    openHttp(wish);
    auto connector =
        pluginhost::PluginConnector::open(loaded_, request, base::Deadline::after(kOpenWithin));
    if (!connector) throw Failure{Exit::kRefused, wordsOf(connector.error())};
    connector_ = std::move(connector).value();
}

}  // namespace tenantry::cli
