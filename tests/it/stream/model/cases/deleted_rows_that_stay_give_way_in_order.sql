-- source gtids
-- windows 22:7
-- shape no-deletes t0
-- shape left-out t1 c2
-- shape no-inserts t1
CREATE TABLE t0 (c0 BIT(10) NOT NULL, c1 FLOAT NOT NULL, c2 SET('p','q','r') NOT NULL, c3 ENUM('a','','B') NULL, UNIQUE KEY (c0), UNIQUE KEY (c2), UNIQUE KEY (c3)) DEFAULT CHARACTER SET utf8
CREATE TABLE t1 (c0 CHAR(6) CHARACTER SET latin1 NOT NULL, c1 VARCHAR(10) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL, c2 CHAR(6) CHARACTER SET latin1 NULL, fk BIT(10) NOT NULL, PRIMARY KEY (c0, c1), UNIQUE KEY (c1), UNIQUE KEY (c2, c0), FOREIGN KEY (fk) REFERENCES t0 (c0) ON DELETE CASCADE ON UPDATE NO ACTION) DEFAULT CHARACTER SET utf8
CREATE TABLE t2 (c0 TIMESTAMP(3) NOT NULL DEFAULT '2010-01-01 00:00:00', c1 VARCHAR(12) CHARACTER SET utf8 COLLATE utf8_unicode_ci NOT NULL, c2 VARCHAR(10) CHARACTER SET utf8 COLLATE utf8_bin NULL, c3 DATETIME NOT NULL, UNIQUE KEY (c1, c0), UNIQUE KEY (c3)) DEFAULT CHARACTER SET utf8
START TRANSACTION
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'a', 'q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'a', NULL, '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'strasse ', 'q ', '1999-12-31 23:59:59')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', 'e', 1), ('é', '', 'q', 0), ('q', 'q ', 'Q', 513), ('e', 'Q', 'q', 1)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p', 2)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', ' ', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q ', 'Q', 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p', NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', 'q', '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 'p,r', 'B'), (513, 0, 7, 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'Q', '', 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 7, 'a'), (513, 0, 'p,r', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 7, 'a'), (0, 0, 'p,r', '')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', '', 513), ('e', '', NULL, 0), ('e', '', NULL, 0), ('Q', '', NULL, 0)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', 'e', 1), ('é', 'q ', 'é', 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'ß', 'Q', 0), ('', 'q ', 'q', 1), ('e', '', NULL, 513)
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', 'Q', 513), ('Q', 'q', 'e', 1), ('Q', '', NULL, 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 'p,r', 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', 'q', 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'ß', NULL, 0), ('é', 'Q', 'Q', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'strasse ', '', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', '', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', '', 'q ', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', 'a'), (513, -2.5, 'p', ''), (0, 0, 7, 'B'), (1, -2.5, '', 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', '', 'e', 0), ('', 'q', 'é', 0), ('é', '', NULL, 1)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, '', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', 'B'), (1, -2.5, 'p', 'B')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', '', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'Straße', 'q', '0000-00-00 00:00:00')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p', ''), (513, -2.5, 'p,r', 'a'), (1, -2.5, 7, 2), (0, 0.1, '', 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', '', 'é', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'ä', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'q ', NULL, 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', NULL, 1)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p', 'a'), (1, 0.1, 'p,r', NULL), (1, 0.1, '', 'a')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'ä', 'q ', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'strasse ', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'a', 'q ', '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', 'q ', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'Straße', '', '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', 'q', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'STRASSE', 'q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'b  ', '', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'A', 'q ', '1999-12-31 23:59:59')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 'p,r', 2), (1, -2.5, 'p', ''), (0, 0.1, 'p', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', NULL), (513, 0.1, '', 'B')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', 'Q', 1), ('e', 'q ', '', 1), ('', 'q', 'e', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'Straße', 'ß', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'ä', 'q ', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', ' ', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', ' ', NULL, '1999-12-31 23:59:59')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q', 'Q', 0), ('é', 'Q', '', 513), ('', 'q ', '', 0), ('e', 'ß', NULL, 513)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q', 'Q', 1), ('e', 'Q', 'é', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'Straße', 'q ', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'STRASSE', 'ß', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'a', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'b  ', NULL, '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'b  ', 'Q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'ä', 'q ', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'A', 'Q', '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', 2), (513, 0.1, 'p,r', 'a'), (513, -2.5, '', 'B')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', '', '', 513), ('', 'q', 'q', 0), ('Q', 'q ', NULL, 1)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, '', 'a'), (1, -2.5, 'p', 'B')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'q ', 'q', 0), ('', '', '', 513), ('Q', 'Q', 'e', 1), ('Q', 'ß', 'é', 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'Q', 'q', 1), ('q', 'q', 'q', 0), ('q', 'Q', NULL, 513), ('e', 'q ', 'q', 0)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'ä', 'q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'A', 'Q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'a', '', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'A', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, '', 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p', 2), (513, 0.1, '', 'B'), (1, 0, '', NULL), (513, -2.5, '', NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q ', 'Q', 1), ('é', 'Q', NULL, 513)
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'q ', 'q', 513), ('q', '', '', 1), ('q', 'q ', 'é', 1), ('', 'ß', '', 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', '', 1), ('é', '', 'e', 0), ('', '', 'é', 513)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', ' ', 'Q', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'b  ', '', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'ä', 'q ', '2020-01-02 03:04:05')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q ', NULL, 1)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', 'ß', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'strasse ', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'a', 'Q', '1999-12-31 23:59:59')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'Q', NULL, 513), ('é', 'ß', 'é', 0)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', '', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'strasse ', 'q ', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'b  ', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'ä', NULL, '0000-00-00 00:00:00')
COMMIT
DELETE FROM t0 WHERE c0 = 513
DELETE FROM t1 WHERE c2 = 'q'
START TRANSACTION
DELETE FROM t0 WHERE c3 = NULL
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', '')
UPDATE IGNORE t2 SET c2 = 'q ' WHERE c3 = '0000-00-00 00:00:00'
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', '', NULL, 513)
COMMIT
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', 'B'), (1, -2.5, 'p,r', 'B'), (513, 0, 'p,r', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'b  ', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p', ''), (0, 0, 'p,r', 2), (1, -2.5, 7, 'B'), (513, 0.1, 'p', 'a')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p', ''), (0, 0.1, 'p,r', 'a')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p', 'B')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', '', 'é', 0), ('é', '', 'Q', 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'q', 'é', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'Q', '', 513)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, '', 'B'), (0, 0, '', 'B')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'Q', 'é', 513)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 2), (513, -2.5, 7, ''), (513, 0.1, '', NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', ' ', 'q ', '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'a', NULL, '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'b  ', 'q ', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'Straße', 'Q', '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', ' ', 'q', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'ä', 'q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'Straße', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'STRASSE', 'q', '2020-01-02 03:04:05')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p', ''), (513, 0, 7, NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 7, 'a'), (1, 0, 7, ''), (513, -2.5, 'p', 'B')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 7, 'B'), (513, -2.5, 'p,r', ''), (0, 0.1, 'p,r', 2), (0, -2.5, 'p,r', '')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q ', 'é', 0), ('', 'Q', '', 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', 'q', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'a', 'Q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'strasse ', 'q', '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'strasse ', 'q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'ä', 'ß', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'strasse ', NULL, '0000-00-00 00:00:00')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', 'q', 1), ('', 'q ', NULL, 0), ('é', 'q', 'Q', 1)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 7, 'B'), (513, 0.1, 7, NULL), (0, 0, '', NULL), (1, 0.1, 'p,r', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 7, NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', '', 513), ('é', 'ß', '', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'A', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', NULL, 513), ('Q', 'q', NULL, 0), ('é', 'q ', 'e', 513)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'ß', '', 1), ('Q', '', NULL, 513), ('Q', 'Q', NULL, 513)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q', 'e', 0), ('é', '', NULL, 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p', '')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'A', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', ' ', 'Q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'Straße', 'q ', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, '', ''), (0, 0, 'p,r', ''), (0, 0, 'p,r', NULL), (513, 0, 7, 'B')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 'p', 2), (1, 0.1, 'p,r', 'a')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p', 2), (1, 0, 'p,r', ''), (1, 0.1, '', 2), (1, 0, 7, '')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p', 'a'), (0, -2.5, 'p', ''), (1, 0, 7, NULL), (513, 0.1, 'p', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'Straße', 'ß', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'b  ', 'ß', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'a', 'ß', '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'q', NULL, 513), ('', 'q', 'q', 0), ('é', 'q ', '', 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, '', NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'STRASSE', 'Q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'a', 'q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'strasse ', 'ß', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', 'q', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p,r', NULL), (0, 0, '', 'B'), (513, 0, '', 'a'), (1, 0, 7, '')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', 'q', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'strasse ', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p,r', NULL), (513, 0, 'p', 'B')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', NULL, 513), ('e', 'ß', NULL, 0)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', '', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'ä', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'ä', NULL, '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'Straße', 'q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', '', 'q', '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 7, ''), (0, 0, '', ''), (0, -2.5, 'p,r', 'B'), (1, 0, 'p', 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'Q', NULL, 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'A', 'q ', '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', '', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'a', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'Straße', 'q', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'ä', 'ß', '2020-01-02 03:04:05')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'ä', '', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'b  ', 'q ', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', ' ', 'q', '0000-00-00 00:00:00')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', '', '', 513), ('', '', NULL, 513), ('Q', 'q ', 'q', 513), ('e', 'q', 'é', 0)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'ß', 'Q', 513), ('q', '', '', 1), ('q', 'q ', 'e', 513), ('Q', 'q ', 'é', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p', 2), (513, 0, '', 2), (513, 0.1, 'p,r', NULL), (1, 0, 'p,r', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', 'a'), (513, 0.1, 7, NULL)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 7, NULL), (513, -2.5, 'p', NULL), (513, -2.5, 'p,r', 'a')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p,r', 'B'), (1, -2.5, 7, 'a'), (0, -2.5, '', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'STRASSE', NULL, '2020-01-02 03:04:05')
COMMIT
-- other: XA START 'x1', 'b', 0
-- other: DELETE FROM t1 WHERE c2 = 'q'
-- other: UPDATE IGNORE t2 SET c3 = '1999-12-31 23:59:59' WHERE c2 = 'q ' LIMIT 3
-- other: INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, '', 'a')
-- other: XA END 'x1', 'b', 0
-- other: XA PREPARE 'x1', 'b', 0
UPDATE IGNORE t0 SET c1 = -2.5 WHERE c3 = 2 LIMIT 1
UPDATE IGNORE t0 SET c1 = 0.1 WHERE c3 = 2 LIMIT 1
UPDATE IGNORE t0 SET c1 = 0 WHERE c3 = 2 LIMIT 1
UPDATE IGNORE t0 SET c1 = 0 WHERE c3 = 2 LIMIT 1
UPDATE IGNORE t0 SET c1 = 0.1 WHERE c3 = 2 LIMIT 1
UPDATE IGNORE t0 SET c1 = -2.5 WHERE c3 = 2 LIMIT 1
UPDATE IGNORE t0 SET c1 = 0.1 WHERE c3 = 2 LIMIT 1
UPDATE IGNORE t0 SET c1 = -2.5 WHERE c3 = 2 LIMIT 1
-- refused 1205: REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', '', 'q', '0000-00-00 00:00:00')
XA COMMIT 'x1', 'b', 0
START TRANSACTION
DELETE FROM t1 WHERE c2 = 'e'
COMMIT
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 'B'), (0, 0, 7, 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', '')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 'p', NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, '', NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', '', 'e', 1), ('e', '', 'é', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'Q', 'q', 1), ('e', 'Q', 'e', 1), ('', 'ß', 'é', 0), ('Q', 'q', 'e', 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', '', 1), ('q', 'ß', 'q', 1), ('Q', 'Q', 'q', 0)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', NULL, 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', 2), (1, 0.1, 'p,r', NULL), (513, 0.1, 'p,r', 'B'), (513, 0, '', 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', 'é', 1), ('é', 'q ', '', 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, '', 'a'), (513, -2.5, 7, 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', NULL, 513), ('Q', 'ß', 'q', 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q ', NULL, 1), ('e', 'q ', 'é', 0), ('', '', 'q', 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'ß', 'e', 0), ('Q', '', NULL, 0), ('Q', '', 'é', 513)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p,r', 'B'), (513, 0.1, 'p', 'B')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', 'e', 0), ('Q', 'q ', 'Q', 1), ('', '', 'Q', 513), ('', 'q ', NULL, 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 7, NULL), (1, 0, '', 'B'), (513, 0, 'p', ''), (513, 0.1, 'p', NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', ' ', 'q ', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'Straße', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'b  ', 'q ', '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', '', 'é', 1)
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'Q', '', 1), ('e', 'q ', 'Q', 513), ('q', 'Q', 'é', 0), ('Q', 'Q', NULL, 0)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'strasse ', 'q', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'a', 'ß', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 7, NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, '', 2), (1, 0.1, 'p,r', 'B'), (1, 0, 7, ''), (0, -2.5, 'p,r', 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'Q', 'e', 513), ('e', 'Q', NULL, 0), ('Q', 'Q', NULL, 0), ('q', 'q', NULL, 513)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 7, NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p', NULL), (1, 0, 'p,r', ''), (0, 0, '', 'B'), (513, 0.1, 7, 'a')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p,r', ''), (513, 0, 7, 2), (0, 0, 7, '')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'Q', 'é', 0), ('e', 'ß', 'Q', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, '', ''), (0, -2.5, 7, 'a'), (0, 0, 7, NULL), (1, 0, 7, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', '', 'ß', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', ' ', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'a', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'ß', NULL, 513), ('Q', 'Q', 'e', 0), ('e', 'q ', '', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', 'Q', 0), ('e', 'q ', 'e', 0), ('Q', 'q', 'é', 1), ('', 'ß', NULL, 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'strasse ', 'q ', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'ä', 'q ', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'ä', 'ß', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'Straße', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'a', 'ß', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', '', 'Q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'STRASSE', 'q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, '', 2), (1, 0, 'p,r', 'B'), (1, 0, '', ''), (1, 0, 'p,r', '')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p', NULL), (513, 0, 'p', 'B')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'b  ', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q ', NULL, 1), ('e', 'q ', 'Q', 1), ('e', 'Q', 'Q', 0)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q ', NULL, 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 'p', NULL), (0, -2.5, 'p,r', 'a'), (1, 0, '', 2), (0, 0.1, 7, 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 'a'), (0, 0, 'p', NULL), (1, 0, 7, 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', NULL, 1), ('q', 'ß', NULL, 513), ('q', 'q ', NULL, 1)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q ', 'e', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p,r', '')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 7, '')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p,r', 2), (513, 0, 7, 2), (513, 0, 'p', 'a'), (0, 0.1, 7, 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', 2), (513, -2.5, 'p', 2), (0, 0, 'p', 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', 'é', 1), ('Q', 'q', 'Q', 0), ('e', 'Q', '', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'ä', 'Q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'b  ', 'q', '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'ä', 'ß', '0000-00-00 00:00:00')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', 'a'), (513, 0.1, 7, 2), (1, 0.1, '', NULL), (1, -2.5, 'p,r', '')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'Q', 'e', 1), ('é', '', 'e', 0), ('Q', '', NULL, 1), ('', '', 'é', 1)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'STRASSE', 'q ', '1999-12-31 23:59:59')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p,r', 'a'), (1, -2.5, '', NULL), (1, 0.1, 'p,r', ''), (513, 0.1, '', 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q', 'q', 0), ('', 'q', NULL, 513)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p', 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', NULL), (0, 0, 'p', ''), (1, -2.5, 'p', NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', '', 'e', 0), ('q', 'q', NULL, 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'A', '', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q ', '', 0), ('é', 'q', 'q', 1), ('', 'q ', NULL, 1)
COMMIT
UPDATE IGNORE t1 SET c0 = 'q' WHERE c1 = 'q'
UPDATE IGNORE t1 SET c0 = 'q' WHERE c0 = ''
-- other: XA START 'x2', 'b', 0
-- other: REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'STRASSE', 'q', '1999-12-31 23:59:59')
-- other: XA END 'x2', 'b', 0
-- other: XA COMMIT 'x2', 'b', 0 ONE PHASE
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'strasse ', 'q ', '1999-12-31 23:59:59')
DELETE FROM t1 WHERE fk = 1 LIMIT 2
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'ä', 'Q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p', 'a'), (0, 0.1, 'p,r', NULL)
COMMIT
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', ''), (1, 0.1, 'p', NULL), (513, 0.1, 'p,r', 2), (1, -2.5, 'p,r', 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 7, ''), (513, 0, 7, 'a')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'b  ', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'ä', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', ' ', '', '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'A', 'q', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', '', '', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'b  ', 'Q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'b  ', 'q ', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'A', 'ß', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'STRASSE', 'Q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'strasse ', 'q ', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 2), (513, -2.5, 'p,r', 2), (0, 0, 'p,r', 'a'), (513, -2.5, 'p', 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'Q', 'e', 0), ('Q', 'q ', 'e', 513), ('Q', '', 'e', 0)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p', NULL), (1, -2.5, 'p', 2)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'ä', 'ß', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'Straße', '', '0000-00-00 00:00:00')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'Q', 'Q', 0)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', 'q ', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'STRASSE', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'strasse ', NULL, '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'STRASSE', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'b  ', NULL, '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', '', 'q ', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'b  ', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'a', 'ß', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'ä', '', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'A', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', ' ', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'Q', 'q', 0)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, '', 'B'), (0, -2.5, '', 2), (1, 0.1, 'p', 'a')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', ' ', '', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'ä', 'Q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', '', 'ß', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'STRASSE', 'q', '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'Straße', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'b  ', 'q', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'A', 'q ', '1999-12-31 23:59:59')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', NULL, 0), ('q', 'ß', NULL, 0), ('', 'Q', NULL, 513), ('Q', 'Q', 'q', 0)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, '', NULL), (0, 0.1, '', NULL), (1, -2.5, 'p', 'B')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'a', 'Q', '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', '', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', 'q ', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', '', 'q', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', '', 'q ', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'Straße', 'ß', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', '', 1), ('e', '', '', 513), ('', 'q ', NULL, 0), ('', 'Q', 'é', 513)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'Straße', 'ß', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'STRASSE', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'ä', 'q', '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'b  ', 'ß', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'ä', 'ß', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'STRASSE', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', 'ß', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'A', '', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', '', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', ' ', NULL, '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'ä', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'strasse ', 'Q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'b  ', 'ß', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'STRASSE', NULL, '0000-00-00 00:00:00')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', NULL, 0)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'STRASSE', 'Q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'ä', 'q ', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', 'q ', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 7, 'a'), (0, -2.5, 7, 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'Q', 'e', 1), ('e', '', 'e', 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'Q', 'Q', 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', 'a'), (513, 0, 7, ''), (513, -2.5, 'p,r', ''), (1, 0, '', 2)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'a', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'a', 'q ', '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 7, 'B')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', '', 'q ', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'Straße', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', '', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', 'e', 0), ('Q', 'ß', '', 1), ('q', '', 'é', 1), ('Q', 'Q', 'Q', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', NULL, 1), ('Q', 'Q', 'é', 513), ('', '', 'Q', 0)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', 'q ', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'b  ', 'ß', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'ä', 'ß', '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p', NULL), (0, 0.1, 'p', 'B'), (513, 0.1, 'p', 2)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'Q', '', 1), ('Q', '', '', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', 'e', 1), ('e', 'ß', 'q', 0), ('q', 'ß', NULL, 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q', NULL, 0), ('Q', 'Q', NULL, 0), ('q', '', 'q', 0), ('', 'Q', 'Q', 0)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', 'Q', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'STRASSE', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'a', 'q', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'STRASSE', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'b  ', NULL, '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'STRASSE', '', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'STRASSE', 'q', '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'b  ', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', '', '', '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', ' ', 'q', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'A', '', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', '', '', '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'a', '', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'A', 'Q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'ä', 'q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'strasse ', '', '1999-12-31 23:59:59')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'A', 'q ', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'A', '', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'Straße', 'Q', '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'b  ', '', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', ' ', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', '', 'Q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', ' ', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, '', NULL), (513, 0.1, 'p,r', NULL)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p', NULL), (513, -2.5, '', 2), (513, 0, 'p', NULL), (0, 0, '', 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'Q', 'Q', 513), ('é', 'Q', '', 1), ('Q', 'Q', 'e', 513), ('', 'q', 'é', 513)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'b  ', 'Q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'A', '', '0000-00-00 00:00:00')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', NULL, 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, '', '')
COMMIT
-- other: XA START 'x3', 'b', 0
-- other: INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, '', ''), (0, 0.1, 'p', 'B'), (0, -2.5, '', 'a')
-- other: XA END 'x3', 'b', 0
-- other: XA PREPARE 'x3', 'b', 0
UPDATE IGNORE t1 SET c1 = 'Q' WHERE fk = 513 LIMIT 3
XA COMMIT 'x3', 'b', 0
UPDATE IGNORE t2 SET c2 = 'q ' WHERE c0 = '1999-12-31 23:59:59' LIMIT 1
UPDATE IGNORE t2 SET c2 = 'q' WHERE c0 = '1999-12-31 23:59:59' LIMIT 1
UPDATE IGNORE t2 SET c2 = NULL WHERE c0 = '1999-12-31 23:59:59' LIMIT 1
UPDATE IGNORE t2 SET c2 = '' WHERE c0 = '1999-12-31 23:59:59' LIMIT 1
UPDATE IGNORE t2 SET c2 = 'ß' WHERE c0 = '1999-12-31 23:59:59' LIMIT 1
UPDATE IGNORE t2 SET c2 = NULL WHERE c0 = '1999-12-31 23:59:59' LIMIT 1
UPDATE IGNORE t2 SET c2 = NULL WHERE c0 = '1999-12-31 23:59:59' LIMIT 1
UPDATE IGNORE t2 SET c2 = 'q ' WHERE c0 = '1999-12-31 23:59:59' LIMIT 1
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, '', 'a')
START TRANSACTION
DELETE FROM t2 WHERE c3 = '0000-00-00 00:00:00' LIMIT 2
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p', 2), (0, 0.1, 'p', NULL), (1, 0.1, 7, 2), (0, 0, 'p,r', 'B')
COMMIT
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p', 2), (0, 0.1, 'p,r', '')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 7, ''), (513, 0, 7, NULL), (1, -2.5, 7, ''), (513, -2.5, 'p', '')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', '', 'q', 513), ('é', 'ß', NULL, 0), ('e', 'q', 'é', 1), ('q', 'q ', NULL, 1)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', 'q ', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'ä', 'q ', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', '', '', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'STRASSE', NULL, '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'Straße', 'q ', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'strasse ', 'q', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'a', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p,r', 'B'), (0, 0, 'p', 'a'), (1, 0, '', 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', NULL), (513, -2.5, 7, '')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', 'e', 1), ('', '', NULL, 513)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', 'ß', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'STRASSE', 'q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'strasse ', NULL, '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'strasse ', 'ß', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'A', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p', 'a')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p', 'B'), (513, 0.1, 7, 'B'), (1, -2.5, 'p', 'B'), (513, 0, 'p', '')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', ' ', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'strasse ', 'q ', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'strasse ', 'Q', '0000-00-00 00:00:00')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 7, '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p,r', 'a')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', NULL), (513, -2.5, 'p', 'B'), (1, 0.1, 'p,r', NULL), (513, 0.1, 'p,r', 2)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'b  ', '', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', '', '', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', '', NULL, 0), ('', 'q ', '', 1), ('Q', 'q', '', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q', '', 1)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', 'q ', '1999-12-31 23:59:59')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', 'é', 0), ('é', '', 'e', 1), ('q', 'q ', 'é', 0), ('q', 'ß', 'é', 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', 'e', 513), ('', 'Q', NULL, 1)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'STRASSE', 'Q', '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'ä', 'ß', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', '', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 7, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'b  ', 'ß', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'Straße', 'ß', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'a', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, '', ''), (513, 0.1, '', ''), (513, -2.5, 'p,r', 'B'), (1, 0.1, 7, 'a')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'ä', 'ß', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', ' ', 'q ', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'b  ', 'q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'b  ', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, '', '')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', '', '', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p', 'B'), (1, -2.5, 'p', ''), (1, -2.5, 7, 2)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'b  ', 'Q', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', ' ', '', '0000-00-00 00:00:00')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'Q', '', 0)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', '', NULL, '2020-01-02 03:04:05')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q ', 'q', 1), ('Q', '', 'Q', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'A', 'q', '0000-00-00 00:00:00')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'Q', NULL, 513), ('é', 'ß', 'q', 513), ('Q', 'ß', 'Q', 0)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'ä', '', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'Straße', 'ß', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'STRASSE', 'q ', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'STRASSE', 'Q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 7, 'B'), (513, 0, '', 2), (513, 0, '', ''), (0, 0, 'p', NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 7, 'a'), (513, -2.5, 7, 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q ', '', 1), ('Q', 'ß', 'e', 1), ('e', '', 'é', 0), ('é', 'q ', '', 1)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, '', 'a'), (1, 0.1, '', NULL), (1, -2.5, 7, 'B')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'ä', 'ß', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'Straße', '', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'A', 'q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'A', 'ß', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, '', ''), (513, -2.5, 'p,r', 'B'), (0, 0, '', 'a')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', 'é', 0), ('é', 'q ', NULL, 0), ('Q', 'ß', 'q', 513), ('e', 'ß', 'e', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'A', 'ß', '1999-12-31 23:59:59')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', '', 1)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 'p,r', '')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', NULL, '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'ä', '', '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p,r', NULL), (513, 0, 'p', NULL), (1, 0, '', 2), (0, -2.5, 7, 'a')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'ä', '', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', '', 'q ', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'a', '', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', ' ', 'q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', '', 'ß', '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'STRASSE', 'q ', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'STRASSE', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', ' ', 'ß', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', '', 'ß', '0000-00-00 00:00:00')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'Q', 'q', 1), ('q', 'ß', 'q', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'ä', 'Q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'A', NULL, '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', '', 'q ', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', ' ', 'ß', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'a', 'q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'a', 'Q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'A', 'Q', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', ' ', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'A', 'q', '2020-01-02 03:04:05')
COMMIT
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 7, 2), (513, 0.1, 7, NULL), (1, 0, '', NULL), (1, -2.5, 'p', 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'Q', 'Q', 0), ('é', 'q ', 'é', 513)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', 'e', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q ', 'é', 0), ('', 'q', 'é', 0), ('q', 'ß', 'q', 513)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'ä', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q ', 'e', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'A', 'ß', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 'p,r', NULL), (0, 0.1, 'p', '')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'Q', 'é', 513), ('q', 'q ', 'e', 1), ('Q', 'q ', NULL, 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'Straße', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', ' ', '', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'strasse ', 'q', '1999-12-31 23:59:59')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'Q', 'Q', 1), ('é', 'q ', NULL, 513)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', 'q ', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'A', 'Q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'A', '', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'Straße', NULL, '2020-01-02 03:04:05')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 7, ''), (1, 0.1, 'p,r', ''), (513, 0.1, 7, 'a'), (1, 0.1, 7, 2)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'A', '', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', ' ', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'b  ', 'ß', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'A', 'q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'ä', '', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'b  ', 'Q', '1999-12-31 23:59:59')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', '', '', 513), ('q', 'ß', 'q', 1), ('q', 'q', 'q', 0)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', 'Q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', '', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'A', 'q ', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'STRASSE', 'q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 'p', 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'ß', '', 0), ('', '', 'Q', 0), ('q', '', NULL, 513), ('e', 'ß', 'q', 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'q', NULL, 1), ('é', 'q', '', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'Q', NULL, 1), ('é', 'Q', 'é', 0), ('q', 'q ', NULL, 1), ('q', 'Q', NULL, 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'Q', 'Q', 513), ('q', '', NULL, 513), ('Q', 'q', '', 513), ('e', 'Q', 'e', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'ä', 'Q', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', ' ', 'ß', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', 'B')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', 'Q', '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', ''), (513, 0.1, 7, ''), (0, 0.1, '', 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 'p,r', 'B'), (1, -2.5, 'p', NULL), (513, 0.1, 7, 'B')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'q ', 'Q', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 7, 'a'), (1, 0.1, 'p', NULL), (1, 0, '', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'STRASSE', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', ' ', '', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', NULL, 1), ('é', '', 'Q', 513), ('é', '', 'Q', 1), ('', 'Q', 'Q', 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', '', 'q', 0), ('e', 'ß', '', 0), ('q', '', NULL, 1), ('e', '', 'q', 0)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', ' ', 'q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'ä', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 'p', 2), (513, -2.5, '', ''), (513, 0, 7, NULL), (1, 0.1, 'p', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'strasse ', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, '', NULL), (1, -2.5, 7, 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'STRASSE', '', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'b  ', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'b  ', NULL, '1999-12-31 23:59:59')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, '', 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, '', NULL), (1, 0.1, 7, 'B'), (513, 0.1, 'p,r', 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 7, 2), (1, -2.5, 7, 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'Q', 'e', 1), ('', 'q ', 'é', 1)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 'p,r', 'B')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', 'e', 513), ('é', 'ß', '', 1)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, '', NULL), (0, 0, 'p,r', 2), (1, -2.5, 'p', 2), (1, 0, '', NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, '', 'B'), (0, -2.5, '', NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', '', '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', '', 'é', 0), ('é', '', NULL, 513), ('q', 'q', 'e', 0), ('e', 'ß', 'é', 1)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p', 'B'), (0, -2.5, '', NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, '', ''), (513, -2.5, 'p', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'a', 'q ', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'b  ', 'Q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', ' ', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', 'ß', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'Straße', NULL, '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'b  ', 'q', '2020-01-02 03:04:05')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', 'q', 0), ('Q', 'ß', 'é', 1)
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', '', 0), ('q', '', 'é', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 7, ''), (0, -2.5, 'p,r', ''), (0, 0, '', 'a'), (513, 0, 'p', NULL)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q', NULL, 0), ('', 'q ', 'q', 1), ('Q', 'Q', 'é', 0), ('Q', '', NULL, 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 'B'), (1, 0, 'p,r', NULL), (0, 0.1, 'p,r', 'B')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q', 'q', 513), ('', '', NULL, 0), ('é', '', 'e', 513)
COMMIT
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'Straße', 'ß', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'b  ', 'q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'ä', 'Q', '2020-01-02 03:04:05')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'strasse ', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q', 'e', 513), ('Q', 'Q', NULL, 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', '', 'é', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 7, 'B'), (513, 0, 'p', NULL), (0, -2.5, 'p', 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 'p', NULL), (513, 0, '', 'B')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, '', 'a'), (513, -2.5, 'p,r', 'a'), (1, 0, 7, '')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', 'e', 0), ('q', '', 'Q', 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q', '', 0), ('q', 'q', NULL, 1), ('Q', '', '', 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q ', 'é', 1), ('', 'q', 'Q', 1), ('e', 'Q', 'q', 1), ('e', 'Q', 'q', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'Straße', 'q', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', '', 'q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, '', 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 7, 2), (513, 0.1, '', NULL), (513, 0, 'p', NULL)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, '', NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 7, NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'a', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'ä', 'Q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'A', 'q', '1999-12-31 23:59:59')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q ', 'Q', 1), ('q', 'q', 'e', 0), ('é', 'ß', 'é', 0), ('e', 'Q', NULL, 1)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 'a'), (1, -2.5, 'p,r', 2), (0, 0, 7, '')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', '', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'STRASSE', 'ß', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'a', NULL, '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'Straße', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'STRASSE', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, '', 'B'), (0, 0, 7, 'B')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', '', 'Q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'Straße', 'ß', '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'b  ', 'ß', '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'Q', NULL, 1), ('', 'ß', 'é', 513)
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', '', 'q', 1), ('Q', 'ß', 'e', 1), ('e', 'q ', NULL, 0)
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', '', 'é', 513), ('', 'q', 'Q', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', '', 0), ('e', 'ß', 'é', 1)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 2), (0, -2.5, '', NULL)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q ', 'e', 0), ('q', 'ß', NULL, 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p', ''), (513, 0.1, 'p', NULL), (0, -2.5, 7, 'B'), (0, 0.1, '', NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 7, ''), (0, 0.1, 'p,r', NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p,r', 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', NULL, 513)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'a', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'b  ', 'q ', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', '', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', '', 'Q', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', '', NULL, '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'strasse ', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'strasse ', NULL, '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'b  ', 'Q', '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', 'q', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'a', 'q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'A', 'Q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'STRASSE', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', 'q ', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'ä', NULL, '1999-12-31 23:59:59')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 7, '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 7, 'B'), (0, 0, '', 2)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 7, NULL), (0, -2.5, 'p', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 'p', 'a'), (1, 0.1, 7, NULL), (0, 0.1, '', NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', '', NULL, 0), ('q', 'q', NULL, 513), ('é', 'Q', NULL, 1), ('é', 'q ', 'q', 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', 'Q', 0), ('', 'q ', 'q', 513), ('q', 'ß', 'e', 0)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', ' ', '', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'ä', 'ß', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', '', '', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'STRASSE', NULL, '0000-00-00 00:00:00')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'ß', 'é', 0)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'ß', NULL, 0)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'b  ', 'ß', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'strasse ', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, '', '')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q ', 'Q', 0), ('q', 'q', 'q', 513), ('', '', 'q', 0)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', 'q', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'strasse ', 'Q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'b  ', 'q', '1999-12-31 23:59:59')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', 'é', 1), ('é', 'q', 'q', 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, '', 'B'), (0, 0.1, 'p', 'B')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', '', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'b  ', NULL, '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'STRASSE', 'q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'strasse ', '', '2020-01-02 03:04:05')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p,r', '')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', 'Q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', ' ', 'ß', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', NULL, 1), ('', 'q ', NULL, 513), ('q', 'q', 'q', 0), ('', 'Q', 'é', 0)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'Straße', 'q', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'Straße', 'q ', '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', 'é', 0), ('e', 'q ', '', 0)
COMMIT
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'A', 'q ', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'A', 'ß', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'Straße', '', '2020-01-02 03:04:05')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'STRASSE', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', 'q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'ä', NULL, '1999-12-31 23:59:59')
UPDATE IGNORE t1 SET c1 = 'q ' WHERE c2 = 'Q'
ROLLBACK
START TRANSACTION
UPDATE IGNORE t0 SET c2 = 7 WHERE c2 = 7 LIMIT 3
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', '', 'ß', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'Straße', 'q ', '2020-01-02 03:04:05')
UPDATE IGNORE t2 SET c1 = 'A' WHERE c3 = '0000-00-00 00:00:00' LIMIT 3
DELETE FROM t2 WHERE c2 = 'Q'
SAVEPOINT s
DELETE FROM t1 WHERE c0 = 'e'
ROLLBACK TO s
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p', 'B'), (1, 0, 'p', ''), (0, 0, 'p', 'a')
COMMIT
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'A', NULL, '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'strasse ', NULL, '0000-00-00 00:00:00')
UPDATE IGNORE t0 SET c3 = 'B' WHERE c3 = 'B' LIMIT 3
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, '', NULL)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', 'é', 513), ('q', '', 'q', 1), ('', '', NULL, 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'ä', 'q', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', ' ', 'q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q', 'Q', 513), ('e', 'Q', 'q', 1)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'ß', 'q', 1), ('', 'q ', 'é', 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p', 2), (513, 0, 'p,r', ''), (0, 0.1, 7, 'a')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', '', 'q ', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'A', '', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'STRASSE', 'ß', '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'STRASSE', 'Q', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', '', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'STRASSE', NULL, '2020-01-02 03:04:05')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 7, 'a'), (0, 0.1, 'p', 2), (0, 0, '', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 'p', 'a')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 7, '')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'ä', 'q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'ä', 'ß', '2020-01-02 03:04:05')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'ß', NULL, 0), ('e', 'q ', 'e', 1)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 7, NULL), (1, 0, 'p', '')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q', 'e', 513), ('e', 'Q', NULL, 1), ('e', 'ß', '', 1), ('', 'q ', 'e', 1)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'ä', 'ß', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'A', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, '', '')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'ß', '', 1), ('Q', 'ß', 'q', 513), ('é', 'q ', 'é', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', 'Q', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', '', 'q ', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', ' ', '', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', '', 'ß', '1999-12-31 23:59:59')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'ß', 'e', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'Straße', 'ß', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'strasse ', 'q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', ' ', 'q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'strasse ', 'Q', '1999-12-31 23:59:59')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'strasse ', 'Q', '1999-12-31 23:59:59')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', NULL, 0), ('e', 'q ', 'e', 513), ('e', 'q ', NULL, 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', 'é', 0), ('Q', 'ß', 'q', 513), ('q', 'Q', 'q', 513), ('é', 'q', NULL, 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 'p,r', 'a')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 7, 'B'), (1, 0.1, 'p', NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', 'q ', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', '', 'q ', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', '', 'ß', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'strasse ', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'strasse ', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'strasse ', 'Q', '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', NULL, '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'STRASSE', '', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'b  ', 'q ', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'STRASSE', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'a', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'ä', 'ß', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'strasse ', 'q', '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', NULL, '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 'p', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', ' ', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', ' ', 'ß', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'a', NULL, '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'a', '', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'ä', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', '', 'q', 1)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 7, NULL), (1, 0, 7, 'B')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'Straße', 'Q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'b  ', 'Q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'ä', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', 'q', 513), ('', 'q', 'q', 0)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', 'q ', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', 'Q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'b  ', NULL, '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'STRASSE', '', '0000-00-00 00:00:00')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'Q', 'e', 513), ('Q', '', NULL, 1), ('é', 'q', 'Q', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'b  ', 'Q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 7, '')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'Q', 'e', 513), ('', 'q', 'e', 513), ('q', 'q ', 'e', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', NULL, '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'a', '', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'Straße', 'q ', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, '', 'B'), (513, -2.5, 7, 2), (1, 0, 'p', 'B'), (513, 0, '', '')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', ' ', '', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'strasse ', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, '', 'B'), (513, -2.5, 7, NULL), (513, 0.1, 'p,r', 'a'), (0, 0.1, 'p', NULL)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 7, 'B'), (1, 0.1, 'p,r', ''), (0, -2.5, '', NULL), (1, -2.5, '', 'a')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p', NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, '', 'B'), (1, 0, 7, 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, '', 2), (0, -2.5, '', 'B'), (0, -2.5, 'p', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', NULL), (0, -2.5, 'p,r', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 7, 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, '', 'B'), (1, 0, 'p', 2), (513, 0.1, 7, 'a'), (1, 0.1, 7, 'B')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', '', 'Q', 1), ('e', 'ß', 'é', 513), ('', 'q ', NULL, 513), ('Q', 'Q', 'é', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'b  ', 'Q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'Straße', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'a', NULL, '0000-00-00 00:00:00')
COMMIT
UPDATE IGNORE t0 SET c3 = 'a' WHERE c0 = 1 LIMIT 3
-- other: XA START 'x4', 'b', 1
-- other: DELETE FROM t2 WHERE c3 = '0000-00-00 00:00:00'
-- other: UPDATE IGNORE t1 SET c2 = '' WHERE fk = 0 LIMIT 3
-- other: INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', 'q', '2020-01-02 03:04:05')
-- other: XA END 'x4', 'b', 1
-- other: XA PREPARE 'x4', 'b', 1
-- refused 1205: INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', ' ', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'A', NULL, '0000-00-00 00:00:00')
XA COMMIT 'x4', 'b', 1
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'Q', '', 0), ('q', 'ß', 'é', 0), ('é', 'Q', 'é', 513), ('é', '', 'Q', 1)
START TRANSACTION
UPDATE IGNORE t0 SET c3 = '' WHERE c2 = 'p,r'
DELETE FROM t1 WHERE c0 = 'e' LIMIT 2
UPDATE IGNORE t0 SET c2 = 'p,r' WHERE c3 = '' LIMIT 3
UPDATE IGNORE t0 SET c2 = 7 WHERE c2 = 'p,r'
DELETE FROM t1 WHERE c2 = '' LIMIT 2
COMMIT
-- other: XA START 'x5', 'b', 0
-- other: DELETE FROM t1 WHERE c2 = 'q' LIMIT 2
-- other: DELETE FROM t0 WHERE c1 = -2.5
-- other: DELETE FROM t1 WHERE c1 = 'q ' LIMIT 2
-- other: XA END 'x5', 'b', 0
-- other: XA PREPARE 'x5', 'b', 0
START TRANSACTION
-- refused 1205: INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q ', 'q', 0)
-- refused 1205: INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 'p,r', NULL), (513, -2.5, 7, 'a'), (1, 0, 'p,r', 2)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'a', 'ß', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'A', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', ' ', 'q ', '2020-01-02 03:04:05')
-- refused 1205: DELETE FROM t1 WHERE c1 = 'Q' LIMIT 2
-- refused 1205: INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q ', 'e', 513), ('é', 'Q', 'e', 0), ('e', '', 'Q', 513), ('é', '', NULL, 0)
COMMIT
XA COMMIT 'x5', 'b', 0
-- apply full
START TRANSACTION
DELETE FROM t1 WHERE c2 = 'Q'
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 7, NULL), (513, 0.1, '', 'B'), (513, 0.1, '', NULL), (1, 0, 7, NULL)
UPDATE IGNORE t0 SET c3 = 'a' WHERE c1 = 0.1
COMMIT
START TRANSACTION
UPDATE IGNORE t2 SET c2 = NULL WHERE c0 = '2020-01-02 03:04:05.125' LIMIT 3
DELETE FROM t1 WHERE c1 = 'ß' LIMIT 2
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'A', 'q ', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'b  ', 'ß', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'A', 'ß', '1999-12-31 23:59:59')
DELETE FROM t0 WHERE c1 = 0 LIMIT 2
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', '', 'e', 1), ('e', 'q ', 'Q', 1)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 'a')
COMMIT
-- other: XA START 'x6', 'b', 0
-- other: UPDATE IGNORE t1 SET c2 = 'e' WHERE c2 = NULL
-- refused 1452: -- other: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', 'é', 513), ('é', 'Q', 'e', 513), ('q', 'Q', 'e', 1), ('é', 'Q', '', 0)
-- other: XA END 'x6', 'b', 0
-- other: XA PREPARE 'x6', 'b', 0
START TRANSACTION
DELETE FROM t1 WHERE fk = 513
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', 'ß', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'A', 'Q', '1999-12-31 23:59:59')
SAVEPOINT s
UPDATE IGNORE t1 SET c2 = 'Q' WHERE fk = 1
ROLLBACK TO s
UPDATE IGNORE t1 SET c1 = 'Q' WHERE c0 = '' LIMIT 3
COMMIT
XA COMMIT 'x6', 'b', 0
START TRANSACTION
UPDATE IGNORE t0 SET c2 = 7 WHERE c1 = 0
DELETE FROM t2 WHERE c2 = 'q ' LIMIT 2
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'b  ', 'Q', '1999-12-31 23:59:59')
UPDATE IGNORE t2 SET c2 = NULL WHERE c3 = '0000-00-00 00:00:00' LIMIT 3
DELETE FROM t2 WHERE c1 = 'ä' LIMIT 2
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'strasse ', 'q', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', '', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'strasse ', 'q', '1999-12-31 23:59:59')
COMMIT
-- other: XA START 'x7', 'b', 1
-- other: DELETE FROM t0 WHERE c0 = 513
-- other: INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q', 'é', 513)
-- other: XA END 'x7', 'b', 1
-- other: XA PREPARE 'x7', 'b', 1
START TRANSACTION
-- refused 1205: INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', '', 'e', 513), ('Q', 'q', 'e', 513), ('', 'q ', NULL, 1), ('Q', '', NULL, 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'q ', 'Q', 1)
ROLLBACK
XA ROLLBACK 'x7', 'b', 1
-- other: XA START 'x8', 'b', 2
-- other: UPDATE IGNORE t0 SET c3 = 'a' WHERE c1 = -2.5
-- other: XA END 'x8', 'b', 2
-- other: XA PREPARE 'x8', 'b', 2
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', '', NULL, 1), ('é', 'ß', '', 1)
DELETE FROM t0 WHERE c1 = -2.5
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, '', 'a'), (513, -2.5, 7, NULL), (0, 0.1, '', 'B'), (0, 0.1, 7, 2)
-- other: XA START 'x9', 'b', 0
-- other: REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'ä', '', '2020-01-02 03:04:05')
-- other: XA END 'x9', 'b', 0
-- other: XA PREPARE 'x9', 'b', 0
-- other: XA COMMIT 'x9', 'b', 0
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 7, NULL), (513, 0, 'p,r', 'B'), (513, 0, '', 'B'), (1, -2.5, 'p,r', NULL)
UPDATE IGNORE t1 SET fk = 513 WHERE c1 = 'ß' LIMIT 3
COMMIT
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'ä', '', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'strasse ', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', '', 'q ', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', '', 'q', '0000-00-00 00:00:00')
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, '', 2)
UPDATE IGNORE t1 SET fk = 1 WHERE c1 = 'q '
DELETE FROM t2 WHERE c3 = '0000-00-00 00:00:00'
UPDATE IGNORE t0 SET c0 = 1 WHERE c1 = 0.1
UPDATE IGNORE t2 SET c3 = '2020-01-02 03:04:05' WHERE c1 = 'ä' LIMIT 3
DELETE FROM t2 WHERE c0 = '2001-01-01 00:00:00.9' LIMIT 2
COMMIT
DELETE FROM t1 WHERE fk = 0 LIMIT 2
START TRANSACTION
UPDATE IGNORE t1 SET c0 = 'é' WHERE c1 = 'Q' LIMIT 3
COMMIT
XA COMMIT 'x8', 'b', 2
UPDATE IGNORE t2 SET c3 = '2020-01-02 03:04:05' WHERE c2 = ''
UPDATE IGNORE t1 SET c1 = 'q ' WHERE c1 = 'q ' LIMIT 3
DELETE FROM t0 WHERE c1 = 0 LIMIT 2
START TRANSACTION
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', 'q', 1)
COMMIT
UPDATE IGNORE t2 SET c0 = '2001-01-01 00:00:00.9' WHERE c0 = '2020-01-02 03:04:05.125'
-- other: XA START 'x10', 'b', 2
-- other: DELETE FROM t0 WHERE c0 = 0 LIMIT 2
-- other: INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', 'é', 1), ('q', '', 'Q', 0), ('e', 'q', '', 0)
-- other: INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', 'a'), (0, 0.1, 'p', 2), (1, -2.5, '', 'a')
-- other: XA END 'x10', 'b', 2
-- other: XA COMMIT 'x10', 'b', 2 ONE PHASE
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, '', 2)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'STRASSE', 'q ', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'A', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'Straße', '', '1999-12-31 23:59:59')
UPDATE IGNORE t2 SET c3 = '0000-00-00 00:00:00' WHERE c3 = '1999-12-31 23:59:59' LIMIT 3
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q ', 'é', 0)
COMMIT
-- other: XA START 'x11', 'b', 1
-- other: DELETE FROM t0 WHERE c2 = 'p,r'
-- other: INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'strasse ', 'q ', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'Straße', NULL, '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'ä', 'q ', '1999-12-31 23:59:59')
-- other: UPDATE IGNORE t2 SET c3 = '1999-12-31 23:59:59' WHERE c0 = '2020-01-02 03:04:05.125' LIMIT 3
-- other: XA END 'x11', 'b', 1
-- other: XA PREPARE 'x11', 'b', 1
START TRANSACTION
DELETE FROM t1 WHERE c1 = 'Q' LIMIT 2
UPDATE IGNORE t1 SET c0 = 'e' WHERE c0 = '' LIMIT 3
COMMIT
START TRANSACTION
DELETE FROM t0 WHERE c3 = 'B'
-- refused 1205: INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q ', 'é', 0), ('', 'q', NULL, 513), ('e', 'q ', 'Q', 0), ('q', 'q', NULL, 513)
-- refused 1205: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', '', 'Q', 0), ('é', 'q', NULL, 1), ('e', 'Q', 'q', 1), ('é', 'q', 'q', 513)
SAVEPOINT s
-- refused 1205: INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p', NULL), (513, 0, 'p', ''), (1, 0, '', 'a'), (0, 0, 7, 2)
ROLLBACK TO s
-- refused 1205: DELETE FROM t2 WHERE c2 = 'q ' LIMIT 2
COMMIT
XA COMMIT 'x11', 'b', 1
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p', 'B'), (0, 0, '', NULL), (0, 0.1, '', 'a')
START TRANSACTION
UPDATE IGNORE t2 SET c3 = '0000-00-00 00:00:00' WHERE c0 = '1999-12-31 23:59:59'
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q ', 'e', 0), ('Q', 'ß', 'é', 1), ('e', 'Q', 'é', 513)
COMMIT
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 'p', NULL), (0, -2.5, 7, 'B')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'Q', '', 0), ('', '', NULL, 513), ('Q', 'Q', 'e', 0)
DELETE FROM t0 WHERE c3 = 'a' LIMIT 2
UPDATE IGNORE t2 SET c2 = NULL WHERE c2 = 'Q'
COMMIT
DELETE FROM t1 WHERE c1 = 'q' LIMIT 2
UPDATE IGNORE t0 SET c2 = 7 WHERE c0 = 1
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 7, NULL), (0, -2.5, 'p,r', 'B'), (1, -2.5, 'p', 'a')
START TRANSACTION
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p', '')
UPDATE IGNORE t0 SET c0 = 0 WHERE c0 = 0
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'Q', 'é', 0)
UPDATE IGNORE t1 SET fk = 0 WHERE fk = 0 LIMIT 3
COMMIT
-- other: XA START 'x12', 'b', 0
-- other: UPDATE IGNORE t0 SET c2 = 7 WHERE c3 = 'B'
-- other: XA END 'x12', 'b', 0
-- other: XA PREPARE 'x12', 'b', 0
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'A', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'Straße', 'Q', '0000-00-00 00:00:00')
-- refused 1205: DELETE FROM t0 WHERE c3 = 'B'
UPDATE IGNORE t1 SET c1 = 'ß' WHERE c1 = 'ß' LIMIT 3
-- refused 1205: REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 7, 'B'), (513, 0.1, '', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'Straße', 'Q', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'a', NULL, '2020-01-02 03:04:05')
ROLLBACK
XA COMMIT 'x12', 'b', 0
UPDATE IGNORE t1 SET c2 = 'e' WHERE fk = 513 LIMIT 3
-- other: XA START 'x13', 'b', 0
-- other: UPDATE IGNORE t1 SET c2 = 'é' WHERE c1 = 'Q' LIMIT 3
-- other: UPDATE IGNORE t0 SET c3 = NULL WHERE c0 = 513 LIMIT 3
-- other: INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', 'é', 0)
-- other: XA END 'x13', 'b', 0
-- other: XA PREPARE 'x13', 'b', 0
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'strasse ', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'ä', NULL, '0000-00-00 00:00:00')
SAVEPOINT s
-- refused 1205: REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, '', ''), (0, 0.1, 'p,r', 'a')
ROLLBACK TO s
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'ß', 'Q', 0)
COMMIT
XA ROLLBACK 'x13', 'b', 0
UPDATE IGNORE t0 SET c0 = 0 WHERE c0 = 0
DELETE FROM t1 WHERE c2 = NULL LIMIT 2
-- other: XA START 'x14', 'b', 1
-- other: INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', 'e', 0), ('', 'Q', NULL, 0)
-- other: XA END 'x14', 'b', 1
-- other: XA COMMIT 'x14', 'b', 1 ONE PHASE
UPDATE IGNORE t2 SET c1 = 'A' WHERE c2 = NULL
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, '', ''), (513, 0.1, 'p,r', '')
START TRANSACTION
UPDATE IGNORE t0 SET c0 = 1 WHERE c1 = 0.1 LIMIT 3
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 7, ''), (1, -2.5, 'p', 'B'), (0, -2.5, 7, 'B')
COMMIT
START TRANSACTION
UPDATE IGNORE t0 SET c1 = 0 WHERE c0 = 513
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'Q', NULL, 0), ('Q', 'q ', 'e', 1), ('', 'ß', 'Q', 0)
UPDATE IGNORE t1 SET fk = 513 WHERE c2 = NULL LIMIT 3
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', 'q ', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'STRASSE', NULL, '1999-12-31 23:59:59')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'ß', 'é', 1), ('e', 'q ', 'e', 0), ('Q', 'Q', NULL, 1), ('', 'q ', 'Q', 513)
SAVEPOINT s
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, '', ''), (513, 0.1, 'p,r', ''), (0, 0, 'p', 'B')
ROLLBACK TO s
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p', ''), (513, 0, 'p,r', NULL), (0, 0.1, 'p', 2), (0, 0, 'p,r', 'B')
COMMIT
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'ä', 'q ', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'a', 'ß', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', '', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p', ''), (1, -2.5, 7, ''), (0, 0, '', 2)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'ß', 'Q', 0)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'strasse ', 'ß', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'a', '', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 7, 2)
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'ß', 'e', 513)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 'p', 'a'), (1, 0.1, 7, 2), (513, -2.5, 'p', 'B'), (513, 0, 'p', 'a')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'A', 'Q', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'Straße', 'q ', '2020-01-02 03:04:05')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'Straße', 'Q', '0000-00-00 00:00:00')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p', 2), (513, 0.1, 7, NULL), (0, -2.5, 'p,r', NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p', 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p,r', ''), (1, 0, 'p,r', NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'b  ', 'ß', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'a', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'strasse ', 'q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', 'Q', 0), ('Q', 'q ', 'e', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', '', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p,r', NULL), (0, -2.5, '', '')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', 'q ', '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'a', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', ' ', NULL, '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'STRASSE', 'q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'A', 'q ', '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'b  ', '', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'Straße', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q ', 'Q', 513), ('Q', 'ß', 'é', 513), ('', '', 'é', 513), ('q', 'q ', 'e', 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', '', 'é', 0), ('é', '', 'Q', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 'p,r', 'a'), (0, 0.1, 'p,r', 2), (513, -2.5, 7, NULL)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 'B'), (513, 0, 'p', 'B'), (0, -2.5, '', NULL)
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', 'q', 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', 'q', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, '', ''), (1, 0, 7, 'B'), (1, 0.1, 'p,r', 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, '', 2), (1, 0.1, 7, NULL), (513, 0, 7, '')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'A', '', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', '', 'q ', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'a', 'q ', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q', 'q', 1), ('e', 'Q', 'Q', 513), ('é', 'q ', 'é', 513)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', NULL, '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'A', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'ä', 'q', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', '', 'q', '2020-01-02 03:04:05')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'q', 'e', 1), ('Q', 'Q', NULL, 1), ('e', 'Q', 'q', 0), ('é', 'q', 'e', 1)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p,r', ''), (1, -2.5, 7, 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q', 'q', 0), ('q', 'Q', '', 513), ('e', 'q', 'é', 1)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', NULL)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'strasse ', 'q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'b  ', 'q ', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'b  ', 'q ', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', ' ', NULL, '2020-01-02 03:04:05')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', '', 'Q', 1), ('Q', '', 'e', 1)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', '', 'Q', 0), ('e', '', NULL, 513), ('', '', 'é', 1), ('q', 'q', 'e', 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', 'q', 513), ('e', 'ß', 'q', 0), ('', 'q', 'Q', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', 'q', 1), ('Q', 'ß', 'Q', 0), ('e', '', 'e', 0), ('', '', 'é', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'Q', NULL, 0), ('e', '', 'q', 0)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'ä', 'ß', '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 'p', 'B'), (0, 0, 7, 'a')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 'a'), (0, -2.5, '', 'a')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'strasse ', 'ß', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', 'q ', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'b  ', 'q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'b  ', 'q ', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'ä', 'Q', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'ä', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'STRASSE', 'ß', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', '', 'Q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'a', NULL, '1999-12-31 23:59:59')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, '', 'B'), (0, 0.1, 7, NULL), (513, 0, '', ''), (513, 0.1, '', NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'ß', 'q', 1), ('Q', 'q ', 'q', 1), ('Q', 'Q', '', 0)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'STRASSE', 'Q', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'Straße', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'ß', 'Q', 0), ('', 'q ', 'q', 513), ('q', '', NULL, 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'ß', NULL, 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'strasse ', 'q ', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'b  ', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 7, 'a')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', 'Q', 'Q', 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 7, 'a'), (1, 0, 'p,r', NULL), (0, 0, 7, 'a')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'b  ', 'ß', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'ä', '', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'STRASSE', 'Q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'ä', '', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p,r', ''), (0, -2.5, 'p', 2)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'STRASSE', 'Q', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'ä', '', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'Straße', 'Q', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'A', NULL, '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'a', 'q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', ' ', '', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'STRASSE', 'Q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'b  ', NULL, '0000-00-00 00:00:00')
COMMIT
START TRANSACTION
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', '', 'Q', 513), ('e', 'q ', '', 0)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p', NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q', 'e', 1), ('e', 'q ', '', 513), ('', 'Q', '', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'ä', 'q', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'b  ', 'q ', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'ä', NULL, '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'ä', 'Q', '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p,r', 'B'), (1, 0, 'p,r', NULL), (513, 0.1, 'p,r', NULL), (1, -2.5, '', 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q', 'Q', 1), ('Q', 'q ', 'e', 0), ('e', 'Q', NULL, 513)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'ä', 'q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'strasse ', 'ß', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'ä', '', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'A', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q', 'Q', 1), ('Q', 'Q', 'Q', 0), ('', 'ß', 'é', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, '', 2)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'b  ', 'q ', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'ä', 'Q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'Straße', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'A', 'q ', '1999-12-31 23:59:59')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q ', 'Q', 513), ('', 'q ', 'q', 1), ('e', '', 'q', 0)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('q', '', 'e', 0), ('', 'ß', NULL, 0)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q', '', 513), ('q', 'Q', NULL, 0), ('e', 'ß', 'Q', 1)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, '', NULL), (0, 0.1, 'p', 2), (1, 0.1, '', NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'A', 'q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p,r', 2), (0, -2.5, 'p,r', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 7, NULL), (513, 0.1, 'p', ''), (1, 0, 'p', 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 'p', 'a'), (1, 0.1, 7, ''), (0, -2.5, 7, 'a'), (0, 0, '', '')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'Straße', '', '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', 'Q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', ' ', 'q', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', ' ', '', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'b  ', 'Q', '1999-12-31 23:59:59')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'a', 'q', '1999-12-31 23:59:59')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'STRASSE', 'Q', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'Straße', 'ß', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', '', 'ß', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'A', NULL, '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'a', '', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'strasse ', 'Q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', 'é', 513), ('Q', 'q ', 'e', 513), ('é', '', '', 1)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'a', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', 'é', 513), ('', 'q ', 'é', 1), ('', 'Q', 'q', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'ä', '', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'A', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'STRASSE', NULL, '2020-01-02 03:04:05')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'STRASSE', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'Straße', 'Q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'b  ', NULL, '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'ä', 'Q', '0000-00-00 00:00:00')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 'p,r', NULL), (513, 0.1, 'p,r', 2)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p,r', 'a'), (513, 0, '', 2), (0, -2.5, 'p,r', ''), (0, 0, 'p,r', 'a')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 7, NULL), (0, 0, 7, 'B'), (513, 0.1, 'p,r', NULL), (1, -2.5, 'p,r', NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'ß', 'Q', 0)
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', '', 1), ('q', '', 'Q', 1), ('é', 'q ', 'Q', 513), ('', 'q', NULL, 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'Straße', NULL, '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'STRASSE', 'Q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', '', 'Q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'b  ', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', '', NULL, '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'a', 'q', '1999-12-31 23:59:59')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q ', 'Q', 513), ('q', 'q ', NULL, 513)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', 'B'), (0, 0, 'p,r', NULL), (513, 0.1, '', 'B'), (1, -2.5, '', 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, '', 'B'), (513, 0.1, '', NULL), (0, 0.1, 'p', 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'ß', NULL, 1), ('Q', 'q', 'é', 1), ('Q', '', 'é', 0), ('Q', 'ß', 'q', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q ', 'é', 1), ('', 'ß', 'é', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p', 'a'), (0, 0, 'p', 'a'), (1, 0, 'p', 'B'), (1, -2.5, '', NULL)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'strasse ', 'q', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'b  ', 'Q', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'a', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'b  ', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q ', '', 0), ('q', 'Q', NULL, 1), ('', '', '', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'strasse ', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'b  ', 'q ', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'b  ', 'q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', '', 'ß', '2020-01-02 03:04:05')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, '', 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', 2), (513, -2.5, '', 'B')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q ', 'é', 0), ('Q', 'ß', 'Q', 513), ('Q', 'q', NULL, 0), ('', 'q', 'é', 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', NULL, 1), ('', 'Q', 'q', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'b  ', 'Q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'ä', 'Q', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'a', 'ß', '2020-01-02 03:04:05')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'Q', 'é', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', 'Q', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'STRASSE', NULL, '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'A', 'q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'STRASSE', 'q ', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 'p,r', NULL), (513, 0.1, 'p', NULL), (0, 0.1, '', 2)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q ', '', 0), ('e', 'q', 'e', 0), ('q', 'q', 'é', 0), ('', 'q ', 'é', 0)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', NULL)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', '', 1), ('é', 'Q', '', 513)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p', 2), (1, 0, 7, 'B')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'Q', NULL, 1)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p,r', NULL), (1, -2.5, 7, 2), (513, 0.1, 'p,r', 'B'), (1, 0, 7, NULL)
COMMIT
START TRANSACTION
UPDATE IGNORE t1 SET fk = 0 WHERE fk = 1
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p,r', 'B'), (513, -2.5, '', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 7, 'B'), (0, 0.1, 'p', NULL), (0, 0, 7, 2)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'STRASSE', 'q', '1999-12-31 23:59:59')
ROLLBACK
DELETE FROM t0 WHERE c3 = NULL LIMIT 2
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', ' ', 'ß', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'Straße', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'STRASSE', 'ß', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'STRASSE', 'Q', '2020-01-02 03:04:05')
COMMIT
UPDATE IGNORE t1 SET c2 = 'e' WHERE c2 = 'é' LIMIT 3
START TRANSACTION
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, '', NULL), (1, -2.5, 'p', 'B')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'q', 'q', 1), ('e', 'q ', NULL, 0), ('', '', 'Q', 1)
UPDATE IGNORE t1 SET c0 = 'Q' WHERE fk = 1 LIMIT 3
DELETE FROM t1 WHERE c1 = 'q '
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('e', 'ß', NULL, 1), ('', 'Q', '', 1), ('q', 'q', '', 0)
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', 'Q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'a', '', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'STRASSE', 'ß', '2020-01-02 03:04:05')
ROLLBACK
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p', 2), (0, 0.1, '', 2), (0, 0.1, 'p,r', 'B'), (1, -2.5, 7, '')
START TRANSACTION
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'Straße', NULL, '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'ä', 'q ', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'A', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 7, 'a'), (513, -2.5, 7, 2)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'ß', NULL, 513), ('', 'q ', 'e', 513), ('q', 'Q', 'é', 513), ('Q', 'Q', NULL, 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, '', '')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'Q', 'é', 1), ('é', 'ß', NULL, 1)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'Q', NULL, 0), ('é', 'q', '', 1)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p', ''), (0, 0, '', 'B'), (0, 0.1, '', 'a'), (513, 0.1, 'p', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p,r', 2), (1, 0, 'p,r', 'B')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'strasse ', 'ß', '1999-12-31 23:59:59')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 'p', NULL), (0, 0, 7, NULL)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p', '')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, '', '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p,r', '')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'a', 'Q', '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'b  ', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', '', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('q', 'q', 'Q', 0)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'Q', 'e', 1), ('é', '', 'é', 1)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'strasse ', 'q', '0000-00-00 00:00:00')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', NULL, '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'STRASSE', 'q ', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'A', 'Q', '1999-12-31 23:59:59')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 7, NULL), (1, 0, 7, 'B'), (1, 0, 'p', 'B')
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'Q', 'e', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'a', '', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'a', NULL, '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'Straße', 'ß', '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'A', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'Straße', 'q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', ' ', 'ß', '2020-01-02 03:04:05')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', '', 'q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'b  ', NULL, '0000-00-00 00:00:00'), ('2001-01-01 00:00:00.9', 'strasse ', '', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'ä', 'q', '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 7, 'B')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'A', 'q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', ' ', NULL, '2020-01-02 03:04:05')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', 2)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, '', 'a')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 7, NULL), (513, 0, 'p', ''), (513, 0.1, '', NULL), (513, 0.1, 'p', 2)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'STRASSE', 'Q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'Straße', '', '1999-12-31 23:59:59'), ('1999-12-31 23:59:59', 'b  ', NULL, '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'STRASSE', 'q ', '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'a', NULL, '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'b  ', 'q ', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', '', NULL, '1999-12-31 23:59:59')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, '', 2), (1, 0.1, 'p', '')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', 'q', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'strasse ', 'q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('é', 'ß', 'Q', 513)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 'p', 2)
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, 7, 2), (0, 0.1, '', 'B'), (1, -2.5, 7, '')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, 'p,r', ''), (0, 0, 'p,r', 'a'), (0, -2.5, 'p,r', 'B')
REPLACE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', 'ß', '0000-00-00 00:00:00')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'ä', NULL, '2020-01-02 03:04:05'), ('2001-01-01 00:00:00.9', 'A', '', '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p,r', ''), (1, -2.5, 7, '')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'a', '', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'ä', 'q', '1999-12-31 23:59:59'), ('2020-01-02 03:04:05.125', 'A', 'Q', '0000-00-00 00:00:00')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, -2.5, 7, 2), (513, 0, 7, 'a')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, '', 'a'), (1, -2.5, '', 'B'), (513, 0.1, 'p', NULL), (0, 0.1, 'p', 'a')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (513, 0.1, 'p,r', NULL), (0, 0, 7, 'B')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, 0.1, '', '')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', 'ä', 'q ', '0000-00-00 00:00:00'), ('1999-12-31 23:59:59', 'strasse ', NULL, '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', ' ', NULL, '1999-12-31 23:59:59')
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('1999-12-31 23:59:59', ' ', NULL, '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'A', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'ä', 'Q', '2020-01-02 03:04:05')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'Q', 'q', 513), ('e', 'q', 'q', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2020-01-02 03:04:05.125', 'A', 'q', '0000-00-00 00:00:00'), ('2020-01-02 03:04:05.125', 'a', 'q ', '1999-12-31 23:59:59')
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (1, -2.5, '', 'a'), (513, -2.5, '', NULL), (513, 0.1, 7, 'B'), (0, -2.5, 7, 'a')
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('', 'q', '', 513)
INSERT IGNORE INTO t1 (c0, c1, c2, fk) VALUES ('Q', 'q', NULL, 0), ('e', 'q', NULL, 513), ('Q', 'Q', 'q', 1), ('', 'q', '', 0)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, 0, 'p', NULL), (0, 0.1, 7, ''), (513, -2.5, 7, NULL)
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('', '', 'q', 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', 'b  ', 'q', '2020-01-02 03:04:05'), ('2020-01-02 03:04:05.125', 'A', 'Q', '2020-01-02 03:04:05'), ('1999-12-31 23:59:59', 'STRASSE', NULL, '2020-01-02 03:04:05')
REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', NULL, 513)
INSERT IGNORE INTO t2 (c0, c1, c2, c3) VALUES ('2001-01-01 00:00:00.9', '', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'strasse ', NULL, '1999-12-31 23:59:59'), ('2001-01-01 00:00:00.9', 'strasse ', '', '2020-01-02 03:04:05')
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (1, 0, 'p,r', ''), (0, -2.5, 'p,r', 2), (1, -2.5, 'p,r', 2)
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (513, 0, 7, 2)
-- refused 1452: REPLACE INTO t1 (c0, c1, c2, fk) VALUES ('é', '', 'e', 1), ('Q', 'Q', 'é', 0)
COMMIT
UPDATE IGNORE t0 SET c2 = 'p' WHERE c0 = 513 LIMIT 1
UPDATE IGNORE t0 SET c2 = 'p,r' WHERE c0 = 513 LIMIT 1
UPDATE IGNORE t0 SET c2 = 'p' WHERE c0 = 513 LIMIT 1
UPDATE IGNORE t0 SET c2 = '' WHERE c0 = 513 LIMIT 1
UPDATE IGNORE t0 SET c2 = 7 WHERE c0 = 513 LIMIT 1
UPDATE IGNORE t0 SET c2 = '' WHERE c0 = 513 LIMIT 1
UPDATE IGNORE t0 SET c2 = 'p,r' WHERE c0 = 513 LIMIT 1
UPDATE IGNORE t0 SET c2 = 7 WHERE c0 = 513 LIMIT 1
START TRANSACTION
UPDATE IGNORE t0 SET c2 = 'p' WHERE c1 = 0
UPDATE IGNORE t1 SET c1 = 'Q' WHERE c0 = 'Q' LIMIT 3
INSERT IGNORE INTO t0 (c0, c1, c2, c3) VALUES (0, -2.5, 'p,r', 'B'), (1, 0, 'p', 'a')
DELETE FROM t0 WHERE c0 = 1 LIMIT 2
REPLACE INTO t0 (c0, c1, c2, c3) VALUES (0, 0.1, 'p,r', ''), (513, -2.5, 'p', ''), (1, 0.1, 7, NULL)
DELETE FROM t1 WHERE c1 = 'ß' LIMIT 2
COMMIT
UPDATE IGNORE t0 SET c2 = 7 WHERE c1 = 0
UPDATE IGNORE t2 SET c0 = '2001-01-01 00:00:00.9' WHERE c2 = NULL LIMIT 1
UPDATE IGNORE t2 SET c0 = '2020-01-02 03:04:05.125' WHERE c2 = NULL LIMIT 1
UPDATE IGNORE t2 SET c0 = '2020-01-02 03:04:05.125' WHERE c2 = NULL LIMIT 1
UPDATE IGNORE t2 SET c0 = '2001-01-01 00:00:00.9' WHERE c2 = NULL LIMIT 1
UPDATE IGNORE t2 SET c0 = '1999-12-31 23:59:59' WHERE c2 = NULL LIMIT 1
UPDATE IGNORE t2 SET c0 = '2020-01-02 03:04:05.125' WHERE c2 = NULL LIMIT 1
UPDATE IGNORE t2 SET c0 = '2001-01-01 00:00:00.9' WHERE c2 = NULL LIMIT 1
UPDATE IGNORE t2 SET c0 = '1999-12-31 23:59:59' WHERE c2 = NULL LIMIT 1
-- equal
