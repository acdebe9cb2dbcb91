/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "base/root.h"
#include "base/text.h"
#include "read/sysctld.h"
#include "read/sysctld_line.h"

/* ---- lines ---- */

/* "1:a/b=c" assignment, "1:-a/b=c" with '-', "1:!a/b" exclusion, "1:?" mistake, "1:^" too long. */
static int write_down(void *context, const struct statement *s)
{
	struct text *t = context;

	text_addf(t, "%s%u:", t->len ? " " : "", s->line);
	switch (s->kind) {
	case STATEMENT_ASSIGN:
		text_addf(t, "%s%s=%s", s->ignore ? "-" : "", s->key, s->value);
		break;
	case STATEMENT_EXCLUDE:
		text_addf(t, "!%s", s->key);
		break;
	case STATEMENT_MISTAKE:
		text_add(t, "?");
		break;
	case STATEMENT_TOO_LONG:
		text_add(t, "^");
		break;
	}
	return 0;
}

/* In pieces of `step` bytes. */
static char *parse(const char *reader, const char *bytes, size_t n, size_t step)
{
	struct text t = {0};
	struct line_parser p = {
		.reader = reader_find(reader),
		.each = write_down,
		.context = &t,
	};
	char *made = NULL;

	for (size_t i = 0; i < n; i += step)
		assert_ok(line_parser_feed(&p, bytes + i, n - i < step ? n - i : step));
	assert_ok(line_parser_end(&p));
	line_parser_done(&p);
	assert_ok(text_take(&t, &made));
	return made;
}

#define BYTES(s) (s), sizeof(s) - 1

/* What systemd (252 and, where it differs, 262), procps 4 and procps 3 make of the same bytes. */
static const struct {
	const char *bytes;
	size_t n;
	const char *sd252, *sd262, *pp402, *pp3317;
} lines[] = {
	{BYTES("a.b = 1\n"), "1:a/b=1", NULL, "1:a/b=1", "1:a/b=1"},
	{BYTES("a.b=1"), "1:a/b=1", NULL, "1:a/b=1", "1:a/b=1"},
	{BYTES("\n\n  # c\n\ta.b\t=\t1 \n"), "4:a/b=1", NULL, "4:a/b=1", "4:a/b=1"},
	{BYTES("; a.b = 1\n"), "", "1:; a/b=1", "", ""},
	{BYTES(";text\n"), "", "1:?", "", ""},
	{BYTES("a.b = 1 # x\n"), "1:a/b=1 # x", NULL, "1:a/b=1 # x", "1:a/b=1 # x"},
	{BYTES("a.b = \"1\"\n"), "1:a/b=\"1\"", NULL, "1:a/b=\"1\"", "1:a/b=\"1\""},
	{BYTES("a.b = 1 = 2\n"), "1:a/b=1 = 2", NULL, "1:a/b=1 = 2", "1:a/b=1 = 2"},
	{BYTES("a.b == 2\n"), "1:a/b== 2", NULL, "1:a/b== 2", "1:a/b== 2"},
	{BYTES("\xef\xbb\xbf"
	       "a.b = 1\n"),
	 "1:\xef\xbb\xbf"
	 "a/b=1",
	 NULL,
	 "1:\xef\xbb\xbf"
	 "a/b=1",
	 "1:\xef\xbb\xbf"
	 "a/b=1"},

	/* line ends */
	{BYTES("a.b = 1\r\nc.d = 2\r\n"), "1:a/b=1 2:c/d=2", NULL, "1:a/b=1 2:c/d=2",
	 "1:a/b=1 2:c/d=2"},
	{BYTES("a.b = 1\rc.d = 2\r"), "1:a/b=1 1:c/d=2", NULL, "1:a/b=1\rc.d = 2", "1:a/b=1"},
	{BYTES("a.b = 1\0c.d = 2\ne.f = 3\n"), "1:a/b=1 1:c/d=2 2:e/f=3", NULL, "1:a/b=1 2:e/f=3",
	 "1:a/b=1 2:e/f=3"},
	{BYTES("a.b = 1\n\rc.d = 2\n"), "1:a/b=1 2:c/d=2", NULL, "1:a/b=1 2:c/d=2",
	 "1:a/b=1 2:\rc/d=2"},
	{BYTES("a.b = 1\r\n\r\nc.d = 2\n"), "1:a/b=1 3:c/d=2", NULL, "1:a/b=1 3:c/d=2",
	 "1:a/b=1 3:c/d=2"},
	{BYTES("\0\0a.b = 1\n"), "1:a/b=1", NULL, "", ""},
	{BYTES("a.b = \\\n1\n"), "1:a/b=\\ 2:?", NULL, "1:a/b=\\ 2:?", "1:a/b=\\"},

	/* blanks: \f and \v are some to procps 4 only */
	{BYTES("\fa.b = 1\v\n"), "1:\fa/b=1\v", NULL, "1:a/b=1", "1:\fa/b=1\v"},
	{BYTES("a. b = 1\n"), "1:a/ b=1", NULL, "1:a/ b=1", "1:a/ b=1"},

	/* '-' */
	{BYTES("-a.b = 1\n"), "1:-a/b=1", NULL, "1:-a/b=1", "1:-a/b=1"},
	{BYTES("- a.b = 1\n"), "1:-a/b=1", NULL, "1:- a/b=1", "1:- a/b=1"},
	{BYTES("--a.b = 1\n"), "1:--a/b=1", NULL, "1:-a/b=1", "1:--a/b=1"},
	{BYTES("-a.b\n"), "1:!a/b", NULL, "1:!a/b", "1:?"},
	{BYTES("a.b\n"), "1:?", NULL, "1:?", "1:?"},
	{BYTES("-\n"), "1:!", NULL, "1:!\n", ""},

	/* empty keys and values */
	{BYTES("a.b =\n"), "1:a/b=", NULL, "1:a/b=", "1:?"},
	{BYTES("a.b = \t \n"), "1:a/b=", NULL, "1:a/b=", "1:?"},
	{BYTES(" = 5\n"), "1:=5", NULL, "1:=5", "1:?"},
	{BYTES("==a=b\n"), "1:==a=b", NULL, "1:==a=b", "1:a=b"},
	{BYTES("=\n"), "1:=", NULL, "1:=", ""},
	{BYTES("x\n"), "1:?", NULL, "1:?", ""},
	{BYTES("x"), "1:?", NULL, "", ""},

	/* separators */
	{BYTES("/a/b/ = 1\n"), "1:a/b=1", NULL, "1:/a/b/=1", "1:/a/b/=1"},
	{BYTES("a..b. = 1\n"), "1:a/b=1", NULL, "1:a//b/=1", "1:a//b/=1"},
	{BYTES("a/../b = 1\n"), "1:a/../b=1", NULL, "1:a/../b=1", "1:a/../b=1"},
	{BYTES("a.b/c.d = 1\n"), "1:a/b.c/d=1", NULL, "1:a/b.c/d=1", "1:a/b.c/d=1"},

	/* procps 3 never sets these, whatever they are */
	{BYTES("a.retrans_time = 1\n"), "1:a/retrans_time=1", NULL, "1:a/retrans_time=1", "1:?"},
	{BYTES("retrans_time = 1\n"), "1:retrans_time=1", NULL, "1:retrans_time=1",
	 "1:retrans_time=1"},
};

static void check_line(size_t i, const char *reader, const char *wanted)
{
	static const size_t steps[] = {1, 2, 3, 64};

	for (size_t s = 0; s < ARRAY_LEN(steps); s++) {
		char *made = parse(reader, lines[i].bytes, lines[i].n, steps[s]);

		if (strcmp(made, wanted) != 0)
			fail_msg("%s, line %zu \"%s\", %zu bytes at a time: \"%s\", not \"%s\"",
				 reader, i, lines[i].bytes, steps[s], made, wanted);
		free(made);
	}
}

static void every_reader_has_its_own_idea_of_a_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		check_line(i, "sd252", lines[i].sd252);
		check_line(i, "sd257", lines[i].sd252);
		check_line(i, "sd262", lines[i].sd262 ? lines[i].sd262 : lines[i].sd252);
		check_line(i, "pp402", lines[i].pp402);
		check_line(i, "pp407", lines[i].pp402);
		check_line(i, "pp3317", lines[i].pp3317);
	}
}

static char *long_line(size_t blanks, size_t *n)
{
	static const char head[] = "a.b = 1\nc.d =", tail[] = "2\ne.f = 3\n";
	char *s = malloc(sizeof(head) + sizeof(tail) + blanks);

	assert_non_null(s);
	memcpy(s, head, sizeof(head) - 1);
	memset(s + sizeof(head) - 1, ' ', blanks);
	memcpy(s + sizeof(head) - 1 + blanks, tail, sizeof(tail));
	*n = sizeof(head) + sizeof(tail) - 2 + blanks;
	return s;
}

static int keep_text(void *context, const struct statement *s)
{
	text_addf(context, "[%s]", s->text);
	return 0;
}

/* For procps a carriage return is a blank, and may stand before the key. */
static void the_text_of_a_line_is_where_its_words_are(void **state)
{
	static const char bytes[] = "\ra.b = 1\r\n  c.d = 2\n";
	auto_text struct text t = {0};
	struct line_parser p = {.reader = reader_find("pp404"), .each = keep_text, .context = &t};

	(void)state;
	assert_ok(line_parser_feed(&p, bytes, sizeof(bytes) - 1));
	assert_ok(line_parser_end(&p));
	line_parser_done(&p);
	assert_string_equal(t.str, "[a.b = 1][  c.d = 2]");
}

static void a_line_of_1_mib_ends_the_file_for_systemd_only(void **state)
{
	enum { LIMIT = 1024 * 1024, AROUND = 6 }; /* "c.d =" and "2" */
	static const struct {
		size_t blanks;
		const char *systemd;
	} cases[] = {
		{LIMIT - AROUND - 1, "1:a/b=1 2:c/d=2 3:e/f=3"},
		{LIMIT - AROUND, "1:a/b=1 2:^"},
		{LIMIT * 3, "1:a/b=1 2:^"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = 0;
		char *bytes = long_line(cases[i].blanks, &n);
		char *systemd = parse("sd252", bytes, n, 65536);
		char *procps = parse("pp402", bytes, n, 65536);

		assert_string_equal(systemd, cases[i].systemd);
		assert_string_equal(procps, "1:a/b=1 2:c/d=2 3:e/f=3");
		free(systemd);
		free(procps);
		free(bytes);
	}
}

/* ---- files ---- */

static char scratch[64];

static int make_root(void **state)
{
	(void)state;
	scratch_make(scratch);
	return 0;
}

static int remove_root(void **state)
{
	(void)state;
	scratch_remove(scratch);
	return 0;
}

static void link_to(const char *target, const char *path)
{
	char full[256];

	scratch_file(scratch, "etc/sysctl.d/.keep", "");
	snprintf(full, sizeof(full), "%s/%s", scratch, path);
	if (symlink(target, full))
		fail_msg("symlink %s: %s", full, strerror(errno));
}

static struct boot_lines read_root(struct sysctld_want want, const char *reader)
{
	struct boot_lines l = {0};
	int root = -1;

	want.reader = reader_find(reader);
	assert_ok(root_open(scratch, &root, NULL));
	assert_ok(sysctld_read(tree_of(root), &want, &l, NULL));
	close(root);
	return l;
}

/* "/etc/sysctl.d/a.conf:1:key=value ..." of what is read, hidden ones with '(' before. */
static void assert_read(struct sysctld_want want, const char *reader, const char *wanted)
{
	struct boot_lines l = read_root(want, reader);
	auto_text struct text t = {0};

	text_add(&t, "");
	for (size_t i = 0; i < l.items.len; i++) {
		const struct assignment *a = &l.items.items[i];
		const struct boot_file *f = &l.files.items[a->file];

		text_addf(&t, "%s%s%s:%u:%s%s%s", t.len ? " " : "",
			  f->state == FILE_READ     ? ""
			  : f->state == FILE_MASKED ? "(masked)"
						    : "(unread)",
			  f->real, a->line, a->key, a->value ? "=" : "", a->value ? a->value : "");
	}
	if (!text_equal(t.str ? t.str : "", wanted))
		fail_msg("%s reads \"%s\", not \"%s\"", reader, t.str ? t.str : "", wanted);
	boot_lines_done(&l);
}

static const struct sysctld_want all = {.everything = true};
static const struct sysctld_want hidden = {.everything = true, .hidden = true};

static void names_decide_and_dot_files_are_for_procps(void **state)
{
	static const char *const names[] = {".a.conf", ".conf",      "b.conf",   "c.CONF",
					    "d.conf~", "e.conf.bak", "f.conf.d", "g"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[64];

		snprintf(path, sizeof(path), "etc/sysctl.d/%s", names[i]);
		scratch_file(scratch, path, "k = 1\n");
	}
	assert_read(all, "sd252", "/etc/sysctl.d/b.conf:1:k=1");
	assert_read(
		all, "pp402",
		"/etc/sysctl.d/.a.conf:1:k=1 /etc/sysctl.d/.conf:1:k=1 /etc/sysctl.d/b.conf:1:k=1");
}

static void lib_is_read_by_old_readers_only(void **state)
{
	(void)state;
	scratch_file(scratch, "lib/sysctl.d/a.conf", "k = 1\n");
	assert_read(all, "sd247", "/lib/sysctl.d/a.conf:1:k=1");
	assert_read(all, "sd252", "/lib/sysctl.d/a.conf:1:k=1");
	assert_read(all, "sd257", "");
	assert_read(all, "sd262", "");
	assert_read(all, "pp407", "/lib/sysctl.d/a.conf:1:k=1");
	assert_read(hidden, "sd257", "(unread)/lib/sysctl.d/a.conf:1:k=1");
}

static void merged_usr_is_read_once(void **state)
{
	(void)state;
	scratch_file(scratch, "usr/lib/sysctl.d/a.conf", "k = 1\n");
	link_to("usr/lib", "lib");
	assert_read(hidden, "sd252", "/usr/lib/sysctl.d/a.conf:1:k=1");
	assert_read(hidden, "sd262", "/usr/lib/sysctl.d/a.conf:1:k=1");
	assert_read(hidden, "pp402", "/usr/lib/sysctl.d/a.conf:1:k=1");
}

static void anything_of_the_same_name_masks(void **state)
{
	static const struct {
		const char *target; /* NULL: a directory */
	} masks[] = {{"/dev/null"}, {"nowhere"}, {NULL}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(masks); i++) {
		scratch_file(scratch, "usr/lib/sysctl.d/a.conf", "k = 1\n");
		if (masks[i].target)
			link_to(masks[i].target, "etc/sysctl.d/a.conf");
		else
			scratch_file(scratch, "etc/sysctl.d/a.conf/.keep", "");

		assert_read(all, "sd252", "");
		assert_read(all, "sd262", "");
		assert_read(all, "pp402", "");
		assert_read(hidden, "sd262", "(masked)/usr/lib/sysctl.d/a.conf:1:k=1");
		scratch_remove(scratch);
		scratch_make(scratch);
	}
}

static void a_link_to_itself_masks_up_to_257(void **state)
{
	(void)state;
	scratch_file(scratch, "usr/lib/sysctl.d/a.conf", "k = 1\n");
	link_to("a.conf", "etc/sysctl.d/a.conf");
	assert_read(all, "sd257", "");
	assert_read(all, "pp407", "");
	assert_read(all, "sd262", "/usr/lib/sysctl.d/a.conf:1:k=1");
}

static void etc_sysctl_conf_is_last_for_procps(void **state)
{
	(void)state;
	scratch_file(scratch, "etc/sysctl.conf", "k = 1\n");
	scratch_file(scratch, "etc/sysctl.d/zz.conf", "k = 2\n");
	scratch_file(scratch, "etc/sysctl.conf.dpkg-bak", "k = 3\n");
	assert_read(all, "sd257", "/etc/sysctl.d/zz.conf:1:k=2");
	assert_read(all, "pp404", "/etc/sysctl.d/zz.conf:1:k=2 /etc/sysctl.conf:1:k=1");
	assert_read(hidden, "sd257",
		    "/etc/sysctl.d/zz.conf:1:k=2 (unread)/etc/sysctl.conf:1:k=1 "
		    "(unread)/etc/sysctl.conf.dpkg-bak:1:k=3");

	link_to("../sysctl.conf", "etc/sysctl.d/99-sysctl.conf");
	assert_read(all, "sd257", "/etc/sysctl.conf:1:k=1 /etc/sysctl.d/zz.conf:1:k=2");
}

static void the_credential_comes_last(void **state)
{
	struct sysctld_want given = all;

	(void)state;
	scratch_file(scratch, "etc/sysctl.d/zz.conf", "k = 1\n");
	scratch_file(scratch, "etc/credstore/sysctl.extra", "k = 2\n");
	scratch_file(scratch, "run/cred/sysctl.extra", "k = 3\n");
	assert_read(all, "sd247", "/etc/sysctl.d/zz.conf:1:k=1");
	assert_read(all, "sd252", "/etc/sysctl.d/zz.conf:1:k=1 /etc/credstore/sysctl.extra:1:k=2");
	assert_read(all, "pp407", "/etc/sysctl.d/zz.conf:1:k=1");
	given.credential = "/run/cred/sysctl.extra";
	assert_read(given, "sd262", "/etc/sysctl.d/zz.conf:1:k=1 /run/cred/sysctl.extra:1:k=3");
}

static void the_kernel_command_line_comes_first(void **state)
{
	(void)state;
	scratch_file(
		scratch, "proc/cmdline",
		"root=/dev/sda1 sysctl.net.core.somaxconn=1 quiet sysctl/net/ipv4/tcp_rmem=\"4 5 6\""
		" sysctlx.a=1 sysctl.a -- sysctl.b=2\n");
	scratch_file(scratch, "etc/sysctl.d/a.conf", "k = 1\n");
	assert_read(all, "sd252",
		    "/proc/cmdline:1:net/core/somaxconn=1 /proc/cmdline:1:net/ipv4/tcp_rmem=4 5 6 "
		    "/etc/sysctl.d/a.conf:1:k=1");
}

static void what_is_no_file_is_never_opened(void **state)
{
	char path[128];
	struct boot_lines l;

	(void)state;
	scratch_file(scratch, "etc/sysctl.d/z.conf", "k = 1\n");
	snprintf(path, sizeof(path), "%s/etc/sysctl.d/a.conf", scratch);
	assert_int_equal(mkfifo(path, 0600), 0);

	l = read_root(all, "sd252");
	assert_int_equal(l.files.len, 2);
	assert_int_equal(l.files.items[0].kind, NODE_OTHER);
	assert_int_equal(l.items.len, 1);
	boot_lines_done(&l);
}

static void only_lines_that_matter_stay(void **state)
{
	struct sysctld_want few = {.key = "vm.swappiness"};

	(void)state;
	scratch_file(scratch, "etc/sysctl.d/a.conf",
		     "kernel.panic = 1\n"
		     "net.core.somaxconn = 2\n"
		     "net.ipv4.conf.eth0/100.rp_filter = 3\n"
		     "net.ipv4.conf.*.rp_filter = 4\n"
		     "kernel.* = 5\n"
		     "vm.swappiness = 6\n"
		     "vm.s* = 7\n"
		     "net.core.somaxconn. = 8\n"
		     "-net.*.somaxconn\n");
	assert_read(few, "sd252",
		    "/etc/sysctl.d/a.conf:2:net/core/somaxconn=2 "
		    "/etc/sysctl.d/a.conf:3:net/ipv4/conf/eth0.100/rp_filter=3 "
		    "/etc/sysctl.d/a.conf:4:net/ipv4/conf/*/rp_filter=4 "
		    "/etc/sysctl.d/a.conf:6:vm/swappiness=6 /etc/sysctl.d/a.conf:7:vm/s*=7 "
		    "/etc/sysctl.d/a.conf:8:net/core/somaxconn=8 "
		    "/etc/sysctl.d/a.conf:9:net/*/somaxconn");
	assert_read(few, "pp402",
		    "/etc/sysctl.d/a.conf:2:net/core/somaxconn=2 "
		    "/etc/sysctl.d/a.conf:3:net/ipv4/conf/eth0.100/rp_filter=3 "
		    "/etc/sysctl.d/a.conf:4:net/ipv4/conf/*/rp_filter=4 "
		    "/etc/sysctl.d/a.conf:6:vm/swappiness=6 /etc/sysctl.d/a.conf:7:vm/s*=7 "
		    "/etc/sysctl.d/a.conf:9:net/*/somaxconn");
}

static void an_interface_comes_with_its_default(void **state)
{
	struct sysctld_want one = {.key = "net.ipv4.conf.eth0/100.bc_forwarding"};

	(void)state;
	scratch_file(scratch, "etc/sysctl.d/a.conf",
		     "net.ipv4.conf.default.bc_forwarding = 1\n"
		     "net.ipv4.conf.br0.bc_forwarding = 2\n"
		     "net.ipv4.conf.default.tag = 3\n"
		     "net.ipv4.conf.eth0/100.bc_forwarding = 4\n");
	assert_read(one, "sd252",
		    "/etc/sysctl.d/a.conf:1:net/ipv4/conf/default/bc_forwarding=1 "
		    "/etc/sysctl.d/a.conf:4:net/ipv4/conf/eth0.100/bc_forwarding=4");
}

static void a_mistake_and_a_long_line_cost_no_other_file(void **state)
{
	struct boot_lines l;
	size_t n = 0;
	char *bytes = long_line(2 * 1024 * 1024, &n);

	(void)state;
	scratch_file(scratch, "etc/sysctl.d/a.conf", "net.core.somaxconn\n");
	l = read_root(all, "sd252");
	assert_true(l.mistakes);
	assert_false(l.cut);
	boot_lines_done(&l);

	scratch_bytes(scratch, "etc/sysctl.d/a.conf", bytes, n);
	free(bytes);
	scratch_file(scratch, "etc/sysctl.d/b.conf", "g.h = 4\n");
	assert_read(all, "sd252", "/etc/sysctl.d/a.conf:1:a/b=1 /etc/sysctl.d/b.conf:1:g/h=4");
	l = read_root(all, "sd252");
	assert_true(l.cut);
	boot_lines_done(&l);
}

/* ---- settings ---- */

static void only_the_settings_in_question_are_looked_up(void **state)
{
	static const char *const wanted[] = {
		"net/core/somaxconn",
		"net/ipv4/conf/all/rp_filter",
		"net/ipv4/conf/default/rp_filter",
		"net/ipv4/conf/eth0.100/rp_filter",
	};
	struct boot_present p = {0};
	struct boot_lines l;
	int root = -1;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		char path[128];

		snprintf(path, sizeof(path), "proc/sys/%s", wanted[i]);
		scratch_file(scratch, path, "0\n");
	}
	scratch_file(scratch, "proc/sys/kernel/panic", "0\n");
	scratch_file(
		scratch, "etc/sysctl.d/a.conf",
		"net.ipv4.conf.default.rp_filter = 1\nnet.core.somaxconn = 2\nnet.core.no = 3\n");

	l = read_root(all, "sd252");
	assert_ok(root_open(scratch, &root, NULL));
	assert_ok(sysctld_present(root, &l, NULL, &p, NULL));
	close(root);

	assert_true(p.known);
	assert_int_equal(p.len, ARRAY_LEN(wanted));
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		assert_non_null(boot_present_find(&p, wanted[i]));
	assert_null(boot_present_find(&p, "net/core/no"));
	boot_present_done(&p);
	boot_lines_done(&l);
}

#define on_a_root(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reader_has_its_own_idea_of_a_line),
		cmocka_unit_test(the_text_of_a_line_is_where_its_words_are),
		cmocka_unit_test(a_line_of_1_mib_ends_the_file_for_systemd_only),
		on_a_root(names_decide_and_dot_files_are_for_procps),
		on_a_root(lib_is_read_by_old_readers_only),
		on_a_root(merged_usr_is_read_once),
		on_a_root(anything_of_the_same_name_masks),
		on_a_root(a_link_to_itself_masks_up_to_257),
		on_a_root(etc_sysctl_conf_is_last_for_procps),
		on_a_root(the_credential_comes_last),
		on_a_root(the_kernel_command_line_comes_first),
		on_a_root(what_is_no_file_is_never_opened),
		on_a_root(only_lines_that_matter_stay),
		on_a_root(an_interface_comes_with_its_default),
		on_a_root(a_mistake_and_a_long_line_cost_no_other_file),
		on_a_root(only_the_settings_in_question_are_looked_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
