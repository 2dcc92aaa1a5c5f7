// tenantryd: the server. `tenantryd [options]` serves; `tenantryd import FILE [options]` brings a
// hierarchy in and ends.
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionCallback.h>
#include <Poco/Util/OptionSet.h>
#include <Poco/Util/ServerApplication.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "kernel/base/log.h"
#include "kernel/base/memory.h"
#include "kernel/main/platform.h"
#include "kernel/main/server.h"
#include "kernel/main/settings.h"

namespace tenantry::main {

namespace {

/// Blocked in every thread, so that only the main thread sees them, when it waits.
void blockSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGQUIT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

base::LogLevel levelOf(const std::string& name) {
    if (name == "debug") return base::LogLevel::kDebug;
    if (name == "warning") return base::LogLevel::kWarning;
    if (name == "error") return base::LogLevel::kError;
    return base::LogLevel::kInfo;
}

/// What starts before the event hub exists has nobody to tell.
class NoEvents final : public domain::EventSink {
  public:
    void publish(const domain::Event&) override {}
};

}  // namespace

class Daemon final : public Poco::Util::ServerApplication {
  protected:
    void initialize(Poco::Util::Application& self) override {
        Poco::Util::ServerApplication::initialize(self);
    }

    void defineOptions(Poco::Util::OptionSet& options) override {
        using Poco::Util::Option;
        using Poco::Util::OptionCallback;
        options.addOption(Option("help", "h", "shows this")
                              .callback(OptionCallback<Daemon>(this, &Daemon::takeOption)));
        options.addOption(Option("version", "", "shows the version")
                              .callback(OptionCallback<Daemon>(this, &Daemon::takeOption)));
        options.addOption(Option("config", "c", "configuration file")
                              .argument("FILE")
                              .callback(OptionCallback<Daemon>(this, &Daemon::takeOption)));
        for (const auto& [key, help] : settingKeys())
            options.addOption(Option(key, "", help)
                                  .argument("VALUE")
                                  .callback(OptionCallback<Daemon>(this, &Daemon::takeOption)));
    }

    int main(const std::vector<std::string>& arguments) override {
        if (help_) return showHelp();
        if (version_) {
            std::cout << "tenantryd " << kVersion << '\n';
            return EXIT_OK;
        }
        const bool import = arguments.size() == 2 && arguments[0] == "import";
        if (!arguments.empty() && !import)
            return refuse("Use: tenantryd [options], or tenantryd import FILE [options].");
        const auto environment = [](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());
            return value == nullptr ? std::nullopt : std::optional<std::string>(value);
        };
        auto settings = readSettings(configFile_, environment, commandLine_);
        if (!settings) return refuse(settings.error().text());
        base::setLogLevel(levelOf(settings->logLevel));
        return import ? runImport(*settings, arguments[1]) : serve(*settings);
    }

  private:
    void takeOption(const std::string& name, const std::string& value) {
        if (name == "help") {
            help_ = true;
            stopOptionsProcessing();
        } else if (name == "version") {
            version_ = true;
        } else if (name == "config") {
            configFile_ = value;
        } else {
            commandLine_[name] = value;
        }
    }

    int showHelp() {
        Poco::Util::HelpFormatter formatter(options());
        formatter.setCommand("tenantryd");
        formatter.setUsage("[import FILE] [options]");
        formatter.setHeader(
            "Serves the console, the API and the engine. Each option is also a key of the "
            "configuration "
            "file and an environment variable (data-dir: TENANTRY_DATA_DIR).");
        formatter.format(std::cout);
        return EXIT_OK;
    }

    static int refuse(const std::string& words) {
        std::cerr << words << '\n';
        return EXIT_CONFIG;
    }

    static int runImport(const Settings& settings, const std::string& file) {
        const base::SystemClock clock;
        NoEvents events;
        auto platform = Platform::open(settings, events, clock);
        if (!platform) return refuse(platform.error().text());
        const auto count = (*platform)->import(file);
        if (!count)
            return refuse((count.error().pointer.empty() ? "" : count.error().pointer + ": ") +
                          count.error().text());
        std::cout << "Imported " << count->organizations << " organizations, " << count->connections
                  << " connections and " << count->accounts << " accounts; " << count->alreadyThere
                  << " were there already.\n";
        return EXIT_OK;
    }

    int serve(const Settings& settings) {
        const base::SystemClock clock;
        auto server = Server::start(settings, clock);
        if (!server) return refuse(server.error().text());
        std::cout << "Tenantry serves at " << (*server)->url() << std::endl;
        if (const auto link = (*server)->setupLink())
            std::cout << "Set up Tenantry at " << *link << std::endl;
        waitForTerminationRequest();
        base::logInfo("stopping");
        return EXIT_OK;
    }

    bool help_ = false;
    bool version_ = false;
    std::optional<std::string> configFile_;
    std::map<std::string, std::string> commandLine_;
};

}  // namespace tenantry::main

int main(int argc, char** argv) {
    tenantry::main::blockSignals();
    tenantry::base::keepFreedMemory();
    tenantry::main::Daemon daemon;
    return daemon.run(argc, argv);
}
