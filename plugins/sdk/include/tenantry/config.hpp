// The configuration of one connection.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <tenantry/call.hpp>

namespace tny {

/// A view of the configuration that knows where it stands, so that every complaint names the field
/// with an RFC 6901 pointer (the form marks it). A value of the wrong type throws tny::config.
class Config {
  public:
    explicit Config(std::string_view json) : Config(Json::parse(json), {}) {}
    Config(Json value, std::string pointer)
        : value_(std::move(value)), pointer_(std::move(pointer)) {}

    bool has(std::string_view key) const noexcept { return value_.has(key); }
    const Json& json() const noexcept { return value_; }
    const std::string& pointer() const noexcept { return pointer_; }
    std::string pointerTo(std::string_view key) const {
        std::string p = pointer_ + '/';
        for (const char c : key) {
            if (c == '~')
                p += "~0";
            else if (c == '/')
                p += "~1";
            else
                p += c;
        }
        return p;
    }

    /// Required.
    std::string str(std::string_view key) const {
        if (!value_[key].isString()) complain(key, "text");
        return value_[key].text();
    }
    std::int64_t integer(std::string_view key) const {
        if (!value_[key].isInt()) complain(key, "a whole number");
        return value_[key].integer();
    }
    /// Optional: absent or null gives `otherwise`.
    std::string str(std::string_view key, std::string_view otherwise) const {
        return has(key) ? str(key) : std::string(otherwise);
    }
    std::int64_t integer(std::string_view key, std::int64_t otherwise) const {
        return has(key) ? integer(key) : otherwise;
    }
    bool boolean(std::string_view key, bool otherwise) const {
        if (!has(key)) return otherwise;
        if (!value_[key].isBool()) complain(key, "true or false");
        return value_[key].boolean();
    }
    /// The object under `key`; an empty one when absent.
    Config sub(std::string_view key) const {
        if (!has(key)) return Config(Json::object(), pointerTo(key));
        if (!value_[key].isObject()) complain(key, "an object");
        return Config(value_[key], pointerTo(key));
    }
    /// The secret under `key`, resolved through the call; empty when absent. Plain text, which only
    /// a test configuration has, is taken as it is.
    std::string secret(Call& call, std::string_view key) const {
        const Json& v = value_[key];
        if (v.isNull()) return {};
        if (v.isString()) return v.text();
        if (!v["$secret"].isString()) complain(key, "a secret");
        return call.secret(v["$secret"].text());
    }

    /// The reference of the secret under `key`, for HttpRequest::auth: nothing is resolved here.
    std::string secretRef(std::string_view key) const {
        const Json& ref = value_[key]["$secret"];
        if (!ref.isString()) complain(key, "a secret");
        return ref.text();
    }

    [[noreturn]] void complain(std::string_view key, const std::string& wanted) const {
        const std::string at = pointerTo(key);
        throw config("The configuration needs " + wanted + " at " + at + ".", at);
    }

  private:
    Json value_;
    std::string pointer_;
};

}  // namespace tny
