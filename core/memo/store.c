/* The process that holds the LMDB file. It may crash at any time. */
#include <errno.h>
#include <lmdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/stream.h"
#include "../base/text.h"
#include "memo_impl.h"

#define REPLY_BYTES ((size_t)64 << 10) /* collected before they are sent */

/* Is the file ours alone, or not there yet? */
static bool
is_ours(const char *name)
{
	struct stat st;

	if (lstat(name, &st) != 0)
		return errno == ENOENT;
	return S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	       st.st_nlink == 1 && (st.st_mode & 077) == 0;
}

/* What RC of LMDB says about the file. */
static enum store_end
verdict(int rc)
{
	switch (rc) {
	case MDB_SUCCESS:
		return STORE_DONE;
	case MDB_READERS_FULL:
	case MDB_MAP_RESIZED:
		return STORE_NONE;
	case EINVAL:
	case ENOMEM: /* a size that no file of ours has */
		return STORE_DAMAGED;
	default:
		return rc < 0 ? STORE_DAMAGED : STORE_NONE;
	}
}

static enum store_end
open_file(MDB_env **env)
{
	int rc, dead;

	*env = NULL;
	if (!is_ours(MEMO_FILE) || !is_ours(MEMO_LOCK_FILE) ||
	    mdb_env_create(env) != 0)
		return STORE_NONE;
	/* Data before the page that points to it, but not that page at once:
	 * a crash of the machine may undo the last run, not damage the file.
	 */
	if ((rc = mdb_env_set_mapsize(*env, MAP_BYTES)) == 0)
		rc = mdb_env_open(*env, MEMO_FILE,
		    MDB_NOSUBDIR | MDB_NOTLS | MDB_NOMETASYNC, 0600);
	/* Readers that were killed keep old pages alive. */
	if (rc == 0)
		rc = mdb_reader_check(*env, &dead);
	return verdict(rc);
}

/* Send what was collected if it is MIN bytes at least. */
static void
flush(int fd, struct text *reply, size_t min, bool *gone)
{
	if (reply->len < min)
		return;
	if (text_lost(reply) ||
	    !stream_send(fd, reply->data, reply->len, STREAM_FOREVER))
		*gone = true;
	text_clear(reply);
}

static int
look_up(MDB_txn *txn, MDB_dbi db, char *key, struct text *reply)
{
	MDB_val k = {KEY_LEN, key}, v = {0, NULL};
	uint32_t len = ABSENT;
	int rc = mdb_get(txn, db, &k, &v);

	if (rc != 0 && rc != MDB_NOTFOUND)
		return rc;
	if (rc == 0 && v.mv_size <= MEMO_VALUE_MAX)
		len = (uint32_t)v.mv_size;
	text_add(reply, &len, sizeof(len));
	if (len != ABSENT)
		text_add(reply, v.mv_data, len);
	return 0;
}

/* *GONE: nobody listens any more. */
static int
get(int fd, MDB_env *env, char *body, const struct request *q, bool *gone)
{
	struct text reply = TEXT_INIT;
	MDB_txn *txn = NULL;
	MDB_dbi db;
	uint32_t i;
	int rc;

	if (q->bytes != q->n * KEY_LEN)
		return EPROTO;
	if ((rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn)) != 0)
		return rc;
	rc = mdb_dbi_open(txn, NULL, 0, &db);
	for (i = 0; rc == 0 && !*gone && i < q->n; i++) {
		rc = look_up(txn, db, body + i * KEY_LEN, &reply);
		flush(fd, &reply, REPLY_BYTES, gone);
	}
	mdb_txn_abort(txn);
	if (rc == 0 && !*gone)
		flush(fd, &reply, 1, gone);
	text_free(&reply);
	return rc;
}

static int
put_all(MDB_txn *txn, MDB_dbi db, char *p, const struct request *q)
{
	size_t left = (size_t)q->bytes;
	uint32_t i, len;
	int rc = 0;

	for (i = 0; rc == 0 && i < q->n; i++) {
		MDB_val k = {KEY_LEN, p}, v;

		if (left < KEY_LEN + sizeof(len))
			return EPROTO;
		memcpy(&len, p + KEY_LEN, sizeof(len));
		left -= KEY_LEN + sizeof(len);
		if (len > left || len > MEMO_VALUE_MAX)
			return EPROTO;
		v.mv_size = len;
		v.mv_data = p + KEY_LEN + sizeof(len);
		rc = mdb_put(txn, db, &k, &v, 0);
		p += KEY_LEN + sizeof(len) + len;
		left -= len;
	}
	return rc;
}

/*
 * In a damaged tree what was put may not be found again. Then it would be put
 * once more in every run, and never be known.
 */
static int
check_all(MDB_txn *txn, MDB_dbi db, char *p, const struct request *q)
{
	MDB_val k = {KEY_LEN, p}, v;
	uint32_t i, len;
	int rc = 0;

	for (i = 0; rc == 0 && i < q->n; i++) {
		memcpy(&len, p + KEY_LEN, sizeof(len));
		k.mv_data = p;
		rc = mdb_get(txn, db, &k, &v);
		if (rc == 0 && v.mv_size != len)
			rc = MDB_CORRUPTED;
		p += KEY_LEN + sizeof(len) + len;
	}
	return rc == MDB_NOTFOUND ? MDB_CORRUPTED : rc;
}

static int
put(int fd, MDB_env *env, char *body, const struct request *q, bool *gone)
{
	MDB_txn *txn = NULL;
	MDB_dbi db;
	uint32_t done = 0;
	int rc;

	if ((rc = mdb_txn_begin(env, NULL, 0, &txn)) != 0)
		return rc;
	if ((rc = mdb_dbi_open(txn, NULL, 0, &db)) == 0)
		rc = put_all(txn, db, body, q);
	if (rc == 0)
		rc = check_all(txn, db, body, q);
	if (rc != 0)
		mdb_txn_abort(txn);
	else
		rc = mdb_txn_commit(txn);
	if (rc == 0 && !stream_send(fd, &done, sizeof(done), STREAM_FOREVER))
		*gone = true;
	return rc;
}

/* One request. *GONE at the end of them. 0, or a code of LMDB or errno. */
static int
request(int fd, MDB_env *env, bool *gone)
{
	struct request q;
	char *body;
	int rc = EPROTO;

	if (!stream_receive(fd, &q, sizeof(q), STREAM_FOREVER)) {
		*gone = true;
		return 0;
	}
	if (q.n > ITEMS_MAX || q.bytes > PUT_BYTES_MAX)
		return EPROTO;
	if ((body = malloc((size_t)q.bytes + 1)) == NULL)
		return EAGAIN;
	if (!stream_receive(fd, body, (size_t)q.bytes, STREAM_FOREVER)) {
		*gone = true;
		rc = 0;
	} else if (q.kind == REQUEST_GET) {
		rc = get(fd, env, body, &q, gone);
	} else if (q.kind == REQUEST_PUT) {
		rc = put(fd, env, body, &q, gone);
	}
	free(body);
	return rc;
}

enum store_end
store_serve(int fd, int (*confine)(struct error *))
{
	struct error ignored = {0};
	MDB_env *env;
	enum store_end end = open_file(&env);
	bool gone = false;
	int rc = 0;

	if (end == STORE_DONE && confine != NULL && confine(&ignored) != 0)
		end = STORE_NONE;
	while (end == STORE_DONE && rc == 0 && !gone)
		rc = request(fd, env, &gone);
	if (end == STORE_DONE)
		end = verdict(rc);
	if (env != NULL)
		mdb_env_close(env);
	return end;
}
