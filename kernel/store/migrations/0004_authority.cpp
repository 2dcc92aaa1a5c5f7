#include "kernel/store/migrations/migrations.h"

namespace tenantry::store {

// `document` is a JSON object, `sealed` one that the sealing key opens.
const std::string_view kAuthoritySqlite = R"sql(
CREATE TABLE account_details (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  document TEXT NOT NULL
);
CREATE TABLE account_factors (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  sealed TEXT NOT NULL
);
CREATE TABLE documents (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  document TEXT NOT NULL,
  sealed TEXT NOT NULL,
  expires_at_ms INTEGER,
  PRIMARY KEY (kind, id)
);
CREATE INDEX documents_owner ON documents (kind, owner);
CREATE INDEX documents_expiry ON documents (expires_at_ms);
CREATE TABLE activity_chains (
  organization_id TEXT NOT NULL PRIMARY KEY,
  sequence INTEGER NOT NULL,
  digest TEXT NOT NULL,
  floor_sequence INTEGER NOT NULL,
  floor_digest TEXT NOT NULL
);
CREATE TABLE activity_links (
  organization_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  activity_id TEXT NOT NULL UNIQUE,
  digest TEXT NOT NULL,
  PRIMARY KEY (organization_id, sequence)
);
)sql";

const std::string_view kAuthorityMysql = R"sql(
CREATE TABLE IF NOT EXISTS account_details (
  account_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  document MEDIUMTEXT NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS account_factors (
  account_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  sealed MEDIUMTEXT NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS documents (
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  document MEDIUMTEXT NOT NULL,
  sealed MEDIUMTEXT NOT NULL,
  expires_at_ms BIGINT,
  PRIMARY KEY (kind, id),
  INDEX documents_owner (kind, owner),
  INDEX documents_expiry (expires_at_ms)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS activity_chains (
  organization_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  sequence BIGINT NOT NULL,
  digest VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  floor_sequence BIGINT NOT NULL,
  floor_digest VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS activity_links (
  organization_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sequence BIGINT NOT NULL,
  activity_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  digest VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (organization_id, sequence)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
)sql";

}  // namespace tenantry::store
