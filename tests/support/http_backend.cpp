#include "tests/support/http_backend.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace tenantry::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* kPython = "/usr/bin/python3";
constexpr const char* kOpenSsl = "/usr/bin/openssl";

void runOrThrow(const std::vector<std::string>& command) {
    ChildProcess::Options options;
    options.command = command;
    const CommandResult result = runCommand(options);
    if (result.exitCode != 0) throw std::runtime_error(command[0] + ": " + result.output);
}

}  // namespace

std::optional<std::string> HttpBackend::unavailable() {
    for (const char* program : {kPython, kOpenSsl})
        if (!fs::exists(program)) return std::string(program) + " is not installed";
    return std::nullopt;
}

HttpBackend::HttpBackend(bool tls) : tls_(tls) {
    ChildProcess::Options options;
    options.command = {kPython, fs::absolute("tests/support/http_backend.py").string(),
                       folder_.path().string()};
    if (tls_) {
        makeCertificates();
        for (const std::string& one :
             {std::string("--tls"), (folder_.path() / "server.pem").string(),
              (folder_.path() / "server.key").string()})
            options.command.push_back(one);
    }
    options.log = folder_.path() / "log";
    process_ = std::make_unique<ChildProcess>(options);
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (!fs::exists(folder_.path() / "port")) {
        if (!process_->running() || std::chrono::steady_clock::now() > until)
            throw std::runtime_error("the web server does not start: " + tailOf(options.log));
        std::this_thread::sleep_for(10ms);
    }
    std::ifstream(folder_.path() / "port") >> port_;
}

void HttpBackend::makeCertificates() const {
    const auto file = [&](const char* name) { return (folder_.path() / name).string(); };
    std::ofstream(file("san")) << "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
    runOrThrow({kOpenSsl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=Test Authority", "-keyout", file("ca.key"), "-out", file("ca.pem")});
    runOrThrow({kOpenSsl, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
                "-keyout", file("server.key"), "-out", file("server.csr")});
    runOrThrow({kOpenSsl, "x509", "-req", "-in", file("server.csr"), "-CA", file("ca.pem"),
                "-CAkey", file("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", file("san"),
                "-out", file("server.pem")});
}

std::string HttpBackend::url() const {
    return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

std::string HttpBackend::namedUrl() const {
    return (tls_ ? "https://localhost:" : "http://localhost:") + std::to_string(port_);
}

std::vector<std::string> HttpBackend::requests() const {
    std::ifstream in(folder_.path() / "requests");
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

}  // namespace tenantry::testing
