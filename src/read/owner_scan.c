/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/owner_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/root.h"
#include "base/text.h"
#include "model/key.h"
#include "read/owners.h"

enum { KEY_MAX = 256, VALUE_MAX = 200 };

static bool has(const struct strings *list, const char *name)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i], name) == 0)
			return true;
	}
	return false;
}

static int unread(struct owner_scan *s, const char *path)
{
	struct strings *list = &s->owners->unread;

	return has(list, path) ? 0 : strings_add(list, "%s", path);
}

/* ---- services ---- */

static int add_enabled(struct owner_scan *s, const char *name)
{
	size_t n = strlen(name);

	if (text_ends(name, ".service"))
		n -= strlen(".service");
	return strings_add(&s->enabled, "%.*s", (int)n, name);
}

/* Names of a directory; none where it is missing. */
static int list_dir(struct owner_scan *s, const char *dir, struct names *ret)
{
	int r = root_list(s->root, dir, ret, NULL);

	if (r == -ENOMEM)
		return r;
	if (r && r != -ENOENT && r != -ENOTDIR)
		r = unread(s, dir);
	else
		r = 0;
	if (ret->len > OWNER_ENTRIES_MAX) {
		for (size_t i = OWNER_ENTRIES_MAX; i < ret->len; i++)
			free(ret->items[i]);
		ret->len = OWNER_ENTRIES_MAX;
		r = unread(s, dir);
	}
	return r;
}

/* "multi-user.target.wants" and its like hold links named after units. */
static int add_wanted(struct owner_scan *s, const char *dir)
{
	auto_call(names_done) struct names names = {0};
	int r = list_dir(s, dir, &names);

	for (size_t i = 0; i < names.len && !r; i++)
		r = add_enabled(s, names.items[i]);
	return r;
}

static int add_systemd(struct owner_scan *s, const char *dir)
{
	auto_call(names_done) struct names names = {0};
	int r = list_dir(s, dir, &names);

	for (size_t i = 0; i < names.len && !r; i++) {
		auto_free char *path = NULL;

		if (!text_ends(names.items[i], ".wants") && !text_ends(names.items[i], ".requires"))
			continue;
		path = text_format("%s/%s", dir, names.items[i]);
		r = path ? add_wanted(s, path) : -ENOMEM;
	}
	return r;
}

/* "S01docker" in /etc/rc2.d. */
static int add_sysv(struct owner_scan *s, const char *dir)
{
	auto_call(names_done) struct names names = {0};
	int r = list_dir(s, dir, &names);

	for (size_t i = 0; i < names.len && !r; i++) {
		const char *name = names.items[i];

		if (name[0] == 'S' && char_is_digit(name[1]) && char_is_digit(name[2]))
			r = add_enabled(s, name + 3);
	}
	return r;
}

static int add_all_enabled(struct owner_scan *s)
{
	static const struct {
		const char *dir;
		int (*add)(struct owner_scan *s, const char *dir);
	} places[] = {
		{"/etc/systemd/system", add_systemd},
		{"/run/systemd/system", add_systemd},
		{"/usr/local/lib/systemd/system", add_systemd},
		{"/usr/lib/systemd/system", add_systemd},
		{"/etc/rcS.d", add_sysv},
		{"/etc/rc2.d", add_sysv},
		{"/etc/rc3.d", add_sysv},
		{"/etc/rc5.d", add_sysv},
		{"/etc/runlevels/boot", add_wanted},
		{"/etc/runlevels/default", add_wanted},
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(places) && !r; i++)
		r = places[i].add(s, places[i].dir);
	return r;
}

int owner_scan_init(struct owner_scan *s, int root, struct owners *owners)
{
	*s = (struct owner_scan){.root = root, .owners = owners, .bytes_left = OWNER_BYTES_MAX};
	return add_all_enabled(s);
}

void owner_scan_done(struct owner_scan *s)
{
	strings_done(&s->enabled);
}

/* What the name leads to, or NODE_MISSING where we may not look. */
static int look_at(const struct owner_scan *s, const char *path, enum node_kind *ret)
{
	auto_free char *real = NULL;
	int r = root_resolve(s->root, path, ret, &real, NULL);

	if (r == -ENOMEM)
		return r;
	if (r)
		*ret = NODE_MISSING;
	return 0;
}

int owner_unit_state(struct owner_scan *s, const char *name, enum owner_unit *ret, char **ret_file)
{
	static const char *const places[] = {
		"/etc/systemd/system/%s.service",           "/run/systemd/system/%s.service",
		"/usr/local/lib/systemd/system/%s.service", "/usr/lib/systemd/system/%s.service",
		"/lib/systemd/system/%s.service",           "/etc/init.d/%s",
	};

	*ret = UNIT_MISSING;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		auto_text struct text path = {0};
		enum node_kind kind = NODE_MISSING;
		const char *hole = strstr(places[i], "%s");

		text_add_bytes(&path, places[i], (size_t)(hole - places[i]));
		text_addf(&path, "%s%s", name, hole + 2);
		if (path.failed || look_at(s, path.str, &kind))
			return -ENOMEM;
		if (kind == NODE_NULL)
			return 0;
		if (kind != NODE_FILE)
			continue;
		*ret = has(&s->enabled, name) ? UNIT_ENABLED : UNIT_PRESENT;
		return ret_file ? text_take(&path, ret_file) : 0;
	}
	return 0;
}

/* ---- files ---- */

int owner_text_of(struct owner_scan *s, const char *path, char **ret)
{
	size_t max = s->bytes_left < OWNER_FILE_MAX ? s->bytes_left : OWNER_FILE_MAX, len = 0;
	enum node_kind kind = NODE_MISSING;
	int r = look_at(s, path, &kind);

	if (r)
		return r;
	if (kind == NODE_OTHER)
		return unread(s, path);

	r = kind == NODE_MISSING || kind == NODE_FILE
		    ? root_read(s->root, path, max, ret, &len, NULL)
		    : -ENOENT;
	if (r == -ENOMEM)
		return r;
	if (r)
		return r == -ENOENT || r == -ENOTDIR || r == -ELOOP ? 0 : unread(s, path);

	s->bytes_left -= len;
	for (char *p = *ret; (p = memchr(p, '\0', len - (size_t)(p - *ret)));)
		*p = '\n';
	return 0;
}

bool owner_runs(const struct owner_scan *s, const char *path)
{
	auto_close int fd = root_openat(s->root, path, O_PATH);
	struct stat st;

	return fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_mode & 0111;
}

static int each_of(struct owner_scan *s, const char *dir, const char *suffix, struct strings *seen,
		   owner_file_fn *each, const void *context)
{
	auto_call(names_done) struct names names = {0};
	int r = list_dir(s, dir, &names);

	for (size_t i = 0; i < names.len && !r; i++) {
		const char *name = names.items[i];
		auto_free char *path = NULL;

		if (name[0] == '.' || !text_ends(name, suffix) || has(seen, name))
			continue;
		path = text_format("%s/%s", dir, name);
		r = path ? strings_add(seen, "%s", name) : -ENOMEM;
		if (!r)
			r = each(s, path, context);
	}
	return r;
}

int owner_each_file(struct owner_scan *s, const char *const *dirs, const char *suffix,
		    owner_file_fn *each, const void *context)
{
	auto_call(strings_done) struct strings seen = {0};
	int r = 0;

	for (size_t i = 0; dirs[i] && !r; i++)
		r = each_of(s, dirs[i], suffix, &seen, each, context);
	return r;
}

/* ---- lines ---- */

static char *trim(char *s)
{
	size_t n;

	while (char_is_space(*s))
		s++;
	for (n = strlen(s); n && char_is_space(s[n - 1]); n--)
		;
	s[n] = '\0';
	return s;
}

char *owner_next_line(struct owner_lines *l)
{
	char *start = l->rest, *end;

	if (!start || !*start)
		return NULL;

	l->line = l->next + 1;
	for (end = start; (end = strchr(end, '\n')); end++) {
		l->next++;
		if (!l->joins || end == start || end[-1] != '\\')
			break;
		end[-1] = *end = ' ';
	}
	l->rest = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	return trim(start);
}

int owner_ini(char *text, owner_ini_fn *each, void *context)
{
	struct owner_lines lines = {.rest = text};
	const char *section = "";
	char *p, *equals, *end;
	int r = 0;

	while (!r && (p = owner_next_line(&lines))) {
		if (!*p || *p == '#' || *p == ';')
			continue;
		if (*p == '[' && (end = strchr(p, ']'))) {
			*end = '\0';
			section = p + 1;
			continue;
		}
		equals = strchr(p, '=');
		if (!equals)
			continue;
		*equals = '\0';
		r = each(context, section, trim(p), trim(equals + 1), lines.line);
	}
	return r;
}

int owner_sysctl_file(struct owner_scan *s, const struct owner_source *source, const char *path)
{
	struct owner_lines lines = {0};
	auto_free char *text = NULL;
	char *p, *equals;
	int r = owner_text_of(s, path, &text);

	lines.rest = text;
	while (!r && (p = owner_next_line(&lines))) {
		if (*p == '#' || *p == ';' || !(equals = strchr(p, '=')))
			continue;
		*equals = '\0';
		p = trim(p + (*p == '-'));
		r = owner_claim(s, source, path, lines.line, p, trim(equals + 1));
	}
	return r;
}

/* ---- claims ---- */

/* "$IFACE", "${x}", "%i": what only the program knows. */
static bool is_made_up(const char *s)
{
	return strpbrk(s, "$%`") != NULL;
}

/* A path whose made-up components are "*". */
static char *generalise(const char *path)
{
	auto_text struct text t = {0};
	char *made = NULL;

	for (const char *p = path; *p; p += *p == '/') {
		size_t n = strcspn(p, "/");
		bool star = strcspn(p, "$%`") < n;

		text_addf(&t, "%s%.*s", t.len ? "/" : "", star ? 1 : (int)n, star ? "*" : p);
		p += n;
	}
	return text_take(&t, &made) ? NULL : made;
}

static bool is_key(const char *key)
{
	if (!*key || strlen(key) > KEY_MAX)
		return false;
	for (const char *p = key; *p; p++) {
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f)
			return false;
	}
	return true;
}

/* The dotted name, the caller's, in *ret; NULL: that is no key. */
static int normalise(const char *key, char **ret)
{
	auto_free char *path = NULL;
	char *made;

	*ret = NULL;
	if (!is_key(key))
		return 0;
	path = strdup(key);
	if (!path)
		return -ENOMEM;

	key_to_path(path);
	key_simplify(path);
	made = generalise(path);
	if (!made)
		return -ENOMEM;
	key_to_dotted(made);
	*ret = made;
	return 0;
}

static struct owner *same_claim(const struct owners *owners, const struct owner_source *source,
				const struct owner *claim)
{
	for (size_t i = 0; i < owners->len; i++) {
		struct owner *o = &owners->items[i];

		if (o->who == claim->who && text_equal(o->key, claim->key) &&
		    (source->replaces ||
		     (o->line == claim->line && text_equal(o->file, claim->file))))
			return o;
	}
	return NULL;
}

/* Takes the claim over, whatever comes of it. */
static int keep(struct owner_scan *s, const struct owner_source *source, struct owner *claim)
{
	struct owner *same = same_claim(s->owners, source, claim);

	if (same) {
		owner_done(same);
		*same = *claim;
		return 0;
	}
	if (s->owners->len == OWNERS_MAX) {
		s->owners->more++;
		owner_done(claim);
		return 0;
	}
	if (vec_push(s->owners, *claim)) {
		owner_done(claim);
		return -ENOMEM;
	}
	return 0;
}

int owner_claim(struct owner_scan *s, const struct owner_source *source, const char *file,
		unsigned line, const char *key, const char *value)
{
	bool exact = value && *value && strlen(value) <= VALUE_MAX && !is_made_up(value);
	struct owner claim = {
		.who = source->who,
		.line = line,
		.when = source->when,
		.confidence = source->confidence,
		.repeats = source->repeats,
		.yields = source->yields,
	};
	int r = key ? normalise(key, &claim.key) : 0;

	if (r || (key && !claim.key))
		return r;

	claim.file = strdup(file);
	claim.value = exact ? strdup(value) : NULL;
	if (!claim.file || (exact && !claim.value)) {
		owner_done(&claim);
		return -ENOMEM;
	}
	return keep(s, source, &claim);
}
