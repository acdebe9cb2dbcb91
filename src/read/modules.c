/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/root.h"
#include "base/text.h"
#include "model/catalogue.h"
#include "read/confdir.h"
#include "read/lines.h"

enum { LINE_MAX_BYTES = 4096, CMDLINE_MAX = 64 * 1024 };

static int add(struct strings *list, const char *name, size_t n)
{
	int r = strings_add(list, "%.*s", (int)n, name);

	if (r)
		return r;
	for (char *p = strchr(list->items[list->len - 1], '-'); p; p = strchr(p, '-'))
		*p = '_';
	return 0;
}

/* One name a line; /etc/modules may have options behind it.  No module is called "#". */
static int add_file(struct tree files, const char *path, struct strings *list)
{
	auto_lines struct lines lines = {.fd = -1};
	int r = lines_open_in(files, path, LINE_MAX_BYTES, &lines, NULL);
	char *p;
	size_t n;

	if (r)
		return r == -ENOMEM ? r : 0;
	while ((r = lines_next(&lines, &p, &n)) > 0) {
		p += strspn(p, " \t");
		n = strcspn(p, " \t\r");
		if (lines.continues || !n)
			continue;
		r = add(list, p, n);
		if (r)
			break;
	}
	return r == -ENOMEM ? r : 0;
}

static int add_configured(struct tree files, struct strings *list)
{
	static const char *const dirs[] = {"/etc/modules-load.d", "/run/modules-load.d",
					   "/usr/local/lib/modules-load.d",
					   "/usr/lib/modules-load.d", "/lib/modules-load.d"};
	auto_call(confdir_done) struct confdir found = {0};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(dirs) && !r; i++) {
		r = confdir_add(files, dirs[i], LOOPS_MASK, &found, NULL);
		if (r == -EACCES)
			r = 0;
	}
	for (size_t i = 0; i < found.len && !r; i++) {
		if (text_ends(found.items[i].name, ".conf"))
			r = add_file(files, found.items[i].path, list);
	}
	return r ? r : add_file(files, "/etc/modules", list);
}

/* "modules_load=a,b" and "modules-load=a,b" on the kernel command line. */
static int add_cmdline(struct tree files, struct strings *list)
{
	auto_free char *text = NULL;
	char *save = NULL;
	int r = tree_read(files, "/proc/cmdline", CMDLINE_MAX, &text, NULL, NULL);

	if (r)
		return r == -ENOMEM ? r : 0;
	for (char *w = strtok_r(text, " \t\n", &save); w && !r;
	     w = strtok_r(NULL, " \t\n", &save)) {
		if (!text_starts(w, "modules_load=") && !text_starts(w, "modules-load="))
			continue;
		for (char *p = strchr(w, '=') + 1; *p && !r; p += *p == ',') {
			size_t n = strcspn(p, ",");

			r = n ? add(list, p, n) : 0;
			p += n;
		}
	}
	return r;
}

static bool exists(int root, const char *path)
{
	auto_close int fd = root_openat(root, path, O_PATH);

	return fd >= 0;
}

/* In the list that comes with a kernel: "kernel/net/netfilter/nf_conntrack.ko". */
static int add_listed(struct tree files, const char *release, struct strings *list)
{
	auto_free char *path = text_format("/lib/modules/%s/modules.builtin", release);
	auto_lines struct lines lines = {.fd = -1};
	int r = path ? lines_open_in(files, path, LINE_MAX_BYTES, &lines, NULL) : -ENOMEM;
	char *p;
	size_t n;

	if (r)
		return r == -ENOMEM ? r : 0;
	while ((r = lines_next(&lines, &p, &n)) > 0) {
		const char *slash = strrchr(p, '/'), *name = slash ? slash + 1 : p;

		r = add(list, name, strcspn(name, "."));
		if (r)
			break;
	}
	return r == -ENOMEM ? r : 0;
}

/* The kernel has a directory for those built in, without "initstate", which loaded ones have. */
static int add_running(int root, struct strings *list)
{
	int r = 0;

	for (size_t i = 0; i < catalogue_size() && !r; i++) {
		const char *name = catalogue_at(i)->module;
		auto_free char *dir = NULL, *state = NULL;

		if (!name || (i && text_equal(name, catalogue_at(i - 1)->module)))
			continue;
		dir = text_format("/sys/module/%s", name);
		state = text_format("/sys/module/%s/initstate", name);
		if (!dir || !state)
			return -ENOMEM;
		if (exists(root, dir) && !exists(root, state))
			r = add(list, name, strlen(name));
	}
	return r;
}

int modules_at_boot(struct tree files, const struct host *h, struct strings *ret, struct error *err)
{
	auto_call(strings_done) struct strings list = {0};
	int r = add_configured(files, &list);

	if (!r)
		r = add_cmdline(files, &list);
	if (!r && *h->kernel && !strchr(h->kernel, '/'))
		r = add_listed(files, h->kernel, &list);
	if (!r)
		r = add_running(files.root, &list);
	if (r)
		return error_set(err, -r, "look for the modules that are loaded at boot");

	*ret = list;
	list = (struct strings){0};
	return 0;
}
