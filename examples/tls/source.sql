-- What the source holds before.
CREATE DATABASE clinic;
USE clinic;
CREATE TABLE patients (id BIGINT UNSIGNED PRIMARY KEY, name VARCHAR(80) NOT NULL, born DATE);
CREATE TABLE visits (
  patient BIGINT UNSIGNED NOT NULL,
  at DATETIME(3) NOT NULL,
  note TEXT,
  PRIMARY KEY (patient, at),
  FOREIGN KEY (patient) REFERENCES patients (id)
);
INSERT INTO patients VALUES (1, 'A. Petit', '1990-02-28'), (18446744073709551615, 'Z', NULL);
INSERT INTO visits VALUES (1, '2025-03-01 09:30:00.125', 'well'), (1, '2025-04-01 09:30:00', NULL);
