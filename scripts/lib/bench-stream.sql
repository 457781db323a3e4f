-- What `scripts/bench stream` changes: four tables with a secondary index, 20,000 rows each, and one
-- row that is updated again and again. The same changes each time.
CREATE DATABASE bench;
USE bench;
CREATE TABLE a (id INT NOT NULL PRIMARY KEY, k INT NOT NULL, c CHAR(60) NOT NULL, pad VARCHAR(60) NOT NULL, KEY (k));
CREATE TABLE b LIKE a;
CREATE TABLE c LIKE a;
CREATE TABLE d LIKE a;
CREATE TABLE hot (id INT NOT NULL PRIMARY KEY, n INT NOT NULL);
INSERT INTO hot VALUES (1, 0);
SET SESSION cte_max_recursion_depth = 100000;
INSERT INTO a WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 20000)
  SELECT n, n % 1000, REPEAT(CHAR(97 + n % 26), 50), CONCAT('pad ', n) FROM r;
INSERT INTO b SELECT * FROM a;
INSERT INTO c SELECT * FROM a;
INSERT INTO d SELECT * FROM a;

DELIMITER //
-- Inserts, updates of an indexed and of another column, deletes: one row a transaction.
CREATE PROCEDURE small(count INT)
BEGIN
  DECLARE i INT DEFAULT 0;
  DECLARE at INT;
  WHILE i < count DO
    SET at = 1 + (i * 7919) % 20000;
    CASE i % 8
      WHEN 0 THEN INSERT IGNORE INTO a VALUES (100000 + i, i % 1000, 'new', 'row');
      WHEN 1 THEN UPDATE b SET k = k + 1 WHERE id = at;
      WHEN 2 THEN UPDATE c SET pad = CONCAT('changed ', i) WHERE id = at;
      WHEN 3 THEN INSERT IGNORE INTO d VALUES (100000 + i, i % 1000, 'new', 'row');
      WHEN 4 THEN UPDATE a SET pad = CONCAT('changed ', i) WHERE id = at;
      WHEN 5 THEN UPDATE d SET k = k + 1 WHERE id = at;
      WHEN 6 THEN INSERT IGNORE INTO b VALUES (100000 + i, i % 1000, 'new', 'row');
      ELSE DELETE FROM b WHERE id = 100000 + i - 1;
    END CASE;
    SET i = i + 1;
  END WHILE;
END//
-- 10,000 rows a transaction.
CREATE PROCEDURE large(count INT)
BEGIN
  DECLARE i INT DEFAULT 0;
  WHILE i < count DO
    CASE i % 3
      WHEN 0 THEN UPDATE c SET k = k + 1 WHERE id <= 10000;
      WHEN 1 THEN UPDATE d SET pad = CONCAT('large ', i) WHERE id <= 10000;
      ELSE UPDATE a SET c = 'large' , k = k + i WHERE id BETWEEN 5001 AND 15000;
    END CASE;
    SET i = i + 1;
  END WHILE;
END//
CREATE PROCEDURE hot(count INT)
BEGIN
  DECLARE i INT DEFAULT 0;
  WHILE i < count DO
    UPDATE hot SET n = n + 1 WHERE id = 1;
    SET i = i + 1;
  END WHILE;
END//
