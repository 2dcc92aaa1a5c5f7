#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>

#include "api/cli/connector/commands.h"
#include "api/cli/connector/scaffold_files.h"

namespace tenantry::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameMax = 32;

struct NewWish {
    std::string name, kind, into = ".";
};

/// It becomes a file, a CMake target, a part of an id and of a C++ name.
void checkName(const std::string& name) {
    static constexpr std::array<std::string_view, 9> kTaken = {
        "all", "clean", "edit_cache", "help", "install", "package", "rebuild_cache", "src", "test"};
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (name.empty() || name.size() > kNameMax || name[0] < 'a' || name[0] > 'z' ||
        !std::all_of(name.begin(), name.end(), good) || name.back() == '_' ||
        name.find("__") != std::string::npos)
        throw Failure{Exit::kUsage,
                      "A name has at most 32 small letters, digits and single underscores, and "
                      "begins with a letter."};
    if (std::find(kTaken.begin(), kTaken.end(), name) != kTaken.end())
        throw Failure{Exit::kUsage, "CMake keeps the name \"" + name + "\" for itself."};
}

/// "acme_hr" as a class: "AcmeHr".
std::string className(const std::string& name) {
    std::string out;
    bool start = true;
    for (const char c : name) {
        if (c == '_') {
            start = true;
            continue;
        }
        out += start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        start = false;
    }
    return out;
}

void replaceAll(std::string& text, std::string_view what, const std::string& with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

/// Only a file that was not there; nothing is ever overwritten.
void writeNew(const fs::path& path, const std::string& text, bool program) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                          program ? 0755 : 0644);
    std::size_t done = 0;
    while (fd >= 0 && done < text.size()) {
        const auto wrote = ::write(fd, text.data() + done, text.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) break;
        done += static_cast<std::size_t>(wrote);
    }
    const int problem = errno;
    const bool whole = fd >= 0 && done == text.size() && ::close(fd) == 0;
    if (!whole)
        throw Failure{Exit::kRefused,
                      "Cannot write " + path.string() + ": " + std::strerror(problem) + "."};
}

void makeConnector(const NewWish& wish) {
    checkName(wish.name);
    const fs::path folder = fs::path(wish.into) / wish.name;
    std::error_code failure;
    fs::create_directories(wish.into, failure);
    if (fs::exists(fs::symlink_status(folder, failure)))
        throw Failure{Exit::kRefused, folder.string() + " exists; nothing was written."};
    if (!fs::create_directory(folder, failure))
        throw Failure{Exit::kRefused,
                      "Cannot make " + folder.string() + ": " + failure.message() + "."};
    for (const ScaffoldFile& file : scaffoldFiles()) {
        if (file.kind != wish.kind) continue;
        std::string path(file.path);
        replaceAll(path, "NAME", wish.name);
        if (path == "gitignore") path = ".gitignore";
        std::string text(file.text);
        replaceAll(text, "@name@", wish.name);
        replaceAll(text, "@Name@", className(wish.name));
        fs::create_directories((folder / path).parent_path(), failure);
        writeNew(folder / path, text, fs::path(path).extension() == ".py");
        std::cout << (folder / path).lexically_normal().string() << "\n";
    }
    Console::say("The connector is there, and passes its tests. Next: cd " + folder.string() +
                 ", and follow README.md.");
}

std::vector<std::string> kinds() {
    std::vector<std::string> out;
    for (const ScaffoldFile& file : scaffoldFiles())
        if (std::find(out.begin(), out.end(), file.kind) == out.end()) out.emplace_back(file.kind);
    return out;
}

}  // namespace

void addNew(CLI::App& connector, Console&) {
    auto wish = std::make_shared<NewWish>();
    auto* command = connector.add_subcommand(
        "new", "Make the folder of a new connector: it builds, and its tests pass");
    command->add_option("name", wish->name, "Its name, such as acme")->required();
    command->add_option("--kind", wish->kind, "What its directory speaks")
        ->required()
        ->check(CLI::IsMember(kinds()));
    command->add_option("--into", wish->into, "Make the folder NAME in here (default: .)");
    command->callback([wish] { makeConnector(*wish); });
}

}  // namespace tenantry::cli
