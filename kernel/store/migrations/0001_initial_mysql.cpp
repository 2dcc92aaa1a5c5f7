#include "kernel/store/migrations/migrations.h"

namespace tenantry::store {

// Times are milliseconds since 1970 in UTC. Enumerations are the API's words, lists and maps are
// JSON. Identity is compared byte by byte (ascii_bin, VARBINARY); text is utf8mb4. Every statement
// may be run again. InnoDB makes the indexes of foreign keys itself.
const std::string_view kInitialMysql = R"sql(
CREATE TABLE IF NOT EXISTS organizations (
  id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  parent_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin,
  kind VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  slug VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  name MEDIUMTEXT NOT NULL,
  console_url MEDIUMTEXT NOT NULL,
  tags MEDIUMTEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  modified_at_ms BIGINT NOT NULL,
  FOREIGN KEY (parent_id) REFERENCES organizations (id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS connections (
  id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  organization_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  connector VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  name MEDIUMTEXT NOT NULL,
  config MEDIUMTEXT NOT NULL,
  enabled TINYINT NOT NULL,
  sync_interval_s BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  modified_at_ms BIGINT NOT NULL,
  FOREIGN KEY (organization_id) REFERENCES organizations (id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS connection_health (
  connection_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  state VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  since_ms BIGINT NOT NULL,
  last_complete_at_ms BIGINT,
  last_attempt_at_ms BIGINT,
  error MEDIUMTEXT NOT NULL,
  users BIGINT NOT NULL,
  held_deletions BIGINT NOT NULL,
  capabilities MEDIUMTEXT NOT NULL,
  FOREIGN KEY (connection_id) REFERENCES connections (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS connection_secrets (
  connection_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ref VARBINARY(255) NOT NULL,
  sealed MEDIUMTEXT NOT NULL,
  PRIMARY KEY (connection_id, ref),
  FOREIGN KEY (connection_id) REFERENCES connections (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS users (
  connection_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  organization_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  native_id MEDIUMTEXT NOT NULL,
  username MEDIUMTEXT NOT NULL,
  first_name MEDIUMTEXT NOT NULL,
  last_name MEDIUMTEXT NOT NULL,
  display_name MEDIUMTEXT NOT NULL,
  email MEDIUMTEXT NOT NULL,
  phone MEDIUMTEXT NOT NULL,
  status VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status_cause VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  native_status MEDIUMTEXT NOT NULL,
  roles MEDIUMTEXT NOT NULL,
  mfa_enrolled TINYINT,
  mfa_required TINYINT NOT NULL,
  mfa_methods MEDIUMTEXT NOT NULL,
  federated_only TINYINT NOT NULL,
  last_login_at_ms BIGINT,
  created_at_ms BIGINT,
  modified_at_ms BIGINT,
  console_url MEDIUMTEXT NOT NULL,
  etag MEDIUMTEXT NOT NULL,
  attributes MEDIUMTEXT NOT NULL,
  seen_at_ms BIGINT NOT NULL,
  tombstoned_at_ms BIGINT,
  PRIMARY KEY (connection_id, id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS accounts (
  id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  home_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  username MEDIUMTEXT NOT NULL,
  first_name MEDIUMTEXT NOT NULL,
  last_name MEDIUMTEXT NOT NULL,
  email MEDIUMTEXT NOT NULL,
  phone MEDIUMTEXT NOT NULL,
  status VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status_cause VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  break_glass TINYINT NOT NULL,
  grants MEDIUMTEXT NOT NULL,
  last_login_at_ms BIGINT,
  created_at_ms BIGINT NOT NULL,
  modified_at_ms BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  FOREIGN KEY (home_id) REFERENCES organizations (id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS account_logins (
  login VARBINARY(1024) NOT NULL PRIMARY KEY,
  account_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS account_credentials (
  account_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  password_hash MEDIUMTEXT NOT NULL,
  failures INT NOT NULL,
  locked_until_ms BIGINT,
  FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS sessions (
  token_digest VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  csrf_token MEDIUMTEXT NOT NULL,
  remote_address MEDIUMTEXT NOT NULL,
  user_agent MEDIUMTEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  last_used_at_ms BIGINT NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS one_time_links (
  token_digest VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  purpose VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin,
  expires_at_ms BIGINT NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS activities (
  number BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  at_ms BIGINT NOT NULL,
  organization_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor_name MEDIUMTEXT NOT NULL,
  remote_address MEDIUMTEXT NOT NULL,
  action VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  target_kind VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target_id VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  target_name MEDIUMTEXT NOT NULL,
  outcome VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  detail MEDIUMTEXT NOT NULL,
  reason MEDIUMTEXT NOT NULL,
  ticket MEDIUMTEXT NOT NULL,
  before_json MEDIUMTEXT NOT NULL,
  after_json MEDIUMTEXT NOT NULL,
  correlation_id MEDIUMTEXT NOT NULL,
  searched MEDIUMTEXT NOT NULL,
  INDEX activities_at (at_ms, number),
  INDEX activities_organization (organization_id, at_ms, number),
  INDEX activities_target (target_id, at_ms, number)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
)sql";

}  // namespace tenantry::store
