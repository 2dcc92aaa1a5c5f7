/*M!999999\- enable the sandbox mode */ 

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;
DROP TABLE IF EXISTS `account_credentials`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `account_credentials` (
  `account_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `password_hash` mediumtext NOT NULL,
  `failures` int(11) NOT NULL,
  `locked_until_ms` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`account_id`),
  CONSTRAINT `account_credentials_ibfk_1` FOREIGN KEY (`account_id`) REFERENCES `accounts` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `account_credentials` WRITE;
/*!40000 ALTER TABLE `account_credentials` DISABLE KEYS */;
INSERT INTO `account_credentials` VALUES ('00000000-0000-4000-8000-000000000004','$argon2id$x',2,1795651200004);
/*!40000 ALTER TABLE `account_credentials` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `account_logins`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `account_logins` (
  `login` varbinary(1024) NOT NULL,
  `account_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`login`),
  KEY `account_id` (`account_id`),
  CONSTRAINT `account_logins_ibfk_1` FOREIGN KEY (`account_id`) REFERENCES `accounts` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `account_logins` WRITE;
/*!40000 ALTER TABLE `account_logins` DISABLE KEYS */;
INSERT INTO `account_logins` VALUES (0x7A6FC3AB,'00000000-0000-4000-8000-000000000004');
INSERT INTO `account_logins` VALUES (0x7A6FC3AB406578616D706C652E636F6D,'00000000-0000-4000-8000-000000000004');
/*!40000 ALTER TABLE `account_logins` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `accounts`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `accounts` (
  `id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `home_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `username` mediumtext NOT NULL,
  `first_name` mediumtext NOT NULL,
  `last_name` mediumtext NOT NULL,
  `email` mediumtext NOT NULL,
  `phone` mediumtext NOT NULL,
  `status` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `status_cause` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `break_glass` tinyint(4) NOT NULL,
  `grants` mediumtext NOT NULL,
  `last_login_at_ms` bigint(20) DEFAULT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `modified_at_ms` bigint(20) NOT NULL,
  `revision` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `home_id` (`home_id`),
  CONSTRAINT `accounts_ibfk_1` FOREIGN KEY (`home_id`) REFERENCES `organizations` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `accounts` WRITE;
/*!40000 ALTER TABLE `accounts` DISABLE KEYS */;
INSERT INTO `accounts` VALUES ('00000000-0000-4000-8000-000000000004','00000000-0000-4000-8000-000000000002','zoë','Zoë','O\'Brien \"q\" back\\slash :c0 ? %s -- ; \0 é 한 😀 \n	 end','zoë@example.com','+1 555 0100','SUSPENDED','inactive',1,'[{\"role\":\"help_desk\",\"organization\":\"00000000-0000-4000-8000-000000000002\"},{\"role\":\"auditor\",\"organization\":\"00000000-0000-4000-8000-000000000002\"}]',1796256000011,1796342400012,1796428800013,1);
/*!40000 ALTER TABLE `accounts` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `activities`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `activities` (
  `number` bigint(20) NOT NULL AUTO_INCREMENT,
  `id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `at_ms` bigint(20) NOT NULL,
  `organization_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `actor_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `actor_name` mediumtext NOT NULL,
  `remote_address` mediumtext NOT NULL,
  `action` varchar(255) NOT NULL,
  `target_kind` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `target_id` varchar(255) NOT NULL,
  `target_name` mediumtext NOT NULL,
  `outcome` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `detail` mediumtext NOT NULL,
  `reason` mediumtext NOT NULL,
  `ticket` mediumtext NOT NULL,
  `before_json` mediumtext NOT NULL,
  `after_json` mediumtext NOT NULL,
  `correlation_id` mediumtext NOT NULL,
  `searched` mediumtext NOT NULL,
  PRIMARY KEY (`number`),
  UNIQUE KEY `id` (`id`),
  KEY `activities_at` (`at_ms`,`number`),
  KEY `activities_organization` (`organization_id`,`at_ms`,`number`),
  KEY `activities_target` (`target_id`,`at_ms`,`number`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `activities` WRITE;
/*!40000 ALTER TABLE `activities` DISABLE KEYS */;
INSERT INTO `activities` VALUES (1,'00000000-0000-4000-8000-000000000005',1795392000001,'00000000-0000-4000-8000-000000000002','00000000-0000-4000-8000-000000000004','operator','2001:db8::1','user.suspend','user','2b53e448-91ec-5132-8b6f-8078aa6cb1a3','target 1','done','Suspended. O\'Brien \"q\" back\\slash :c0 ? %s -- ; \0 é 한 😀 \n	 end','left the company','T-1','{\"status\":\"ACTIVE\"}','{\"status\":\"SUSPENDED\"}','00000000-0000-4000-8000-000000000006','target 1\noperator\nsuspended. o\'brien \"q\" back\\slash :c0 ? %s -- ; e 한 😀 end');
/*!40000 ALTER TABLE `activities` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `connection_health`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `connection_health` (
  `connection_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `revision` bigint(20) NOT NULL,
  `state` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `since_ms` bigint(20) NOT NULL,
  `last_complete_at_ms` bigint(20) DEFAULT NULL,
  `last_attempt_at_ms` bigint(20) DEFAULT NULL,
  `error` mediumtext NOT NULL,
  `users` bigint(20) NOT NULL,
  `held_deletions` bigint(20) NOT NULL,
  `capabilities` mediumtext NOT NULL,
  PRIMARY KEY (`connection_id`),
  CONSTRAINT `connection_health_ibfk_1` FOREIGN KEY (`connection_id`) REFERENCES `connections` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `connection_health` WRITE;
/*!40000 ALTER TABLE `connection_health` DISABLE KEYS */;
INSERT INTO `connection_health` VALUES ('00000000-0000-4000-8000-000000000003',2,'unreachable',1795737600005,1795824000006,1795910400007,'The server at 127.0.0.1 refuses O\'Brien \"q\" back\\slash :c0 ? %s -- ; \0 é 한 😀 \n	 end',123456,78,'{\"user.suspend\":{\"supported\":false,\"emulated\":true,\"reason\":\"not here\"}}');
/*!40000 ALTER TABLE `connection_health` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `connection_secrets`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `connection_secrets` (
  `connection_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `ref` varbinary(255) NOT NULL,
  `sealed` mediumtext NOT NULL,
  PRIMARY KEY (`connection_id`,`ref`),
  CONSTRAINT `connection_secrets_ibfk_1` FOREIGN KEY (`connection_id`) REFERENCES `connections` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `connection_secrets` WRITE;
/*!40000 ALTER TABLE `connection_secrets` DISABLE KEYS */;
INSERT INTO `connection_secrets` VALUES ('00000000-0000-4000-8000-000000000003',0x62696E645F70617373776F7264,'cP4cFDi17ihnKEGBEew5U7DQVqLW4aYlE8RIro1Y8hyLJqwAPFqDgxxbQsBdQA==');
/*!40000 ALTER TABLE `connection_secrets` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `connections`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `connections` (
  `id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `organization_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `connector` varchar(255) NOT NULL,
  `name` mediumtext NOT NULL,
  `config` mediumtext NOT NULL,
  `enabled` tinyint(4) NOT NULL,
  `sync_interval_s` bigint(20) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `modified_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `organization_id` (`organization_id`),
  CONSTRAINT `connections_ibfk_1` FOREIGN KEY (`organization_id`) REFERENCES `organizations` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `connections` WRITE;
/*!40000 ALTER TABLE `connections` DISABLE KEYS */;
INSERT INTO `connections` VALUES ('00000000-0000-4000-8000-000000000003','00000000-0000-4000-8000-000000000002','org.tenantry.ldap','Directory of tenant O\'Brien \"q\" back\\slash :c0 ? %s -- ; \0 é 한 😀 \n	 end','{\"host\":\"127.0.0.1\",\"bind_password\":{\"$secret\":\"bind_password\"}}',0,77,1795564800003,1795651200004);
/*!40000 ALTER TABLE `connections` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `one_time_links`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `one_time_links` (
  `token_digest` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `purpose` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `account_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `expires_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`token_digest`),
  KEY `account_id` (`account_id`),
  CONSTRAINT `one_time_links_ibfk_1` FOREIGN KEY (`account_id`) REFERENCES `accounts` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `one_time_links` WRITE;
/*!40000 ALTER TABLE `one_time_links` DISABLE KEYS */;
INSERT INTO `one_time_links` VALUES ('link digest','reset','00000000-0000-4000-8000-000000000004',1795564800003);
/*!40000 ALTER TABLE `one_time_links` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `organizations`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `organizations` (
  `id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `parent_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `kind` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `state` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `slug` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` mediumtext NOT NULL,
  `console_url` mediumtext NOT NULL,
  `tags` mediumtext NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `modified_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `slug` (`slug`),
  KEY `parent_id` (`parent_id`),
  CONSTRAINT `organizations_ibfk_1` FOREIGN KEY (`parent_id`) REFERENCES `organizations` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `organizations` WRITE;
/*!40000 ALTER TABLE `organizations` DISABLE KEYS */;
INSERT INTO `organizations` VALUES ('00000000-0000-4000-8000-000000000001',NULL,'platform','active','platform','Platform','','[]',1795305600000,1795392000001);
INSERT INTO `organizations` VALUES ('00000000-0000-4000-8000-000000000002','00000000-0000-4000-8000-000000000001','tenant','maintenance','tenant','tenant O\'Brien \"q\" back\\slash :c0 ? %s -- ; \0 é 한 😀 \n	 end','https://tenant.example/ü','[\"gold\",\"O\'Brien \\\"q\\\" back\\\\slash :c0 ? %s -- ; \\u0000 é 한 😀 \\n\\t end\"]',-796694430000,1795478400002);
/*!40000 ALTER TABLE `organizations` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `schema_migrations`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `schema_migrations` (
  `version` int(11) NOT NULL,
  `name` varchar(64) NOT NULL,
  `checksum` varchar(64) NOT NULL,
  `applied_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `schema_migrations` WRITE;
/*!40000 ALTER TABLE `schema_migrations` DISABLE KEYS */;
INSERT INTO `schema_migrations` VALUES (1,'initial','0600f94c931a5a6e21a8870355a7c64933bc42d32a4fe656b40605ae13c5f251',1795305600000);
/*!40000 ALTER TABLE `schema_migrations` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `sessions`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `sessions` (
  `token_digest` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `account_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `csrf_token` mediumtext NOT NULL,
  `remote_address` mediumtext NOT NULL,
  `user_agent` mediumtext NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `last_used_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`token_digest`),
  KEY `account_id` (`account_id`),
  CONSTRAINT `sessions_ibfk_1` FOREIGN KEY (`account_id`) REFERENCES `accounts` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `sessions` WRITE;
/*!40000 ALTER TABLE `sessions` DISABLE KEYS */;
INSERT INTO `sessions` VALUES ('digest','00000000-0000-4000-8000-000000000004','csrf','2001:db8::1','O\'Brien \"q\" back\\slash :c0 ? %s -- ; \0 é 한 😀 \n	 end',1795392000001,1795478400002);
/*!40000 ALTER TABLE `sessions` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `users`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `users` (
  `connection_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `organization_id` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `native_id` mediumtext NOT NULL,
  `username` mediumtext NOT NULL,
  `first_name` mediumtext NOT NULL,
  `last_name` mediumtext NOT NULL,
  `display_name` mediumtext NOT NULL,
  `email` mediumtext NOT NULL,
  `phone` mediumtext NOT NULL,
  `status` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `status_cause` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `native_status` mediumtext NOT NULL,
  `roles` mediumtext NOT NULL,
  `mfa_enrolled` tinyint(4) DEFAULT NULL,
  `mfa_required` tinyint(4) NOT NULL,
  `mfa_methods` mediumtext NOT NULL,
  `federated_only` tinyint(4) NOT NULL,
  `last_login_at_ms` bigint(20) DEFAULT NULL,
  `created_at_ms` bigint(20) DEFAULT NULL,
  `modified_at_ms` bigint(20) DEFAULT NULL,
  `console_url` mediumtext NOT NULL,
  `etag` mediumtext NOT NULL,
  `attributes` mediumtext NOT NULL,
  `seen_at_ms` bigint(20) NOT NULL,
  `tombstoned_at_ms` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`connection_id`,`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `users` WRITE;
/*!40000 ALTER TABLE `users` DISABLE KEYS */;
INSERT INTO `users` VALUES ('00000000-0000-4000-8000-000000000003','2b53e448-91ec-5132-8b6f-8078aa6cb1a3','00000000-0000-4000-8000-000000000002','1','user O\'Brien \"q\" back\\slash :c0 ? %s -- ; \0 é 한 😀 \n	 end','Łukasz','Straße','王小明 O\'Brien \"q\" back\\slash :c0 ? %s -- ; \0 é 한 😀 \n	 end','o\'brien@example.com','+48 22 000 00 00','SUSPENDED','backend','userAccountControl=514','[\"admin\",\"O\'Brien \\\"q\\\" back\\\\slash :c0 ? %s -- ; \\u0000 é 한 😀 \\n\\t end\"]',0,1,'[\"totp\",\"webauthn\"]',1,1796083200009,-796780830001,1796169600010,'https://console.example/u/1','\"e-1\"','{\"title\":\"Chef \\\"de\\\" rang\",\"n\":[1,2,3]}',1795996800008,NULL);
INSERT INTO `users` VALUES ('00000000-0000-4000-8000-000000000003','6df2ae9a-97fa-5db3-9a7a-f629f9758edb','00000000-0000-4000-8000-000000000002','3','','','','','','','ACTIVE','','','[]',NULL,0,'[]',0,NULL,NULL,NULL,'','','{}',1798761600040,1795305600000);
INSERT INTO `users` VALUES ('00000000-0000-4000-8000-000000000003','e51b847f-4e66-5365-a134-65f6c472d18d','00000000-0000-4000-8000-000000000002','2','','','','','','','ACTIVE','','','[]',NULL,0,'[]',0,NULL,NULL,NULL,'','','{}',1795996800008,NULL);
/*!40000 ALTER TABLE `users` ENABLE KEYS */;
UNLOCK TABLES;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

