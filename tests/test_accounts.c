/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "base/root.h"
#include "read/accounts.h"
#include "read/os_release.h"
#include "read/proc_capability.h"

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

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
			     "# alice:x:1:1::/:/bin/sh\n"
			     "+nis::::::\n"
			     "broken:x:abc:1::/:/bin/sh\n"
			     "broken:x:7:7::/:/bin/sh\n"
			     "  alice:x:1001:1001::/:/bin/sh\n"
			     "alice:x:9:9::/:/bin/sh\n"
			     "short:x:5:6\n"
			     "big:x:4294967296:0::/:/bin/sh\n"
			     "edge:x:4294967295:4294967294::/:/bin/sh\n"
			     "nocolon\n"
			     "last:x:12:13::/:/bin/sh";

static const struct {
	const char *name;
	int result;
	uint32_t uid, gid;
} users[] =
	{
		{"root", 0, 0, 0},
		{"alice", 0, 1001, 1001}, /* the first entry, blanks before it or not */
		{"broken", 0, 7, 7},      /* a line that is no entry is passed over */
		{"short", 0, 5, 6},
		{"big", -ENOENT, 0, 0},
		{"edge", 0, 4294967295u, 4294967294u},
		{"last", 0, 12, 13},
		{"nocolon", -ENOENT, 0, 0},
		{"nis", -ENOENT, 0, 0},
		{"+nis", -ENOENT, 0, 0},
		{"", -ENOENT, 0, 0},
		{"Alice", -ENOENT, 0, 0},
};

static void a_user_is_the_first_good_line_of_that_name(void **state)
{
	(void)state;
	scratch_file(dir, "etc/passwd", passwd);

	for (size_t i = 0; i < ARRAY_LEN(users); i++) {
		struct account a = {0};
		int r = account_read(tree_of(root), users[i].name, &a, NULL);

		if (r != users[i].result || a.uid != users[i].uid || a.gid != users[i].gid)
			fail_msg("%s: %d, %u:%u", users[i].name, r, a.uid, a.gid);
		account_done(&a);
	}
}

static void groups_are_primary_and_supplementary(void **state)
{
	struct account a = {0};

	(void)state;
	scratch_file(dir, "etc/passwd", "alice:x:1001:1001::/:/bin/sh\n");
	scratch_file(dir, "etc/group",
		     "alice:x:1001:\nweb:x:2001:bob,alice,carol\ndb:x:2002:alice\nwww:x:2001:\n"
		     "no:x:3:alicex,xalice\nbad:x:z:alice\nend:x:2003:bob,alice");
	assert_ok(account_read(tree_of(root), "alice", &a, NULL));

	assert_true(account_in_group(&a, "alice"));
	assert_true(account_in_group(&a, "web"));
	assert_true(account_in_group(&a, "db"));
	assert_true(account_in_group(&a, "www")); /* the same number as web */
	assert_true(account_in_group(&a, "end"));
	assert_false(account_in_group(&a, "no"));
	assert_false(account_in_group(&a, "bad"));
	assert_false(account_in_group(&a, ""));
	assert_true(account_in_gid(&a, 2001));
	assert_false(account_in_gid(&a, 3));
	account_done(&a);
}

/* getgrgid(3) does not find it, so "@:1001" does not match. */
static void a_primary_group_without_an_entry_is_none(void **state)
{
	struct account a = {0};

	(void)state;
	scratch_file(dir, "etc/passwd", "alice:x:1001:1001::/:/bin/sh\n");
	assert_ok(account_read(tree_of(root), "alice", &a, NULL)); /* no etc/group at all */
	assert_false(account_in_gid(&a, 1001));
	account_done(&a);
}

static void hostile_files_are_errors_or_nothing(void **state)
{
	static char junk[3 * 1024 * 1024];
	struct account a = {0};
	struct error err = {0};

	(void)state;
	assert_fails(account_read(tree_of(root), "alice", &a, &err), ENOENT);

	/* A line of 3 MB is passed over; a NUL ends one. */
	memset(junk, 'x', sizeof(junk));
	memcpy(junk, "alice:x:1:1:", 12);
	junk[sizeof(junk) - 1] = '\n';
	scratch_bytes(dir, "etc/passwd", junk, sizeof(junk));
	assert_ok(account_read(tree_of(root), "alice", &a, &err));
	account_done(&a);
	scratch_bytes(dir, "etc/passwd", "bob\0:x:1:1:::\n", 14);
	assert_fails(account_read(tree_of(root), "bob", &a, &err), ENOENT);
	assert_has(err.text, "there is no user \"bob\"");
}

static void a_directory_for_a_file_is_an_error(void **state)
{
	struct account a = {0};

	(void)state;
	scratch_file(dir, "etc/passwd/x", "");
	assert_fails(account_read(tree_of(root), "alice", &a, NULL), EISDIR);
}

static const struct {
	const char *text, *id, *like, *version;
} releases[] = {
	{"ID=debian\nVERSION_ID=\"12\"\n", "debian", NULL, "12"},
	{"ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID='9.4'\n", "rocky",
	 "rhel centos fedora", "9.4"},
	{"#ID=x\nXID=y\nID=a\nID=b", "b", NULL, NULL},
	{"ID=\nID_LIKE\n", "", NULL, NULL},
	{"", NULL, NULL, NULL},
};

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void os_release_tells_the_distribution(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(releases); i++) {
		struct os_release o = {0};

		scratch_file(dir, "etc/os-release", releases[i].text);
		assert_ok(os_release_read(root, &o, NULL));
		if (!same(o.id, releases[i].id) || !same(o.id_like, releases[i].like) ||
		    !same(o.version_id, releases[i].version))
			fail_msg("case %zu: %s, %s, %s", i, o.id, o.id_like, o.version_id);
		os_release_done(&o);
	}
}

static void the_vendors_os_release_stands_in(void **state)
{
	struct os_release o = {0};

	(void)state;
	assert_ok(os_release_read(root, &o, NULL));
	assert_null(o.id);
	scratch_file(dir, "usr/lib/os-release", "ID=fedora\n");
	assert_ok(os_release_read(root, &o, NULL));
	assert_string_equal(o.id, "fedora");
	os_release_done(&o);
}

static void the_bounding_set_is_found(void **state)
{
	uint64_t set = 0;

	(void)state;
	scratch_file(dir, "status", "Name:\tx\nCapEff:\t0\nCapBnd:\t000001ffffffffff\nX:\t1\n");
	assert_ok(proc_capability_read(root, "status", &set));
	assert_true(set == 0x1ffffffffffULL);
	scratch_file(dir, "status", "Name:\tCapBnd:\t1\nCapBnd:\tzz\n");
	assert_fails(proc_capability_read(root, "status", &set), ENODATA);
	scratch_file(dir, "status", "");
	assert_fails(proc_capability_read(root, "status", &set), ENODATA);
	assert_fails(proc_capability_read(root, "none", &set), ENOENT);
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_user_is_the_first_good_line_of_that_name),
		test(groups_are_primary_and_supplementary),
		test(a_primary_group_without_an_entry_is_none),
		test(hostile_files_are_errors_or_nothing),
		test(a_directory_for_a_file_is_an_error),
		test(os_release_tells_the_distribution),
		test(the_vendors_os_release_stands_in),
		test(the_bounding_set_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
