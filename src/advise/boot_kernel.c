/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/boot_kernel.h"

#include <errno.h>
#include <string.h>
#include <uthash.h>

#include "base/text.h"
#include "model/default.h"
#include "model/key.h"
#include "model/value.h"

#define CONF "net/ipv4/conf/"

struct held {
	char *path;                /* owned */
	const struct tunable *row; /* NULL: not in the catalogue */
	bool too_early;            /* its module is not loaded when lines are read */
	struct value value;
	bool known;    /* value is what the key holds */
	bool written;  /* to by a line about this key, with or without success */
	bool changed;  /* by any line */
	bool indirect; /* ... about another key */
	bool absent;   /* no such setting now */
	char *text;    /* owned; canonical, or the line's where there is no row */
	size_t item;
	unsigned traps;
	UT_hash_handle hh;
};

struct boot_kernel {
	const struct boot_present *present;
	const struct boot_options *options;
	struct held *held;
};

struct boot_kernel *kernel_new(const struct boot_present *present,
			       const struct boot_options *options)
{
	struct boot_kernel *k = calloc(1, sizeof(*k));

	if (k) {
		k->present = present;
		k->options = options;
	}
	return k;
}

static void held_free(struct held *h)
{
	value_done(&h->value);
	free(h->path);
	free(h->text);
	free(h);
}

void kernel_free(struct boot_kernel *k)
{
	struct held *h, *next;

	if (!k)
		return;
	HASH_ITER(hh, k->held, h, next)
	{
		HASH_DEL(k->held, h);
		held_free(h);
	}
	free(k);
}

static struct held *find(const struct boot_kernel *k, const char *path)
{
	struct held *h = NULL;

	HASH_FIND_STR(k->held, path, h);
	return h;
}

/* The catalogue's row, and whether the key is there in time.  -ENOMEM. */
static int look_up(struct held *h, const struct strings *modules)
{
	auto_free char *dotted = strdup(h->path);
	const char *module;

	if (!dotted)
		return -ENOMEM;
	key_to_dotted(dotted);
	h->row = catalogue_match(dotted);
	module = modules ? catalogue_module(dotted) : NULL;
	h->too_early = module && !strings_has(modules, module);
	return 0;
}

static int running_value(const struct tunable *t, const struct snapshot *running, struct value *ret)
{
	const struct reading *now;

	if (!running || tunable_is_pattern(t))
		return -ENODATA;
	now = snapshot_reading(running, t);
	if (now->state != READING_PRESENT || now->value.type == TYPE_COUNT)
		return -ENODATA;
	return value_copy(&now->value, ret);
}

/* What stands before anybody writes: the default, where it is known. */
static int start(struct held *h, const struct boot_options *options)
{
	int r = look_up(h, options->modules);

	if (!r && !h->row)
		r = -ENODATA;
	if (!r)
		r = options->host ? default_value(h->row, options->host, &h->value) : -ENODATA;
	if (r == -ENODATA && h->row)
		r = running_value(h->row, options->running, &h->value);
	h->known = !r;
	return r == -ENOMEM ? r : 0;
}

static int find_or_start(struct boot_kernel *k, const char *path, struct held **ret)
{
	struct held *h = find(k, path);
	int r;

	if (h) {
		*ret = h;
		return 0;
	}

	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	h->path = strdup(path);
	r = h->path ? start(h, k->options) : -ENOMEM;
	if (!r) {
		HASH_ADD_KEYPTR(hh, k->held, h->path, strlen(h->path), h);
		r = h->hh.tbl ? 0 : -ENOMEM;
	}
	if (r) {
		held_free(h);
		return r;
	}
	*ret = h;
	return 0;
}

/* ---- one key ---- */

static bool is_listed(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; (p = strstr(p, word)); p++) {
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	}
	return false;
}

static bool algorithm_missing(const struct boot_kernel *k, const struct held *h, const char *value)
{
	return k->present->algorithms && *value &&
	       strcmp(h->path, "net/ipv4/tcp_congestion_control") == 0 &&
	       !is_listed(k->present->algorithms, value);
}

/* "net/ipv4/tcp_rmem/x": is something above it a setting? */
static bool is_below_setting(const struct boot_present *present, const char *path)
{
	auto_free char *above = strdup(path);
	char *slash;

	while (above && (slash = strrchr(above, '/'))) {
		const struct boot_setting *s;

		*slash = '\0';
		s = boot_present_find(present, above);
		if (s && s->kind != SETTING_DIRECTORY)
			return true;
	}
	return false;
}

/* What the setting is now; WRITE_DONE where nothing speaks against writing. */
static enum write_result obstacle(const struct boot_kernel *k, const char *path)
{
	const struct boot_setting *s;

	if (!path)
		return WRITE_ABSENT;
	if (!*path)
		return WRITE_TOP;
	if (!k->present->known)
		return WRITE_DONE;

	s = boot_present_find(k->present, path);
	if (!s)
		return key_is_odd(path) || is_below_setting(k->present, path) ? WRITE_IMPOSSIBLE
									      : WRITE_ABSENT;
	return s->kind == SETTING_DIRECTORY   ? WRITE_DIRECTORY
	       : s->kind == SETTING_READ_ONLY ? WRITE_READ_ONLY
					      : WRITE_DONE;
}

/* Make h hold `after`, which is taken over; text is the line's. */
static int set(struct held *h, struct value *after, bool known, const char *text)
{
	char *shown = NULL;

	if (h->row && known)
		shown = value_text(after);
	else if (!h->row)
		shown = strdup(text);
	if (!shown && (known || !h->row))
		return -ENOMEM;

	free(h->text);
	h->text = shown;
	value_done(&h->value);
	h->value = *after;
	*after = (struct value){0};
	h->known = known;
	h->changed = true;
	return 0;
}

/*
 * ipv4_local_port_range() and ipv4_privileged_ports(): the ports of outgoing
 * connections never reach below ip_unprivileged_port_start.
 */
static int check_port_order(struct boot_kernel *k, const struct held *h, const struct value *after,
			    unsigned *traps)
{
	static const char range[] = "net/ipv4/ip_local_port_range";
	static const char start[] = "net/ipv4/ip_unprivileged_port_start";
	bool is_range = strcmp(h->path, range) == 0;
	struct held *other = NULL;
	int r;

	if (!is_range && strcmp(h->path, start) != 0)
		return 0;
	r = find_or_start(k, is_range ? start : range, &other);
	if (r || !other->known)
		return r;
	if (is_range ? after->num[0] < other->value.num[0] : after->num[0] > other->value.num[0])
		*traps |= TRAP_REFUSED;
	return 0;
}

static enum write_result refusal(const struct held *h, unsigned traps)
{
	if (traps & TRAP_PARTIAL)
		return WRITE_PARTIAL;
	return h->row->type == TYPE_WORD ? WRITE_UNKNOWN : WRITE_REFUSED;
}

static int write_held(struct boot_kernel *k, struct held *h, const char *value,
		      enum write_result *ret, bool *ret_differs)
{
	auto_value struct value after = {.type = TYPE_COUNT};
	const struct host *host = k->options->host;
	unsigned traps = 0;
	int r;

	if (!h->row)
		return set(h, &after, false, value);
	if (algorithm_missing(k, h, value)) {
		*ret = WRITE_UNKNOWN;
		return 0;
	}

	r = value_after_write(h->row, h->known ? &h->value : NULL, value, host ? host->release : 0,
			      &after, &traps);
	if (r && r != -ENODATA)
		return r;
	if (!r && check_port_order(k, h, &after, &traps))
		return -ENOMEM;
	if (traps & TRAP_REFUSED)
		*ret = refusal(h, traps);
	if (*ret != WRITE_DONE && *ret != WRITE_PARTIAL)
		return 0;

	h->traps = traps;
	*ret_differs = r || !h->known || !value_equal(&after, &h->value);
	return set(h, &after, !r, value);
}

/* ---- other keys ---- */

static bool exists(const struct boot_kernel *k, const char *path)
{
	return !k->present->known || boot_present_find(k->present, path);
}

/* h changes because of what was written to `from`. */
static int follow(struct held *h, const struct held *from)
{
	auto_value struct value copy = {.type = TYPE_COUNT};

	if (from->known && value_copy(&from->value, &copy))
		return -ENOMEM;
	if (set(h, &copy, from->known, from->text ? from->text : ""))
		return -ENOMEM;
	h->item = from->item;
	h->indirect = true;
	return 0;
}

static int follow_at(struct boot_kernel *k, const char *path, const struct held *from)
{
	struct held *h = NULL;
	int r;

	if (!exists(k, path))
		return 0;
	r = find_or_start(k, path, &h);
	return r || h == from ? r : follow(h, from);
}

/* "eth0" of "net/ipv4/conf/eth0/X", or NULL for other paths. */
static const char *interface_of(const char *path, const char *leaf, size_t *len)
{
	const char *name = path + strlen(CONF);

	if (!text_starts(path, CONF))
		return NULL;
	*len = strcspn(name, "/");
	return name[*len] && strcmp(name + *len + 1, leaf) == 0 ? name : NULL;
}

static bool same_name(const char *name, size_t len, const char *other)
{
	return strlen(other) == len && memcmp(name, other, len) == 0;
}

static bool has_address(const struct boot_kernel *k, const char *name, size_t len)
{
	static const char *const loopback[] = {"lo", NULL};
	const char *const *list = k->options->addressed;

	for (list = list ? list : loopback; *list; list++) {
		if (same_name(name, len, *list))
			return true;
	}
	return false;
}

/*
 * devinet_copy_dflt_conf(): every interface whose own setting was not written
 * and that never had an address, which marks all of its settings as written.
 */
static int spread_default(struct boot_kernel *k, const struct held *from)
{
	const char *leaf = from->path + strlen(CONF "default/");

	for (size_t i = 0; i < k->present->len; i++) {
		const char *path = k->present->items[i].path;
		struct held *h = NULL;
		size_t len = 0;
		const char *name = interface_of(path, leaf, &len);
		int r;

		if (!name || same_name(name, len, "all") || same_name(name, len, "default") ||
		    has_address(k, name, len))
			continue;
		r = find_or_start(k, path, &h);
		if (!r && !h->written)
			r = follow(h, from);
		if (r)
			return r;
	}
	return 0;
}

/* inet_forward_change(): all interfaces, later ones, and redirects the other way. */
static int spread_forwarding(struct boot_kernel *k, struct held *from)
{
	struct value off = {.type = TYPE_BOOL, .n = 1};
	struct held *redirects = NULL;
	int r = follow_at(k, "net/ipv4/ip_forward", from);

	for (size_t i = 0; i < k->present->len && !r; i++) {
		size_t len = 0;

		if (interface_of(k->present->items[i].path, "forwarding", &len))
			r = follow_at(k, k->present->items[i].path, from);
	}
	if (r || !from->known || !exists(k, CONF "all/accept_redirects"))
		return r;

	r = find_or_start(k, CONF "all/accept_redirects", &redirects);
	if (r)
		return r;
	off.num[0] = !from->value.num[0];
	redirects->item = from->item;
	redirects->indirect = true;
	return set(redirects, &off, true, off.num[0] ? "1" : "0");
}

/* Settings of interfaces that devinet_conf_proc() does not handle. */
static bool stays_where_written(const char *path)
{
	static const char *const leaves[] = {
		"/forwarding",     "/disable_policy",      "/disable_xfrm",
		"/route_localnet", "/promote_secondaries", "/drop_unicast_in_l2_multicast",
	};

	for (size_t i = 0; i < ARRAY_LEN(leaves); i++) {
		if (text_ends(path, leaves[i]))
			return true;
	}
	return false;
}

static bool is_forwarding(const char *path)
{
	return strcmp(path, "net/ipv4/ip_forward") == 0 || strcmp(path, CONF "all/forwarding") == 0;
}

static int spread(struct boot_kernel *k, struct held *from, bool differs)
{
	if (is_forwarding(from->path))
		return differs ? spread_forwarding(k, from) : 0;
	if (text_starts(from->path, CONF "default/") && !stays_where_written(from->path))
		return spread_default(k, from);
	return 0;
}

/* Does the setting read so, to the letter? */
static int reads_as(const struct held *h, const char *value, bool *ret)
{
	auto_free char *text = h->known ? value_text(&h->value) : NULL;

	*ret = text && strcmp(text, value) == 0;
	return h->known && !text ? -ENOMEM : 0;
}

/* The setting is there. */
static int write_setting(struct boot_kernel *k, struct held *h, const struct attempt *a,
			 enum write_result *ret, bool *ret_differs)
{
	bool saved = false;
	int r = 0;

	if (h->row && h->row->read_only) {
		*ret = WRITE_READ_ONLY;
		return 0;
	}
	if (a->unless_equal)
		r = reads_as(h, a->value, &saved);
	if (r)
		return r;
	h->written |= !saved;
	return write_held(k, h, a->value, ret, ret_differs);
}

int kernel_write(struct boot_kernel *k, const struct attempt *a, enum write_result *ret)
{
	enum write_result before = obstacle(k, a->path), made = WRITE_DONE;
	struct held *h = NULL;
	bool differs = true;
	int r;

	*ret = before;
	if (!a->path || (before != WRITE_DONE && before != WRITE_ABSENT))
		return 0;

	r = find_or_start(k, a->path, &h);
	if (!r && h->too_early) {
		*ret = WRITE_TOO_EARLY;
		return 0;
	}
	if (!r)
		r = write_setting(k, h, a, &made, &differs);
	if (before == WRITE_DONE)
		*ret = made;
	if (r || (made != WRITE_DONE && made != WRITE_PARTIAL))
		return r;

	h->indirect = false;
	h->absent = before == WRITE_ABSENT;
	h->item = a->item;
	return h->absent ? 0 : spread(k, h, differs);
}

bool kernel_holds(const struct boot_kernel *k, const char *path, struct boot_outcome *ret)
{
	const struct held *h = find(k, path);

	if (!h || !h->changed)
		return false;

	*ret = (struct boot_outcome){
		.text = h->text,
		.item = h->item,
		.side_effect = h->indirect,
		.absent = h->absent,
		.traps = h->traps,
	};
	return true;
}
