#include "api/http/static_files.h"

#include <Poco/DeflatingStream.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

#include "kernel/base/crypto.h"
#include "kernel/base/limits.h"

namespace tenantry::http {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIndex = "index.html";
constexpr std::size_t kGzipBytesMin = 1024;

/// No nonce and no inline code: measured to hold on every screen of the console.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'";

struct Type {
    std::string_view extension;
    std::string_view type;
    bool text;
};
constexpr std::array kTypes = {
    Type{".html", "text/html; charset=utf-8", true},
    Type{".js", "text/javascript; charset=utf-8", true},
    Type{".mjs", "text/javascript; charset=utf-8", true},
    Type{".css", "text/css; charset=utf-8", true},
    Type{".json", "application/json", true},
    Type{".map", "application/json", true},
    Type{".webmanifest", "application/manifest+json", true},
    Type{".svg", "image/svg+xml", true},
    Type{".txt", "text/plain; charset=utf-8", true},
    Type{".png", "image/png", false},
    Type{".jpg", "image/jpeg", false},
    Type{".ico", "image/x-icon", false},
    Type{".woff2", "font/woff2", false},
    Type{".woff", "font/woff", false},
};

Type typeOf(const std::string& name) {
    const std::string extension = toLower(fs::path(name).extension().string());
    for (const Type& type : kTypes) {
        if (type.extension == extension) return type;
    }
    return {"", "application/octet-stream", false};
}

std::string compressed(const std::string& content) {
    std::ostringstream out;
    Poco::DeflatingOutputStream gzip(out, Poco::DeflatingStreamBuf::STREAM_GZIP, 9);
    gzip.write(content.data(), static_cast<std::streamsize>(content.size()));
    gzip.close();
    return out.str();
}

/// Vite names what it hashes "assets/NAME-HASH.EXT".
bool isHashed(const std::string& name) {
    return name.rfind("assets/", 0) == 0 &&
           fs::path(name).stem().string().find('-') != std::string::npos;
}

std::string joined(const std::vector<std::string>& segments) {
    std::string out;
    for (const std::string& segment : segments) {
        if (!out.empty()) out += '/';
        out += segment;
    }
    return out;
}

bool etagMatches(const Request& request, const std::string& etag) {
    return request.headers().listHas("If-None-Match", etag) ||
           request.headers().listHas("If-None-Match", "*");
}

}  // namespace

StaticFiles::File StaticFiles::makeFile(const std::string& name, std::string content) {
    const Type type = typeOf(name);
    File file;
    file.type = std::string(type.type);
    file.etag = "\"" + base::digestHex(content).substr(0, 32) + "\"";
    file.immutable = isHashed(name);
    if (type.text && content.size() >= kGzipBytesMin) {
        file.gzip = std::make_shared<const std::string>(compressed(content));
    }
    file.plain = std::make_shared<const std::string>(std::move(content));
    return file;
}

base::Result<StaticFiles> StaticFiles::load(const fs::path& folder) {
    StaticFiles out;
    std::size_t total = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
        if (!at->is_regular_file(error)) continue;
        std::ifstream in(at->path(), std::ios::binary);
        std::ostringstream content;
        content << in.rdbuf();
        if (!in) return base::unavailable("Cannot read " + at->path().string() + ".");
        std::string text = content.str();
        total += text.size();
        if (total > base::limits::kStaticBytesMax) {
            return base::tooMany("The files in " + folder.string() + " are too large to serve.");
        }
        const std::string name = at->path().lexically_relative(folder).generic_string();
        out.files_.emplace(name, makeFile(name, std::move(text)));
    }
    if (!out.files_.contains(std::string(kIndex))) {
        return base::unavailable("There is no index.html in " + folder.string() + ".");
    }
    return out;
}

StaticFiles StaticFiles::missing() {
    StaticFiles out;
    out.files_.emplace(
        std::string(kIndex),
        makeFile(
            std::string(kIndex),
            "<!doctype html><html lang=\"en\"><title>Tenantry</title><p>The console is not "
            "built. The API is at <a href=\"/api/v1/openapi.yaml\">/api/v1</a>.</p></html>\n"));
    return out;
}

Response StaticFiles::serve(const File& file, const Request& request) {
    const bool gzip = file.gzip && request.headers().listHas("Accept-Encoding", "gzip");
    // The two forms are two representations: their tags differ.
    const std::string etag = gzip ? file.etag.substr(0, file.etag.size() - 1) + "-gz\"" : file.etag;
    Response response = etagMatches(request, etag)
                            ? Response::empty(304)
                            : Response::shared(200, file.type, gzip ? file.gzip : file.plain);
    response.header("ETag", etag);
    response.header("Cache-Control",
                    file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (file.gzip) response.header("Vary", "Accept-Encoding");
    if (gzip && response.status() == 200) response.header("Content-Encoding", "gzip");
    response.header("Content-Security-Policy", std::string(kPolicy));
    return response;
}

Response StaticFiles::handle(const Request& request) const {
    const auto& segments = request.head.target.segments;
    const std::string name = joined(segments);
    if (const auto file = files_.find(name); file != files_.end()) {
        return serve(file->second, request);
    }
    const bool looksLikeFile = !segments.empty() && segments.back().find('.') != std::string::npos;
    if (looksLikeFile) return Response::empty(404);
    return serve(files_.at(std::string(kIndex)), request);
}

}  // namespace tenantry::http
