#include "tenants/totp.h"

#include <liboath/oath.h>
#include <qrencode.h>
#include <sodium.h>

#include <cstdlib>
#include <memory>

#include "kernel/base/crypto.h"
#include "kernel/base/text.h"

namespace tenantry::tenants {

namespace {

constexpr unsigned kDigits = 6;
constexpr std::size_t kSecretBytes = 20;

struct Free {
    void operator()(char* text) const {
        base::wipe(text, std::char_traits<char>::length(text));
        std::free(text);  // NOLINT: liboath's
    }
};
using Owned = std::unique_ptr<char, Free>;

/// The raw bytes of a base32 secret.
base::SecretText rawOf(const base::SecretText& secret) {
    char* raw = nullptr;
    std::size_t size = 0;
    const std::string& text = secret.reveal();
    if (oath_base32_decode(text.data(), text.size(), &raw, &size) != OATH_OK) return {};
    base::SecretText out(std::string(raw, size));
    base::wipe(raw, size);
    std::free(raw);  // NOLINT
    return out;
}

time_t secondsOf(base::TimePoint time) {
    return static_cast<time_t>(
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

}  // namespace

base::SecretText newTotpSecret() {
    std::string raw(kSecretBytes, '\0');
    randombytes_buf(raw.data(), raw.size());
    char* text = nullptr;
    std::size_t size = 0;
    if (oath_base32_encode(raw.data(), raw.size(), &text, &size) != OATH_OK) return {};
    const Owned owned(text);
    base::wipe(raw.data(), raw.size());
    return base::SecretText(std::string(text, size));
}

base::SecretText totpUri(const base::SecretText& secret, const std::string& account,
                         const std::string& issuer) {
    return base::SecretText("otpauth://totp/" + base::percentEncode(issuer) + ":" +
                            base::percentEncode(account) + "?secret=" + secret.reveal() +
                            "&issuer=" + base::percentEncode(issuer) + "&digits=6&period=30");
}

std::optional<std::int64_t> totpStepOf(const base::SecretText& secret, std::string_view code,
                                       base::TimePoint now) {
    if (code.size() != kDigits) return std::nullopt;
    const auto raw = rawOf(secret);
    if (raw.empty()) return std::nullopt;
    int offset = 0;
    std::uint64_t counter = 0;
    const int rc =
        oath_totp_validate3(raw.reveal().data(), raw.reveal().size(), secondsOf(now),
                            kTotpStepSeconds, 0, 1, &offset, &counter, std::string(code).c_str());
    if (rc < 0) return std::nullopt;
    return static_cast<std::int64_t>(counter);
}

std::string totpCodeAt(const base::SecretText& secret, base::TimePoint now) {
    const auto raw = rawOf(secret);
    std::string out(kDigits + 1, '\0');
    if (oath_totp_generate(raw.reveal().data(), raw.reveal().size(), secondsOf(now),
                           kTotpStepSeconds, 0, kDigits, out.data()) != OATH_OK)
        return {};
    out.resize(kDigits);
    return out;
}

base::SecretText qrSvg(const base::SecretText& text) {
    QRcode* code = QRcode_encodeString8bit(text.reveal().c_str(), 0, QR_ECLEVEL_M);
    if (code == nullptr) return {};
    const int width = code->width;
    const int whole = width + 8;
    std::string path;
    for (int y = 0; y < width; ++y)
        for (int x = 0; x < width; ++x)
            if ((code->data[y * width + x] & 1U) != 0)
                path += "M" + std::to_string(x + 4) + " " + std::to_string(y + 4) + "h1v1h-1z";
    base::wipe(code->data, static_cast<std::size_t>(width) * static_cast<std::size_t>(width));
    QRcode_free(code);
    const std::string side = std::to_string(whole);
    return base::SecretText(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side +
        "\" role=\"img\" aria-label=\"QR code\"><path fill=\"#fff\" "
        "d=\"M0 0h" +
        side + "v" + side + "h-" + side + "z\"/><path d=\"" + path + "\"/></svg>");
}

std::vector<base::SecretText> newRecoveryCodes() {
    // Without letters and digits that are taken for each other.
    static constexpr std::string_view kLetters = "23456789abcdefghijkmnpqrstuvwxyz";
    std::vector<base::SecretText> out;
    for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
        std::string code;
        for (int letter = 0; letter < 10; ++letter) {
            if (letter == 5) code += '-';
            code += kLetters[randombytes_uniform(static_cast<std::uint32_t>(kLetters.size()))];
        }
        out.emplace_back(std::move(code));
    }
    return out;
}

std::string recoveryDigest(std::string_view code) {
    std::string plain;
    for (const char c : code) {
        if (c == '-' || c == ' ') continue;
        plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return base::digestHex("recovery " + plain);
}

}  // namespace tenantry::tenants
