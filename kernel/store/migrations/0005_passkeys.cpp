#include "kernel/store/migrations/migrations.h"

namespace tenantry::store {

const std::string_view kPasskeysSqlite = R"sql(
CREATE TABLE passkeys (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  credential_id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  algorithm INTEGER NOT NULL,
  sign_count INTEGER NOT NULL,
  name TEXT NOT NULL,
  transports TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_used_at_ms INTEGER
);
CREATE INDEX passkeys_account ON passkeys (account_id);
)sql";

const std::string_view kPasskeysMysql = R"sql(
CREATE TABLE IF NOT EXISTS passkeys (
  id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  credential_id VARCHAR(1400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  public_key VARCHAR(1400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  algorithm INTEGER NOT NULL,
  sign_count BIGINT NOT NULL,
  name VARCHAR(200) NOT NULL,
  transports VARCHAR(400) NOT NULL,
  created_at_ms BIGINT NOT NULL,
  last_used_at_ms BIGINT,
  INDEX passkeys_account (account_id),
  FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
)sql";

}  // namespace tenantry::store
