/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "model/catalogue.h"
#include "model/secret.h"

static void a_value_is_masked_by_the_name_of_its_key(void **state)
{
	static const struct {
		const char *key, *value, *shown; /* NULL: as it is */
	} cases[] = {
		{"net.ipv4.tcp_fastopen_key", "1-2-3-4", "MASKED"},
		{"net/ipv4/tcp_fastopen_key", "1-2-3-4", "MASKED"},
		{"-net/ipv4/tcp_fastopen_key", "1-2-3-4", "MASKED"},
		{"/proc/sys/net/ipv4/tcp_fastopen_key", "1-2-3-4", "MASKED"},
		{"net.ipv6.conf.eth7.stable_secret", "fe80::1", "MASKED"},
		{"kernel.foo_secret", "5", "MASKED"},
		{"net.ipv4.tcp_fastopen_key", "", NULL},
		{"net.ipv4.tcp_fastopen", "1027", NULL},
		{"net.ipv4.tcp_rmem", "4096 131072 6291456", NULL},
		{"net.ipv4.ip_local_reserved_ports", "1-5,8080", NULL},
		/* globs: under one that stands for other keys, too, a number is needed */
		{"net/ipv4/tcp_fastopen_k*", "1", "MASKED"},
		{"net/ipv4/tcp_*", "1", NULL},
		{"net/ipv4/tcp_*", "-1", NULL},
		{"net/ipv4/tcp_*", "1-2-3-4", "MASKED"},
		{"net/ipv6/conf/*/*", "fe80::1", "MASKED"},
		/* another secret inside */
		{"net.core.somaxconn", "5 net.ipv4.tcp_fastopen_key=1-2",
		 "5 net.ipv4.tcp_fastopen_key=MASKED"},
		{"net.core.somaxconn", "5 # for bob", NULL}, /* no comment: that is written */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_free char *got = secret_value(cases[i].key, cases[i].value);

		if (!text_equal(got, cases[i].shown ? cases[i].shown : cases[i].value))
			fail_msg("case %zu: \"%s\"", i, got);
	}
}

static void a_line_is_masked_wherever_the_value_stands(void **state)
{
	static const struct {
		const char *line, *shown; /* NULL: as it is */
	} cases[] = {
		{"net.core.somaxconn = 4096", NULL},
		{"net.core.somaxconn 4096", NULL},
		{"-net.ipv4.tcp_fastopen_key = X", "-net.ipv4.tcp_fastopen_key = MASKED"},
		{"net/ipv4/tcp_fastopen_key=X Y", "net/ipv4/tcp_fastopen_key=MASKED"},
		{"  net.ipv4.tcp_fastopen_key X", "  net.ipv4.tcp_fastopen_key MASKED"},
		{"net.ipv4.tcp_fastopen_key\tX", "net.ipv4.tcp_fastopen_key\tMASKED"},
		{"net.ipv4.tcp_fastopen_key : X", "net.ipv4.tcp_fastopen_key : MASKED"},
		{"-net.ipv4.tcp_fastopen_key X", "-net.ipv4.tcp_fastopen_key MASKED"},
		{"sysctl -w net.ipv4.tcp_fastopen_key X",
		 "sysctl -w net.ipv4.tcp_fastopen_key MASKED"},
		{"SYSCTL{net/ipv4/tcp_fastopen_key}=\"X\", A=1",
		 "SYSCTL{net/ipv4/tcp_fastopen_key}=\"MASKED\", A=1"},
		{"password X", "password MASKED"},
		{"the password X", NULL}, /* a word among words */
		{"a /etc/x.key b", NULL}, /* the name of a file */
		{"# password X", "#"},
		{"; password X", ";"},
		{";net.ipv4.tcp_fastopen_key = X", ";net.ipv4.tcp_fastopen_key = MASKED"},
		{"net.ipv4.tcp_fastopen_key", NULL},
		{"net.ipv4.tcp_fastopen_key =", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_free char *got = secret_line(cases[i].line), *again = NULL;

		if (!text_equal(got, cases[i].shown ? cases[i].shown : cases[i].line))
			fail_msg("case %zu: \"%s\"", i, got);
		again = secret_line(got);
		assert_string_equal(again, got);
	}
}

/* Or its value would be hidden from everybody. */
static void no_key_of_the_catalogue_is_a_secret(void **state)
{
	(void)state;
	for (size_t i = 0; i < catalogue_size(); i++) {
		auto_free char *got = secret_value(catalogue_at(i)->key, "1-2:3");

		if (!text_equal(got, "1-2:3"))
			fail_msg("%s is masked", catalogue_at(i)->key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_masked_by_the_name_of_its_key),
		cmocka_unit_test(a_line_is_masked_wherever_the_value_stands),
		cmocka_unit_test(no_key_of_the_catalogue_is_a_secret),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
