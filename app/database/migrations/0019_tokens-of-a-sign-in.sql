-- A token is as good as the account was when somebody signed in: it carries since when the account's tokens are valid, and is refused
-- once that has moved on. No clock is compared with another one.

-- Up Migration
-- Read in the same row as the password that is checked: who signs in while it is changed gets a token of the old one. 0: ever since.
-- Accepted drop-what-code-calls: it is back in the same transaction, with one column more at its end.
DROP FUNCTION account_to_sign_in(text);
CREATE FUNCTION account_to_sign_in(given_login text,
  OUT id bigint, OUT merchant_id bigint, OUT password_hash text, OUT tokens_valid_from double precision) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id, a.merchant_id, a.password_hash, greatest(extract(epoch FROM a.tokens_valid_from)::float8, 0)
  FROM accounts a WHERE a.login = lower(given_login) AND a.active
$$;
REVOKE ALL ON FUNCTION account_to_sign_in(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_to_sign_in(text) TO nailbook_api;

-- Down Migration
DROP FUNCTION account_to_sign_in(text);
CREATE FUNCTION account_to_sign_in(given_login text, OUT id bigint, OUT merchant_id bigint, OUT password_hash text) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id, a.merchant_id, a.password_hash FROM accounts a WHERE a.login = lower(given_login) AND a.active
$$;
REVOKE ALL ON FUNCTION account_to_sign_in(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_to_sign_in(text) TO nailbook_api;
