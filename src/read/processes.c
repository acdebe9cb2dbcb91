/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/dir.h"
#include "base/file.h"
#include "base/number.h"
#include "base/root.h"
#include "base/text.h"
#include "read/listeners.h"
#include "read/proc_limits.h"

enum {
	LOW_DESCRIPTORS = 64, /* of each process, in the first pass */
	COMM_MAX = 4096,      /* the kernel's has 15 bytes, a worker thread's 64 */
	CGROUP_MAX = 256 * 1024,
};

struct deadline {
	bool bounded;
	struct timespec at;
};

/* A listening socket, and whether its holder is known by now. */
struct wanted_inode {
	uint32_t inode;
	bool found;
};

struct wanted_inodes {
	VEC(struct wanted_inode);
};

struct candidate {
	int pid;
	bool finished; /* all descriptors looked at, or none to be seen */
};

struct candidates {
	VEC(struct candidate);
};

struct walk {
	int proc; /* descriptor of /proc */
	bool live;
	struct deadline deadline;
	struct wanted_inodes wanted; /* sorted, each once */
	size_t missing;              /* ... of them without a holder */
	struct candidates candidates;
	struct holders *out;
};

static void walk_done(struct walk *w)
{
	vec_done(&w->wanted);
	vec_done(&w->candidates);
	if (w->proc >= 0)
		(void)close(w->proc);
}

static struct deadline deadline_in(unsigned ms)
{
	struct deadline d = {.bounded = ms > 0};

	(void)clock_gettime(CLOCK_MONOTONIC, &d.at); /* cannot fail for this clock */
	d.at.tv_sec += ms / 1000;
	d.at.tv_nsec += (long)(ms % 1000) * 1000000;
	if (d.at.tv_nsec >= 1000000000) {
		d.at.tv_sec++;
		d.at.tv_nsec -= 1000000000;
	}
	return d;
}

static bool time_is_up(const struct deadline *d)
{
	struct timespec now;

	if (!d->bounded)
		return false;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec != d->at.tv_sec ? now.tv_sec > d->at.tv_sec
					  : now.tv_nsec >= d->at.tv_nsec;
}

static int want(const struct listener *l, void *arg)
{
	struct wanted_inodes *wanted = arg;

	return vec_push(wanted, (struct wanted_inode){.inode = l->inode});
}

static void want_nothing(void *arg)
{
	struct wanted_inodes *wanted = arg;

	wanted->len = 0;
}

static int compare_inodes(const void *a, const void *b)
{
	const struct wanted_inode *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

static void sort_and_unite(struct wanted_inodes *wanted)
{
	size_t kept = 0;

	if (wanted->len)
		qsort(wanted->items, wanted->len, sizeof(*wanted->items), compare_inodes);

	for (size_t i = 0; i < wanted->len; i++) {
		if (!kept || wanted->items[kept - 1].inode != wanted->items[i].inode)
			wanted->items[kept++] = wanted->items[i];
	}
	wanted->len = kept;
}

/* "socket:[123]" of one of the listeners; NULL for any other descriptor. */
static struct wanted_inode *wanted_by_link(const struct walk *w, int dir, const char *name)
{
	struct wanted_inode key = {0};
	char link[64];
	ssize_t n = readlinkat(dir, name, link, sizeof(link) - 1);
	uint64_t inode;

	if (n < 10)
		return NULL;
	link[n] = '\0';
	if (!text_starts(link, "socket:[") || link[n - 1] != ']')
		return NULL;

	link[n - 1] = '\0';
	if (number_parse_u64(link + 8, &inode) || inode > UINT32_MAX)
		return NULL;

	key.inode = (uint32_t)inode;
	return bsearch(&key, w->wanted.items, w->wanted.len, sizeof(key), compare_inodes);
}

static bool parse_id(const char *name, int *ret)
{
	uint64_t v;

	if (number_parse_u64(name, &v) || v > INT_MAX)
		return false;

	*ret = (int)v;
	return true;
}

static int look_at_descriptor(struct walk *w, int pid, int dir, const char *name)
{
	struct holder found = {.pid = pid};
	struct wanted_inode *hit;

	if (!parse_id(name, &found.fd))
		return 0;
	hit = wanted_by_link(w, dir, name);
	if (!hit)
		return 0;

	found.inode = hit->inode;
	w->missing -= !hit->found;
	hit->found = true;
	return vec_push(w->out, found);
}

/* Entries number `from` up to `to`; the kernel lists descriptors in ascending order. */
static int look_at_descriptors(struct walk *w, struct candidate *c, int fd, size_t from, size_t to)
{
	const char *name;
	struct dir dir;
	size_t i = 0;

	dir_init(&dir, fd);
	while ((name = dir_next(&dir))) {
		int r;

		if (i >= to || time_is_up(&w->deadline))
			return 0;
		if (i++ < from)
			continue;

		r = look_at_descriptor(w, c->pid, fd, name);
		if (r)
			return r;
	}
	c->finished = true;
	return 0;
}

/*
 * One readlink(2) tells most processes off: kernel threads and zombies have no
 * program (ENOENT), and for a foreign one the same right is asked for as for
 * its descriptors (EACCES).
 */
static bool is_worth_opening(const struct walk *w, int pid)
{
	char path[32], byte;

	if (!w->live)
		return true;

	snprintf(path, sizeof(path), "%d/exe", pid);
	return readlinkat(w->proc, path, &byte, 1) >= 0;
}

static int look_at_process(struct walk *w, struct candidate *c, size_t from, size_t to)
{
	auto_close int fd = -1;
	char path[32];

	c->finished = !is_worth_opening(w, c->pid);
	if (c->finished)
		return 0;

	snprintf(path, sizeof(path), "%d/fd", c->pid);
	fd = root_openat(w->proc, path, O_RDONLY | O_DIRECTORY);
	c->finished = fd < 0; /* gone, or not to be seen */
	if (fd < 0)
		return fd == -ENOMEM ? fd : 0;
	return look_at_descriptors(w, c, fd, from, to);
}

static int list_candidates(struct walk *w)
{
	auto_close int fd = root_openat(w->proc, ".", O_RDONLY | O_DIRECTORY);
	const char *name;
	struct dir dir;

	if (fd < 0)
		return fd;

	dir_init(&dir, fd);
	while ((name = dir_next(&dir))) {
		struct candidate c = {0};

		if (parse_id(name, &c.pid) && vec_push(&w->candidates, c))
			return -ENOMEM;
	}
	return dir.error;
}

/* The lowest descriptors of each; with a captured host or no deadline, all of them. */
static int look_at_the_lowest(struct walk *w)
{
	size_t to = w->live && w->deadline.bounded ? LOW_DESCRIPTORS : SIZE_MAX;

	for (size_t i = 0; i < w->candidates.len && !time_is_up(&w->deadline); i++) {
		int r = look_at_process(w, &w->candidates.items[i], 0, to);

		if (r)
			return r;
	}
	return 0;
}

static int look_at_the_rest(struct walk *w)
{
	for (size_t i = 0; i < w->candidates.len && w->missing && !time_is_up(&w->deadline); i++) {
		struct candidate *c = &w->candidates.items[i];
		int r = c->finished ? 0 : look_at_process(w, c, LOW_DESCRIPTORS, SIZE_MAX);

		if (r)
			return r;
	}
	return 0;
}

static size_t count_unfinished(const struct candidates *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->len; i++)
		n += !list->items[i].finished;
	return n;
}

static int compare_holders(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid > y->pid ? 1 : -1;
	return (x->fd > y->fd) - (x->fd < y->fd);
}

static int walk(struct walk *w)
{
	int r = list_candidates(w);

	if (!r)
		r = look_at_the_lowest(w);
	if (!r)
		r = look_at_the_rest(w);
	if (r)
		return r;

	w->out->listeners_unseen = w->missing;
	if (time_is_up(&w->deadline))
		w->out->processes_left_out = count_unfinished(&w->candidates);
	if (w->out->len)
		qsort(w->out->items, w->out->len, sizeof(*w->out->items), compare_holders);
	return 0;
}

static int find(struct walk *w, const struct host *h, int root, struct error *err)
{
	struct listener_sink sink = {want, want_nothing, &w->wanted};
	int r = listeners_read(h, root, &sink, err);

	if (r)
		return r;

	sort_and_unite(&w->wanted);
	w->missing = w->wanted.len;
	if (!w->missing)
		return 0;

	w->live = !h->captured;
	w->proc = root_openat(root, "proc", O_PATH | O_DIRECTORY);
	r = w->proc < 0 ? w->proc : walk(w);
	return r ? error_set(err, -r, "look for the processes that listen") : 0;
}

int holders_find(const struct host *h, int root, unsigned deadline_ms, struct holders *ret,
		 struct error *err)
{
	auto_call(holders_done) struct holders found = {0};
	auto_call(walk_done) struct walk w = {
		.proc = -1,
		.deadline = deadline_in(deadline_ms),
		.out = &found,
	};
	int r = find(&w, h, root, err);

	if (r)
		return r;

	*ret = found;
	found = (struct holders){0};
	return 0;
}

void holders_done(struct holders *list)
{
	vec_done(list);
}

/* The last component that names a unit, of "/user.slice/user@0.service/app.slice". */
static int last_unit(const char *path, size_t len, char **ret)
{
	static const char *const endings[] = {".service", ".socket", ".scope"};
	auto_free char *copy = strndup(path, len);
	char *save = NULL;
	const char *unit = NULL;

	if (!copy)
		return -ENOMEM;

	for (char *c = strtok_r(copy, "/", &save); c; c = strtok_r(NULL, "/", &save)) {
		for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
			if (text_ends(c, endings[i]))
				unit = c;
		}
	}
	*ret = unit ? strdup(unit) : NULL;
	return unit && !*ret ? -ENOMEM : 0;
}

/* Lines are "N:CONTROLLERS:/PATH"; systemd's own tree is 0:: or name=systemd. */
int cgroup_unit(const char *text, char **ret)
{
	*ret = NULL;
	for (const char *line = text; *line && !*ret; line += *line == '\n') {
		size_t len = strcspn(line, "\n");
		const char *name = memchr(line, ':', len);
		const char *path =
			name ? memchr(name + 1, ':', len - (size_t)(name + 1 - line)) : NULL;

		if (path && (path == name + 1 || text_starts(name, ":name=systemd:"))) {
			int r = last_unit(path + 1, len - (size_t)(path + 1 - line), ret);

			if (r)
				return r;
		}
		line += len;
	}
	return 0;
}

static uint64_t captured_count(int dir)
{
	char text[32];
	uint64_t n;

	if (file_read_value(dir, PROCESS_FD_COUNT, text, sizeof(text)) ||
	    number_parse_u64(text, &n))
		return UINT64_MAX;
	return n;
}

static uint64_t count_entries(int dir, const struct deadline *deadline)
{
	auto_close int fd = root_openat(dir, "fd", O_RDONLY | O_DIRECTORY);
	uint64_t n = 0;
	struct dir list;

	if (fd < 0)
		return UINT64_MAX;

	dir_init(&list, fd);
	while (dir_next(&list)) {
		n++;
		if (time_is_up(deadline))
			return UINT64_MAX;
	}
	return n;
}

/* Since Linux 6.2 the size of the directory is the number of descriptors. */
static uint64_t count_descriptors(int dir, bool live, const struct deadline *deadline)
{
	struct stat st;

	if (!live)
		return captured_count(dir);
	if (fstatat(dir, "fd", &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size > 0)
		return (uint64_t)st.st_size;
	return count_entries(dir, deadline);
}

static int read_comm(int dir, char **ret)
{
	int r = root_read(dir, "comm", COMM_MAX, ret, NULL, NULL);
	size_t n = r ? 0 : strlen(*ret);

	if (n && (*ret)[n - 1] == '\n')
		(*ret)[n - 1] = '\0';
	if (r == -ENOMEM)
		return r;
	if (r)
		*ret = strdup("");
	return *ret ? 0 : -ENOMEM;
}

static int read_unit(int dir, char **ret)
{
	auto_free char *text = NULL;
	int r = root_read(dir, "cgroup", CGROUP_MAX, &text, NULL, NULL);

	if (r)
		return r == -ENOMEM ? r : 0;
	return cgroup_unit(text, ret);
}

static int add_process(struct limits *ret, int pid, int dir, uint64_t used)
{
	auto_call(process_done) struct process p = {.pid = pid, .used = used};
	int r = proc_limits_read(dir, "limits", &p.limit);

	if (r == -ESRCH || r == -ENOMEM)
		return r == -ENOMEM ? r : 0; /* it has ended meanwhile */

	r = read_comm(dir, &p.comm);
	if (!r)
		r = read_unit(dir, &p.unit);
	if (!r)
		r = vec_push(&ret->processes, p);
	if (!r)
		p = (struct process){0};
	return r;
}

static int describe(const struct holders *list, int proc, bool live,
		    const struct deadline *deadline, struct limits *ret)
{
	int last = -1;

	for (size_t i = 0; i < list->len; i++) {
		auto_close int dir = -1;
		char name[16];
		int r;

		if (list->items[i].pid == last)
			continue;
		last = list->items[i].pid;

		snprintf(name, sizeof(name), "%d", last);
		dir = root_openat(proc, name, O_PATH | O_DIRECTORY);
		if (dir < 0)
			continue;
		r = add_process(ret, last, dir, count_descriptors(dir, live, deadline));
		if (r)
			return r;
	}
	return 0;
}

int processes_describe(const struct host *h, int root, const struct holders *list,
		       unsigned deadline_ms, struct limits *ret, struct error *err)
{
	struct deadline deadline = deadline_in(deadline_ms);
	auto_close int proc = -1;
	int r;

	ret->listeners_unseen = list->listeners_unseen;
	ret->processes_left_out = list->processes_left_out;
	if (!list->len)
		return 0;

	proc = root_openat(root, "proc", O_PATH | O_DIRECTORY);
	r = proc < 0 ? proc : describe(list, proc, !h->captured, &deadline, ret);
	return r ? error_set(err, -r, "read about the processes that listen") : 0;
}

int processes_read(const struct host *h, int root, unsigned deadline_ms,
		   struct holders *ret_holders, struct limits *ret, struct error *err)
{
	int r = holders_find(h, root, deadline_ms, ret_holders, err);

	return r ? r : processes_describe(h, root, ret_holders, deadline_ms, ret, err);
}
