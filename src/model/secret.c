/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/secret.h"

#include <string.h>

#include "model/catalogue.h"

enum { NAME_SIZE = 256 };

/* ---- names ---- */

/* "-net/ipv4/tcp_fastopen_key" -> "net.ipv4.tcp_fastopen_key", in small letters; so "/proc/sys/". */
static bool normal_name(const char *name, size_t n, char ret[static NAME_SIZE])
{
	static const char proc[] = ".proc.sys.";

	if (n && *name == '-') {
		name++;
		n--;
	}
	if (n >= NAME_SIZE)
		return false;

	for (size_t i = 0; i < n; i++)
		ret[i] = (char)(name[i] == '/' ? '.' : char_lower(name[i]));
	ret[n] = '\0';
	if (text_starts(ret, proc))
		memmove(ret, ret + strlen(proc), n + 1 - strlen(proc));
	return true;
}

static bool is_glob(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

/* sysctl.d takes globs: "net.ipv4.tcp_fastopen_k*". */
static bool glob_meets_secret(const char *name)
{
	static const char *const secrets[] = {
		"net.ipv4.tcp_fastopen_key",
		"net.ipv6.conf.all.stable_secret",
		"net.ipv6.conf.default.stable_secret",
		"net.ipv6.conf.eth0.stable_secret",
	};

	for (size_t i = 0; i < ARRAY_LEN(secrets) && is_glob(name); i++) {
		if (text_glob(name, secrets[i]))
			return true;
	}
	return false;
}

static bool glob_meets_catalogue(const char *name)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		if (text_glob(name, catalogue_at(i)->key))
			return true;
	}
	return false;
}

static bool speaks_of_secret(const char *name)
{
	static const char *const parts[] = {"passw",  "passphrase", "passcode", "secret", "token",
					    "apikey", "credential", "_pwd",     "_psk"};
	static const char *const endings[] = {"_key", "-key", ".key", "privatekey", "sharedkey"};
	static const char *const whole[] = {"pwd", "psk", "key", "auth"};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (strstr(name, parts[i]))
			return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		if (text_ends(name, endings[i]))
			return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(whole); i++) {
		if (strcmp(name, whole[i]) == 0)
			return true;
	}
	return false;
}

/* A full name below /proc/sys, and none of a file that happens to have a dot. */
static bool is_sysctl(const char *name)
{
	static const char *const tops[] = {"net.", "kernel.", "fs.",     "vm.",    "user.",
					   "dev.", "abi.",    "crypto.", "sunrpc."};

	for (size_t i = 0; i < ARRAY_LEN(tops); i++) {
		if (text_starts(name, tops[i]))
			return true;
	}
	return false;
}

struct name {
	bool secret;
	bool sysctl; /* and it is one of the kernel's */
	bool shared; /* a glob that stands for keys of the catalogue, too */
};

static struct name judge(const char *s, size_t n)
{
	char text[NAME_SIZE];
	struct name name = {0};
	bool glob;

	if (!normal_name(s, n, text))
		return (struct name){.secret = true}; /* nothing we need has such a name */

	glob = glob_meets_secret(text);
	name.secret = glob || speaks_of_secret(text);
	name.sysctl = name.secret && is_sysctl(text);
	name.shared = glob && glob_meets_catalogue(text);
	return name;
}

/* Both of the kernel's secrets have parts, with '-' or ':' between them; a number has none. */
static bool is_harmless(const char *value, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = value[i];

		if (!char_is_digit(c) && !char_is_space(c) && c != '_' && !(c >= 'a' && c <= 'z') &&
		    !(c == '-' && !i))
			return false;
	}
	return true;
}

static bool hides(struct name name, const char *value, size_t n)
{
	return name.secret && !(name.shared && is_harmless(value, n));
}

/* ---- values ---- */

struct line {
	enum secret_form form;
	const char *begin, *end;
	struct text *out;
	bool first;  /* nothing but signs so far: a name here begins the line */
	bool quoted; /* inside "" */
};

static bool is_name_char(char c)
{
	char l = char_lower(c);

	return char_is_digit(c) || (l >= 'a' && l <= 'z') || (c && strchr("_-./*?[]", c));
}

/* The end of a value: of a quoted one behind its quote, else of the line. */
static const char *value_end(const char *value, const char *end)
{
	const char *close;

	if (value == end || (*value != '"' && *value != '\''))
		return end;

	close = memchr(value + 1, *value, (size_t)(end - value - 1));
	return close ? close + 1 : end;
}

static void add_mask(struct text *out, const char *value, const char *end)
{
	bool quoted = end > value + 1 && (*value == '"' || *value == '\'') && end[-1] == *value;

	if (quoted)
		text_add_bytes(out, value, 1);
	text_add(out, SECRET_MASK);
	if (quoted)
		text_add_bytes(out, value, 1);
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && char_is_space(*p))
		p++;
	return p;
}

/* After a name: where its value begins behind '=' or ':', or NULL. */
static const char *behind_sign(const char *p, const char *end)
{
	while (p < end && strchr("\"'}", *p) && *p)
		p++; /* "name" as in JSON, SYSCTL{name} as in udev */
	p = skip_blanks(p, end);
	return p < end && (*p == '=' || *p == ':') ? skip_blanks(p + 1, end) : NULL;
}

static const char *find_value(const struct line *l, struct name name, const char *p)
{
	const char *value;

	if (!name.secret || (l->form == SECRET_SYSCTLS && !name.sysctl))
		return NULL;
	value = behind_sign(p, l->end);
	if (value || l->form == SECRET_PAIRS || !(l->first || name.sysctl) || p == l->end ||
	    !char_is_space(*p))
		return value;

	value = skip_blanks(p, l->end);
	return value < l->end ? value : NULL;
}

/* "://user:password@" */
static const char *url_password_end(const char *p, const char *end)
{
	const char *at;

	if (end - p < 4 || memcmp(p, "://", 3) != 0)
		return NULL;

	for (at = p + 3; at < end && *at != '@'; at++) {
		if (*at == '/' || char_is_space(*at))
			return NULL;
	}
	return at < end && memchr(p + 3, ':', (size_t)(at - p - 3)) ? at : NULL;
}

/* Copy the name at p, and the mask for its value; returns what is behind. */
static const char *add_name(struct line *l, const char *p)
{
	const char *name = p, *value, *end;
	struct name judged;

	while (p < l->end && is_name_char(*p))
		p++;
	judged = judge(name, (size_t)(p - name));
	value = find_value(l, judged, p);
	l->first = l->first && p - name == 1 && *name == '-'; /* of a list */

	text_add_bytes(l->out, name, (size_t)((value ? value : p) - name));
	if (!value)
		return p;
	end = value_end(value, l->end);
	if (end > value && hides(judged, value, (size_t)(end - value)))
		add_mask(l->out, value, end);
	else
		text_add_bytes(l->out, value, (size_t)(end - value));
	return end;
}

static bool begins_comment(const struct line *l, const char *p)
{
	if (l->form != SECRET_LINES || l->quoted)
		return false;
	if (*p == '#')
		return p == l->begin || char_is_space(p[-1]);

	/* Not for every reader; but without '=' it is nothing else. */
	return *p == ';' && l->first && p + 1 < l->end && p[1] != ';' &&
	       !memchr(p, '=', (size_t)(l->end - p));
}

/* Anything but a name; a sign before the first name is passed over. */
static const char *add_sign(struct line *l, const char *p)
{
	if (*p == '"')
		l->quoted = !l->quoted;
	if (*p == '#' && (p == l->begin || char_is_space(p[-1])))
		l->first = true; /* of a comment */
	else if (!char_is_space(*p) && (!*p || !strchr("#;\"'", *p)))
		l->first = false;
	text_add_bytes(l->out, p, 1);
	return p + 1;
}

void secret_mask(enum secret_form form, const char *line, size_t n, struct text *out)
{
	struct line l = {.form = form, .begin = line, .end = line + n, .out = out, .first = true};

	for (const char *p = line, *at; p < l.end;) {
		at = form == SECRET_SYSCTLS ? NULL : url_password_end(p, l.end);
		if (at) {
			text_add(out, "://" SECRET_MASK);
			p = at;
		} else if (begins_comment(&l, p)) {
			text_add_bytes(out, p, 1);
			return;
		} else {
			p = is_name_char(*p) ? add_name(&l, p) : add_sign(&l, p);
		}
	}
}

static char *masked(enum secret_form form, const char *line)
{
	auto_text struct text t = {0};
	char *made = NULL;

	secret_mask(form, line, strlen(line), &t);
	return text_take(&t, &made) ? NULL : made;
}

char *secret_line(const char *line)
{
	return masked(SECRET_LINES, line);
}

char *secret_value(const char *key, const char *value)
{
	if (hides(judge(key, strlen(key)), value, strlen(value)))
		return strdup(*value ? SECRET_MASK : "");
	return masked(SECRET_SYSCTLS, value);
}

/* ---- scripts ---- */

/* Also the last part alone, after cd. */
static bool is_secret_file(const char *name, size_t n)
{
	char text[NAME_SIZE];

	return !normal_name(name, n, text) || text_ends(text, "_key") || text_ends(text, "_secret");
}

bool secret_is_written(const char *line, size_t n)
{
	const char *end = line + n, *name;
	bool aimed = false; /* '>', "tee", "of=" */

	if (!memmem(line, n, "/proc/sys", strlen("/proc/sys")))
		return false;

	for (const char *p = line; p < end; p += p == name) {
		for (name = p; p < end && is_name_char(*p);)
			p++;
		aimed |= p == name && *p == '>';
		aimed |= p - name >= 3 && memcmp(p - 3, "tee", 3) == 0;
		aimed |= p - name == 2 && memcmp(name, "of", 2) == 0;
		if (aimed && is_secret_file(name, (size_t)(p - name)))
			return true;
	}
	return false;
}
