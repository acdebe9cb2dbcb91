/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/state.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/number.h"
#include "base/root.h"

static int check_owner(const struct stat *st, const char *path, mode_t mode, struct error *err)
{
	if (st->st_uid != geteuid())
		return error_say(err, EPERM,
				 "%s belongs to user %u: expected user %u, who alone may steer "
				 "what is undone",
				 path, (unsigned)st->st_uid, (unsigned)geteuid());
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return error_say(err, EPERM, "%s is writable by others (mode %04o): expected %04o",
				 path, (unsigned)(st->st_mode & 07777), (unsigned)mode);
	return 0;
}

int state_open_dir(int dir, const char *name, const char *path, mode_t mode, int *ret_fd,
		   struct error *err)
{
	auto_close int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int r;

	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return error_say(err, EPERM, "%s is no directory: links are not followed there",
				 path);
	if (fd < 0)
		return error_set(err, errno, "open %s", path);
	if (fstat(fd, &st))
		return error_set(err, errno, "look at %s", path);

	r = check_owner(&st, path, mode, err);
	if (!r)
		*ret_fd = take_fd(fd);
	return r;
}

/* A regular file with one name; judged on what was opened. */
static int read_owned(int dir, const char *name, const char *path, char **ret, size_t *ret_len,
		      struct error *err)
{
	auto_close int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	int r;

	if (fd < 0 && errno == ELOOP)
		return error_say(err, EPERM, "%s is a link: links are not followed there", path);
	if (fd < 0)
		return error_set(err, errno, "open %s", path);
	if (fstat(fd, &st))
		return error_set(err, errno, "look at %s", path);
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		return error_say(err, EPERM, "%s is not a regular file with one name", path);

	r = check_owner(&st, path, 0600, err);
	if (r)
		return r;
	r = file_read_fd(fd, (size_t)st.st_size, JOURNAL_MAX, ret, ret_len);
	return r ? error_set(err, -r, "read %s", path) : 0;
}

bool state_is_id(const char *name)
{
	uint64_t n;

	return name[0] != '0' && strlen(name) < 19 && !number_parse_u64(name, &n);
}

/* Whether one has a journal already; a directory without one is an apply that was cut short. */
static int read_one(int transactions, const char *id, struct history *h, struct error *err)
{
	char path[128];
	auto_close int dir = -1;
	auto_free char *data = NULL;
	struct journal j;
	size_t len = 0;
	int r;

	(void)snprintf(path, sizeof(path), STATE_DIR "/" STATE_TRANSACTIONS "/%s", id);
	r = state_open_dir(transactions, id, path, 0700, &dir, err);
	if (r)
		return r == -ENOENT ? 0 : r; /* forgotten since it was listed */

	(void)snprintf(path, sizeof(path), STATE_DIR "/" STATE_TRANSACTIONS "/%s/" STATE_JOURNAL,
		       id);
	r = read_owned(dir, STATE_JOURNAL, path, &data, &len, err);
	if (r)
		return r == -ENOENT ? 0 : r;

	r = journal_parse(data, len, path, &j, err);
	if (r)
		return r;
	if (j.id && strcmp(j.id, id) != 0) {
		r = error_at(err, EBADMSG, path, 0, "it is the journal of transaction %s", j.id);
		journal_done(&j);
		return r;
	}
	/* Nothing whole in it: it was never begun. */
	if (!j.id || vec_push(h, j)) {
		r = j.id ? error_set(err, ENOMEM, "read %s", path) : 0;
		journal_done(&j);
	}
	return r;
}

static int by_number(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	size_t n = strlen(x), m = strlen(y);

	return n != m ? (n < m ? -1 : 1) : strcmp(x, y);
}

static int list_ids(int transactions, struct names *ret, struct error *err)
{
	struct names all = {0};
	int r = root_list(transactions, ".", &all, err);
	size_t kept = 0;

	if (r)
		return err ? error_within(err, STATE_DIR "/" STATE_TRANSACTIONS) : r;
	for (size_t i = 0; i < all.len; i++) {
		if (state_is_id(all.items[i]))
			all.items[kept++] = all.items[i];
		else
			free(all.items[i]);
	}
	all.len = kept;
	if (kept)
		qsort(all.items, kept, sizeof(*all.items), by_number);
	*ret = all;
	return 0;
}

static int open_transactions(int root, int *ret_fd, struct error *err)
{
	auto_close int parent = root_openat(root, STATE_PARENT, O_RDONLY | O_DIRECTORY);
	auto_close int dir = -1;
	int r;

	if (parent < 0)
		return error_set(err, -parent, "open " STATE_PARENT);
	r = state_open_dir(parent, STATE_NAME, STATE_DIR, 0700, &dir, err);
	return r ? r
		 : state_open_dir(dir, STATE_TRANSACTIONS, STATE_DIR "/" STATE_TRANSACTIONS, 0700,
				  ret_fd, err);
}

/* *damage is what was met since the last committed one; err tells of the last of them. */
static int read_next(int transactions, const char *id, struct history *h, struct strings *damage,
		     struct error *err)
{
	const size_t len = h->len;
	struct error one = {0};
	int r = read_one(transactions, id, h, &one);

	if (r && err)
		*err = one;
	if (r == -EBADMSG)
		r = strings_add(damage,
				STATE_DIR "/" STATE_TRANSACTIONS "/%s/" STATE_JOURNAL ": %s", id,
				one.text);
	if (!r && h->len > len && h->items[len].end == END_COMMITTED) {
		r = strings_add_all(&h->damaged, damage);
		strings_done(damage);
	}
	return r == -ENOMEM ? error_set(err, ENOMEM, "read " STATE_DIR) : r;
}

int state_read(int root, struct history *ret, struct error *err)
{
	auto_call(strings_done) struct strings damage = {0};
	auto_call(names_done) struct names ids = {0};
	auto_close int dir = -1;
	struct history h = {0};
	int r = open_transactions(root, &dir, err);

	if (!r)
		r = list_ids(dir, &ids, err);
	if (r == -ENOENT) { /* or gone since it was opened: of a tree all of it goes */
		*ret = h;
		return 0;
	}
	for (size_t i = 0; !r && i < ids.len; i++)
		r = read_next(dir, ids.items[i], &h, &damage, err);
	if (!r && damage.len)
		r = -EBADMSG; /* err has it already */
	if (r) {
		history_done(&h);
		return r;
	}
	*ret = h;
	return 0;
}

int state_ours(int root, struct ours *ret, struct error *err)
{
	auto_call(history_done) struct history h = {0};
	int r = state_read(root, &h, err);

	if (r)
		return r;
	r = history_ours(&h, ret);
	return r ? error_set(err, -r, "read what is ours") : 0;
}

int state_pending(int root, struct journal *ret, struct error *err)
{
	static const char path[] = PENDING_DIR "/" PENDING_NAME;
	auto_close int dir = root_openat(root, PENDING_DIR, O_RDONLY | O_DIRECTORY);
	auto_free char *data = NULL;
	struct journal j;
	size_t len = 0;
	int r;

	if (dir < 0)
		return error_set(err, -dir, "open " PENDING_DIR);
	r = read_owned(dir, PENDING_NAME, path, &data, &len, err);
	if (!r)
		r = journal_parse(data, len, path, &j, err);
	if (r)
		return r;
	if (!j.ready) {
		journal_done(&j);
		return error_at(err, EBADMSG, path, 0, "it is cut short");
	}
	*ret = j;
	return 0;
}
