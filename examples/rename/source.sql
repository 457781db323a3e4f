-- What the source holds before.
CREATE DATABASE shop_eu;
USE shop_eu;
CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL, KEY by_name (name));
CREATE TABLE orders (
  id INT AUTO_INCREMENT PRIMARY KEY,
  cust_id INT NOT NULL,
  total DECIMAL(10, 2) NOT NULL CHECK (total >= 0),
  gross DECIMAL(12, 2) AS (total * 1.2) STORED,
  KEY by_customer (cust_id),
  CONSTRAINT placed_by FOREIGN KEY (cust_id) REFERENCES customers (id)
);
CREATE TABLE log_2024 (id INT PRIMARY KEY, what VARCHAR(80));
CREATE TABLE log_2025 LIKE log_2024;
CREATE VIEW totals AS SELECT SUM(total) AS total FROM orders;
INSERT INTO customers VALUES (1, 'Ana'), (2, 'Borja'), (3, 'Çelik');
INSERT INTO orders (id, cust_id, total) VALUES (1, 1, 10), (2, 2, 20.5), (5, 3, 0);
INSERT INTO log_2024 VALUES (1, 'opened');
INSERT INTO log_2025 VALUES (1, 'painted'), (2, NULL);
CREATE DATABASE shop_us;
USE shop_us;
CREATE TABLE orders (id INT PRIMARY KEY, cust_id INT, total DECIMAL(10, 2));
INSERT INTO orders VALUES (1, 7, 1.5);
