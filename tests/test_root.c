/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "base/walk.h"

static char dir[64];
static int root = -1;

static void put_link(const char *target, const char *name)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", dir, name);
	if (symlink(target, full))
		fail_msg("symlink %s: %s", full, strerror(errno));
}

static int make_tree(void **state)
{
	struct error err;
	char fifo[128];

	scratch_make(dir);
	scratch_file(dir, "etc/a.conf", "a\n");
	scratch_file(dir, "usr/lib/b.conf", "b\n");
	scratch_file(dir, "outer", "not below etc\n");
	scratch_bytes(dir, "etc/nul", "x\0y", 3);
	put_link("/usr/lib/b.conf", "etc/absolute");
	put_link("../usr/lib/b.conf", "etc/relative");
	put_link("../../../../../../usr/lib/b.conf", "etc/climbing");
	put_link("/usr/lib", "etc/dir");
	put_link("/dev/null", "etc/mask");
	put_link("../dev/null", "etc/mask-relative");
	put_link("mask", "etc/mask-twice");
	put_link("/dev/null/x", "etc/below-null");
	put_link("nowhere", "etc/dangling");
	put_link("loop", "etc/loop");
	put_link("a.conf/x", "etc/through-file");
	put_link("/etc/passwd-of-the-real-host", "etc/escape");
	snprintf(fifo, sizeof(fifo), "%s/etc/fifo", dir);
	if (mkfifo(fifo, 0600))
		return -1;
	return root_open(dir, &root, &err);
}

static int remove_tree(void **state)
{
	close(root);
	scratch_remove(dir);
	return 0;
}

/* The kernel's walk and ours: whichever runs, the answer is the same. */
static int (*const resolvers[])(int root, const char *path, enum node_kind *ret_kind,
				char **ret_real, struct error *err) = {root_resolve, walk_resolve};

static void links_are_followed_as_on_that_host(void **state)
{
	static const struct {
		const char *path;
		enum node_kind kind;
		const char *real;
	} cases[] = {
		{"/etc/a.conf", NODE_FILE, "/etc/a.conf"},
		{"etc/a.conf", NODE_FILE, "/etc/a.conf"},
		{"//etc/./a.conf", NODE_FILE, "/etc/a.conf"},
		{"/etc", NODE_DIR, "/etc"},
		{"/etc/.//", NODE_DIR, "/etc"},
		{"/.", NODE_DIR, "/"},
		{"/", NODE_DIR, "/"},
		{"", NODE_DIR, "/"},
		{"/../../etc/a.conf", NODE_FILE, "/etc/a.conf"},
		{"/usr/lib/../lib/../../etc/a.conf", NODE_FILE, "/etc/a.conf"},
		{"/etc/absolute", NODE_FILE, "/usr/lib/b.conf"},
		{"/etc/relative", NODE_FILE, "/usr/lib/b.conf"},
		{"/etc/climbing", NODE_FILE, "/usr/lib/b.conf"},
		{"/etc/dir/b.conf", NODE_FILE, "/usr/lib/b.conf"},
		{"/etc/dir", NODE_DIR, "/usr/lib"},
		{"/etc/dir/..", NODE_DIR, "/usr"},
		{"/etc/mask", NODE_NULL, "/dev/null"},
		{"/etc/mask-relative", NODE_NULL, "/dev/null"},
		{"/etc/mask-twice", NODE_NULL, "/dev/null"},
		{"/dev/null", NODE_NULL, "/dev/null"},
		{"/etc/below-null", NODE_MISSING, NULL},
		{"/etc/dangling", NODE_MISSING, NULL},
		{"/etc/escape", NODE_MISSING, NULL},
		{"/etc/through-file", NODE_MISSING, NULL},
		{"/etc/a.conf/x", NODE_MISSING, NULL},
		{"/missing/at/all", NODE_MISSING, NULL},
		{"/etc/loop", NODE_LOOP, NULL},
		{"/etc/dir/x", NODE_MISSING, NULL},
		{"/etc/fifo", NODE_OTHER, "/etc/fifo"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases) * ARRAY_LEN(resolvers); i++) {
		auto_free char *real = NULL;
		enum node_kind kind = NODE_OTHER;
		struct error err;
		size_t c = i / ARRAY_LEN(resolvers), r = i % ARRAY_LEN(resolvers);

		if (resolvers[r](root, cases[c].path, &kind, &real, &err))
			fail_msg("%s: %s", cases[c].path, err.text);
		if (kind != cases[c].kind || (real && !cases[c].real) ||
		    (cases[c].real && (!real || strcmp(real, cases[c].real) != 0)))
			fail_msg("%s: resolver %zu: kind %d, %s", cases[c].path, r, kind,
				 real ? real : "-");
	}
}

static void a_path_that_is_too_long_is_refused(void **state)
{
	static char path[9000];
	enum node_kind kind;
	auto_free char *real = NULL;
	struct error err;

	memset(path, 'a', 300);
	assert_fails(root_resolve(root, path, &kind, &real, &err), ENAMETOOLONG);
	memset(path, '/', sizeof(path) - 1);
	assert_fails(root_resolve(root, path, &kind, &real, &err), ENAMETOOLONG);
}

static void files_are_read_whole_or_refused_with_the_reason(void **state)
{
	static const struct {
		const char *path;
		int code;
		const char *text;
	} cases[] = {
		{"/etc/a.conf", 0, "a\n"},
		{"/etc/climbing", 0, "b\n"},
		{"/etc/dangling", ENOENT, "open /etc/dangling: No such file"},
		{"/etc/loop", ELOOP, "open /etc/loop"},
		{"/etc", EISDIR, "read /etc: Is a directory"},
		{"/etc/fifo", ENXIO, "not a regular file"},
		{"/etc/nul", EBADMSG, "NUL byte"},
		{"/outer", EFBIG, "larger than 8 bytes"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_free char *text = NULL;
		struct error err;
		int r = root_read(root, cases[i].path, 8, &text, NULL, &err);

		if (r != -cases[i].code)
			fail_msg("%s: %d %s", cases[i].path, r, r ? err.text : text);
		assert_has(r ? err.text : text, cases[i].text);
	}
}

static void a_nul_may_be_read_by_who_asks_for_the_length(void **state)
{
	auto_free char *text = NULL;
	size_t len = 0;
	struct error err;

	assert_ok(root_read(root, "etc/nul", 8, &text, &len, &err));
	assert_int_equal(len, 3);
	assert_memory_equal(text, "x\0y", 4);
}

static void a_listing_is_sorted_by_bytes(void **state)
{
	auto_call(names_done) struct names names = {0};
	struct error err;

	scratch_file(dir, "list/b", "");
	scratch_file(dir, "list/B", "");
	scratch_file(dir, "list/10-a", "");
	scratch_file(dir, "list/9-a", "");
	scratch_file(dir, "list/.hidden", "");
	assert_ok(root_list(root, "/list", &names, &err));
	assert_int_equal(names.len, 5);
	assert_string_equal(names.items[0], ".hidden");
	assert_string_equal(names.items[1], "10-a");
	assert_string_equal(names.items[2], "9-a");
	assert_string_equal(names.items[3], "B");
	assert_string_equal(names.items[4], "b");
}

static void listing_what_is_no_directory_fails(void **state)
{
	struct names names;
	struct error err;

	assert_fails(root_list(root, "/etc/a.conf", &names, &err), ENOTDIR);
	assert_fails(root_list(root, "/nowhere", &names, &err), ENOENT);
}

static void a_root_must_be_a_directory(void **state)
{
	char path[128];
	struct error err;
	int fd;

	snprintf(path, sizeof(path), "%s/outer", dir);
	assert_fails(root_open(path, &fd, &err), ENOTDIR);
	assert_has(err.text, "open the root directory");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_are_followed_as_on_that_host),
		cmocka_unit_test(a_path_that_is_too_long_is_refused),
		cmocka_unit_test(files_are_read_whole_or_refused_with_the_reason),
		cmocka_unit_test(a_nul_may_be_read_by_who_asks_for_the_length),
		cmocka_unit_test(a_listing_is_sorted_by_bytes),
		cmocka_unit_test(listing_what_is_no_directory_fails),
		cmocka_unit_test(a_root_must_be_a_directory),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
