#include "kernel/base/ids.h"

#include <Poco/SHA1Engine.h>
#include <Poco/UUID.h>
#include <sodium.h>

#include <array>

namespace tenantry::base {

namespace {

std::string stamped(std::array<unsigned char, 16> bytes, unsigned version) {
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | (version << 4U));
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
    Poco::UUID uuid;
    uuid.copyFrom(reinterpret_cast<const char*>(bytes.data()));
    return uuid.toString();
}

}  // namespace

std::string newUuid() {
    std::array<unsigned char, 16> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return stamped(bytes, 4);
}

UserId userIdOf(const ConnectionId& connection, std::string_view nativeId) {
    std::array<char, 16> space{};
    Poco::UUID uuid;
    if (uuid.tryParse(connection.text())) uuid.copyTo(space.data());
    Poco::SHA1Engine sha1;
    sha1.update(space.data(), space.size());
    sha1.update(nativeId.data(), nativeId.size());
    const auto& digest = sha1.digest();
    std::array<unsigned char, 16> bytes{};
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    return UserId{stamped(bytes, 5)};
}

bool isUuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

}  // namespace tenantry::base
