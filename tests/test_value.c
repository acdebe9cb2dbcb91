/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "model/value.h"

/* Rows of our own, so that a change of the catalogue does not change these tests. */
static const struct tunable number = {.key = "n",
				      .type = TYPE_INT,
				      .unit = "seconds",
				      .min = 1,
				      .max = 1000000,
				      .kernel_min = 0,
				      .kernel_max = 255,
				      .bounded = KERNEL(5, 14)};
static const struct tunable wide = {
	.key = "w", .type = TYPE_INT, .min = 0, .max = INT64_MAX, .has_unlimited = true};
static const struct tunable triple = {.key = "t",
				      .type = TYPE_INT,
				      .fields = 3,
				      .field_names = "min default max",
				      .min = 1,
				      .max = 2147483647,
				      .kernel_min = 1,
				      .kernel_max = 2147483647};
static const struct tunable range = {.key = "r",
				     .type = TYPE_INT,
				     .fields = 2,
				     .field_names = "low high",
				     .min = 1,
				     .max = 65535,
				     .kernel_min = 1,
				     .kernel_max = 65535};
static const struct tunable flag = {
	.key = "b", .type = TYPE_BOOL, .min = 0, .max = 1, .kernel_max = 255};
static const struct tunable choice = {.key = "e",
				      .type = TYPE_ENUM,
				      .max = 2,
				      .kernel_max = 2,
				      .choices = {{0, "off"}, {1, "on"}, {2, "loopback only"}}};
static const struct tunable bitmap = {
	.key = "m", .type = TYPE_BITMAP, .max = 3, .choices = {{1, "client"}, {2, "server"}}};
static const struct tunable ports = {.key = "p", .type = TYPE_PORTS};
static const struct tunable word = {.key = "c", .type = TYPE_WORD};
static const struct tunable fin = {
	.key = "net.ipv4.tcp_fin_timeout", .type = TYPE_INT, .min = 5, .max = 120};

static void kernel_text_is_compared_by_meaning(void **state)
{
	static const struct {
		const struct tunable *t;
		const char *a, *b;
		bool equal;
	} cases[] = {
		{&number, "5", "5\n", true},
		{&number, "5", "6", false},
		{&number, "-1", "-1", true},
		{&triple, "4096\t131072\t6291456", "4096 131072 6291456", true},
		{&triple, "  4096  131072 6291456 ", "4096 131072 6291456", true},
		{&triple, "4096 131072 6291456", "4096 131072 6291457", false},
		{&ports, "8080,8081,8082", "8080-8082", true},
		{&ports, "8082,8080,8081", "8080-8082\n", true},
		{&ports, "", "\n", true},
		{&ports, "", "1", false},
		{&ports, "1-2,3", "1-3", true},
		{&ports, "65535", "65535-65535", true},
		{&word, "cubic", "cubic\n", true},
		{&word, "cubic", "reno", false},
		{&wide, "18446744073709551615", "9223372036854775807", true},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_value struct value a = {0}, b = {0};

		assert_ok(value_read(cases[i].t, cases[i].a, &a));
		assert_ok(value_read(cases[i].t, cases[i].b, &b));
		if (value_equal(&a, &b) != cases[i].equal)
			fail_msg("\"%s\" and \"%s\"", cases[i].a, cases[i].b);
	}
}

static void kernel_text_that_makes_no_sense_is_refused(void **state)
{
	static const struct {
		const struct tunable *t;
		const char *text;
	} cases[] = {
		{&number, ""},     {&number, "x"},       {&number, "1 2"},
		{&triple, "1 2"},  {&triple, "1 2 3 4"}, {&ports, "80 81"},
		{&ports, "81-80"}, {&ports, "65536"},    {&number, "-99999999999999999999"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_value struct value v = {0};

		if (value_read(cases[i].t, cases[i].text, &v) != -EINVAL)
			fail_msg("\"%s\" was read", cases[i].text);
	}
}

static void text_is_canonical(void **state)
{
	static const struct {
		const struct tunable *t;
		const char *text, *canonical;
	} cases[] = {
		{&triple, "4096\t131072\t6291456", "4096 131072 6291456"},
		{&ports, "9000,8081,8080,8082", "8080-8082,9000"},
		{&ports, "65535,0-62,64-127,129", "0-62,64-127,129,65535"},
		{&ports, "128-65535,0,63,65-127", "0,63,65-65535"},
		{&ports, "\n", ""},
		{&word, " bbr \n", "bbr"},
		{&number, "-1\n", "-1"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_value struct value v = {0};
		auto_free char *text = NULL;

		assert_ok(value_read(cases[i].t, cases[i].text, &v));
		text = value_text(&v);
		assert_string_equal(text, cases[i].canonical);
	}
}

/* Each is accepted by the kernel, or by a careless parser, and means something else. */
static void what_people_write_is_parsed_strictly(void **state)
{
	static const struct {
		const struct tunable *t;
		const char *text;
		const char *complaint; /* NULL: fine */
	} cases[] = {
		{&number, "30", NULL},
		{&number, " 30 ", NULL},
		{&number, "010", "octal (8)"},
		{&number, "0007200", "octal (3712)"},
		{&number, "08", "octal"},
		{&number, "0x10", "hexadecimal"},
		{&number, "+1", "not a whole decimal number"},
		{&number, "1x", "not a whole decimal number"},
		{&number, "1.5", "not a whole decimal number"},
		{&number, "1K", "not a whole decimal number"},
		{&number, "abc", "not a whole decimal number"},
		{&number, "5 # five", "not a whole decimal number"},
		{&number, "\"5\"", "not a whole decimal number"},
		{&number, "7 8", "expected one number, found 2"},
		{&number, "", "found 0"},
		{&number, "0", "outside the sane range 1 to 1000000 seconds"},
		{&number, "-1", "outside the sane range"},
		{&number, "2147483648", "outside the sane range"},
		{&number, "99999999999999999999", "does not fit in 64 bits"},
		{&wide, "9223372036854775807", NULL},
		{&wide, "9223372036854775808", "does not fit in 64 bits"},
		{&wide, "4294967301", NULL},
		{&triple, "4096 87380 6291456", NULL},
		{&triple, "4096", "expected 3 numbers (min default max), found 1"},
		{&triple, "4096 87380", "found 2"},
		{&triple, "1 2 3 4", "found 4"},
		{&triple, "1 2 3 4 5", "found 5"},
		{&triple, "9 8 7", "must not descend"},
		{&triple, "4096,87380,6291456", "not a whole decimal number"},
		{&triple, "8192 200000 99999999999", "outside the sane range"},
		{&range, "10240 65535", NULL},
		{&range, "32768 60999", NULL},
		{&range, "60000 1024", "must be below"},
		{&range, "1024 1024", "must be below"},
		{&range, "40000 40002", "wastes the last port"},
		{&range, "1024", "found 1"},
		{&flag, "1", NULL},
		{&flag, "2", "neither 0 (off) nor 1 (on)"},
		{&choice, "2", NULL},
		{&choice, "3", "none of 0 (off), 1 (on), 2 (loopback only)"},
		{&bitmap, "3", NULL},
		{&bitmap, "4", "bits nobody knows"},
		{&ports, "", NULL},
		{&ports, "8080,9090", NULL},
		{&ports, "8080 9090", "not a list of ports"},
		{&ports, "9090-8080", "not a list of ports"},
		{&ports, "070000", "octal"},
		{&ports, "80-0100", "octal"},
		{&ports, "0", NULL},
		{&word, "bbr", NULL},
		{&word, "bbr cubic", "is not a name"},
		{&word, "", "found nothing"},
		{&word, "a/b", "is not a name"},
		{&fin, "60", NULL},
		{&fin, "120", NULL},
		{&fin, "62", "would mean 4 seconds"},
		{&fin, "119", "would mean 118 seconds"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_value struct value v = {0};
		struct error err = {0};
		int r = value_parse(cases[i].t, cases[i].text, &v, &err);

		if (!cases[i].complaint != !r)
			fail_msg("\"%s\": %s", cases[i].text, r ? err.text : "accepted");
		if (r)
			assert_has(err.text, cases[i].complaint);
	}
}

/* before NULL: not known.  after NULL: no known outcome. */
static void writes_do_what_the_kernel_does(void **state)
{
	static const struct {
		const struct tunable *t;
		const char *before, *text, *after;
		unsigned traps;
	} cases[] = {
		{&number, "1", "30", "30", 0},
		{&number, "1", " 30 \n", "30", 0},
		{&number, "1", "010", "8", TRAP_OCTAL},
		{&number, "1", "0x10", "16", TRAP_HEX},
		{&number, "1", "08", "1", TRAP_REFUSED},
		{&number, "1", "7 junk", "7", TRAP_TRAILING},
		{&number, "1", "1 2", "1", TRAP_TRAILING},
		{&number, "1", "7junk", "1", TRAP_REFUSED},
		{&number, "1", "+7", "1", TRAP_REFUSED},
		{&number, "1", "1K", "1", TRAP_REFUSED},
		{&number, "1", "", "1", TRAP_REFUSED},
		{&number, "1", "256", "1", TRAP_REFUSED},
		{&number, NULL, "256", NULL, TRAP_REFUSED},
		{&number, "1", "5\r", "1", TRAP_REFUSED},
		{&number, "1", "000000000000000000000000000005", "1", TRAP_REFUSED},
		{&number, "1", "\"5\"", "1", TRAP_REFUSED},
		{&number, "1", "\xa0\v5", "5", 0},
		{&number, "1", "5\xa0", "1", TRAP_REFUSED},
		{&number, "1",
		 "\xc2\xa0"
		 "5",
		 "1", TRAP_REFUSED}, /* the same in UTF-8 */
		{&triple, "1 2 3", "4096", "4096 2 3", TRAP_SHORT},
		{&triple, NULL, "4096", NULL, TRAP_SHORT},
		{&triple, "1 2 3", "4 5 6 7", "4 5 6", TRAP_TRAILING},
		{&triple, "1 2 3", "9 8 7", "9 8 7", 0},
		{&triple, "1 2 3", "8192 200000 99999999999", "8192 200000 3",
		 TRAP_REFUSED | TRAP_PARTIAL},
		{&triple, "1 2 3", "4098 16385 # x", "4098 16385 3", TRAP_REFUSED | TRAP_PARTIAL},
		{&triple, "1 2 3", "1,2,3", "1 2 3", TRAP_REFUSED},
		{&range, "32768 60999", "60000 1024", "32768 60999", TRAP_REFUSED},
		{&range, "32768 60999", "1024", "1024 60999", TRAP_SHORT},
		{&range, "32768 60999", "1024 99999", "32768 60999", TRAP_REFUSED},
		{&range, "32768 60999", "1024 1024", "1024 1024", 0},
		{&ports, "1", "8082,8080,8081", "8080-8082", TRAP_REORDERED},
		{&ports, "1", "8080-8082,", "8080-8082", 0},
		{&ports, "1", "8080 9090", "1", TRAP_REFUSED},
		{&ports, "1", "", "", 0},
		{&word, "cubic", "bbr # x", "cubic", TRAP_REFUSED},
		{&word, "cubic", "bbr", "bbr", 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_value struct value before = {0}, after = {0};
		auto_free char *text = NULL;
		unsigned traps = 0;
		int r;

		if (cases[i].before)
			assert_ok(value_read(cases[i].t, cases[i].before, &before));
		r = value_after_write(cases[i].t, cases[i].before ? &before : NULL, cases[i].text,
				      KERNEL(6, 1), &after, &traps);
		text = r ? NULL : value_text(&after);
		if (!cases[i].after != !text || (text && strcmp(text, cases[i].after) != 0) ||
		    traps != cases[i].traps)
			fail_msg("\"%s\": %s, traps %#x", cases[i].text, text ? text : "unknown",
				 traps);
	}
}

/* u8 keys were plain ints before 5.14. */
static void bounds_depend_on_the_release(void **state)
{
	auto_value struct value before = {0}, after = {0};
	unsigned traps;

	assert_ok(value_read(&number, "1", &before));
	assert_ok(value_after_write(&number, &before, "-7", KERNEL(5, 10), &after, &traps));
	assert_int_equal(after.num[0], -7);
	assert_int_equal(traps, 0);
}

static void operators_reach_and_never_make_worse(void **state)
{
	static const struct {
		const struct tunable *t;
		enum op op;
		const char *have, *want;
		bool does;
		const char *reach;
	} cases[] = {
		{&number, OP_AT_LEAST, "10", "5", true, "10"},
		{&number, OP_AT_LEAST, "4", "5", false, "5"},
		{&number, OP_AT_MOST, "4", "5", true, "4"},
		{&number, OP_AT_MOST, "6", "5", false, "5"},
		{&number, OP_AT_MOST, "0", "5", false, "5"}, /* below the sane range */
		{&number, OP_AT_MOST, "-1", "5", false, "5"},
		{&number, OP_EXACT, "6", "5", false, "5"},
		{&wide, OP_AT_LEAST, "0", "5", true, NULL}, /* 0 is unlimited */
		{&wide, OP_AT_MOST, "0", "5", false, NULL},
		{&triple, OP_AT_LEAST, "1 9 9", "4 5 6", false, "4 9 9"},
		{&triple, OP_AT_LEAST, "4 9 9", "4 5 6", true, "4 9 9"},
		{&triple, OP_AT_MOST, "1 9 9", "4 5 6", false, "1 5 6"},
		/* Never the wrong way round. */
		{&triple, OP_AT_LEAST, "1 9 2", "4 5 6", false, "4 9 9"},
		{&range, OP_AT_LEAST, "1024 65535", "10240 65535", true, "1024 65535"},
		{&range, OP_AT_LEAST, "32768 60999", "10240 60001", false, "10240 60999"},
		{&range, OP_AT_MOST, "1024 65535", "10240 65535", false, "10240 65535"},
		{&bitmap, OP_AT_LEAST, "2", "1", false, "3"},
		{&bitmap, OP_AT_LEAST, "3", "1", true, "3"},
		{&bitmap, OP_AT_MOST, "3", "1", false, "1"},
		{&ports, OP_AT_LEAST, "80,443", "80", true, "80,443"},
		{&ports, OP_AT_LEAST, "80,443", "80-81", false, "80-81,443"},
		{&ports, OP_AT_LEAST, "", "", true, ""},
		{&word, OP_EXACT, "bbr", "bbr", true, "bbr"},
		{&word, OP_AT_LEAST, "bbr", "bbr", false, "bbr"}, /* names have no order */
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_value struct value have = {0}, want = {0}, reach = {0};
		auto_free char *text = NULL;

		assert_ok(value_read(cases[i].t, cases[i].have, &have));
		assert_ok(value_read(cases[i].t, cases[i].want, &want));
		if (value_satisfies(cases[i].t, &have, cases[i].op, &want, 1) != cases[i].does)
			fail_msg("case %zu: %s %s %s", i, cases[i].have, op_name(cases[i].op),
				 cases[i].want);
		assert_ok(value_reach(cases[i].t, &have, cases[i].op, &want, &reach));
		text = value_text(&reach);
		if (cases[i].reach)
			assert_string_equal(text, cases[i].reach);
	}
}

static void one_of_takes_any(void **state)
{
	auto_value struct value have = {0};
	struct value want[2] = {{0}};

	assert_ok(value_read(&choice, "2", &have));
	assert_ok(value_read(&choice, "1", &want[0]));
	assert_ok(value_read(&choice, "2", &want[1]));
	assert_true(value_satisfies(&choice, &have, OP_ONE_OF, want, 2));
	assert_false(value_satisfies(&choice, &have, OP_ONE_OF, want, 1));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_text_is_compared_by_meaning),
		cmocka_unit_test(kernel_text_that_makes_no_sense_is_refused),
		cmocka_unit_test(text_is_canonical),
		cmocka_unit_test(what_people_write_is_parsed_strictly),
		cmocka_unit_test(writes_do_what_the_kernel_does),
		cmocka_unit_test(bounds_depend_on_the_release),
		cmocka_unit_test(operators_reach_and_never_make_worse),
		cmocka_unit_test(one_of_takes_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
