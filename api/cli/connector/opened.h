/// One connector file, verified and opened with a configuration as the kernel does it: in a worker
/// of its own, with the kernel's host services.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/cli/console.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/pluginhost/http/cassette.h"
#include "kernel/pluginhost/plugin_connector.h"

namespace tenantry::cli {

/// What the command line says about it.
struct OpenWish {
    std::string file;                  ///< FILE.so
    std::string config;                ///< path of a JSON document; empty: {}
    std::vector<std::string> secrets;  ///< "name=@file"
    std::string worker;                ///< tenantry-connector-host; empty: beside this program
    std::string caFile;                ///< PEM of further authorities for https
    std::string replay;                ///< cassette its HTTP is answered from
    std::string record;                ///< cassette its HTTP is kept in, by Opened::saveRecord

    /// Adds the options to a subcommand.
    void addOptions(CLI::App& command);
};

/// What passed through the host's HTTP client.
struct HttpCount {
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;  ///< of the answers' bodies
};

/// Threads: one. All functions throw Failure.
class Opened {
  public:
    explicit Opened(const OpenWish& wish);

    [[nodiscard]] domain::Connector& connector() const { return *connector_; }
    [[nodiscard]] const pluginhost::ConnectorPackage& package() const { return *loaded_.package; }
    [[nodiscard]] HttpCount http() const;
    /// Path of what its worker runs.
    [[nodiscard]] const std::string& program() const { return program_; }
    /// Writes the cassette that OpenWish::record names. Returns how many exchanges it has.
    [[nodiscard]] std::size_t saveRecord() const;
    /// What the connector counted, by "connector/name".
    [[nodiscard]] std::map<std::string, double> metrics() const {
        return loaded_.metrics->snapshot();
    }

  private:
    class Meter;
    void openHttp(const OpenWish& wish);

    std::string program_;
    std::shared_ptr<Meter> meter_;
    std::shared_ptr<pluginhost::http::Recorder> recorder_;
    pluginhost::LoadedConnector loaded_;
    std::shared_ptr<domain::Connector> connector_;
};

/// The sentence of an error, with what its code, pointer and backend add.
std::string wordsOf(const base::Error& error);

/// The program that runs connectors: `given`, or beside this one. Throws Failure when it is not
/// there.
std::string workerProgram(const std::string& given);

/// A file beside this program: "../share/x". Does not say that it exists.
std::string besideThisProgram(const std::string& relative);

/// The whole file. Throws Failure when it cannot be read or is larger than 16 MiB.
std::string fileText(const std::string& path);

}  // namespace tenantry::cli
