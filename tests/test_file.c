/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "base/file.h"

enum { SIZE = 16 };

static void a_value_is_what_the_file_holds_without_its_newline(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int code;
		const char *value;
	} cases[] = {
		{"60\n", 3, 0, "60"},
		{"60", 2, 0, "60"},
		{"", 0, 0, ""},
		{"\n\n", 2, 0, ""},
		{"1\t2\n", 4, 0, "1\t2"},
		{"123456789012345", 15, 0, "123456789012345"},
		{"1234567890123456", 16, EFBIG, NULL}, /* no room for the NUL */
		{"6\0000\n", 4, EBADMSG, NULL},        /* not "6" */
		{"\0", 1, EBADMSG, NULL},
	};
	char dir[64], buf[SIZE];
	int fd;

	fd = open(scratch_make(dir), O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scratch_bytes(dir, "value", cases[i].bytes, cases[i].len);
		assert_fails(file_read_value(fd, "value", buf, sizeof(buf)), cases[i].code);
		if (!cases[i].code)
			assert_string_equal(buf, cases[i].value);
	}

	assert_fails(file_read_value(fd, "missing", buf, sizeof(buf)), ENOENT);
	assert_fails(file_read_value(fd, ".", buf, sizeof(buf)), EISDIR);
	close(fd);
	scratch_remove(dir);
}

static void a_link_is_not_followed_to_a_value(void **state)
{
	char dir[64], path[128], buf[SIZE];
	int fd;

	scratch_file(scratch_make(dir), "real", "1\n");
	snprintf(path, sizeof(path), "%s/link", dir);
	assert_ok(symlink("real", path));
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_fails(file_read_value(fd, "link", buf, sizeof(buf)), ELOOP);
	close(fd);
	scratch_remove(dir);
}

static void a_file_is_read_whole_or_refused(void **state)
{
	char dir[64], path[128], *text = NULL;
	size_t len = 0;
	int fd;

	scratch_bytes(scratch_make(dir), "f", "a\0b", 3);
	snprintf(path, sizeof(path), "%s/f", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);

	assert_fails(file_read_fd(fd, 0, 2, &text, &len), EFBIG);
	assert_null(text);

	/* A size may be unknown, out of date either way, or beyond what is wanted. */
	for (size_t size = 0; size <= 5; size++) {
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		assert_ok(file_read_fd(fd, size, 3, &text, &len));
		assert_int_equal(len, 3);
		assert_memory_equal(text, "a\0b", 4);
		free(text);
	}
	close(fd);
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_what_the_file_holds_without_its_newline),
		cmocka_unit_test(a_link_is_not_followed_to_a_value),
		cmocka_unit_test(a_file_is_read_whole_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
