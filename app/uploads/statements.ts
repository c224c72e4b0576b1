/** The SQL of uploads, as named (prepared) statements. Every one runs inside a transaction that names the merchant. */

const COLUMNS = 'id, object_key, content_type, title, bytes, created_at';

export const ADD_UPLOAD = {
  name: 'add-upload',
  text: `INSERT INTO uploads (merchant_id, object_key, content_type, title) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
};

export const READ_UPLOAD = {
  name: 'read-upload',
  text: `SELECT ${COLUMNS} FROM uploads WHERE merchant_id = $1 AND id = $2`,
};

/** Newest first; the page continues before the id $2, if that is not NULL. */
export const LIST_UPLOADS = {
  name: 'list-uploads',
  text: `SELECT ${COLUMNS} FROM uploads WHERE merchant_id = $1 AND bytes IS NOT NULL AND ($2::bigint IS NULL OR id < $2)
         ORDER BY id DESC LIMIT $3`,
};

export const FINISH_UPLOAD = {
  name: 'finish-upload',
  text: `UPDATE uploads SET bytes = $3 WHERE merchant_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
};

export const REMOVE_UPLOAD = { name: 'remove-upload', text: 'DELETE FROM uploads WHERE merchant_id = $1 AND id = $2' };
