#include "tests/support/smtp_server.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace tenantry::testing {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPython = "/usr/bin/python3";

void run(const std::vector<std::string>& command) {
    ChildProcess::Options options;
    options.command = command;
    const auto result = runCommand(options);
    if (result.exitCode != 0) throw std::runtime_error(command[0] + ": " + result.output);
}

std::string contentOf(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

}  // namespace

std::optional<std::string> SmtpServer::unavailable() {
    ChildProcess::Options options;
    options.command = {kPython, "-c", "import aiosmtpd.smtp"};
    if (fs::exists(kPython) && runCommand(options).exitCode == 0) return std::nullopt;
    return "aiosmtpd is not installed (Debian package python3-aiosmtpd)";
}

SmtpServer::SmtpServer(const std::string& mode) {
    ChildProcess::Options options;
    options.command = {kPython, fs::absolute("tests/support/smtp_server.py").string(),
                       folder_.path().string(), mode};
    if (mode != "plain") {
        makeCertificates();
        options.command.push_back((folder_.path() / "pem").string());
        options.command.push_back((folder_.path() / "key").string());
    }
    options.log = folder_.path() / "log";
    process_ = std::make_unique<ChildProcess>(options);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!fs::exists(folder_.path() / "port")) {
        if (!process_->running() || std::chrono::steady_clock::now() > until)
            throw std::runtime_error("no SMTP server: " + tailOf(options.log));
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    std::ifstream(folder_.path() / "port") >> port_;
}

void SmtpServer::makeCertificates() const {
    const auto file = [&](const char* name) { return (folder_.path() / name).string(); };
    std::ofstream(file("san")) << "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
    run({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=Test Authority", "-keyout", file("ca.key"), "-out", file("ca.pem")});
    run({"/usr/bin/openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
         "-keyout", file("key"), "-out", file("csr")});
    run({"/usr/bin/openssl", "x509", "-req", "-in", file("csr"), "-CA", file("ca.pem"), "-CAkey",
         file("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", file("san"), "-out",
         file("pem")});
}

std::string SmtpServer::mail(int n) const {
    return contentOf(folder_.path() / (std::to_string(n) + ".eml"));
}

int SmtpServer::countTo(const std::string& address) const {
    int count = 0;
    for (int n = 1; fs::exists(folder_.path() / (std::to_string(n) + ".eml")); ++n)
        if (mail(n).find("X-To: " + address + "\r\n") != std::string::npos) ++count;
    return count;
}

std::string SmtpServer::textTo(const std::string& address, int n,
                               std::chrono::milliseconds within) const {
    const auto until = std::chrono::steady_clock::now() + within;
    do {
        int count = 0;
        for (int i = 1; fs::exists(folder_.path() / (std::to_string(i) + ".eml")); ++i)
            if (mail(i).find("X-To: " + address + "\r\n") != std::string::npos && ++count == n)
                return contentOf(folder_.path() / (std::to_string(i) + ".txt"));
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    } while (std::chrono::steady_clock::now() < until);
    return {};
}

}  // namespace tenantry::testing
