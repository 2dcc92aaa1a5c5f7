#include "kernel/store/migrations/migrations.h"

namespace tenantry::store {

const std::string_view kJobsMysql = R"sql(
CREATE TABLE IF NOT EXISTS plans (
  id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  creator_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  creator_name MEDIUMTEXT NOT NULL,
  verb VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  parameters MEDIUMTEXT NOT NULL,
  reason MEDIUMTEXT NOT NULL,
  ticket MEDIUMTEXT NOT NULL,
  selection MEDIUMTEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  change_count BIGINT NOT NULL,
  already_so_count BIGINT NOT NULL,
  not_allowed_count BIGINT NOT NULL,
  dropped_count BIGINT NOT NULL,
  hash VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  job_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin,
  undoes VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin,
  INDEX plans_expiry (expires_at_ms)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS plan_items (
  plan_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE,
  number INT NOT NULL,
  user_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  organization_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  connection_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  username MEDIUMTEXT NOT NULL,
  before_status VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  after_status VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  verdict VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason_code VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason_brief MEDIUMTEXT NOT NULL,
  reason_detail MEDIUMTEXT NOT NULL,
  note MEDIUMTEXT NOT NULL,
  dropped INT NOT NULL,
  parameters MEDIUMTEXT NOT NULL,
  PRIMARY KEY (plan_id, number)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS jobs (
  number BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  plan_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  plan_hash VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  creator_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  creator_name MEDIUMTEXT NOT NULL,
  verb VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  parameters MEDIUMTEXT NOT NULL,
  reason MEDIUMTEXT NOT NULL,
  ticket MEDIUMTEXT NOT NULL,
  state VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state_detail MEDIUMTEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  start_at_ms BIGINT,
  finished_at_ms BIGINT,
  total BIGINT NOT NULL,
  stage INT NOT NULL,
  undoes VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  approval_needed INT NOT NULL,
  approval_until_ms BIGINT,
  approver_name MEDIUMTEXT NOT NULL,
  override_reason MEDIUMTEXT NOT NULL,
  reviewer_name MEDIUMTEXT NOT NULL,
  in_window INT NOT NULL DEFAULT 0,
  INDEX jobs_state (state)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS job_organizations (
  job_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  organization_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (job_id, organization_id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS job_items (
  job_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number INT NOT NULL,
  needs INT NOT NULL,
  stage INT NOT NULL,
  user_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  organization_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  connection_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  username MEDIUMTEXT NOT NULL,
  action VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  parameters MEDIUMTEXT NOT NULL,
  version VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expect_status VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state INT NOT NULL,
  fence BIGINT NOT NULL,
  owner VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_until_ms BIGINT,
  attempts INT NOT NULL,
  not_before_ms BIGINT,
  outcome VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  detail MEDIUMTEXT NOT NULL,
  reason_code VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  before_json MEDIUMTEXT NOT NULL,
  after_json MEDIUMTEXT NOT NULL,
  after_version VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  activity_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ended_at_ms BIGINT,
  PRIMARY KEY (job_id, number),
  INDEX job_items_user (user_id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS maintenance_windows (
  organization_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  opens MEDIUMTEXT NOT NULL,
  FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
)sql";

}  // namespace tenantry::store
