/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The profiles that come with tcptune, held to the rules of profiles/README.md.
 * Run from the top of the source tree, as `make check` does.
 */
#include "advise/diagnose.h"
#include "read/profile_load.h"

#include "check.h"

#include "base/root.h"
#include "base/text.h"
#include "model/default.h"
#include "read/profiles_embedded.h"

static const char *const names[] = {"base",        "client", "database", "hardened",
				    "low-latency", "proxy",  "server"};

/* An empty root: only the built-in profiles are there. */
struct fixture {
	char dir[64];
	struct profile_search search;
	struct profile profiles[ARRAY_LEN(names)];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct error err = {0};

	*state = f;
	scratch_make(f->dir);
	f->search.trusted = TRUST_ANYBODY;
	if (root_open(f->dir, &f->search.root, &err))
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct problems problems = {0};

		if (profile_load(&f->search, names[i], &f->profiles[i], &problems, &err)) {
			fprintf(stderr, "%s: %s:%u: %s\n", names[i], err.file, err.line, err.text);
			return -1;
		}
	}
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		profile_done(&f->profiles[i]);
	close(f->search.root);
	scratch_remove(f->dir);
	free(f);
	return 0;
}

static const struct profile *get(const struct fixture *f, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i], name) == 0)
			return &f->profiles[i];
	}
	fail_msg("no profile %s", name);
	return NULL;
}

static const struct sysctl_entry *entry_of(const struct profile *p, const char *key)
{
	for (size_t i = 0; i < p->sysctls.len; i++) {
		if (strcmp(p->sysctls.items[i].tunable->key, key) == 0)
			return &p->sysctls.items[i];
	}
	return NULL;
}

static void the_binary_has_these_and_no_others(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_string_equal(embedded_profiles[i].name, names[i]);
	assert_null(embedded_profiles[ARRAY_LEN(names)].name);
}

static void what_is_built_in_is_what_is_in_the_files(void **state)
{
	int here = open(".", O_PATH | O_DIRECTORY);

	for (const struct embedded_profile *e = embedded_profiles; e->name; e++) {
		char path[128], *text = NULL;
		size_t len = 0;

		snprintf(path, sizeof(path), "profiles/%s.conf", e->name);
		assert_ok(root_read(here, path, 1 << 20, &text, &len, NULL));
		assert_int_equal(len, e->len);
		assert_memory_equal(text, e->text, len);
		free(text);
	}
	close(here);
}

static void assert_sentence(const char *profile, const char *what, const char *why)
{
	if (!why)
		fail_msg("%s: %s has no why", profile, what);
	if (text_starts(why, "The same"))
		fail_msg("%s: %s is shown alone, but says \"%s\"", profile, what, why);
	if (!text_ends(why, ".") || strstr(why, "  ") || strlen(why) < 20)
		fail_msg("%s: %s: \"%s\"", profile, what, why);
}

static void every_entry_says_why(void **state)
{
	const struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct profile *p = &f->profiles[i];

		assert_true(*p->summary);
		for (size_t e = 0; e < p->sysctls.len; e++)
			assert_sentence(p->name, p->sysctls.items[e].tunable->key,
					p->sysctls.items[e].why);
		for (size_t e = 0; e < p->nofile.len; e++)
			assert_sentence(p->name, p->nofile.items[e].target, p->nofile.items[e].why);
	}
}

static void base_stands_below_all_of_them(void **state)
{
	const struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_string_equal(f->profiles[i].layers.items[0], "base");
}

static void the_keys_everybody_asks_for_are_covered(void **state)
{
	static const char *const keys[] = {
		"net.ipv4.tcp_syncookies",      "net.ipv4.tcp_tw_reuse",
		"net.ipv4.tcp_fin_timeout",     "net.ipv4.tcp_keepalive_time",
		"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
	};
	const struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i], "base") == 0)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
			if (!entry_of(&f->profiles[i], keys[k]))
				fail_msg("%s does not have %s", names[i], keys[k]);
		}
		assert_true(f->profiles[i].nofile.len > 0);
	}
}

/*
 * Nothing in base and server may need evidence.  That is so for what a current
 * kernel starts with: such an entry only finds what somebody made worse.  The
 * one exception acts on connections that are stuck already.
 */
static void base_and_server_ask_for_what_kernels_start_with(void **state)
{
	static const char *const policies[] = {"base", "server"};
	static const uint64_t gib[] = {1, 2, 4, 8, 24, 64, 512};
	const struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(policies) * ARRAY_LEN(gib); i++) {
		const struct profile *p = get(f, policies[i % ARRAY_LEN(policies)]);
		uint64_t memory = gib[i / ARRAY_LEN(policies)] << 30;
		/* one bucket for each 128 KiB, at most 524288 (net/ipv4/tcp.c:tcp_init()) */
		uint64_t buckets = memory >> 17 < 524288 ? memory >> 17 : 524288;
		struct host h = {.release = KERNEL(6, 18),
				 .memory_bytes = memory,
				 .page_size = 4096,
				 .cpus = 2,
				 .ehash_entries = (int64_t)buckets};

		for (size_t e = 0; e < p->sysctls.len; e++) {
			const struct sysctl_entry *entry = &p->sysctls.items[e];
			const struct tunable *t = entry->tunable;
			struct value have;
			struct wanted w;
			int r = default_value(t, &h, &have);

			if (strcmp(t->key, "net.ipv4.tcp_mtu_probing") == 0)
				assert_false(r);
			if (r || strcmp(t->key, "net.ipv4.tcp_mtu_probing") == 0) {
				if (r && (memory >> 30) >= 8)
					fail_msg("%s: the default is not known", t->key);
				continue;
			}
			assert_ok(profile_resolve(entry, &h, &w));
			if (!value_satisfies(t, &have, entry->op, w.values, w.n))
				fail_msg("%s: %s: the default %s of a host of %llu GiB does not do",
					 p->name, t->key, value_text(&have),
					 (unsigned long long)(memory >> 30));
			value_done(&have);
			wanted_done(&w);
		}
	}
}

/* What every host should have needs no evidence; what a role wants may have some. */
static void only_roles_have_gates_and_each_is_a_rule(void **state)
{
	const struct fixture *f = *state;
	size_t gates = 0;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct profile *p = &f->profiles[i];

		for (size_t e = 0; e < p->sysctls.len; e++) {
			const char *gate = p->sysctls.items[e].gate;

			gates += gate != NULL;
			if (gate && !rule_known(gate))
				fail_msg("%s: there is no rule %s", p->name, gate);
			if (gate && (!strcmp(p->name, "base") || !strcmp(p->name, "server")))
				fail_msg("%s: %s waits for %s", p->name,
					 p->sysctls.items[e].tunable->key, gate);
		}
	}
	assert_true(gates > 0);
}

static void keys_that_do_nothing_are_in_none(void **state)
{
	/* ignored while SYN cookies are on, which base asks for; or a myth for TCP */
	static const char *const myths[] = {
		"net.ipv4.tcp_max_syn_backlog", "net.core.rmem_max",       "net.core.wmem_max",
		"net.core.rmem_default",        "net.core.wmem_default",   "net.ipv4.tcp_mem",
		"net.core.netdev_max_backlog",  "net.ipv4.tcp_max_orphans"};
	const struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		for (size_t m = 0; m < ARRAY_LEN(myths); m++) {
			assert_non_null(catalogue_find(myths[m]));
			assert_null(entry_of(&f->profiles[i], myths[m]));
		}
	}
}

static void ports_are_never_reused_without_timestamps(void **state)
{
	const struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct sysctl_entry *e = entry_of(&f->profiles[i], "net.ipv4.tcp_timestamps");

		assert_non_null(e);
		assert_true(e->op == OP_EXACT || e->op == OP_ONE_OF);
		for (size_t o = 0; o < e->operands.len; o++)
			assert_true(e->operands.items[o].value.num[0] != 0);
	}
}

static void cookies_are_for_overflow_only(void **state)
{
	const struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct sysctl_entry *e = entry_of(&f->profiles[i], "net.ipv4.tcp_syncookies");

		assert_int_equal(e->op, OP_EXACT);
		assert_int_equal(e->operands.items[0].value.num[0], 1);
	}
}

static int64_t most(const struct profile *p, const char *key)
{
	const struct sysctl_entry *e = entry_of(p, key);

	assert_non_null(e);
	return e->operands.items[0].value.num[0];
}

/* 240 seconds is the shortest idle limit of the large clouds' load balancers. */
static void a_database_keeps_connections_through_load_balancers(void **state)
{
	const struct profile *p = get(*state, "database");
	int64_t time = most(p, "net.ipv4.tcp_keepalive_time");
	int64_t probing =
		most(p, "net.ipv4.tcp_keepalive_intvl") * most(p, "net.ipv4.tcp_keepalive_probes");

	assert_true(time < 240);
	assert_true(most(p, "net.netfilter.nf_conntrack_tcp_timeout_established") > time + probing);
}

static uint64_t highest_hard(const struct profile *p)
{
	uint64_t hard = 0;

	for (size_t i = 0; i < p->nofile.len; i++)
		hard = p->nofile.items[i].hard > hard ? p->nofile.items[i].hard : hard;
	return hard;
}

/* Above fs.nr_open logins are refused. */
static void no_hard_limit_is_above_the_kernels(void **state)
{
	const struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct sysctl_entry *e = entry_of(&f->profiles[i], "fs.nr_open");
		int64_t floor = e ? e->operands.items[0].value.num[0] : 1048576;

		assert_true(highest_hard(&f->profiles[i]) <= (uint64_t)floor);
	}
}

/* A parent as a file instead of built in, trusted, gives the same. */
static void the_files_load_as_the_binary_does(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct problems problems = {0};
		struct profile p = {0};
		struct error err = {0};
		char path[128];

		snprintf(path, sizeof(path), "profiles/%s.conf", names[i]);
		assert_ok(profile_load(&f->search, path, &p, &problems, &err));
		assert_string_equal(p.file, path);
		assert_int_equal(p.sysctls.len, f->profiles[i].sysctls.len);
		profile_done(&p);
	}
}

/* The text from "summary" up to `end`, in a file of the source tree. */
static void assert_example(const char *path, const char *end)
{
	int here = open(".", O_PATH | O_DIRECTORY);
	struct problems problems = {0};
	struct layer l = {0};
	char *text = NULL, *from, *to;

	assert_ok(root_read(here, path, 1 << 20, &text, NULL, NULL));
	from = strstr(text, "summary  = \"Web shop");
	assert_non_null(from);
	to = strstr(from, end);
	assert_non_null(to);
	*to = '\0';

	assert_ok(layer_parse("shop", path, from, strlen(from), NULL, &l, &problems));
	if (problems.len)
		fail_msg("%s: %u: %s", path, problems.items[0].line, problems.items[0].text);
	assert_true(l.sysctls.len >= 2);
	assert_int_equal(l.nofile.len, 1);
	layer_done(&l);
	free(text);
	close(here);
}

static void the_examples_for_readers_are_good(void **state)
{
	assert_example("man/tcptune-profile.5", "\n.Ed");
	assert_example("profiles/README.md", "\n2. ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_binary_has_these_and_no_others),
		cmocka_unit_test(what_is_built_in_is_what_is_in_the_files),
		cmocka_unit_test(every_entry_says_why),
		cmocka_unit_test(base_stands_below_all_of_them),
		cmocka_unit_test(the_keys_everybody_asks_for_are_covered),
		cmocka_unit_test(base_and_server_ask_for_what_kernels_start_with),
		cmocka_unit_test(only_roles_have_gates_and_each_is_a_rule),
		cmocka_unit_test(keys_that_do_nothing_are_in_none),
		cmocka_unit_test(ports_are_never_reused_without_timestamps),
		cmocka_unit_test(cookies_are_for_overflow_only),
		cmocka_unit_test(a_database_keeps_connections_through_load_balancers),
		cmocka_unit_test(no_hard_limit_is_above_the_kernels),
		cmocka_unit_test(the_files_load_as_the_binary_does),
		cmocka_unit_test(the_examples_for_readers_are_good),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
