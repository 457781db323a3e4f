-- What the destination holds before: the same tables, made otherwise.
CREATE DATABASE depot;
USE depot;
CREATE TABLE items (
  code CHAR(8) PRIMARY KEY,
  name VARCHAR(200) NOT NULL,
  price DECIMAL(8, 2),
  colour VARCHAR(20) NOT NULL DEFAULT 'grey',
  KEY by_name (name)
) ROW_FORMAT = COMPRESSED;
CREATE TABLE movements (
  id INT AUTO_INCREMENT PRIMARY KEY,
  item CHAR(8) NOT NULL,
  quantity BIGINT NOT NULL,
  booked_on DATE NOT NULL,
  KEY by_day (booked_on)
);
