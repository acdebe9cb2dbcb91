/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "base/root.h"
#include "base/text.h"
#include "read/limits_conf.h"

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

static struct limits_conf read_as(const char *reader, const char *conf_arg)
{
	struct limits_conf conf = {0};

	assert_ok(limits_conf_read(tree_of(root), pam_reader_find(reader), conf_arg, &conf, NULL));
	return conf;
}

/* "DOMAIN item fields value@line" of every rule, apart by "; ". */
static const char *rules_text(const struct limits_conf *c, char buf[static 1024])
{
	static const char *const items[] = {"nofile", "maxlogins", "maxsyslogins", "exempt"};
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < c->rules.len && n < 900; i++) {
		const struct limits_rule *r = &c->rules.items[i];
		long long value = r->item == ITEM_NOFILE ? (long long)r->value : r->logins;

		n += (size_t)snprintf(buf + n, 1024 - n, "%s%.40s %s %u %lld@%u", i ? "; " : "",
				      r->domain, items[r->item], r->fields, value, r->line);
	}
	return buf;
}

/* NULL: as with the old reader. */
static const struct {
	const char *file, *old, *new;
} lines[] = {
	{"alice soft nofile 4001\n", "alice nofile 1 4001@1", NULL},
	{"alice hard nofile 4001", "alice nofile 2 4001@1", NULL},
	{"\n\n alice - nofile 1", "alice nofile 3 1@3", NULL},
	{"", "", NULL},
	{"#\n # x\n\t\n", "", NULL},
	{"; alice - nofile 1\n", "", NULL}, /* no comment, but a domain of that name */
	{"alice - nofile 1 ; x\n", "alice nofile 3 1@1", NULL},
	{"alice - nofile #1\n", "", NULL},
	{"\xef\xbb\xbf"
	 "alice - nofile 1\n",
	 "\xef\xbb\xbf"
	 "alice nofile 3 1@1",
	 NULL},
	/* values */
	{"a - nofile 0x10\n", "a nofile 3 0@1", NULL},
	{"a - nofile 010\n", "a nofile 3 10@1", NULL},
	{"a - nofile 18446744073709551615\n", "a nofile 3 -1@1", NULL},
	{"a - nofile 18446744073709551616\n", "a nofile 3 -1@1", NULL},
	{"a - nofile -18446744073709551616\n", "a nofile 3 -1@1", NULL},
	{"a - nofile -5\n", "a nofile 3 -5@1", NULL},
	{"a - nofile +5\n", "a nofile 3 5@1", NULL},
	{"a - nofile --5\n", "", NULL},
	{"a - nofile x\n", "", NULL},
	{"a - nofile UnLimited\n", "a nofile 3 -1@1", NULL},
	{"a - nofile unlimited5\n", "", NULL},
	/* the rest of the line, or one word */
	{"a - nofile unlimited x\n", "a nofile 3 -1@1", ""},
	{"a - nofile unlimited\r\n", "a nofile 3 -1@1", ""},
	{"a - nofile unlimited \t\n", "a nofile 3 -1@1", NULL},
	{"a - nofile 5\r\n", "a nofile 3 5@1", NULL},
	{"a\f-\fnofile\f5\n", "a nofile 3 5@1", ""},
	{"a -\r\n", "a exempt 0 0@1", NULL},
	/* exemptions */
	{"a -\n", "a exempt 0 0@1", NULL},
	{"a -x\n", "a exempt 0 0@1", NULL},
	{"a - nofile\n", "", NULL},
	{"a\n", "", NULL},
	{"1:2 -\n", "1:2 exempt 0 0@1", NULL},
	{"1:x -\n", "", NULL},
	/* logins: any type does */
	{"a - maxlogins 0\n", "a maxlogins 3 0@1", NULL},
	{"a both maxlogins 0\n", "a maxlogins 0 0@1", NULL},
	{"a - maxsyslogins 99999999999\n", "a maxsyslogins 3 2147483647@1", NULL},
	{"a - maxlogins -\n", "a maxlogins 3 -1@1", NULL},
	{"a - maxlogins x\n", "", NULL},
	/* ranges */
	{"1: - nofile 1\n", "1: nofile 3 1@1", NULL},
	{":1 - nofile 1\n", ":1 nofile 3 1@1", NULL},
	{": - nofile 1\n", "", NULL},
	{"@: - nofile 1\n", "", NULL},
	{"1:2:3 - nofile 1\n", "", NULL},
	{"1:2x - nofile 1\n", "", NULL},
	{"99999999999999999999: - nofile 1\n", "", NULL},
};

static void lines_are_cut_as_each_reader_cuts_them(void **state)
{
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(lines) * 2; i++) {
		bool new = i % 2;
		const char *want = new &&lines[i / 2].new ? lines[i / 2].new : lines[i / 2].old;
		struct limits_conf c;
		char got[1024];

		scratch_file(dir, "etc/security/limits.conf", lines[i / 2].file);
		c = read_as(new ? "deb13" : "deb12", NULL);
		if (strcmp(rules_text(&c, got), want) != 0)
			fail_msg("%s: \"%s\" gives \"%s\", not \"%s\"", new ? "deb13" : "deb12",
				 lines[i / 2].file, got, want);
		limits_conf_done(&c);
	}
}

static void ids_are_kept_in_32_bits(void **state)
{
	struct limits_conf c;

	(void)state;
	scratch_file(dir, "etc/security/limits.conf", "4294968297:-1 - nofile 1\n");
	c = read_as("up172", NULL);
	assert_int_equal(c.rules.len, 1);
	assert_int_equal(c.rules.items[0].range, RANGE_MANY);
	assert_int_equal(c.rules.items[0].min, 1001);
	assert_int_equal(c.rules.items[0].max, UINT32_MAX);
	limits_conf_done(&c);
}

/* The 1023rd byte of a comment is the last one the old readers take for the comment. */
static void a_long_comment_ends_in_a_rule_for_old_readers(void **state)
{
	static const char tail[] = "alice - nofile 4001\nbob - nofile 1\n";
	char text[1023 + sizeof(tail)], got[1024];
	struct limits_conf c;

	(void)state;
	memset(text, '#', 1023);
	memcpy(text + 1023, tail, sizeof(tail));
	scratch_file(dir, "etc/security/limits.conf", text);

	c = read_as("up151", NULL);
	assert_string_equal(rules_text(&c, got), "alice nofile 3 4001@1; bob nofile 3 1@2");
	assert_int_equal(c.ignored.len, 1);
	limits_conf_done(&c);
	c = read_as("up172", NULL);
	assert_string_equal(rules_text(&c, got), "bob nofile 3 1@2");
	limits_conf_done(&c);
}

static void what_is_skipped_is_told_with_its_line(void **state)
{
	static const char *const reasons[] = {"no such item", "type", "value", "fewer", "range"};
	struct limits_conf c;

	(void)state;
	scratch_file(dir, "etc/security/limits.conf",
		     "a - nofiles 1\na both nofile 1\na - nofile x\na soft nofile\nx:1 - nofile 1\n"
		     "a - core 0\n");
	c = read_as("deb13", NULL);
	assert_int_equal(c.rules.len, 0);
	assert_int_equal(c.ignored.len, ARRAY_LEN(reasons));
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		assert_int_equal(c.ignored.items[i].line, i + 1);
		assert_has(c.ignored.items[i].text, reasons[i]);
	}
	limits_conf_done(&c);
}

static const struct {
	const char *link, *path; /* path in limits.d */
	bool old_fatal, new_fatal;
} bad_files[] = {
	{"/nonexistent", "10-x.conf", true, false},   {"10-x.conf", "10-x.conf", true, true},
	{"/dev/null", "10-x.conf", false, false},     {"/nonexistent", "10-x.bak", false, false},
	{"/nonexistent", ".10-x.conf", false, false}, {"/etc", "10-x.conf", false, false},
};

static void one_bad_file_may_refuse_everybody(void **state)
{
	(void)state;

	scratch_file(dir, "etc/security/limits.conf", "a - nofile 1\n");
	scratch_file(dir, "etc/security/limits.d/50-y.conf", "b - nofile 1\n");
	for (size_t i = 0; i < ARRAY_LEN(bad_files); i++) {
		struct limits_conf old, new;
		char path[160];

		snprintf(path, sizeof(path), "%s/etc/security/limits.d/%s", dir, bad_files[i].path);
		assert_int_equal(symlink(bad_files[i].link, path), 0);
		old = read_as("deb12", NULL);
		new = read_as("deb13", NULL);
		assert_int_equal(old.fatal != NULL, bad_files[i].old_fatal);
		assert_int_equal(new.fatal != NULL, bad_files[i].new_fatal);
		/* What comes after the file that cannot be opened is not read. */
		assert_int_equal(old.rules.len, old.fatal ? 1 : 2);
		assert_int_equal(unlink(path), 0);
		limits_conf_done(&old);
		limits_conf_done(&new);
	}
}

static void a_file_named_by_argument_must_be_there_and_is_alone(void **state)
{
	struct limits_conf c;
	char got[1024];

	(void)state;
	scratch_file(dir, "etc/security/limits.conf", "a - nofile 1\n");
	scratch_file(dir, "etc/security/limits.d/50-y.conf", "b - nofile 1\n");
	scratch_file(dir, "etc/other", "c - nofile 1\n");

	c = read_as("deb13", "/etc/other");
	assert_string_equal(rules_text(&c, got), "c nofile 3 1@1");
	limits_conf_done(&c);
	c = read_as("deb13", "/etc/none");
	assert_string_equal(c.fatal, "/etc/none");
	limits_conf_done(&c);
}

static void a_fifo_is_never_opened(void **state)
{
	struct limits_conf c;
	char path[160];

	(void)state;
	scratch_file(dir, "etc/security/limits.conf", "");
	scratch_file(dir, "etc/security/limits.d/a.conf", "");
	snprintf(path, sizeof(path), "%s/etc/security/limits.d/b.conf", dir);
	assert_int_equal(mkfifo(path, 0644), 0);
	c = read_as("deb12", NULL);
	assert_null(c.fatal);
	limits_conf_done(&c);
}

static const struct {
	const char *id, *like, *version, *reader;
} hosts[] = {
	{"debian", NULL, "10", "deb11"},
	{"debian", NULL, "11", "deb11"},
	{"debian", NULL, "12", "deb12"},
	{"debian", NULL, "13", "deb13"},
	{"debian", NULL, "14", "deb14"},
	{"debian", NULL, NULL, "deb14"}, /* testing has no number */
	{"raspbian", "debian", "12", "deb12"},
	{"linuxmint", "debian", "6", "deb14"}, /* LMDE counts its own releases */
	{"ubuntu", "debian", "22.04", "deb11"},
	{"ubuntu", "debian", "24.04", "deb12"},
	{"linuxmint", "ubuntu debian", "22", "deb13"},
	{"rhel", "fedora", "8.10", "up131"},
	{"rhel", "fedora", "9.4", "up151"},
	{"rocky", "rhel centos fedora", "9.4", "up151"},
	{"almalinux", "rhel centos fedora", "10.0", "up172"},
	{"fedora", NULL, "42", "up172"},
	{"sles", "suse", "15.6", "up131"},
	{"opensuse-tumbleweed", "opensuse suse", "20261101", "up172v"},
	{"arch", NULL, NULL, "up172"},
	{"debian", NULL, "99999999999999999999", "deb14"},
	{NULL, NULL, NULL, "up172"},
};

static void a_distribution_has_its_reader(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		const struct pam_reader *r =
			pam_reader_for(hosts[i].id, hosts[i].like, hosts[i].version);

		if (strcmp(r->name, hosts[i].reader) != 0)
			fail_msg("%s %s: %s, not %s", hosts[i].id, hosts[i].version, r->name,
				 hosts[i].reader);
	}
}

static void every_reader_is_found_by_its_name(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; pam_reader_at(i); i++) {
		assert_ptr_equal(pam_reader_find(pam_reader_at(i)->name), pam_reader_at(i));
		assert_non_null(pam_reader_at(i)->title);
	}
	assert_int_equal(i, 8);
	for (i = 0; systemd_reader_at(i); i++)
		assert_ptr_equal(systemd_reader_find(systemd_reader_at(i)->name),
				 systemd_reader_at(i));
	assert_int_equal(i, 4);
	assert_null(pam_reader_find("deb"));
	assert_null(systemd_reader_find("sd25"));
}

static void a_systemd_version_has_its_reader(void **state)
{
	static const struct {
		unsigned version;
		const char *reader;
	} versions[] = {{239, "sd247"}, {247, "sd247"}, {249, "sd252"},
			{252, "sd252"}, {255, "sd252"}, {257, "sd257"},
			{262, "sd262"}, {300, "sd262"}, {0, "sd262"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		assert_string_equal(systemd_reader_for(versions[i].version)->name,
				    versions[i].reader);
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(lines_are_cut_as_each_reader_cuts_them),
		test(ids_are_kept_in_32_bits),
		test(a_long_comment_ends_in_a_rule_for_old_readers),
		test(what_is_skipped_is_told_with_its_line),
		test(one_bad_file_may_refuse_everybody),
		test(a_file_named_by_argument_must_be_there_and_is_alone),
		test(a_fifo_is_never_opened),
		cmocka_unit_test(a_distribution_has_its_reader),
		cmocka_unit_test(every_reader_is_found_by_its_name),
		cmocka_unit_test(a_systemd_version_has_its_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
