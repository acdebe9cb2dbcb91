/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/redact.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/number.h"
#include "base/utf8.h"
#include "model/secret.h"
#include "read/proc_tcp.h"
#include "read/redact_pam.h"

enum { FIRST_PERSON = 1000, NOBODY = 65534 };

struct redactor {
	enum redaction how;
	struct anonymizer *anonymizer;
	struct text *out;
	bool in_key;    /* between BEGIN and END of a key */
	bool continued; /* a unit's line goes on in the next one */
	bool keeps;     /* ... and it is one that stays */
	struct pam_line pam;
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

static bool ends_in_backslash(struct span line)
{
	return line.n && line.s[line.n - 1] == '\\';
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

/* ---- lines ---- */

/* A private key in the middle of some file goes as a whole. */
static bool is_in_key(struct redactor *r, struct span line)
{
	bool begins = span_has(line, "-----BEGIN"), ends = span_has(line, "-----END");
	bool inside = r->in_key || begins;

	r->in_key = inside && !ends;
	return inside;
}

static int add_line(struct redactor *r, enum secret_form form, struct span line)
{
	auto_text struct text masked = {0};

	if (is_in_key(r, line)) {
		text_add(r->out, SECRET_MASK);
		return 0;
	}
	if (!r->anonymizer) {
		secret_mask(form, line.s, line.n, r->out);
		return 0;
	}

	secret_mask(form, line.s, line.n, &masked);
	if (masked.failed)
		return -ENOMEM;
	return masked.len ? anonymize_text(r->anonymizer, masked.str, masked.len, r->out) : 0;
}

static int config_line(struct redactor *r, struct span line)
{
	return add_line(r, SECRET_LINES, line);
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

	if (comment)
		rest.n = (size_t)(comment + 1 - line.s);
	if (!r->anonymizer)
		return add_line(r, SECRET_PAIRS, rest);

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
	return add_line(r, SECRET_PAIRS, rest);
}

static int pam_line(struct redactor *r, struct span line)
{
	redact_pam(&r->pam, line.s, line.n, r->out);
	return 0;
}

/* ---- shell ---- */

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
	if (is_relevant(line) && !secret_is_written(line.s, line.n))
		return add_line(r, SECRET_LINES, line);

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

/* Whatever is masked of it, a line that goes on goes on. */
static int add_unit_line(struct redactor *r, struct span line)
{
	int e = 0;

	if (secret_is_written(line.s, line.n))
		text_add(r->out, SECRET_MASK);
	else
		e = add_line(r, SECRET_LINES, line);
	if (!e && r->continued && r->out->len && r->out->str[r->out->len - 1] != '\\')
		text_add(r->out, "\\");
	return e;
}

static int add_unit_setting(struct redactor *r, struct span line, const char *equals)
{
	struct span key = trim(span_of(line.s, equals));
	struct span value = trim(span_of(equals + 1, line.s + line.n));
	const char *alias;

	if (!r->anonymizer || !is_user_key(key) || !value.n || char_is_digit(*value.s) ||
	    span_has(value, "%")) {
		text_add_bytes(r->out, line.s, (size_t)(equals + 1 - line.s));
		return add_unit_line(r, span_of(equals + 1, line.s + line.n));
	}

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
		return add_line(r, SECRET_PAIRS, line);
	if (!continued)
		return unit_line_begins(r, line);

	r->continued = ends_in_backslash(line);
	if (r->keeps)
		return add_unit_line(r, line);
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

static bool is_cmdline_value_kept(struct span name)
{
	static const char *const names[] = {"thash_entries", "init", "systemd.unit"};

	return is_any(name, names, ARRAY_LEN(names)) || span_starts(name, "sysctl.") ||
	       span_starts(name, "sysctl/");
}

static void add_cmdline_word(struct span word, struct text *out)
{
	const char *equals = memchr(word.s, '=', word.n);
	struct span name = equals ? span_of(word.s, equals) : word, value;

	if (!equals || is_cmdline_value_kept(name)) {
		secret_mask(SECRET_PAIRS, word.s, word.n, out);
		return;
	}

	value = span_of(equals + 1, word.s + word.n);
	text_add_bytes(out, name.s, name.n + 1);
	/* a line of sysctl.d */
	if (span_is(name, "systemd.set_credential") && span_starts(value, "sysctl.extra:"))
		secret_mask(SECRET_PAIRS, value.s, value.n, out);
	else
		text_add(out, SECRET_MASK);
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
			text_add(r->out, SECRET_MASK);
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

/* Nothing that we write is a secret; but somebody may have added one, or an address. */
static int own_line(struct redactor *r, struct span line)
{
	return add_line(r, SECRET_SYSCTLS, line);
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
	[REDACT_NOTHING] = plain_line,   [REDACT_ALL] = no_line,
	[REDACT_CONFIG] = config_line,   [REDACT_OWN] = own_line,
	[REDACT_LIMITS] = limits_line,   [REDACT_PAM] = pam_line,
	[REDACT_SHELL] = shell_line,     [REDACT_UNIT] = unit_line,
	[REDACT_CMDLINE] = cmdline_line, [REDACT_PASSWD] = passwd_line,
	[REDACT_GROUP] = group_line,     [REDACT_STATUS] = status_line,
	[REDACT_SOCKETS] = socket_line,  [REDACT_HOSTNAME] = hostname_line,
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
