-- The five TPC-C transactions as stored procedures without chance in them, MariaDB 10.6 or newer; the tables have
-- BenchBase's names. Run this file with the client, or let the example do it.
-- p_items is a JSON array: [{"i":ITEM_ID,"w":SUPPLY_W_ID,"q":QUANTITY},...]. None of them starts, commits or rolls back a transaction.
DELIMITER $$
CREATE PROCEDURE new_order(IN p_w INT, IN p_d INT, IN p_c INT, IN p_items LONGTEXT, IN p_ts DATETIME,
  OUT o_id INT, OUT o_total DECIMAL(12,2), OUT o_w_tax DECIMAL(4,4), OUT o_d_tax DECIMAL(4,4), OUT o_discount DECIMAL(4,4), OUT o_last VARCHAR(16), OUT o_credit CHAR(2))
MODIFIES SQL DATA
BEGIN
  DECLARE n, bad, loc INT;
  SELECT w_tax INTO o_w_tax FROM warehouse WHERE w_id=p_w;
  SELECT c_discount, c_last, c_credit INTO o_discount, o_last, o_credit FROM customer WHERE c_w_id=p_w AND c_d_id=p_d AND c_id=p_c;
  IF o_last IS NULL THEN SIGNAL SQLSTATE '45001' SET MYSQL_ERRNO=30001, MESSAGE_TEXT='no such customer'; END IF;
  SELECT d_next_o_id, d_tax INTO o_id, o_d_tax FROM district WHERE d_w_id=p_w AND d_id=p_d FOR UPDATE;
  UPDATE district SET d_next_o_id=d_next_o_id+1 WHERE d_w_id=p_w AND d_id=p_d;
  SELECT COUNT(*), SUM(i_id IS NULL), MIN(t.w=p_w) INTO n, bad, loc FROM JSON_TABLE(p_items,'$[*]' COLUMNS(i INT PATH '$.i', w INT PATH '$.w', q INT PATH '$.q')) t LEFT JOIN item ON i_id=t.i;
  INSERT INTO oorder(o_w_id,o_d_id,o_id,o_c_id,o_carrier_id,o_ol_cnt,o_all_local,o_entry_d) VALUES (p_w,p_d,o_id,p_c,NULL,n,loc,p_ts);
  INSERT INTO new_order(no_w_id,no_d_id,no_o_id) VALUES (p_w,p_d,o_id);
  IF bad>0 THEN SIGNAL SQLSTATE '45002' SET MYSQL_ERRNO=30002, MESSAGE_TEXT='Item number is not valid'; END IF;
  INSERT INTO order_line(ol_w_id,ol_d_id,ol_o_id,ol_number,ol_i_id,ol_supply_w_id,ol_quantity,ol_amount,ol_dist_info,ol_delivery_d)
    SELECT p_w,p_d,o_id,t.k,t.i,t.w,t.q,ROUND(t.q*i_price,2),CASE p_d WHEN 1 THEN s_dist_01 WHEN 2 THEN s_dist_02 WHEN 3 THEN s_dist_03 WHEN 4 THEN s_dist_04 WHEN 5 THEN s_dist_05 WHEN 6 THEN s_dist_06 WHEN 7 THEN s_dist_07 WHEN 8 THEN s_dist_08 WHEN 9 THEN s_dist_09 ELSE s_dist_10 END,NULL
    FROM JSON_TABLE(p_items,'$[*]' COLUMNS(k FOR ORDINALITY, i INT PATH '$.i', w INT PATH '$.w', q INT PATH '$.q')) t JOIN item ON i_id=t.i JOIN stock ON s_w_id=t.w AND s_i_id=t.i ORDER BY t.k;
  UPDATE stock JOIN (SELECT t.i,t.w,SUM(t.q) q,COUNT(*) c FROM JSON_TABLE(p_items,'$[*]' COLUMNS(i INT PATH '$.i', w INT PATH '$.w', q INT PATH '$.q')) t GROUP BY t.i,t.w) x ON s_w_id=x.w AND s_i_id=x.i
    SET s_quantity=IF(s_quantity-x.q>=10,s_quantity-x.q,s_quantity-x.q+91), s_ytd=s_ytd+x.q, s_order_cnt=s_order_cnt+x.c, s_remote_cnt=s_remote_cnt+IF(x.w<>p_w,x.c,0);
  SELECT ROUND(SUM(ol_amount)*(1-o_discount)*(1+o_w_tax+o_d_tax),2) INTO o_total FROM order_line WHERE ol_w_id=p_w AND ol_d_id=p_d AND ol_o_id=o_id;
  SELECT ol_number,ol_i_id,i_name,ol_quantity,s_quantity,i_price,ol_amount FROM order_line JOIN item ON i_id=ol_i_id JOIN stock ON s_w_id=ol_supply_w_id AND s_i_id=ol_i_id WHERE ol_w_id=p_w AND ol_d_id=p_d AND ol_o_id=o_id ORDER BY ol_number;
END$$
CREATE PROCEDURE payment(IN p_w INT, IN p_d INT, IN p_cw INT, IN p_cd INT, INOUT p_c INT, INOUT p_last VARCHAR(16), IN p_amount DECIMAL(6,2), IN p_ts DATETIME, OUT o_balance DECIMAL(12,2), OUT o_credit CHAR(2), OUT o_first VARCHAR(16), OUT o_data VARCHAR(500))
MODIFIES SQL DATA
BEGIN
  DECLARE wn, dn VARCHAR(10); DECLARE n, k INT;
  UPDATE warehouse SET w_ytd=w_ytd+p_amount WHERE w_id=p_w; UPDATE district SET d_ytd=d_ytd+p_amount WHERE d_w_id=p_w AND d_id=p_d;
  SELECT w_name INTO wn FROM warehouse WHERE w_id=p_w; SELECT d_name INTO dn FROM district WHERE d_w_id=p_w AND d_id=p_d;
  IF p_c IS NULL THEN SELECT COUNT(*) INTO n FROM customer WHERE c_w_id=p_cw AND c_d_id=p_cd AND c_last=p_last; SET k=CEIL(n/2)-1;
    IF n=0 THEN SIGNAL SQLSTATE '45001' SET MYSQL_ERRNO=30001, MESSAGE_TEXT='no such customer'; END IF;
    SELECT c_id INTO p_c FROM customer WHERE c_w_id=p_cw AND c_d_id=p_cd AND c_last=p_last ORDER BY c_first LIMIT 1 OFFSET k; END IF;
  UPDATE customer SET c_balance=c_balance-p_amount, c_ytd_payment=c_ytd_payment+p_amount, c_payment_cnt=c_payment_cnt+1, c_data=IF(c_credit='BC',SUBSTR(CONCAT(p_c,' ',p_cd,' ',p_cw,' ',p_d,' ',p_w,' ',p_amount,' | ',c_data),1,500),c_data) WHERE c_w_id=p_cw AND c_d_id=p_cd AND c_id=p_c;
  IF ROW_COUNT()=0 THEN SIGNAL SQLSTATE '45001' SET MYSQL_ERRNO=30001, MESSAGE_TEXT='no such customer'; END IF;
  SELECT c_balance,c_credit,c_first,c_last,IF(c_credit='BC',SUBSTR(c_data,1,200),NULL) INTO o_balance,o_credit,o_first,p_last,o_data FROM customer WHERE c_w_id=p_cw AND c_d_id=p_cd AND c_id=p_c;
  INSERT INTO history(h_c_d_id,h_c_w_id,h_c_id,h_d_id,h_w_id,h_date,h_amount,h_data) VALUES (p_cd,p_cw,p_c,p_d,p_w,p_ts,p_amount,CONCAT(wn,'    ',dn));
END$$
CREATE PROCEDURE order_status(IN p_w INT, IN p_d INT, INOUT p_c INT, INOUT p_last VARCHAR(16), OUT o_first VARCHAR(16), OUT o_balance DECIMAL(12,2), OUT o_id INT, OUT o_entry DATETIME, OUT o_carrier INT)
READS SQL DATA
BEGIN
  DECLARE n, k INT;
  IF p_c IS NULL THEN SELECT COUNT(*) INTO n FROM customer WHERE c_w_id=p_w AND c_d_id=p_d AND c_last=p_last; SET k=CEIL(n/2)-1;
    IF n=0 THEN SIGNAL SQLSTATE '45001' SET MYSQL_ERRNO=30001, MESSAGE_TEXT='no such customer'; END IF;
    SELECT c_id INTO p_c FROM customer WHERE c_w_id=p_w AND c_d_id=p_d AND c_last=p_last ORDER BY c_first LIMIT 1 OFFSET k; END IF;
  SELECT c_first,c_last,c_balance INTO o_first,p_last,o_balance FROM customer WHERE c_w_id=p_w AND c_d_id=p_d AND c_id=p_c;
  SELECT oorder.o_id,o_entry_d,o_carrier_id INTO o_id,o_entry,o_carrier FROM oorder WHERE o_w_id=p_w AND o_d_id=p_d AND o_c_id=p_c ORDER BY oorder.o_id DESC LIMIT 1;
  SELECT ol_number,ol_i_id,i_name,ol_quantity,0 s_quantity,i_price,ol_amount FROM order_line JOIN item ON i_id=ol_i_id WHERE ol_w_id=p_w AND ol_d_id=p_d AND ol_o_id=o_id ORDER BY ol_number;
END$$
CREATE PROCEDURE delivery(IN p_w INT, IN p_carrier INT, IN p_ts DATETIME, OUT o_count INT)
MODIFIES SQL DATA
BEGIN
  DECLARE d, oid, cid INT; DECLARE amt DECIMAL(12,2);
  SET d=1, o_count=0;
  CREATE OR REPLACE TEMPORARY TABLE tmp_delivered(d_id INT, o_id INT, amount DECIMAL(12,2));
  WHILE d<=10 DO
    SET oid=NULL; SELECT no_o_id INTO oid FROM new_order WHERE no_w_id=p_w AND no_d_id=d ORDER BY no_o_id LIMIT 1 FOR UPDATE;
    IF oid IS NOT NULL THEN
      DELETE FROM new_order WHERE no_w_id=p_w AND no_d_id=d AND no_o_id=oid;
      SET cid=(SELECT o_c_id FROM oorder WHERE o_w_id=p_w AND o_d_id=d AND o_id=oid);
      UPDATE oorder SET o_carrier_id=p_carrier WHERE o_w_id=p_w AND o_d_id=d AND o_id=oid;
      UPDATE order_line SET ol_delivery_d=p_ts WHERE ol_w_id=p_w AND ol_d_id=d AND ol_o_id=oid;
      SET amt=(SELECT SUM(ol_amount) FROM order_line WHERE ol_w_id=p_w AND ol_d_id=d AND ol_o_id=oid);
      UPDATE customer SET c_balance=c_balance+amt, c_delivery_cnt=c_delivery_cnt+1 WHERE c_w_id=p_w AND c_d_id=d AND c_id=cid;
      INSERT INTO tmp_delivered VALUES (d,oid,amt); SET o_count=o_count+1;
    END IF;
    SET d=d+1;
  END WHILE;
  SELECT * FROM tmp_delivered ORDER BY d_id; DROP TEMPORARY TABLE tmp_delivered;
END$$
CREATE PROCEDURE stock_level(IN p_w INT, IN p_d INT, IN p_threshold INT, OUT o_low INT)
READS SQL DATA
BEGIN
  SELECT COUNT(DISTINCT s_i_id) INTO o_low FROM district JOIN order_line ON ol_w_id=d_w_id AND ol_d_id=d_id AND ol_o_id<d_next_o_id AND ol_o_id>=d_next_o_id-20 JOIN stock ON s_w_id=ol_w_id AND s_i_id=ol_i_id WHERE d_w_id=p_w AND d_id=p_d AND s_quantity<p_threshold;
END$$
DELIMITER ;
