-- source native
-- windows 27:14
CREATE TABLE t0 (c0 ENUM('a','b') NOT NULL, PRIMARY KEY (c0)) DEFAULT CHARACTER SET utf8
CREATE TABLE t1 (c0 INT NOT NULL, fk ENUM('a','b') NOT NULL, PRIMARY KEY (c0), FOREIGN KEY (fk) REFERENCES t0 (c0) ON UPDATE CASCADE) DEFAULT CHARACTER SET utf8
INSERT INTO t0 (c0) VALUES ('a'), ('b')
INSERT INTO t1 (c0, fk) VALUES (1, 'a'), (2, 'b')
-- apply caught-up
UPDATE IGNORE t0 SET c0 = 'none of them' WHERE c0 = 'b'
INSERT INTO t1 (c0, fk) VALUES (3, 'a')
-- apply caught-up
-- equal
