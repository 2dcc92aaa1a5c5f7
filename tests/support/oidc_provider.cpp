#include "tests/support/oidc_provider.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace tenantry::testing {

namespace fs = std::filesystem;

std::optional<std::string> OidcProvider::unavailable() {
    if (fs::exists("tests/support/oidc/node_modules/oidc-provider")) return std::nullopt;
    return "run npm ci in tests/support/oidc: oidc-provider is missing";
}

OidcProvider::OidcProvider(std::string redirectUri) : redirectUri_(std::move(redirectUri)) {
    ChildProcess::Options options;
    options.command = {"/usr/bin/env", "node",
                       fs::absolute("tests/support/oidc/server.mjs").string(),
                       folder_.path().string(), redirectUri_};
    options.log = folder_.path() / "log";
    process_ = std::make_unique<ChildProcess>(options);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!fs::exists(folder_.path() / "port")) {
        if (!process_->running() || std::chrono::steady_clock::now() > until)
            throw std::runtime_error("no provider: " + tailOf(options.log));
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    std::ifstream(folder_.path() / "port") >> port_;
}

std::string OidcProvider::signIn(const std::string& authorizationUrl,
                                 const std::string& name) const {
    ChildProcess::Options options;
    options.command = {
        "/usr/bin/env",   "python3", fs::absolute("tests/support/oidc/browser.py").string(),
        authorizationUrl, name,      redirectUri_};
    const auto back = runCommand(options);
    if (back.exitCode != 0) throw std::runtime_error(back.output);
    return back.output;
}

std::string OidcProvider::parameterOf(const std::string& url, const std::string& name) {
    const auto at = url.find(name + "=");
    if (at == std::string::npos) return {};
    const auto from = at + name.size() + 1;
    return url.substr(from, url.find_first_of("&\n", from) - from);
}

}  // namespace tenantry::testing
