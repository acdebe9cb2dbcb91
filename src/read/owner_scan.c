/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/owner_scan.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "model/key.h"
#include "model/secret.h"
#include "read/owners.h"

enum { KEY_MAX = 256, VALUE_MAX = 200 };

int owner_unread(struct owner_scan *s, const char *path)
{
	struct strings *list = &s->owners->unread;

	return strings_has(list, path) ? 0 : strings_add(list, "%s", path);
}

int owner_list(struct owner_scan *s, const char *dir, struct names *ret)
{
	int r;

	if (s->usr_is_merged && text_starts(dir, "/lib/"))
		return 0;

	r = root_list(s->root, dir, ret, NULL);
	if (!r || r == -ENOMEM || r == -ENOENT || r == -ENOTDIR)
		return r == -ENOMEM ? r : 0;
	return owner_unread(s, dir);
}

int owner_scan_init(struct owner_scan *s, int root, struct owners *owners)
{
	auto_free char *lib = NULL;
	enum node_kind kind;
	int r = root_resolve(root, "/lib", &kind, &lib, NULL);

	*s = (struct owner_scan){.root = root, .owners = owners, .bytes_left = OWNER_BYTES_MAX};
	if (r == -ENOMEM)
		return r;
	s->usr_is_merged = !r && lib && strcmp(lib, "/usr/lib") == 0;
	return owner_units_read(s);
}

void owner_scan_done(struct owner_scan *s)
{
	strings_done(&s->enabled);
	for (size_t i = 0; i < ARRAY_LEN(s->units); i++)
		names_done(&s->units[i]);
}

int owner_look_at(const struct owner_scan *s, const char *path, enum node_kind *ret)
{
	auto_free char *real = NULL;
	int r = root_resolve(s->root, path, ret, &real, NULL);

	if (r == -ENOMEM)
		return r;
	if (r)
		*ret = NODE_MISSING;
	return 0;
}

/* ---- files ---- */

/* Nothing to read: not there, masked, or of no use to the programs that would read it. */
static int not_read(struct owner_scan *s, const char *path, int why)
{
	enum node_kind kind = NODE_OTHER;
	int r = 0;

	if (why == -ENOMEM)
		return why;
	if (why == -ENOENT || why == -ENOTDIR || why == -ELOOP || why == -EISDIR)
		return 0;
	if (why == -ENXIO)
		r = owner_look_at(s, path, &kind);
	return r || kind == NODE_NULL ? r : owner_unread(s, path);
}

/* modes: at least one of these bits must be set; 0: any will do. */
static int read_text(struct owner_scan *s, const char *path, mode_t modes, char **ret)
{
	size_t max = s->bytes_left < OWNER_FILE_MAX ? s->bytes_left : OWNER_FILE_MAX, len = 0;
	auto_close int fd = -1;
	struct stat st;
	int r = root_open_file(s->root, path, &fd, &st, NULL);

	if (modes && (r ? r == -ENXIO : !(st.st_mode & modes)))
		return 0; /* nobody runs it */
	if (!r)
		r = file_read_fd(fd, (size_t)st.st_size, max, ret, &len);
	if (r)
		return not_read(s, path, r);

	s->bytes_left -= len;
	for (char *p = *ret; (p = memchr(p, '\0', len - (size_t)(p - *ret)));)
		*p = '\n';
	return 0;
}

int owner_text_of(struct owner_scan *s, const char *path, char **ret)
{
	return read_text(s, path, 0, ret);
}

int owner_script_of(struct owner_scan *s, const char *path, char **ret)
{
	return read_text(s, path, S_IXUSR | S_IXGRP | S_IXOTH, ret);
}

static int each_of(struct owner_scan *s, const char *dir, const char *suffix, struct strings *seen,
		   owner_file_fn *each, const void *context)
{
	auto_call(names_done) struct names names = {0};
	int r = owner_list(s, dir, &names);

	if (!r && names.len > OWNER_ENTRIES_MAX)
		r = owner_unread(s, dir);
	for (size_t i = 0; i < names.len && i < OWNER_ENTRIES_MAX && !r; i++) {
		const char *name = names.items[i];
		auto_free char *path = NULL;

		if (name[0] == '.' || !text_ends(name, suffix) || strings_has(seen, name))
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
	claim.value = exact ? secret_value(key ? key : "", value) : NULL;
	if (!claim.file || (exact && !claim.value)) {
		owner_done(&claim);
		return -ENOMEM;
	}
	return keep(s, source, &claim);
}
