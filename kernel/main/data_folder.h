/// The data folder: made for its owner only, locked for one server at a time, home of the sealing
/// key.
#pragma once

#include <string>

#include "kernel/base/crypto.h"
#include "kernel/base/result.h"

namespace tenantry::main {

/// Holds the folder's lock until it dies.
class DataFolder {
  public:
    /// kConflict when another server has it; kUnavailable when it cannot be made or written.
    static base::Result<DataFolder> open(const std::string& path);
    ~DataFolder();
    DataFolder(DataFolder&& other) noexcept;
    DataFolder& operator=(DataFolder&&) = delete;
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    /// Reads sealing.key, or makes it (mode 0600) when there is none. kInvalidArgument when others
    /// can read it.
    [[nodiscard]] base::Result<base::SealingKey> sealingKey() const;

  private:
    DataFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
    std::string path_;
    int lock_ = -1;
};

}  // namespace tenantry::main
