/// Reader of a chunked body (RFC 9112 section 7.1), strict: sizes are plain hexadecimal, every line
/// ends in CR LF, extensions are skipped, trailers are dropped.
///
/// Bounds: the body is at most `bodyBytesMax` (413), an extension line 256 bytes, all trailers
/// kTrailerBytesMax. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/http/head.h"

namespace tenantry::http {

class ChunkedReader {
  public:
    enum class Progress : std::uint8_t { kMore = 1, kDone, kRefused };

    explicit ChunkedReader(std::size_t bodyBytesMax) : bodyBytesMax_(bodyBytesMax) {}

    /// Takes what it can use from the front of `in` and adds to the body. After kDone, what is left
    /// in `in` belongs to the next request.
    Progress feed(std::string& in);
    std::string& body() { return body_; }
    /// REQUIRES: feed() answered kRefused.
    [[nodiscard]] const Refusal& refusal() const { return refusal_; }

  private:
    enum class Step : std::uint8_t { kSize = 1, kData, kDataEnd, kTrailer, kDone };

    Progress refuse(int status, std::string detail);
    /// False when the line is not complete yet.
    bool takeLine(std::string& in, std::size_t bytesMax, std::string& line);
    bool readSize(std::string_view line);

    std::size_t bodyBytesMax_;
    Step step_ = Step::kSize;
    std::size_t chunkLeft_ = 0;
    std::size_t trailerBytes_ = 0;
    bool refused_ = false;
    std::string body_;
    Refusal refusal_;
};

}  // namespace tenantry::http
