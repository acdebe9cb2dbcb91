/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/pam_services.h"

#include <errno.h>
#include <string.h>

#include "base/strings.h"
#include "base/text.h"
#include "read/lines.h"

enum {
	PAM_LINE_MAX = 64 * 1024,
	DEPTH_MAX = 16, /* libpam's own limit of nested substacks */
	LINES_MAX =
		64 * 1024, /* of one service, with all it includes: files may include in a fan */
	BARREN_MAX = 64,
};

/* libpam looks for a service in this order, and so do we. */
static const char *const pam_dirs[] = {"/etc/pam.d", "/usr/lib/pam.d", "/usr/etc/pam.d"};

struct scan {
	struct tree files;
	const char *service;
	struct pam_services *list;
	struct strings *barren; /* files that had nothing to say: most services include the same */
	struct error *err;
	size_t lines; /* read for this service so far */
};

static int scan_file(struct scan *s, const char *name, unsigned depth);

/* ------------------------------------------------------------------- a line */

/* The next word; "[...]" is one word, and "\]" inside it does not end it. */
static char *next_word(char **rest)
{
	char *p = *rest + strspn(*rest, " \t\r");
	char *word = p;

	if (!*p)
		return NULL;
	if (*p == '[') {
		while (*p && *p != ']')
			p += p[0] == '\\' && p[1] ? 2 : 1;
		p += *p == ']';
	}
	p += strcspn(p, " \t\r");
	if (*p)
		*p++ = '\0';
	*rest = p;
	return word;
}

static bool same_word(const char *a, const char *b)
{
	for (; *a && char_lower(*a) == *b; a++)
		b++;
	return !*a && !*b;
}

static bool is_pam_limits(const char *module)
{
	const char *slash = strrchr(module, '/');

	return strcmp(slash ? slash + 1 : module, "pam_limits.so") == 0;
}

/* "[conf=/a b]" is how an argument with blanks is written. */
static char *without_brackets(char *arg)
{
	size_t n = strlen(arg);

	if (n < 2 || arg[0] != '[' || arg[n - 1] != ']')
		return arg;
	arg[n - 1] = '\0';
	return arg + 1;
}

static int take_arguments(char *rest, struct pam_service *p)
{
	char *arg;

	while ((arg = next_word(&rest))) {
		arg = without_brackets(arg);
		p->set_all |= strcmp(arg, "set_all") == 0;
		if (!text_starts(arg, "conf="))
			continue;
		free(p->conf); /* the last one counts */
		p->conf = strdup(arg + strlen("conf="));
		if (!p->conf)
			return -ENOMEM;
	}
	return 0;
}

static int add_service(struct scan *s, const char *file, unsigned line, char *arguments)
{
	struct pam_service p = {.service = strdup(s->service), .file = strdup(file), .line = line};
	int r = p.service && p.file ? take_arguments(arguments, &p) : -ENOMEM;

	if (!r)
		r = vec_push(s->list, p);
	if (!r)
		return 0;
	free(p.service);
	free(p.file);
	free(p.conf);
	return error_set(s->err, -r, "read %s", file);
}

static int include(struct scan *s, const char *name, const char *file, unsigned line,
		   unsigned depth)
{
	int r;

	if (depth == DEPTH_MAX || s->lines > LINES_MAX) {
		problem_add(&s->list->problems, file, line,
			    "the includes of %s are nested too deeply to be followed", s->service);
		return 0;
	}
	r = scan_file(s, name, depth + 1);
	if (r != -ENOENT)
		return r;
	problem_add(&s->list->problems, file, line, "%s is not there", name);
	return 0;
}

/* "session required pam_limits.so ARGS", "session include NAME", "@include NAME" */
static int scan_line(struct scan *s, char *text, const char *file, unsigned line, unsigned depth)
{
	char *type, *control, *module;

	text[strcspn(text, "#")] = '\0';
	type = next_word(&text);
	if (!type)
		return 0;
	if (same_word(type, "@include")) {
		module = next_word(&text);
		return module ? include(s, module, file, line, depth) : 0;
	}

	type += *type == '-'; /* "-session": no complaint when the module is not there */
	control = next_word(&text);
	module = control ? next_word(&text) : NULL;
	if (!module || !same_word(type, "session"))
		return 0;
	if (same_word(control, "include") || same_word(control, "substack"))
		return include(s, module, file, line, depth);
	return is_pam_limits(module) ? add_service(s, file, line, text) : 0;
}

/* ------------------------------------------------------------------- a file */

/* Lines that end in a backslash go on in the next; the number is the first one's. */
static int scan_lines(struct scan *s, struct lines *l, const char *file, unsigned depth)
{
	auto_text struct text whole = {0};
	unsigned number = 0;
	char *line;
	size_t n;
	int r;

	while ((r = lines_next(l, &line, &n)) > 0) {
		if (l->continues)
			continue;
		n = strlen(line);
		number = whole.len ? number : l->line;
		text_add(&whole, line);
		if (n && line[n - 1] == '\\' && whole.len < PAM_LINE_MAX && !whole.failed) {
			whole.str[whole.len - 1] = ' ';
			continue;
		}
		if (whole.failed)
			return error_set(s->err, ENOMEM, "read %s", file);

		s->lines++;
		r = whole.str ? scan_line(s, whole.str, file, number, depth) : 0;
		text_clear(&whole);
		if (r)
			return r;
	}
	if (r)
		return error_set(s->err, -r, "read %s", file);
	return whole.len ? scan_line(s, whole.str, file, number, depth) : 0;
}

static int scan_path(struct scan *s, const char *path, unsigned depth)
{
	auto_lines struct lines l = {.fd = -1};
	int r = lines_open_in(s->files, path, PAM_LINE_MAX, &l, s->err);

	return r ? r : scan_lines(s, &l, path, depth);
}

/* A file of this name, wherever PAM finds it first; -ENOENT: nowhere. */
static int scan_first(struct scan *s, const char *name, unsigned depth)
{
	int r = -ENOENT;

	if (name[0] == '/')
		return scan_path(s, name, depth);

	for (size_t i = 0; r == -ENOENT && i < ARRAY_LEN(pam_dirs); i++) {
		auto_free char *path = text_format("%s/%s", pam_dirs[i], name);

		if (!path)
			return error_set(s->err, ENOMEM, "read %s", name);
		r = scan_path(s, path, depth);
		/* A directory, a FIFO, a link to itself: no service. */
		if (r == -EISDIR || r == -ENXIO || r == -ELOOP || r == -ENOTDIR)
			r = -ENOENT;
	}
	return r;
}

static size_t found_so_far(const struct scan *s)
{
	return s->list->len + s->list->problems.len + s->list->problems.more;
}

static int scan_file(struct scan *s, const char *name, unsigned depth)
{
	size_t before = found_so_far(s);
	int r = strings_has(s->barren, name) ? 0 : scan_first(s, name, depth);

	if (r || !depth || found_so_far(s) != before || s->barren->len == BARREN_MAX ||
	    strings_has(s->barren, name))
		return r;
	return strings_add(s->barren, "%s", name) ? error_set(s->err, ENOMEM, "read %s", name) : 0;
}

/* ----------------------------------------------------------------- services */

static bool in_earlier_dir(struct tree files, size_t dirs, const char *name)
{
	for (size_t i = 0; i < dirs; i++) {
		auto_free char *path = text_format("%s/%s", pam_dirs[i], name);
		auto_free char *real = NULL;
		enum node_kind kind;

		if (path && !tree_resolve(files, path, &kind, &real, NULL) && kind == NODE_FILE)
			return true;
	}
	return false;
}

static int scan_dir(struct tree files, size_t dir, struct strings *barren,
		    struct pam_services *list, struct error *err)
{
	auto_call(names_done) struct names names = {0};
	auto_free char *real = NULL;
	enum node_kind kind;
	int r = tree_list(files, pam_dirs[dir], &names, err);

	if (r == -ENOTDIR && !tree_resolve(files, pam_dirs[dir], &kind, &real, NULL) &&
	    kind != NODE_MISSING)
		problem_add(&list->problems, pam_dirs[dir], 0,
			    "not a directory: PAM finds no service in it");
	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
		return 0;

	for (size_t i = 0; !r && i < names.len; i++) {
		struct scan s = {files, names.items[i], list, barren, err, 0};

		if (in_earlier_dir(files, dir, names.items[i]))
			continue;
		r = scan_file(&s, names.items[i], 0);
		r = r == -ENOENT ? 0 : r;
	}
	return r;
}

int pam_services_read(struct tree files, struct pam_services *ret, struct error *err)
{
	auto_call(pam_services_done) struct pam_services list = {0};
	auto_call(strings_done) struct strings barren = {0};
	int r = 0;

	for (size_t i = 0; !r && i < ARRAY_LEN(pam_dirs); i++)
		r = scan_dir(files, i, &barren, &list, err);
	if (r)
		return r;

	*ret = list;
	list = (struct pam_services){0};
	return 0;
}
