-- What the source holds before.
CREATE DATABASE depot;
USE depot;
CREATE TABLE items (code CHAR(8) PRIMARY KEY, name VARCHAR(60) NOT NULL, price DECIMAL(8, 2));
CREATE TABLE movements (
  id INT AUTO_INCREMENT PRIMARY KEY,
  item CHAR(8) NOT NULL,
  quantity INT NOT NULL,
  booked_on DATE NOT NULL,
  FOREIGN KEY (item) REFERENCES items (code)
);
CREATE TABLE scratch (note TEXT);
INSERT INTO items VALUES ('A-1', 'axle', 12.5), ('B-2', 'bolt', NULL);
INSERT INTO movements VALUES (1, 'A-1', 5, '2025-01-02'), (2, 'A-1', -3, '2025-02-02'),
  (9, 'B-2', 1000, '2025-02-03');
