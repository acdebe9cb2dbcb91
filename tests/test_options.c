/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "cli/options.h"

enum { ARGS_MAX = 8 };

/* Parse words up to NULL.  getopt reorders its array, so it gets one of its own. */
static int parse(const char *const words[static ARGS_MAX], struct options *o, struct words *rest,
		 struct error *err)
{
	char *argv[ARGS_MAX + 2] = {(char *)(uintptr_t) "tcptune"};
	int argc = 1;

	while (argc <= ARGS_MAX && words[argc - 1]) {
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
		argc++;
	}
	return options_parse(argc, argv, o, rest, err);
}

static void words_done(struct words *w)
{
	vec_done(w);
}

static void any_order_goes(void **state)
{
	static const char *const orders[][ARGS_MAX] = {
		{"check", "--json", "-v"},
		{"--json", "check", "-v"},
		{"-v", "--json", "check"},
	};

	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		auto_call(options_done) struct options o = {0};
		auto_call(words_done) struct words rest = {0};
		struct error err;

		assert_ok(parse(orders[i], &o, &rest, &err));
		assert_true(o.json);
		assert_int_equal(o.verbose, 1);
		assert_int_equal(rest.len, 1);
		assert_string_equal(rest.items[0], "check");
	}
}

static void mistakes_are_told_in_one_specific_line(void **state)
{
	static const struct {
		const char *words[ARGS_MAX];
		const char *complaint;
	} cases[] = {
		{{"--jsn"}, "unknown option '--jsn'; did you mean '--json'?"},
		{{"--zzzzzz"}, "unknown option '--zzzzzz'"},
		{{"-Z"}, "unknown option '-Z'"},
		{{"--profile"}, "option '--profile' needs NAME|FILE"},
		{{"--json=yes"}, "option '--json' takes no argument"},
		{{"--profile", "base", "-p", "proxy"},
		 "--profile is given twice, as 'base' and 'proxy'"},
		{{"--runtime", "--persist"}, "--runtime and --persist exclude each other"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_call(options_done) struct options o = {0};
		auto_call(words_done) struct words rest = {0};
		struct error err = {0};

		assert_fails(parse(cases[i].words, &o, &rest, &err), EINVAL);
		assert_string_equal(err.text, cases[i].complaint);
	}
}

static void the_words_of_the_command_are_told(void **state)
{
	static const struct {
		const char *words[ARGS_MAX];
		unsigned groups;
		const char *complaint;
	} cases[] = {
		{{"--color", "blue"},
		 OPT_COMMON,
		 "--color takes one of auto, always, never, not 'blue'"},
		{{"--format", "xml"},
		 OPT_COMMON | OPT_MONITOR,
		 "--format takes one of prometheus, nagios, json, not 'xml'"},
		{{"--format", "xml"},
		 OPT_COMMON | OPT_EXPORT,
		 "--format takes one of sysctl, limits, systemd, ansible, json, not 'xml'"},
		{{"--format", "nagios"},
		 OPT_COMMON | OPT_EXPORT,
		 "--format takes one of sysctl, limits, systemd, ansible, json, not 'nagios'"},
		{{"--format", "nagios", "-p", "base", "-p", "base"}, OPT_MONITOR, NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_call(options_done) struct options o = {0};
		auto_call(words_done) struct words rest = {0};
		struct error err = {0};

		assert_ok(parse(cases[i].words, &o, &rest, &err));
		if (!cases[i].complaint) {
			assert_ok(options_check_words(&o, cases[i].groups, &err));
			continue;
		}
		assert_fails(options_check_words(&o, cases[i].groups, &err), EINVAL);
		assert_string_equal(err.text, cases[i].complaint);
	}
}

static void json_is_known_although_a_mistake_comes_first(void **state)
{
	static const char *const words[ARGS_MAX] = {"--zzz", "--json"};
	auto_call(options_done) struct options o = {0};
	auto_call(words_done) struct words rest = {0};
	struct error err = {0};

	assert_fails(parse(words, &o, &rest, &err), EINVAL);
	assert_true(o.json);
	assert_has(err.text, "--zzz");
}

static void lists_gather(void **state)
{
	static const char *const words[ARGS_MAX] = {"--only", "a*", "--only=b*", "--except", "c"};
	auto_call(options_done) struct options o = {0};
	auto_call(words_done) struct words rest = {0};
	struct error err = {0};

	assert_ok(parse(words, &o, &rest, &err));
	assert_int_equal(o.only.len, 2);
	assert_int_equal(o.except.len, 1);
}

static void an_option_of_another_command_is_found(void **state)
{
	static const char *const words[ARGS_MAX] = {"check", "--validate", "x"};
	auto_call(options_done) struct options o = {0};
	auto_call(words_done) struct words rest = {0};
	struct error err = {0};

	assert_ok(parse(words, &o, &rest, &err));
	assert_null(options_foreign(&o, OPT_COMMON | OPT_VALIDATE));
	assert_string_equal(options_foreign(&o, OPT_COMMON)->name, "validate");
}

static void every_row_is_complete_and_unique(void **state)
{
	for (size_t i = 0; i < options_size(); i++) {
		const struct option_row *a = options_at(i);

		assert_non_null(a->help);
		assert_true(a->group);
		assert_true(!a->arg == (a->kind == OPTION_FLAG || a->kind == OPTION_COUNT ||
					a->kind == OPTION_VALUE));
		assert_true(!a->words == (a->kind != OPTION_WORD));
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(a->name, options_at(k)->name);
			assert_true(!a->letter || a->letter != options_at(k)->letter);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_goes),
		cmocka_unit_test(mistakes_are_told_in_one_specific_line),
		cmocka_unit_test(the_words_of_the_command_are_told),
		cmocka_unit_test(json_is_known_although_a_mistake_comes_first),
		cmocka_unit_test(lists_gather),
		cmocka_unit_test(an_option_of_another_command_is_found),
		cmocka_unit_test(every_row_is_complete_and_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
