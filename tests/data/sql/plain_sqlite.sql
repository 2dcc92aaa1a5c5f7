-- The table that the mapping "plain" reads, for SQLite.
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  first_name TEXT,
  last_name TEXT,
  email TEXT UNIQUE,
  phone TEXT,
  status TEXT NOT NULL DEFAULT 'active',
  failed_logins INTEGER NOT NULL DEFAULT 0,
  locked_at TEXT,
  must_change_password INTEGER NOT NULL DEFAULT 0,
  mfa_enabled INTEGER,
  role TEXT,
  password_hash TEXT,
  last_login_at TEXT,
  created_at TEXT,
  updated_at TEXT,
  deleted_at TEXT
);
