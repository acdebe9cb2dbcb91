/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/diff.h"

#include "advise/comment_out.h"
#include "check.h"

static struct bytes bytes_of(const char *text)
{
	struct bytes b = {0};

	if (text) {
		b.data = strdup(text);
		b.len = strlen(text);
	}
	return b;
}

static void diff_is(const char *before, const char *after, const char *expected)
{
	auto_text struct text t = {0};
	struct bytes a = bytes_of(before), b = bytes_of(after);

	diff_unified(&t, "/f", &a, &b);
	assert_false(t.failed);
	assert_string_equal(t.str, expected);
	bytes_done(&a);
	bytes_done(&b);
}

/* What diff -u says, but for the times in its first two lines. */
static void a_diff_is_what_diff_u_says(void **state)
{
	diff_is("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
		"--- /f\n+++ /f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n");
	diff_is("a\n", "a\nb\n", "--- /f\n+++ /f\n@@ -1 +1,2 @@\n a\n+b\n");
	diff_is("a\nb\n", "b\n", "--- /f\n+++ /f\n@@ -1,2 +1 @@\n-a\n b\n");
}

static void a_file_that_is_not_there_is_dev_null(void **state)
{
	diff_is(NULL, "a\nb\n", "--- /dev/null\n+++ /f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
	diff_is("a\n", NULL, "--- /f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
}

static void a_missing_last_newline_is_told(void **state)
{
	diff_is("a", "a\n", "--- /f\n+++ /f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

/* Six lines between two changes keep them in one hunk, seven do not. */
static void changes_far_apart_are_hunks_of_their_own(void **state)
{
	diff_is("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
		"--- /f\n+++ /f\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n");
	diff_is("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
		"--- /f\n+++ /f\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
		"@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n");
}

/* Apply a diff by hand: what is not put in makes the old file, what is not taken out the new. */
static void check_sides(const char *diff, const char *a, const char *b)
{
	auto_text struct text old = {0}, new = {0};
	const char *p = strstr(diff, "@@\n") + 3;

	for (; *p; p = strchr(p, '\n') + 1) {
		size_t n = strcspn(p, "\n") + 1;

		if (*p != '+')
			text_add_bytes(&old, p + 1, n - 1);
		if (*p != '-')
			text_add_bytes(&new, p + 1, n - 1);
	}
	assert_string_equal(old.str ? old.str : "", a);
	assert_string_equal(new.str ? new.str : "", b);
}

static void whatever_the_files_both_sides_come_out(void **state)
{
	unsigned seed = 1;

	for (int i = 0; i < 500; i++) {
		char text[2][20] = {"", ""};
		auto_text struct text t = {0};
		struct bytes a, b;

		/* So short that there is one hunk, and all of it in there. */
		for (size_t f = 0; f < 2; f++) {
			for (size_t l = 0; l < 4; l++) {
				seed = seed * 1103515245 + 12345;
				if (seed >> 16 & 3)
					strcat(text[f], seed >> 18 & 1 ? "x\n" : "y\n");
			}
		}
		if (strcmp(text[0], text[1]) == 0 || !*text[0] || !*text[1])
			continue;
		a = bytes_of(text[0]);
		b = bytes_of(text[1]);
		diff_unified(&t, "/f", &a, &b);
		check_sides(t.str, text[0], text[1]);
		bytes_done(&a);
		bytes_done(&b);
	}
}

static void files_with_nothing_in_common_are_replaced(void **state)
{
	auto_text struct text a = {0}, b = {0}, t = {0};

	for (int i = 0; i < 1000; i++) {
		text_addf(&a, "a%d\n", i);
		text_addf(&b, "b%d\n", i);
	}
	diff_unified(&t, "/f", &(struct bytes){a.str, a.len}, &(struct bytes){b.str, b.len});
	assert_has(t.str, "@@ -1,1000 +1,1000 @@\n-a0\n");
	assert_has(t.str, "-a999\n+b0\n");
}

/* ---- lines that are taken out ---- */

static const struct {
	const char *text;
	unsigned line;
	const char *marked; /* NULL: it cannot be taken out alone */
} lines[] = {
	{"a = 1\nb = 2\n", 2, "a = 1\n#tcptune# b = 2\n"},
	{"a = 1\nb = 2", 2, "a = 1\n#tcptune# b = 2"},
	{"a = 1\r\nb = 2\r\n", 1, "#tcptune# a = 1\r\nb = 2\r\n"},
	{"\n\na", 3, "\n\n#tcptune# a"},
	{"a = 1\n", 2, NULL},        /* there is no such line */
	{"a = 1\n", 0, NULL},        /* nor this */
	{"a = 1\rb = 2\n", 1, NULL}, /* two lines for systemd */
	{"a = \\\n1\n", 1, NULL},    /* goes on in the next */
	{"a = \\\n1\n", 2, NULL},    /* begun in the one before */
	{"a = \\\r\n1\n", 2, NULL},  /* the same */
};

static void a_line_is_marked_and_nothing_else(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct bytes b = bytes_of(lines[i].text);

		if (!lines[i].marked) {
			assert_fails(comment_mark(&b, lines[i].line), EINVAL);
			assert_string_equal(b.data, lines[i].text);
		} else {
			assert_ok(comment_mark(&b, lines[i].line));
			assert_string_equal(b.data, lines[i].marked);
			assert_int_equal(strlen(b.data), b.len);
			assert_true(comment_is_marked(&b, lines[i].line));
		}
		comment_unmark(&b);
		assert_string_equal(b.data, lines[i].text);
		assert_int_equal(strlen(b.data), b.len);
		bytes_done(&b);
	}
}

static void a_line_too_long_for_old_readers_stays(void **state)
{
	char text[1002];
	struct bytes b;

	memset(text, 'x', sizeof(text));
	text[1000] = '\n';
	text[1001] = '\0';
	b = bytes_of(text);
	assert_fails(comment_mark(&b, 1), EINVAL);
	bytes_done(&b);
}

static void every_mark_is_taken_away(void **state)
{
	struct bytes b =
		bytes_of("#tcptune# a\nb #tcptune# c\n#tcptune# \n#tcptune#d\n#tcptune# e");

	assert_true(comment_any(&b));
	comment_unmark(&b);
	assert_false(comment_any(&b));
	assert_string_equal(b.data, "a\nb #tcptune# c\n\n#tcptune#d\ne");
	assert_int_equal(strlen(b.data), b.len);
	bytes_done(&b);
	comment_unmark(&b);
	assert_null(b.data);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_diff_is_what_diff_u_says),
		cmocka_unit_test(a_file_that_is_not_there_is_dev_null),
		cmocka_unit_test(a_missing_last_newline_is_told),
		cmocka_unit_test(changes_far_apart_are_hunks_of_their_own),
		cmocka_unit_test(whatever_the_files_both_sides_come_out),
		cmocka_unit_test(files_with_nothing_in_common_are_replaced),
		cmocka_unit_test(a_line_is_marked_and_nothing_else),
		cmocka_unit_test(a_line_too_long_for_old_readers_stays),
		cmocka_unit_test(every_mark_is_taken_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
