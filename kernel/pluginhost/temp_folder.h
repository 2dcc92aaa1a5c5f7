/// A worker's private folder: made by the kernel before it starts, removed after its end.
#pragma once

#include <sys/types.h>

#include <string>

#include "kernel/base/result.h"

namespace tenantry::pluginhost {

class TempFolder {
  public:
    TempFolder() = default;
    /// For `owner` only (0 = this process's own user).
    static base::Result<TempFolder> make(uid_t owner);
    /// Removes what kernels left behind that were killed.
    static void removeAbandoned();

    TempFolder(TempFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
    TempFolder& operator=(TempFolder&& other) noexcept;
    ~TempFolder() { remove(); }

    [[nodiscard]] const std::string& path() const { return path_; }
    void remove();

  private:
    std::string path_;
};

}  // namespace tenantry::pluginhost
