/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/redact.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/number.h"
#include "base/utf8.h"
#include "model/catalogue.h"
#include "read/proc_tcp.h"

#define MASK "MASKED"

enum { NAME_SIZE = 256, FIRST_PERSON = 1000, NOBODY = 65534 };

struct redactor {
	enum redaction how;
	struct anonymizer *anonymizer;
	struct text *out;
	bool in_key;    /* between BEGIN and END of a key */
	bool continued; /* a unit's line goes on in the next one */
	bool keeps;     /* ... and it is one that stays */
};

/* A part of the input; not terminated. */
struct span {
	const char *s;
	size_t n;
};

static struct span span_of(const char *begin, const char *end)
{
	return (struct span){begin, (size_t)(end - begin)};
}

static bool span_has(struct span s, const char *word)
{
	return memmem(s.s, s.n, word, strlen(word)) != NULL;
}

static bool span_is(struct span s, const char *word)
{
	return s.n == strlen(word) && memcmp(s.s, word, s.n) == 0;
}

static bool span_starts(struct span s, const char *word)
{
	return s.n >= strlen(word) && memcmp(s.s, word, strlen(word)) == 0;
}

static bool has_any(struct span s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (span_has(s, words[i]))
			return true;
	}
	return false;
}

static bool is_any(struct span s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (span_is(s, words[i]))
			return true;
	}
	return false;
}

static struct span trim(struct span s)
{
	while (s.n && char_is_space(*s.s)) {
		s.s++;
		s.n--;
	}
	while (s.n && char_is_space(s.s[s.n - 1]))
		s.n--;
	return s;
}

/* ---- secrets ---- */

/* "-net/ipv4/tcp_fastopen_key" -> "net.ipv4.tcp_fastopen_key", in small letters. */
static bool normal_name(struct span name, char ret[static NAME_SIZE])
{
	if (name.n && *name.s == '-') {
		name.s++;
		name.n--;
	}
	if (name.n >= NAME_SIZE)
		return false;

	for (size_t i = 0; i < name.n; i++)
		ret[i] = (char)(name.s[i] == '/' ? '.' : char_lower(name.s[i]));
	ret[name.n] = '\0';
	return true;
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

	if (!strpbrk(name, "*?["))
		return false;

	for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
		if (text_glob(name, secrets[i]))
			return true;
	}
	return false;
}

static bool names_secret(struct span name)
{
	static const char *const parts[] = {"passw",  "passphrase", "passcode", "secret", "token",
					    "apikey", "credential", "_pwd",     "_psk"};
	static const char *const endings[] = {"_key", "-key", ".key", "privatekey", "sharedkey"};
	static const char *const whole[] = {"pwd", "psk", "key", "auth"};
	char text[NAME_SIZE];
	struct span normal = {text, 0};

	if (!normal_name(name, text))
		return true; /* nothing we need has such a name */
	normal.n = strlen(text);

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		if (text_ends(text, endings[i]))
			return true;
	}
	return catalogue_denies(text) || glob_meets_secret(text) ||
	       has_any(normal, parts, ARRAY_LEN(parts)) || is_any(normal, whole, ARRAY_LEN(whole));
}

static bool is_name_char(char c)
{
	char l = char_lower(c);

	return char_is_digit(c) || (l >= 'a' && l <= 'z') || strchr("_-./*?[]", c);
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
	text_add(out, MASK);
	if (quoted)
		text_add_bytes(out, value, 1);
}

/* After a name: where its value begins behind '=' or ':', or NULL. */
static const char *find_value(const char *p, const char *end)
{
	if (p < end && (*p == '"' || *p == '\''))
		p++; /* a quoted name, as in JSON */
	while (p < end && char_is_blank(*p))
		p++;
	if (p == end || (*p != '=' && *p != ':'))
		return NULL;

	for (p++; p < end && char_is_blank(*p);)
		p++;
	return p;
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

/* Copy a line, the values of secrets masked. */
static void add_masked(struct span line, struct text *out)
{
	const char *p = line.s, *end = line.s + line.n;

	while (p < end) {
		const char *name = p, *value, *at = url_password_end(p, end);

		while (p < end && *p && is_name_char(*p))
			p++;
		if (at) {
			text_add(out, "://" MASK);
			p = at;
			continue;
		}
		if (p == name) {
			text_add_bytes(out, p++, 1);
			continue;
		}

		value = names_secret(span_of(name, p)) ? find_value(p, end) : NULL;
		text_add_bytes(out, name, (size_t)((value ? value : p) - name));
		if (value) {
			p = value_end(value, end);
			add_mask(out, value, p);
		}
	}
}

/* A private key in the middle of some file goes as a whole. */
static bool is_in_key(struct redactor *r, struct span line)
{
	bool begins = span_has(line, "-----BEGIN"), ends = span_has(line, "-----END");
	bool inside = r->in_key || begins;

	r->in_key = inside && !ends;
	return inside;
}

/* ---- lines ---- */

static int add_line(struct redactor *r, struct span line)
{
	auto_text struct text masked = {0};

	if (is_in_key(r, line)) {
		text_add(r->out, MASK);
		return 0;
	}
	if (!r->anonymizer) {
		add_masked(line, r->out);
		return 0;
	}

	add_masked(line, &masked);
	if (masked.failed)
		return -ENOMEM;
	return masked.len ? anonymize_text(r->anonymizer, masked.str, masked.len, r->out) : 0;
}

/* A comment may name anybody; without its text it is one still. */
static int config_line(struct redactor *r, struct span line)
{
	struct span shown = trim(line);

	if (r->anonymizer && shown.n && *shown.s == '#') {
		text_add(r->out, "#");
		return 0;
	}
	return add_line(r, line);
}

/* "alice", "@staff", "%staff", "@staff:1000:" and so on; "*" and numbers name nobody. */
static int add_domain(struct redactor *r, struct span domain)
{
	size_t sign = domain.n && strchr("@%", *domain.s) ? 1 : 0;
	const char *alias;

	text_add_bytes(r->out, domain.s, sign);
	domain.s += sign;
	domain.n -= sign;
	if (!domain.n || strchr("*%:0123456789", *domain.s) || span_has(domain, ":")) {
		text_add_bytes(r->out, domain.s, domain.n);
		return 0;
	}

	alias = anonymize_name(r->anonymizer, domain.s, domain.n);
	if (!alias)
		return -ENOMEM;
	text_add(r->out, alias);
	return 0;
}

static int limits_line(struct redactor *r, struct span line)
{
	struct span rest = line, domain;
	const char *comment = memchr(line.s, '#', line.n);

	if (!r->anonymizer)
		return add_line(r, line);

	if (comment)
		rest.n = (size_t)(comment + 1 - line.s);
	for (domain = rest; domain.n && char_is_space(*domain.s); domain.n--)
		domain.s++;
	text_add_bytes(r->out, rest.s, (size_t)(domain.s - rest.s));
	rest = domain;
	for (domain.n = 0; domain.n < rest.n && !char_is_space(rest.s[domain.n]);)
		domain.n++;
	rest.s += domain.n;
	rest.n -= domain.n;

	if (domain.n && *domain.s == '#') {
		text_add(r->out, "#");
		return 0;
	}
	if (add_domain(r, domain))
		return -ENOMEM;
	return add_line(r, rest);
}

/* What sets a limit or a sysctl, in whatever language. */
static bool is_relevant(struct span line)
{
	static const char *const words[] = {"ulimit", "prlimit", "nofile",
					    "NOFILE", "sysctl",  "/proc/sys"};

	return has_any(line, words, ARRAY_LEN(words));
}

/* The words that open and close blocks, so that a reader sees what is conditional. */
static void add_blocks(struct span line, struct text *out)
{
	static const char *const words[] = {"if",    "then", "else", "elif", "fi", "for",  "while",
					    "until", "do",   "done", "{",    "}",  "case", "esac"};
	const char *end = line.s + line.n;
	bool first = true;

	for (const char *p = line.s; p < end;) {
		const char *word = p;

		while (p < end && !char_is_space(*p) && !strchr(";&|()", *p))
			p++;
		if (word < p && *word == '#')
			return;
		if (is_any(span_of(word, p), words, ARRAY_LEN(words))) {
			text_addf(out, "%s%.*s", first ? "" : " ; ", (int)(p - word), word);
			first = false;
		}
		p += p == word;
	}
}

static int shell_line(struct redactor *r, struct span line)
{
	struct span shown = trim(line);

	if (shown.n && *shown.s == '#')
		return 0;
	if (is_relevant(line))
		return add_line(r, line);

	add_blocks(line, r->out);
	return 0;
}

/* ---- systemd ---- */

static bool is_unit_key(struct span key)
{
	static const char *const keys[] = {
		"LimitNOFILE",
		"DefaultLimitNOFILE",
		"User",
		"Group",
		"DynamicUser",
		"PAMName",
		"Slice",
		"Type",
		/* .network files */
		"Name",
		"IPForward",
		"IPv4Forwarding",
		"IPv6Forwarding",
		"IPMasquerade",
		"IPv4ReversePathFilter",
		"IPv4AcceptLocal",
		"IPv4RouteLocalnet",
		"IPv4ProxyARP",
		"IPv6ProxyNDP",
		"IPv6PrivacyExtensions",
		"IPv6AcceptRA",
		"IPv6HopLimit",
		"IPv6DuplicateAddressDetection",
		"IPv6MTUBytes",
	};

	return is_any(key, keys, ARRAY_LEN(keys));
}

static bool is_user_key(struct span key)
{
	return span_is(key, "User") || span_is(key, "Group");
}

static bool ends_in_backslash(struct span line)
{
	return line.n && line.s[line.n - 1] == '\\';
}

static int add_unit_setting(struct redactor *r, struct span line, const char *equals)
{
	struct span key = trim(span_of(line.s, equals));
	struct span value = trim(span_of(equals + 1, line.s + line.n));
	const char *alias;

	if (!r->anonymizer || !is_user_key(key) || !value.n || char_is_digit(*value.s) ||
	    span_has(value, "%"))
		return add_line(r, line);

	alias = anonymize_name(r->anonymizer, value.s, value.n);
	if (!alias)
		return -ENOMEM;
	text_add_bytes(r->out, key.s, key.n);
	text_addf(r->out, "=%s", alias);
	return 0;
}

static int unit_line_begins(struct redactor *r, struct span line)
{
	const char *equals = memchr(line.s, '=', line.n);

	r->continued = ends_in_backslash(line);
	r->keeps = equals && (is_unit_key(trim(span_of(line.s, equals))) ||
			      (span_starts(trim(line), "Exec") && is_relevant(line)));
	if (r->keeps)
		return add_unit_setting(r, line, equals);

	/* A setting nobody asks for, so that the next line stays a part of it. */
	if (r->continued)
		text_add(r->out, "X=\\");
	return 0;
}

/* The text as a whole ends in a NUL, so that looking past the line is no harm. */
static bool is_utf8(struct span s)
{
	uint32_t c;
	size_t n;

	for (size_t i = 0; i < s.n; i += n) {
		n = utf8_decode(s.s + i, &c);
		if (!n)
			return false;
	}
	return true;
}

/*
 * What ends the file for systemd must do so in the capture: a broken section
 * header, and a line that is not UTF-8.
 */
static int unit_line(struct redactor *r, struct span line)
{
	struct span shown = trim(line);
	bool comment = shown.n && strchr("#;", *shown.s);
	bool continued = r->continued;

	if (comment) {
		if (continued)
			text_add(r->out, "#");
		return 0;
	}
	if (!is_utf8(line)) {
		text_add(r->out, "\xff");
		return 0;
	}
	if (!continued && shown.n && *shown.s == '[')
		return add_line(r, line);
	if (!continued)
		return unit_line_begins(r, line);

	r->continued = ends_in_backslash(line);
	if (r->keeps)
		return add_line(r, line);
	if (r->continued)
		text_add(r->out, "\\");
	return 0;
}

/* ---- the kernel command line ---- */

/* A blank inside double quotes does not end a word. */
static size_t cmdline_word(struct span rest)
{
	bool quoted = false;
	size_t n = 0;

	for (; n < rest.n && (quoted || !char_is_space(rest.s[n])); n++) {
		if (rest.s[n] == '"')
			quoted = !quoted;
	}
	return n;
}

static bool is_cmdline_value_kept(struct span name, struct span value)
{
	static const char *const names[] = {"thash_entries", "init", "systemd.unit"};
	struct span key = name;

	if (is_any(name, names, ARRAY_LEN(names)))
		return true;
	if (span_is(name, "systemd.set_credential"))
		return span_starts(value, "sysctl.extra:");
	if (!span_starts(name, "sysctl.") && !span_starts(name, "sysctl/"))
		return false;

	key.s += strlen("sysctl.");
	key.n -= strlen("sysctl.");
	return !names_secret(key);
}

static void add_cmdline_word(struct span word, struct text *out)
{
	const char *equals = memchr(word.s, '=', word.n);
	const char *end = word.s + word.n;

	if (!equals || is_cmdline_value_kept(span_of(word.s, equals), span_of(equals + 1, end))) {
		text_add_bytes(out, word.s, word.n);
		return;
	}
	text_add_bytes(out, word.s, (size_t)(equals + 1 - word.s));
	text_add(out, MASK);
}

/* What follows "--" is for init, which has a syntax of its own. */
static int cmdline_line(struct redactor *r, struct span line)
{
	bool for_init = false;

	while (line.n) {
		size_t n = cmdline_word(line);
		struct span word = {line.s, n};

		if (!n)
			text_add_bytes(r->out, line.s, n = 1);
		else if (for_init)
			text_add(r->out, MASK);
		else
			add_cmdline_word(word, r->out);
		for_init = for_init || span_is(word, "--");
		line.s += n;
		line.n -= n;
	}
	return 0;
}

/* ---- accounts ---- */

enum { ACCOUNT_FIELDS = 4 };

static bool split_account(struct span line, struct span fields[static ACCOUNT_FIELDS])
{
	const char *p = line.s, *end = line.s + line.n;

	for (int i = 0; i < ACCOUNT_FIELDS; i++) {
		const char *colon = memchr(p, ':', (size_t)(end - p));

		if (!colon && i < ACCOUNT_FIELDS - 1)
			return false;
		fields[i] = span_of(p, colon ? colon : end);
		p = colon ? colon + 1 : end;
	}
	return fields[0].n && !strchr("#+-", *fields[0].s); /* comments, and what NIS added */
}

static bool is_person(struct span id)
{
	char text[16] = "";
	uint64_t v = 0;

	if (id.n >= sizeof(text))
		return true;
	memcpy(text, id.s, id.n);
	return number_parse_u64(text, &v) || (v >= FIRST_PERSON && v != NOBODY);
}

static int add_account_name(struct redactor *r, struct span name)
{
	const char *alias;

	if (!r->anonymizer || !name.n) {
		text_add_bytes(r->out, name.s, name.n);
		return 0;
	}

	alias = anonymize_name(r->anonymizer, name.s, name.n);
	if (!alias)
		return -ENOMEM;
	text_add(r->out, alias);
	return 0;
}

/* The name, and that it may be said when it is an account of the system. */
static int add_account(struct redactor *r, struct span name, struct span id)
{
	if (r->anonymizer && !is_person(id) && anonymize_keep_name(r->anonymizer, name.s, name.n))
		return -ENOMEM;
	if (add_account_name(r, name))
		return -ENOMEM;

	text_add(r->out, ":x:");
	text_add_bytes(r->out, id.s, id.n);
	return 0;
}

static int passwd_line(struct redactor *r, struct span line)
{
	struct span fields[ACCOUNT_FIELDS];

	if (!split_account(line, fields))
		return 0;
	if (add_account(r, fields[0], fields[2]))
		return -ENOMEM;

	text_add(r->out, ":");
	text_add_bytes(r->out, fields[3].s, fields[3].n);
	text_add(r->out, ":::");
	return 0;
}

static int group_line(struct redactor *r, struct span line)
{
	struct span fields[ACCOUNT_FIELDS], rest;

	if (!split_account(line, fields))
		return 0;
	if (add_account(r, fields[0], fields[2]))
		return -ENOMEM;

	text_add(r->out, ":");
	for (rest = trim(fields[3]); rest.n;) {
		const char *comma = memchr(rest.s, ',', rest.n);
		size_t n = comma ? (size_t)(comma - rest.s) : rest.n;

		if (add_account_name(r, (struct span){rest.s, n}))
			return -ENOMEM;
		text_add(r->out, comma ? "," : "");
		rest.s += n + !!comma;
		rest.n -= n + !!comma;
	}
	return 0;
}

/* ---- /proc ---- */

static int status_line(struct redactor *r, struct span line)
{
	if (span_starts(line, "CapBnd:"))
		text_add_bytes(r->out, line.s, line.n);
	return 0;
}

static int add_socket_end(struct redactor *r, uint8_t family, struct proc_tcp_end *end)
{
	char hex[PROC_TCP_HEX6 + 1];

	if (anonymize_address(r->anonymizer, family, end->address))
		return -ENOMEM;
	text_add_bytes(r->out, hex, proc_tcp_print(family, end->address, hex));
	return 0;
}

static int socket_line(struct redactor *r, struct span line)
{
	auto_free char *copy = strndup(line.s, line.n);
	struct proc_tcp_row row;
	size_t digits;

	if (!copy)
		return -ENOMEM;
	if (!r->anonymizer || proc_tcp_parse(copy, &row)) {
		/* The heading; whatever else it may be is not for a stranger's eyes. */
		if (!r->anonymizer || span_has(line, "local_address"))
			text_add_bytes(r->out, line.s, line.n);
		return 0;
	}

	digits = row.family == AF_INET ? PROC_TCP_HEX4 : PROC_TCP_HEX6;
	text_add_bytes(r->out, copy, row.local.at);
	if (add_socket_end(r, row.family, &row.local))
		return -ENOMEM;
	text_add_bytes(r->out, copy + row.local.at + digits, row.remote.at - row.local.at - digits);
	if (add_socket_end(r, row.family, &row.remote))
		return -ENOMEM;
	text_add(r->out, copy + row.remote.at + digits);
	return 0;
}

/* Nothing in our own files is a secret; but an address may be in a comment. */
static int own_line(struct redactor *r, struct span line)
{
	if (r->anonymizer)
		return anonymize_text(r->anonymizer, line.s, line.n, r->out);

	text_add_bytes(r->out, line.s, line.n);
	return 0;
}

static int hostname_line(struct redactor *r, struct span line)
{
	if (r->anonymizer)
		text_add(r->out, line.n ? "host" : "");
	else
		text_add_bytes(r->out, line.s, line.n);
	return 0;
}

static int plain_line(struct redactor *r, struct span line)
{
	text_add_bytes(r->out, line.s, line.n);
	return 0;
}

static int no_line(struct redactor *r, struct span line)
{
	(void)r;
	(void)line;
	return 0;
}

static int (*const line_functions[REDACTION_COUNT])(struct redactor *r, struct span line) = {
	[REDACT_NOTHING] = plain_line,     [REDACT_ALL] = no_line,
	[REDACT_CONFIG] = config_line,     [REDACT_OWN] = own_line,
	[REDACT_LIMITS] = limits_line,     [REDACT_SHELL] = shell_line,
	[REDACT_UNIT] = unit_line,         [REDACT_CMDLINE] = cmdline_line,
	[REDACT_PASSWD] = passwd_line,     [REDACT_GROUP] = group_line,
	[REDACT_STATUS] = status_line,     [REDACT_SOCKETS] = socket_line,
	[REDACT_HOSTNAME] = hostname_line,
};

int redact(enum redaction how, const char *bytes, size_t n, struct anonymizer *anonymizer,
	   struct text *out)
{
	struct redactor r = {.how = how, .anonymizer = anonymizer, .out = out};
	const char *end = bytes + n;

	if (how == REDACT_ALL)
		return 0;

	for (const char *p = bytes; p < end;) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		int e = line_functions[how](&r, span_of(p, newline ? newline : end));

		if (e)
			return e;
		if (newline)
			text_add_bytes(out, "\n", 1);
		p = newline ? newline + 1 : end;
	}
	return out->failed ? -ENOMEM : 0;
}
