/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/lookup.h"

#include "check.h"

#include "base/text.h"

static void a_key_is_found_however_it_is_written(void **state)
{
	static const struct {
		const char *query, *key;
	} cases[] = {
		{"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_fin_timeout"},
		{"net/ipv4/tcp_fin_timeout", "net.ipv4.tcp_fin_timeout"},
		{"/proc/sys/net/ipv4/tcp_fin_timeout", "net.ipv4.tcp_fin_timeout"},
		{"tcp_fin_timeout", "net.ipv4.tcp_fin_timeout"},
		{"fin_timeout", "net.ipv4.tcp_fin_timeout"},
		{"TCP-FIN-TIMEOUT", "net.ipv4.tcp_fin_timeout"},
		{"fin timeout", "net.ipv4.tcp_fin_timeout"},
		{"ipv4.tcp_fin_timeout", "net.ipv4.tcp_fin_timeout"},
		{"tw_reuse", "net.ipv4.tcp_tw_reuse"},
		{"tw_recycle", "net.ipv4.tcp_tw_recycle"},
		{"somaxconn", "net.core.somaxconn"},
		{"file-max", "fs.file-max"},
		{"nr_open", "fs.nr_open"},
		{"tcp_keepalive_time", "net.ipv4.tcp_keepalive_time"},
		{"rmem_max", "net.core.rmem_max"},
		{"tcp_fastopen", "net.ipv4.tcp_fastopen"}, /* the option is TCP_FASTOPEN */
		{"net.ipv4.conf.eth0.rp_filter", "net.ipv4.conf.eth0.rp_filter"},
		{"net/ipv4/conf/eth0.7/rp_filter", "net.ipv4.conf.eth0/7.rp_filter"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct lookup l;

		lookup(cases[i].query, &l);
		if (!l.tunable || l.term || !text_equal(l.key, cases[i].key))
			fail_msg("\"%s\" leads to %s", cases[i].query,
				 l.tunable ? l.key
				 : l.term  ? l.term->name
					   : "nothing");
		assert_int_equal(l.n_near, 0);
	}
}

static void a_term_wins_over_the_end_of_a_key(void **state)
{
	static const struct {
		const char *query, *name;
	} cases[] = {
		{"time_wait", "TIME-WAIT"}, /* net.netfilter.nf_conntrack_tcp_timeout_time_wait */
		{"close_wait", "CLOSE-WAIT"},  {"TCP_FASTOPEN", "TCP_FASTOPEN"},
		{"syncookies", "SYN cookies"}, {"too many open files", "EMFILE"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct lookup l;

		lookup(cases[i].query, &l);
		if (!l.term || l.tunable || !text_equal(l.term->name, cases[i].name))
			fail_msg("\"%s\" leads to %s", cases[i].query,
				 l.term ? l.term->name : l.key);
	}
}

static void every_key_and_term_finds_itself(void **state)
{
	struct lookup l;

	for (size_t i = 0; i < catalogue_size(); i++) {
		lookup(catalogue_at(i)->key, &l);
		if (l.tunable != catalogue_at(i) || !text_equal(l.key, catalogue_at(i)->key))
			fail_msg("%s leads to \"%s\"", catalogue_at(i)->key, l.key);
	}
	for (size_t i = 0; i < term_size(); i++) {
		lookup(term_at(i)->name, &l);
		if (l.term != term_at(i))
			fail_msg("%s leads to \"%s\"", term_at(i)->name, l.key);
	}
}

static bool is_near(const struct lookup *l, const char *name)
{
	for (size_t i = 0; i < l->n_near; i++) {
		if (text_equal(l->near[i], name))
			return true;
	}
	return false;
}

static void what_is_not_found_brings_near_names(void **state)
{
	static const struct {
		const char *query, *near;
	} cases[] = {
		{"close-wiat", "CLOSE-WAIT"},
		{"EADDRINUSED", "EADDRINUSE"},
		{"EADDRNOTAVIAL", "EADDRNOTAVAIL"},
		{"too many open file", "EMFILE"},
		{"conection reset by peer", "ECONNRESET"},
		{"net.core.somaxcon", "net.core.somaxconn"},
		{"somaxcomm", "net.core.somaxconn"},
		{"tcp_fin_timout", "net.ipv4.tcp_fin_timeout"},
		{"keepalive_tim", "net.ipv4.tcp_keepalive_time"},
		{"SO_KEPALIVE", "SO_KEEPALIVE"},
		{"buckets", "net.ipv4.tcp_max_tw_buckets"}, /* the end of two keys */
		{"buckets", "net.netfilter.nf_conntrack_buckets"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct lookup l;

		lookup(cases[i].query, &l);
		assert_null(l.tunable);
		assert_null(l.term);
		if (!is_near(&l, cases[i].near))
			fail_msg("\"%s\": %s, %s, %s", cases[i].query, l.near[0] ? l.near[0] : "-",
				 l.near[1] ? l.near[1] : "-", l.near[2] ? l.near[2] : "-");
	}
}

static void near_names_are_few_and_different(void **state)
{
	struct lookup l;

	lookup("wait", &l);
	assert_int_equal(l.n_near, LOOKUP_NEAR_MAX);
	assert_string_not_equal(l.near[0], l.near[1]);
	assert_string_not_equal(l.near[1], l.near[2]);
	assert_string_not_equal(l.near[0], l.near[2]);
}

static void nonsense_is_near_to_nothing(void **state)
{
	static const char *const nonsense[] = {"",     "xyzzy",      "/",
					       "....", "qwertyuiop", "\033[2J\xff"};
	char endless[4096];
	struct lookup l;

	for (size_t i = 0; i < ARRAY_LEN(nonsense); i++) {
		lookup(nonsense[i], &l);
		assert_null(l.tunable);
		assert_null(l.term);
		if (l.n_near)
			fail_msg("\"%s\" is near %s", nonsense[i], l.near[0]);
	}

	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	lookup(endless, &l);
	assert_int_equal(l.n_near, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_found_however_it_is_written),
		cmocka_unit_test(a_term_wins_over_the_end_of_a_key),
		cmocka_unit_test(every_key_and_term_finds_itself),
		cmocka_unit_test(what_is_not_found_brings_near_names),
		cmocka_unit_test(near_names_are_few_and_different),
		cmocka_unit_test(nonsense_is_near_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
