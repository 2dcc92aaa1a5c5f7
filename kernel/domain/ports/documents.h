/// Small records of the platform itself: custom roles, API tokens, identity providers, branding,
/// mail that waits. Each is a JSON object with at most one secret, which is sealed where it is
/// kept.
///
/// Ownership, threads and errors: as stores.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/base/secret.h"

namespace tenantry::domain {

struct Document {
    std::string kind;   ///< "role"; at most 32 bytes of ASCII
    std::string id;     ///< unique among its kind; at most 128 bytes of ASCII
    std::string owner;  ///< what it belongs to: an id, or empty; at most 64 bytes of ASCII
    std::string json = "{}";
    base::SecretText secret = {};
    std::optional<base::TimePoint> expiresAt = std::nullopt;
};

class DocumentStore {
  public:
    virtual ~DocumentStore() = default;
    /// kConflict when it is there: of two callers one wins.
    virtual base::Status addDocument(const Document& document, base::Deadline deadline) = 0;
    /// Adds or replaces by kind and id.
    virtual base::Status putDocument(const Document& document, base::Deadline deadline) = 0;
    virtual base::Result<Document> document(std::string_view kind, std::string_view id,
                                            base::Deadline deadline) = 0;
    /// In the order of their ids; of one owner, unless `owner` is empty.
    virtual base::Result<std::vector<Document>> documents(std::string_view kind,
                                                          std::string_view owner,
                                                          base::Deadline deadline) = 0;
    /// kNotFound when it is not there (any more): of two callers one wins.
    virtual base::Status removeDocument(std::string_view kind, std::string_view id,
                                        base::Deadline deadline) = 0;
    /// Those, of every kind, that expired before `now`.
    virtual base::Status removeExpired(base::TimePoint now, base::Deadline deadline) = 0;
};

}  // namespace tenantry::domain
