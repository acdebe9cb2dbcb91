/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/lint_line.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "model/default.h"
#include "model/key.h"
#include "model/release.h"

/* One line under examination. */
struct line {
	const struct linter *linter;
	const struct assignment *a;
	const struct tunable *t;        /* NULL: not in the catalogue, only its module is known */
	const char *module;             /* that brings the key, or NULL */
	const struct boot_write *write; /* what is written because of it, or NULL */
	unsigned release;
	struct value value; /* what the kernel holds afterwards */
	bool known;         /* value is */
	unsigned traps;
};

static const char *file_of(const struct line *x)
{
	const struct boot_file *f = &x->linter->lines->files.items[x->a->file];

	return f->real ? f->real : f->path;
}

/* Every check returns 1 when it reported the line, 0 when not, or -ENOMEM. */
static int reported(int r)
{
	return r ? r : 1;
}

#define lint(x, id, ...)                                                                           \
	reported(lint_add((x)->linter->list, (id), file_of(x), (x)->a->line, (x)->a->text, (x)->t, \
			  __VA_ARGS__))

/* ---- bad advice ---- */

/* Values that guides on the web recommend and that do harm. */
static const struct recipe {
	const char *key;
	int64_t low, high; /* of the first field */
	const char *harm;
	bool below_default; /* only if it is less than this host's default */
} recipes[] = {
	{"net.ipv4.tcp_tw_recycle", 1, INT32_MAX,
	 "clients behind one NAT address are dropped silently", false},
	{"net.ipv4.tcp_max_tw_buckets", 0, 5000,
	 "sockets beyond it skip TIME_WAIT, which protects new connections from old packets", true},
	{"net.ipv4.tcp_fin_timeout", 0, 4,
	 "slow clients are cut off during the last response, and TIME_WAIT is as long as before",
	 false},
	{"net.ipv4.tcp_syn_retries", 0, 1, "one or two lost packets make a connection fail", false},
	{"net.core.rmem_default", 8388608, INT64_MAX,
	 "every UDP and raw socket may take as much; TCP does not use it", false},
	{"net.core.wmem_default", 8388608, INT64_MAX,
	 "every UDP and raw socket may take as much; TCP does not use it", false},
	{"net.ipv4.tcp_sack", 0, 0, "one lost packet makes TCP send far too much again", false},
	{"net.ipv4.tcp_window_scaling", 0, 0, "no connection can have more than 64 KiB in flight",
	 false},
	{"net.ipv4.tcp_moderate_rcvbuf", 0, 0, "receive buffers no longer grow as they need to",
	 false},
	{"net.ipv4.tcp_syncookies", 0, 0, "a flood of connection requests shuts everybody out",
	 false},
	{"net.ipv4.tcp_syncookies", 2, 2,
	 "every connection loses options, flood or not; it is "
	 "meant for tests",
	 false},
};

static bool is_below_default(const struct line *x)
{
	auto_value struct value usual = {0};

	return default_value(x->t, &x->linter->facts->now->host, &usual) ||
	       x->value.num[0] < usual.num[0];
}

static const struct recipe *recipe_of(const struct line *x)
{
	for (size_t i = 0; i < ARRAY_LEN(recipes); i++) {
		const struct recipe *c = &recipes[i];

		if (strcmp(c->key, x->t->key) == 0 && x->value.num[0] >= c->low &&
		    x->value.num[0] <= c->high && (!c->below_default || is_below_default(x)))
			return c;
	}
	return NULL;
}

/* ---- the key ---- */

static bool is_there(const struct line *x)
{
	const struct boot_present *p = x->linter->facts->boot->present;

	return p->known && boot_present_find(p, x->a->target);
}

/* net.ipv4.conf.eth0.100.rp_filter: the name of the interface ends at the first dot. */
static int lint_interface(const struct line *x)
{
	size_t head = strcspn(x->t->key, "*");
	const char *name = x->a->target + head, *end = strrchr(x->a->target, '/');

	if (!tunable_is_pattern(x->t) || strcspn(name, "/") == (size_t)(end - name))
		return 0;
	return lint(x, LINT_INTERFACE, "read as an interface called '%.*s'; write %.*s%.*s%s",
		    (int)strcspn(name, "/"), name, (int)head, x->t->key, (int)(end - name), name,
		    x->t->key + head + 1);
}

static int lint_removed(const struct line *x)
{
	enum presence presence = tunable_presence(x->t, x->release);
	char at[16];

	if (!x->t->removed.at || is_there(x) || (x->release && presence != PRESENCE_NO) ||
	    (x->release && x->release < x->t->removed.at))
		return 0;
	return lint(x, LINT_REMOVED, "removed in Linux %s. %s", release_text(x->t->removed.at, at),
		    x->t->myth ? x->t->myth : x->t->instead);
}

static int lint_too_new(const struct line *x)
{
	char at[16];

	if (x->a->ignore || !x->t->since.at || is_there(x) ||
	    tunable_presence(x->t, x->release) != PRESENCE_NO || x->release >= x->t->since.at)
		return 0;
	return lint(x, LINT_TOO_NEW, "there since Linux %s only", release_text(x->t->since.at, at));
}

static int lint_dead(const struct line *x)
{
	char at[16];

	if (!tunable_is_dead(x->t, x->release))
		return 0;
	return lint(x, LINT_DEAD, "without effect since Linux %s. %s",
		    release_text(x->t->dead.at, at), x->t->instead);
}

static int lint_not_writable(const struct line *x)
{
	if (x->t->read_only)
		return lint(x, LINT_NOT_WRITABLE, "the kernel only shows this key");
	if (x->t->never_write)
		return lint(x, LINT_NOT_WRITABLE, "%s", x->t->risk_why);
	return 0;
}

static int lint_module(const struct line *x)
{
	if (x->a->ignore || !x->write || x->write->result != WRITE_TOO_EARLY)
		return 0;
	return lint(x, LINT_MODULE,
		    "needs the module %s; write '%s' to "
		    "/etc/modules-load.d/%s.conf",
		    x->module, x->module, x->module);
}

static int lint_key(const struct line *x)
{
	static int (*const checks[])(const struct line *x) = {
		lint_interface, lint_removed,      lint_too_new,
		lint_dead,      lint_not_writable, lint_module,
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(checks) && !r; i++)
		r = checks[i](x);
	return r;
}

/* ---- the value ---- */

static bool has_comment(const char *value)
{
	for (const char *p = value; (p = strpbrk(p, "#;")); p++) {
		if (p > value && char_is_blank(p[-1]))
			return true;
	}
	return false;
}

static int lint_form(const struct line *x)
{
	if (strchr("\"'", x->a->value[0]) && x->a->value[0])
		return lint(x, LINT_QUOTED, "the quotes are written, too");
	if (has_comment(x->a->value))
		return lint(x, LINT_COMMENT, "the comment is written, too");
	if (x->traps & TRAP_PARTIAL)
		return lint(x, LINT_PARTIAL, "only the numbers before the mistake are set");
	if (x->traps & TRAP_REFUSED)
		return lint(x, LINT_REFUSED, "the kernel does not take this value");
	if (x->write && x->write->result == WRITE_UNKNOWN)
		return lint(x, LINT_REFUSED, "nothing of that name is there when it is set");
	if (x->traps & TRAP_OCTAL && x->known)
		return lint(x, LINT_OCTAL, "read as octal: %" PRId64, x->value.num[0]);
	if (x->traps & TRAP_OCTAL)
		return lint(x, LINT_OCTAL, "a leading 0 makes the number octal");
	return 0;
}

static int lint_meaning(const struct line *x)
{
	const struct recipe *recipe;
	struct error err = {0};

	recipe = x->value.type == x->t->type && x->value.type < TYPE_PORTS ? recipe_of(x) : NULL;
	if (recipe)
		return lint(x, LINT_RECIPE, "%s", recipe->harm);
	if (value_check(x->t, &x->value, &err))
		return lint(x, LINT_INSANE, "%s", err.text);
	return 0;
}

static const struct value *running_value(const struct line *x)
{
	const struct reading *now =
		tunable_is_pattern(x->t) ? NULL : snapshot_reading(x->linter->facts->now, x->t);

	return now && now->state == READING_PRESENT && now->value.type == x->t->type ? &now->value
										     : NULL;
}

/* What runs shows how; where nothing runs, no clock that Linux has ticks so that 20 ms are cut. */
static int lint_ticks(const struct line *x, const struct value *now)
{
	enum { WHOLE_MS = 20 };
	int64_t n = x->value.num[0];

	if (!x->t->ticks || !x->known)
		return 0;
	if (now && value_reads_back(x->t, now, &x->value))
		return now->num[0] == n
			       ? 0
			       : lint(x, LINT_ROUNDED, "here it reads %" PRId64, now->num[0]);
	return n % WHOLE_MS == 0 ? 0
				 : lint(x, LINT_ROUNDED,
					"kept in ticks of the kernel's clock, of 1 to 10 ms");
}

static int lint_habits(const struct line *x)
{
	if (x->traps & TRAP_SHORT)
		return lint(x, LINT_SHORT, "the key has %u numbers (%s)", tunable_fields(x->t),
			    x->t->field_names);
	if (x->traps & TRAP_TRAILING)
		return lint(x, LINT_TRAILING, "the key has %u number%s", tunable_fields(x->t),
			    tunable_fields(x->t) == 1 ? "" : "s");
	if (x->traps & TRAP_HEX)
		return lint(x, LINT_HEX, "hexadecimal");
	return lint_ticks(x, running_value(x));
}

/* The worst first: what is refused has no meaning, and a bad value beats bad style. */
static int lint_value(const struct line *x)
{
	int r = lint_form(x);

	if (!r && x->known)
		r = lint_meaning(x);
	return r ? r : lint_habits(x);
}

static int compute(struct line *x)
{
	int r = value_after_write(x->t, running_value(x), x->a->value, x->release, &x->value,
				  &x->traps);

	x->known = r == 0;
	return r == -ENOMEM ? r : 0;
}

static const struct boot_write *write_of(const struct boot *b, size_t item)
{
	return b->first_write[item] == SIZE_MAX ? NULL : &b->writes.items[b->first_write[item]];
}

/* What a later line replaces is never written, so that its value does no harm. */
static bool value_counts(const struct linter *l, size_t item)
{
	return l->lines->items.items[item].value && l->facts->boot->fates[item].fate == FATE_WINS;
}

int lint_item(const struct linter *l, size_t item)
{
	const struct assignment *a = &l->lines->items.items[item];
	auto_free char *key = a->target ? strdup(a->target) : NULL;
	struct line x = {
		.linter = l,
		.a = a,
		.write = write_of(l->facts->boot, item),
		.release = l->facts->now->host.release,
	};
	int r;

	if (l->lines->files.items[a->file].state != FILE_READ || !a->target)
		return 0;
	if (!key)
		return -ENOMEM;
	key_to_dotted(key);
	x.t = catalogue_match(key);
	x.module = catalogue_module(key);
	r = x.t ? lint_key(&x) : lint_module(&x);
	if (!x.t)
		return r < 0 ? r : 0;
	if (!r && value_counts(l, item)) {
		r = compute(&x);
		if (!r)
			r = lint_value(&x);
		value_done(&x.value);
	}
	return r < 0 ? r : 0;
}

/* ---- together ---- */

int lint_together(const struct linter *l)
{
	struct boot_outcome timestamps, reuse;
	const struct boot *b = l->facts->boot;
	const struct assignment *a;

	if (!boot_outcome(b, "net/ipv4/tcp_timestamps", &timestamps) ||
	    !boot_outcome(b, "net/ipv4/tcp_tw_reuse", &reuse) ||
	    !text_equal(timestamps.text, "0") || !reuse.text || text_equal(reuse.text, "0"))
		return 0;

	a = &l->lines->items.items[timestamps.item];
	return lint_add(l->list, LINT_RECIPE, timestamps.file, timestamps.line, a->text,
			catalogue_find("net.ipv4.tcp_timestamps"),
			"without timestamps tcp_tw_reuse, which %s:%u sets, does nothing",
			reuse.file, reuse.line);
}
