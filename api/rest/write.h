/// How the domain's values look in JSON. One function a schema of openapi.yaml.
///
/// Threads: pure functions over what they are given.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/rest/routes.h"
#include "kernel/base/json.h"
#include "kernel/domain/activity.h"
#include "kernel/domain/query.h"

namespace tenantry::rest {

using base::JsonWriter;

void writeTime(JsonWriter& out, std::optional<base::TimePoint> time);
void writeCount(JsonWriter& out, std::string_view key, std::uint64_t count);
/// The text, or null when it is empty.
void writeTextOrNull(JsonWriter& out, std::string_view text);

/// The members of OrganizationName, without braces.
void writeOrganizationName(JsonWriter& out, const domain::Organization& organization);
/// OrganizationName as an object; an organization that is not in the tree has its id only.
void writeOrganizationName(JsonWriter& out, const domain::OrganizationTree& tree,
                           const base::OrganizationId& id);
/// The names of the ancestors in `visible`, from the top down.
void writePath(JsonWriter& out, const domain::Scope& visible, domain::Ordinal ordinal);
void writeOrganizationRef(JsonWriter& out, const domain::Scope& visible,
                          const base::OrganizationId& id);
/// The same where its ordinal in the tree of `visible` is known; kNoOrdinal: in no tree.
void writeOrganizationRef(JsonWriter& out, const domain::Scope& visible,
                          const base::OrganizationId& id, domain::Ordinal ordinal);

/// Completeness, with the oldest reading among the stale ones.
void writeCompleteness(JsonWriter& out, const domain::Completeness& completeness);

/// Writes users.
class UserWriter {
  public:
    UserWriter(const Services& services, const domain::Operator& asker);
    /// A User object. REQUIRES: the row was found in what the asker sees, with its connection.
    void write(JsonWriter& out, const domain::UserRow& row) const;
    void write(JsonWriter& out, const domain::User& user) const;
    /// The same with "editable": which fields PATCH can change in its directory.
    void writeWithEditable(JsonWriter& out, const domain::User& user) const;

  private:
    struct Placed;
    void place(Placed& out, const domain::User& user) const;
    void members(JsonWriter& out, const domain::UserRow& row) const;
    void editable(JsonWriter& out, const domain::KnownConnection& known) const;

    const Services& services_;
    domain::Scope visible_;
    base::TimePoint now_;
};

/// The ETag header of a user.
std::string etagOf(const domain::User& user);
std::string etagOf(const domain::UserRow& row);
/// Quoted short digest of what may be edited, for If-Match.
std::string etagOf(const domain::Organization& organization);
std::string etagOf(const domain::Connection& connection);
/// Whether If-Match lets a change of `etag` pass: true when the header is not there.
bool matches(const http::Request& request, std::string_view etag);

void writeRun(JsonWriter& out, const sync::Run& run);
void writeActivity(JsonWriter& out, const Services& services, const domain::Operator& asker,
                   const domain::Activity& entry);
/// The API's name of what was done ("suspend", "create_connection"), and back. A name that is not
/// known stays as it is.
std::string actionWord(std::string_view stored);
std::string storedAction(std::string_view word);

}  // namespace tenantry::rest
