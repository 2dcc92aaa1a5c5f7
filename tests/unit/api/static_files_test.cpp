// The console's files: types, caching, the policy, links into the console, and no way out.
#include "api/http/static_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "kernel/base/ids.h"

namespace tenantry::http {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public testing::Test {
  protected:
    StaticFilesTest()
        : folder_(fs::temp_directory_path() / ("tenantry-static-" + base::newUuid())) {
        put("index.html", "<!doctype html>");
        put("favicon.svg", "<svg/>");
        put("assets/index-a1b2c3.js", std::string(5000, 'x'));
    }
    ~StaticFilesTest() override { fs::remove_all(folder_); }

    void put(const std::string& name, const std::string& content) const {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name) << content;
    }

    Response get(const std::string& target, const std::string& fields = "") const {
        const auto files = StaticFiles::load(folder_);
        const auto head = parseHead("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        return files->handle(
            Request{.head = std::get<Head>(head), .body = {}, .id = "r", .peer = "127.0.0.1"});
    }

    fs::path folder_;
};

TEST_F(StaticFilesTest, ALinkIntoTheConsoleOpensIt) {
    for (const char* path : {"/", "/users", "/organizations/kanzlei-vogt"}) {
        const auto page = get(path);
        EXPECT_EQ(page.status(), 200);
        EXPECT_EQ(page.body(), "<!doctype html>");
        EXPECT_EQ(page.headers().get("Cache-Control"), "no-cache");
        EXPECT_EQ(page.headers().get("Content-Type"), "text/html; charset=utf-8");
        EXPECT_NE(page.headers()
                      .getOr("Content-Security-Policy", "")
                      .find("default-src 'none'; "
                            "script-src 'self'"),
                  std::string::npos);
    }
}

TEST_F(StaticFilesTest, AMissingFileIsNotThePage) {
    EXPECT_EQ(get("/assets/gone-1.js").status(), 404);
    EXPECT_EQ(get("/robots.txt").status(), 404);
}

TEST_F(StaticFilesTest, AHashedFileIsKeptForEver) {
    const auto script = get("/assets/index-a1b2c3.js");
    EXPECT_EQ(script.headers().get("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(script.headers().get("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(script.body().size(), 5000U);
}

TEST_F(StaticFilesTest, CompressesForThoseWhoTakeIt) {
    const auto script = get("/assets/index-a1b2c3.js", "Accept-Encoding: br, gzip\r\n");
    EXPECT_EQ(script.headers().get("Content-Encoding"), "gzip");
    EXPECT_LT(script.body().size(), 500U);
    EXPECT_EQ(script.headers().get("Vary"), "Accept-Encoding");
}

TEST_F(StaticFilesTest, AnUnchangedFileIsNotSentAgain) {
    const auto first = get("/favicon.svg");
    const auto tag = first.headers().getOr("ETag", "");
    EXPECT_EQ(get("/favicon.svg", "If-None-Match: " + tag + "\r\n").status(), 304);
    EXPECT_EQ(get("/favicon.svg", "If-None-Match: \"other\"\r\n").status(), 200);
}

TEST_F(StaticFilesTest, AFolderWithoutIndexIsRefusedInWords) {
    fs::remove(folder_ / "index.html");
    const auto files = StaticFiles::load(folder_);
    ASSERT_FALSE(files);
    EXPECT_NE(files.error().message.find("index.html"), std::string::npos);
}

}  // namespace
}  // namespace tenantry::http
