/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "base/root.h"
#include "read/confdir.h"
#include "read/lines.h"

static char dir[64];
static int root = -1;

static int setup(void **state)
{
	(void)state;
	assert_ok(root_open(scratch_make(dir), &root, NULL));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(root);
	scratch_remove(dir);
	return 0;
}

/* "LINE:TEXT", "+" before a piece that is not the first of its line. */
static const struct {
	const char *text;
	size_t max;
	const char *pieces;
} cases[] = {
	{"", 4, ""},
	{"\n", 4, "1: "},
	{"a\nb", 4, "1:a 2:b "},
	{"a\n\nb\n", 4, "1:a 2: 3:b "},
	{"abc\nd\n", 4, "1:abc 2:d "},
	{"abcd\ne\n", 4, "1:abcd +1: 2:e "}, /* the newline does not fit any more */
	{"abcde\nf\n", 4, "1:abcd +1:e 2:f "},
	{"abcdefghi", 4, "1:abcd +1:efgh +1:i "},
	{"abcdefgh", 4, "1:abcd +1:efgh "},
};

static void a_long_line_comes_in_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_lines struct lines l = {.fd = -1};
		char got[256] = "", *piece;
		size_t n = 0, len;

		scratch_file(dir, "f", cases[i].text);
		assert_ok(lines_open(root, "f", cases[i].max, &l, NULL));
		while (lines_next(&l, &piece, &len) > 0) {
			assert_int_equal(len, strlen(piece));
			n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%u:%s ",
					      l.continues ? "+" : "", l.line, piece);
		}
		if (strcmp(got, cases[i].pieces) != 0)
			fail_msg("\"%s\" gives \"%s\"", cases[i].text, got);
	}
}

/* Lines around the size of what is read ahead, told apart by length. */
static void no_size_of_line_is_special(void **state)
{
	static char text[2 * 1024 * 1024];
	const size_t lengths[] = {65534, 65535, 65536, 65537, 0, 131072, 1, 500000, 3};
	auto_lines struct lines l = {.fd = -1};
	size_t at = 0, len;
	char *piece;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		memset(text + at, 'a' + (int)i, lengths[i]);
		at += lengths[i];
		text[at++] = '\n';
	}
	scratch_bytes(dir, "f", text, at);
	assert_ok(lines_open(root, "f", 1024 * 1024, &l, NULL));
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		assert_int_equal(lines_next(&l, &piece, &len), 1);
		assert_int_equal(len, lengths[i]);
		assert_int_equal(l.line, i + 1);
		assert_true(!len || (piece[0] == 'a' + (int)i && piece[len - 1] == piece[0]));
	}
	assert_int_equal(lines_next(&l, &piece, &len), 0);
}

static void nul_bytes_are_counted(void **state)
{
	auto_lines struct lines l = {.fd = -1};
	char *piece;
	size_t len;

	(void)state;
	scratch_bytes(dir, "f", "a\0b\nc", 5);
	assert_ok(lines_open(root, "f", 100, &l, NULL));
	assert_int_equal(lines_next(&l, &piece, &len), 1);
	assert_int_equal(len, 3);
	assert_memory_equal(piece, "a\0b", 4);
}

static void only_a_regular_file_is_opened(void **state)
{
	struct lines l;
	char path[128];

	(void)state;
	scratch_file(dir, "d/x", "");
	snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0644), 0);
	assert_fails(lines_open(root, "d", 10, &l, NULL), EISDIR);
	assert_fails(lines_open(root, "fifo", 10, &l, NULL), ENXIO);
	assert_fails(lines_open(root, "none", 10, &l, NULL), ENOENT);
}

static void the_first_directory_has_the_name(void **state)
{
	static const char *const want[] = {"/one/10.conf", "/two/20.conf", "/one/A.conf",
					   "/one/a.conf", "/one/loop.conf"};
	auto_call(confdir_done) struct confdir list = {0};
	char path[128];

	(void)state;
	scratch_file(dir, "one/a.conf", "");
	scratch_file(dir, "one/A.conf", "");
	scratch_file(dir, "one/10.conf/x", "");
	scratch_file(dir, "one/.hidden.conf", "");
	scratch_file(dir, "one/20.CONF", "");
	scratch_file(dir, "two/a.conf", "");
	scratch_file(dir, "two/10.conf", "");
	scratch_file(dir, "two/20.conf", "");
	scratch_file(dir, "two/loop.conf", "");
	snprintf(path, sizeof(path), "%s/one/loop.conf", dir);
	assert_int_equal(symlink("loop.conf", path), 0);

	assert_ok(confdir_add(tree_of(root), "/one", LOOPS_MASK, &list, NULL));
	assert_ok(confdir_add(tree_of(root), "/none", LOOPS_MASK, &list, NULL));
	assert_ok(confdir_add(tree_of(root), "/two", LOOPS_MASK, &list, NULL));
	assert_int_equal(list.len, ARRAY_LEN(want));
	for (size_t i = 0; i < list.len; i++)
		assert_string_equal(list.items[i].path, want[i]);
	confdir_done(&list);

	assert_ok(confdir_add(tree_of(root), "/one", LOOPS_SKIP, &list, NULL));
	assert_ok(confdir_add(tree_of(root), "/two", LOOPS_SKIP, &list, NULL));
	assert_string_equal(list.items[list.len - 1].path, "/two/loop.conf");
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_long_line_comes_in_pieces),
		test(no_size_of_line_is_special),
		test(nul_bytes_are_counted),
		test(only_a_regular_file_is_opened),
		test(the_first_directory_has_the_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
