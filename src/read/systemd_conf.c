/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/systemd_conf.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "read/confdir.h"
#include "read/systemd_limit.h"

/* Highest precedence first; what only some versions read is told by the reader. */
static const char *const config_dirs[] = {
	"/etc/systemd",
	"/run/systemd",
	"/usr/local/lib/systemd",
	"/usr/lib/systemd",
};

struct source {
	struct tree files;
	const struct systemd_reader *reader;
	const char *name;     /* "system.conf" */
	const char *home_dir; /* comes before all others, or NULL */
	struct systemd_conf *conf;
	const char *file; /* the file being read, by its real name */
};

static int assign(void *context, const char *section, char *key, char *value,
		  const struct logical_line *l)
{
	struct source *s = context;

	if (strcmp(section, "Manager") != 0 || strcmp(key, "DefaultLimitNOFILE") != 0)
		return 0;
	return systemd_limit_assign(s->reader, s->file, value, l, &s->conf->nofile,
				    &s->conf->ignored);
}

static int stop_at(struct source *s, const char *path)
{
	s->conf->stopped_by = strdup(path);
	return s->conf->stopped_by ? 0 : -ENOMEM;
}

static int read_text(struct source *s, const char *path, struct error *err)
{
	const struct assignment_sink sink = {.context = s, .assign = assign};
	auto_free char *data = NULL;
	size_t len;
	int r = tree_read(s->files, path, SYSTEMD_FILE_MAX, &data, &len, err);

	if (r)
		return r;

	if (strings_add(&s->conf->files, "%s", s->file))
		return error_set(err, ENOMEM, "read %s", path);
	r = systemd_file_parse(s->reader, data, len, &sink);
	if (r > 0)
		r = stop_at(s, s->file);
	return r ? error_set(err, -r, "read %s", path) : 0;
}

static enum conf_fate fate(const struct systemd_reader *reader, enum node_kind kind)
{
	switch (kind) {
	case NODE_DIR:
	case NODE_OTHER:
		return reader->dir;
	case NODE_LOOP:
		return reader->loop;
	case NODE_NULL:
		return reader->null;
	case NODE_FILE:
	case NODE_MISSING:
		break;
	}
	return FATE_EMPTY;
}

/* *ret_found: something of this name is there, good or bad. */
static int visit(struct source *s, const char *path, bool *ret_found, struct error *err)
{
	auto_free char *real = NULL;
	enum node_kind kind;
	int r = tree_resolve(s->files, path, &kind, &real, err);

	if (r)
		return r;

	*ret_found = kind != NODE_MISSING;
	s->file = real;
	if (kind == NODE_FILE)
		return read_text(s, path, err);

	if (kind == NODE_DIR || kind == NODE_OTHER)
		problem_add(&s->conf->ignored, path, 0,
			    "%s, not a file: systemd reads nothing from it%s",
			    kind == NODE_DIR ? "a directory" : "a FIFO, a socket or a device",
			    fate(s->reader, kind) == FATE_EMPTY
				    ? ""
				    : ", and may not read the files after it");
	if (fate(s->reader, kind) == FATE_EMPTY || fate(s->reader, kind) == FATE_SKIPPED)
		return 0;
	r = stop_at(s, path);
	return r ? error_set(err, -r, "read %s", path) : 0;
}

static int visit_in(struct source *s, const char *dir, bool *ret_found, struct error *err)
{
	auto_free char *path = text_format("%s/%s", dir, s->name);

	if (!path)
		return error_set(err, ENOMEM, "read %s", s->name);
	return visit(s, path, ret_found, err);
}

/* The main file: the first that is there. */
static int read_main(struct source *s, struct error *err)
{
	size_t n = s->reader->main_all ? ARRAY_LEN(config_dirs) : 1;
	bool found = false;
	int r = s->home_dir ? visit_in(s, s->home_dir, &found, err) : 0;

	for (size_t i = 0; !r && !found && i < n; i++)
		r = visit_in(s, config_dirs[i], &found, err);
	return r;
}

static int add_dropins(struct source *s, const char *dir, struct confdir *list, struct error *err)
{
	auto_free char *path = text_format("%s/%s.d", dir, s->name);

	if (!path)
		return error_set(err, ENOMEM, "list %s.d", s->name);
	return confdir_add(s->files, path,
			   s->reader->loop == FATE_SKIPPED ? LOOPS_SKIP : LOOPS_MASK, list, err);
}

static int list_dropins(struct source *s, struct confdir *list, struct error *err)
{
	int r = s->home_dir ? add_dropins(s, s->home_dir, list, err) : 0;

	for (size_t i = 0; !r && i < ARRAY_LEN(config_dirs); i++)
		r = add_dropins(s, config_dirs[i], list, err);
	if (!r && s->reader->split_usr)
		r = add_dropins(s, "/lib/systemd", list, err);
	return r;
}

/*
 * Newer versions open all drop-ins before they read anything, so one that
 * cannot be opened loses even what comes before it.
 */
static int look_ahead(struct source *s, const struct confdir *list, struct error *err)
{
	for (size_t i = 0; i < list->len; i++) {
		auto_free char *real = NULL;
		enum node_kind kind;
		int r = tree_resolve(s->files, list->items[i].path, &kind, &real, err);

		if (r)
			return r;
		if (fate(s->reader, kind) != FATE_ALL_LOST)
			continue;
		s->conf->all_lost = true;
		r = stop_at(s, list->items[i].path);
		return r ? error_set(err, -r, "look at %s", list->items[i].path) : 0;
	}
	return 0;
}

static int read_all(struct source *s, struct error *err)
{
	auto_call(confdir_done) struct confdir list = {0};
	int r = list_dropins(s, &list, err);
	bool found;

	if (!r)
		r = look_ahead(s, &list, err);
	if (!r && !s->conf->stopped_by)
		r = read_main(s, err);
	for (size_t i = 0; !r && !s->conf->stopped_by && i < list.len; i++)
		r = visit(s, list.items[i].path, &found, err);
	return r;
}

static int read_conf(struct source s, struct systemd_conf *ret, struct error *err)
{
	auto_call(systemd_conf_done) struct systemd_conf conf = {0};
	int r;

	s.conf = &conf;
	r = read_all(&s, err);
	if (r)
		return r;

	*ret = conf;
	conf = (struct systemd_conf){0};
	return 0;
}

int systemd_conf_read_system(struct tree files, const struct systemd_reader *reader,
			     struct systemd_conf *ret, struct error *err)
{
	return read_conf((struct source){.files = files, .reader = reader, .name = "system.conf"},
			 ret, err);
}

int systemd_conf_read_user(struct tree files, const struct systemd_reader *reader, const char *home,
			   struct systemd_conf *ret, struct error *err)
{
	struct source s = {.files = files, .reader = reader, .name = "user.conf"};
	auto_free char *dir = home ? text_format("%s/.config/systemd", home) : NULL;

	if (home && !dir)
		return error_set(err, ENOMEM, "read user.conf");
	s.home_dir = dir;
	return read_conf(s, ret, err);
}
