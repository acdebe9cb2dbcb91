/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/plan.h"

#include <string.h>

#include "check.h"
#include "model/ours.h"

#define BOOT "b1"
#define HERE "4:1"

static void equal_bytes_are_both_absent_or_the_same(void **state)
{
	char one[] = "a\0b", two[] = "a\0c";
	const struct bytes a = {one, 3}, b = {two, 3}, empty = {one, 0}, none = {0};

	assert_true(bytes_equal(&a, &a));
	assert_false(bytes_equal(&a, &b));
	assert_true(bytes_equal(&none, &none));
	assert_false(bytes_equal(&none, &empty));
}

static void the_risk_of_a_plan_is_its_worst_step(void **state)
{
	struct step steps[] = {{.risk = RISK_LOW}, {.risk = RISK_HIGH}, {.risk = RISK_MEDIUM}};
	struct plan p = {0};

	assert_int_equal(plan_risk(&p), RISK_LOW);
	p.steps.items = steps;
	p.steps.len = ARRAY_LEN(steps);
	assert_int_equal(plan_risk(&p), RISK_HIGH);
}

static void the_first_value_before_us_is_remembered(void **state)
{
	struct ours o = {0};

	assert_int_equal(ours_note(&o, "k", "1", "2", BOOT, HERE), 0);
	assert_int_equal(ours_note(&o, "k", "2", "3", BOOT, HERE), 0);
	assert_string_equal(ours_value(&o, "k", BOOT, HERE)->first, "1");
	assert_string_equal(ours_value(&o, "k", BOOT, HERE)->ours, "3");
	ours_done(&o);
}

static void a_value_that_went_back_is_ours_no_more(void **state)
{
	struct ours o = {0};

	assert_int_equal(ours_note(&o, "a", "1", "2", BOOT, HERE), 0);
	assert_int_equal(ours_note(&o, "k", "1", "2", BOOT, HERE), 0);
	assert_int_equal(ours_note(&o, "k", "2", "1", BOOT, HERE), 0);
	assert_null(ours_value(&o, "k", BOOT, HERE));
	assert_non_null(ours_value(&o, "a", BOOT, HERE));
	ours_done(&o);
}

static void what_the_host_shares_is_ours_from_any_namespace(void **state)
{
	struct ours o = {0};

	assert_int_equal(ours_note(&o, "fs.nr_open", "1", "2", BOOT, HERE), 0);
	assert_int_equal(ours_note(&o, "fs.nr_open", "2", "3", BOOT, "4:2"), 0);
	assert_int_equal(o.values.len, 1);
	assert_string_equal(ours_value(&o, "fs.nr_open", BOOT, "4:3")->first, "1");
	assert_null(ours_value(&o, "fs.nr_open", "b2", HERE));
	ours_done(&o);
}

static void other_boots_and_namespaces_are_other_values(void **state)
{
	struct ours o = {0};

	assert_int_equal(ours_note(&o, "k", "1", "2", BOOT, HERE), 0);
	assert_int_equal(ours_note(&o, "k", "7", "8", BOOT, "4:2"), 0);
	assert_null(ours_value(&o, "k", "b2", HERE));
	assert_string_equal(ours_value(&o, "k", BOOT, "4:2")->first, "7");
	ours_done(&o);
}

static void a_value_that_did_not_move_is_not_noted(void **state)
{
	struct ours o = {0};

	assert_int_equal(ours_note(&o, "k", "1", "1", BOOT, HERE), 0);
	assert_int_equal(o.values.len, 0);
	ours_done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_bytes_are_both_absent_or_the_same),
		cmocka_unit_test(the_risk_of_a_plan_is_its_worst_step),
		cmocka_unit_test(the_first_value_before_us_is_remembered),
		cmocka_unit_test(a_value_that_went_back_is_ours_no_more),
		cmocka_unit_test(what_the_host_shares_is_ours_from_any_namespace),
		cmocka_unit_test(other_boots_and_namespaces_are_other_values),
		cmocka_unit_test(a_value_that_did_not_move_is_not_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
