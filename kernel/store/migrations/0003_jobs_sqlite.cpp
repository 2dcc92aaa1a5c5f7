#include "kernel/store/migrations/migrations.h"

namespace tenantry::store {

const std::string_view kJobsSqlite = R"sql(
CREATE TABLE plans (
  id TEXT NOT NULL PRIMARY KEY,
  creator_id TEXT NOT NULL,
  creator_name TEXT NOT NULL,
  verb TEXT NOT NULL,
  parameters TEXT NOT NULL,
  reason TEXT NOT NULL,
  ticket TEXT NOT NULL,
  selection TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  change_count INTEGER NOT NULL,
  already_so_count INTEGER NOT NULL,
  not_allowed_count INTEGER NOT NULL,
  dropped_count INTEGER NOT NULL,
  hash TEXT NOT NULL,
  job_id TEXT,
  undoes TEXT
);
CREATE INDEX plans_expiry ON plans (expires_at_ms);
CREATE TABLE plan_items (
  plan_id TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  username TEXT NOT NULL,
  before_status TEXT NOT NULL,
  after_status TEXT NOT NULL,
  version TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason_code TEXT NOT NULL,
  reason_brief TEXT NOT NULL,
  reason_detail TEXT NOT NULL,
  note TEXT NOT NULL,
  dropped INTEGER NOT NULL,
  parameters TEXT NOT NULL,
  PRIMARY KEY (plan_id, number)
) WITHOUT ROWID;
CREATE TABLE jobs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  plan_id TEXT NOT NULL,
  plan_hash TEXT NOT NULL,
  creator_id TEXT NOT NULL,
  creator_name TEXT NOT NULL,
  verb TEXT NOT NULL,
  parameters TEXT NOT NULL,
  reason TEXT NOT NULL,
  ticket TEXT NOT NULL,
  state TEXT NOT NULL,
  state_detail TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  start_at_ms INTEGER,
  finished_at_ms INTEGER,
  total INTEGER NOT NULL,
  stage INTEGER NOT NULL,
  undoes TEXT NOT NULL,
  approval_needed INTEGER NOT NULL,
  approval_until_ms INTEGER,
  approver_name TEXT NOT NULL,
  override_reason TEXT NOT NULL,
  reviewer_name TEXT NOT NULL,
  in_window INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX jobs_state ON jobs (state);
CREATE TABLE job_organizations (
  job_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  PRIMARY KEY (job_id, organization_id)
) WITHOUT ROWID;
CREATE TABLE job_items (
  job_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  needs INTEGER NOT NULL,
  stage INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  username TEXT NOT NULL,
  action TEXT NOT NULL,
  parameters TEXT NOT NULL,
  version TEXT NOT NULL,
  expect_status TEXT NOT NULL,
  state INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  owner TEXT NOT NULL,
  lease_until_ms INTEGER,
  attempts INTEGER NOT NULL,
  not_before_ms INTEGER,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  reason_code TEXT NOT NULL,
  before_json TEXT NOT NULL,
  after_json TEXT NOT NULL,
  after_version TEXT NOT NULL,
  activity_id TEXT NOT NULL,
  ended_at_ms INTEGER,
  PRIMARY KEY (job_id, number)
) WITHOUT ROWID;
CREATE INDEX job_items_user ON job_items (user_id);
CREATE TABLE maintenance_windows (
  organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
  opens TEXT NOT NULL
);
)sql";

}  // namespace tenantry::store
