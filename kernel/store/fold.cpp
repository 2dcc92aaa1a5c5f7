#include "kernel/store/fold.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <algorithm>

#include "kernel/base/json.h"

namespace tenantry::store {

namespace {

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::string fold(std::string_view text) {
    std::string out;
    if (isAscii(text)) {
        out.assign(text);
        for (char& c : out)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return out;
    }
    UErrorCode failed = U_ZERO_ERROR;
    const auto* folding = icu::Normalizer2::getNFKCCasefoldInstance(failed);
    const std::string valid = base::toValidUtf8(text);
    if (U_FAILURE(failed) != 0) return valid;
    icu::StringByteSink<std::string> sink(&out);
    folding->normalizeUTF8(0, icu::StringPiece(valid.data(), static_cast<int32_t>(valid.size())),
                           sink, nullptr, failed);
    return U_FAILURE(failed) != 0 ? valid : out;
}

}  // namespace tenantry::store
