#include "api/cli/session_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>

#include "api/cli/failure.h"
#include "kernel/base/json.h"

namespace tenantry::cli {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

fs::path sessionPath() {
    const std::string config = environment("XDG_CONFIG_HOME");
    const fs::path folder =
        config.empty() ? fs::path(environment("HOME")) / ".config" : fs::path(config);
    return folder / "tenantry" / "session.json";
}

std::optional<SavedSession> loadSession() {
    const fs::path path = sessionPath();
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return std::nullopt;
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        throw Failure{Exit::kNotSignedIn, "Others can read " + path.string() +
                                              ". Remove it and sign in again: tenantry login"};
    }
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    const auto json = base::Json::parse(text.str());
    if (!json || !(*json)["token"].isString()) return std::nullopt;
    return SavedSession{(*json)["url"].stringOr(""),
                        base::SecretText((*json)["token"].stringOr(""))};
}

void saveSession(const SavedSession& session) {
    const fs::path path = sessionPath();
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    base::JsonWriter out;
    out.beginObject().key("url").string(session.url);
    out.key("token").string(session.token.reveal()).endObject();
    const std::string text = std::move(out).take() + "\n";
    // Made with its final mode and moved into place: at no moment can others read it.
    const fs::path fresh = path.string() + ".new";
    fs::remove(fresh, error);
    const int file =
        ::open(fresh.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const bool written =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (file >= 0) ::close(file);
    if (written) fs::rename(fresh, path, error);
    if (!written || error) {
        throw Failure{Exit::kRefused, "The session cannot be written to " + path.string() + "."};
    }
}

void forgetSession() {
    std::error_code error;
    fs::remove(sessionPath(), error);
}

}  // namespace tenantry::cli
