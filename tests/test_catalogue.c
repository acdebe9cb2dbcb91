/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogue against itself, and against the kernel this runs on: the
 * second group runs in a new network namespace, where every value is fresh.
 */
#include "model/catalogue.h"

#include <sched.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "check.h"

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "model/default.h"
#include "model/value.h"

#define for_each_row(t)                                                                            \
	for (size_t i_ = 0; i_ < catalogue_size(); i_++)                                           \
		for (const struct tunable *t = catalogue_at(i_); t; t = NULL)

static bool is_gone(const struct tunable *t)
{
	return t->removed.at || t->dead.at;
}

static bool is_live(const struct tunable *t)
{
	return !is_gone(t) && !t->read_only && !t->never_write;
}

static bool is_numeric(const struct tunable *t)
{
	return t->type == TYPE_INT || t->type == TYPE_BOOL || t->type == TYPE_ENUM ||
	       t->type == TYPE_BITMAP;
}

static bool has_default_row(const struct tunable *t)
{
	return t->defaults[0].rule != DEFAULT_TEXT || t->defaults[0].text;
}

static size_t default_rows(const struct tunable *t)
{
	size_t n = 0;

	while (n < DEFAULTS_MAX && (t->defaults[n].rule != DEFAULT_TEXT || t->defaults[n].text))
		n++;
	return n;
}

/* A sentence or more: begins upper case, ends with a full stop, no doubled blanks. */
static void assert_sentence(const struct tunable *t, const char *field, const char *s)
{
	if (!s || !*s)
		fail_msg("%s has no %s", t->key, field);
	if (!text_ends(s, "."))
		fail_msg("%s: %s does not end with a full stop: %s", t->key, field, s);
	if (strstr(s, "  ") || strstr(s, ".."))
		fail_msg("%s: %s has doubled characters: %s", t->key, field, s);
	if (strlen(s) > 360)
		fail_msg("%s: %s has %zu bytes: nobody reads that", t->key, field, strlen(s));
}

/* Goes into a sentence: lower case, no full stop. */
static void assert_clause(const struct tunable *t, const char *field, const char *s)
{
	if (!s || !*s)
		fail_msg("%s has no %s", t->key, field);
	if (text_ends(s, ".") || (s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z'))
		fail_msg("%s: %s is no clause: %s", t->key, field, s);
}

static void every_row_is_complete(void **state)
{
	(void)state;
	for_each_row(t)
	{
		assert_sentence(t, "what", t->what);
		assert_sentence(t, "why", t->why);
		assert_clause(t, "risk_why", t->risk_why);
		if (!t->source || !*t->source)
			fail_msg("%s has no source", t->key);
		if (t->effect_note)
			assert_clause(t, "effect_note", t->effect_note);
		if (t->myth)
			assert_sentence(t, "myth", t->myth);
		if (t->evidence)
			assert_sentence(t, "evidence", t->evidence);
		if (t->links)
			assert_sentence(t, "links", t->links);
		assert_true(t->type < TYPE_COUNT && t->scope < SCOPE_COUNT);
		assert_true(t->effect < EFFECT_COUNT && t->risk < RISK_COUNT);
	}
}

static void live_rows_have_a_range_and_a_default(void **state)
{
	(void)state;
	for_each_row(t)
	{
		if (!is_live(t))
			continue;
		if (t->effect == EFFECT_NEVER)
			fail_msg("%s is live but never takes effect", t->key);
		if (!has_default_row(t))
			fail_msg("%s has no default, not even DEFAULT_UNKNOWN", t->key);
		if (is_numeric(t) && t->min >= t->max)
			fail_msg("%s has no sane range", t->key);
		if (t->kernel_min || t->kernel_max) {
			assert_true(t->kernel_min <= t->min);
			assert_true(t->kernel_max >= t->max);
		}
	}
}

static void rows_without_effect_say_what_to_do_instead(void **state)
{
	(void)state;
	for_each_row(t)
	{
		if (is_gone(t) || t->never_write)
			assert_sentence(t, "instead", t->instead);
		else if (t->instead)
			fail_msg("%s is alive but says what to do instead", t->key);
		if ((is_gone(t) || t->read_only) && t->effect != EFFECT_NEVER)
			fail_msg("%s cannot take effect", t->key);
		if (t->never_write && !catalogue_denies(t->key))
			fail_msg("%s is never written but not denied", t->key);
	}
}

static void rows_are_sorted_and_stand_in_the_file_of_their_topic(void **state)
{
	const struct tunable *before = NULL;
	bool seen[TOPIC_COUNT] = {false};

	(void)state;
	for_each_row(t)
	{
		if (catalogue_index(t) != i_)
			fail_msg("%s stands in the file of another topic", t->key);
		if (before && before->topic == t->topic && strcmp(before->key, t->key) >= 0)
			fail_msg("%s does not belong after %s", t->key, before->key);
		if (before && before->topic > t->topic)
			fail_msg("%s: topics out of order", t->key);
		seen[t->topic] = true;
		before = t;
	}
	for (size_t i = 0; i < TOPIC_COUNT; i++)
		assert_true(seen[i] && topic_title((enum topic)i));
	assert_null(catalogue_at(catalogue_size()));
}

static void every_key_is_found_and_unique(void **state)
{
	(void)state;
	for_each_row(t)
	{
		assert_ptr_equal(catalogue_find(t->key), t);
		assert_ptr_equal(catalogue_match(t->key), t);
		for (size_t j = i_ + 1; j < catalogue_size(); j++) {
			if (strcmp(t->key, catalogue_at(j)->key) == 0)
				fail_msg("%s is there twice", t->key);
		}
		if (tunable_is_pattern(t) && t->topic != TOPIC_INTERFACE)
			fail_msg("%s is a pattern outside its topic", t->key);
	}
	assert_null(catalogue_find(""));
	assert_null(catalogue_find("net.ipv4.tcp_"));
	assert_null(catalogue_find("net.ipv4.conf.eth0.rp_filter"));
}

static void assert_default_fits(const struct tunable *t, const struct tunable_default *d)
{
	auto_value struct value v = {.type = TYPE_COUNT};

	if ((d->rule == DEFAULT_TEXT) != (d->text != NULL))
		fail_msg("%s: a default has text if and only if its rule says so", t->key);
	if (!d->text)
		return;

	if (value_read(t, d->text, &v))
		fail_msg("%s: default \"%s\" is no %s", t->key, d->text, type_name(t->type));
	for (unsigned i = 0; is_numeric(t) && i < v.n; i++) {
		if (v.num[i] < t->min || v.num[i] > t->max)
			fail_msg("%s: default %s is not sane", t->key, d->text);
	}
	if (t->type == TYPE_BOOL || t->type == TYPE_ENUM || t->type == TYPE_BITMAP)
		assert_ok(value_check(t, &v, NULL));
}

static void every_default_is_inside_its_own_range(void **state)
{
	(void)state;
	for_each_row(t)
	{
		unsigned since = 0;

		for (size_t i = 0; i < default_rows(t); i++) {
			const struct tunable_default *d = &t->defaults[i];

			assert_default_fits(t, d);
			if (i && (d->since <= since || (d->not_before && d->not_before < since)))
				fail_msg("%s: defaults are not in order", t->key);
			if (d->not_before && d->not_before >= d->since)
				fail_msg("%s: a default's bracket is empty", t->key);
			since = d->since;
		}
		if (t->defaults[0].since)
			fail_msg("%s: the first default does not begin at the beginning", t->key);
	}
}

static void assert_event(const struct tunable *t, const struct tunable_event *e)
{
	if (e->not_before >= e->at && e->at)
		fail_msg("%s: an event's bracket is empty", t->key);
	if (e->not_before && !e->at)
		fail_msg("%s: an event without a release", t->key);
}

static void events_are_in_order(void **state)
{
	(void)state;
	for_each_row(t)
	{
		assert_event(t, &t->since);
		assert_event(t, &t->removed);
		assert_event(t, &t->dead);
		assert_event(t, &t->netns_since);
		if (t->removed.at && t->since.at >= t->removed.at)
			fail_msg("%s is removed before it is there", t->key);
		if (t->netns_since.at && t->scope != SCOPE_NETNS)
			fail_msg("%s is not each namespace's own", t->key);
	}
}

static void assert_choices(const struct tunable *t)
{
	const struct tunable_choice *c = t->choices;
	bool bitmap = t->type == TYPE_BITMAP;

	assert_non_null(c->means);
	for (; c->means; c++) {
		assert_true(c < t->choices + CHOICES_MAX - 1);
		if (c > t->choices && c->value <= c[-1].value)
			fail_msg("%s: choices are not in order", t->key);
		if (bitmap && (c->value <= 0 || c->value & (c->value - 1)))
			fail_msg("%s: %lld is not one bit", t->key, (long long)c->value);
		if (!bitmap && (c->value < t->min || c->value > t->max))
			fail_msg("%s: choice %lld is not sane", t->key, (long long)c->value);
		assert_clause(t, "a choice", c->means);
	}
}

static void choices_belong_to_their_types(void **state)
{
	(void)state;
	for_each_row(t)
	{
		if (t->type == TYPE_ENUM || t->type == TYPE_BITMAP)
			assert_choices(t);
		else if (t->choices[0].means)
			fail_msg("%s has choices but is no choice", t->key);
		if (t->fields > 1 && (t->type != TYPE_INT || !t->field_names))
			fail_msg("%s: only numbers have fields, and names for them", t->key);
		assert_in_range(tunable_fields(t), 1, FIELDS_MAX);
		if (t->type == TYPE_BOOL && is_live(t) && (t->min != 0 || t->max != 1))
			fail_msg("%s: a boolean is 0 or 1", t->key);
	}
}

/* Words in the texts that look like keys; tcp_frto is nobody's row, and rightly so. */
static bool is_known_word(const char *word, size_t n)
{
	char name[96];

	if (n >= sizeof(name))
		return false;
	memcpy(name, word, n);
	name[n] = '\0';
	while (n && name[n - 1] == '.')
		name[--n] = '\0';
	if (strcmp(name, "tcp_frto") == 0 || catalogue_match(name))
		return true;

	for_each_row(t)
	{
		const char *dot = strrchr(t->key, '.');

		if (dot && strcmp(dot + 1, name) == 0)
			return true;
	}
	return false;
}

static void assert_names_exist(const struct tunable *t, const char *text)
{
	static const char *const beginnings[] = {"tcp_",          "net.", "fs.",    "ip_",
						 "nf_conntrack_", "gc_",  "netdev_"};

	for (const char *p = text; p && *p;) {
		size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789_.-");

		for (size_t i = 0; i < ARRAY_LEN(beginnings); i++) {
			if (text_starts(p, beginnings[i]) && !is_known_word(p, n))
				fail_msg("%s speaks of %.*s, which nobody knows", t->key, (int)n,
					 p);
		}
		p += n ? n : 1;
	}
}

static void keys_named_in_texts_exist(void **state)
{
	(void)state;
	for_each_row(t)
	{
		const char *const texts[] = {t->what,     t->why,         t->myth,
					     t->evidence, t->links,       t->instead,
					     t->risk_why, t->effect_note, t->scales};

		for (size_t i = 0; i < ARRAY_LEN(texts); i++)
			assert_names_exist(t, texts[i]);
	}
}

static void secrets_and_levers_are_denied_and_nothing_else(void **state)
{
	static const char *const denied[] = {
		"net.ipv4.tcp_fastopen_key",      "net.ipv6.conf.all.stable_secret",
		"net.ipv4.route.flush",           "net.ipv6.route.flush",
		"net.core.netdev_rss_key",        "net.netfilter.nf_hooks_lwtunnel",
		"net.ipv6.conf.lo.stable_secret",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(denied); i++) {
		if (!catalogue_denies(denied[i]))
			fail_msg("%s is not denied", denied[i]);
	}
	for_each_row(t)
	{
		if (catalogue_denies(t->key) && !t->never_write)
			fail_msg("%s is denied but may be written", t->key);
	}
}

static void a_misspelt_key_has_a_nearest_one(void **state)
{
	static const struct {
		const char *typed, *meant;
	} cases[] = {
		{"tcp_fin_timeot", "net.ipv4.tcp_fin_timeout"},
		{"net.ipv4.tcp_keepalive_tim", "net.ipv4.tcp_keepalive_time"},
		{"somaxconn", "net.core.somaxconn"},
		{"somaxcon", "net.core.somaxconn"},
		{"net.core.somaxcomm", "net.core.somaxconn"},
		{"net.ipv4.tcp_tw_recyle", "net.ipv4.tcp_tw_recycle"},
		{"NET.IPV4.TCP_RMEM", "net.ipv4.tcp_rmem"},
		{"fs.file_max", "fs.file-max"},
		{"net.ipv4.conf.enp0s31f6.rp_fliter", "net.ipv4.conf.*.rp_filter"},
		{"net.ipv4.ip_local_port_rnage", "net.ipv4.ip_local_port_range"},
		{"vm.swappiness", NULL},
		{"kernel.pid_max", NULL},
		{"xyzzy", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct tunable *t = catalogue_nearest(cases[i].typed);

		if (!text_equal(t ? t->key : NULL, cases[i].meant))
			fail_msg("nearest to %s is %s", cases[i].typed, t ? t->key : "(none)");
	}
}

static void a_pattern_matches_one_interface_name(void **state)
{
	static const struct {
		const char *key, *row;
	} cases[] = {
		{"net.ipv4.conf.eth0.rp_filter", "net.ipv4.conf.*.rp_filter"},
		{"net.ipv4.conf.eth0.100.rp_filter", "net.ipv4.conf.*.rp_filter"},
		{"net.ipv4.conf.all.forwarding", "net.ipv4.conf.*.forwarding"},
		{"net.ipv6.conf.all.forwarding", "net.ipv6.conf.*.forwarding"},
		{"net.ipv4.neigh.default.gc_thresh1", "net.ipv4.neigh.default.gc_thresh1"},
		{"net.ipv4.neigh.br0.retrans_time_ms", "net.ipv4.neigh.*.retrans_time_ms"},
		{"net.ipv4.conf..rp_filter", NULL},
		{"net.ipv4.conf.rp_filter", NULL},
		{"net.ipv4.conf.eth0.no_such", NULL},
		{"net.ipv4.conf.eth0.rp_filter.x", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct tunable *t = catalogue_match(cases[i].key);

		if (!text_equal(t ? t->key : NULL, cases[i].row))
			fail_msg("%s matches %s", cases[i].key, t ? t->key : "nothing");
	}
}

static void presence_is_unknown_only_inside_a_bracket(void **state)
{
	static const struct {
		const char *key;
		unsigned release;
		enum presence presence;
	} cases[] = {
		{"net.ipv4.tcp_rto_min_us", KERNEL(6, 10), PRESENCE_NO},
		{"net.ipv4.tcp_rto_min_us", KERNEL(6, 11), PRESENCE_UNKNOWN},
		{"net.ipv4.tcp_rto_min_us", KERNEL(6, 12), PRESENCE_YES},
		{"net.ipv4.tcp_tw_reuse_delay", KERNEL(6, 13), PRESENCE_NO},
		{"net.ipv4.tcp_tw_reuse_delay", KERNEL(6, 14), PRESENCE_YES},
		{"net.ipv4.tcp_tw_recycle", KERNEL(4, 11), PRESENCE_YES},
		{"net.ipv4.tcp_tw_recycle", KERNEL(4, 12), PRESENCE_NO},
		{"net.ipv4.tcp_abc", KERNEL(3, 0), PRESENCE_YES},
		{"net.ipv4.tcp_abc", KERNEL(3, 5), PRESENCE_UNKNOWN},
		{"net.ipv4.tcp_abc", KERNEL(3, 13), PRESENCE_NO},
		{"net.ipv4.tcp_rx_skb_cache", KERNEL(5, 10), PRESENCE_YES},
		{"net.ipv4.tcp_rx_skb_cache", KERNEL(5, 17), PRESENCE_NO},
		{"net.core.somaxconn", KERNEL(2, 6), PRESENCE_YES},
		{"net.core.somaxconn", 0, PRESENCE_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct tunable *t = catalogue_find(cases[i].key);

		assert_non_null(t);
		if (tunable_presence(t, cases[i].release) != cases[i].presence)
			fail_msg("case %zu: %s", i, cases[i].key);
	}
	assert_false(tunable_is_dead(catalogue_find("net.ipv4.tcp_adv_win_scale"), KERNEL(6, 5)));
	assert_true(tunable_is_dead(catalogue_find("net.ipv4.tcp_adv_win_scale"), KERNEL(6, 6)));
	assert_false(tunable_is_dead(catalogue_find("net.ipv4.tcp_adv_win_scale"), 0));
	assert_false(tunable_is_dead(catalogue_find("net.core.somaxconn"), KERNEL(6, 18)));
}

static void names_of_the_words_are_complete(void **state)
{
	(void)state;
	for (int i = 0; i < TYPE_COUNT; i++)
		assert_non_null(type_name((enum tunable_type)i));
	for (int i = 0; i < SCOPE_COUNT; i++)
		assert_non_null(scope_name((enum scope)i));
	for (int i = 0; i < RISK_COUNT; i++)
		assert_non_null(risk_name((enum risk)i));
	for (int i = 0; i < EFFECT_COUNT; i++)
		assert_non_null(effect_text((enum effect)i));
}

/*
 * The running kernel, in a new network namespace.  Values are read by the
 * process that is in it: /proc/sys/net shows each reader its own.
 */
static const char *no_namespace; /* why there is none, or NULL */
static bool in_user_namespace;
static struct host fresh;   /* what default_value() needs to know here */
static bool *there_outside; /* of each row: had the namespace we came from it? */

struct found {
	bool there;
	mode_t mode;
	char text[4096];
};

/* What this kernel has for a row; a family is looked at through one interface. */
static void look_at(const struct tunable *t, const char *interface, struct found *ret)
{
	char path[256] = "";
	auto_close int dir = open("/proc/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	size_t n = 0;

	assert_true(dir >= 0);
	for (const char *p = t->key; *p; p++) {
		if (*p == '*')
			n += (size_t)snprintf(path + n, sizeof(path) - n, "%s", interface);
		else
			path[n++] = *p == '.' ? '/' : *p;
	}
	path[n] = '\0';

	*ret = (struct found){.there = fstatat(dir, path, &st, 0) == 0};
	if (!ret->there)
		return;
	ret->mode = st.st_mode & 0777;
	if (!catalogue_denies(t->key))
		assert_ok(file_read_value(dir, path, ret->text, sizeof(ret->text)));
}

static void need_namespace(void)
{
	if (no_namespace) {
		skip_because("no new network namespace here: %s", no_namespace);
	}
}

static bool is_sysctl(const struct tunable *t)
{
	return t->scope != SCOPE_PROCESS;
}

/* Kernels up to 6.2 hide net.core from namespaces that a user namespace owns. */
static bool is_hidden(const struct tunable *t)
{
	return in_user_namespace && fresh.release < KERNEL(6, 3) &&
	       text_starts(t->key, "net.core.");
}

static bool is_host_only(const struct tunable *t)
{
	if (!text_starts(t->key, "net."))
		return false;
	return t->scope == SCOPE_HOST || (t->netns_since.at && fresh.release < t->netns_since.at);
}

/* A module or build option may be missing; but not if the key was there outside. */
static bool may_be_missing(const struct tunable *t)
{
	/* net.core.*mem_* became visible to child namespaces between 6.10 and 6.12. */
	if (is_hidden(t) || (t->scope == SCOPE_HOST_VISIBLE && fresh.release < KERNEL(6, 12)))
		return true;
	return (t->module || t->config) && !there_outside[catalogue_index(t)];
}

static void keys_are_there_as_scope_and_release_say(void **state)
{
	size_t seen = 0;

	(void)state;
	need_namespace();
	for_each_row(t)
	{
		struct found f;
		enum presence expected = tunable_presence(t, fresh.release);

		if (!is_sysctl(t))
			continue;
		look_at(t, "lo", &f);
		seen += f.there;
		if (f.there && is_host_only(t))
			fail_msg("%s is the host's, but there in a child namespace", t->key);
		if (f.there && expected == PRESENCE_NO)
			fail_msg("%s is there, but not in this release", t->key);
		if (!f.there && expected == PRESENCE_YES && !is_host_only(t) && !may_be_missing(t))
			fail_msg("%s is missing", t->key);
	}
	assert_true(seen > 50);
}

static void files_are_writable_as_the_rows_say(void **state)
{
	(void)state;
	need_namespace();
	for_each_row(t)
	{
		struct found f;
		bool expected = !t->read_only && t->scope != SCOPE_HOST_VISIBLE;

		look_at(t, "lo", &f);
		if (!is_sysctl(t) || !f.there || t->never_write)
			continue;
		if (((f.mode & 0222) != 0) != expected)
			fail_msg("%s has mode %o", t->key, f.mode);
	}
}

static void values_are_of_the_type_the_rows_say(void **state)
{
	(void)state;
	need_namespace();
	for_each_row(t)
	{
		auto_value struct value v = {.type = TYPE_COUNT};
		struct found f;

		look_at(t, "lo", &f);
		if (!is_sysctl(t) || !f.there || catalogue_denies(t->key))
			continue;
		if (value_read(t, f.text, &v))
			fail_msg("%s: \"%s\" is no %s of %u fields", t->key, f.text,
				 type_name(t->type), tunable_fields(t));
	}
}

static void fresh_values_are_the_defaults(void **state)
{
	size_t compared = 0;

	(void)state;
	need_namespace();
	for_each_row(t)
	{
		auto_value struct value expected = {.type = TYPE_COUNT}, got = {.type = TYPE_COUNT};
		auto_free char *text = NULL;
		struct found f;
		int r;

		look_at(t, "default", &f);
		if (t->scope != SCOPE_NETNS || t->read_only || !f.there)
			continue;
		r = default_value(t, &fresh, &expected);
		if (r == -ENODATA)
			continue;
		assert_ok(r);
		assert_ok(value_read(t, f.text, &got));
		text = value_text(&expected);
		if (!value_equal(&expected, &got))
			fail_msg("%s: fresh \"%s\", computed \"%s\"", t->key, f.text, text);
		compared++;
	}
	assert_true(compared > 40);
}

/* A user namespace first, so that no privilege is needed; else as root without one. */
static void enter_namespace(void)
{
	in_user_namespace = unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
	if (!in_user_namespace && unshare(CLONE_NEWNET))
		no_namespace = strerror(errno);
}

static void learn_about_host(void)
{
	struct utsname u;
	struct found f;
	const struct tunable *ehash = catalogue_find("net.ipv4.tcp_ehash_entries");

	assert_int_equal(uname(&u), 0);
	look_at(ehash, "lo", &f);
	fresh = (struct host){
		.release = release_parse(u.release),
		.page_size = (uint64_t)sysconf(_SC_PAGESIZE),
		.memory_bytes = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE),
		.child_netns = true,
	};
	if (f.there)
		assert_ok(number_parse_i64(f.text, &fresh.ehash_entries));
}

static int setup_namespace(void **state)
{
	(void)state;
	there_outside = calloc(catalogue_size(), sizeof(*there_outside));
	assert_non_null(there_outside);
	for_each_row(t)
	{
		struct found f;

		look_at(t, "lo", &f);
		there_outside[i_] = f.there;
	}
	enter_namespace();
	learn_about_host();
	return 0;
}

static int teardown_namespace(void **state)
{
	(void)state;
	free(there_outside);
	return 0;
}

static int run_against_kernel(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_there_as_scope_and_release_say),
		cmocka_unit_test(files_are_writable_as_the_rows_say),
		cmocka_unit_test(values_are_of_the_type_the_rows_say),
		cmocka_unit_test(fresh_values_are_the_defaults),
	};

	return cmocka_run_group_tests_name("catalogue, this kernel", tests, setup_namespace,
					   teardown_namespace);
}

/* In a process of its own: nothing else here is to run in that namespace. */
static int run_in_child(int (*run)(void))
{
	int status;
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid == 0)
		exit(run() != 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(live_rows_have_a_range_and_a_default),
		cmocka_unit_test(rows_without_effect_say_what_to_do_instead),
		cmocka_unit_test(rows_are_sorted_and_stand_in_the_file_of_their_topic),
		cmocka_unit_test(every_key_is_found_and_unique),
		cmocka_unit_test(every_default_is_inside_its_own_range),
		cmocka_unit_test(events_are_in_order),
		cmocka_unit_test(choices_belong_to_their_types),
		cmocka_unit_test(keys_named_in_texts_exist),
		cmocka_unit_test(secrets_and_levers_are_denied_and_nothing_else),
		cmocka_unit_test(a_misspelt_key_has_a_nearest_one),
		cmocka_unit_test(a_pattern_matches_one_interface_name),
		cmocka_unit_test(presence_is_unknown_only_inside_a_bracket),
		cmocka_unit_test(names_of_the_words_are_complete),
	};
	int failed = cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);

	return failed + run_in_child(run_against_kernel);
}
