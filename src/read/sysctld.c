/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/sysctld.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/strings.h"
#include "base/text.h"
#include "model/key.h"
#include "model/secret.h"
#include "read/sysctld_keys.h"
#include "read/sysctld_line.h"

static const struct {
	const char *path;
	bool lib; /* read where reader.reads_lib says so */
} directories[] = {
	{"/etc/sysctl.d", false},     {"/run/sysctl.d", false}, {"/usr/local/lib/sysctl.d", false},
	{"/usr/lib/sysctl.d", false}, {"/lib/sysctl.d", true},
};

#define ETC_CONF "/etc/sysctl.conf"

/* What package managers leave behind; people think it is still read. */
static const char *const left_behind[] = {
	ETC_CONF,
	ETC_CONF ".dpkg-bak",
	ETC_CONF ".rpmsave",
};

/* systemd.exec(5), LoadCredential=: a bare name is looked for here, in this order. */
static const char *const credentials[] = {
	"/run/credentials/@system/sysctl.extra", "/etc/credstore/sysctl.extra",
	"/run/credstore/sysctl.extra",           "/usr/local/lib/credstore/sysctl.extra",
	"/usr/lib/credstore/sysctl.extra",
};

/* A *.conf of some directory, before it is known which of a name counts. */
struct candidate {
	char *path; /* owned */
	const char *name;
	unsigned rank; /* of its directory */
	bool skipped;  /* a name or directory this reader does not read */
	bool counts;   /* the one of its name that is read */
	size_t file;   /* ... and then in boot_lines.files */
};

struct candidates {
	VEC(struct candidate);
};

static void candidates_done(struct candidates *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i].path);
	vec_done(list);
}

struct reading {
	struct tree files;
	const struct sysctld_want *want;
	struct boot_lines *lines;
	struct error *err;

	struct candidates found;
	struct strings closed; /* directories we may not list */
	struct interest interest;
	struct line_parser parser;
	size_t file; /* being read */
	char chunk[64 * 1024];
};

static void reading_done(struct reading *r)
{
	candidates_done(&r->found);
	strings_done(&r->closed);
	interest_done(&r->interest);
	line_parser_done(&r->parser);
}

static int out_of_memory(struct reading *r)
{
	return error_set(r->err, ENOMEM, "read sysctl.d");
}

/* ---- statements: where text enters the model, without its secrets ---- */

static int keep(struct reading *r, const struct statement *s, char *target)
{
	auto_call(assignment_done) struct assignment a = {
		.file = r->file,
		.line = s->line,
		.key = strdup(s->key),
		.target = target,
		.value = s->value ? secret_value(s->key, s->value) : NULL,
		.text = secret_line(s->text),
		.ignore = s->ignore,
		.glob = key_is_glob(s->key),
	};

	if (!a.key || (s->value && !a.value) || !a.text || vec_push(&r->lines->items, a))
		return -ENOMEM;
	a = (struct assignment){0};
	return 0;
}

/* Keys that are none of ours, known or not: they are not looked at more closely. */
static bool is_elsewhere(const char *path)
{
	static const char *const tops[] = {"kernel/", "vm/",    "dev/",    "abi/",
					   "user/",   "debug/", "crypto/", "sunrpc/"};

	for (size_t i = 0; i < ARRAY_LEN(tops); i++) {
		if (text_starts(path, tops[i]))
			return true;
	}
	return false;
}

/* Takes target over. */
static int note_stray(struct reading *r, const struct statement *s, char *target)
{
	const struct boot_file *f = &r->lines->files.items[r->file];
	auto_call(stray_done) struct stray stray = {.file = r->file,
						    .line = s->line,
						    .target = target,
						    .too_long = s->kind == STATEMENT_TOO_LONG};

	if (!r->want->strays || f->state != FILE_READ || f->credential ||
	    (s->key && is_elsewhere(s->key)))
		return 0;
	if (r->lines->strays.len == STRAYS_MAX) {
		r->lines->strays_more++;
		return 0;
	}

	stray.key = s->key ? strdup(s->key) : NULL;
	stray.text = secret_line(s->text);
	if ((s->key && !stray.key) || !stray.text || vec_push(&r->lines->strays, stray))
		return -ENOMEM;
	stray = (struct stray){0};
	return 0;
}

static bool is_directory(int root, const char *path, size_t len)
{
	auto_free char *whole = text_format("/proc/sys/%.*s", (int)len, path);
	auto_close int fd = whole ? root_openat(root, whole, O_PATH | O_DIRECTORY) : -1;

	return fd >= 0;
}

/* The kernel goes up from a directory only, so what stands before ".." must be one. */
static bool can_go_up(const struct reading *r, const char *key)
{
	const char *p = key;

	if (!key_has_dot_dot(key) || !is_directory(r->files.root, "", 0))
		return true;
	while ((p = strstr(p, "/.."))) {
		size_t before = (size_t)(p - key);

		p += strlen("/..");
		if ((*p == '/' || !*p) && strcspn(key, "*?[") >= before &&
		    (before >= PATH_MAX || !is_directory(r->files.root, key, before)))
			return false;
	}
	return true;
}

static int keep_if_wanted(struct reading *r, const struct statement *s)
{
	auto_free char *target = strdup(s->key);

	if (!target)
		return -ENOMEM;
	if (!key_resolve(target) || !can_go_up(r, s->key)) {
		free(take(target));
		return r->want->everything ? keep(r, s, NULL) : note_stray(r, s, NULL);
	}
	if (!r->want->everything && !interest_has(&r->interest, target))
		return note_stray(r, s, take(target));
	return keep(r, s, take(target));
}

static int on_statement(void *context, const struct statement *s)
{
	struct reading *r = context;
	const struct boot_file *f = &r->lines->files.items[r->file];
	bool counts = f->state == FILE_READ && !f->credential;

	switch (s->kind) {
	case STATEMENT_MISTAKE:
		r->lines->mistakes |= counts;
		return note_stray(r, s, NULL);
	case STATEMENT_TOO_LONG:
		r->lines->cut |= counts;
		return note_stray(r, s, NULL);
	case STATEMENT_EXCLUDE:
	case STATEMENT_ASSIGN:
		break;
	}
	return keep_if_wanted(r, s);
}

static int read_text(struct reading *r, int fd)
{
	while (!r->parser.stopped) {
		ssize_t n = read(fd, r->chunk, sizeof(r->chunk));
		int e;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;

		e = line_parser_feed(&r->parser, r->chunk, (size_t)n);
		if (e)
			return e;
	}
	return line_parser_end(&r->parser);
}

static int read_bytes(struct reading *r, const char *data, size_t len)
{
	int e = line_parser_feed(&r->parser, data, len);

	return e ? e : line_parser_end(&r->parser);
}

/* A regular file by its real name.  What cannot be opened is told, not an error. */
static int read_file(struct reading *r)
{
	struct boot_file *f = &r->lines->files.items[r->file];
	const char *data = NULL;
	size_t len = 0;
	int e = tree_bytes(r->files, f->real, &data, &len, NULL);
	auto_close int fd = e <= 0 ? -1
				   : root_openat(r->files.root, f->real,
						 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (e == -ENOMEM)
		return out_of_memory(r);
	if (e < 0 || (e && (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)))) {
		if (f->state == FILE_READ)
			f->state = FILE_UNREADABLE;
		return 0;
	}

	r->parser.newlines = 0;
	r->parser.stopped = false;
	e = e ? read_text(r, fd) : read_bytes(r, data, len);
	return e ? error_set(r->err, -e, "read %s", f->path) : 0;
}

/* ---- files ---- */

static int look_at(struct reading *r, const char *path, struct boot_file *f)
{
	int e;

	f->path = strdup(path);
	if (!f->path)
		return out_of_memory(r);

	e = tree_resolve(r->files, path, &f->kind, &f->real, r->err);
	if (e == -EACCES)
		f->state = FILE_UNREADABLE;
	else if (e)
		boot_file_done(f);
	return e == -EACCES ? 0 : e;
}

/* Takes f over, whatever comes of it. */
static int add_file(struct reading *r, struct boot_file *f)
{
	if (vec_push(&r->lines->files, *f)) {
		boot_file_done(f);
		return out_of_memory(r);
	}

	r->file = r->lines->files.len - 1;
	if (f->kind != NODE_FILE || f->state == FILE_UNREADABLE)
		return 0;
	return read_file(r);
}

/*
 * Whether there is a credential in a directory closed to us is not known, and
 * hardly ever is there one: its directories are closed on every host.
 */
static bool tells_something(const struct boot_file *f)
{
	bool bad = f->kind == NODE_DIR || f->kind == NODE_OTHER || f->state == FILE_UNREADABLE;

	return bad && !f->credential;
}

/* A file that is read if it is there, for its own sake. */
static int add_single(struct reading *r, const char *path, struct boot_file f)
{
	int e = look_at(r, path, &f);

	if (e)
		return e;
	if (f.kind != NODE_FILE && !tells_something(&f)) {
		boot_file_done(&f);
		return 0;
	}
	return add_file(r, &f);
}

static bool already_read(const struct reading *r, const char *real)
{
	for (size_t i = 0; i < r->lines->files.len; i++) {
		const struct boot_file *f = &r->lines->files.items[i];

		if (f->state == FILE_READ && text_equal(f->real, real))
			return true;
	}
	return false;
}

static int by_name(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order)
		return order;
	return (x->rank > y->rank) - (x->rank < y->rank);
}

/* The candidates of one name: the first that counts. */
static int add_first(struct reading *r, struct candidate *c, size_t n)
{
	for (; n; n--, c++) {
		struct boot_file f = {0};
		int e = c->skipped ? 0 : look_at(r, c->path, &f);

		if (e)
			return e;
		if (c->skipped || (f.kind == NODE_LOOP && !r->want->reader->loop_masks)) {
			boot_file_done(&f);
			continue;
		}
		c->counts = true;
		c->file = r->lines->files.len;
		return add_file(r, &f);
	}
	return 0;
}

/* A file that is not read: because of masked_by, or because nobody looks at it. */
static int add_hidden(struct reading *r, const char *path, const struct boot_file *masked_by)
{
	struct boot_file f = {0};
	int e = look_at(r, path, &f);

	if (!e && masked_by) {
		f.masked_by = strdup(masked_by->path);
		e = f.masked_by ? 0 : out_of_memory(r);
	}
	if (e || f.kind != NODE_FILE || (masked_by && text_equal(f.real, masked_by->real))) {
		boot_file_done(&f);
		return e;
	}
	f.state = masked_by ? FILE_MASKED : FILE_UNREAD;
	return add_file(r, &f);
}

/* ---- directories ---- */

static int add_candidates(struct reading *r, const char *dir, unsigned rank, bool skipped)
{
	auto_call(names_done) struct names names = {0};
	int e = tree_list(r->files, dir, &names, r->err);

	if (e == -EACCES && !skipped)
		return strings_add(&r->closed, "%s", dir) ? out_of_memory(r) : 0;
	if (e)
		return e == -ENOMEM ? e : 0;

	for (size_t i = 0; i < names.len; i++) {
		const char *name = names.items[i];
		bool dot = name[0] == '.' && !r->want->reader->reads_dot_files;
		struct candidate c = {.rank = rank, .skipped = skipped || dot};

		if (!text_ends(name, ".conf") || (c.skipped && !r->want->hidden))
			continue;
		c.path = text_format("%s/%s", dir, name);
		if (!c.path)
			return out_of_memory(r);
		c.name = strrchr(c.path, '/') + 1;
		if (vec_push(&r->found, c)) {
			free(c.path);
			return out_of_memory(r);
		}
	}
	return 0;
}

static bool seen(char *const *reals, size_t n, const char *real)
{
	for (size_t i = 0; i < n; i++) {
		if (text_equal(reals[i], real))
			return true;
	}
	return false;
}

static int find_candidates(struct reading *r)
{
	char *reals[ARRAY_LEN(directories)] = {0};
	const struct reader *reader = r->want->reader;
	int e = 0;

	for (unsigned i = 0; i < ARRAY_LEN(directories) && !e; i++) {
		enum node_kind kind = NODE_MISSING;

		e = tree_resolve(r->files, directories[i].path, &kind, &reals[i], r->err);
		if (e == -EACCES)
			e = strings_add(&r->closed, "%s", directories[i].path);
		if (e || kind != NODE_DIR || seen(reals, i, reals[i]))
			continue;
		e = add_candidates(r, reader->resolves_dirs ? reals[i] : directories[i].path, i,
				   directories[i].lib && !reader->reads_lib);
	}

	for (size_t i = 0; i < ARRAY_LEN(directories); i++)
		free(reals[i]);
	if (!e && r->found.len)
		qsort(r->found.items, r->found.len, sizeof(*r->found.items), by_name);
	return e;
}

/* How many candidates from `first` on have its name. */
static size_t namesakes(const struct candidates *list, size_t first)
{
	size_t n = 1;

	while (first + n < list->len &&
	       strcmp(list->items[first].name, list->items[first + n].name) == 0)
		n++;
	return n;
}

/*
 * After the files of all directories: what is in a closed one may come after
 * any of them, mask any of them, or shield a key from its globs.
 */
static int add_closed(struct reading *r)
{
	for (size_t i = 0; i < r->closed.len; i++) {
		struct boot_file f = {.path = strdup(r->closed.items[i]),
				      .kind = NODE_DIR,
				      .state = FILE_UNREADABLE};
		int e = f.path ? add_file(r, &f) : out_of_memory(r);

		if (e)
			return e;
	}
	return 0;
}

static int read_directories(struct reading *r)
{
	size_t n;
	int e = find_candidates(r);

	for (size_t i = 0; i < r->found.len && !e; i += n) {
		n = namesakes(&r->found, i);
		e = add_first(r, &r->found.items[i], n);
	}
	return e ? e : add_closed(r);
}

/* What the candidates of one name hide, or what this reader does not look at. */
static int add_losers(struct reading *r, const struct candidate *c, size_t n)
{
	const struct candidate *winner = NULL;
	int e = 0;

	for (size_t i = 0; i < n; i++) {
		if (c[i].counts)
			winner = &c[i];
	}
	for (size_t i = 0; i < n && !e; i++) {
		bool masked = winner && !c[i].skipped;

		if (&c[i] != winner)
			e = add_hidden(r, c[i].path,
				       masked ? &r->lines->files.items[winner->file] : NULL);
	}
	return e;
}

/* After everything else, so that the order of what is read stays visible. */
static int read_hidden(struct reading *r)
{
	size_t n;
	int e = 0;

	for (size_t i = 0; i < r->found.len && !e; i += n) {
		n = namesakes(&r->found, i);
		e = add_losers(r, &r->found.items[i], n);
	}
	for (size_t i = 0; i < ARRAY_LEN(left_behind) && !e; i++) {
		if (!already_read(r, left_behind[i]))
			e = add_hidden(r, left_behind[i], NULL);
	}
	return e;
}

static int read_credential(struct reading *r)
{
	const char *one[] = {r->want->credential};
	const char *const *paths = one[0] ? one : credentials;
	size_t n = one[0] ? 1 : ARRAY_LEN(credentials);
	size_t before = r->lines->files.len;
	int e = 0;

	if (!r->want->reader->reads_credential)
		return 0;
	for (size_t i = 0; i < n && !e && r->lines->files.len == before; i++)
		e = add_single(r, paths[i], (struct boot_file){.credential = true});
	return e;
}

/* ---- the kernel command line ---- */

/* next_arg() in lib/cmdline.c: blanks part, double quotes hold together.  In place. */
static char *next_word(char **rest)
{
	char *p = *rest, *start, *to;
	bool quoted = false;

	while (char_is_space(*p))
		p++;
	if (!*p)
		return NULL;

	for (start = to = p; *p && (quoted || !char_is_space(*p)); p++) {
		if (*p == '"')
			quoted = !quoted;
		else
			*to++ = *p;
	}
	*rest = p + (*p != '\0');
	*to = '\0';
	return start;
}

static int take_parameter(struct reading *r, char *word)
{
	struct statement s = {.kind = STATEMENT_ASSIGN, .line = 1};
	auto_free char *text = strndup(word, LINE_TEXT_MAX);
	char *equals = strchr(word, '=');

	if (!text)
		return -ENOMEM;
	if (!equals || !(text_starts(word, "sysctl.") || text_starts(word, "sysctl/")))
		return 0;

	*equals = '\0';
	for (char *p = word; (p = strchr(p, '.'));)
		*p = '/';
	s.key = word + strlen("sysctl.");
	s.value = equals + 1;
	s.text = text;
	return keep_if_wanted(r, &s);
}

/* process_sysctl_arg() in fs/proc/proc_sysctl.c: before init, line by line. */
static int read_cmdline(struct reading *r)
{
	enum { CMDLINE_MAX = 64 * 1024 };
	struct boot_file f = {.kind = NODE_FILE, .cmdline = true};
	auto_free char *text = NULL;
	char *rest, *word;
	int e = tree_read(r->files, "/proc/cmdline", CMDLINE_MAX, &text, NULL, NULL);

	if (e)
		return e == -ENOMEM ? out_of_memory(r) : 0;
	if (!strstr(text, "sysctl"))
		return 0;

	f.path = strdup("/proc/cmdline");
	f.real = strdup("/proc/cmdline");
	if (!f.path || !f.real || vec_push(&r->lines->files, f)) {
		boot_file_done(&f);
		return out_of_memory(r);
	}
	r->file = r->lines->files.len - 1;

	for (rest = text; !e && (word = next_word(&rest)) && strcmp(word, "--") != 0;)
		e = take_parameter(r, word);
	return e ? out_of_memory(r) : 0;
}

static int read_all(struct reading *r)
{
	int e = read_cmdline(r);

	if (!e)
		e = read_directories(r);
	if (!e && r->want->reader->reads_etc_conf)
		e = add_single(r, ETC_CONF, (struct boot_file){0});
	if (!e)
		e = read_credential(r);
	if (!e && r->want->hidden)
		e = read_hidden(r);
	return e;
}

int sysctld_read(struct tree files, const struct sysctld_want *want, struct boot_lines *ret,
		 struct error *err)
{
	auto_call(boot_lines_done) struct boot_lines lines = {.reader = want->reader};
	struct reading *r = calloc(1, sizeof(*r));
	int e;

	if (!r)
		return error_set(err, ENOMEM, "read sysctl.d");

	r->files = files;
	r->want = want;
	r->lines = &lines;
	r->err = err;
	r->parser = (struct line_parser){
		.reader = want->reader,
		.each = on_statement,
		.context = r,
	};
	e = interest_init(&r->interest, want->key) ? out_of_memory(r) : read_all(r);
	reading_done(r);
	free(r);
	if (e)
		return e;

	*ret = lines;
	lines = (struct boot_lines){0};
	return 0;
}
