#include "api/http/chunked.h"

#include <algorithm>
#include <charconv>

#include "kernel/base/limits.h"

namespace tenantry::http {
namespace {

constexpr std::size_t kSizeLineBytesMax = 256;

}  // namespace

ChunkedReader::Progress ChunkedReader::refuse(int status, std::string detail) {
    refused_ = true;
    refusal_ = Refusal{status, std::move(detail)};
    return Progress::kRefused;
}

bool ChunkedReader::takeLine(std::string& in, std::size_t bytesMax, std::string& line) {
    const std::size_t end = in.find('\n');
    if (end == std::string::npos) {
        if (in.size() > bytesMax) refuse(400, "A line of the chunked body is too long.");
        return false;
    }
    if (end > bytesMax) {
        refuse(400, "A line of the chunked body is too long.");
        return false;
    }
    if (end == 0 || in[end - 1] != '\r') {
        refuse(400, "A line of the chunked body does not end in CR LF.");
        return false;
    }
    line = in.substr(0, end - 1);
    in.erase(0, end + 1);
    return true;
}

bool ChunkedReader::readSize(std::string_view line) {
    const std::string_view digits = line.substr(0, line.find(';'));
    std::size_t size = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() ||
        !isFieldValue(line)) {
        refuse(digits.size() > 16 ? 413 : 400, "The size of a chunk is not a hexadecimal number.");
        return false;
    }
    if (size > bodyBytesMax_ || body_.size() + size > bodyBytesMax_) {
        refuse(413, "The body is larger than this server takes.");
        return false;
    }
    chunkLeft_ = size;
    step_ = size == 0 ? Step::kTrailer : Step::kData;
    return true;
}

ChunkedReader::Progress ChunkedReader::feed(std::string& in) {
    std::string line;
    while (!refused_ && step_ != Step::kDone) {
        if (step_ == Step::kSize) {
            if (!takeLine(in, kSizeLineBytesMax, line) || !readSize(line)) break;
        } else if (step_ == Step::kData) {
            const std::size_t take = std::min(chunkLeft_, in.size());
            body_.append(in, 0, take);
            in.erase(0, take);
            chunkLeft_ -= take;
            if (chunkLeft_ > 0) break;
            step_ = Step::kDataEnd;
        } else if (step_ == Step::kDataEnd) {
            if (in.size() < 2) break;
            if (in.compare(0, 2, "\r\n") != 0) {
                return refuse(400, "A chunk is longer than its size says.");
            }
            in.erase(0, 2);
            step_ = Step::kSize;
        } else {
            if (!takeLine(in, base::limits::kTrailerBytesMax, line)) break;
            trailerBytes_ += line.size();
            if (trailerBytes_ > base::limits::kTrailerBytesMax) {
                return refuse(431, "The trailers are too long.");
            }
            if (line.empty()) step_ = Step::kDone;
        }
    }
    if (refused_) return Progress::kRefused;
    return step_ == Step::kDone ? Progress::kDone : Progress::kMore;
}

}  // namespace tenantry::http
