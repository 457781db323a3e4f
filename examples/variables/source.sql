-- What the source holds before.
CREATE DATABASE blog;
USE blog;
CREATE TABLE authors (name VARCHAR(30) PRIMARY KEY);
CREATE TABLE posts (id INT PRIMARY KEY, author VARCHAR(30), title VARCHAR(200), body MEDIUMTEXT);
CREATE TABLE comments (id INT PRIMARY KEY, post INT, body TEXT);
CREATE TABLE tmp_import (line TEXT);
INSERT INTO authors VALUES ('iris'), ('noor');
INSERT INTO posts VALUES (1, 'iris', 'Tabs\tand\nlines', 'a \\ b'), (2, 'noor', '', NULL);
INSERT INTO comments VALUES (1, 1, 'first');
