CREATE SCHEMA IF NOT EXISTS gold;
USE CATALOG main;
CREATE OR REPLACE TABLE main.gold.customer (
  customer_id STRING NOT NULL COMMENT 'Who it is; really',
  address STRUCT<street: STRING, zip: STRING COMMENT 'zip'>,
  tags ARRAY<STRING>,
  props MAP<STRING, STRING>,
  born DATE COMMENT "birth day",
  ts TIMESTAMP,
  tsn TIMESTAMP_NTZ,
  n BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 1 INCREMENT BY 1),
  d DECIMAL(10,2) DEFAULT 0.0,
  dd DECIMAL(38,18),
  b BOOLEAN,
  y INT GENERATED ALWAYS AS (YEAR(born)),
  ti TINYINT, sm SMALLINT, fl FLOAT, db DOUBLE, bin BINARY, v VARIANT, iv INTERVAL DAY,
  c CHAR(3), vc VARCHAR(10),
  CONSTRAINT pk_c PRIMARY KEY (customer_id),
  CONSTRAINT ck CHECK (d >= 0)
)
USING delta
PARTITIONED BY (y)
COMMENT 'Customers, as they are'
LOCATION 'abfss://lake@store/customer'
TBLPROPERTIES ('delta.autoOptimize.optimizeWrite' = 'true', 'delta.columnMapping.mode'='name');

CREATE TABLE IF NOT EXISTS `gold`.`order-line` (
  `order id` STRING NOT NULL,
  customer_id STRING,
  ordered_on DATE NOT NULL,
  CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES main.gold.customer (customer_id)
) USING DELTA CLUSTER BY (ordered_on);
CREATE TABLE gold.inv (id BIGINT NOT NULL PRIMARY KEY, amt DECIMAL(18,4), c STRING NOT NULL REFERENCES main.gold.customer(customer_id)) USING iceberg OPTIONS (a 'b');
CREATE EXTERNAL TABLE gold.ext (a STRING) STORED AS PARQUET LOCATION 's3://x';
CREATE MATERIALIZED VIEW gold.mv AS SELECT 1;
ALTER TABLE gold.inv ALTER COLUMN amt COMMENT 'amount';
COMMENT ON TABLE gold.inv IS 'Invoices';
