#include "kernel/store/migrations/migrations.h"

namespace tenantry::store {

// Names and values are in hexadecimal; `bytes` is what both have without it.
const std::string_view kConnectionMemorySqlite = R"sql(
CREATE TABLE connection_memory (
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (connection_id, name)
);
)sql";

const std::string_view kConnectionMemoryMysql = R"sql(
CREATE TABLE IF NOT EXISTS connection_memory (
  connection_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bytes BIGINT NOT NULL,
  value MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (connection_id, name),
  FOREIGN KEY (connection_id) REFERENCES connections (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
)sql";

}  // namespace tenantry::store
