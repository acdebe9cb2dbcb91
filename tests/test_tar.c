/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/defs.h"
#include "render/tar.h"

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define HUNDRED FIFTY FIFTY

static char binary[5000];

static const struct {
	struct tar_member member;
	const char *bytes;
	size_t n;
} members[] = {
	{{"a/empty", TAR_FILE, NULL, 0644, 0, 0, 0}, "", 0},
	{{"/a/one", TAR_FILE, NULL, 0600, 0, 0, 1700000000}, "1", 1},
	{{"a/block", TAR_FILE, NULL, 0644, 0, 0, 1}, binary, 512},
	{{"a/binary", TAR_FILE, NULL, 0755, 0, 0, 1}, binary, sizeof(binary)},
	{{"a/unreadable", TAR_FILE, NULL, 0, 0, 0, 1}, "", 0},
	{{"a/name with blanks\nand a newline \xff", TAR_FILE, NULL, 0644, 0, 0, 1}, "x\n", 2},
	{{HUNDRED, TAR_FILE, NULL, 0644, 0, 0, 1}, "hundred", 7},
	{{"x" HUNDRED, TAR_FILE, NULL, 0644, 0, 0, 1}, "more", 4},
	{{"deep/" HUNDRED "/" HUNDRED "/" HUNDRED, TAR_FILE, NULL, 0644, 0, 0, 1}, "deep", 4},
	{{"a/masked", TAR_LINK, "/dev/null", 0777, 0, 0, 1}, NULL, 0},
	{{"a/dangling", TAR_LINK, "../nowhere", 0777, 0, 0, 1}, NULL, 0},
	{{"a/socket", TAR_LINK, "socket:[123]", 0777, 0, 0, 1}, NULL, 0},
	{{"a/long", TAR_LINK, HUNDRED "/" HUNDRED, 0777, 0, 0, 1}, NULL, 0},
	{{"a/full", TAR_LINK, HUNDRED, 0777, 0, 0, 1}, NULL, 0},
	{{"both" HUNDRED, TAR_LINK, "t" HUNDRED, 0777, 0, 0, 1}, NULL, 0},
	{{"a/dir", TAR_DIR, NULL, 0755, 0, 0, 1}, NULL, 0},
};

static void write_archive(const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		assert_ok(tar_add(f, &members[i].member, members[i].bytes, members[i].n));
	assert_ok(tar_end(f));
	assert_int_equal(fclose(f), 0);
}

static void compare_file(const char *full, size_t i)
{
	char *got = malloc(members[i].n + 2);
	FILE *f;

	assert_non_null(got);
	(void)chmod(full, 0600);
	f = fopen(full, "r");
	if (!f)
		fail_msg("member %zu: %s", i, strerror(errno));
	if (fread(got, 1, members[i].n + 1, f) != members[i].n ||
	    memcmp(got, members[i].bytes, members[i].n) != 0)
		fail_msg("member %zu has other bytes", i);
	(void)fclose(f);
	free(got);
}

static void compare_link(const char *full, size_t i)
{
	char target[512] = "";

	assert_true(readlink(full, target, sizeof(target) - 1) > 0);
	assert_string_equal(target, members[i].member.target);
}

static void compare_member(const char *dir, size_t i)
{
	static const mode_t kinds[] = {
		[TAR_FILE] = S_IFREG, [TAR_LINK] = S_IFLNK, [TAR_DIR] = S_IFDIR};
	const struct tar_member *m = &members[i].member;
	char full[1024];
	struct stat st;

	snprintf(full, sizeof(full), "%s/%s", dir, m->path);
	if (lstat(full, &st))
		fail_msg("member %zu: %s", i, strerror(errno));
	assert_int_equal(st.st_mode & S_IFMT, kinds[m->kind]);
	if (m->kind != TAR_LINK)
		assert_int_equal(st.st_mode & 07777, m->mode);
	if (m->kind == TAR_FILE) {
		assert_int_equal(st.st_mtime, m->mtime);
		compare_file(full, i);
	}
	if (m->kind == TAR_LINK)
		compare_link(full, i);
}

static void run(const char *fmt, const char *a, const char *b)
{
	char cmd[1024];

	snprintf(cmd, sizeof(cmd), "cd '%s' && %s '%s'", b, fmt, a);
	if (system(cmd))
		fail_msg("%s failed", cmd);
}

static void every_program_extracts_what_was_put_in(void **state)
{
	static const struct {
		const char *name, *test, *extract;
	} programs[] = {
		{"GNU tar", "tar --version", "tar --no-same-owner -xpf"},
		{"libarchive", "bsdtar --version", "bsdtar -xpf"},
		{"Python", "python3 -c pass",
		 "python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1], "
		 "errorlevel=2).extractall()'"},
	};
	unsigned tried = 0;

	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(programs); p++) {
		char dir[64], archive[128], cmd[128];

		snprintf(cmd, sizeof(cmd), "%s >/dev/null 2>&1", programs[p].test);
		if (system(cmd))
			continue;
		scratch_make(dir);
		scratch_file(dir, "out/keep", "");
		snprintf(archive, sizeof(archive), "%s/a.tar", dir);
		write_archive(archive);
		snprintf(cmd, sizeof(cmd), "%s/out", dir);
		run(programs[p].extract, archive, cmd);
		for (size_t i = 0; i < ARRAY_LEN(members); i++)
			compare_member(cmd, i);
		scratch_remove(dir);
		tried++;
	}
	assert_true(tried > 0);
}

static void the_same_members_make_the_same_bytes(void **state)
{
	char dir[64], one[128], two[128], cmd[300];

	(void)state;
	scratch_make(dir);
	snprintf(one, sizeof(one), "%s/1", dir);
	snprintf(two, sizeof(two), "%s/2", dir);
	write_archive(one);
	write_archive(two);
	snprintf(cmd, sizeof(cmd), "cmp '%s' '%s'", one, two);
	assert_int_equal(system(cmd), 0);
	scratch_remove(dir);
}

/* Past seven octal digits; what tar lists is what was meant. */
static void great_numbers_survive(void **state)
{
	struct tar_member m = {.path = "x", .uid = 3000000000, .gid = 2097152, .mtime = -5};
	char dir[64], path[128], cmd[300], line[256] = "";
	FILE *f;

	(void)state;
	scratch_make(dir);
	snprintf(path, sizeof(path), "%s/a.tar", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_ok(tar_add(f, &m, "x", 1));
	assert_ok(tar_end(f));
	(void)fclose(f);

	snprintf(cmd, sizeof(cmd), "TZ=UTC tar --numeric-owner -tvf '%s'", path);
	f = popen(cmd, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	assert_int_equal(pclose(f), 0);
	assert_has(line, "3000000000/2097152");
	assert_has(line, "1970-01-01 00:00 x");
	scratch_remove(dir);
}

static void a_stream_that_fails_is_an_error(void **state)
{
	struct tar_member m = {.path = "x"};
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(setvbuf(full, NULL, _IONBF, 0), 0);
	assert_fails(tar_add(full, &m, "x", 1), EIO);
	assert_fails(tar_end(full), EIO);
	(void)fclose(full);

	full = fopen("/dev/full", "w"); /* fails at the flush only */
	assert_non_null(full);
	assert_ok(tar_add(full, &m, "x", 1));
	assert_fails(tar_end(full), EIO);
	(void)fclose(full);
}

static void a_member_needs_a_name(void **state)
{
	struct tar_member m = {.path = "//"};

	(void)state;
	assert_fails(tar_add(stdout, &m, "", 0), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_program_extracts_what_was_put_in),
		cmocka_unit_test(the_same_members_make_the_same_bytes),
		cmocka_unit_test(great_numbers_survive),
		cmocka_unit_test(a_stream_that_fails_is_an_error),
		cmocka_unit_test(a_member_needs_a_name),
	};

	for (size_t i = 0; i < sizeof(binary); i++)
		binary[i] = (char)(i * 7 + i / 256);
	(void)umask(022);
	return cmocka_run_group_tests_name("tar", tests, NULL, NULL);
}
