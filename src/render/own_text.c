/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/own_text.h"

#include <errno.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "model/order.h"

static const char first_line[] = "# Made by tcptune (form 1); sha256 of the rest: ";

static const char advice[] =
	"# \"tcptune check\" tells the reason of each line. In the place tcptune gave it,\n"
	"# \"tcptune apply --none\" takes this file away, and once it is edited, tcptune\n"
	"# refuses to write it: put lines of your own into another file.\n";

enum { DIGITS = DIGEST_SIZE - 1, BODY_AT = sizeof(first_line) - 1 + DIGITS };

/* ------------------------------------------------------------------ making */

static void add_sysctl(struct text *t, const struct own_entry *e)
{
	text_addf(t, "%s = %s\n", e->key, e->value);
}

static void add_module(struct text *t, const struct own_entry *e)
{
	text_addf(t, "%s\n", e->key + strlen(OWN_MODULE_PREFIX));
}

/* "nofile.pam:DOMAIN.soft": never '-', which loses a field where a better line has the other. */
static void add_pam(struct text *t, const struct own_entry *e)
{
	size_t n;
	const char *target = own_target(e->key, &n);

	target += strlen("pam:");
	n -= strlen("pam:");
	text_addf(t, "%.*s %s nofile %s\n", (int)n, target, strrchr(e->key, '.') + 1, e->value);
}

static void (*const add_entry[OWN_KIND_COUNT])(struct text *, const struct own_entry *) = {
	[OWN_MODULES] = add_module,
	[OWN_SYSCTL] = add_sysctl,
	[OWN_PAM] = add_pam,
};

/* systemd has both limits in one assignment; one number alone would be both. */
static void add_assignment(struct text *t, const char *section, const char *setting,
			   const char *soft, const char *hard)
{
	text_addf(t, "[%s]\n%s=", section, setting);
	if (soft && hard)
		text_addf(t, "%s:%s\n", soft, hard);
	else
		text_addf(t, "%s\n", soft ? soft : hard);
}

static const char *section_of_unit(const char *path)
{
	static const struct {
		const char *suffix, *section;
	} types[] = {
		{".socket.d/" OWN_NAME, "Socket"},
		{".mount.d/" OWN_NAME, "Mount"},
		{".swap.d/" OWN_NAME, "Swap"},
	};

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (text_ends(path, types[i].suffix))
			return types[i].section;
	}
	return "Service";
}

static void add_systemd(struct text *t, const struct own_entry *const *list, size_t n,
			enum own_kind kind, const char *path)
{
	const char *soft = NULL, *hard = NULL;

	for (size_t i = 0; i < n; i++) {
		if (text_ends(list[i]->key, ".soft"))
			soft = list[i]->value;
		else
			hard = list[i]->value;
	}
	if (kind == OWN_UNIT)
		add_assignment(t, section_of_unit(path), "LimitNOFILE", soft, hard);
	else
		add_assignment(t, "Manager", "DefaultLimitNOFILE", soft, hard);
}

static int by_order(const void *a, const void *b, void *ports)
{
	const struct own_entry *const *x = a, *const *y = b;

	return write_order((*x)->key, (*y)->key, *(enum port_order *)ports);
}

/* Those of the file at path, in the order they are written in; the caller's.  -ENOMEM. */
static int pick(const struct own_entries *entries, const char *path, const struct own_entry ***ret,
		size_t *ret_n)
{
	const char *start = own_entries_find(entries, "net.ipv4.ip_unprivileged_port_start");
	enum port_order ports = port_order_of(NULL, start);
	const struct own_entry **list = calloc(entries->len + 1, sizeof(*list));
	size_t n = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < entries->len; i++) {
		auto_free char *own = own_path(entries->items[i].key);

		if (!own) {
			free(list);
			return -ENOMEM;
		}
		if (strcmp(own, path) == 0)
			list[n++] = &entries->items[i];
	}
	qsort_r(list, n, sizeof(*list), by_order, &ports);
	*ret = list;
	*ret_n = n;
	return 0;
}

static void add_head(struct text *t, const char *profile)
{
	bool plain = profile && strlen(profile) <= 64;

	/* A name goes into files that old readers cut to pieces: no surprises. */
	for (const char *p = profile; plain && *p; p++)
		plain = char_is_digit(*p) || *p == '-' || *p == '_' || *p == '.' ||
			(char_lower(*p) >= 'a' && char_lower(*p) <= 'z');
	if (plain)
		text_addf(t, "# Profile \"%s\".\n", profile);
	text_add(t, advice);
}

/* The first line goes before all, and cannot be part of what it sums up. */
static int seal(const struct text *body, struct bytes *ret)
{
	auto_text struct text t = {0};
	char digest[DIGEST_SIZE];
	size_t len;

	if (body->failed)
		return -ENOMEM;
	digest_of(body->str, body->len, digest);
	text_addf(&t, "%s%s", first_line, digest);
	text_add_bytes(&t, body->str, body->len);
	len = t.len;
	if (text_take(&t, &ret->data))
		return -ENOMEM;
	ret->len = len;
	return 0;
}

int own_text(const struct own_entries *entries, const char *profile, const char *path,
	     struct bytes *ret)
{
	auto_free const struct own_entry **list = NULL;
	auto_text struct text body = {0};
	enum own_kind kind;
	size_t n = 0;

	*ret = (struct bytes){0};
	if (!own_path_kind(path, &kind))
		return 0;
	if (pick(entries, path, &list, &n))
		return -ENOMEM;
	if (!n)
		return 0;

	text_add(&body, "\n");
	add_head(&body, profile);
	if (add_entry[kind]) {
		for (size_t i = 0; i < n; i++)
			add_entry[kind](&body, list[i]);
	} else {
		add_systemd(&body, list, n, kind, path);
	}
	return seal(&body, ret);
}

/* ----------------------------------------------------------------- reading */

enum own_state own_text_state(const struct bytes *b)
{
	char digest[DIGEST_SIZE];

	if (!b->data)
		return OWN_ABSENT;
	if (!b->len)
		return OWN_MASKED;
	if (b->len < BODY_AT || memcmp(b->data, first_line, sizeof(first_line) - 1) != 0)
		return text_starts(b->data, "# Made by tcptune") ? OWN_EDITED : OWN_NOT_OURS;

	digest_of(b->data + BODY_AT, b->len - BODY_AT, digest);
	return memcmp(b->data + BODY_AT - DIGITS, digest, DIGITS) == 0 ? OWN_UNTOUCHED : OWN_EDITED;
}

/* Nothing but printable ASCII, so that it can stand in any file again. */
static bool is_plain(const char *s)
{
	for (; *s; s++) {
		if (*s < ' ' || *s > '~')
			return false;
	}
	return true;
}

static int put_sysctl(char *line, struct own_entries *list)
{
	char *equals = strstr(line, " = ");
	const struct tunable *t;

	if (!equals)
		return 0;
	*equals = '\0';
	t = catalogue_find(line);
	if (!t || tunable_is_pattern(t) || catalogue_denies(line))
		return 0;
	return own_entries_put(list, line, equals + strlen(" = "));
}

static int put_module(const char *line, struct own_entries *list)
{
	auto_free char *key = text_format(OWN_MODULE_PREFIX "%s", line);

	return key ? own_entries_put(list, key, "") : -ENOMEM;
}

static int put_limit(const char *target, const char *field, const char *value,
		     struct own_entries *list)
{
	auto_free char *key = own_nofile_key(target, field);

	return key ? own_entries_put(list, key, value) : -ENOMEM;
}

static int put_pam(char *line, struct own_entries *list)
{
	char *save = NULL, *word[4] = {0};
	auto_free char *target = NULL;

	for (size_t i = 0; i < ARRAY_LEN(word); i++) {
		word[i] = strtok_r(i ? NULL : line, " \t", &save);
		if (!word[i])
			return 0;
	}
	if (strcmp(word[2], "nofile") != 0 ||
	    (strcmp(word[1], "soft") != 0 && strcmp(word[1], "hard") != 0))
		return 0;
	target = text_format("pam:%s", word[0]);
	return target ? put_limit(target, word[1], word[3], list) : -ENOMEM;
}

static int put_systemd(char *line, const char *target, struct own_entries *list)
{
	char *value = strstr(line, "LimitNOFILE="), *colon;
	int r;

	if (!value)
		return 0;
	value += strlen("LimitNOFILE=");
	colon = strchr(value, ':');
	if (colon)
		*colon = '\0';
	r = put_limit(target, "soft", value, list);
	return r ? r : put_limit(target, "hard", colon ? colon + 1 : value, list);
}

static char *target_of(enum own_kind kind, const char *path)
{
	size_t n = 0;
	const char *unit = own_path_unit(path, &n);

	if (kind == OWN_UNIT && unit)
		return text_format("unit:%.*s", (int)n, unit);
	return text_format("%s", kind == OWN_USER ? "systemd-user" : "systemd");
}

int own_text_parse(const struct bytes *b, const char *path, struct own_entries *list)
{
	auto_free char *copy = b->data ? strndup(b->data, b->len) : NULL;
	auto_free char *target = NULL;
	enum own_kind kind;
	char *save = NULL;
	int r = 0;

	if (!b->data || !own_path_kind(path, &kind))
		return 0;
	target = target_of(kind, path);
	if (!copy || !target)
		return -ENOMEM;

	for (char *line = strtok_r(copy, "\n", &save); line && !r;
	     line = strtok_r(NULL, "\n", &save)) {
		if (*line == '#' || *line == '[' || !is_plain(line))
			continue;
		if (kind == OWN_SYSCTL)
			r = put_sysctl(line, list);
		else if (kind == OWN_MODULES)
			r = put_module(line, list);
		else
			r = kind == OWN_PAM ? put_pam(line, list) : put_systemd(line, target, list);
	}
	return r;
}
