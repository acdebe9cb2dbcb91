/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules of systemd's files that the recorded cases do not show.  What is said
 * of version 252 was tried with `systemd --test` of 252.39.
 */
#include "check.h"

#include "base/root.h"
#include "base/text.h"
#include "read/systemd_conf.h"
#include "read/systemd_file.h"
#include "read/systemd_unit.h"

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

static void make_link(const char *target, const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	assert_int_equal(symlink(target, full), 0);
}

/* ------------------------------------------------------------------- values */

static const struct {
	const char *text;
	bool taken;
	uint64_t soft, hard;
} values[] = {
	{"1", true, 1, 1},
	{"1:2", true, 1, 2},
	{"2:1", false, 0, 0},
	{"", false, 0, 0},
	{":", false, 0, 0},
	{"1:", false, 0, 0},
	{":1", false, 0, 0},
	{"1:2:", true, 1, 2}, /* an empty third part is forgiven */
	{"1:2:3", false, 0, 0},
	{"1:2::", false, 0, 0},
	{"1: 2", true, 1, 2},
	{"1 :2", false, 0, 0},
	{"1:\v2", true, 1, 2},
	{"infinity", true, UINT64_MAX, UINT64_MAX},
	{"1:infinity", true, 1, UINT64_MAX},
	{"1: infinity", false, 0, 0},
	{"infinity:1", false, 0, 0},
	{"Infinity", false, 0, 0},
	{"unlimited", false, 0, 0},
	{"0x10:0X20", true, 16, 32},
	{"0x", false, 0, 0},
	{"010", true, 8, 8},
	{"08", false, 0, 0},
	{"+5", true, 5, 5},
	{"-5", false, 0, 0},
	{"-0", true, 0, 0},
	{"5k", false, 0, 0},
	{"5 ", false, 0, 0},
	{"18446744073709551614", true, UINT64_MAX - 1, UINT64_MAX - 1},
	{"18446744073709551615", false, 0, 0},
	{"18446744073709551616", false, 0, 0},
	{"20\\01:\\3001", true, 2001, 3001},
	{"20\\", false, 0, 0},
	{"2001\\:3001", false, 0, 0},
};

static void a_limit_is_soft_and_hard_in_cs_bases(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		auto_free char *value = strdup(values[i].text);
		uint64_t soft = 0, hard = 0;
		const char *at;
		bool taken =
			systemd_limit_parse(systemd_reader_find("sd252"), value, &soft, &hard, &at);

		if (taken != values[i].taken || soft != values[i].soft || hard != values[i].hard)
			fail_msg("\"%s\": %d %llu:%llu", values[i].text, taken,
				 (unsigned long long)soft, (unsigned long long)hard);
	}
}

static void newer_versions_know_more_bases(void **state)
{
	static const struct {
		const char *text;
		bool taken;
		uint64_t value;
	} bases[] = {
		{"0b101", true, 5}, {"0B101", true, 5}, {"0b 101", true, 5}, {"0b102", false, 0},
		{"0b", false, 0},   {"0o17", true, 15}, {"0o18", false, 0},  {"0o", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bases) * 2; i++) {
		auto_free char *value = strdup(bases[i / 2].text);
		const char *reader = i % 2 ? "sd252" : "sd247";
		uint64_t soft = 0, hard = 0;
		const char *at;
		bool taken =
			systemd_limit_parse(systemd_reader_find(reader), value, &soft, &hard, &at);

		assert_int_equal(taken, i % 2 && bases[i / 2].taken);
		if (taken)
			assert_int_equal(soft, bases[i / 2].value);
	}
	{
		char long_one[70] = "0b";
		const char *at;
		uint64_t soft, hard;

		memset(long_one + 2, '1', 65);
		assert_false(systemd_limit_parse(systemd_reader_find("sd252"), long_one, &soft,
						 &hard, &at));
	}
}

/* -------------------------------------------------------------------- syntax */

#define M "[Manager]\n"
#define D "DefaultLimitNOFILE="

/* soft_line 0: nothing is set */
static const struct {
	const char *text;
	uint64_t soft, hard;
	unsigned soft_line, hard_line;
	bool stopped;
} files[] = {
	{M D "1:2\n", 1, 2, 2, 2, false},
	{M D "1:2", 1, 2, 2, 2, false},
	{"", 0, 0, 0, 0, false},
	{D "1:2\n" M, 0, 0, 0, 0, false},
	{M "[Manager]\n[Service]\n" D "1:2\n", 0, 0, 0, 0, false},
	{M "[Service]\n" M D "1:2\n", 1, 2, 4, 4, false},
	{"[manager]\n" D "1:2\n", 0, 0, 0, 0, false},
	{"[ Manager ]\n" D "1:2\n", 0, 0, 0, 0, false},
	{"  [Manager]  \n \t" D " \t 1:2 \t\n", 1, 2, 2, 2, false},
	{M "DefaultLimitNOFILE = 1:2\n", 1, 2, 2, 2, false},
	{M "defaultlimitnofile=1:2\n", 0, 0, 0, 0, false},
	{M "=1:2\n" D "3\n", 3, 3, 3, 3, false},
	{M "nonsense\n" D "3\n", 3, 3, 3, 3, false},
	{M D "1:2\n" D "\n", 1, 2, 2, 2, false},
	{M D "1:2 # x\n" D "\n", 0, 0, 0, 0, false},
	/* mistakes that end the file */
	{M D "1:2\n[Manager\n" D "3\n", 1, 2, 2, 2, true},
	{M D "1:2\n[\n" D "3\n", 1, 2, 2, 2, true},
	{M D "1:2\nX=\xff\n" D "3\n", 1, 2, 2, 2, true},
	{M D "1:2\nX=\xef\xb7\x90\n" D "3\n", 1, 2, 2, 2, true}, /* a noncharacter */
	{M D "1:2\nX=\xef\xbf\xbf\n" D "3\n", 1, 2, 2, 2, true}, /* another */
	{M D "1:2\nX=\xed\xa0\x80\n" D "3\n", 1, 2, 2, 2, true}, /* a surrogate */
	{M D "1:2\n[X\"]\n" M D "3\n", 1, 2, 2, 2, true},
	{M D "1:2\n#\xff\n" D "3\n", 3, 3, 4, 4, false}, /* a comment may be anything */
	{M D "1:2\nX=\xc3\xa9\xf0\x9f\x90\xa7\n" D "3\n", 3, 3, 4, 4, false},
	/* continued lines: each number has the line it stands in */
	{M D "\\\n1:2\n", 1, 2, 3, 3, false},
	{M D "1:\\\n2\n", 1, 2, 2, 3, false},
	{M D "1\\\n:2\n", 0, 0, 0, 0, false}, /* a blank before the colon */
	{M D "\\\n# c\n; c\n1:2\n", 1, 2, 5, 5, false},
	{M D "\\\n\n1:2\n", 0, 0, 0, 0, false}, /* an empty line ends it */
	{M D "1:2\\", 1, 2, 2, 2, false},       /* at the end of the file */
	{M D "1:2\\\\\n" D "3\n", 3, 3, 3, 3, false},
	{M "X=\\\\\\\n" D "1\n" D "3\n", 3, 3, 4, 4, false},
	{"# \\\n" M D "1:2\n", 1, 2, 3, 3, false},
	{"[Mana\\\nger]\n" D "1\n", 0, 0, 0, 0, false},
	/* line ends; numbers count '\n' */
	{"[Manager]\r\n" D "1:2\r\n", 1, 2, 2, 2, false},
	{"[Manager]\r" D "1:2\r", 1, 2, 1, 1, false},
	{"[Manager]\n\r" D "1:2\n\r", 1, 2, 2, 2, false},
	{"[Manager]\r\r\n" D "1:2\n", 1, 2, 2, 2, false},
	/* a byte order mark at the start of any line, once */
	{"\xef\xbb\xbf" M D "1:2\n", 1, 2, 2, 2, false},
	{"\xef\xbb\xbf\xef\xbb\xbf" M D "1:2\n", 0, 0, 0, 0, false},
	{M "\xef\xbb\xbf" D "1:2\n", 1, 2, 2, 2, false},
};

static void a_file_is_read_as_systemd_reads_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct systemd_conf c = {0};

		scratch_file(dir, "etc/systemd/system.conf", files[i].text);
		assert_ok(systemd_conf_read_system(tree_of(root), systemd_reader_find("sd252"), &c,
						   NULL));
		if (c.nofile.soft != files[i].soft || c.nofile.hard != files[i].hard ||
		    c.nofile.soft_line != files[i].soft_line ||
		    c.nofile.hard_line != files[i].hard_line ||
		    (c.stopped_by != NULL) != files[i].stopped)
			fail_msg("case %zu: %llu:%llu, lines %u and %u, stopped by %s", i,
				 (unsigned long long)c.nofile.soft,
				 (unsigned long long)c.nofile.hard, c.nofile.soft_line,
				 c.nofile.hard_line, c.stopped_by ? c.stopped_by : "nothing");
		systemd_conf_done(&c);
	}
}

static void a_nul_ends_a_line(void **state)
{
	static const char text[] = M "X=\0" D "1:2\0\0" D "3\n";
	struct systemd_conf c = {0};

	(void)state;
	scratch_bytes(dir, "etc/systemd/system.conf", text, sizeof(text) - 1);
	assert_ok(systemd_conf_read_system(tree_of(root), systemd_reader_find("sd252"), &c, NULL));
	assert_int_equal(c.nofile.soft, 3);
	assert_int_equal(c.nofile.soft_line, 2);
	systemd_conf_done(&c);
}

static void a_line_of_a_megabyte_ends_the_file(void **state)
{
	static char text[1024 * 1024 + 100];

	(void)state;
	for (int too_long = 0; too_long < 2; too_long++) {
		struct systemd_conf c = {0};
		size_t n = 1024 * 1024 - 1 + (size_t)too_long;

		memset(text, 0, sizeof(text));
		memset(text, '#', n);
		strcpy(text + n, "\n" M D "1:2\n");
		scratch_file(dir, "etc/systemd/system.conf", text);
		assert_ok(systemd_conf_read_system(tree_of(root), systemd_reader_find("sd252"), &c,
						   NULL));
		assert_int_equal(c.nofile.set, !too_long);
		assert_int_equal(c.stopped_by != NULL, too_long);
		systemd_conf_done(&c);
	}
}

static void a_refused_value_is_told_with_its_line(void **state)
{
	struct systemd_conf c = {0};

	(void)state;
	scratch_file(dir, "etc/systemd/system.conf", M D "1:2\n" D "4K\n");
	assert_ok(systemd_conf_read_system(tree_of(root), systemd_reader_find("sd252"), &c, NULL));
	assert_int_equal(c.nofile.soft, 1);
	assert_int_equal(c.ignored.len, 1);
	assert_int_equal(c.ignored.items[0].line, 3);
	assert_string_equal(c.ignored.items[0].file, "/etc/systemd/system.conf");
	assert_has(c.ignored.items[0].text, "\"4K\"");
	systemd_conf_done(&c);
}

/* --------------------------------------------------------------- which files */

static void one_bad_dropin_is_not_local(void **state)
{
	static const struct {
		const char *link; /* NULL: a directory */
		uint64_t soft[4]; /* sd247 sd252 sd257 sd262; 0: nothing is set */
	} bad[] = {
		{NULL, {1, 1, 1, 0}},
		{"20-bad.conf", {1, 1, 0, 3}},
		{"/dev/null", {3, 3, 3, 0}},
		{"/nonexistent", {3, 3, 3, 3}},
	};

	(void)state;
	scratch_file(dir, "etc/systemd/system.conf.d/10-a.conf", M D "1\n");
	scratch_file(dir, "etc/systemd/system.conf.d/30-b.conf", M D "3\n");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char path[256];

		snprintf(path, sizeof(path), "%s/etc/systemd/system.conf.d/20-bad.conf", dir);
		assert_int_equal(bad[i].link ? symlink(bad[i].link, path) : mkdir(path, 0755), 0);
		for (size_t k = 0; k < 4; k++) {
			struct systemd_conf c = {0};

			assert_ok(systemd_conf_read_system(tree_of(root), systemd_reader_at(k), &c,
							   NULL));
			assert_int_equal(c.nofile.soft, bad[i].soft[k]);
			assert_int_equal(c.nofile.set, bad[i].soft[k] != 0);
			assert_int_equal(c.all_lost, bad[i].soft[k] == 0);
			assert_int_equal(c.stopped_by != NULL, bad[i].soft[k] != 3);
			systemd_conf_done(&c);
		}
		assert_int_equal(bad[i].link ? unlink(path) : rmdir(path), 0);
	}
}

/* Newer versions open all drop-ins first: an earlier stop does not save what came before it. */
static void a_loop_after_a_broken_dropin_still_loses_all(void **state)
{
	struct systemd_conf c = {0};

	(void)state;
	scratch_file(dir, "etc/systemd/system.conf.d/10-a.conf", M D "1\n[x\n");
	make_link("20-b.conf", "etc/systemd/system.conf.d/20-b.conf");
	assert_ok(systemd_conf_read_system(tree_of(root), systemd_reader_find("sd257"), &c, NULL));
	assert_false(c.nofile.set);
	assert_true(c.all_lost);
	systemd_conf_done(&c);
}

static void the_users_own_file_comes_first(void **state)
{
	const struct systemd_reader *reader = systemd_reader_find("sd252");
	struct systemd_conf c = {0};

	(void)state;
	scratch_file(dir, "etc/systemd/user.conf", M D "1\n");
	scratch_file(dir, "etc/systemd/system.conf", M D "9\n");
	assert_ok(systemd_conf_read_user(tree_of(root), reader, "/home/a", &c, NULL));
	assert_int_equal(c.nofile.soft, 1);
	systemd_conf_done(&c);

	scratch_file(dir, "home/a/.config/systemd/user.conf", M);
	assert_ok(systemd_conf_read_user(tree_of(root), reader, "/home/a", &c, NULL));
	assert_false(c.nofile.set); /* it hides the one in /etc */
	systemd_conf_done(&c);

	scratch_file(dir, "usr/lib/systemd/user.conf.d/50-x.conf", M D "2\n");
	scratch_file(dir, "home/a/.config/systemd/user.conf.d/50-x.conf", M D "3\n");
	assert_ok(systemd_conf_read_user(tree_of(root), reader, "/home/a", &c, NULL));
	assert_string_equal(c.nofile.file, "/home/a/.config/systemd/user.conf.d/50-x.conf");
	systemd_conf_done(&c);
	assert_ok(systemd_conf_read_user(tree_of(root), reader, NULL, &c, NULL));
	assert_int_equal(c.nofile.soft, 2);
	systemd_conf_done(&c);
}

/* --------------------------------------------------------------------- units */

#define S "[Service]\n"
#define L "LimitNOFILE="

static struct systemd_unit read_unit(const char *name)
{
	struct systemd_unit u = {0};

	assert_ok(systemd_unit_read(tree_of(root), systemd_reader_find("sd252"), name, &u, NULL));
	return u;
}

static void assert_dropins(const struct systemd_unit *u, const char *want)
{
	auto_text struct text got = {0};

	for (size_t i = 0; i < u->dropins.len; i++)
		text_addf(&got, "%s%s", i ? " " : "", u->dropins.items[i]);
	assert_string_equal(got.str ? got.str : "", want);
}

/*
 * For one file name the directory counts before how specific it is; "service.d"
 * comes last all the same.
 */
static void precedence_goes_by_directory_first(void **state)
{
	struct systemd_unit u;

	(void)state;
	scratch_file(dir, "usr/lib/systemd/system/a-b.service", S L "1\n");
	scratch_file(dir, "usr/lib/systemd/system/a-b.service.d/50-x.conf", S L "2\n");
	scratch_file(dir, "etc/systemd/system/service.d/50-x.conf", S L "3\n");
	u = read_unit("a-b.service");
	assert_int_equal(u.nofile.soft, 2);
	systemd_unit_done(&u);

	scratch_file(dir, "etc/systemd/system/a-.service.d/50-x.conf", S L "4\n");
	u = read_unit("a-b");
	assert_int_equal(u.nofile.soft, 4);
	assert_dropins(&u, "/etc/systemd/system/a-.service.d/50-x.conf");
	systemd_unit_done(&u);
}

/* The order that `systemd --test` of 252 prints for the same files. */
static void an_instance_has_the_dropins_of_all_its_names(void **state)
{
	static const char *const names[] = {"x-y@z.service", "x-y@.service", "x-.service",
					    "x-@z.service",  "x-@.service",  "service"};
	struct systemd_unit u;

	(void)state;
	scratch_file(dir, "usr/lib/systemd/system/x-y@.service", S L "1\n");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[160];

		snprintf(path, sizeof(path), "usr/lib/systemd/system/%s.d/%s.conf", names[i],
			 names[i]);
		scratch_file(dir, path, "");
		snprintf(path, sizeof(path), "usr/lib/systemd/system/%s.d/a.conf", names[i]);
		scratch_file(dir, path, "");
	}
	u = read_unit("x-y@z.service");
	assert_string_equal(u.id, "x-y@z.service");
	assert_string_equal(u.fragment, "/usr/lib/systemd/system/x-y@.service");
	assert_dropins(&u, "/usr/lib/systemd/system/x-y@z.service.d/a.conf "
			   "/usr/lib/systemd/system/service.d/service.conf "
			   "/usr/lib/systemd/system/x-.service.d/x-.service.conf "
			   "/usr/lib/systemd/system/x-@.service.d/x-@.service.conf "
			   "/usr/lib/systemd/system/x-@z.service.d/x-@z.service.conf "
			   "/usr/lib/systemd/system/x-y@.service.d/x-y@.service.conf "
			   "/usr/lib/systemd/system/x-y@z.service.d/x-y@z.service.conf");
	systemd_unit_done(&u);
}

static void an_alias_is_the_unit_and_lends_it_its_dropins(void **state)
{
	static const char *const asked[] = {"ssh.service", "sshd.service", "sshd", "ssh"};

	(void)state;
	scratch_file(dir, "usr/lib/systemd/system/ssh.service", S "User=x\nPAMName=y\nUser=\n");
	scratch_file(dir, "etc/systemd/system/sshd.service.d/o.conf", S L "7\n");
	make_link("/usr/lib/systemd/system/ssh.service", "etc/systemd/system/sshd.service");
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		struct systemd_unit u = read_unit(asked[i]);

		assert_string_equal(u.id, "ssh.service");
		assert_int_equal(u.nofile.soft, 7);
		assert_null(u.user); /* unlike LimitNOFILE=, this one is reset */
		assert_string_equal(u.pam_name, "y");
		systemd_unit_done(&u);
	}
}

static void a_masked_or_broken_unit_says_so(void **state)
{
	struct systemd_unit u;

	(void)state;
	scratch_file(dir, "usr/lib/systemd/system/a.service", S L "1\n");
	scratch_file(dir, "etc/systemd/system/x", "");
	make_link("/dev/null", "etc/systemd/system/a.service");
	u = read_unit("a.service");
	assert_true(u.masked);
	assert_false(u.nofile.set);
	systemd_unit_done(&u);

	scratch_file(dir, "etc/systemd/system/b.service", "");
	u = read_unit("b.service");
	assert_true(u.masked);
	systemd_unit_done(&u);

	scratch_file(dir, "etc/systemd/system/c.service", S L "1\n[x\n");
	u = read_unit("c.service");
	assert_true(u.broken);
	assert_false(u.masked);
	systemd_unit_done(&u);

	u = read_unit("none.service");
	assert_null(u.fragment);
	systemd_unit_done(&u);
}

static void a_broken_dropin_of_a_unit_is_local(void **state)
{
	struct systemd_unit u;

	(void)state;
	scratch_file(dir, "etc/systemd/system/a.service", S L "1\n");
	scratch_file(dir, "etc/systemd/system/a.service.d/10.conf", S L "2\n[x\n" S L "3\n");
	scratch_file(dir, "etc/systemd/system/a.service.d/20.conf/x", "");
	scratch_file(dir, "etc/systemd/system/a.service.d/30.conf", "[Unit]\n" L "9\n");
	u = read_unit("a.service");
	assert_int_equal(u.nofile.soft, 2);
	assert_int_equal(u.dropins.len, 3);
	systemd_unit_done(&u);
	scratch_file(dir, "etc/systemd/system/a.service.d/40.conf", S L "4\n");
	u = read_unit("a.service");
	assert_int_equal(u.nofile.soft, 4);
	systemd_unit_done(&u);
}

static void the_section_is_that_of_the_type(void **state)
{
	struct systemd_unit u;

	(void)state;
	scratch_file(dir, "etc/systemd/system/a.socket", S L "1\n[Socket]\n" L "2\n");
	scratch_file(dir, "etc/systemd/system/a.slice", S L "1\n[Slice]\n" L "2\n");
	u = read_unit("a.socket");
	assert_int_equal(u.nofile.soft, 2);
	systemd_unit_done(&u);
	u = read_unit("a.slice");
	assert_false(u.nofile.set);
	systemd_unit_done(&u);
}

static void what_is_no_name_of_a_unit_is_refused(void **state)
{
	static const char *const names[] = {"../x.service", "/etc/passwd", ".service", "", "x."};
	struct systemd_unit u = {0};
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_fails(
			systemd_unit_read(tree_of(root), systemd_reader_at(0), names[i], &u, &err),
			EINVAL);
}

static void lib_is_searched_where_it_is_a_directory_of_its_own(void **state)
{
	(void)state;
	scratch_file(dir, "lib/systemd/system/a.service", S L "1\n");
	scratch_file(dir, "lib/systemd/system.conf.d/x.conf", M D "2\n");
	for (size_t i = 0; systemd_reader_at(i); i++) {
		struct systemd_unit u = {0};
		struct systemd_conf c = {0};

		assert_ok(systemd_unit_read(tree_of(root), systemd_reader_at(i), "a.service", &u,
					    NULL));
		assert_ok(systemd_conf_read_system(tree_of(root), systemd_reader_at(i), &c, NULL));
		assert_int_equal(u.nofile.set, i < 2);
		assert_int_equal(c.nofile.set, i < 2);
		systemd_unit_done(&u);
		systemd_conf_done(&c);
	}
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limit_is_soft_and_hard_in_cs_bases),
		cmocka_unit_test(newer_versions_know_more_bases),
		test(a_file_is_read_as_systemd_reads_it),
		test(a_nul_ends_a_line),
		test(a_line_of_a_megabyte_ends_the_file),
		test(a_refused_value_is_told_with_its_line),
		test(one_bad_dropin_is_not_local),
		test(a_loop_after_a_broken_dropin_still_loses_all),
		test(the_users_own_file_comes_first),
		test(precedence_goes_by_directory_first),
		test(an_instance_has_the_dropins_of_all_its_names),
		test(an_alias_is_the_unit_and_lends_it_its_dropins),
		test(a_masked_or_broken_unit_says_so),
		test(a_broken_dropin_of_a_unit_is_local),
		test(the_section_is_that_of_the_type),
		test(what_is_no_name_of_a_unit_is_refused),
		test(lib_is_searched_where_it_is_a_directory_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
