/// Where the command keeps its session: tenantry/session.json under $XDG_CONFIG_HOME (~/.config),
/// readable by its owner only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "kernel/base/secret.h"

namespace tenantry::cli {

struct SavedSession {
    std::string url;
    base::SecretText token;
};

std::filesystem::path sessionPath();
/// Nothing when there is none. Throws Failure when others can read it.
std::optional<SavedSession> loadSession();
/// Throws Failure when it cannot be written.
void saveSession(const SavedSession& session);
void forgetSession();

}  // namespace tenantry::cli
