/// Whether a connector leaves the process it runs in as it was (rules of abi.h): what it writes to
/// standard output, and the environment, locale, signals, umask and folder it changes.
///
/// Ownership: one for the process, made before anything of the connector runs. Threads: any.
#pragma once

#include <map>
#include <mutex>
#include <string>

namespace tenantry::pluginhost::worker {

class Manners {
  public:
    /// Remembers how things are, and puts a bounded pipe in the place of standard output, in which
    /// what is written is lost.
    Manners();
    /// What is no longer as it was when last asked ("locale, SIGUSR1"), and what was written
    /// ("14 bytes to standard output"); empty when nothing.
    std::string broken();

  private:
    using State = std::map<std::string, std::string>;
    static State now();
    std::size_t written() const;

    std::mutex mutex_;  ///< guards known_
    State known_;
    int output_ = -1;
};

}  // namespace tenantry::pluginhost::worker
