#include "kernel/store/migrations/migrations.h"

namespace tenantry::store {

// Times are milliseconds since 1970 in UTC. Enumerations are the API's words, lists and maps are
// JSON.
const std::string_view kInitialSqlite = R"sql(
CREATE TABLE organizations (
  id TEXT NOT NULL PRIMARY KEY,
  parent_id TEXT REFERENCES organizations (id),
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  console_url TEXT NOT NULL,
  tags TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  modified_at_ms INTEGER NOT NULL
);
CREATE INDEX organizations_parent ON organizations (parent_id);
CREATE TABLE connections (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  connector TEXT NOT NULL,
  name TEXT NOT NULL,
  config TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  sync_interval_s INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  modified_at_ms INTEGER NOT NULL
);
CREATE INDEX connections_organization ON connections (organization_id);
CREATE TABLE connection_health (
  connection_id TEXT NOT NULL PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  state TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  last_complete_at_ms INTEGER,
  last_attempt_at_ms INTEGER,
  error TEXT NOT NULL,
  users INTEGER NOT NULL,
  held_deletions INTEGER NOT NULL,
  capabilities TEXT NOT NULL
);
CREATE TABLE connection_secrets (
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  ref TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (connection_id, ref)
);
CREATE TABLE users (
  connection_id TEXT NOT NULL,
  id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  native_id TEXT NOT NULL,
  username TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  status TEXT NOT NULL,
  status_cause TEXT NOT NULL,
  native_status TEXT NOT NULL,
  roles TEXT NOT NULL,
  mfa_enrolled INTEGER,
  mfa_required INTEGER NOT NULL,
  mfa_methods TEXT NOT NULL,
  federated_only INTEGER NOT NULL,
  last_login_at_ms INTEGER,
  created_at_ms INTEGER,
  modified_at_ms INTEGER,
  console_url TEXT NOT NULL,
  etag TEXT NOT NULL,
  attributes TEXT NOT NULL,
  seen_at_ms INTEGER NOT NULL,
  tombstoned_at_ms INTEGER,
  PRIMARY KEY (connection_id, id)
);
CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  home_id TEXT NOT NULL REFERENCES organizations (id),
  username TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  status TEXT NOT NULL,
  status_cause TEXT NOT NULL,
  break_glass INTEGER NOT NULL,
  grants TEXT NOT NULL,
  last_login_at_ms INTEGER,
  created_at_ms INTEGER NOT NULL,
  modified_at_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
);
CREATE INDEX accounts_home ON accounts (home_id);
CREATE TABLE account_logins (
  login TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX account_logins_account ON account_logins (account_id);
CREATE TABLE account_credentials (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  password_hash TEXT NOT NULL,
  failures INTEGER NOT NULL,
  locked_until_ms INTEGER
);
CREATE TABLE sessions (
  token_digest TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  csrf_token TEXT NOT NULL,
  remote_address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_used_at_ms INTEGER NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE TABLE one_time_links (
  token_digest TEXT NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
  expires_at_ms INTEGER NOT NULL
);
CREATE TABLE activities (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at_ms INTEGER NOT NULL,
  organization_id TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  remote_address TEXT NOT NULL,
  action TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target_id TEXT NOT NULL,
  target_name TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  reason TEXT NOT NULL,
  ticket TEXT NOT NULL,
  before_json TEXT NOT NULL,
  after_json TEXT NOT NULL,
  correlation_id TEXT NOT NULL,
  searched TEXT NOT NULL
);
CREATE INDEX activities_at ON activities (at_ms, number);
CREATE INDEX activities_organization ON activities (organization_id, at_ms, number);
CREATE INDEX activities_target ON activities (target_id, at_ms, number);
)sql";

}  // namespace tenantry::store
