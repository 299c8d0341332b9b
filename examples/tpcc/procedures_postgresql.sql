-- The five TPC-C transactions as stored procedures without chance in them, PostgreSQL 14 or newer (OUT parameters); the
-- tables have BenchBase's names. Run this file with the client, or let the example do it.
-- p_items is a JSON array: [{"i":ITEM_ID,"w":SUPPLY_W_ID,"q":QUANTITY},...]. None of them commits or rolls back.
-- Where the MariaDB procedure returns a result set, here an INOUT refcursor named by the caller returns it (read it with FETCH ALL IN "name", or psqlodbc FetchRefcursors=1).
CREATE PROCEDURE new_order(IN p_w INT, IN p_d INT, IN p_c INT, IN p_items TEXT, IN p_ts TIMESTAMP,
  OUT o_id INT, OUT o_total NUMERIC, OUT o_w_tax NUMERIC, OUT o_d_tax NUMERIC, OUT o_discount NUMERIC, OUT o_last VARCHAR, OUT o_credit CHAR, INOUT p_lines refcursor)
LANGUAGE plpgsql AS $$
DECLARE n int; bad int; loc int; oid int;
BEGIN
  SELECT w_tax INTO STRICT o_w_tax FROM warehouse WHERE w_id=p_w;
  SELECT c_discount,c_last,c_credit INTO o_discount,o_last,o_credit FROM customer WHERE c_w_id=p_w AND c_d_id=p_d AND c_id=p_c;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such customer' USING ERRCODE='45001'; END IF;
  UPDATE district SET d_next_o_id=d_next_o_id+1 WHERE d_w_id=p_w AND d_id=p_d RETURNING d_next_o_id-1,d_tax INTO oid,o_d_tax;
  o_id:=oid;
  SELECT count(*),count(*) FILTER (WHERE i_id IS NULL),CASE WHEN bool_and(t.w=p_w) THEN 1 ELSE 0 END INTO n,bad,loc FROM json_to_recordset(p_items::json) t(i int,w int,q int) LEFT JOIN item ON i_id=t.i;
  INSERT INTO oorder(o_w_id,o_d_id,o_id,o_c_id,o_carrier_id,o_ol_cnt,o_all_local,o_entry_d) VALUES (p_w,p_d,oid,p_c,NULL,n,loc,p_ts);
  INSERT INTO new_order(no_w_id,no_d_id,no_o_id) VALUES (p_w,p_d,oid);
  IF bad>0 THEN RAISE EXCEPTION 'Item number is not valid' USING ERRCODE='45002'; END IF;
  INSERT INTO order_line(ol_w_id,ol_d_id,ol_o_id,ol_number,ol_i_id,ol_supply_w_id,ol_quantity,ol_amount,ol_dist_info,ol_delivery_d)
    SELECT p_w,p_d,oid,t.k,t.i,t.w,t.q,round(t.q*i_price,2),CASE p_d WHEN 1 THEN s_dist_01 WHEN 2 THEN s_dist_02 WHEN 3 THEN s_dist_03 WHEN 4 THEN s_dist_04 WHEN 5 THEN s_dist_05 WHEN 6 THEN s_dist_06 WHEN 7 THEN s_dist_07 WHEN 8 THEN s_dist_08 WHEN 9 THEN s_dist_09 ELSE s_dist_10 END,NULL
    FROM ROWS FROM (json_to_recordset(p_items::json) AS (i int,w int,q int)) WITH ORDINALITY t(i,w,q,k) JOIN item ON i_id=t.i JOIN stock ON s_w_id=t.w AND s_i_id=t.i ORDER BY t.k;
  UPDATE stock SET s_quantity=CASE WHEN s_quantity-x.q>=10 THEN s_quantity-x.q ELSE s_quantity-x.q+91 END,s_ytd=s_ytd+x.q,s_order_cnt=s_order_cnt+x.c,s_remote_cnt=s_remote_cnt+CASE WHEN x.w<>p_w THEN x.c ELSE 0 END
    FROM (SELECT t.i,t.w,sum(t.q) q,count(*) c FROM json_to_recordset(p_items::json) t(i int,w int,q int) GROUP BY t.i,t.w) x WHERE s_w_id=x.w AND s_i_id=x.i;
  SELECT round(sum(ol_amount)*(1-o_discount)*(1+o_w_tax+o_d_tax),2) INTO o_total FROM order_line WHERE ol_w_id=p_w AND ol_d_id=p_d AND ol_o_id=oid;
  OPEN p_lines FOR SELECT ol_number,ol_i_id,i_name,ol_quantity,s_quantity,i_price,ol_amount FROM order_line JOIN item ON i_id=ol_i_id JOIN stock ON s_w_id=ol_supply_w_id AND s_i_id=ol_i_id WHERE ol_w_id=p_w AND ol_d_id=p_d AND ol_o_id=oid ORDER BY ol_number;
END$$;
CREATE PROCEDURE payment(IN p_w INT, IN p_d INT, IN p_cw INT, IN p_cd INT, INOUT p_c INT, INOUT p_last VARCHAR, IN p_amount NUMERIC, IN p_ts TIMESTAMP, OUT o_balance NUMERIC, OUT o_credit CHAR, OUT o_first VARCHAR, OUT o_data VARCHAR)
LANGUAGE plpgsql AS $$
DECLARE wn text; dn text; n int;
BEGIN
  UPDATE warehouse SET w_ytd=w_ytd+p_amount WHERE w_id=p_w RETURNING w_name INTO wn; UPDATE district SET d_ytd=d_ytd+p_amount WHERE d_w_id=p_w AND d_id=p_d RETURNING d_name INTO dn;
  IF p_c IS NULL THEN SELECT count(*) INTO n FROM customer WHERE c_w_id=p_cw AND c_d_id=p_cd AND c_last=p_last;
    IF n=0 THEN RAISE EXCEPTION 'no such customer' USING ERRCODE='45001'; END IF;
    SELECT c_id INTO p_c FROM customer WHERE c_w_id=p_cw AND c_d_id=p_cd AND c_last=p_last ORDER BY c_first LIMIT 1 OFFSET ceil(n/2.0)-1; END IF;
  UPDATE customer SET c_balance=c_balance-p_amount,c_ytd_payment=c_ytd_payment+p_amount,c_payment_cnt=c_payment_cnt+1,c_data=CASE WHEN c_credit='BC' THEN substr(concat(p_c,' ',p_cd,' ',p_cw,' ',p_d,' ',p_w,' ',p_amount,' | ',c_data),1,500) ELSE c_data END WHERE c_w_id=p_cw AND c_d_id=p_cd AND c_id=p_c
    RETURNING c_balance,c_credit,c_first,c_last,CASE WHEN c_credit='BC' THEN substr(c_data,1,200) END INTO o_balance,o_credit,o_first,p_last,o_data;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such customer' USING ERRCODE='45001'; END IF;
  INSERT INTO history(h_c_d_id,h_c_w_id,h_c_id,h_d_id,h_w_id,h_date,h_amount,h_data) VALUES (p_cd,p_cw,p_c,p_d,p_w,p_ts,p_amount,wn||'    '||dn);
END$$;
CREATE PROCEDURE order_status(IN p_w INT, IN p_d INT, INOUT p_c INT, INOUT p_last VARCHAR, OUT o_first VARCHAR, OUT o_balance NUMERIC, OUT o_id INT, OUT o_entry TIMESTAMP, OUT o_carrier INT, INOUT p_lines refcursor)
LANGUAGE plpgsql AS $$
DECLARE n int;
BEGIN
  IF p_c IS NULL THEN SELECT count(*) INTO n FROM customer WHERE c_w_id=p_w AND c_d_id=p_d AND c_last=p_last;
    IF n=0 THEN RAISE EXCEPTION 'no such customer' USING ERRCODE='45001'; END IF;
    SELECT c_id INTO p_c FROM customer WHERE c_w_id=p_w AND c_d_id=p_d AND c_last=p_last ORDER BY c_first LIMIT 1 OFFSET ceil(n/2.0)-1; END IF;
  SELECT c_first,c_last,c_balance INTO o_first,p_last,o_balance FROM customer WHERE c_w_id=p_w AND c_d_id=p_d AND c_id=p_c;
  SELECT o.o_id,o.o_entry_d,o.o_carrier_id INTO o_id,o_entry,o_carrier FROM oorder o WHERE o.o_w_id=p_w AND o.o_d_id=p_d AND o.o_c_id=p_c ORDER BY o.o_id DESC LIMIT 1;
  OPEN p_lines FOR SELECT ol_number,ol_i_id,i_name,ol_quantity,0 AS s_quantity,i_price,ol_amount FROM order_line JOIN item ON i_id=ol_i_id WHERE ol_w_id=p_w AND ol_d_id=p_d AND ol_o_id=order_status.o_id ORDER BY ol_number;
END$$;
CREATE PROCEDURE delivery(IN p_w INT, IN p_carrier INT, IN p_ts TIMESTAMP, OUT o_count INT, INOUT p_done refcursor)
LANGUAGE plpgsql AS $$
DECLARE d int; oid int; cid int; amt numeric; ds int[]:='{}'; os int[]:='{}'; ams numeric[]:='{}';
BEGIN
  FOR d IN 1..10 LOOP
    SELECT min(no_o_id) INTO oid FROM new_order WHERE no_w_id=p_w AND no_d_id=d; CONTINUE WHEN oid IS NULL;
    DELETE FROM new_order WHERE no_w_id=p_w AND no_d_id=d AND no_o_id=oid;
    CONTINUE WHEN NOT FOUND; -- another delivery was faster
    UPDATE oorder o SET o_carrier_id=p_carrier WHERE o.o_w_id=p_w AND o.o_d_id=d AND o.o_id=oid RETURNING o_c_id INTO cid;
    UPDATE order_line SET ol_delivery_d=p_ts WHERE ol_w_id=p_w AND ol_d_id=d AND ol_o_id=oid;
    SELECT sum(ol_amount) INTO amt FROM order_line WHERE ol_w_id=p_w AND ol_d_id=d AND ol_o_id=oid;
    UPDATE customer SET c_balance=c_balance+amt,c_delivery_cnt=c_delivery_cnt+1 WHERE c_w_id=p_w AND c_d_id=d AND c_id=cid;
    ds:=ds||d; os:=os||oid; ams:=ams||amt;
  END LOOP;
  o_count:=cardinality(ds);
  OPEN p_done FOR SELECT t.d_id,t.o_id,t.amount FROM unnest(ds,os,ams) AS t(d_id,o_id,amount);
END$$;
CREATE PROCEDURE stock_level(IN p_w INT, IN p_d INT, IN p_threshold INT, OUT o_low INT)
LANGUAGE sql BEGIN ATOMIC SELECT count(DISTINCT s_i_id)::int FROM district JOIN order_line ON ol_w_id=d_w_id AND ol_d_id=d_id AND ol_o_id<d_next_o_id AND ol_o_id>=d_next_o_id-20 JOIN stock ON s_w_id=ol_w_id AND s_i_id=ol_i_id WHERE d_w_id=p_w AND d_id=p_d AND s_quantity<p_threshold; END;
