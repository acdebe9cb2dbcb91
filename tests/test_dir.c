/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/dir.h"

#include "base/defs.h"
#include "check.h"

enum { FILES = 600, NAME_LEN = 200 }; /* some ten buffers full */

static void each_name_is_given_once(void **state)
{
	char dir[64], name[NAME_LEN + 1];
	bool seen[FILES] = {0};
	const char *entry;
	struct dir d;
	int fd;

	(void)state;
	scratch_make(dir);
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "%0*d", NAME_LEN, i);
		scratch_file(dir, name, "");
	}

	fd = open(dir, O_RDONLY | O_DIRECTORY);
	dir_init(&d, fd);
	while ((entry = dir_next(&d))) {
		unsigned long i = strtoul(entry, NULL, 10);

		assert_int_equal(strlen(entry), NAME_LEN);
		assert_true(i < FILES && !seen[i]);
		seen[i] = true;
	}
	assert_int_equal(d.error, 0);
	for (int i = 0; i < FILES; i++)
		assert_true(seen[i]);
	assert_null(dir_next(&d));
	close(fd);
	scratch_remove(dir);
}

/* ... and the others come when they are asked for all the same. */
static void of_a_few_names_no_more_are_read_at_a_time(void **state)
{
	enum { SHORT = 24, FEW = 3 * SHORT };
	char dir[64], name[16];
	struct dir d;
	size_t n = 0;
	int fd;

	(void)state;
	scratch_make(dir);
	for (int i = 10; i < 30; i++) {
		snprintf(name, sizeof(name), "%d", i);
		scratch_file(dir, name, "");
	}

	fd = open(dir, O_RDONLY | O_DIRECTORY);
	dir_init_few(&d, fd, FEW);
	while (dir_next(&d)) {
		n++;
		assert_in_range(d.len, SHORT, FEW);
	}
	assert_int_equal(d.error, 0);
	assert_int_equal(n, 20);
	close(fd);
	scratch_remove(dir);
}

static void what_is_no_directory_says_so(void **state)
{
	int fd = open("/dev/null", O_RDONLY);
	struct dir d;

	(void)state;
	dir_init(&d, fd);
	assert_null(dir_next(&d));
	assert_int_equal(d.error, -ENOTDIR);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_name_is_given_once),
		cmocka_unit_test(of_a_few_names_no_more_are_read_at_a_time),
		cmocka_unit_test(what_is_no_directory_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
