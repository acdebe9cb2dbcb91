/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <sys/resource.h>

#include "base/root.h"
#include "read/open_files.h"

#define ROW(soft, hard) "Max open files  " soft "  " hard "  files\n"

static struct limits read_from(const char *dir, bool online, bool captured)
{
	struct host host = {.online = online, .captured = captured};
	struct limits limits = {0};
	auto_close int root = -1;

	assert_ok(root_open(dir, &root, NULL));
	open_files_read(&host, root, &limits);
	return limits;
}

static uint64_t kernel_number(const char *path)
{
	char text[64] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	(void)fclose(f);
	return strtoull(text, NULL, 10);
}

static void this_host_says_what_the_kernel_says(void **state)
{
	struct limits got = read_from("/", true, false);
	struct rlimit own;

	(void)state;
	assert_true(got.known);
	assert_true(got.nr_open == kernel_number("/proc/sys/fs/nr_open"));
	assert_true(got.file_max == kernel_number("/proc/sys/fs/file-max"));
	assert_true(got.file_used > 0 && got.file_used <= got.file_max);

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &own), 0);
	assert_true(got.shell.known);
	assert_int_equal(got.shell.soft, own.rlim_cur);
	assert_int_equal(got.shell.hard, own.rlim_max);
	assert_true(got.pid1.known);
}

static void a_captured_host_has_the_shell_it_was_made_from(void **state)
{
	struct limits got;
	char dir[64];

	(void)state;
	scratch_make(dir);
	scratch_file(dir, "proc/sys/fs/nr_open", "1048576\n");
	scratch_file(dir, "proc/sys/fs/file-max", "9223372036854775807\n");
	scratch_file(dir, "proc/sys/fs/file-nr", "1184\t0\t9223372036854775807\n");
	scratch_file(dir, "proc/self/limits", ROW("11", "22"));
	scratch_file(dir, "proc/1/limits", ROW("33", "unlimited"));

	got = read_from(dir, true, true);
	assert_true(got.known);
	assert_true(got.nr_open == 1048576);
	assert_true(got.file_max == INT64_MAX);
	assert_true(got.file_used == 1184);
	assert_true(got.shell.known && got.shell.soft == 11 && got.shell.hard == 22);
	assert_true(got.pid1.known && got.pid1.soft == 33 && got.pid1.hard == UINT64_MAX);
	scratch_remove(dir);
}

static void what_cannot_be_read_is_not_known(void **state)
{
	static const struct {
		const char *name, *text; /* NULL: a directory */
	} broken[] = {
		{"nr_open", "many\n"}, {"nr_open", "-1\n"},     {"nr_open", NULL},
		{"file-max", "\n"},    {"file-nr", ""},         {"file-nr", "\t0\t9\n"},
		{"file-max", NULL},    {"file-nr", "1x 0 9\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		char dir[64], path[128];

		scratch_make(dir);
		scratch_file(dir, "proc/sys/fs/nr_open", "1\n");
		scratch_file(dir, "proc/sys/fs/file-max", "2\n");
		scratch_file(dir, "proc/sys/fs/file-nr", "1 0 2\n");
		assert_true(read_from(dir, true, true).known);

		snprintf(path, sizeof(path), "%s/proc/sys/fs/%s", dir, broken[i].name);
		assert_int_equal(unlink(path), 0);
		if (broken[i].text)
			scratch_file(dir, path + strlen(dir) + 1, broken[i].text);
		else
			assert_int_equal(mkdir(path, 0755), 0);
		if (read_from(dir, true, true).known)
			fail_msg("case %zu: it is known", i);
		scratch_remove(dir);
	}
}

static void an_image_has_no_shell_of_ours(void **state)
{
	struct limits got;
	char dir[64];

	(void)state;
	scratch_make(dir);
	got = read_from(dir, false, false);
	assert_false(got.known || got.shell.known || got.pid1.known);

	/* A tree somebody made: what it says is said. */
	scratch_file(dir, "proc/1/limits", ROW("33", "44"));
	got = read_from(dir, false, false);
	assert_false(got.known || got.shell.known);
	assert_true(got.pid1.known && got.pid1.hard == 44);
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_host_says_what_the_kernel_says),
		cmocka_unit_test(a_captured_host_has_the_shell_it_was_made_from),
		cmocka_unit_test(what_cannot_be_read_is_not_known),
		cmocka_unit_test(an_image_has_no_shell_of_ours),
	};

	return cmocka_run_group_tests_name("open_files", tests, NULL, NULL);
}
