/// The console's files, read once at start-up and served from memory: no path of a request ever
/// meets the file system.
///
/// Names with a hash under assets/ are cached for ever; the rest is asked again each time (ETag).
/// Text is kept compressed as well. A path without an extension that is no file answers index.html,
/// so that a link into the console works.
///
/// Threads: handle() from any. Bounds: kStaticBytesMax in all.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "api/http/request.h"
#include "api/http/response.h"
#include "kernel/base/result.h"

namespace tenantry::http {

class StaticFiles {
  public:
    /// kUnavailable when there is no index.html in `folder`, kTooMany above the bound.
    static base::Result<StaticFiles> load(const std::filesystem::path& folder);
    /// Serves a page that says the console is not built.
    static StaticFiles missing();

    /// GET and HEAD of a file; nothing found is a response of status 404 without a body.
    [[nodiscard]] Response handle(const Request& request) const;

  private:
    struct File {
        std::string type;
        std::string etag;
        bool immutable = false;
        SharedBody plain;
        /// Null when compression does not pay.
        SharedBody gzip;
    };

    static File makeFile(const std::string& name, std::string content);
    static Response serve(const File& file, const Request& request);

    std::map<std::string, File> files_;
};

}  // namespace tenantry::http
