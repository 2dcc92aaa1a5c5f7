/// The commands of `tenantry connector run`, on one opened connector.
#pragma once

#include <string>
#include <vector>

#include "api/cli/connector/opened.h"

namespace tenantry::cli {

/// Records and results go to standard output, one a line; what is said about them to standard
/// error. Threads: one.
class Shell {
  public:
    explicit Shell(const Opened& opened) : opened_(opened) {}

    /// Does one line. False: it was quit. Throws Failure.
    bool obey(const std::string& line);
    /// One line for each command.
    static const char* help();

  private:
    void check();
    void list(std::vector<std::string>& words);
    void get(const std::vector<std::string>& words);
    void act(std::vector<std::string>& words);
    void schema();

    const Opened& opened_;
};

}  // namespace tenantry::cli
