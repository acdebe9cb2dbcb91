/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/systemd_unit.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "read/confdir.h"
#include "read/systemd_limit.h"

/* Of the system manager, highest precedence first. */
static const char *const unit_dirs[] = {
	"/etc/systemd/system.control", "/run/systemd/system.control",
	"/run/systemd/transient",      "/run/systemd/generator.early",
	"/etc/systemd/system",         "/etc/systemd/system.attached",
	"/run/systemd/system",         "/run/systemd/system.attached",
	"/run/systemd/generator",      "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",     "/lib/systemd/system", /* .split_usr only */
	"/run/systemd/generator.late",
};

static const char split_usr_dir[] = "/lib/systemd/system";

/* Types of units that start processes, and the section that has their limits. */
static const struct {
	const char *suffix, *section;
} unit_types[] = {
	{".service", "Service"},
	{".socket", "Socket"},
	{".mount", "Mount"},
	{".swap", "Swap"},
};

struct unit_reader {
	struct tree files;
	const struct systemd_reader *reader;
	const char *section;
	struct systemd_unit *unit;
	const char *file; /* the file being read, by its real name */
};

static const char *dir_at(const struct unit_reader *u, size_t i)
{
	bool skip = !u->reader->split_usr && strcmp(unit_dirs[i], split_usr_dir) == 0;

	return skip ? NULL : unit_dirs[i];
}

/* ------------------------------------------------------------------- contents */

static int replace(char **to, const char *value)
{
	char *copy = *value ? strdup(value) : NULL;

	if (*value && !copy)
		return -ENOMEM;
	free(*to);
	*to = copy;
	return 0;
}

static int assign(void *context, const char *section, char *key, char *value,
		  const struct logical_line *l)
{
	struct unit_reader *u = context;

	if (strcmp(section, u->section) != 0)
		return 0;
	if (strcmp(key, "LimitNOFILE") == 0)
		return systemd_limit_assign(u->reader, u->file, value, l, &u->unit->nofile,
					    &u->unit->ignored);
	if (strcmp(key, "User") == 0)
		return replace(&u->unit->user, value);
	if (strcmp(key, "PAMName") == 0)
		return replace(&u->unit->pam_name, value);
	return 0;
}

/* *ret_stopped: a mistake ends the file early. */
static int read_text(struct unit_reader *u, const char *path, const char *real, bool *ret_stopped,
		     size_t *ret_len, struct error *err)
{
	const struct assignment_sink sink = {.context = u, .assign = assign};
	auto_free char *data = NULL;
	int r = tree_read(u->files, path, SYSTEMD_FILE_MAX, &data, ret_len, err);

	if (r)
		return r;

	u->file = real;
	r = systemd_file_parse(u->reader, data, *ret_len, &sink);
	if (r < 0)
		return error_set(err, -r, "read %s", path);
	*ret_stopped = r > 0;
	return 0;
}

/* ---------------------------------------------------------------------- names */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "x@y.service" -> "x@.service" in buf; NULL for what is no instance. */
static const char *template_of(const char *name, char buf[static NAME_MAX + 1])
{
	const char *at = strchr(name, '@'), *dot = strrchr(name, '.');

	if (!at || !dot || dot <= at + 1)
		return NULL;
	snprintf(buf, NAME_MAX + 1, "%.*s%s", (int)(at + 1 - name), name, dot);
	return buf;
}

/*
 * "foo-bar.service" -> "foo-.service", "foo-bar-.service" -> "foo-.service";
 * an instance keeps what follows the '@'.  NULL when there is no dash to cut at.
 */
static const char *shorter_prefix(const char *name, char buf[static NAME_MAX + 1])
{
	const char *at = strchr(name, '@'), *dot = strrchr(name, '.');
	bool template = at && dot == at + 1;
	const char *stem_end = at ? at : dot;
	const char *rest = at && !template ? at : dot;
	const char *end = stem_end;

	/* A trailing dash is passed over once. */
	if (end > name && end[-1] == '-')
		end--;
	while (end > name && end[-1] != '-')
		end--;
	if (end <= name + 1)
		return NULL;

	snprintf(buf, NAME_MAX + 1, "%.*s%s", (int)(end - name), name, rest);
	return buf;
}

/* The unit itself and what is less and less specific, in systemd's order. */
static int expand(const char *name, struct strings *list)
{
	char shorter[NAME_MAX + 1], template[NAME_MAX + 1];
	int r = strings_add(list, "%s", name);

	if (!r && template_of(name, template))
		r = expand(template, list);
	if (!r && shorter_prefix(name, shorter))
		r = expand(shorter, list);
	return r;
}

/* ------------------------------------------------------------------- fragment */

/* The file of the unit is called what the unit is called, whatever link led there. */
static int name_unit(struct unit_reader *u, const char *asked, const char *real)
{
	char template[NAME_MAX + 1];
	const char *base = base_name(real);
	bool instance = template_of(asked, template) && strcmp(template, base) == 0;

	u->unit->fragment = strdup(real);
	if (!u->unit->fragment)
		return -ENOMEM;
	if (instance || !text_ends(base, strrchr(asked, '.')))
		return 0;
	return replace(&u->unit->id, base);
}

/* Look for the file in one directory; *ret_found also for a mask. */
static int try_fragment(struct unit_reader *u, const char *dir, const char *asked, const char *file,
			bool *ret_found, struct error *err)
{
	auto_free char *path = text_format("%s/%s", dir, file);
	auto_free char *real = NULL;
	enum node_kind kind;
	size_t len = 0;
	int r;

	if (!path)
		return error_set(err, ENOMEM, "look for %s", asked);
	r = tree_resolve(u->files, path, &kind, &real, err);
	if (r)
		return r;

	*ret_found = kind == NODE_FILE || kind == NODE_NULL;
	u->unit->masked = kind == NODE_NULL;
	if (kind != NODE_FILE)
		return 0;

	if (name_unit(u, asked, real))
		return error_set(err, ENOMEM, "look for %s", asked);
	r = read_text(u, path, u->unit->fragment, &u->unit->broken, &len, err);
	u->unit->masked = !r && len == 0;
	return r;
}

static int find_fragment(struct unit_reader *u, const char *asked, const char *file,
			 bool *ret_found, struct error *err)
{
	int r = 0;

	for (size_t i = 0; !r && !*ret_found && i < ARRAY_LEN(unit_dirs); i++) {
		if (dir_at(u, i))
			r = try_fragment(u, dir_at(u, i), asked, file, ret_found, err);
	}
	return r;
}

/* ------------------------------------------------------------------- drop-ins */

static int is_link_to_unit(struct unit_reader *u, const char *path, bool *ret, struct error *err)
{
	auto_free char *real = NULL;
	enum node_kind kind;
	int r = tree_resolve(u->files, path, &kind, &real, err);

	*ret = !r && kind == NODE_FILE && strcmp(path, real) != 0 &&
	       text_equal(real, u->unit->fragment);
	return r;
}

static bool listed(const struct strings *list, const char *s)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i], s) == 0)
			return true;
	}
	return false;
}

/* Links of one directory that lead to the unit's file under another name. */
static int add_aliases(struct unit_reader *u, const char *dir, struct strings *names,
		       struct error *err)
{
	auto_call(names_done) struct names found = {0};
	const char *suffix = strrchr(u->unit->id, '.');
	int r = tree_list(u->files, dir, &found, err);

	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
		return 0;

	for (size_t i = 0; !r && i < found.len; i++) {
		auto_free char *path = text_format("%s/%s", dir, found.items[i]);
		bool alias = false;

		if (!path)
			return error_set(err, ENOMEM, "list %s", dir);
		if (!text_ends(found.items[i], suffix) || listed(names, found.items[i]))
			continue;
		r = is_link_to_unit(u, path, &alias, err);
		if (!r && alias && strings_add(names, "%s", found.items[i]))
			r = error_set(err, ENOMEM, "list %s", dir);
	}
	return r;
}

static int unit_names(struct unit_reader *u, struct strings *names, struct error *err)
{
	int r = strings_add(names, "%s", u->unit->id);

	if (r)
		return error_set(err, -r, "name %s", u->unit->id);

	for (size_t i = 0; !r && u->unit->fragment && i < ARRAY_LEN(unit_dirs); i++) {
		if (dir_at(u, i))
			r = add_aliases(u, dir_at(u, i), names, err);
	}
	return r;
}

/* systemctl shows a drop-in below the real name of its directory. */
static int add_dropin_dir(struct unit_reader *u, const char *dir, const char *name,
			  struct confdir *list, struct error *err)
{
	auto_free char *path = text_format("%s/%s.d", dir, name);
	auto_free char *real = NULL;
	enum node_kind kind;
	int r;

	if (!path)
		return error_set(err, ENOMEM, "list drop-ins");
	r = tree_resolve(u->files, path, &kind, &real, err);
	if (r || kind != NODE_DIR)
		return r;
	return confdir_add(u->files, real, u->reader->loop_masks ? LOOPS_MASK : LOOPS_SKIP, list,
			   err);
}

/* Directories first, what is less specific in each of them second. */
static int add_dropins(struct unit_reader *u, const struct strings *names, struct confdir *list,
		       struct error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < ARRAY_LEN(unit_dirs); i++) {
		for (size_t n = 0; !r && dir_at(u, i) && n < names->len; n++)
			r = add_dropin_dir(u, dir_at(u, i), names->items[n], list, err);
	}
	return r;
}

static int list_dropins(struct unit_reader *u, struct confdir *list, struct error *err)
{
	auto_call(strings_done) struct strings names = {0}, type = {0};
	int r = unit_names(u, &names, err);

	for (size_t i = 0; !r && i < names.len; i++) {
		auto_call(strings_done) struct strings less_specific = {0};

		r = expand(names.items[i], &less_specific);
		r = r ? error_set(err, -r, "list drop-ins")
		      : add_dropins(u, &less_specific, list, err);
	}
	/* "service.d", the least specific, comes after all of them. */
	if (!r && strings_add(&type, "%s", strrchr(u->unit->id, '.') + 1))
		r = error_set(err, ENOMEM, "list drop-ins");
	return r ? r : add_dropins(u, &type, list, err);
}

static int read_dropin(struct unit_reader *u, const char *path, struct error *err)
{
	auto_free char *real = NULL;
	enum node_kind kind;
	bool stopped;
	size_t len;
	int r;

	if (strings_add(&u->unit->dropins, "%s", path))
		return error_set(err, ENOMEM, "read %s", path);
	r = tree_resolve(u->files, path, &kind, &real, err);
	if (r || kind != NODE_FILE)
		return r;
	/* A mistake ends this file only: other drop-ins count all the same. */
	return read_text(u, path, real, &stopped, &len, err);
}

static int read_dropins(struct unit_reader *u, struct error *err)
{
	auto_call(confdir_done) struct confdir list = {0};
	int r = list_dropins(u, &list, err);

	for (size_t i = 0; !r && i < list.len; i++)
		r = read_dropin(u, list.items[i].path, err);
	return r;
}

/* ------------------------------------------------------------------------ unit */

static const char *section_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(unit_types); i++) {
		if (text_ends(name, unit_types[i].suffix))
			return unit_types[i].section;
	}
	return "";
}

static bool is_unit_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return strlen(name) < NAME_MAX && !strchr(name, '/') && dot && dot != name && dot[1];
}

static int read_unit(struct unit_reader *u, const char *name, struct error *err)
{
	char template[NAME_MAX + 1];
	bool found = false;
	int r = find_fragment(u, name, name, &found, err);

	if (!r && !found && template_of(name, template))
		r = find_fragment(u, name, template, &found, err);
	if (!r && !u->unit->masked && !u->unit->broken)
		r = read_dropins(u, err);
	return r;
}

int systemd_unit_read(struct tree files, const struct systemd_reader *reader, const char *name,
		      struct systemd_unit *ret, struct error *err)
{
	auto_call(systemd_unit_done) struct systemd_unit unit = {
		.id = text_format("%s%s", name, strchr(name, '.') ? "" : ".service"),
	};
	auto_free char *asked = unit.id ? strdup(unit.id) : NULL;
	struct unit_reader u = {.files = files, .reader = reader, .unit = &unit};
	int r;

	if (!asked)
		return error_set(err, ENOMEM, "read unit %s", name);
	if (!is_unit_name(asked))
		return error_say(err, EINVAL, "\"%s\" is not the name of a unit", name);

	u.section = section_of(asked);
	r = read_unit(&u, asked, err);
	if (r)
		return r;

	*ret = unit;
	unit = (struct systemd_unit){0};
	return 0;
}
