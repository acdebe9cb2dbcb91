/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/open_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/number.h"
#include "base/root.h"
#include "read/proc_limits.h"

enum { VALUE_SIZE = 128 };

static bool read_number(int dir, const char *name, uint64_t *ret)
{
	char text[VALUE_SIZE];

	return file_read_value(dir, name, text, sizeof(text)) == 0 &&
	       number_parse_u64(text, ret) == 0;
}

/* "allocated free maximum"; the second is always 0 since Linux 2.6. */
static bool read_used(int dir, uint64_t *ret)
{
	char text[VALUE_SIZE];

	if (file_read_value(dir, "file-nr", text, sizeof(text)))
		return false;

	text[strcspn(text, " \t")] = '\0';
	return number_parse_u64(text, ret) == 0;
}

static struct nofile limits_in(int proc, const char *path)
{
	struct nofile limits = {0};

	return proc_limits_read(proc, path, &limits) ? (struct nofile){0} : limits;
}

static struct nofile own_limits(void)
{
	struct rlimit own;

	if (getrlimit(RLIMIT_NOFILE, &own))
		return (struct nofile){0};
	return (struct nofile){.soft = own.rlim_cur, .hard = own.rlim_max, .known = true};
}

void open_files_read(const struct host *h, int root, struct limits *ret)
{
	auto_close int proc = root_openat(root, "proc", O_PATH | O_DIRECTORY);
	auto_close int fs = root_openat(root, "proc/sys/fs", O_PATH | O_DIRECTORY);

	ret->shell = h->online && !h->captured ? own_limits() : limits_in(proc, "self/limits");
	ret->pid1 = limits_in(proc, "1/limits");
	ret->known = read_number(fs, "nr_open", &ret->nr_open) &&
		     read_number(fs, "file-max", &ret->file_max) && read_used(fs, &ret->file_used);
}
