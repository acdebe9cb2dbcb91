/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/undo.h"

#include "check.h"

static void add_step(struct journal *j, enum step_kind kind, const char *name, const char *before,
		     const char *after)
{
	struct step s = {.kind = kind, .name = strdup(name)};

	s.tunable = kind == STEP_SYSCTL ? catalogue_find(name) : NULL;
	if (before)
		s.before = (struct bytes){strdup(before), strlen(before)};
	if (after)
		s.after = (struct bytes){strdup(after), strlen(after)};
	assert_ok(vec_push(&j->steps, s));
}

static struct journal *add(struct history *h, const char *id, const char *key)
{
	struct journal j = {
		.id = strdup(id),
		.command = strdup("apply"),
		.who = {.boot_id = strdup("b"), .netns = strdup("n")},
		.ready = true,
		.end = END_COMMITTED,
	};

	add_step(&j, STEP_SYSCTL, key, "1", "2");
	add_step(&j, STEP_FILE, "/etc/x", NULL, "new");
	assert_ok(vec_push(h, j));
	return &h->items[h->len - 1];
}

static void values_are_taken_back_before_files(void **state)
{
	struct history h = {0};
	struct journal *j = add(&h, "1", "net.core.somaxconn");
	struct plan p;

	assert_ok(undo_plan(j, UNDO_EVERY_VALUE, NULL, &p, NULL));
	assert_int_equal(p.steps.len, 2);
	assert_string_equal(p.steps.items[0].before.data, "2");
	assert_string_equal(p.steps.items[0].after.data, "1");
	assert_string_equal(p.steps.items[1].name, "/etc/x");
	assert_string_equal(p.steps.items[1].before.data, "new");
	assert_null(p.steps.items[1].after.data);
	plan_done(&p);

	assert_ok(undo_plan(j, UNDO_NO_VALUES, NULL, &p, NULL));
	assert_int_equal(p.steps.len, 1);
	plan_done(&p);
	history_done(&h);
}

static void what_was_left_to_somebody_is_no_part_of_it(void **state)
{
	struct history h = {0};
	struct journal *j = add(&h, "1", "net.core.somaxconn");
	struct plan p;

	assert_ok(strings_add(&j->left, "net.core.somaxconn"));
	assert_ok(undo_plan(j, UNDO_EVERY_VALUE, NULL, &p, NULL));
	assert_int_equal(p.steps.len, 1);
	plan_done(&p);
	assert_ok(undo_plan(j, UNDO_EVERY_VALUE, &j->left, &p, NULL));
	assert_string_equal(p.steps.items[0].name, "net.core.somaxconn");
	assert_int_equal(p.steps.len, 1);
	plan_done(&p);
	history_done(&h);
}

static void a_key_this_version_does_not_know_is_warned_of(void **state)
{
	struct history h = {0};
	struct journal *j = add(&h, "1", "net.ipv4.no_such_key");
	struct plan p;

	assert_ok(undo_plan(j, UNDO_EVERY_VALUE, NULL, &p, NULL));
	assert_int_equal(p.steps.len, 1);
	assert_has(p.warnings.items[0], "net.ipv4.no_such_key is not known to this version");
	plan_done(&p);
	history_done(&h);
}

static void later_ones_that_stand_and_touch_the_same_are_found(void **state)
{
	struct history h = {0};
	struct strings later = {0};

	add(&h, "1", "net.core.somaxconn");
	add(&h, "2", "net.core.somaxconn");
	add(&h, "3", "net.core.somaxconn")->end = END_ROLLED_BACK;
	add(&h, "4", "net.core.somaxconn");
	assert_ok(undo_later(&h, history_find(&h, "1"), &later));
	assert_int_equal(later.len, 2);
	assert_string_equal(later.items[0], "4");
	assert_string_equal(later.items[1], "2");
	strings_done(&later);
	assert_ok(undo_later(&h, history_find(&h, "4"), &later));
	assert_int_equal(later.len, 0);
	history_done(&h);
}

static void put(char **s, const char *text)
{
	free(*s);
	*s = strdup(text);
}

static void what_the_host_shares_outlives_the_namespace(void **state)
{
	struct history h = {0};
	struct journal *j = add(&h, "1", "net.core.somaxconn");
	struct plan p;

	add_step(j, STEP_SYSCTL, "fs.nr_open", "1", "2");
	assert_ok(undo_plan(j, UNDO_HOST_VALUES, NULL, &p, NULL));
	assert_int_equal(p.steps.len, 2);
	assert_string_equal(p.steps.items[0].name, "fs.nr_open");
	assert_string_equal(p.steps.items[1].name, "/etc/x");
	plan_done(&p);
	history_done(&h);
}

static size_t count_later(const struct history *h, const char *id)
{
	struct strings later = {0};
	size_t n;

	assert_ok(undo_later(h, history_find(h, id), &later));
	n = later.len;
	strings_done(&later);
	return n;
}

static void a_value_of_another_namespace_is_another_value(void **state)
{
	struct history h = {0};
	struct journal *j;

	add(&h, "1", "net.core.somaxconn")->steps.items[1].kind = STEP_DIR;
	j = add(&h, "2", "net.core.somaxconn");
	assert_int_equal(count_later(&h, "1"), 1);
	put(&j->who.netns, "m");
	assert_int_equal(count_later(&h, "1"), 0);
	history_done(&h);
}

static void what_the_host_shares_is_one_value_in_a_boot(void **state)
{
	struct history h = {0};
	struct journal *j;

	add(&h, "1", "fs.nr_open")->steps.items[1].kind = STEP_DIR;
	j = add(&h, "2", "fs.nr_open");
	put(&j->who.netns, "m");
	assert_int_equal(count_later(&h, "1"), 1);
	put(&j->who.boot_id, "c");
	assert_int_equal(count_later(&h, "1"), 0);
	history_done(&h);
}

static void a_rollback_is_newer_if_it_took_back_what_is_older(void **state)
{
	struct history h = {0};

	add(&h, "1", "net.core.somaxconn");
	add(&h, "2", "net.core.somaxconn");
	add(&h, "3", "net.core.somaxconn")->undoes = strdup("2");
	assert_int_equal(count_later(&h, "1"), 0);
	add(&h, "4", "net.core.somaxconn")->undoes = strdup("1");
	assert_int_equal(count_later(&h, "3"), 1);
	assert_int_equal(count_later(&h, "4"), 0);
	/* One whose transaction is forgotten stands in nobody's way. */
	add(&h, "5", "net.core.somaxconn")->undoes = strdup("0");
	assert_int_equal(count_later(&h, "4"), 0);
	history_done(&h);
}

static void what_changed_nothing_cannot_be_taken_back(void **state)
{
	struct history h = {0};
	struct error err = {0};
	struct journal *j = add(&h, "1", "net.core.somaxconn");

	assert_ok(undo_check(&h, j, &err));
	j->end = END_ROLLED_BACK;
	assert_fails(undo_check(&h, j, &err), EINVAL);
	assert_has(err.text, "changed nothing");
	history_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_taken_back_before_files),
		cmocka_unit_test(what_was_left_to_somebody_is_no_part_of_it),
		cmocka_unit_test(a_key_this_version_does_not_know_is_warned_of),
		cmocka_unit_test(later_ones_that_stand_and_touch_the_same_are_found),
		cmocka_unit_test(what_the_host_shares_outlives_the_namespace),
		cmocka_unit_test(a_value_of_another_namespace_is_another_value),
		cmocka_unit_test(what_the_host_shares_is_one_value_in_a_boot),
		cmocka_unit_test(a_rollback_is_newer_if_it_took_back_what_is_older),
		cmocka_unit_test(what_changed_nothing_cannot_be_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
