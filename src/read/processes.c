/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/dir.h"
#include "base/file.h"
#include "base/number.h"
#include "base/root.h"
#include "base/text.h"
#include "read/descriptors.h"
#include "read/listeners.h"
#include "read/proc_limits.h"

enum {
	COMM_MAX = 4096, /* the kernel's has 15 bytes, a worker thread's 64 */
	CGROUP_MAX = 256 * 1024,
	STATUS_MAX = 64 * 1024,
	FEW_DESCRIPTORS = 64, /* nobody has a limit so low that these are near to it */
};

/* What a walk for holders looks for. */
struct search {
	struct holders found;
	const struct descriptor_walk *walk;
};

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

static int keep_holder(int pid, int fd, const struct wanted_inode *w, void *arg)
{
	struct search *s = arg;

	return vec_push(&s->found, (struct holder){.pid = pid, .fd = fd, .inode = w->inode});
}

/* In a captured tree: a file says it. */
static uint64_t captured_count(int proc, int pid)
{
	char path[32], text[32];
	uint64_t n;

	snprintf(path, sizeof(path), "%d/" PROCESS_FD_COUNT, pid);
	if (file_read_value(proc, path, text, sizeof(text)) || number_parse_u64(text, &n))
		return UINT64_MAX;
	return n;
}

static uint64_t count_entries(int proc, const char *path, const struct deadline *deadline)
{
	auto_close int fd = root_openat(proc, path, O_RDONLY | O_DIRECTORY);
	uint64_t n = 0;
	struct dir list;

	if (fd < 0)
		return UINT64_MAX;

	dir_init(&list, fd);
	while (dir_next(&list)) {
		n++;
		if (deadline_passed(deadline))
			return UINT64_MAX;
	}
	return n;
}

/*
 * How many descriptors it has, where that is told without a look at each: a captured
 * tree says it, and since Linux 6.2 the size of their directory does.
 */
static bool is_count_told(int proc, int pid, bool live, uint64_t *ret)
{
	char path[32];
	struct stat st;

	if (!live) {
		*ret = captured_count(proc, pid);
		return true;
	}
	snprintf(path, sizeof(path), "%d/fd", pid);
	if (fstatat(proc, path, &st, AT_SYMLINK_NOFOLLOW) || st.st_size <= 0)
		return false;
	*ret = (uint64_t)st.st_size;
	return true;
}

static uint64_t count_descriptors(int proc, int pid, bool live, const struct deadline *deadline)
{
	char path[32];
	uint64_t n;

	if (is_count_told(proc, pid, live, &n))
		return n;
	snprintf(path, sizeof(path), "%d/fd", pid);
	return count_entries(proc, path, deadline);
}

/* The size of its table of descriptors, which is doubled as needed; UINT64_MAX: not known. */
static uint64_t table_size(int proc, int pid)
{
	static const char title[] = "\nFDSize:\t";
	auto_free char *text = NULL;
	char path[32], *at;
	uint64_t n;

	snprintf(path, sizeof(path), "%d/status", pid);
	if (root_read(proc, path, STATUS_MAX, &text, NULL, NULL))
		return UINT64_MAX;
	at = strstr(text, title);
	if (!at)
		return UINT64_MAX;
	at += sizeof(title) - 1;
	at[strcspn(at, "\n")] = '\0';
	return number_parse_u64(at, &n) ? UINT64_MAX : n;
}

/* So many at most, and never by a look at each. */
static uint64_t count_at_most(int proc, int pid, bool live)
{
	uint64_t n;

	return is_count_told(proc, pid, live, &n) ? n : table_size(proc, pid);
}

static bool is_near(const struct process *p)
{
	return process_used_percent(p) >= NOFILE_NEAR_PERCENT;
}

static int keep_near(int proc, int pid, void *arg)
{
	struct search *s = arg;
	struct process p = {.used = count_at_most(proc, pid, s->walk->live)};
	char path[32];

	if (p.used == UINT64_MAX || p.used < FEW_DESCRIPTORS)
		return 0;
	snprintf(path, sizeof(path), "%d/limits", pid);
	if (proc_limits_read(proc, path, &p.limit) || !is_near(&p))
		return 0;
	p.used = count_descriptors(proc, pid, s->walk->live, &s->walk->deadline);
	return is_near(&p) ? vec_push(&s->found.near, pid) : 0;
}

static int compare_holders(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid > y->pid ? 1 : -1;
	return (x->fd > y->fd) - (x->fd < y->fd);
}

static void wanted_done(struct wanted_inodes *wanted)
{
	vec_done(wanted);
}

void holders_done(struct holders *list)
{
	vec_done(list);
	vec_done(&list->near);
}

static void search_done(struct search *s)
{
	holders_done(&s->found);
}

static void sort_found(struct holders *found)
{
	if (found->len)
		qsort(found->items, found->len, sizeof(*found->items), compare_holders);
	pids_sort(&found->near);
}

int holders_find(const struct host *h, int root, unsigned deadline_ms, struct holders *ret,
		 struct error *err)
{
	auto_call(search_done) struct search search = {0};
	auto_call(wanted_done) struct wanted_inodes wanted = {0};
	struct listener_sink sink = {want, want_nothing, &wanted};
	struct descriptor_walk walk = {
		.root = root,
		.live = !h->captured,
		.deadline = deadline_in(deadline_ms),
		.wanted = &wanted,
		.each = keep_near,
		.hit = keep_holder,
		.arg = &search,
	};
	int r = listeners_read(h, root, &sink, err);

	if (r)
		return r;
	search.walk = &walk;
	r = descriptors_walk(&walk);
	if (r)
		return error_set(err, -r, "look for the processes that listen");

	search.found.listeners_unseen = walk.ret_missing;
	search.found.processes_left_out = walk.ret_left_out;
	sort_found(&search.found);
	*ret = search.found;
	search.found = (struct holders){0};
	return 0;
}

int cgroup_path_unit(const char *path, size_t len, char **ret)
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
			int r = cgroup_path_unit(path + 1, len - (size_t)(path + 1 - line), ret);

			if (r)
				return r;
		}
		line += len;
	}
	return 0;
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

static int describe_process(int pid, int dir, uint64_t used, struct process *ret)
{
	auto_call(process_done) struct process p = {.pid = pid, .used = used};
	int r = proc_limits_read(dir, "limits", &p.limit);

	if (r == -ESRCH || r == -ENOMEM)
		return r;

	r = read_comm(dir, &p.comm);
	if (!r)
		r = read_unit(dir, &p.unit);
	if (r)
		return r;

	*ret = p;
	p = (struct process){0};
	return 0;
}

int process_read(int proc, int pid, bool live, const struct deadline *deadline, struct process *ret)
{
	auto_close int dir = -1;
	char name[16];

	snprintf(name, sizeof(name), "%d", pid);
	dir = root_openat(proc, name, O_PATH | O_DIRECTORY);
	if (dir < 0)
		return dir == -ENOMEM ? dir : -ESRCH;
	return describe_process(pid, dir, count_descriptors(proc, pid, live, deadline), ret);
}

static int describe(int proc, int pid, bool live, const struct deadline *deadline,
		    struct processes *ret)
{
	struct process p = {0};
	int r = process_read(proc, pid, live, deadline, &p);

	if (r == -ESRCH) /* it has ended meanwhile */
		return 0;
	if (r || vec_push(ret, p)) {
		process_done(&p);
		return -ENOMEM;
	}
	return 0;
}

static bool has_listener(const struct holders *list, int pid)
{
	for (size_t i = 0; i < list->len; i++) {
		if (list->items[i].pid == pid)
			return true;
	}
	return false;
}

static int describe_all(const struct holders *list, int proc, bool live,
			const struct deadline *deadline, struct limits *ret)
{
	int r = 0;

	for (size_t i = 0; i < list->len && !r; i++) {
		if (!i || list->items[i].pid != list->items[i - 1].pid)
			r = describe(proc, list->items[i].pid, live, deadline, &ret->processes);
	}
	for (size_t i = 0; i < list->near.len && !r; i++) {
		if (!has_listener(list, list->near.items[i]))
			r = describe(proc, list->near.items[i], live, deadline, &ret->near);
	}
	return r;
}

int processes_describe(const struct host *h, int root, const struct holders *list,
		       unsigned deadline_ms, struct limits *ret, struct error *err)
{
	struct deadline deadline = deadline_in(deadline_ms);
	auto_close int proc = -1;
	int r;

	ret->listeners_unseen = list->listeners_unseen;
	ret->processes_left_out = list->processes_left_out;
	if (!list->len && !list->near.len)
		return 0;

	proc = root_openat(root, "proc", O_PATH | O_DIRECTORY);
	r = proc < 0 ? proc : describe_all(list, proc, !h->captured, &deadline, ret);
	return r ? error_set(err, -r, "read about the processes") : 0;
}

int processes_read(const struct host *h, int root, unsigned deadline_ms,
		   struct holders *ret_holders, struct limits *ret, struct error *err)
{
	int r = holders_find(h, root, deadline_ms, ret_holders, err);

	return r ? r : processes_describe(h, root, ret_holders, deadline_ms, ret, err);
}
