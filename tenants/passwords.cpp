#include "tenants/passwords.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <string_view>

#include "kernel/base/crypto.h"
#include "kernel/base/limits.h"

namespace tenantry::tenants {

namespace limits = base::limits;

namespace {

/// Long enough to pass the rule of length, and tried first by everybody.
constexpr std::array<std::string_view, 18> kWellKnown{
    "123456789012",  "1234567890123",  "password1234",     "passwordpassword", "qwertyuiop12",
    "qwertyuiop123", "qwertyuiopasdf", "administrator",    "administrator1",   "letmeinletmein",
    "iloveyou1234",  "welcome12345",   "changemechangeme", "111111111111",     "000000000000",
    "abcdefghijkl",  "q1w2e3r4t5y6",   "1q2w3e4r5t6y"};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string sha1Hex(const std::string& text) {
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const auto byte : digest) {
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 15U];
    }
    return out;
}

bool isDigestLine(const std::string& line) {
    return line.size() >= 40 && std::all_of(line.begin(), line.begin() + 40,
                                            [](unsigned char c) { return std::isxdigit(c) != 0; });
}

std::string upperDigest(const std::string& line) {
    std::string out = line.substr(0, 40);
    for (auto& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

/// The first whole line at or after `at`; empty at the end.
std::string lineFrom(std::ifstream& in, std::streamoff at) {
    in.clear();
    in.seekg(at == 0 ? 0 : at - 1);
    std::string line;
    if (at > 0) std::getline(in, line);  // the rest of the line before
    if (!std::getline(in, line)) return {};
    return line;
}

/// By halves over the bytes of a sorted file.
bool holdsDigest(std::ifstream& in, std::streamoff size, const std::string& wanted) {
    std::streamoff from = 0;
    std::streamoff to = size;
    while (from < to) {
        const std::streamoff middle = from + (to - from) / 2;
        const std::string line = lineFrom(in, middle);
        if (line.empty() || upperDigest(line) >= wanted)
            to = middle;
        else
            from = middle + 1;
    }
    const std::string found = lineFrom(in, from);
    return isDigestLine(found) && upperDigest(found) == wanted;
}

}  // namespace

base::Status checkPassword(const base::SecretText& password, const std::string& username,
                           std::size_t bytesMin) {
    const std::string& text = password.reveal();
    if (text.size() < bytesMin)
        return base::invalidArgument("The password is too short: it needs at least " +
                                         std::to_string(bytesMin) + " characters.",
                                     "/password");
    if (text.size() > limits::kPasswordBytesMax)
        return base::invalidArgument("The password is too long.", "/password");
    if (!username.empty() && lower(text).find(lower(username)) != std::string::npos)
        return base::invalidArgument("The password must not contain the username.", "/password");
    return base::ok();
}

Passwords::Passwords(std::string breachedFile) : breachedFile_(std::move(breachedFile)) {
    if (auto hash = base::hashPassword(base::SecretText(base::randomToken()))) decoy_ = *hash;
}

bool Passwords::takeSlot(base::Deadline deadline) {
    std::unique_lock lock(hashing_);
    if (!free_.wait_until(lock, deadline.orAfter(std::chrono::seconds{5}).point(),
                          [&] { return running_ < limits::kPasswordHashesAtOnce; }))
        return false;
    ++running_;
    return true;
}

void Passwords::giveSlot() {
    {
        const std::lock_guard lock(hashing_);
        --running_;
    }
    free_.notify_one();
}

namespace {
base::Error busy() {
    auto error =
        base::tooMany("Too many people are signing in at this moment. Try again in a few seconds.");
    error.retryAfter = std::chrono::seconds{5};
    return error;
}
}  // namespace

base::Result<std::string> Passwords::hash(const base::SecretText& password,
                                          base::Deadline deadline) {
    if (!takeSlot(deadline)) return busy();
    auto hash = base::hashPassword(password);
    giveSlot();
    return hash;
}

base::Result<bool> Passwords::matches(const base::SecretText& password, const std::string& hash,
                                      base::Deadline deadline) {
    if (!takeSlot(deadline)) return busy();
    const bool usable = !hash.empty() && password.reveal().size() <= limits::kPasswordBytesMax;
    const bool matches = base::verifyPassword(password, usable ? hash : decoy_);
    giveSlot();
    return usable && matches;
}

bool Passwords::isBreached(const base::SecretText& password) const {
    const std::string folded = lower(password.reveal());
    if (std::find(kWellKnown.begin(), kWellKnown.end(), folded) != kWellKnown.end()) return true;
    if (breachedFile_.empty()) return false;
    std::ifstream in(breachedFile_, std::ios::binary);
    std::string line;
    if (!std::getline(in, line)) return false;
    if (isDigestLine(line)) {
        in.clear();
        in.seekg(0, std::ios::end);
        return holdsDigest(in, in.tellg(), sha1Hex(password.reveal()));
    }
    do {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line == password.reveal()) return true;
    } while (std::getline(in, line));
    return false;
}

base::Status Passwords::check(const base::SecretText& password, const std::string& username,
                              const domain::Credentials& credentials, base::Deadline deadline,
                              std::size_t bytesMin) {
    TNY_CHECKED(checkPassword(password, username, bytesMin));
    if (isBreached(password))
        return base::invalidArgument(
            "This password is known from breaches of other services. Choose another one.",
            "/password");
    std::vector<std::string> former = credentials.formerPasswords;
    if (!credentials.passwordHash.empty()) former.push_back(credentials.passwordHash);
    for (const auto& one : former) {
        TNY_TRY(const bool same, matches(password, one, deadline));
        if (same)
            return base::invalidArgument("This password was used before. Choose one that is new.",
                                         "/password");
    }
    return base::ok();
}

base::Status Passwords::put(domain::Credentials& credentials, const base::SecretText& password,
                            base::Deadline deadline) {
    TNY_TRY(auto made, hash(password, deadline));
    if (!credentials.passwordHash.empty())
        credentials.formerPasswords.insert(credentials.formerPasswords.begin(),
                                           credentials.passwordHash);
    if (credentials.formerPasswords.size() > kFormerKept)
        credentials.formerPasswords.resize(kFormerKept);
    credentials.passwordHash = std::move(made);
    credentials.failures = 0;
    credentials.lockedUntil.reset();
    return base::ok();
}

}  // namespace tenantry::tenants
