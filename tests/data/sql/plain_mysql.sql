-- The table that the mapping "plain" reads, for MySQL and MariaDB.
CREATE TABLE users (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  username VARCHAR(120) NOT NULL UNIQUE,
  first_name VARCHAR(120),
  last_name VARCHAR(120),
  email VARCHAR(190) UNIQUE,
  phone VARCHAR(40),
  status VARCHAR(16) NOT NULL DEFAULT 'active',
  failed_logins INT NOT NULL DEFAULT 0,
  locked_at DATETIME,
  must_change_password TINYINT(1) NOT NULL DEFAULT 0,
  mfa_enabled TINYINT(1),
  role VARCHAR(60),
  password_hash VARCHAR(255),
  last_login_at DATETIME,
  created_at DATETIME,
  updated_at TIMESTAMP NULL DEFAULT NULL,
  deleted_at DATETIME
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
