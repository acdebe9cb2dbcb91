/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "model/reader.h"

static const struct {
	enum reader_kind kind;
	unsigned version;
	const char *name;
} installed[] = {
	{READER_SYSTEMD, 0, "sd262"},
	{READER_SYSTEMD, 239, "sd247"},
	{READER_SYSTEMD, 247, "sd247"},
	{READER_SYSTEMD, 249, "sd252"},
	{READER_SYSTEMD, 252, "sd252"},
	{READER_SYSTEMD, 255, "sd252"},
	{READER_SYSTEMD, 257, "sd257"},
	{READER_SYSTEMD, 262, "sd262"},
	{READER_SYSTEMD, 999, "sd262"},
	{READER_PROCPS, 0, "pp407"},
	{READER_PROCPS, VERSION(3, 3, 12), "pp3317"},
	{READER_PROCPS, VERSION(3, 3, 17), "pp3317"},
	{READER_PROCPS, VERSION(4, 0, 0), "pp402"},
	{READER_PROCPS, VERSION(4, 0, 2), "pp402"},
	{READER_PROCPS, VERSION(4, 0, 4), "pp404"},
	{READER_PROCPS, VERSION(4, 0, 6), "pp407"},
	{READER_PROCPS, VERSION(5, 0, 0), "pp407"},
};

static void a_version_behaves_like_the_last_one_that_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(installed); i++)
		assert_string_equal(reader_for(installed[i].kind, installed[i].version)->name,
				    installed[i].name);
}

static void every_row_is_found_by_its_name(void **state)
{
	(void)state;
	assert_int_equal(reader_count(), 8);
	for (size_t i = 0; i < reader_count(); i++)
		assert_ptr_equal(reader_find(reader_at(i)->name), reader_at(i));
	assert_null(reader_find("sd"));
	assert_null(reader_find("sd2520"));
	assert_null(reader_find(""));
}

static void rows_of_a_kind_are_in_order_and_differ(void **state)
{
	(void)state;
	for (size_t i = 1; i < reader_count(); i++) {
		const struct reader *a = reader_at(i - 1), *b = reader_at(i);

		if (a->kind == b->kind)
			assert_true(a->since < b->since);
		assert_string_not_equal(a->program, b->program);
	}
	assert_string_equal(reader_kind_name(READER_SYSTEMD), "systemd");
	assert_string_equal(reader_kind_name(READER_PROCPS), "procps");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_version_behaves_like_the_last_one_that_changed),
		cmocka_unit_test(every_row_is_found_by_its_name),
		cmocka_unit_test(rows_of_a_kind_are_in_order_and_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
