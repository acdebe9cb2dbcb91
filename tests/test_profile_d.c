/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What runs around a session: the PAM services that call pam_limits, and the
 * `ulimit` lines of login shells.
 */
#include "check.h"

#include "base/root.h"
#include "read/pam_services.h"
#include "read/profile_d.h"

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

/* ------------------------------------------------------------------ profile.d */

/* soft is 1, hard 2; fields 0: the line is none of ours. */
static const struct {
	const char *line;
	unsigned fields;
	enum ulimit_value value;
	uint64_t number;
	bool conditional;
} lines[] = {
	{"ulimit -n 3001", 3, ULIMIT_NUMBER, 3001, false},
	{"\t ulimit  -n\t3001 # why", 3, ULIMIT_NUMBER, 3001, false},
	{"ulimit -Sn 3001", 1, ULIMIT_NUMBER, 3001, false},
	{"ulimit -H -n 3001", 2, ULIMIT_NUMBER, 3001, false},
	{"ulimit -SHn 3001", 3, ULIMIT_NUMBER, 3001, false},
	{"ulimit -n -S 3001", 1, ULIMIT_NUMBER, 3001, false},
	{"ulimit -n '3001'", 3, ULIMIT_NUMBER, 3001, false},
	{"ulimit -n unlimited", 3, ULIMIT_UNLIMITED, 0, false},
	{"ulimit -Sn hard", 1, ULIMIT_HARD, 0, false},
	{"ulimit -Hn soft", 2, ULIMIT_SOFT, 0, false},
	{"ulimit -n $LIMIT", 3, ULIMIT_UNKNOWN, 0, false},
	{"ulimit -n $(ulimit -Hn)", 3, ULIMIT_UNKNOWN, 0, false},
	{"ulimit -u 100 -n 3001", 3, ULIMIT_NUMBER, 3001, false},
	{"ulimit -n 3001 -u 100", 3, ULIMIT_NUMBER, 3001, false},
	{"ulimit -n 3001 2>/dev/null", 3, ULIMIT_NUMBER, 3001, false},
	{"ulimit -n 3001; true", 3, ULIMIT_NUMBER, 3001, false},
	{"[ -n \"$X\" ] && ulimit -n 3001", 3, ULIMIT_NUMBER, 3001, true},
	{"if true; then ulimit -n 3001; fi", 3, ULIMIT_NUMBER, 3001, true},
	{"# ulimit -n 3001", 0, 0, 0, false},
	{"ulimit -n", 0, 0, 0, false}, /* it prints */
	{"ulimit 3001", 0, 0, 0, false},
	{"ulimit -c 0", 0, 0, 0, false},
	{"ulimit -u 100", 0, 0, 0, false},
	{"myulimit -n 3001", 0, 0, 0, false},
	{"ulimits -n 3001", 0, 0, 0, false},
	{"echo > ulimit", 0, 0, 0, false},
	{"", 0, 0, 0, false},
};

static void a_line_says_which_limit_it_sets(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct ulimit_lines list = {0};
		const struct ulimit_line *u;

		scratch_file(dir, "etc/profile", lines[i].line);
		assert_ok(profile_d_read(root, &list, NULL));
		if (list.len != (lines[i].fields != 0))
			fail_msg("\"%s\": %zu lines", lines[i].line, list.len);
		u = list.items;
		if (u &&
		    (u->fields != lines[i].fields || u->value != lines[i].value ||
		     (u->value == ULIMIT_NUMBER && u->number != lines[i].number) || u->line != 1))
			fail_msg("\"%s\": fields %u, value %d, %llu", lines[i].line, u->fields,
				 u->value, (unsigned long long)u->number);
		if (u)
			assert_int_equal(u->conditional, lines[i].conditional);
		ulimit_lines_done(&list);
	}
}

static void blocks_make_a_line_conditional(void **state)
{
	struct ulimit_lines list = {0};

	(void)state;
	scratch_file(dir, "etc/profile",
		     "if [ \"$USER\" = x ]; then\n  ulimit -n 1\nfi\nulimit -n 2\n"
		     "case $x in\n  a) echo # if\n  ulimit -n 3\nesac\nulimit -n 4\n");
	assert_ok(profile_d_read(root, &list, NULL));
	assert_int_equal(list.len, 4);
	for (size_t i = 0; i < list.len; i++) {
		assert_int_equal(list.items[i].number, i + 1);
		assert_int_equal(list.items[i].conditional, i % 2 == 0);
	}
	assert_int_equal(list.items[3].line, 9);
	assert_string_equal(list.items[0].text, "ulimit -n 1");
	ulimit_lines_done(&list);
}

static void files_are_read_in_the_shells_order(void **state)
{
	struct ulimit_lines list = {0};

	(void)state;
	scratch_file(dir, "etc/profile.d/b.sh", "ulimit -n 3\n");
	scratch_file(dir, "etc/profile.d/a.sh", "ulimit -n 2; ulimit -Sn 1\n");
	scratch_file(dir, "etc/profile.d/c.csh", "ulimit -n 9\n");
	scratch_file(dir, "etc/profile.d/.d.sh", "ulimit -n 9\n");
	scratch_file(dir, "etc/profile", "ulimit -n 1\n");
	assert_ok(profile_d_read(root, &list, NULL));
	assert_int_equal(list.len, 4);
	assert_string_equal(list.items[0].file, "/etc/profile");
	assert_string_equal(list.items[1].file, "/etc/profile.d/a.sh");
	assert_int_equal(list.items[2].number, 1);
	assert_int_equal(list.items[3].number, 3);
	ulimit_lines_done(&list);
}

static void no_files_are_no_lines(void **state)
{
	struct ulimit_lines list = {0};

	(void)state;
	assert_ok(profile_d_read(root, &list, NULL));
	assert_int_equal(list.len, 0);
	scratch_file(dir, "etc/profile.d/x.sh/y", "");
	assert_ok(profile_d_read(root, &list, NULL));
	assert_int_equal(list.len, 0);
}

/* ---------------------------------------------------------------------- pam.d */

static struct pam_services read_services(void)
{
	struct pam_services list = {0};

	assert_ok(pam_services_read(tree_of(root), &list, NULL));
	return list;
}

static void assert_service(const struct pam_services *list, const char *service, const char *file,
			   unsigned line)
{
	const struct pam_service *p = pam_services_find(list, service);

	if (!file) {
		assert_null(p);
		return;
	}
	assert_non_null(p);
	assert_string_equal(p->file, file);
	assert_int_equal(p->line, line);
}

static void includes_are_followed(void **state)
{
	struct pam_services list;

	(void)state;
	scratch_file(dir, "etc/pam.d/common-session", "session required pam_unix.so\n");
	scratch_file(dir, "etc/pam.d/system-auth",
		     "auth required pam_limits.so\nsession required pam_limits.so\n");
	scratch_file(dir, "etc/pam.d/sshd",
		     "@include common-session\nsession required pam_limits.so\n");
	scratch_file(dir, "etc/pam.d/vsftpd", "@include common-session\n");
	scratch_file(dir, "etc/pam.d/login", "session include system-auth\n");
	scratch_file(dir, "etc/pam.d/su", "SESSION substack system-auth\n");
	scratch_file(dir, "etc/pam.d/cups", "auth include system-auth\n");
	scratch_file(dir, "etc/pam.d/x", "@include none\n");
	list = read_services();

	assert_service(&list, "sshd", "/etc/pam.d/sshd", 2);
	assert_service(&list, "login", "/etc/pam.d/system-auth", 2);
	assert_service(&list, "su", "/etc/pam.d/system-auth", 2);
	assert_service(&list, "vsftpd", NULL, 0);
	assert_service(&list, "cups", NULL, 0);
	assert_int_equal(list.problems.len, 1);
	assert_has(list.problems.items[0].text, "none is not there");
	pam_services_done(&list);
}

static const struct {
	const char *text;
	bool found, set_all;
	const char *conf;
	unsigned line;
} modules[] = {
	{"session required pam_limits.so\n", true, false, NULL, 1},
	{"-session optional pam_limits.so set_all\n", true, true, NULL, 1},
	{"session [success=1 default=ignore] pam_limits.so conf=/a conf=/b\n", true, false, "/b",
	 1},
	{"session [a=\\] b=c] /lib/security/pam_limits.so [conf=/a b]\n", true, false, "/a b", 1},
	{"\n\nsession \\\n required \\\n pam_limits.so\n", true, false, NULL, 3},
	{"session required pam_limits.so # set_all\n", true, false, NULL, 1},
	{"session required pam_limits.so \\", true, false, NULL, 1},
	{"session required pam_limits.so xset_all\n", true, false, NULL, 1},
	{"#session required pam_limits.so\n", false, false, NULL, 0},
	{"account required pam_limits.so\n", false, false, NULL, 0},
	{"session required pam_limits.sox\n", false, false, NULL, 0},
	{"session required\n", false, false, NULL, 0},
	{"session [\n", false, false, NULL, 0},
	{"@include\n", false, false, NULL, 0},
	{"", false, false, NULL, 0},
};

static void a_module_line_has_arguments(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(modules); i++) {
		struct pam_services list;
		const struct pam_service *p;

		scratch_file(dir, "etc/pam.d/x", modules[i].text);
		list = read_services();
		p = pam_services_find(&list, "x");
		if ((p != NULL) != modules[i].found)
			fail_msg("\"%s\": %s", modules[i].text, p ? "found" : "not found");
		if (p) {
			assert_int_equal(p->set_all, modules[i].set_all);
			assert_int_equal(p->line, modules[i].line);
			assert_string_equal(p->conf ? p->conf : "-",
					    modules[i].conf ? modules[i].conf : "-");
		}
		pam_services_done(&list);
	}
}

static void the_first_directory_has_the_service(void **state)
{
	struct pam_services list;

	(void)state;
	scratch_file(dir, "usr/lib/pam.d/a", "session required pam_limits.so\n");
	scratch_file(dir, "usr/lib/pam.d/b", "session required pam_limits.so\n");
	scratch_file(dir, "etc/pam.d/a", "session required pam_unix.so\n");
	list = read_services();
	assert_service(&list, "a", NULL, 0);
	assert_service(&list, "b", "/usr/lib/pam.d/b", 1);
	assert_int_equal(list.len, 1);
	pam_services_done(&list);
}

static void a_circle_of_includes_ends(void **state)
{
	struct pam_services list;

	(void)state;
	scratch_file(dir, "etc/pam.d/a", "@include b\n@include b\n@include b\n");
	scratch_file(dir, "etc/pam.d/b", "@include a\n@include a\n@include a\n");
	list = read_services();
	assert_int_equal(list.len, 0);
	assert_true(list.problems.len > 0);
	assert_has(list.problems.items[0].text, "too deeply");
	pam_services_done(&list);
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_line_says_which_limit_it_sets),
		test(blocks_make_a_line_conditional),
		test(files_are_read_in_the_shells_order),
		test(no_files_are_no_lines),
		test(includes_are_followed),
		test(a_module_line_has_arguments),
		test(the_first_directory_has_the_service),
		test(a_circle_of_includes_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
