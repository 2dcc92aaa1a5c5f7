#pragma once

#include <string>
#include <vector>

#include "plugins/sql/reader.h"

namespace tenantry::sql {

/// Tries everything a mapping reads, one by one, and tells an administrator what was found.
///
/// Throws tny::config naming the first table, column or expression that does not work, with the
/// pointer to its place in the configuration; Failure when the database is the trouble.
std::vector<std::string> diagnose(Database& db, const Settings& settings, const Reader& reader,
                                  Moment now);

/// After a read failed because of the mapping: throws the error that names the culprit, or returns
/// when nothing is found to be wrong.
void blame(Database& db, const Settings& settings, const Reader& reader);

}  // namespace tenantry::sql
