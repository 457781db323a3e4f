-- What `scripts/bench copy` copies: ROWS rows of 13 columns under a primary key and two secondary
-- indexes (about 280 bytes each), and as many narrow ones. The same rows each time. ROWS is set by
-- the caller.
SET SESSION sql_log_bin = 0, cte_max_recursion_depth = 4294967295;
CREATE DATABASE bench;
USE bench;

CREATE TABLE wide (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  customer_id INT NOT NULL,
  status VARCHAR(20) NOT NULL,
  amount DECIMAL(12,2) NOT NULL,
  ratio DOUBLE NOT NULL,
  quantity SMALLINT UNSIGNED,
  created_at DATETIME(6) NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  due_on DATE,
  code CHAR(12) NOT NULL,
  email VARCHAR(80) NOT NULL,
  address VARCHAR(120) NOT NULL,
  note VARCHAR(255),
  PRIMARY KEY (id),
  KEY by_customer (customer_id, created_at),
  KEY by_email (email)
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE narrow (
  id INT NOT NULL PRIMARY KEY,
  a INT NOT NULL,
  b SMALLINT NOT NULL
);

-- A thousand numbers, and as many thousands as are wanted: a join is far cheaper than a recursion.
CREATE TEMPORARY TABLE thousand (n INT NOT NULL PRIMARY KEY)
  WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < 999)
  SELECT n FROM counted;
CREATE TEMPORARY TABLE thousands (n INT NOT NULL PRIMARY KEY)
  WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < CEIL(@rows / 1000))
  SELECT n FROM counted;

INSERT INTO wide
SELECT id, id * 2654435761 % 100003, ELT(1 + id % 5, 'new', 'paid', 'packed', 'shipped', 'returned'),
  id * 7919 % 10000000 / 100, id / 7, IF(id % 11 = 0, NULL, id % 1000),
  '2020-01-01' + INTERVAL id * 37 SECOND + INTERVAL id * 7919 % 1000000 MICROSECOND,
  '2021-01-01' + INTERVAL id % 80000000 SECOND, IF(id % 7 = 0, NULL, '2022-01-01' + INTERVAL id % 900 DAY),
  LPAD(id * 48271 % 2147483647, 12, 'x'), CONCAT(LEFT(digest, 12), '.', id, '@example.com'),
  CONCAT(id % 977, ' ', MID(digest, 13, 30), ' street, ', MID(digest, 40, 8)),
  IF(id % 9 = 0, NULL, CONCAT('line one ', digest, '\n\tline two ', id))
FROM (SELECT id, SHA2(id, 256) AS digest
  FROM (SELECT thousands.n * 1000 + thousand.n + 1 AS id FROM thousands STRAIGHT_JOIN thousand) AS numbers
  WHERE id <= @rows) AS hashed;

INSERT INTO narrow
SELECT id, id * 48271 % 2147483647, id % 30000
FROM (SELECT thousands.n * 1000 + thousand.n + 1 AS id FROM thousands STRAIGHT_JOIN thousand) AS numbers
WHERE id <= @rows;

ANALYZE TABLE wide, narrow;
