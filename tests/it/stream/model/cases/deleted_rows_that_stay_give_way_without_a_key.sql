-- source gtids
-- windows 30:2
-- shape column t0 c4 o4
-- shape table t1 other_t1
-- shape no-deletes t1
-- shape column t2 c1 o1
-- shape no-deletes t2
CREATE TABLE t0 (c0 DECIMAL(8,2) NOT NULL, c1 DATETIME NOT NULL, c2 CHAR(6) CHARACTER SET latin1 NOT NULL, c3 INT NOT NULL, c4 TIME NOT NULL, UNIQUE KEY (c0)) DEFAULT CHARACTER SET utf8
CREATE TABLE t1 (c0 DECIMAL(8,2) NOT NULL, c1 CHAR(6) CHARACTER SET latin1 NOT NULL, c2 DOUBLE NOT NULL, c3 YEAR NOT NULL, fk DECIMAL(8,2) NULL, UNIQUE KEY (c0, c1), UNIQUE KEY (c1), UNIQUE KEY (c3), FOREIGN KEY (fk) REFERENCES t0 (c0) ON DELETE CASCADE ON UPDATE NO ACTION) DEFAULT CHARACTER SET utf8
CREATE TABLE t2 (c0 SET('p','q','r') NOT NULL, c1 INT NOT NULL, c2 SET('p','q','r') NOT NULL, UNIQUE KEY (c0, c1), UNIQUE KEY (c1, c2)) DEFAULT CHARACTER SET utf8
UPDATE IGNORE t0 SET c1 = '0000-00-00 00:00:00' WHERE c3 = 1 LIMIT 1
UPDATE IGNORE t0 SET c1 = '1999-12-31 23:59:59' WHERE c3 = 1 LIMIT 1
UPDATE IGNORE t0 SET c1 = '0000-00-00 00:00:00' WHERE c3 = 1 LIMIT 1
UPDATE IGNORE t0 SET c1 = '1999-12-31 23:59:59' WHERE c3 = 1 LIMIT 1
UPDATE IGNORE t0 SET c1 = '1999-12-31 23:59:59' WHERE c3 = 1 LIMIT 1
UPDATE IGNORE t0 SET c1 = '2020-01-02 03:04:05' WHERE c3 = 1 LIMIT 1
UPDATE IGNORE t0 SET c1 = '2020-01-02 03:04:05' WHERE c3 = 1 LIMIT 1
UPDATE IGNORE t0 SET c1 = '1999-12-31 23:59:59' WHERE c3 = 1 LIMIT 1
START TRANSACTION
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '2020-01-02 03:04:05', 'Q', 2147483647, '10:00:00'), (1.5, '2020-01-02 03:04:05', 'Q', 1, '00:00:00'), (1.5, '2020-01-02 03:04:05', 'q', 18, '10:00:00'), (999999.99, '0000-00-00 00:00:00', 'Q', 32, '00:00:00')
UPDATE IGNORE t0 SET c3 = 1 WHERE c4 = '10:00:00'
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p', 1, 'p,r'), ('p', 36, 7), ('p,r', 2147483647, 7)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 100, 'p')
COMMIT
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '0000-00-00 00:00:00', 'é', 1, '00:00:00'), (0, '1999-12-31 23:59:59', 'Q', 30, '10:00:00'), (0, '2020-01-02 03:04:05', 'e', 2, '10:00:00'), (1.50, '2020-01-02 03:04:05', 'Q', 39, '00:00:00')
REPLACE INTO t2 (c0, c1, c2) VALUES ('p', 2, 'p,r'), ('', 7, 'p,r'), ('p,r', 39, 'p'), ('p,r', 0, 7)
REPLACE INTO t2 (c0, c1, c2) VALUES ('p,r', 9, 'p,r'), (7, 26, 7), ('p,r', 0, '')
REPLACE INTO t2 (c0, c1, c2) VALUES (7, 7, 'p'), ('p', 0, ''), ('p', 30, '')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '1999-12-31 23:59:59', 'é', 0, '10:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '2020-01-02 03:04:05', '', 1, '-800:00:01'), (0, '1999-12-31 23:59:59', 'q', 0, '10:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 0, ''), ('', 4, 'p,r')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '0000-00-00 00:00:00', 'é', 11, '00:00:00'), (-3.25, '1999-12-31 23:59:59', 'Q', 17, '10:00:00'), (0, '1999-12-31 23:59:59', 'Q', 100, '10:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 29, 7), (7, 100, 'p')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p', 20, 7), ('p,r', -1, ''), ('', 16, 'p,r'), ('p,r', -1, 7)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'Q', 1e300, 1901, 0), (0, 'e', -0e0, 1901, NULL)
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '0000-00-00 00:00:00', 'e', 12, '10:00:00'), (999999.99, '1999-12-31 23:59:59', 'Q', 9, '10:00:00'), (1.50, '0000-00-00 00:00:00', 'q', 1, '-800:00:01'), (-3.25, '1999-12-31 23:59:59', '', 10, '-800:00:01')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '1999-12-31 23:59:59', '', 0, '10:00:00'), (999999.99, '0000-00-00 00:00:00', 'q', 7, '00:00:00'), (999999.99, '2020-01-02 03:04:05', 'q', 2147483647, '-800:00:01'), (1.50, '2020-01-02 03:04:05', 'q', 7, '10:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'é', -0e0, 2020, 1.5), (999999.99, 'e', 0, 1901, 999999.99)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 100, 'p'), (7, 10, 7)
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'e', 0.1, 2020, 1.5), (-3.25, 'Q', 0.1, 1901, 1.5), (0, 'q', 0.1, 1901, NULL), (0, 'q', 0, 0, 999999.99)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'q', 0.1, 0, 1.50), (1.50, 'é', 0, 2020, NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '1999-12-31 23:59:59', '', 0, '-800:00:01'), (1.50, '1999-12-31 23:59:59', '', -1, '-800:00:01')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '0000-00-00 00:00:00', '', 2147483647, '10:00:00'), (999999.99, '1999-12-31 23:59:59', 'e', 100, '10:00:00'), (999999.99, '1999-12-31 23:59:59', '', 2147483647, '10:00:00'), (-3.25, '1999-12-31 23:59:59', 'Q', 7, '-800:00:01')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', -1, 'p'), (7, 24, 7), ('', 2147483647, 'p')
REPLACE INTO t2 (c0, c1, c2) VALUES ('p,r', 0, 'p,r'), (7, 28, 'p,r')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p', 18, 7), ('p', 1, ''), (7, -1, '')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 7, 'p'), ('', 12, 'p,r'), ('p,r', 7, 'p')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, '', 1e300, 2020, 1.50), (-3.25, 'e', -0e0, 0, 999999.99), (1.5, 'q', 1e300, 0, 1.5)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '0000-00-00 00:00:00', '', 21, '-800:00:01'), (999999.99, '2020-01-02 03:04:05', 'e', 100, '-800:00:01')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '0000-00-00 00:00:00', 'Q', 5, '10:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, '', 1e300, 1901, 0)
REPLACE INTO t2 (c0, c1, c2) VALUES ('p,r', 11, 'p,r')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'Q', -0e0, 1901, 1.5), (999999.99, 'e', 0, 1901, 999999.99)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '2020-01-02 03:04:05', 'e', 39, '-800:00:01')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (999999.99, '', 0.1, 0, 999999.99), (999999.99, 'Q', -0e0, 2020, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 8, 'p,r'), ('', 7, 'p')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'é', -0e0, 2020, NULL), (999999.99, '', 1e300, 2020, 0), (999999.99, 'é', 1e300, 1901, 1.50)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, '', -0e0, 0, -3.25), (0, '', 1e300, 1901, 0), (0, 'Q', 0.1, 0, NULL), (999999.99, 'e', 0.1, 2020, NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '0000-00-00 00:00:00', '', -1, '-800:00:01'), (-3.25, '0000-00-00 00:00:00', 'Q', 16, '-800:00:01')
REPLACE INTO t2 (c0, c1, c2) VALUES ('p', 2147483647, 'p'), ('', 31, 'p'), ('p', 33, 'p')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, '', 1e300, 0, 1.50)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p', 2, 'p')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '1999-12-31 23:59:59', 'é', 15, '00:00:00'), (999999.99, '2020-01-02 03:04:05', 'é', 22, '-800:00:01')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '1999-12-31 23:59:59', 'e', 4, '10:00:00'), (999999.99, '0000-00-00 00:00:00', 'Q', 5, '10:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '1999-12-31 23:59:59', '', 23, '00:00:00'), (999999.99, '2020-01-02 03:04:05', 'é', 2, '10:00:00'), (0, '1999-12-31 23:59:59', 'é', 12, '00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'q', 1e300, 0, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 30, ''), ('p', 2147483647, ''), (7, 0, 7)
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '2020-01-02 03:04:05', 'q', 27, '00:00:00'), (999999.99, '0000-00-00 00:00:00', 'e', 1, '10:00:00'), (1.50, '2020-01-02 03:04:05', 'e', 0, '-800:00:01'), (999999.99, '2020-01-02 03:04:05', 'e', 2, '-800:00:01')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '1999-12-31 23:59:59', 'Q', 18, '-800:00:01'), (1.5, '0000-00-00 00:00:00', 'é', 2147483647, '00:00:00'), (0, '0000-00-00 00:00:00', 'e', 100, '10:00:00')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (999999.99, 'e', 1e300, 1901, 1.50), (999999.99, '', -0e0, 2020, 1.5), (1.5, 'é', 0.1, 2020, NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'é', 0, 1901, 999999.99), (1.5, 'e', -0e0, 2020, NULL), (0, '', 1e300, 1901, 1.5), (1.50, 'q', 0.1, 0, NULL)
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '2020-01-02 03:04:05', 'Q', 27, '00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, '', 1e300, 1901, NULL), (1.50, '', 0, 2020, 999999.99)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '0000-00-00 00:00:00', '', 2, '10:00:00'), (-3.25, '2020-01-02 03:04:05', 'q', 6, '10:00:00'), (0, '2020-01-02 03:04:05', 'e', 0, '-800:00:01'), (1.50, '2020-01-02 03:04:05', 'e', 0, '-800:00:01')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 0, 'p,r'), ('p', 20, '')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 35, 'p,r'), ('p,r', 0, 'p'), ('p', 1, '')
REPLACE INTO t2 (c0, c1, c2) VALUES ('p', 1, 'p,r'), ('p', 8, ''), ('', 26, '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '1999-12-31 23:59:59', 'Q', 20, '-800:00:01')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 22, 'p,r')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '0000-00-00 00:00:00', 'e', 19, '10:00:00')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '0000-00-00 00:00:00', 'q', -1, '00:00:00'), (999999.99, '2020-01-02 03:04:05', 'q', 7, '10:00:00')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '0000-00-00 00:00:00', 'é', 21, '00:00:00'), (-3.25, '1999-12-31 23:59:59', 'q', 7, '-800:00:01'), (1.50, '0000-00-00 00:00:00', 'Q', 23, '-800:00:01'), (1.50, '2020-01-02 03:04:05', 'Q', 0, '10:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 13, 7), (7, 2, 'p')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'Q', 0.1, 1901, 1.5), (1.50, 'e', 0.1, 0, -3.25), (-3.25, 'é', -0e0, 2020, -3.25), (999999.99, 'é', 1e300, 1901, NULL)
COMMIT
START TRANSACTION
REPLACE INTO t2 (c0, c1, c2) VALUES ('', 1, 7), ('', 0, 'p,r'), ('', 0, 'p,r'), ('p,r', 29, '')
DELETE FROM t2 WHERE c1 = 100 LIMIT 2
DELETE FROM t2 WHERE c0 = 'p,r' LIMIT 2
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 7, 7)
UPDATE IGNORE t2 SET c2 = '' WHERE c1 = 32
DELETE FROM t1 WHERE c1 = 'é'
COMMIT
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'é', -0e0, 1901, 1.5), (0, 'e', 1e300, 0, NULL)
START TRANSACTION
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'e', 0.1, 1901, 0)
DELETE FROM t2 WHERE c1 = 1
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '2020-01-02 03:04:05', 'é', 25, '10:00:00')
COMMIT
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, '', 0.1, 1901, NULL), (1.5, 'é', 0.1, 0, 1.50), (1.50, 'é', 1e300, 0, -3.25)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'é', 0, 1901, 999999.99), (1.50, '', -0e0, 2020, -3.25), (999999.99, 'e', 1e300, 1901, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 39, ''), (7, 1, 7)
DELETE FROM t0 WHERE c0 = 1.50 LIMIT 2
START TRANSACTION
REPLACE INTO t2 (c0, c1, c2) VALUES ('p', 5, '')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (999999.99, 'é', 0, 1901, 999999.99), (-3.25, 'é', -0e0, 1901, 999999.99)
COMMIT
UPDATE IGNORE t0 SET c4 = '10:00:00' WHERE c4 = '10:00:00' LIMIT 1
UPDATE IGNORE t0 SET c4 = '00:00:00' WHERE c4 = '10:00:00' LIMIT 1
UPDATE IGNORE t0 SET c4 = '10:00:00' WHERE c4 = '10:00:00' LIMIT 1
UPDATE IGNORE t0 SET c4 = '-800:00:01' WHERE c4 = '10:00:00' LIMIT 1
UPDATE IGNORE t0 SET c4 = '-800:00:01' WHERE c4 = '10:00:00' LIMIT 1
UPDATE IGNORE t0 SET c4 = '-800:00:01' WHERE c4 = '10:00:00' LIMIT 1
UPDATE IGNORE t0 SET c4 = '10:00:00' WHERE c4 = '10:00:00' LIMIT 1
UPDATE IGNORE t0 SET c4 = '10:00:00' WHERE c4 = '10:00:00' LIMIT 1
-- other: XA START 'x1', 'b', 1
-- other: DELETE FROM t2 WHERE c1 = -1 LIMIT 2
-- other: XA END 'x1', 'b', 1
-- other: XA COMMIT 'x1', 'b', 1 ONE PHASE
UPDATE IGNORE t0 SET c2 = 'é' WHERE c1 = '2020-01-02 03:04:05' LIMIT 3
DELETE FROM t1 WHERE c1 = 'q' LIMIT 2
START TRANSACTION
UPDATE IGNORE t0 SET c3 = LEAST(c3 + 1, 1000) WHERE c1 = '0000-00-00 00:00:00' LIMIT 3
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'Q', 0.1, 0, 1.50), (-3.25, '', 0.1, 2020, 1.50), (0, 'e', -0e0, 0, 1.5)
DELETE FROM t0 WHERE c2 = ''
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'Q', 1e300, 1901, 1.5)
ROLLBACK
-- other: XA START 'x2', 'b', 2
-- other: INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '2020-01-02 03:04:05', '', 2, '10:00:00'), (1.50, '2020-01-02 03:04:05', 'Q', 1, '00:00:00'), (0, '1999-12-31 23:59:59', 'Q', 7, '-800:00:01'), (-3.25, '0000-00-00 00:00:00', 'é', 2147483647, '10:00:00')
-- other: INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p', 1, 7)
-- other: XA END 'x2', 'b', 2
-- other: XA PREPARE 'x2', 'b', 2
-- other: XA COMMIT 'x2', 'b', 2
UPDATE IGNORE t0 SET c3 = 36 WHERE c4 = '-800:00:01' LIMIT 1
UPDATE IGNORE t0 SET c3 = -1 WHERE c4 = '-800:00:01' LIMIT 1
UPDATE IGNORE t0 SET c3 = 23 WHERE c4 = '-800:00:01' LIMIT 1
UPDATE IGNORE t0 SET c3 = 1 WHERE c4 = '-800:00:01' LIMIT 1
UPDATE IGNORE t0 SET c3 = 4 WHERE c4 = '-800:00:01' LIMIT 1
UPDATE IGNORE t0 SET c3 = 20 WHERE c4 = '-800:00:01' LIMIT 1
UPDATE IGNORE t0 SET c3 = 7 WHERE c4 = '-800:00:01' LIMIT 1
UPDATE IGNORE t0 SET c3 = 27 WHERE c4 = '-800:00:01' LIMIT 1
START TRANSACTION
UPDATE IGNORE t1 SET c1 = '' WHERE c3 = 0
COMMIT
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 0, ''), ('', 100, 'p,r'), ('', -1, 'p,r'), ('p', 2147483647, 7)
UPDATE IGNORE t2 SET c1 = LEAST(c1 + 1, 1000) WHERE c1 = 1
DELETE FROM t1 WHERE c3 = 2020 LIMIT 2
UPDATE IGNORE t1 SET fk = 0 WHERE c2 = 0
UPDATE IGNORE t1 SET c2 = 1e300 WHERE c3 = 1901 LIMIT 3
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '2020-01-02 03:04:05', 'Q', 12, '10:00:00'), (0, '0000-00-00 00:00:00', 'q', 2147483647, '00:00:00')
COMMIT
START TRANSACTION
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, 'e', 0.1, 1901, 1.50)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, 'é', -0e0, 0, -3.25), (1.5, 'é', 0.1, 1901, 999999.99), (0, 'q', 0, 0, NULL), (1.5, 'e', 0.1, 0, 999999.99)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '1999-12-31 23:59:59', 'Q', 30, '00:00:00')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'é', 0.1, 1901, NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '0000-00-00 00:00:00', 'Q', 2, '00:00:00'), (1.50, '1999-12-31 23:59:59', 'é', 30, '-800:00:01')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '1999-12-31 23:59:59', 'é', 8, '10:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 2147483647, 'p'), ('p,r', 2147483647, 'p')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '0000-00-00 00:00:00', 'q', 2, '10:00:00'), (1.50, '2020-01-02 03:04:05', 'Q', 0, '00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '1999-12-31 23:59:59', 'é', 2, '-800:00:01'), (999999.99, '2020-01-02 03:04:05', 'Q', 25, '00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '2020-01-02 03:04:05', 'Q', 100, '00:00:00')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'Q', 1e300, 2020, 1.5), (0, 'e', 0, 2020, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 100, 'p'), ('', 36, 7), (7, 38, 'p,r')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p', 2, 7), ('', 1, 'p'), ('', 15, 'p,r'), (7, 0, 7)
REPLACE INTO t2 (c0, c1, c2) VALUES ('p,r', 32, ''), (7, 21, '')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 2147483647, 'p'), ('p', 0, 7), ('p,r', 23, 'p,r'), ('p,r', 8, 'p,r')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (999999.99, '', -0e0, 2020, 1.5), (0, 'e', -0e0, 2020, 1.5), (0, 'é', -0e0, 1901, NULL), (1.5, 'e', 1e300, 1901, 0)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'q', 1e300, 0, NULL)
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '0000-00-00 00:00:00', 'Q', 36, '10:00:00')
REPLACE INTO t2 (c0, c1, c2) VALUES (7, 17, 'p'), ('p', 0, 'p,r')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '0000-00-00 00:00:00', '', 25, '00:00:00'), (1.50, '2020-01-02 03:04:05', 'e', 2147483647, '-800:00:01'), (999999.99, '1999-12-31 23:59:59', 'Q', 1, '10:00:00'), (999999.99, '1999-12-31 23:59:59', 'é', 25, '00:00:00')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'é', 0.1, 1901, 0), (999999.99, '', 0.1, 1901, -3.25), (1.5, 'é', 0, 1901, 0), (1.5, 'q', 1e300, 1901, 0)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 2147483647, 'p,r'), ('', 10, 'p'), ('p', 4, ''), ('p', 28, '')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'e', 0.1, 2020, 1.5)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '2020-01-02 03:04:05', 'Q', 0, '00:00:00'), (-3.25, '2020-01-02 03:04:05', 'é', 2147483647, '10:00:00'), (999999.99, '2020-01-02 03:04:05', 'Q', 36, '10:00:00')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '2020-01-02 03:04:05', '', 2147483647, '00:00:00'), (1.5, '1999-12-31 23:59:59', 'é', 16, '00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 18, 7), ('p', 1, 'p'), ('', 5, 7), ('p,r', 18, 'p')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '2020-01-02 03:04:05', '', 100, '-800:00:01'), (999999.99, '1999-12-31 23:59:59', 'é', 1, '00:00:00'), (1.5, '0000-00-00 00:00:00', '', 26, '00:00:00'), (-3.25, '0000-00-00 00:00:00', 'é', 16, '10:00:00')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '1999-12-31 23:59:59', 'Q', 7, '-800:00:01'), (0, '1999-12-31 23:59:59', 'e', 27, '10:00:00'), (-3.25, '2020-01-02 03:04:05', 'Q', 18, '00:00:00'), (999999.99, '0000-00-00 00:00:00', '', 15, '-800:00:01')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, '', 1e300, 1901, NULL), (1.50, '', -0e0, 1901, -3.25)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, '', 0, 2020, 999999.99), (0, '', 1e300, 1901, 999999.99), (1.5, '', -0e0, 1901, 0), (-3.25, '', -0e0, 0, 1.5)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'Q', 0.1, 0, NULL), (999999.99, '', 0.1, 1901, 1.50), (-3.25, '', -0e0, 2020, 1.5), (1.50, '', 1e300, 0, -3.25)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '0000-00-00 00:00:00', 'Q', 2147483647, '-800:00:01'), (1.50, '1999-12-31 23:59:59', 'q', 19, '-800:00:01')
REPLACE INTO t2 (c0, c1, c2) VALUES ('', 22, 7), ('p', 20, ''), ('', 9, '')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'q', 1e300, 0, NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'é', 0.1, 2020, -3.25), (1.5, '', 0.1, 2020, 1.50), (-3.25, 'Q', 0, 2020, NULL), (0, 'q', -0e0, 0, 0)
REPLACE INTO t2 (c0, c1, c2) VALUES (7, 29, ''), ('p,r', 19, 'p'), ('p', 15, 'p,r')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '0000-00-00 00:00:00', 'é', 29, '10:00:00'), (999999.99, '0000-00-00 00:00:00', 'é', 10, '00:00:00'), (0, '0000-00-00 00:00:00', 'e', 7, '10:00:00'), (999999.99, '0000-00-00 00:00:00', 'Q', 100, '00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '0000-00-00 00:00:00', 'q', 30, '-800:00:01'), (-3.25, '0000-00-00 00:00:00', 'q', 3, '00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '1999-12-31 23:59:59', 'Q', -1, '00:00:00'), (0, '1999-12-31 23:59:59', 'q', 2147483647, '00:00:00'), (-3.25, '1999-12-31 23:59:59', 'Q', 24, '-800:00:01')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 16, 'p,r'), ('p', 2, ''), (7, 2, 'p'), (7, 0, 7)
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '0000-00-00 00:00:00', 'e', 10, '-800:00:01')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '2020-01-02 03:04:05', 'e', 100, '10:00:00')
REPLACE INTO t2 (c0, c1, c2) VALUES ('p,r', 7, 7), (7, 100, 7)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, '', 0, 0, 1.50), (1.50, 'Q', 1e300, 1901, 1.5)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 1, 'p,r'), ('p', 1, 7), ('', 2, 'p,r'), ('p', 21, 7)
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '2020-01-02 03:04:05', 'Q', 11, '00:00:00'), (0, '0000-00-00 00:00:00', 'e', 2147483647, '10:00:00'), (999999.99, '0000-00-00 00:00:00', '', 20, '-800:00:01')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'q', 0.1, 1901, NULL), (0, 'e', -0e0, 1901, NULL), (0, '', -0e0, 2020, 1.5), (1.50, 'Q', 0, 1901, 999999.99)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 15, 'p,r'), ('p', 7, 7)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (999999.99, 'é', -0e0, 2020, NULL), (999999.99, 'e', 1e300, 1901, -3.25), (0, '', 0, 1901, 999999.99)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '2020-01-02 03:04:05', 'q', 14, '-800:00:01')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '1999-12-31 23:59:59', 'e', 2, '00:00:00'), (1.5, '0000-00-00 00:00:00', 'e', 2, '10:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 7, ''), ('', 34, 'p'), (7, 0, '')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p', 2, ''), ('', 7, 'p,r')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 28, 'p'), ('p', 30, 'p'), ('p', 2147483647, ''), ('p', 2147483647, 7)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 2147483647, 'p'), ('', -1, 'p'), ('', 33, 'p'), ('p,r', 7, '')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 21, ''), ('', 7, 7)
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '2020-01-02 03:04:05', 'q', 20, '00:00:00'), (999999.99, '0000-00-00 00:00:00', '', 2, '-800:00:01')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, 'é', 1e300, 0, -3.25), (1.50, 'e', 0.1, 2020, 1.5)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '0000-00-00 00:00:00', '', 100, '10:00:00'), (-3.25, '0000-00-00 00:00:00', 'q', 0, '00:00:00'), (0, '0000-00-00 00:00:00', 'é', 10, '10:00:00'), (-3.25, '0000-00-00 00:00:00', 'Q', 7, '-800:00:01')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'e', -0e0, 2020, NULL), (1.5, 'e', 0, 0, 1.50), (1.50, 'é', -0e0, 0, 999999.99), (999999.99, 'q', 0, 1901, 1.5)
COMMIT
START TRANSACTION
DELETE FROM t2 WHERE c0 = 'p' LIMIT 2
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p', 19, 'p,r'), ('p,r', 5, 'p'), ('p,r', 2147483647, 'p,r'), ('p,r', 23, 7)
UPDATE IGNORE t2 SET c0 = 7 WHERE c2 = 'p,r' LIMIT 3
DELETE FROM t0 WHERE c1 = '0000-00-00 00:00:00' LIMIT 2
UPDATE IGNORE t1 SET c0 = 1.50 WHERE c3 = 0
ROLLBACK
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 2147483647, 7), ('p', 21, 'p'), ('p,r', 1, ''), ('', -1, '')
START TRANSACTION
UPDATE IGNORE t0 SET c0 = 1.50 WHERE c2 = 'e'
COMMIT
START TRANSACTION
UPDATE IGNORE t2 SET c2 = 'p' WHERE c1 = 2147483647
UPDATE IGNORE t1 SET c1 = '' WHERE c3 = 1901 LIMIT 3
REPLACE INTO t2 (c0, c1, c2) VALUES ('p', 2147483647, '')
DELETE FROM t2 WHERE c0 = 'p,r'
UPDATE IGNORE t2 SET c0 = 7 WHERE c1 = 0
DELETE FROM t0 WHERE c0 = -3.25 LIMIT 2
ROLLBACK
-- other: XA START 'x3', 'b', 2
-- other: DELETE FROM t1 WHERE fk = 0
-- other: XA END 'x3', 'b', 2
-- other: XA PREPARE 'x3', 'b', 2
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '1999-12-31 23:59:59', '', 28, '10:00:00'), (999999.99, '0000-00-00 00:00:00', 'q', 35, '10:00:00')
UPDATE IGNORE t2 SET c2 = '' WHERE c2 = 'p' LIMIT 1
UPDATE IGNORE t2 SET c2 = 'p' WHERE c2 = 'p' LIMIT 1
UPDATE IGNORE t2 SET c2 = 7 WHERE c2 = 'p' LIMIT 1
UPDATE IGNORE t2 SET c2 = '' WHERE c2 = 'p' LIMIT 1
UPDATE IGNORE t2 SET c2 = '' WHERE c2 = 'p' LIMIT 1
UPDATE IGNORE t2 SET c2 = 'p' WHERE c2 = 'p' LIMIT 1
UPDATE IGNORE t2 SET c2 = 7 WHERE c2 = 'p' LIMIT 1
UPDATE IGNORE t2 SET c2 = '' WHERE c2 = 'p' LIMIT 1
DELETE FROM t1 WHERE c3 = 1901 LIMIT 2
XA ROLLBACK 'x3', 'b', 2
-- other: XA START 'x4', 'b', 2
-- other: INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 2, 'p,r'), ('p', 2, 'p,r'), ('p', 7, 'p'), (7, 7, 'p')
-- other: XA END 'x4', 'b', 2
-- other: XA PREPARE 'x4', 'b', 2
-- other: XA COMMIT 'x4', 'b', 2
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 25, ''), (7, 2147483647, 'p,r')
UPDATE IGNORE t0 SET c3 = -1 WHERE c1 = '1999-12-31 23:59:59' LIMIT 3
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'é', 1e300, 1901, NULL)
SAVEPOINT s
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'Q', 1e300, 0, -3.25)
ROLLBACK TO s
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, '', 0.1, 1901, 0), (1.50, 'Q', 1e300, 0, 1.5)
COMMIT
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 4, 'p')
START TRANSACTION
REPLACE INTO t2 (c0, c1, c2) VALUES ('p', 7, ''), ('p,r', 37, ''), (7, 0, 7), ('p', 2, 'p')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '0000-00-00 00:00:00', 'q', 26, '-800:00:01'), (-3.25, '1999-12-31 23:59:59', 'q', 2, '00:00:00')
UPDATE IGNORE t0 SET c2 = 'e' WHERE c0 = 999999.99
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'é', -0e0, 0, 999999.99), (1.50, 'é', -0e0, 0, NULL), (-3.25, 'e', 0, 1901, 1.5)
DELETE FROM t1 WHERE c0 = 1.50 LIMIT 2
DELETE FROM t1 WHERE fk = NULL LIMIT 2
COMMIT
UPDATE IGNORE t0 SET c2 = 'é' WHERE c1 = '0000-00-00 00:00:00' LIMIT 3
-- apply full
START TRANSACTION
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '2020-01-02 03:04:05', 'é', -1, '10:00:00'), (0, '1999-12-31 23:59:59', 'Q', 23, '00:00:00'), (1.5, '2020-01-02 03:04:05', 'q', 7, '10:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 39, 'p'), ('p,r', 8, ''), (7, 100, 'p')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '1999-12-31 23:59:59', 'e', 2, '10:00:00'), (999999.99, '0000-00-00 00:00:00', 'é', 16, '00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '1999-12-31 23:59:59', 'é', 100, '00:00:00'), (999999.99, '1999-12-31 23:59:59', 'é', 0, '10:00:00')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '1999-12-31 23:59:59', 'é', 28, '10:00:00'), (0, '0000-00-00 00:00:00', 'Q', 0, '10:00:00'), (0, '2020-01-02 03:04:05', 'é', 19, '10:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, 'e', 0, 1901, 1.5), (0, 'Q', 0.1, 2020, 1.50)
REPLACE INTO t2 (c0, c1, c2) VALUES (7, 11, 'p,r'), ('', 11, 'p'), ('', 7, 7), (7, 4, 7)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '0000-00-00 00:00:00', 'e', 8, '00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, '', 1e300, 1901, NULL), (1.5, 'e', -0e0, 0, 999999.99)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '2020-01-02 03:04:05', '', 2147483647, '10:00:00'), (1.50, '1999-12-31 23:59:59', 'e', 1, '10:00:00')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'e', 1e300, 1901, 1.5), (0, 'q', 0.1, 1901, NULL), (1.5, 'Q', 0.1, 0, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 0, ''), (7, 0, 'p'), ('p,r', 2, 'p')
REPLACE INTO t2 (c0, c1, c2) VALUES ('', 16, 'p,r')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '1999-12-31 23:59:59', 'q', 26, '10:00:00'), (999999.99, '2020-01-02 03:04:05', 'q', 2, '10:00:00')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '0000-00-00 00:00:00', '', 100, '00:00:00'), (1.50, '1999-12-31 23:59:59', '', 2, '00:00:00'), (0, '0000-00-00 00:00:00', '', 1, '10:00:00'), (999999.99, '2020-01-02 03:04:05', 'q', 31, '-800:00:01')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '0000-00-00 00:00:00', 'é', -1, '-800:00:01'), (1.5, '0000-00-00 00:00:00', 'Q', 21, '10:00:00'), (1.50, '0000-00-00 00:00:00', '', 2147483647, '10:00:00')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '2020-01-02 03:04:05', 'q', 3, '00:00:00'), (0, '1999-12-31 23:59:59', 'q', 35, '00:00:00'), (1.50, '2020-01-02 03:04:05', '', 22, '10:00:00')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'Q', 1e300, 2020, 999999.99), (-3.25, 'é', -0e0, 0, NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '2020-01-02 03:04:05', 'e', 7, '-800:00:01'), (-3.25, '2020-01-02 03:04:05', '', 7, '00:00:00'), (-3.25, '2020-01-02 03:04:05', 'q', 1, '00:00:00'), (1.50, '1999-12-31 23:59:59', 'e', 21, '00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '0000-00-00 00:00:00', 'é', 10, '00:00:00'), (1.5, '0000-00-00 00:00:00', 'Q', 7, '10:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'Q', 0.1, 0, 999999.99), (-3.25, '', 0, 0, 1.50), (999999.99, 'e', 0.1, 1901, 1.5), (1.5, 'e', -0e0, 2020, -3.25)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '2020-01-02 03:04:05', '', 38, '10:00:00'), (1.5, '0000-00-00 00:00:00', '', 100, '10:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 21, ''), (7, -1, 'p,r'), ('p', 21, 7), (7, 27, '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '0000-00-00 00:00:00', 'Q', 1, '-800:00:01'), (1.50, '2020-01-02 03:04:05', 'é', -1, '10:00:00'), (0, '2020-01-02 03:04:05', 'Q', 23, '10:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'Q', -0e0, 0, 1.50), (1.50, 'q', 1e300, 0, 1.50), (999999.99, 'é', 1e300, 0, 1.5), (1.5, '', -0e0, 1901, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 2147483647, 'p,r')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '1999-12-31 23:59:59', 'é', 7, '-800:00:01'), (0, '0000-00-00 00:00:00', 'é', 12, '-800:00:01'), (-3.25, '2020-01-02 03:04:05', 'é', 13, '-800:00:01'), (999999.99, '1999-12-31 23:59:59', 'q', -1, '00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'q', 0.1, 0, 999999.99), (0, 'q', 0, 0, 1.50)
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '2020-01-02 03:04:05', 'Q', -1, '10:00:00'), (-3.25, '1999-12-31 23:59:59', 'e', 19, '10:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '2020-01-02 03:04:05', 'q', 27, '00:00:00'), (0, '1999-12-31 23:59:59', 'q', 14, '10:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'é', -0e0, 1901, NULL), (999999.99, 'Q', 0, 2020, 0)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 24, 7), ('', 23, ''), ('p', 2, 'p'), (7, 36, 7)
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '0000-00-00 00:00:00', '', 14, '-800:00:01')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '2020-01-02 03:04:05', 'é', 4, '-800:00:01'), (1.5, '0000-00-00 00:00:00', 'e', 13, '00:00:00'), (-3.25, '2020-01-02 03:04:05', 'e', 21, '-800:00:01'), (1.50, '1999-12-31 23:59:59', 'é', 24, '-800:00:01')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'q', -0e0, 0, 1.5)
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'q', -0e0, 1901, 0)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, 'é', 0, 1901, NULL), (0, '', -0e0, 0, NULL), (1.5, '', -0e0, 1901, NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, 'é', 1e300, 0, 1.50), (-3.25, 'e', 0, 1901, NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'Q', 1e300, 2020, 0), (-3.25, 'é', -0e0, 0, -3.25), (999999.99, 'e', -0e0, 2020, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p', 1, ''), (7, 7, ''), ('p', 2, 7)
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'é', 0, 0, -3.25), (1.50, 'Q', -0e0, 0, NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '1999-12-31 23:59:59', 'Q', 0, '00:00:00'), (999999.99, '2020-01-02 03:04:05', 'q', 7, '10:00:00'), (0, '2020-01-02 03:04:05', '', 35, '00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, 'e', -0e0, 1901, 1.50), (0, 'Q', 0, 0, -3.25)
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '0000-00-00 00:00:00', 'é', 38, '00:00:00'), (1.5, '2020-01-02 03:04:05', 'é', 0, '10:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 1, 7), ('p', 1, 7), ('p,r', 7, ''), ('p,r', 2, '')
REPLACE INTO t2 (c0, c1, c2) VALUES ('p,r', 0, 'p,r'), ('', 1, 7), ('', 7, ''), ('p', 2, '')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, 'Q', -0e0, 0, 1.50), (0, 'é', 0.1, 1901, 0), (0, '', -0e0, 0, 0), (-3.25, 'q', 1e300, 2020, 1.5)
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '1999-12-31 23:59:59', 'Q', 7, '00:00:00'), (0, '2020-01-02 03:04:05', 'e', -1, '00:00:00'), (0, '2020-01-02 03:04:05', 'é', 7, '10:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 100, 'p,r'), (7, 2, 'p'), ('p,r', 35, ''), ('p,r', 25, 'p,r')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, '', 0.1, 1901, 1.5), (1.50, 'q', 1e300, 2020, NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '0000-00-00 00:00:00', 'Q', 2147483647, '-800:00:01'), (999999.99, '2020-01-02 03:04:05', 'q', 12, '10:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 7, 'p'), (7, 0, '')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p', 21, 'p,r')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, '', 0, 1901, 999999.99)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '0000-00-00 00:00:00', 'e', -1, '-800:00:01'), (1.5, '0000-00-00 00:00:00', 'é', 1, '00:00:00'), (1.5, '2020-01-02 03:04:05', 'é', 100, '-800:00:01')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '2020-01-02 03:04:05', 'q', 4, '00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (999999.99, '', 1e300, 0, NULL), (1.5, 'Q', 0.1, 1901, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p', 0, 'p')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (999999.99, 'é', 0, 1901, 1.50), (1.5, 'q', 0, 2020, 0)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 2, 'p,r'), ('p,r', 2, 'p,r'), ('p,r', 28, 'p,r')
COMMIT
START TRANSACTION
UPDATE IGNORE t2 SET c1 = 7 WHERE c1 = 0 LIMIT 3
REPLACE INTO t2 (c0, c1, c2) VALUES ('p,r', 100, 'p')
UPDATE IGNORE t2 SET c2 = 'p' WHERE c0 = 7 LIMIT 3
REPLACE INTO t2 (c0, c1, c2) VALUES ('', 7, ''), ('', 1, 7), (7, -1, 7)
UPDATE IGNORE t2 SET c2 = 7 WHERE c0 = 'p,r'
DELETE FROM t1 WHERE c2 = -0e0
COMMIT
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 34, 7), ('p', 21, 'p,r'), (7, 0, 'p'), ('p', 5, 'p')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (999999.99, 'e', 0.1, 2020, 999999.99), (999999.99, 'Q', 0.1, 0, NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.5, '', 1e300, 1901, 0), (-3.25, 'é', 1e300, 2020, 1.5), (1.50, 'Q', 0.1, 1901, 1.50), (0, 'Q', 0, 1901, NULL)
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (-3.25, 'Q', 1e300, 2020, -3.25)
DELETE FROM t1 WHERE c2 = 1e300
COMMIT
UPDATE IGNORE t2 SET c0 = 'p,r' WHERE c0 = 'p,r' LIMIT 3
START TRANSACTION
UPDATE IGNORE t0 SET c1 = '2020-01-02 03:04:05' WHERE c1 = '2020-01-02 03:04:05' LIMIT 3
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '2020-01-02 03:04:05', 'q', 20, '00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (999999.99, 'Q', -0e0, 1901, 999999.99)
ROLLBACK
UPDATE IGNORE t1 SET c0 = 999999.99 WHERE c1 = 'e' LIMIT 3
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'e', 1e300, 2020, 0), (999999.99, 'q', 0, 1901, 999999.99)
UPDATE IGNORE t0 SET c2 = 'é' WHERE c1 = '1999-12-31 23:59:59' LIMIT 3
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '2020-01-02 03:04:05', 'é', 2, '10:00:00')
SAVEPOINT s
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, '', 0.1, 1901, 1.50)
ROLLBACK TO s
UPDATE IGNORE t1 SET fk = 1.5 WHERE c1 = 'q'
COMMIT
DELETE FROM t1 WHERE fk = 1.50 LIMIT 2
REPLACE INTO t2 (c0, c1, c2) VALUES (7, 100, ''), ('p', 19, 7)
START TRANSACTION
DELETE FROM t2 WHERE c1 = -1 LIMIT 2
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('', 8, 'p'), ('', 7, 'p'), (7, 2147483647, 'p'), ('p', 100, 'p,r')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 30, 'p,r'), ('p,r', 2, ''), (7, 2147483647, 7)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '2020-01-02 03:04:05', 'e', 7, '-800:00:01')
UPDATE IGNORE t2 SET c1 = 7 WHERE c0 = 7
SAVEPOINT s
DELETE FROM t2 WHERE c1 = 7
ROLLBACK TO s
UPDATE IGNORE t0 SET c0 = 1.50 WHERE c0 = -3.25 LIMIT 3
COMMIT
START TRANSACTION
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, 'e', 0, 2020, 1.50)
UPDATE IGNORE t1 SET c3 = 0 WHERE c2 = -0e0
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, 'Q', -0e0, 1901, -3.25), (1.5, 'q', -0e0, 1901, 0), (0, '', -0e0, 0, 999999.99)
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '0000-00-00 00:00:00', '', 2147483647, '10:00:00'), (1.5, '1999-12-31 23:59:59', 'é', 36, '10:00:00'), (1.5, '1999-12-31 23:59:59', 'q', 2147483647, '00:00:00'), (999999.99, '0000-00-00 00:00:00', 'q', 23, '00:00:00')
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'é', -0e0, 1901, NULL), (0, 'q', 1e300, 2020, -3.25)
ROLLBACK
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 0, 'p'), ('', 2, 'p,r'), (7, -1, 'p,r'), ('p', 16, 7)
DELETE FROM t1 WHERE fk = 1.5
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '2020-01-02 03:04:05', 'é', 0, '00:00:00'), (-3.25, '2020-01-02 03:04:05', '', 35, '00:00:00'), (0, '0000-00-00 00:00:00', 'q', 1, '10:00:00'), (999999.99, '0000-00-00 00:00:00', 'q', 0, '10:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, 'q', -0e0, 1901, 1.50), (999999.99, 'q', 0, 0, 0), (-3.25, 'é', -0e0, 2020, 999999.99), (-3.25, 'q', 1e300, 0, -3.25)
COMMIT
-- other: XA START 'x5', 'b', 2
-- other: UPDATE IGNORE t1 SET fk = NULL WHERE fk = 1.50
-- other: UPDATE IGNORE t1 SET c2 = -0e0 WHERE fk = 1.50
-- other: UPDATE IGNORE t2 SET c1 = 39 WHERE c0 = 'p,r'
-- other: XA END 'x5', 'b', 2
-- other: XA COMMIT 'x5', 'b', 2 ONE PHASE
UPDATE IGNORE t0 SET c4 = '10:00:00' WHERE c1 = '0000-00-00 00:00:00' LIMIT 3
START TRANSACTION
UPDATE IGNORE t2 SET c0 = 7 WHERE c0 = '' LIMIT 3
SAVEPOINT s
DELETE FROM t0 WHERE c0 = 999999.99
ROLLBACK TO s
DELETE FROM t0 WHERE c1 = '1999-12-31 23:59:59' LIMIT 2
COMMIT
START TRANSACTION
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (1.50, 'Q', 0, 2020, -3.25)
DELETE FROM t1 WHERE c1 = ''
DELETE FROM t2 WHERE c0 = 'p'
SAVEPOINT s
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '2020-01-02 03:04:05', 'Q', 7, '-800:00:01'), (1.5, '1999-12-31 23:59:59', 'e', 33, '00:00:00'), (-3.25, '0000-00-00 00:00:00', 'e', 32, '00:00:00')
ROLLBACK TO s
UPDATE IGNORE t2 SET c2 = 7 WHERE c0 = ''
COMMIT
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (999999.99, '0000-00-00 00:00:00', 'q', 2147483647, '00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.5, '0000-00-00 00:00:00', 'e', 30, '-800:00:01'), (1.5, '0000-00-00 00:00:00', 'é', 19, '00:00:00'), (999999.99, '2020-01-02 03:04:05', 'Q', 17, '00:00:00'), (-3.25, '0000-00-00 00:00:00', 'e', 4, '10:00:00')
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '2020-01-02 03:04:05', 'e', 29, '00:00:00')
DELETE FROM t2 WHERE c2 = 'p,r' LIMIT 2
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (0, '2020-01-02 03:04:05', 'Q', -1, '00:00:00')
REPLACE INTO t0 (c0, c1, c2, c3, c4) VALUES (-3.25, '2020-01-02 03:04:05', '', 3, '00:00:00'), (1.50, '1999-12-31 23:59:59', '', -1, '00:00:00')
UPDATE IGNORE t2 SET c2 = 'p' WHERE c0 = 7
REPLACE INTO t2 (c0, c1, c2) VALUES ('p', 15, 7), ('p,r', 37, 'p')
COMMIT
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES ('p,r', 0, 'p,r'), ('', 15, 7), (7, 2147483647, 7), (7, 4, 7)
-- other: XA START 'x6', 'b', 2
-- other: REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (999999.99, 'q', -0e0, 2020, 1.50), (-3.25, 'Q', 1e300, 0, 0), (0, 'é', 1e300, 1901, 0)
-- other: XA END 'x6', 'b', 2
-- other: XA COMMIT 'x6', 'b', 2 ONE PHASE
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3, c4) VALUES (1.50, '0000-00-00 00:00:00', '', -1, '10:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 2147483647, ''), ('p,r', 0, 'p')
COMMIT
START TRANSACTION
UPDATE IGNORE t2 SET c1 = 0 WHERE c1 = 5 LIMIT 3
UPDATE IGNORE t0 SET c4 = '-800:00:01' WHERE c4 = '00:00:00' LIMIT 3
UPDATE IGNORE t2 SET c0 = 'p' WHERE c1 = 7
REPLACE INTO t1 (c0, c1, c2, c3, fk) VALUES (0, '', 0, 2020, 999999.99), (999999.99, 'Q', 1e300, 2020, 0), (1.50, 'e', 1e300, 2020, 0)
COMMIT
DELETE FROM t2 WHERE c0 = 'p' LIMIT 2
START TRANSACTION
UPDATE IGNORE t2 SET c1 = 0 WHERE c1 = 32
INSERT IGNORE INTO t1 (c0, c1, c2, c3, fk) VALUES (999999.99, 'é', 1e300, 0, NULL), (1.5, 'Q', -0e0, 0, NULL), (-3.25, '', 0, 0, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2) VALUES (7, 0, 7), ('', 7, 'p'), ('p', 3, 'p,r'), (7, 14, '')
ROLLBACK
-- crash caught-up stream.committed:4
