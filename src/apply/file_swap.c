/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/file_swap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>

#include "apply/file_meta.h"
#include "apply/state_dir.h"
#include "base/root.h"
#include "base/text.h"

enum { TEMP_TRIES = 100 };

/* Of such words our names are made, the last one a digit: ".x.conf.backup~" is somebody's. */
static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345", digits[] = "012345";

void file_swap_close(struct file_swap *f)
{
	if (f->temp_dir >= 0 && f->temp_dir != f->dir)
		(void)close(f->temp_dir);
	if (f->dir >= 0)
		(void)close(f->dir);
	f->dir = f->temp_dir = -1;
}

/* 0, -ESTALE where it is another or none, -errno where that cannot be known. */
static int check_still(int dir, const char *name, const struct node_id *id)
{
	struct stat st;
	struct node_id now;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? -ESTALE : -errno;
	now = node_id_of(&st);
	return S_ISREG(st.st_mode) && now.dev == id->dev && now.ino == id->ino &&
			       now.size == id->size && now.mtime == id->mtime
		       ? 0
		       : -ESTALE;
}

static void name_temp(struct file_swap *f)
{
	unsigned char random[RANDOM_LEN] = {0};
	char word[RANDOM_LEN + 1];

	/* Names nobody can guess are a courtesy: O_EXCL is what protects. */
	if (getrandom(random, sizeof(random), GRND_NONBLOCK) < 0)
		memcpy(random, &f->was, sizeof(random));
	for (size_t i = 0; i < RANDOM_LEN; i++)
		word[i] = letters[random[i] % (sizeof(letters) - 1)];
	word[RANDOM_LEN - 1] = digits[random[RANDOM_LEN - 1] % (sizeof(digits) - 1)];
	word[RANDOM_LEN] = '\0';
	(void)snprintf(f->temp, sizeof(f->temp), ".%s.%s~", f->name, word);
}

enum { OWN_MODE = 0644 };

/* One that is not somebody's, and not put back as it was. */
static bool is_own(const struct step *s)
{
	return !s->after_meta.known && (!s->foreign || !s->before_meta.known);
}

/* Ours are for everybody to read, whatever the umask: each login reads limits.d. */
static struct meta meta_of(const struct step *s)
{
	struct meta m = s->before_meta;

	if (s->after_meta.known)
		return s->after_meta;
	m.mtime = 0;
	if (is_own(s)) {
		m.mode = OWN_MODE;
		m.uid = geteuid();
		m.gid = getegid();
	}
	return m;
}

static int fill_temp(int fd, struct file_swap *f)
{
	const struct meta m = meta_of(f->step);
	struct stat st = {0};
	int r = write_whole(fd, f->step->after.data, f->step->after.len);

	if (!r)
		r = file_meta_write(fd, &m);
	if (!r && is_own(f->step))
		r = file_meta_mode_only(fd, OWN_MODE); /* nobody else's to write, or to hide */
	if (!r && (fsync(fd) || fstat(fd, &st)))
		r = -errno;
	if (!r)
		f->made = node_id_of(&st);
	return r;
}

static int create_temp(struct file_swap *f)
{
	for (unsigned i = 0; i < TEMP_TRIES; i++) {
		int fd;

		name_temp(f);
		fd = openat(f->temp_dir, f->temp,
			    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd >= 0 ? fd : -errno;
	}
	return -EEXIST;
}

/* What is to be removed needs but the name. */
int file_swap_stage(struct file_swap *f, struct error *err)
{
	auto_close int fd = -1;
	int r;

	if (f->step->kind == STEP_DIR)
		return 0;
	if (!f->step->after.data) {
		name_temp(f);
		return 0;
	}
	fd = create_temp(f);
	if (fd < 0)
		return say_not_written(f->step->name, -fd, err);
	f->is_staged = true;
	r = fill_temp(fd, f);
	return r ? say_not_written(f->step->name, -r, err) : 0;
}

/* For file systems that know no flags: by a second name, which fails if there is one. */
static int move_new(int from_dir, const char *from, int to_dir, const char *to)
{
	if (!renameat2(from_dir, from, to_dir, to, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (linkat(from_dir, from, to_dir, to, 0))
		return -errno;
	return unlinkat(from_dir, from, 0) ? -errno : 0;
}

/*
 * As above: for a moment the old file has two names, the target always one.  The
 * rename is all there is: what is other afterwards is what f->temp says.
 */
static int exchange(struct file_swap *f)
{
	char third[FILE_NAME_MAX + 1], *letter;
	int r;

	if (!renameat2(f->temp_dir, f->temp, f->dir, f->name, RENAME_EXCHANGE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;

	(void)snprintf(third, sizeof(third), "%s", f->temp);
	letter = &third[strlen(third) - 3];
	*letter = *letter == 'a' ? 'b' : 'a';
	if (linkat(f->dir, f->name, f->temp_dir, third, 0))
		return -errno;
	if (!renameat(f->temp_dir, f->temp, f->dir, f->name)) {
		memcpy(f->temp, third, sizeof(f->temp));
		return 0;
	}
	r = -errno;
	(void)unlinkat(f->temp_dir, third, 0);
	return r;
}

static int say_stale(const struct file_swap *f, struct error *err)
{
	return error_say(err, ESTALE, "%s was changed by somebody", f->step->name);
}

static int create(struct file_swap *f, struct error *err)
{
	int r = move_new(f->temp_dir, f->temp, f->dir, f->name);

	if (r == -EEXIST)
		return say_stale(f, err);
	if (r)
		return say_not_written(f->step->name, -r, err);
	f->is_staged = false;
	f->is_done = true;
	return 0;
}

/* It was not what we took it for, or that cannot be known: as it was, and why. */
static int give_back(struct file_swap *f, int why, int undone, struct error *err)
{
	if (undone)
		return error_set(err, -undone, "give %s back to whoever changed it", f->step->name);
	f->is_done = !f->is_done;
	return why == -ESTALE ? say_stale(f, err)
			      : error_set(err, -why, "look at what was %s", f->step->name);
}

static int replace(struct file_swap *f, struct error *err)
{
	int r = exchange(f);

	if (r == -ENOENT)
		return say_stale(f, err);
	if (r)
		return say_not_written(f->step->name, -r, err);
	f->is_done = true;
	r = check_still(f->temp_dir, f->temp, &f->was);
	return r ? give_back(f, r, exchange(f), err) : 0;
}

static int remove_file(struct file_swap *f, struct error *err)
{
	int r = move_new(f->dir, f->name, f->temp_dir, f->temp);

	if (r == -ENOENT)
		return say_stale(f, err);
	if (r)
		return say_not_written(f->step->name, -r, err);
	f->is_staged = f->is_done = true;
	r = check_still(f->temp_dir, f->temp, &f->was);
	if (!r)
		return 0;
	r = give_back(f, r, move_new(f->temp_dir, f->temp, f->dir, f->name), err);
	f->is_staged = f->is_done;
	return r;
}

static int make_dir(struct file_swap *f, const struct meta *m, struct error *err)
{
	auto_close int fd = -1;
	int r;

	if (mkdirat(f->dir, f->name, 0755))
		return errno == EEXIST ? say_stale(f, err)
				       : say_not_written(f->step->name, errno, err);
	f->is_done = !f->is_done;
	fd = openat(f->dir, f->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "open %s", f->step->name);
	r = m->known ? file_meta_write(fd, m) : file_meta_mode_only(fd, 0755);
	return r ? error_set(err, -r, "make %s", f->step->name) : 0;
}

static int remove_dir(struct file_swap *f, struct error *err)
{
	if (!unlinkat(f->dir, f->name, AT_REMOVEDIR)) {
		f->is_done = !f->is_done;
		return 0;
	}
	if (errno == ENOTEMPTY || errno == EEXIST)
		return error_say(err, ESTALE, "%s is not empty: somebody uses it", f->step->name);
	return error_set(err, errno, "remove %s", f->step->name);
}

/* Made by a step before this one. */
static int open_late(struct file_swap *f, struct error *err)
{
	auto_free char *parent = NULL;
	int fd;

	if (f->dir >= 0)
		return 0;
	parent = strndup(f->step->name, (size_t)(f->name - f->step->name));
	if (!parent)
		return error_set(err, ENOMEM, "open the directory of %s", f->step->name);
	fd = root_openat(f->root, parent, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return error_set(err, -fd, "open %s", parent);
	f->dir = fd;
	return 0;
}

int file_swap_do(struct file_swap *f, struct error *err)
{
	const struct step *s = f->step;
	int r = open_late(f, err);

	if (r)
		return r;
	if (s->kind == STEP_DIR)
		return s->after.data ? make_dir(f, &s->after_meta, err) : remove_dir(f, err);
	if (!s->before.data)
		return create(f, err);
	return s->after.data ? replace(f, err) : remove_file(f, err);
}

/* Its directory may have gone and come again meanwhile. */
static int reopen(struct file_swap *f, struct error *err)
{
	if (f->dir == f->temp_dir)
		return 0;
	close_indirect(&f->dir);
	f->dir = -1;
	return open_late(f, err);
}

static int exchange_back(struct file_swap *f, struct error *err)
{
	int r = exchange(f);

	if (r)
		return error_set(err, -r, "restore %s", f->step->name);
	f->is_done = false;
	r = check_still(f->temp_dir, f->temp, &f->made);
	return r ? give_back(f, r, exchange(f), err) : 0;
}

/* The one we put there must be there still. */
static int back_to_old(struct file_swap *f, struct error *err)
{
	const struct step *s = f->step;
	int r = reopen(f, err);

	if (r)
		return r;
	r = s->after.data ? check_still(f->dir, f->name, &f->made) : 0;
	if (r)
		return r == -ESTALE ? say_stale(f, err) : error_set(err, -r, "look at %s", s->name);
	if (s->before.data && s->after.data)
		return exchange_back(f, err);

	r = s->before.data ? move_new(f->temp_dir, f->temp, f->dir, f->name)
			   : move_new(f->dir, f->name, f->temp_dir, f->temp);
	if (r)
		return r == -EEXIST ? say_stale(f, err) : error_set(err, -r, "restore %s", s->name);
	f->is_staged = !s->before.data;
	f->is_done = false;
	return 0;
}

int file_swap_back(struct file_swap *f, struct error *err)
{
	const struct step *s = f->step;

	if (!f->is_done)
		return 0;
	if (s->kind == STEP_DIR)
		return s->after.data ? remove_dir(f, err) : make_dir(f, &s->before_meta, err);
	return back_to_old(f, err);
}

int file_swap_sync(const struct file_swap *f, struct error *err)
{
	if (f->dir >= 0 && fsync(f->dir))
		return error_set(err, errno, "sync the directory of %s", f->step->name);
	return 0;
}

bool file_swap_is_beside(const struct file_swap *a, const struct file_swap *b)
{
	struct stat x, y;

	return a->dir >= 0 && b->dir >= 0 && !fstat(a->dir, &x) && !fstat(b->dir, &y) &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

int file_swap_done(struct file_swap *f, struct error *err)
{
	if (!f->is_staged)
		return 0;
	f->is_staged = false;
	if (!unlinkat(f->temp_dir, f->temp, 0) || errno == ENOENT)
		return 0;
	return error_set(err, errno, "remove %s, which no reader picks up, beside %s", f->temp,
			 f->step->name);
}

static bool is_temp(const char *name, const char *of)
{
	size_t n = strlen(of);
	const char *word = name + n + 2;

	return strlen(name) == n + RANDOM_LEN + 3 && name[0] == '.' &&
	       strncmp(name + 1, of, n) == 0 && name[n + 1] == '.' && text_ends(name, "~") &&
	       strspn(word, letters) == RANDOM_LEN && strchr(digits, word[RANDOM_LEN - 1]);
}

int file_sweep(int dir, const char *name)
{
	auto_call(names_done) struct names names = {0};
	int r = root_list(dir, ".", &names, NULL);

	for (size_t i = 0; !r && i < names.len; i++) {
		if (is_temp(names.items[i], name) && unlinkat(dir, names.items[i], 0) &&
		    errno != ENOENT)
			r = -errno;
	}
	return r;
}
