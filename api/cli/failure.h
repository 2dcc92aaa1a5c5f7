/// How the command ends: the exit codes are part of its interface.
#pragma once

#include <string>
#include <utility>

namespace tenantry::cli {

enum class Exit : int {
    kOk = 0,
    kRefused = 1,      ///< the server refused, or the action failed or was skipped
    kUsage = 2,        ///< the command line is wrong
    kNotSignedIn = 3,  ///< no session, or it ended
    kUnreachable = 4,  ///< the server did not answer
    kPartial = 5,      ///< some of it failed, or how it ended is not known
};

/// Ends the command with a sentence. Caught once, in main.
struct Failure {
    Exit code = Exit::kRefused;
    std::string words;
};

}  // namespace tenantry::cli
