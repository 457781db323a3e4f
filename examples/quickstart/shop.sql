-- A sample shop for MySQL 9.7: tables, about 300,000 rows, then views, routines, triggers, an event.
-- The rows are computed, not random: every load gives the same shop.

CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
USE shop;

SET SESSION cte_max_recursion_depth = 1000000;
SET SESSION time_zone = '+00:00';

-- 1. Tables ------------------------------------------------------------------------------------

-- a string key
CREATE TABLE country (
  code     CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name     VARCHAR(80) NOT NULL,
  vat_rate DECIMAL(4,2) NOT NULL DEFAULT 0.00 COMMENT 'percent, "standard" rate',
  PRIMARY KEY (code),
  UNIQUE KEY uq_country_name (name),
  CONSTRAINT vat_rate_is_a_rate CHECK (vat_rate BETWEEN 0 AND 50)
);

-- one half of a circle: a customer has a default address, an address has a customer
CREATE TABLE customer (
  id                 INT UNSIGNED NOT NULL AUTO_INCREMENT,
  email              VARCHAR(190) NOT NULL,
  first_name         VARCHAR(60) NOT NULL,
  last_name          VARCHAR(60) NOT NULL,
  full_name          VARCHAR(121) GENERATED ALWAYS AS (CONCAT(first_name, ' ', last_name)) VIRTUAL,
  email_domain       VARCHAR(190) GENERATED ALWAYS AS (SUBSTRING_INDEX(email, '@', -1)) STORED,
  status             ENUM('new','active','blocked','it''s complicated') NOT NULL DEFAULT 'new',
  interests          SET('books','music','garden','tools','food') NOT NULL DEFAULT '',
  preferences        JSON,
  flags              BIT(12) NOT NULL DEFAULT b'0',
  default_address_id INT UNSIGNED NULL,
  risk_score         FLOAT NULL INVISIBLE,
  created_at         TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at         TIMESTAMP NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_customer_email (email),
  KEY ix_customer_name (last_name, first_name),
  KEY ix_customer_domain (email_domain, created_at DESC),
  KEY ix_customer_lower ((LOWER(last_name))),
  KEY ix_customer_default_address (default_address_id)
);

CREATE TABLE address (
  id           INT UNSIGNED NOT NULL AUTO_INCREMENT,
  customer_id  INT UNSIGNED NOT NULL,
  country_code CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  street       VARCHAR(120) NOT NULL,
  city         VARCHAR(80) NOT NULL,
  postcode     VARCHAR(12) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_address_customer (customer_id),
  KEY ix_address_place (country_code, postcode(5)),
  CONSTRAINT fk_address_customer FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE,
  CONSTRAINT fk_address_country FOREIGN KEY (country_code) REFERENCES country (code)
);

ALTER TABLE customer
  ADD CONSTRAINT fk_customer_address FOREIGN KEY (default_address_id) REFERENCES address (id)
  ON DELETE SET NULL;

-- a table that refers to itself
CREATE TABLE category (
  id        SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  parent_id SMALLINT UNSIGNED NULL,
  title     VARCHAR(80) NOT NULL,
  position  TINYINT NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY uq_category_title (parent_id, title),
  CONSTRAINT fk_category_parent FOREIGN KEY (parent_id) REFERENCES category (id)
);

CREATE TABLE supplier (
  id           MEDIUMINT UNSIGNED NOT NULL AUTO_INCREMENT,
  name         VARCHAR(120) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL,
  country_code CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rating       DOUBLE NULL,
  contract     BLOB NULL,
  since        YEAR NOT NULL,
  PRIMARY KEY (id),
  KEY ix_supplier_rating (rating) INVISIBLE,
  CONSTRAINT fk_supplier_country FOREIGN KEY (country_code) REFERENCES country (code)
);

-- a string key that others refer to, full text, a vector
CREATE TABLE product (
  sku         VARCHAR(20) NOT NULL,
  supplier_id MEDIUMINT UNSIGNED NOT NULL,
  title       VARCHAR(160) NOT NULL,
  description TEXT NOT NULL,
  price       DECIMAL(10,2) NOT NULL,
  weight      FLOAT NULL,
  attributes  JSON NOT NULL DEFAULT (JSON_OBJECT()),
  colour      VARCHAR(20) GENERATED ALWAYS AS (JSON_UNQUOTE(JSON_EXTRACT(attributes, '$.colour'))) VIRTUAL,
  embedding   VECTOR(4) NULL,
  picture     MEDIUMBLOB NULL,
  on_sale     BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (sku),
  KEY ix_product_supplier (supplier_id),
  KEY ix_product_colour (colour),
  FULLTEXT KEY ft_product (title, description),
  FULLTEXT KEY ft_product_ngram (title) WITH PARSER ngram,
  CONSTRAINT fk_product_supplier FOREIGN KEY (supplier_id) REFERENCES supplier (id),
  CONSTRAINT price_is_not_negative CHECK (price >= 0),
  CONSTRAINT weight_is_sane CHECK (weight < 10000) NOT ENFORCED
);

-- a key of two columns, each a foreign key
CREATE TABLE product_category (
  category_id SMALLINT UNSIGNED NOT NULL,
  sku         VARCHAR(20) NOT NULL,
  PRIMARY KEY (category_id, sku),
  KEY ix_product_category_sku (sku),
  CONSTRAINT fk_product_category_category FOREIGN KEY (category_id) REFERENCES category (id),
  CONSTRAINT fk_product_category_product FOREIGN KEY (sku) REFERENCES product (sku)
    ON UPDATE CASCADE ON DELETE CASCADE
);

-- spatial columns, with and without an SRID
CREATE TABLE warehouse (
  id       TINYINT UNSIGNED NOT NULL AUTO_INCREMENT,
  name     VARCHAR(60) NOT NULL,
  place    POINT NOT NULL SRID 4326,
  grounds  POLYGON NULL SRID 0,
  route    GEOMETRY NULL,
  opens_at TIME NOT NULL DEFAULT '08:00:00',
  PRIMARY KEY (id),
  SPATIAL KEY sp_warehouse_place (place)
);

CREATE TABLE stock (
  warehouse_id TINYINT UNSIGNED NOT NULL,
  sku          VARCHAR(20) NOT NULL,
  quantity     INT NOT NULL DEFAULT 0,
  counted_on   DATE NULL,
  PRIMARY KEY (warehouse_id, sku),
  KEY ix_stock_sku (sku),
  CONSTRAINT fk_stock_warehouse FOREIGN KEY (warehouse_id) REFERENCES warehouse (id),
  CONSTRAINT fk_stock_product FOREIGN KEY (sku) REFERENCES product (sku) ON UPDATE CASCADE
);

CREATE TABLE orders (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  customer_id INT UNSIGNED NOT NULL,
  address_id  INT UNSIGNED NULL,
  status      ENUM('open','paid','shipped','returned') NOT NULL DEFAULT 'open',
  placed_at   DATETIME(3) NOT NULL,
  placed_on   DATE GENERATED ALWAYS AS (CAST(placed_at AS DATE)) STORED,
  note        VARCHAR(255) NULL,
  PRIMARY KEY (id),
  KEY ix_orders_customer (customer_id, placed_at),
  KEY ix_orders_day (placed_on, status),
  KEY ix_orders_address (address_id),
  CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
  CONSTRAINT fk_orders_address FOREIGN KEY (address_id) REFERENCES address (id) ON DELETE SET NULL
);

CREATE TABLE order_line (
  order_id BIGINT UNSIGNED NOT NULL,
  line_no  SMALLINT UNSIGNED NOT NULL,
  sku      VARCHAR(20) NOT NULL,
  quantity SMALLINT UNSIGNED NOT NULL DEFAULT 1,
  price    DECIMAL(10,2) NOT NULL,
  amount   DECIMAL(12,2) GENERATED ALWAYS AS (quantity * price) STORED,
  PRIMARY KEY (order_id, line_no),
  KEY ix_order_line_sku (sku),
  CONSTRAINT fk_order_line_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  CONSTRAINT fk_order_line_product FOREIGN KEY (sku) REFERENCES product (sku) ON UPDATE CASCADE
);

-- a foreign key of two columns, which may refer to nothing
CREATE TABLE order_return (
  id       INT NOT NULL AUTO_INCREMENT,
  order_id BIGINT UNSIGNED NULL,
  line_no  SMALLINT UNSIGNED NULL,
  reason   TINYTEXT,
  PRIMARY KEY (id),
  KEY ix_order_return_line (order_id, line_no),
  CONSTRAINT fk_order_return_line FOREIGN KEY (order_id, line_no)
    REFERENCES order_line (order_id, line_no) ON DELETE CASCADE
);

-- a binary key
CREATE TABLE payment (
  id       BINARY(16) NOT NULL,
  order_id BIGINT UNSIGNED NOT NULL,
  method   ENUM('card','transfer','cash') NOT NULL,
  amount   DECIMAL(12,2) NOT NULL,
  paid_at  TIMESTAMP(3) NOT NULL,
  receipt  VARBINARY(64) NULL,
  PRIMARY KEY (id),
  KEY ix_payment_order (order_id),
  CONSTRAINT fk_payment_order FOREIGN KEY (order_id) REFERENCES orders (id)
);

-- partitions by range, with sub-partitions
CREATE TABLE page_view (
  id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  viewed_on DATE NOT NULL,
  sku       VARCHAR(20) NULL,
  seconds   FLOAT NOT NULL,
  PRIMARY KEY (id, viewed_on)
)
PARTITION BY RANGE COLUMNS (viewed_on)
SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (
  PARTITION p2024h1 VALUES LESS THAN ('2024-07-01'),
  PARTITION p2024h2 VALUES LESS THAN ('2025-01-01'),
  PARTITION p_later VALUES LESS THAN (MAXVALUE)
);

-- no key at all: rows may be there twice
CREATE TABLE audit_log (
  logged_at DATETIME(6) NOT NULL,
  actor     VARCHAR(80) NULL,
  action    VARCHAR(20) NOT NULL,
  detail    JSON NULL,
  KEY ix_audit_log_time (logged_at)
);

-- every type there is, and values at its edges
CREATE TABLE specimen (
  id            INT NOT NULL AUTO_INCREMENT,
  t_bit1        BIT,
  t_bit64       BIT(64),
  t_tinyint     TINYINT,
  t_tinyint_u   TINYINT UNSIGNED,
  t_smallint    SMALLINT,
  t_smallint_u  SMALLINT UNSIGNED,
  t_mediumint   MEDIUMINT,
  t_mediumint_u MEDIUMINT UNSIGNED,
  t_int         INT,
  t_int_u       INT UNSIGNED,
  t_bigint      BIGINT,
  t_bigint_u    BIGINT UNSIGNED,
  t_decimal     DECIMAL(65,30),
  t_float       FLOAT,
  t_double      DOUBLE,
  t_date        DATE,
  t_time        TIME(6),
  t_datetime    DATETIME(6),
  t_timestamp   TIMESTAMP(6) NULL,
  t_year        YEAR,
  t_char        CHAR(10),
  t_varchar     VARCHAR(100),
  t_binary      BINARY(8),
  t_varbinary   VARBINARY(100),
  t_tinytext    TINYTEXT,
  t_text        TEXT,
  t_mediumtext  MEDIUMTEXT,
  t_longtext    LONGTEXT,
  t_tinyblob    TINYBLOB,
  t_blob        BLOB,
  t_mediumblob  MEDIUMBLOB,
  t_longblob    LONGBLOB,
  t_enum        ENUM('a','b','') NULL,
  t_set         SET('x','y','z'),
  t_json        JSON,
  t_geometry    GEOMETRY,
  t_point       POINT SRID 4326,
  t_linestring  LINESTRING,
  t_polygon     POLYGON,
  t_multipoint  MULTIPOINT,
  t_multiline   MULTILINESTRING,
  t_multipoly   MULTIPOLYGON,
  t_collection  GEOMETRYCOLLECTION,
  t_vector      VECTOR(3),
  c_latin1      VARCHAR(40) CHARACTER SET latin1,
  c_utf8mb3     VARCHAR(40) CHARACTER SET utf8mb3,
  c_gbk         VARCHAR(40) CHARACTER SET gbk,
  c_sjis        VARCHAR(40) CHARACTER SET sjis,
  c_utf16       VARCHAR(40) CHARACTER SET utf16,
  c_utf32       VARCHAR(40) CHARACTER SET utf32,
  c_bin         VARCHAR(40) COLLATE utf8mb4_bin,
  g_virtual     INT GENERATED ALWAYS AS (t_tinyint + 1) VIRTUAL,
  g_stored      VARCHAR(120) GENERATED ALWAYS AS (UPPER(t_varchar)) STORED,
  h_invisible   INT NULL INVISIBLE DEFAULT 7,
  PRIMARY KEY (id)
);

-- 2. Rows --------------------------------------------------------------------------------------

INSERT INTO country (code, name, vat_rate) VALUES
  ('AT', 'Österreich', 20), ('CH', 'Schweiz', 8.1), ('CN', '中国', 13), ('DE', 'Deutschland', 19),
  ('DK', 'Danmark', 25), ('ES', 'España', 21), ('FR', 'France', 20), ('GB', 'United Kingdom', 20),
  ('GR', 'Ελλάδα', 24), ('IL', 'ישראל', 17), ('IT', 'Italia', 22), ('JP', '日本', 10),
  ('PL', 'Polska', 23), ('RU', 'Россия', 20), ('TR', 'Türkiye', 20), ('US', 'United States', 0);

INSERT INTO customer (id, email, first_name, last_name, status, interests, preferences, flags, risk_score, created_at)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
SELECT i,
       CONCAT('customer', i, '@', ELT(1 + i % 4, 'example.com', 'example.org', 'mail.example.net', 'bücher.example')),
       ELT(1 + CRC32(i) % 10, 'Ada', 'Björn', 'Chloé', 'Dmitri', 'Eve', 'Fatıma', 'Grace', '花子', 'Íñigo', 'O''Neil'),
       ELT(1 + CRC32(i * 7) % 8, 'Lovelace', 'Straße', 'Nuñez', 'Иванов', 'Müller', 'Smith', '山田', 'de la "Cruz"'),
       ELT(1 + i % 4, 'new', 'active', 'blocked', 'it''s complicated'),
       CRC32(i * 3) % 32,
       IF(i % 5 = 0, NULL, JSON_OBJECT('newsletter', i % 2 = 0, 'language', ELT(1 + i % 3, 'de', 'en', '日本語'), 'limit', i * 1.5e0)),
       CRC32(i) % 4096,
       IF(i % 7 = 0, NULL, CRC32(i) / 4294967295),
       TIMESTAMP('2019-01-01') + INTERVAL CRC32(i) % 150000000 SECOND + INTERVAL i MICROSECOND
FROM n;

INSERT INTO address (id, customer_id, country_code, street, city, postcode)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24000)
SELECT i, 1 + (i - 1) % 20000,
       ELT(1 + CRC32(i) % 16, 'AT', 'CH', 'CN', 'DE', 'DK', 'ES', 'FR', 'GB', 'GR', 'IL', 'IT', 'JP', 'PL', 'RU', 'TR', 'US'),
       CONCAT(ELT(1 + i % 3, 'Hauptstraße ', 'Rue de l''Église ', '大通り '), 1 + i % 200),
       ELT(1 + CRC32(i * 5) % 5, 'Köln', 'Zürich', '東京', 'Αθήνα', 'Leeds'),
       LPAD(CRC32(i) % 100000, 5, '0')
FROM n;

UPDATE customer SET default_address_id = id, updated_at = created_at + INTERVAL 1 DAY WHERE id % 3 > 0;

INSERT INTO category (id, parent_id, title, position)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
SELECT i, IF(i <= 10, NULL, 1 + i % 10), CONCAT('Category ', i), i % 50 FROM n;

INSERT INTO supplier (id, name, country_code, rating, contract, since)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
SELECT i, CONCAT('Supplier ', i, ELT(1 + i % 3, ' & Söhne', ' S.à r.l.', ' Ltd')),
       ELT(1 + i % 4, 'DE', 'FR', 'GB', 'CH'), IF(i % 6 = 0, NULL, CRC32(i) / 858993459.0),
       IF(i % 4 = 0, NULL, CONCAT(X'00FF5C27090A0D1A', UNHEX(SHA2(i, 256)))), 1970 + i % 55
FROM n;

INSERT INTO product (sku, supplier_id, title, description, price, weight, attributes, embedding, picture, on_sale)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
SELECT CONCAT(ELT(1 + i % 4, 'BK-', 'MU-', 'GA-', 'tl-'), LPAD(i, 6, '0')), 1 + i % 200,
       CONCAT(ELT(1 + CRC32(i) % 5, 'Garden', 'Kitchen', 'Travel', 'Küchen', '庭の'), ' ', ELT(1 + CRC32(i * 2) % 4, 'book', 'table', 'Löffel', '道具'), ' ', i),
       CONCAT('Line one of ', i, '\nline two\twith a tab, a \\ backslash and ', REPEAT('words ', 3 + i % 20)),
       (CRC32(i) % 100000) / 100, IF(i % 9 = 0, NULL, (CRC32(i * 11) % 90000) / 7),
       JSON_OBJECT('colour', ELT(1 + i % 4, 'red', 'blau', 'verde', '青'), 'size', i % 12, 'tags', JSON_ARRAY('a', i, NULL, TRUE)),
       IF(i % 10 = 0, NULL, STRING_TO_VECTOR(CONCAT('[', i, ',', -i, ',0.5,', i / 7, ']'))),
       IF(i % 3 = 0, NULL, REPEAT(UNHEX(SHA2(i, 256)), 1 + i % 8)), i % 2
FROM n;

INSERT INTO product_category (category_id, sku)
SELECT DISTINCT 11 + CRC32(CONCAT(p.sku, k.k)) % 110, p.sku
FROM product p JOIN (SELECT 1 AS k UNION ALL SELECT 2) k;

INSERT INTO warehouse (name, place, grounds, route, opens_at) VALUES
  ('Nord', ST_GeomFromText('POINT(53.55 9.99)', 4326), ST_GeomFromText('POLYGON((0 0,0 9,9 9,9 0,0 0),(1 1,1 2,2 2,2 1,1 1))', 0), ST_GeomFromText('LINESTRING(0 0,1 1,2 0)'), '05:30:00'),
  ('Süd', ST_GeomFromText('POINT(48.13 11.57)', 4326), NULL, ST_GeomFromText('MULTIPOINT(0 0,1 1)', 4326), '08:00:00'),
  ('West', ST_GeomFromText('POINT(50.94 6.96)', 4326), NULL, NULL, '-01:00:00'),
  ('東', ST_GeomFromText('POINT(35.68 139.69)', 4326), NULL, ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,3 3))', 3857), '08:00:00');

INSERT INTO stock (warehouse_id, sku, quantity, counted_on)
SELECT w.id, p.sku, CAST(CRC32(CONCAT(w.id, p.sku)) % 1000 AS SIGNED) - 20, IF(CRC32(p.sku) % 4 = 0, NULL, '2024-12-31')
FROM warehouse w JOIN product p;

INSERT INTO orders (id, customer_id, address_id, status, placed_at, note)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
SELECT i, 1 + CRC32(i) % 20000, IF(i % 4 = 0, NULL, 1 + CRC32(i) % 20000),
       ELT(1 + i % 4, 'open', 'paid', 'shipped', 'returned'),
       TIMESTAMP('2023-01-01') + INTERVAL i * 1500 SECOND + INTERVAL (CRC32(i) % 1000) * 1000 MICROSECOND,
       CASE i % 6 WHEN 0 THEN '' WHEN 1 THEN CONCAT('gift, "', i, '"') WHEN 2 THEN 'bitte klingeln \\o/ 🎁' ELSE NULL END
FROM n;

INSERT INTO order_line (order_id, line_no, sku, quantity, price)
SELECT w.order_id, w.line_no, p.sku, w.quantity, p.price
FROM (
  SELECT id AS order_id, k AS line_no, 1 + CRC32(id * k) % 9 AS quantity, 1 + CRC32(CONCAT(id, '/', k)) % 4000 AS i
  FROM orders JOIN (SELECT 1 AS k UNION ALL SELECT 2 UNION ALL SELECT 3) lines_of_an_order
) w
JOIN product p ON p.sku = CONCAT(ELT(1 + w.i % 4, 'BK-', 'MU-', 'GA-', 'tl-'), LPAD(w.i, 6, '0'));

INSERT INTO order_return (order_id, line_no, reason)
SELECT IF(id % 50 = 3, NULL, id), 1 + id % 3, CONCAT('because of ', id)
FROM orders WHERE status = 'returned' AND id % 5 = 3;

INSERT INTO payment (id, order_id, method, amount, paid_at, receipt)
SELECT LEFT(UNHEX(SHA2(CONCAT('payment', o.id), 256)), 16), o.id, ELT(1 + o.id % 3, 'card', 'transfer', 'cash'),
       (SELECT SUM(amount) FROM order_line l WHERE l.order_id = o.id), o.placed_at + INTERVAL 1 HOUR,
       IF(o.id % 3 = 0, NULL, UNHEX(SHA2(o.id, 512)))
FROM orders o WHERE o.status <> 'open';

INSERT INTO page_view (id, viewed_on, sku, seconds)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
SELECT i, DATE('2024-01-01') + INTERVAL i % 500 DAY, IF(i % 8 = 0, NULL, CONCAT('BK-', LPAD(4 * (1 + i % 1000), 6, '0'))), (CRC32(i) % 100000) / 333
FROM n;

INSERT INTO audit_log (logged_at, actor, action, detail)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
SELECT TIMESTAMP('2024-06-01') + INTERVAL i DIV 2 SECOND, IF(i % 11 = 0, NULL, CONCAT('clerk ', i DIV 2 % 40)),
       ELT(1 + i DIV 2 % 3, 'login', 'price', 'logout'), IF(i % 4 < 2, NULL, JSON_OBJECT('n', i DIV 2))
FROM n;

-- zero dates, impossible dates and an ENUM's index 0 need a lenient session
SET SESSION sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO';
INSERT INTO specimen (id) VALUES (0), (1);
INSERT INTO specimen (id, t_bit1, t_bit64, t_tinyint, t_tinyint_u, t_smallint, t_smallint_u, t_mediumint, t_mediumint_u, t_int, t_int_u, t_bigint, t_bigint_u, t_decimal, t_float, t_double, t_date, t_time, t_datetime, t_timestamp, t_year, t_char, t_varchar, t_binary, t_varbinary, t_tinytext, t_text, t_mediumtext, t_longtext, t_tinyblob, t_blob, t_mediumblob, t_longblob, t_enum, t_set, t_json, t_geometry, t_point, t_linestring, t_polygon, t_multipoint, t_multiline, t_multipoly, t_collection, t_vector, c_latin1, c_utf8mb3, c_gbk, c_sjis, c_utf16, c_utf32, c_bin, h_invisible) VALUES
  (2, b'0', 0, -128, 0, -32768, 0, -8388608, 0, -2147483648, 0, -9223372036854775808, 0, -99999999999999999999999999999999999.999999999999999999999999999999, -3.4028234e38, -1.7976931348623157e308, '1000-01-01', '-838:59:59.000000', '1000-01-01 00:00:00.000000', '1970-01-01 00:00:01.000000', 1901, '', '', '', '', '', '', '', '', '', '', '', '', 'a', '', 'null', ST_GeomFromText('POINT(0 0)'), ST_GeomFromText('POINT(-90 -179.5)', 4326), ST_GeomFromText('LINESTRING(0 0,1 1)'), ST_GeomFromText('POLYGON((0 0,0 1,1 1,0 0))'), ST_GeomFromText('MULTIPOINT(0 0)'), ST_GeomFromText('MULTILINESTRING((0 0,1 1))'), ST_GeomFromText('MULTIPOLYGON(((0 0,0 1,1 1,0 0)))'), ST_GeomFromText('GEOMETRYCOLLECTION EMPTY'), STRING_TO_VECTOR('[0,0,0]'), '', '', '', '', '', '', '', 0),
  (3, b'1', 18446744073709551615, 127, 255, 32767, 65535, 8388607, 16777215, 2147483647, 4294967295, 9223372036854775807, 18446744073709551615, 99999999999999999999999999999999999.999999999999999999999999999999, 3.4028234e38, 1.7976931348623157e308, '9999-12-31', '838:59:59.000000', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999999', 2155, '0123456789', 'tab\there, line\nthere, \\ backslash, ''quote'', NUL\0, 🎉', X'00FF005C27090A00', X'00', 'ß', 'ﬁn', '\\N', '\t\n\\', X'5C4E', X'0D0A1A', X'00', X'FF', '', 'x,y,z', '{"a":[1,-2.5,1e300,true,null,"\\u00fc\\n"],"":{}}', ST_GeomFromText('POINT(1e-300 -1e300)', 3857), ST_GeomFromText('POINT(90 180)', 4326), ST_GeomFromText('LINESTRING(-1 -1,0 0,5 5)', 4326), ST_GeomFromText('POLYGON((0 0,0 9,9 9,9 0,0 0),(1 1,1 2,2 2,1 1))'), ST_GeomFromText('MULTIPOINT(0 0,1 1)'), ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))'), ST_GeomFromText('MULTIPOLYGON(((0 0,0 1,1 1,0 0)),((5 5,5 6,6 6,5 5)))'), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))'), STRING_TO_VECTOR('[1.5,-3.25,1e38]'), 'Grüße', 'Ελλάδα', '汉字', '日本', 'ß🎉', '🎉', 'Ä', -1),
  (4, NULL, b'1010101', 0, 128, 0, 32768, -1, 8388608, 0, 2147483648, 0, 9223372036854775808, 0.000000000000000000000000000001, -0.0, -0.0, '0000-00-00', '-00:00:00.000001', '0000-00-00 00:00:00', '0000-00-00 00:00:00', 0, 'trailing  ', 'trailing  ', X'61', X'6100', 'a', 'b', 'c', 'd', 'e', 'f', 'g', REPEAT('long', 20000), 0, 'y', '[0.1, 12345678901234567890, "z"]', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'é', 'é', '啊', 'ア', 'é', 'é', 'a', NULL),
  (5, b'1', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.17549435e-38, 5e-324, '2024-02-30', '00:00:00', '2024-00-15 12:00:00', '2024-03-31 02:30:00', 1970, 'x', 'X', 'x', 'X', 'x', 'X', 'x', 'X', 'x', 'X', 'x', 'X', 'b', 'z,x', '"text"', ST_GeomFromText('POINT(3 4)'), ST_GeomFromText('POINT(1 2)', 4326), NULL, NULL, NULL, NULL, NULL, NULL, STRING_TO_VECTOR('[1.2e-38,0.1,-0.0]'), 'x', 'x', 'x', 'x', 'x', 'x', 'X', 1);
INSERT INTO specimen (t_tinyint, t_float, t_double, t_varchar, t_time, t_json)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
SELECT i % 100, CRC32(i) / 12345.678, EXP(i / 50) / 3, CONCAT('row ', i), SEC_TO_TIME(CAST(CRC32(i) % 6000000 AS SIGNED) - 3000000), JSON_ARRAY(i, i / 3e0)
FROM n;
SET SESSION sql_mode = DEFAULT;

-- 3. Functions, views, procedures, triggers, an event ---------------------------------------------

DELIMITER //

CREATE FUNCTION net_price(gross DECIMAL(12,2), vat_rate DECIMAL(4,2)) RETURNS DECIMAL(12,2)
DETERMINISTIC NO SQL COMMENT 'the price without tax'
RETURN ROUND(gross / (1 + vat_rate / 100), 2)//

CREATE FUNCTION order_sum(wanted BIGINT UNSIGNED) RETURNS DECIMAL(14,2)
READS SQL DATA
BEGIN
  DECLARE total DECIMAL(14,2);
  SELECT SUM(amount) INTO total FROM order_line WHERE order_id = wanted;
  RETURN IFNULL(total, 0);
END//

CREATE VIEW open_order AS
  SELECT o.id, o.customer_id, o.placed_at, COUNT(l.line_no) AS line_count, SUM(l.amount) AS total
  FROM orders o LEFT JOIN order_line l ON l.order_id = o.id
  WHERE o.status = 'open'
  GROUP BY o.id, o.customer_id, o.placed_at//

-- a view on a view
CREATE VIEW big_open_order AS
  SELECT c.full_name, o.* FROM open_order o JOIN customer c ON c.id = o.customer_id WHERE o.total > 5000//

-- a view on a function
CREATE VIEW product_net_price AS
  SELECT p.sku, p.title, c.code AS country_code, net_price(p.price, c.vat_rate) AS net
  FROM product p JOIN supplier s ON s.id = p.supplier_id JOIN country c ON c.code = s.country_code//

CREATE SQL SECURITY INVOKER VIEW active_customer AS
  SELECT id, email, full_name, status FROM customer WHERE status = 'active' WITH CASCADED CHECK OPTION//

CREATE PROCEDURE restock(IN wanted VARCHAR(20), IN pieces INT)
MODIFIES SQL DATA
BEGIN
  -- every warehouse gets the same number
  UPDATE stock SET quantity = quantity + pieces, counted_on = CURRENT_DATE WHERE sku = wanted;
  INSERT INTO audit_log (logged_at, actor, action, detail)
  VALUES (NOW(6), CURRENT_USER(), 'restock', JSON_OBJECT('sku', wanted, 'pieces', pieces));
END//

CREATE PROCEDURE customer_orders(IN wanted INT UNSIGNED, OUT how_many INT)
READS SQL DATA
BEGIN
  SELECT COUNT(*) INTO how_many FROM orders WHERE customer_id = wanted;
  SELECT id, placed_at, order_sum(id) AS total FROM orders WHERE customer_id = wanted ORDER BY id;
END//

CREATE TRIGGER customer_email_is_lower BEFORE INSERT ON customer
FOR EACH ROW SET NEW.email = LOWER(NEW.email)//

CREATE TRIGGER product_price_is_noted AFTER UPDATE ON product
FOR EACH ROW
BEGIN
  IF NOT (NEW.price <=> OLD.price) THEN
    INSERT INTO audit_log (logged_at, actor, action, detail)
    VALUES (NOW(6), USER(), 'price', JSON_OBJECT('sku', NEW.sku, 'from', OLD.price, 'to', NEW.price));
  END IF;
END//

CREATE TRIGGER product_price_is_never_zero BEFORE UPDATE ON product
FOR EACH ROW
  IF NEW.price = 0 AND OLD.price > 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a price does not fall to nothing';
  END IF//

CREATE EVENT forget_old_audit
ON SCHEDULE EVERY 1 DAY STARTS '2040-01-01 03:00:00'
COMMENT 'keeps two years'
DO DELETE FROM audit_log WHERE logged_at < NOW() - INTERVAL 2 YEAR//

DELIMITER ;

ANALYZE TABLE country, customer, address, category, supplier, product, product_category, warehouse, stock, orders, order_line, order_return, payment, page_view, audit_log, specimen;
