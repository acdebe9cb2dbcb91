/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "apply/file_meta.h"
#include "apply/state_dir.h"
#include "base/file.h"
#include "base/number.h"
#include "base/root.h"
#include "read/state.h"
#include "render/rollback_conf.h"

enum { ID_TRIES = 1000, ROOM = 64 * 1024 };

void journal_file_close(struct journal_file *f)
{
	close_indirect(&f->dir);
	close_indirect(&f->fd);
	f->dir = f->fd = -1;
}

static uint64_t highest_id(int transactions)
{
	auto_call(names_done) struct names names = {0};
	uint64_t most = 0, n;

	if (root_list(transactions, ".", &names, NULL))
		return 0;
	for (size_t i = 0; i < names.len; i++) {
		if (state_is_id(names.items[i]) && !number_parse_u64(names.items[i], &n) &&
		    n > most)
			most = n;
	}
	return most;
}

static int make_dir(int transactions, struct journal *j, int *ret_fd, struct error *err)
{
	uint64_t id = highest_id(transactions);

	for (unsigned i = 0; i < ID_TRIES; i++) {
		char *name = text_format("%llu", (unsigned long long)++id);

		free(j->id);
		j->id = name;
		if (!name)
			return error_set(err, ENOMEM, "begin a transaction");
		if (!mkdirat(transactions, name, 0700))
			return state_open_dir(transactions, name, name, 0700, ret_fd, err);
		if (errno != EEXIST)
			return say_not_written(STATE_DIR "/" STATE_TRANSACTIONS, errno, err);
	}
	return error_say(err, EEXIST, "no number is free for a transaction");
}

/* For people, should tcptune be gone; on the disk before anything is written because of it. */
static int put_file(int dir, const char *name, const char *data, size_t n, const struct meta *m,
		    struct error *err)
{
	auto_close int fd =
		openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r = fd < 0 ? -errno : write_whole(fd, data, n);

	if (!r && m && m->known)
		r = file_meta_write(fd, m);
	if (!r && fsync(fd))
		r = -errno;
	return r ? error_set(err, -r, "write %s of the transaction", name) : 0;
}

static bool has_old_files(const struct journal *j)
{
	for (size_t i = 0; i < j->steps.len; i++) {
		if (j->steps.items[i].kind == STEP_FILE && j->steps.items[i].before.data)
			return true;
	}
	return false;
}

static int put_old_files(int dir, const struct journal *j, struct error *err)
{
	auto_close int files = -1;
	int r = 0;

	if (!has_old_files(j))
		return 0;
	if (mkdirat(dir, STATE_FILES, 0700))
		return error_set(err, errno, "make " STATE_FILES " of the transaction");
	files = openat(dir, STATE_FILES, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (files < 0)
		return error_set(err, errno, "open " STATE_FILES " of the transaction");

	for (size_t i = 0; !r && i < j->steps.len; i++) {
		const struct step *s = &j->steps.items[i];
		char name[300];

		if (s->kind != STEP_FILE || !s->before.data)
			continue;
		rollback_copy_name(j, i, name, sizeof(name));
		r = put_file(files, name, s->before.data, s->before.len, &s->before_meta, err);
	}
	if (!r && fsync(files))
		r = error_set(err, errno, "sync " STATE_FILES " of the transaction");
	return r;
}

static int put_rollback(int dir, const struct journal *j, struct error *err)
{
	auto_text struct text conf = {0};

	rollback_conf(&conf, j);
	if (conf.failed)
		return error_set(err, ENOMEM, "write " STATE_ROLLBACK);
	return put_file(dir, STATE_ROLLBACK, conf.str, conf.len, NULL, err);
}

static int put_journal(struct journal_file *f, const struct journal *j, struct error *err)
{
	auto_text struct text plan = {0};

	f->fd = openat(f->dir, STATE_JOURNAL,
		       O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (f->fd < 0)
		return error_set(err, errno, "write the journal");
	journal_put_plan(&plan, j);
	if (plan.failed)
		return error_set(err, ENOMEM, "write the journal");

	if (!file_may_grow(plan.len + ROOM))
		return error_say(err, EFBIG,
				 "the journal cannot be written: it may need %zu bytes, which is "
				 "over the file size limit (ulimit -f)",
				 plan.len + ROOM);
	/* Where a file system cannot, the disk may be full when undoing; then it says so. */
	if (fallocate(f->fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)plan.len + ROOM) && errno == ENOSPC)
		return error_say(err, ENOSPC,
				 "the journal cannot be written: the disk of " STATE_DIR
				 " is full");
	return journal_file_append(f, plan.str, plan.len, err);
}

int journal_file_create(int transactions, struct journal *j, struct journal_file *ret,
			struct error *err)
{
	struct journal_file f = {.dir = -1, .fd = -1};
	int r = make_dir(transactions, j, &f.dir, err);

	if (r)
		return r;
	r = put_journal(&f, j, err);
	if (!r)
		r = put_rollback(f.dir, j, err);
	if (!r)
		r = put_old_files(f.dir, j, err);
	if (r) {
		journal_file_close(&f);
		(void)state_dir_forget(transactions, j->id);
		return r;
	}
	*ret = f;
	return 0;
}

int journal_file_open(int transactions, const struct journal *j, struct journal_file *ret,
		      struct error *err)
{
	struct journal_file f = {.dir = -1, .fd = -1, .good = j->good};
	int r = state_open_dir(transactions, j->id, j->id, 0700, &f.dir, err);

	if (r)
		return r;
	f.fd = openat(f.dir, STATE_JOURNAL, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (f.fd < 0 || ftruncate(f.fd, (off_t)f.good)) {
		r = error_set(err, errno, "open the journal of transaction %s", j->id);
		journal_file_close(&f);
		return r;
	}
	*ret = f;
	return 0;
}

int journal_file_append(struct journal_file *f, const char *record, size_t n, struct error *err)
{
	int r;

	if (f->fd < 0)
		return 0;
	r = write_whole(f->fd, record, n);
	if (r) {
		error_set(err, -r, "write the journal");
		return ftruncate(f->fd, (off_t)f->good) ? error_within(err, "cut it again") : r;
	}
	f->good += n;
	return 0;
}

int journal_file_sync(const struct journal_file *f, struct error *err)
{
	if (f->fd >= 0 && fdatasync(f->fd))
		return error_set(err, errno, "sync the journal");
	return 0;
}

int journal_file_end(struct journal_file *f, const char *record, size_t n, struct error *err)
{
	int r = journal_file_append(f, record, n, err);

	if (r)
		return r;
	r = journal_file_sync(f, err);
	if (!r)
		return 0;
	f->good -= n;
	return ftruncate(f->fd, (off_t)f->good) ? error_within(err, "cut it again") : r;
}
