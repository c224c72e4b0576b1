/** The SQL of LINE channels, as named (prepared) statements. */

export const READ_CHANNEL = {
  name: 'read-line-channel',
  text: `SELECT channel_id, login_channel_id, bot_user_id, sealed_secret, sealed_key, status, status_since, updated_at
         FROM line_channels WHERE merchant_id = $1`,
};

export const WRITE_CHANNEL = {
  name: 'write-line-channel',
  text: `
INSERT INTO line_channels (merchant_id, channel_id, login_channel_id, bot_user_id, sealed_secret, sealed_key)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (merchant_id) DO UPDATE SET channel_id = excluded.channel_id, login_channel_id = excluded.login_channel_id,
  bot_user_id = excluded.bot_user_id, sealed_secret = excluded.sealed_secret, sealed_key = excluded.sealed_key,
  status = 'ok', status_since = now(), updated_at = now()`,
};

export const REMOVE_CHANNEL = {
  name: 'remove-line-channel',
  text: 'DELETE FROM line_channels WHERE merchant_id = $1 RETURNING channel_id',
};

/** Only for the channel that was tried ($2): the merchant may have set another one meanwhile. */
export const WRITE_CHANNEL_STATUS = {
  name: 'write-line-channel-status',
  text: `UPDATE line_channels SET status = $3, status_since = now() WHERE merchant_id = $1 AND channel_id = $2 AND status <> $3`,
};

/** Messages that were tried in vain and wait need not wait any longer; those that a worker has in its hands stay there. */
export const HASTEN_MESSAGES = {
  name: 'hasten-messages',
  text: `
UPDATE outbox o SET due_at = now() FROM notification_logs l
WHERE o.merchant_id = $1 AND l.merchant_id = o.merchant_id AND l.id = o.id AND l.status = 'retrying' AND l.attempts = o.attempts`,
};

export const MERCHANTS_OF_CHANNEL = {
  name: 'merchants-of-line-channel',
  text: 'SELECT merchants_of_line_channel($1) AS merchant_id',
};
