/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/cgroups.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/root.h"
#include "base/text.h"
#include "read/processes.h"

enum {
	DEPTH_MAX = 32,
	PATH_LONGEST = 4096,
	VISITS_MAX = 200000,
};

/* The inode number of the first of all cgroups, which only a namespace hides. */
enum { ROOT_ID = 1 };

/* cgroup2 alone; beside the older controllers, as systemd mounts it. */
static const char *const mounts[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};

struct search {
	struct cgroups *list;
	size_t missing, visits;
	char path[PATH_LONGEST];
};

static bool same_id(uint64_t id, uint64_t inode)
{
	return sizeof(ino_t) > 4 ? id == inode : (uint32_t)id == (uint32_t)inode;
}

static int note(struct search *s, uint64_t inode)
{
	for (size_t i = 0; i < s->list->len; i++) {
		struct cgroup *g = &s->list->items[i];

		if (g->path || !same_id(g->id, inode))
			continue;
		g->path = strdup(*s->path ? s->path : "/");
		s->missing--;
		return g->path ? 0 : -ENOMEM;
	}
	return 0;
}

static int walk(struct search *s, int fd, unsigned depth);

/* The directory of this name, whose inode number the listing tells. */
static int visit(struct search *s, int parent, const struct dirent *d, unsigned depth)
{
	size_t len = strlen(s->path), n = strlen(d->d_name);
	int r, fd;

	if (len + n + 2 > sizeof(s->path) || ++s->visits > VISITS_MAX)
		return 0;

	snprintf(s->path + len, sizeof(s->path) - len, "/%s", d->d_name);
	r = note(s, d->d_ino);
	fd = r || depth >= DEPTH_MAX
		     ? -1
		     : openat(parent, d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		r = walk(s, fd, depth + 1);
	s->path[len] = '\0';
	return r;
}

/* Takes fd over. */
static int walk(struct search *s, int fd, unsigned depth)
{
	auto_dir DIR *dir = fdopendir(fd);
	const struct dirent *d;
	int r = 0;

	if (!dir) {
		(void)close(fd);
		return -ENOMEM;
	}
	while (!r && s->missing && (d = readdir(dir))) {
		if (d->d_type == DT_DIR && d->d_name[0] != '.')
			r = visit(s, dirfd(dir), d, depth);
	}
	return r;
}

/* The first of the usual places that is a cgroup2; *ret_mount is static. */
static int open_mount(int root, const char **ret_mount)
{
	for (size_t i = 0; i < ARRAY_LEN(mounts); i++) {
		int fd = root_openat(root, mounts[i], O_RDONLY | O_DIRECTORY);
		struct statfs fs;

		if (fd < 0)
			continue;
		if (fstatfs(fd, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC) {
			*ret_mount = mounts[i];
			return fd;
		}
		(void)close(fd);
	}
	return -ENOENT;
}

static int find_below(int fd, struct cgroups *list)
{
	struct search s = {.list = list, .missing = list->len};
	struct stat st;
	int r;

	if (fstat(fd, &st)) {
		(void)close(fd);
		return 0;
	}
	r = note(&s, st.st_ino);
	if (r)
		(void)close(fd);
	else
		r = walk(&s, fd, 0);
	list->complete = st.st_ino == ROOT_ID && s.visits <= VISITS_MAX;
	return r;
}

int cgroups_find(int root, struct cgroups *list)
{
	const char *mount;
	int fd;

	if (!list->len)
		return 0;

	fd = open_mount(root, &mount);
	if (fd < 0)
		return fd == -ENOMEM ? fd : 0;

	list->mount = strdup(mount);
	if (!list->mount) {
		(void)close(fd);
		return -ENOMEM;
	}
	return find_below(fd, list);
}

void cgroups_done(struct cgroups *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i].path);
	vec_done(list);
	free(take(list->mount));
}

const struct cgroup *cgroups_by_id(const struct cgroups *list, uint64_t id)
{
	for (size_t i = 0; i < list->len; i++) {
		if (list->items[i].id == id)
			return &list->items[i];
	}
	return NULL;
}

int cgroups_name(const struct cgroups *list, uint64_t id, char **ret)
{
	const struct cgroup *g = id ? cgroups_by_id(list, id) : NULL;
	const char *otherwise = "(unknown)";
	int r = 0;

	*ret = NULL;
	if (g && g->path) {
		r = cgroup_path_unit(g->path, strlen(g->path), ret);
		otherwise = strcmp(g->path, "/") == 0 ? "-.slice" : g->path;
	} else if (id && list->complete) {
		otherwise = "(gone)";
	}
	if (!r && !*ret)
		*ret = strdup(otherwise);
	return r ? r : *ret ? 0 : -ENOMEM;
}
