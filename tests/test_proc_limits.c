/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <sys/resource.h>

#include "base/defs.h"
#include "read/proc_limits.h"

#define ROW "Max open files            "

static const struct {
	const char *text;
	int result;
	uint64_t soft, hard;
} cases[] = {
	{"Limit  Soft Limit  Hard Limit  Units\n" ROW "1024  524288  files\n", 0, 1024, 524288},
	{ROW "1024  524288  files", 0, 1024, 524288}, /* no final newline */
	{ROW "0  0  files\n", 0, 0, 0},
	{ROW "unlimited  unlimited  files\n", 0, UINT64_MAX, UINT64_MAX},
	{ROW "1073741816\t1073741816\tfiles\n", 0, 1073741816, 1073741816},
	{"Max open files unlimited unlimited\n", 0, UINT64_MAX, UINT64_MAX},
	{"", -ENODATA, 0, 0},
	{"\n\n", -ENODATA, 0, 0},
	{"Max processes  1  2  processes\n", -ENODATA, 0, 0},
	{" " ROW "1  2  files\n", -ENODATA, 0, 0}, /* the kernel never indents */
	{"Max open filesystems  1  2\n", -EINVAL, 0, 0},
	{ROW "\n1024 524288\n", -EINVAL, 0, 0}, /* the numbers of another line */
	{ROW "1024\n524288 files\n", -EINVAL, 0, 0},
	{ROW "1024\n", -EINVAL, 0, 0},
	{ROW "-1 -1 files\n", -EINVAL, 0, 0},
	{ROW "10x 20 files\n", -EINVAL, 0, 0},
	{ROW "99999999999999999999 5 files\n", -EINVAL, 0, 0},
	{ROW "000000000000000000000000000000000001 5 files\n", -EINVAL, 0, 0},
};

static void both_limits_are_found_in_the_text(void **state)
{
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct nofile got = {0};
		int r = proc_limits_parse(cases[i].text, &got);

		if (r != cases[i].result || got.known != (r == 0) || got.soft != cases[i].soft ||
		    got.hard != cases[i].hard)
			fail_msg("case %zu: %d %llu:%llu", i, r, (unsigned long long)got.soft,
				 (unsigned long long)got.hard);
	}
}

static void the_kernel_says_what_getrlimit_says(void **state)
{
	auto_close int proc = open("/proc", O_PATH | O_DIRECTORY);
	struct nofile got = {0};
	struct rlimit have;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &have), 0);
	have.rlim_cur = have.rlim_cur > 77 ? 77 : have.rlim_cur;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &have), 0);

	assert_ok(proc_limits_read(proc, "self/limits", &got));
	assert_true(got.known);
	assert_int_equal(got.soft, have.rlim_cur);
	assert_int_equal(got.hard, have.rlim_max);
}

static void a_bad_file_is_an_error_and_nothing_is_known(void **state)
{
	char dir[64];
	auto_close int fd = open(scratch_make(dir), O_PATH | O_DIRECTORY);
	struct nofile got = {0};

	(void)state;
	scratch_bytes(dir, "nul", ROW "1 2\0 files\n", sizeof(ROW "1 2\0 files\n") - 1);
	assert_int_equal(mkdirat(fd, "dir", 0755), 0);
	assert_int_equal(mkfifoat(fd, "fifo", 0644), 0);

	assert_fails(proc_limits_read(fd, "nul", &got), EBADMSG);
	assert_fails(proc_limits_read(fd, "dir", &got), EISDIR);
	assert_fails(proc_limits_read(fd, "fifo", &got), ENXIO);
	assert_fails(proc_limits_read(fd, "none", &got), ENOENT);
	assert_false(got.known);
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_limits_are_found_in_the_text),
		cmocka_unit_test(the_kernel_says_what_getrlimit_says),
		cmocka_unit_test(a_bad_file_is_an_error_and_nothing_is_known),
	};

	return cmocka_run_group_tests_name("proc_limits", tests, NULL, NULL);
}
