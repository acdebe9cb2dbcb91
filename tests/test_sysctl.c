/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The running values, read from trees in which keys are not what they should be.
 */
#include "check.h"

#include <sys/sysmacros.h>

#include "base/root.h"
#include "model/catalogue.h"
#include "read/sysctl.h"

#define KEY "net.core.somaxconn"
#define PATH "proc/sys/net/core/somaxconn"

enum { LONG = 600 * 1024 };

static char dir[64];
static struct snapshot now;

static int begin(void **state)
{
	(void)state;
	scratch_make(dir);
	scratch_file(dir, "proc/sys/net/core/rmem_max", "212992\n");
	return 0;
}

static int end(void **state)
{
	(void)state;
	snapshot_done(&now);
	scratch_remove(dir);
	return 0;
}

static const struct reading *read_key(void)
{
	auto_close int root = -1, proc_sys = -1;

	now = (struct snapshot){.host = {.online = true}};
	assert_ok(root_open(dir, &root, NULL));
	proc_sys = root_openat(root, "proc/sys", O_RDONLY | O_DIRECTORY);
	assert_true(proc_sys >= 0);
	assert_ok(sysctl_read_all(proc_sys, &now.host, &now.readings, NULL));
	return snapshot_reading(&now, catalogue_find(KEY));
}

static void assert_unreadable(int code)
{
	const struct reading *r = read_key();

	assert_int_equal(r->state, READING_UNREADABLE);
	assert_int_equal(r->code, code);
	assert_null(r->text);
	assert_int_equal(r->value.type, TYPE_COUNT);
}

static const char *full(const char *path)
{
	static char buf[192];

	snprintf(buf, sizeof(buf), "%s/%s", dir, path);
	return buf;
}

static void a_value_is_read(void **state)
{
	const struct reading *r;

	(void)state;
	scratch_file(dir, PATH, "4096\n");
	r = read_key();
	assert_int_equal(r->state, READING_PRESENT);
	assert_string_equal(r->text, "4096");
}

static void an_empty_value_is_a_value(void **state)
{
	const struct reading *r;

	(void)state;
	scratch_file(dir, PATH, "\n");
	r = read_key();
	assert_int_equal(r->state, READING_PRESENT);
	assert_string_equal(r->text, "");
}

static void only_what_is_not_there_is_absent(void **state)
{
	(void)state;
	assert_int_equal(read_key()->state, READING_ABSENT);
}

static void below_a_file_nothing_can_be_read(void **state)
{
	(void)state;
	assert_int_equal(unlink(full("proc/sys/net/core/rmem_max")), 0);
	assert_int_equal(rmdir(full("proc/sys/net/core")), 0);
	scratch_file(dir, "proc/sys/net/core", "4096\n");
	assert_unreadable(ENOTDIR);
}

static void a_directory_is_not_readable(void **state)
{
	(void)state;
	scratch_file(dir, PATH "/x", "4096\n");
	assert_unreadable(EISDIR);
}

static void a_fifo_is_not_readable(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(full(PATH), 0644), 0);
	assert_unreadable(ENXIO);
}

static void a_link_is_not_followed(void **state)
{
	(void)state;
	assert_int_equal(symlink("rmem_max", full(PATH)), 0);
	assert_unreadable(ELOOP);
}

static void a_device_is_not_readable(void **state)
{
	(void)state;
	if (mknod(full(PATH), S_IFCHR | 0666, makedev(1, 3)))
		skip_because("no device can be made here");
	assert_unreadable(ENXIO);
}

static void what_no_kernel_prints_is_not_readable(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} cases[] = {
		{"\0", 1}, {"4096\0\n", 6}, {"\033[31m4096\n", 10}, {"4096\a\n", 6}, {"\177\n", 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		scratch_bytes(dir, PATH, cases[i].bytes, cases[i].n);
		assert_unreadable(EBADMSG);
		snapshot_done(&now);
	}
	now = (struct snapshot){0};
}

static void a_value_without_end_is_not_readable(void **state)
{
	char *bytes = malloc(LONG);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, '1', LONG);
	scratch_bytes(dir, PATH, bytes, LONG);
	free(bytes);
	assert_unreadable(EFBIG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_value_is_read),
		TEST(an_empty_value_is_a_value),
		TEST(only_what_is_not_there_is_absent),
		TEST(below_a_file_nothing_can_be_read),
		TEST(a_directory_is_not_readable),
		TEST(a_fifo_is_not_readable),
		TEST(a_link_is_not_followed),
		TEST(a_device_is_not_readable),
		TEST(what_no_kernel_prints_is_not_readable),
		TEST(a_value_without_end_is_not_readable),
	};

	return cmocka_run_group_tests_name("running values", tests, NULL, NULL);
}
