/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/own_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/root.h"
#include "base/text.h"

static const char unit_dir[] = "/etc/systemd/system";

static const char *const usual[] = {
	"/etc/modules-load.d/" OWN_NAME,        "/etc/sysctl.d/" OWN_NAME,
	"/etc/security/limits.d/" OWN_NAME,     "/etc/systemd/user.conf.d/" OWN_NAME,
	"/etc/systemd/system.conf.d/" OWN_NAME,
};

static int no_memory(struct error *err)
{
	return error_set(err, ENOMEM, "look at the files of tcptune");
}

/* The last component is not followed: what stands under our name is the question. */
static enum own_state state_of_link(int root, const char *path)
{
	auto_free char *real = NULL;
	enum node_kind kind;

	if (root_resolve(root, path, &kind, &real, NULL))
		return OWN_UNREADABLE;
	return kind == NODE_NULL ? OWN_MASKED : OWN_LINK;
}

static enum own_state state_of_error(int root, const char *path, int code)
{
	switch (code) {
	case ENOENT:
	case ENOTDIR:
		return OWN_ABSENT;
	case ELOOP:
		return state_of_link(root, path);
	default:
		return OWN_UNREADABLE;
	}
}

/* The directory followed, the name in it not; a descriptor or -errno. */
static int open_in_directory(int root, const char *path, int flags)
{
	const char *slash = strrchr(path, '/');
	auto_free char *dir = strndup(path, (size_t)(slash - path));
	auto_close int parent = -1;
	int fd;

	if (!dir)
		return -ENOMEM;
	parent = root_openat(root, *dir ? dir : "/", O_PATH | O_DIRECTORY);
	if (parent < 0)
		return parent;
	fd = openat(parent, slash + 1, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int read_regular(int fd, const struct stat *st, struct own_file *ret, struct error *err)
{
	int r = file_read_fd(fd, (size_t)st->st_size, OWN_SIZE_MAX, &ret->bytes.data,
			     &ret->bytes.len);

	if (r == -ENOMEM)
		return no_memory(err);
	ret->state = r ? OWN_UNREADABLE : st->st_nlink > 1 ? OWN_HARD_LINKED : OWN_NOT_OURS;
	return 0;
}

int own_file_look(int root, const char *path, struct own_file *ret, struct error *err)
{
	auto_close int fd = open_in_directory(root, path, O_RDONLY);
	struct stat st;

	if (fd == -ENOMEM)
		return no_memory(err);
	ret->path = strdup(path);
	if (!ret->path)
		return no_memory(err);

	if (fd < 0) {
		ret->state = state_of_error(root, path, -fd);
		return 0;
	}
	ret->state = OWN_UNREADABLE;
	if (fstat(fd, &st))
		return 0;
	if (!S_ISREG(st.st_mode)) {
		ret->state = OWN_NO_FILE;
		return 0;
	}
	return read_regular(fd, &st, ret, err);
}

static int add_path(int root, const char *path, enum own_state (*judge)(const struct bytes *),
		    struct own_files *list, struct error *err)
{
	struct own_file f = {0};
	int r = own_files_find(list, path) ? 1 : own_file_look(root, path, &f, err);

	if (r)
		return r > 0 ? 0 : r;
	if (f.state == OWN_NOT_OURS)
		f.state = judge(&f.bytes);
	if (!vec_push(list, f))
		return 0;
	free(f.path);
	bytes_done(&f.bytes);
	return no_memory(err);
}

static int add_units(int root, enum own_state (*judge)(const struct bytes *),
		     struct own_files *list, struct error *err)
{
	auto_call(names_done) struct names names = {0};
	int r = root_list(root, unit_dir, &names, NULL);

	if (r)
		return r == -ENOMEM ? no_memory(err) : 0;

	for (size_t i = 0; i < names.len && !r; i++) {
		auto_free char *path = NULL;
		struct own_file f = {0};
		bool there;

		if (!text_ends(names.items[i], ".d"))
			continue;
		path = text_format("%s/%s/" OWN_NAME, unit_dir, names.items[i]);
		if (!path)
			return no_memory(err);
		r = own_file_look(root, path, &f, err);
		there = !r && f.state != OWN_ABSENT;
		free(f.path);
		bytes_done(&f.bytes);
		if (there)
			r = add_path(root, path, judge, list, err);
	}
	return r;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct own_file *)a)->path, ((const struct own_file *)b)->path);
}

int own_files_read(int root, const struct strings *more,
		   enum own_state (*judge)(const struct bytes *), struct own_files *ret,
		   struct error *err)
{
	auto_call(own_files_done) struct own_files list = {0};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(usual) && !r; i++)
		r = add_path(root, usual[i], judge, &list, err);
	for (size_t i = 0; more && i < more->len && !r; i++)
		r = add_path(root, more->items[i], judge, &list, err);
	if (!r)
		r = add_units(root, judge, &list, err);
	if (r)
		return r;

	qsort(list.items, list.len, sizeof(*list.items), compare_paths);
	*ret = list;
	list = (struct own_files){0};
	return 0;
}
