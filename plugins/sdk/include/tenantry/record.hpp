// Records: what a connector hands out.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenantry/json.hpp>

namespace tny {

/// One record under construction; its attributes are written straight into a JSON body.
///
///     tny::user(row.id).etag(row.version).set("login", row.name).set("status", "active")
///
/// Attribute names are those the descriptor declares for the kind. Setting a name twice throws
/// tny::internal. Text that is not UTF-8 is repaired with U+FFFD.
class Record {
  public:
    Record(std::string kind, std::string id) : kind_(std::move(kind)), id_(std::move(id)) {}

    Record& etag(std::string_view v) & { return etag_ = v, *this; }
    Record&& etag(std::string_view v) && { return std::move(etag(v)); }
    /// The backend's modification time, Unix milliseconds.
    Record& modified(std::int64_t ms) & { return modifiedMs_ = ms, *this; }
    Record&& modified(std::int64_t ms) && { return std::move(modified(ms)); }
    /// Only the attributes that were asked for are here.
    Record& partial() & { return flags_ = TNY_RECORD_PARTIAL, *this; }
    Record&& partial() && { return std::move(partial()); }

    Record& set(std::string_view key, const Json& value) & {
        name(key);
        value.write(body_);
        return *this;
    }
    Record&& set(std::string_view key, const Json& value) && { return std::move(set(key, value)); }
    Record& set(std::string_view key, std::string_view value) & {
        name(key);
        appendQuoted(body_, value);
        return *this;
    }
    Record&& set(std::string_view key, std::string_view value) && {
        return std::move(set(key, value));
    }
    Record& set(std::string_view key, const char* value) & {
        return set(key, std::string_view(value));
    }
    Record&& set(std::string_view key, const char* value) && {
        return std::move(set(key, std::string_view(value)));
    }
    Record& set(std::string_view key, const std::string& value) & {
        return set(key, std::string_view(value));
    }
    Record&& set(std::string_view key, const std::string& value) && {
        return std::move(set(key, std::string_view(value)));
    }
    /// Sets it only when there is something to set.
    Record& setIf(std::string_view key, std::string_view value) & {
        return value.empty() ? *this : set(key, value);
    }
    Record&& setIf(std::string_view key, std::string_view value) && {
        return std::move(setIf(key, value));
    }

    const std::string& kind() const noexcept { return kind_; }
    const std::string& id() const noexcept { return id_; }
    const std::string& etagText() const noexcept { return etag_; }
    std::string body() const { return body_ + '}'; }

    /// The C form. Borrows from *this, which must not change meanwhile.
    tny_record raw(std::string& bodyStorage) const {
        bodyStorage = body();
        tny_record r{};
        r.size = sizeof r;
        r.op = op_;
        r.flags = flags_;
        r.modified_ms = modifiedMs_;
        r.kind = str(kind_);
        r.id = str(id_);
        r.etag = str(etag_);
        r.body = str(bodyStorage);
        return r;
    }

    /// The backend says this record is gone (delta reads).
    static Record deleted(std::string kind, std::string id) {
        Record r(std::move(kind), std::move(id));
        r.op_ = TNY_OP_DELETE;
        return r;
    }
    /// The record is as it was at this etag; it has no body.
    static Record unchanged(std::string kind, std::string id, std::string_view etag) {
        Record r(std::move(kind), std::move(id));
        r.op_ = TNY_OP_UNCHANGED;
        return r.etag(etag);
    }

  private:
    void name(std::string_view key) {
        for (const auto& k : keys_)
            if (k == key) throw internal("Attribute \"" + std::string(key) + "\" was set twice.");
        keys_.emplace_back(key);
        if (body_.size() > 1) body_ += ',';
        appendQuoted(body_, key);
        body_ += ':';
    }

    std::string kind_, id_, etag_;
    std::string body_ = "{";
    std::vector<std::string> keys_;
    std::int64_t modifiedMs_ = 0;
    std::uint8_t op_ = TNY_OP_UPSERT;
    std::uint16_t flags_ = 0;
};

inline Record user(std::string id) {
    return Record("user", std::move(id));
}
inline Record group(std::string id) {
    return Record("group", std::move(id));
}

}  // namespace tny
