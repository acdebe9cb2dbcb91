/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/limits_conf.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "model/secret.h"
#include "read/confdir.h"
#include "read/lines.h"

/* getline(3) has no limit; nobody writes a limits line of a megabyte. */
enum { WHOLE_LINE_MAX = 1024 * 1024 };

enum { FIELDS = 4 };

/* A file being read. */
struct reading_file {
	const struct pam_reader *reader;
	struct limits_conf *conf;
	const char *name;
	size_t index;
	unsigned line;
};

/* ------------------------------------------------------------------ fields */

static bool ends_field(const struct pam_reader *reader, char c)
{
	return reader->value_is_rest ? char_is_blank(c) : char_is_space(c);
}

static char *trim_blanks(char *s)
{
	size_t n;

	while (char_is_blank(*s))
		s++;
	n = strlen(s);
	while (n && char_is_blank(s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}

/*
 * Up to four fields, and how many.  The older readers know sscanf's "%s%s%s%s",
 * the newer ones cut three words and take what is left, trimmed, as the fourth.
 */
static size_t split(const struct pam_reader *reader, char *s, char *field[static FIELDS])
{
	for (size_t i = 0; i < FIELDS; i++) {
		while (ends_field(reader, *s))
			s++;
		if (!*s)
			return i;

		field[i] = s;
		if (i == FIELDS - 1 && reader->value_is_rest) {
			field[i] = trim_blanks(s);
			return FIELDS;
		}
		while (*s && !ends_field(reader, *s))
			s++;
		if (*s)
			*s++ = '\0';
	}
	return FIELDS;
}

static void make_lower(char *s)
{
	for (; *s; s++)
		*s = char_lower(*s);
}

/* ----------------------------------------------------------------- numbers */

/*
 * strtoull(3) in base 10: blanks and a sign before it, anything after it, and
 * a negative number wraps.  False when there is no digit; *end is then s.
 */
static bool scan_number(const char *s, const char **end, uint64_t *ret, bool *negative,
			bool *overflow)
{
	const char *p = s;
	uint64_t v = 0;

	while (char_is_space(*p))
		p++;
	*negative = *p == '-';
	p += *p == '-' || *p == '+';

	*end = s;
	*overflow = false;
	if (!char_is_digit(*p))
		return false;

	for (; char_is_digit(*p); p++) {
		if (__builtin_mul_overflow(v, (uint64_t)10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*p - '0'), &v))
			*overflow = true;
	}
	*end = p;
	*ret = *overflow ? UINT64_MAX : v;
	return true;
}

static uint64_t signed_wrap(uint64_t v, bool negative)
{
	return negative ? 0 - v : v;
}

static bool scan_limit(const char *s, uint64_t *ret)
{
	bool negative, overflow;
	const char *end;
	uint64_t v;

	if (!scan_number(s, &end, &v, &negative, &overflow))
		return false;
	*ret = overflow ? UINT64_MAX : signed_wrap(v, negative);
	return true;
}

/* maxlogins is strtol(3), then cut to an int. */
static bool scan_logins(const char *s, int64_t *ret)
{
	bool negative, overflow;
	const char *end;
	uint64_t v;

	if (!scan_number(s, &end, &v, &negative, &overflow))
		return false;
	if (v > INT_MAX)
		v = INT_MAX;
	*ret = negative ? -(int64_t)v : (int64_t)v;
	return true;
}

/* An id is strtoul(3) too, but past 64 bits is an error, and only 32 are kept. */
static bool scan_id(const char *s, char until, uint32_t *ret)
{
	bool negative, overflow;
	const char *end;
	uint64_t v;

	if (!scan_number(s, &end, &v, &negative, &overflow) || overflow || *end != until)
		return false;
	*ret = (uint32_t)signed_wrap(v, negative);
	return true;
}

/* "MIN:MAX", "MIN:" or ":ID", with or without '@' or '%'; false when it is malformed. */
static bool parse_range(const char *domain, struct limits_rule *rule)
{
	const char *colon = strchr(domain, ':');
	const char *first = domain + (*domain == '@' || *domain == '%');

	if (!colon)
		return true;

	if (first == colon) {
		rule->range = RANGE_ONE;
	} else {
		rule->range = colon[1] ? RANGE_MANY : RANGE_MIN;
		if (!scan_id(first, ':', &rule->min))
			return false;
	}
	if (rule->range == RANGE_MIN)
		return true;

	if (!scan_id(colon + 1, '\0', &rule->max))
		return false;
	if (rule->range == RANGE_ONE)
		rule->min = rule->max;
	return true;
}

/* -------------------------------------------------------------------- lines */

static const struct {
	const char *name;
	enum limits_item item;
} items[] = {
	{"nofile", ITEM_NOFILE},
	{"maxlogins", ITEM_MAXLOGINS},
	{"maxsyslogins", ITEM_MAXSYSLOGINS},
};

/* Known to the module, but nothing to do with open files. */
static const char *const other_items[] = {
	"cpu",      "fsize",   "data",   "stack",    "core",       "rss",
	"nproc",    "memlock", "as",     "locks",    "nice",       "sigpending",
	"msgqueue", "rtprio",  "rttime", "priority", "nonewprivs", "chroot",
};

static const struct {
	const char *name;
	unsigned fields;
} types[] = {
	{"soft", LIMIT_SOFT},
	{"hard", LIMIT_HARD},
	{"-", LIMIT_SOFT | LIMIT_HARD},
};

static bool means_infinity(const char *value)
{
	static const char *const words[] = {"-1", "-", "unlimited", "infinity"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(value, words[i]) == 0)
			return true;
	}
	return false;
}

static void ignore(const struct reading_file *f, const char *why, const char *what)
{
	auto_free char *shown = secret_line(what);

	problem_add(&f->conf->ignored, f->name, f->line, "%s: \"%.80s\"", why, shown ? shown : "");
}

static bool find_item(const struct reading_file *f, const char *name, enum limits_item *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		if (strcmp(items[i].name, name) == 0) {
			*ret = items[i].item;
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(other_items); i++) {
		if (strcmp(other_items[i], name) == 0)
			return false;
	}
	ignore(f, "the line is skipped: there is no such item", name);
	return false;
}

static bool parse_value(const char *text, struct limits_rule *rule)
{
	bool infinity = means_infinity(text);

	if (rule->item != ITEM_NOFILE) {
		rule->logins = -1;
		return infinity || scan_logins(text, &rule->logins);
	}
	rule->value = UINT64_MAX;
	return infinity || scan_limit(text, &rule->value);
}

/* "DOMAIN TYPE ITEM VALUE" into rule; false when it is not for us, or skipped. */
static bool parse_fields(const struct reading_file *f, char *field[static FIELDS],
			 struct limits_rule *rule)
{
	make_lower(field[2]);
	make_lower(field[3]);
	if (!find_item(f, field[2], &rule->item))
		return false;

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (strcmp(types[i].name, field[1]) == 0)
			rule->fields = types[i].fields;
	}
	/* For logins any type does. */
	if (!rule->fields && rule->item == ITEM_NOFILE) {
		ignore(f, "the line is skipped: the type is none of soft, hard and -", field[1]);
		return false;
	}
	if (!parse_value(field[3], rule)) {
		ignore(f, "the line is skipped: the value is neither a number nor unlimited",
		       field[3]);
		return false;
	}
	return true;
}

static int keep(const struct reading_file *f, const char *domain, struct limits_rule *rule)
{
	rule->file = f->index;
	rule->line = f->line;
	rule->domain = strdup(domain);
	if (!rule->domain)
		return -ENOMEM;
	if (vec_push(&f->conf->rules, *rule)) {
		free(rule->domain);
		return -ENOMEM;
	}
	return 0;
}

static int parse_line(const struct reading_file *f, char *line)
{
	char *field[FIELDS] = {0};
	struct limits_rule rule = {0};
	size_t n;

	while (char_is_space(*line))
		line++;
	line[strcspn(line, "#")] = '\0';
	if (!*line)
		return 0;

	n = split(f->reader, line, field);
	if (!n)
		return 0;
	if (!parse_range(field[0], &rule)) {
		ignore(f, "the line is skipped: the range of ids is malformed", field[0]);
		return 0;
	}
	if (n > 1)
		make_lower(field[1]);

	if (n == 2 && field[1][0] == '-')
		rule.item = ITEM_EXEMPT;
	else if (n < FIELDS)
		ignore(f, "the line is skipped: it has fewer than four words", field[0]);
	if (n < FIELDS ? rule.item != ITEM_EXEMPT : !parse_fields(f, field, &rule))
		return 0;
	return keep(f, field[0], &rule);
}

/* -------------------------------------------------------------------- files */

static int parse_file(struct reading_file *f, struct lines *l)
{
	bool in_pieces = f->reader->line_buffer != 0;
	size_t n;
	char *line;
	int r;

	while ((r = lines_next(l, &line, &n)) > 0) {
		if (l->continues && !in_pieces)
			continue;

		f->line = l->line;
		if (l->continues && n)
			ignore(f,
			       "the line is longer than the reader's buffer, and this part "
			       "of it is read as a line of its own",
			       line);
		if (strlen(line) < n)
			ignore(f, "the line has a NUL byte, and what follows it is not read", line);
		r = parse_line(f, line);
		if (r)
			break;
	}
	return r;
}

static int read_file(struct tree files, const struct pam_reader *reader, const char *path,
		     char *real, struct limits_conf *conf, struct error *err)
{
	struct reading_file f = {.reader = reader, .conf = conf, .name = real};
	auto_lines struct lines l = {.fd = -1};
	size_t max = reader->line_buffer ? reader->line_buffer - 1 : WHOLE_LINE_MAX;
	int r = lines_open_in(files, path, max, &l, err);

	if (r)
		return r;

	f.index = conf->files.len;
	if (strings_add(&conf->files, "%s", real))
		return error_set(err, ENOMEM, "read %s", path);

	r = parse_file(&f, &l);
	return r ? error_set(err, -r, "read %s", path) : 0;
}

/* Directories, devices and /dev/null open, and give no line. */
static int visit(struct tree files, const struct pam_reader *reader, const char *path,
		 bool must_exist, struct limits_conf *conf, struct error *err)
{
	auto_free char *real = NULL;
	enum node_kind kind;
	int r = tree_resolve(files, path, &kind, &real, err);

	if (r)
		return r;
	if (kind == NODE_FILE)
		return read_file(files, reader, path, real, conf, err);
	if (kind == NODE_DIR)
		problem_add(&conf->ignored, path, 0,
			    "a directory, not a file: pam_limits finds no line in it");
	if (kind == NODE_OTHER)
		problem_add(
			&conf->ignored, path, 0,
			"a FIFO, a socket or a device, not a file: pam_limits opens it at every login, and a login waits for ever at a FIFO");
	if (kind != NODE_LOOP && !(kind == NODE_MISSING && must_exist))
		return 0;

	conf->fatal = strdup(path);
	return conf->fatal ? 0 : error_set(err, ENOMEM, "look at %s", path);
}

static int list_limits_d(struct tree files, const struct pam_reader *reader, struct confdir *ret,
			 struct error *err)
{
	auto_free char *vendor = NULL;
	int r = confdir_add(files, "/etc/security/limits.d", LOOPS_MASK, ret, err);

	if (r || !reader->vendor_dir)
		return r;

	vendor = text_format("%s/limits.d", reader->vendor_dir);
	return vendor ? confdir_add(files, vendor, LOOPS_MASK, ret, err)
		      : error_set(err, ENOMEM, "list limits.d");
}

static int read_main(struct tree files, const struct pam_reader *reader, struct limits_conf *conf,
		     struct error *err)
{
	static const char path[] = "/etc/security/limits.conf";
	auto_free char *real = NULL, *vendor = NULL;
	enum node_kind kind;
	int r = tree_resolve(files, path, &kind, &real, err);

	if (r)
		return r;
	if (kind != NODE_MISSING || !reader->vendor_dir)
		return visit(files, reader, path, reader->missing_file_is_fatal, conf, err);

	vendor = text_format("%s/limits.conf", reader->vendor_dir);
	if (!vendor)
		return error_set(err, ENOMEM, "read %s", path);
	return visit(files, reader, vendor, reader->missing_file_is_fatal, conf, err);
}

static int read_default(struct tree files, const struct pam_reader *reader,
			struct limits_conf *conf, struct error *err)
{
	auto_call(confdir_done) struct confdir list = {0};
	int r = read_main(files, reader, conf, err);

	if (!r && !conf->fatal)
		r = list_limits_d(files, reader, &list, err);

	for (size_t i = 0; !r && !conf->fatal && i < list.len; i++)
		r = visit(files, reader, list.items[i].path, reader->missing_file_is_fatal, conf,
			  err);
	return r;
}

int limits_conf_read(struct tree files, const struct pam_reader *reader, const char *conf_arg,
		     struct limits_conf *ret, struct error *err)
{
	auto_call(limits_conf_done) struct limits_conf conf = {0};
	int r = conf_arg ? visit(files, reader, conf_arg, true, &conf, err)
			 : read_default(files, reader, &conf, err);

	if (r)
		return r;

	*ret = conf;
	conf = (struct limits_conf){0};
	return 0;
}
