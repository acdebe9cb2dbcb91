/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/dir.h"
#include "base/number.h"
#include "base/root.h"
#include "base/text.h"

enum {
	LOW_DESCRIPTORS = 64, /* of each process, in the first pass */
	ENTRY_SIZE = 24,      /* of a descriptor's number among directory entries */
};

struct candidate {
	int pid;
	bool finished; /* all descriptors looked at, or none to be seen */
};

struct walk {
	struct descriptor_walk *of;
	int proc; /* descriptor of /proc */
	size_t missing;
	struct {
		VEC(struct candidate);
	} candidates;
};

static void walk_done(struct walk *w)
{
	vec_done(&w->candidates);
	if (w->proc >= 0)
		(void)close(w->proc);
}

struct deadline deadline_in(unsigned ms)
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

bool deadline_passed(const struct deadline *d)
{
	struct timespec now;

	if (!d->bounded)
		return false;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec != d->at.tv_sec ? now.tv_sec > d->at.tv_sec
					  : now.tv_nsec >= d->at.tv_nsec;
}

static int compare_inodes(const void *a, const void *b)
{
	const struct wanted_inode *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

/*
 * In place, by one bit after the other from the highest: qsort(3) would take
 * as much memory again, and here that is the largest thing of all.
 */
static void sort_from_bit(struct wanted_inode *list, size_t n, uint32_t bit)
{
	size_t low = 0, high = n;

	while (low < high) {
		struct wanted_inode w = list[low];

		if (!(w.inode & bit)) {
			low++;
			continue;
		}
		list[low] = list[--high];
		list[high] = w;
	}
	if (bit == 1)
		return;
	if (low > 1)
		sort_from_bit(list, low, bit >> 1);
	if (n - low > 1)
		sort_from_bit(list + low, n - low, bit >> 1);
}

static void sort_and_unite(struct wanted_inodes *wanted)
{
	size_t kept = 0;

	if (wanted->len)
		sort_from_bit(wanted->items, wanted->len, UINT32_C(1) << 31);

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
	return bsearch(&key, w->of->wanted->items, w->of->wanted->len, sizeof(key), compare_inodes);
}

static int compare_pids(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void pids_sort(struct pids *pids)
{
	if (pids->len)
		qsort(pids->items, pids->len, sizeof(*pids->items), compare_pids);
}

bool pids_have(const struct pids *sorted, int pid)
{
	return sorted->len && bsearch(&pid, sorted->items, sorted->len, sizeof(pid), compare_pids);
}

bool descriptors_parse_id(const char *name, int *ret)
{
	uint64_t v;

	if (number_parse_u64(name, &v) || v > INT_MAX)
		return false;

	*ret = (int)v;
	return true;
}

static int look_at_descriptor(struct walk *w, int pid, int dir, const char *name)
{
	struct wanted_inode *hit;
	int fd;

	if (!descriptors_parse_id(name, &fd))
		return 0;
	hit = wanted_by_link(w, dir, name);
	if (!hit)
		return 0;

	w->missing -= !hit->found;
	hit->found = 1;
	return w->of->hit(pid, fd, hit, w->of->arg);
}

/* Entries number `from` up to `to`; the kernel lists descriptors in ascending order. */
static int look_at_descriptors(struct walk *w, struct candidate *c, int fd, size_t from, size_t to)
{
	struct dir dir;

	if (to == LOW_DESCRIPTORS)
		dir_init_few(&dir, fd, (LOW_DESCRIPTORS + 2) * ENTRY_SIZE); /* and "." and ".." */
	else
		dir_init(&dir, fd);
	for (size_t i = 0; i < to && !deadline_passed(&w->of->deadline); i++) {
		const char *name = dir_next(&dir);
		int r;

		c->finished = !name;
		if (!name)
			return 0;
		r = i < from ? 0 : look_at_descriptor(w, c->pid, fd, name);
		if (r)
			return r;
	}
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

	if (!w->of->live)
		return true;

	snprintf(path, sizeof(path), "%d/exe", pid);
	return readlinkat(w->proc, path, &byte, 1) >= 0;
}

static int look_at_process(struct walk *w, struct candidate *c, size_t from, size_t to)
{
	auto_close int fd = -1;
	char path[32];
	int r = 0;

	c->finished = !is_worth_opening(w, c->pid);
	if (c->finished)
		return 0;
	if (from == 0 && w->of->each)
		r = w->of->each(w->proc, c->pid, w->of->arg);
	c->finished = !w->of->wanted->len;
	if (r || c->finished)
		return r;

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

		if (descriptors_parse_id(name, &c.pid) && vec_push(&w->candidates, c))
			return -ENOMEM;
	}
	return dir.error;
}

/* The lowest descriptors of each; with a captured host or no deadline, all of them. */
static int look_at_the_lowest(struct walk *w)
{
	size_t to = w->of->live && w->of->deadline.bounded ? LOW_DESCRIPTORS : SIZE_MAX;

	for (size_t i = 0; i < w->candidates.len && !deadline_passed(&w->of->deadline); i++) {
		struct candidate *c = &w->candidates.items[i];
		int r = c->finished ? 0 : look_at_process(w, c, 0, to);

		if (r)
			return r;
	}
	return 0;
}

static int look_at_the_rest(struct walk *w)
{
	for (size_t i = 0;
	     i < w->candidates.len && w->missing && !deadline_passed(&w->of->deadline); i++) {
		struct candidate *c = &w->candidates.items[i];
		int r = c->finished ? 0 : look_at_process(w, c, LOW_DESCRIPTORS, SIZE_MAX);

		if (r)
			return r;
	}
	return 0;
}

static size_t count_unfinished(const struct walk *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->candidates.len; i++)
		n += !w->candidates.items[i].finished;
	return n;
}

/* Those that are likely to hold what is wanted, to the end. */
static int look_at_the_likely(struct walk *w)
{
	for (size_t i = 0; i < w->candidates.len && w->missing; i++) {
		struct candidate *c = &w->candidates.items[i];
		int r = pids_have(w->of->first, c->pid) ? look_at_process(w, c, 0, SIZE_MAX) : 0;

		if (r || deadline_passed(&w->of->deadline))
			return r;
	}
	return 0;
}

static int look(struct walk *w)
{
	int r = list_candidates(w);

	if (!r && w->of->first)
		r = look_at_the_likely(w);
	if (!r && (w->missing || !w->of->first))
		r = look_at_the_lowest(w);
	if (!r)
		r = look_at_the_rest(w);
	return r;
}

int descriptors_walk(struct descriptor_walk *of)
{
	auto_call(walk_done) struct walk w = {.of = of, .proc = -1};
	int r;

	sort_and_unite(of->wanted);
	w.missing = of->wanted->len;
	of->ret_missing = of->ret_left_out = 0;
	if (!w.missing && !of->each)
		return 0;

	w.proc = root_openat(of->root, "proc", O_PATH | O_DIRECTORY);
	r = w.proc < 0 ? w.proc : look(&w);
	of->ret_missing = w.missing;
	if (deadline_passed(&of->deadline))
		of->ret_left_out = count_unfinished(&w);
	return r;
}
