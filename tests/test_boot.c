/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules of the boot prediction that one small tree shows best.  The
 * recorded cases are in test_boot_vectors.c.
 */
#include "check.h"

#include "advise/boot.h"
#include "base/root.h"
#include "base/text.h"
#include "model/key.h"
#include "model/release.h"
#include "model/value.h"
#include "read/sysctld.h"

#define SOMAXCONN "net/core/somaxconn"
#define CONF "net/ipv4/conf/"
#define RANGE "net/ipv4/ip_local_port_range"
#define START "net/ipv4/ip_unprivileged_port_start"

static char scratch[64];

static int make_root(void **state)
{
	static const char *const settings[] = {
		SOMAXCONN,
		"net/ipv4/ip_forward",
		"net/ipv4/tcp_congestion_control",
		"net/ipv4/tcp_fin_timeout",
		"net/ipv4/tcp_rmem",
		"net/ipv4/tcp_wmem",
		"net/ipv4/tcp_retries2",
		CONF "all/accept_redirects",
		CONF "all/forwarding",
		CONF "all/log_martians",
		CONF "br0/forwarding",
		CONF "br0/log_martians",
		CONF "default/log_martians",
		CONF "eth0.100/log_martians",
		CONF "lo/log_martians",
	};

	(void)state;
	scratch_make(scratch);
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		char path[128];

		snprintf(path, sizeof(path), "proc/sys/%s", settings[i]);
		scratch_file(scratch, path, "0\n");
	}
	scratch_file(scratch, "proc/sys/net/ipv4/tcp_available_congestion_control", "reno cubic\n");
	return 0;
}

static int remove_root(void **state)
{
	(void)state;
	scratch_remove(scratch);
	return 0;
}

static void conf(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "etc/sysctl.d/%s.conf", name);
	scratch_file(scratch, path, text);
}

struct outcome {
	struct boot_lines lines;
	struct boot_present present;
	struct boot boot;
};

static const struct host host = {
	.release = KERNEL(6, 18), .memory_bytes = 64ull << 30, .page_size = 4096, .cpus = 2};

static void predict_with(struct outcome *o, const char *reader, struct boot_options options)
{
	struct sysctld_want want = {
		.reader = reader_find(reader), .everything = true, .hidden = true};
	int root = -1;

	*o = (struct outcome){0};
	options.host = &host;
	assert_ok(root_open(scratch, &root, NULL));
	assert_ok(sysctld_read(tree_of(root), &want, &o->lines, NULL));
	assert_ok(sysctld_present(root, &o->lines, NULL, &o->present, NULL));
	assert_ok(boot_predict(&o->lines, &o->present, &options, &o->boot));
	close(root);
}

static void predict(struct outcome *o, const char *reader)
{
	predict_with(o, reader, (struct boot_options){0});
}

static void outcome_done(struct outcome *o)
{
	boot_done(&o->boot);
	boot_present_done(&o->present);
	boot_lines_done(&o->lines);
}

/* The key holds this text, from line `line` of the file of that base name; NULL: nothing sets it. */
static void assert_holds(const struct outcome *o, const char *path, const char *text,
			 const char *name, unsigned line)
{
	struct boot_outcome got = {0};
	bool set = boot_outcome(&o->boot, path, &got);
	const char *reader = o->lines.reader->name;

	if (!text) {
		if (set)
			fail_msg("%s: %s holds %s, should be left alone", reader, path, got.text);
		return;
	}
	if (!set || !text_equal(got.text, text))
		fail_msg("%s: %s holds %s, not %s", reader, path, set ? got.text : "(nothing)",
			 text);
	assert_has(got.file, name);
	assert_int_equal(got.line, line);
}

static void assert_exits(const struct outcome *o, int status)
{
	if (o->boot.exit_status != status)
		fail_msg("%s exits %d, not %d", o->lines.reader->name, o->boot.exit_status, status);
}

/* "a:1 overridden by b:1, b:1 wins" */
static void assert_story(const struct outcome *o, const char *path, const char *wanted)
{
	auto_text struct text t = {0};
	struct boot_story story = {0};

	assert_ok(boot_story(&o->boot, path, &story));
	text_add(&t, "");
	for (size_t i = 0; i < story.len; i++) {
		const struct line_fate *f = &story.items[i];
		const struct assignment *a = &o->lines.items.items[f->item], *by = NULL;

		if (f->by != NO_ITEM)
			by = &o->lines.items.items[f->by];
		text_addf(&t, "%s%s:%u %s", i ? ", " : "",
			  strrchr(o->lines.files.items[a->file].real, '/') + 1, a->line,
			  fate_name(f->fate));
		if (by && by != a)
			text_addf(&t, " by %s:%u",
				  strrchr(o->lines.files.items[by->file].real, '/') + 1, by->line);
	}
	if (!text_equal(t.str ? t.str : "", wanted))
		fail_msg("%s: story of %s is \"%s\", not \"%s\"", o->lines.reader->name, path,
			 t.str ? t.str : "", wanted);
	vec_done(&story);
}

/* ---- which line wins ---- */

static void every_line_has_its_fate(void **state)
{
	struct outcome o;

	(void)state;
	conf("10", "net.core.somaxconn = 1\n");
	conf("20", "net.core.somaxconn = 2\nnet.core.somaxconn = 2\n");
	conf("30", "net.core.somaxconn = 3\n");
	scratch_file(scratch, "usr/lib/sysctl.d/30.conf", "net.core.somaxconn = 4\n");
	scratch_file(scratch, "etc/sysctl.conf", "net.core.somaxconn = 5\n");

	predict(&o, "sd252");
	assert_holds(&o, SOMAXCONN, "3", "30.conf", 1);
	assert_story(&o, SOMAXCONN,
		     "10.conf:1 overridden by 20.conf:1, 20.conf:1 overridden by 30.conf:1, "
		     "20.conf:2 repeated by 20.conf:1, 30.conf:1 wins, 30.conf:1 masked, "
		     "sysctl.conf:1 not-read");
	outcome_done(&o);

	predict(&o, "pp402");
	assert_holds(&o, SOMAXCONN, "5", "sysctl.conf", 1);
	assert_story(
		&o, SOMAXCONN,
		"10.conf:1 overridden by sysctl.conf:1, 20.conf:1 overridden by sysctl.conf:1, "
		"20.conf:2 overridden by sysctl.conf:1, 30.conf:1 overridden by sysctl.conf:1, "
		"sysctl.conf:1 wins, 30.conf:1 masked");
	outcome_done(&o);
}

static void a_bad_last_line_costs_systemd_the_good_one(void **state)
{
	struct outcome o;

	(void)state;
	conf("10", "net.core.somaxconn = 1111\n");
	conf("20", "net.core.somaxconn = abc\n");

	predict(&o, "sd252");
	assert_holds(&o, SOMAXCONN, NULL, NULL, 0);
	assert_story(&o, SOMAXCONN, "10.conf:1 overridden by 20.conf:1, 20.conf:1 refused");
	assert_exits(&o, 1);
	outcome_done(&o);

	predict(&o, "pp402");
	assert_holds(&o, SOMAXCONN, "1111", "10.conf", 1);
	assert_story(&o, SOMAXCONN, "10.conf:1 wins, 20.conf:1 refused");
	assert_exits(&o, 1);
	outcome_done(&o);

	predict(&o, "pp3317");
	assert_exits(&o, 0);
	outcome_done(&o);
}

static void an_exclusion_takes_back_and_is_taken_back(void **state)
{
	struct outcome o;

	(void)state;
	conf("10", "net.core.somaxconn = 1\n-net.core.somaxconn\n"
		   "-net.ipv4.tcp_fin_timeout\nnet.ipv4.tcp_fin_timeout = 33\n");
	predict(&o, "sd252");
	assert_holds(&o, SOMAXCONN, NULL, NULL, 0);
	assert_story(&o, SOMAXCONN, "10.conf:1 excluded by 10.conf:2, 10.conf:2 exclusion");
	assert_holds(&o, "net/ipv4/tcp_fin_timeout", "33", "10.conf", 4);
	assert_story(&o, "net/ipv4/tcp_fin_timeout",
		     "10.conf:3 no-effect by 10.conf:4, 10.conf:4 wins");
	outcome_done(&o);

	predict(&o, "pp402");
	assert_holds(&o, SOMAXCONN, "1", "10.conf", 1);
	outcome_done(&o);
}

/* ---- globs ---- */

static void an_explicit_line_beats_a_glob_wherever_it_is(void **state)
{
	struct outcome o;

	(void)state;
	conf("10", "net.ipv4.conf.br0.log_martians = 2\n-net.ipv4.conf.all.log_martians\n");
	conf("20", "net.ipv4.conf.*.log_martians = 1\n");
	predict(&o, "sd257");
	assert_holds(&o, CONF "br0/log_martians", "2", "10.conf", 1);
	assert_holds(&o, CONF "all/log_martians", NULL, NULL, 0);
	assert_holds(&o, CONF "eth0.100/log_martians", "1", "20.conf", 1);
	assert_story(&o, CONF "br0/log_martians",
		     "10.conf:1 wins, 20.conf:1 shielded by 10.conf:1");
	assert_story(&o, CONF "all/log_martians",
		     "10.conf:2 exclusion, 20.conf:1 shielded by 10.conf:2");
	outcome_done(&o);
}

static void only_procps_4_0_7_excludes_by_glob(void **state)
{
	static const struct {
		const char *reader;
		size_t writes;
	} readers[] = {{"sd252", 5}, {"sd262", 5}, {"pp404", 5}, {"pp407", 3}};

	(void)state;
	conf("10", "net.ipv4.conf.*.log_martians = 1\n-net.*.[bd]*.log_martians\n");
	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		struct outcome o;

		predict(&o, readers[i].reader);
		assert_int_equal(o.boot.writes.len, readers[i].writes);
		assert_holds(&o, CONF "br0/log_martians", readers[i].writes == 5 ? "1" : NULL,
			     "10.conf", 1);
		assert_holds(&o, CONF "all/log_martians", "1", "10.conf", 1);
		outcome_done(&o);
	}
}

static void the_same_glob_is_cancelled_by_its_exclusion(void **state)
{
	struct outcome o;

	(void)state;
	conf("10", "net.ipv4.conf.*.log_martians = 1\n-net.ipv4.conf.*.log_martians\n");
	predict(&o, "sd252");
	assert_int_equal(o.boot.writes.len, 0);
	assert_story(&o, CONF "all/log_martians",
		     "10.conf:1 excluded by 10.conf:2, 10.conf:2 no-effect");
	outcome_done(&o);

	predict(&o, "pp404");
	assert_holds(&o, CONF "all/log_martians", "1", "10.conf", 1);
	outcome_done(&o);

	predict(&o, "pp407");
	assert_int_equal(o.boot.writes.len, 0);
	outcome_done(&o);
}

static void udev_runs_the_lines_of_one_interface_again(void **state)
{
	static const char *const br0[] = {CONF "br0", NULL}, *const wlan[] = {CONF "wlan9", NULL};
	static const char *const readers[] = {"sd247", "sd252"};

	(void)state;
	conf("10", "net.ipv4.conf.*.log_martians = 1\nnet.core.somaxconn = 2\n");
	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		struct outcome o;

		predict_with(&o, readers[i], (struct boot_options){.prefixes = br0});
		assert_int_equal(o.boot.writes.len, 1);
		assert_holds(&o, CONF "br0/log_martians", "1", "10.conf", 1);
		outcome_done(&o);
	}

	/* Not there yet: 252 tries the name it makes, 247 only what it finds. */
	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		struct outcome o;

		predict_with(&o, readers[i], (struct boot_options){.prefixes = wlan});
		assert_int_equal(o.boot.writes.len, i);
		if (i)
			assert_string_equal(o.boot.writes.items[0].key, CONF "wlan9/log_martians");
		assert_exits(&o, 0);
		outcome_done(&o);
	}

	conf("20", "net.ipv4.conf.br0.log_martians = 3\n");
	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		struct outcome o;

		predict_with(&o, readers[i], (struct boot_options){.prefixes = br0});
		assert_int_equal(o.boot.writes.len, 1);
		assert_holds(&o, CONF "br0/log_martians", "3", "20.conf", 1);
		outcome_done(&o);
	}
}

static void globs_expand_over_the_catalogue_where_nothing_runs(void **state)
{
	char path[80];
	struct outcome o;

	(void)state;
	snprintf(path, sizeof(path), "%s/proc", scratch);
	scratch_remove(path);
	conf("10", "net.ipv4.conf.*.rp_filter = 1\nnet.core.somax* = 2\n");
	predict(&o, "sd252");
	assert_false(o.present.known);
	assert_holds(&o, SOMAXCONN, "2", "10.conf", 2);
	assert_holds(&o, CONF "all/rp_filter", "1", "10.conf", 1);
	assert_holds(&o, CONF "default/rp_filter", "1", "10.conf", 1);
	outcome_done(&o);
}

/* ---- the kernel's part ---- */

static void dots_in_keys_are_refused_since_252(void **state)
{
	static const struct {
		const char *reader, *text;
		int status;
	} readers[] = {
		{"sd247", "7", 0}, {"sd252", NULL, 1}, {"sd262", NULL, 1},
		{"pp402", "7", 0}, {"pp3317", "7", 0},
	};
	static const char *const lines[] = {
		"net/ipv4/../core/somaxconn = 7\n",
		"net/../net/core/somax* = 7\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(readers) * ARRAY_LEN(lines); i++) {
		const char *reader = readers[i / 2].reader;
		bool no_globs = i % 2 && !reader_find(reader)->globs;
		struct outcome o;

		conf("10", lines[i % 2]);
		predict(&o, reader);
		assert_holds(&o, SOMAXCONN, no_globs ? NULL : readers[i / 2].text, "10.conf", 1);
		assert_exits(&o, readers[i / 2].status);
		outcome_done(&o);
	}
}

/* ENOTDIR and ENAMETOOLONG are errors to systemd, where ENOENT is a warning. */
static void a_key_that_can_never_be_fails_for_systemd(void **state)
{
	static const struct {
		const char *reader;
		int status;
	} readers[] = {{"sd247", 1}, {"sd252", 1}, {"sd262", 1}, {"pp402", 0}, {"pp3317", 0}};
	static char too_long[600];
	const char *const lines[] = {
		"net.core.somaxconn.x = 1\n",
		"net/core/somaxconn/a/b = 1\n",
		too_long,
	};
	struct outcome o;

	(void)state;
	snprintf(too_long, sizeof(too_long), "net.core.%0300d = 1\n", 0);
	for (size_t i = 0; i < ARRAY_LEN(readers) * ARRAY_LEN(lines); i++) {
		conf("10", lines[i / ARRAY_LEN(readers)]);
		predict(&o, readers[i % ARRAY_LEN(readers)].reader);
		assert_exits(&o, readers[i % ARRAY_LEN(readers)].status);
		outcome_done(&o);
	}

	conf("10", "-net.core.somaxconn.x = 1\nnet.core.nosuch.x = 1\n");
	predict(&o, "sd252");
	assert_exits(&o, 0);
	outcome_done(&o);
}

static void a_slash_is_another_key_than_none(void **state)
{
	struct outcome o;

	(void)state;
	conf("10", "/ = 1\n-\n");
	predict(&o, "sd252");
	assert_exits(&o, 1);
	outcome_done(&o);
	conf("10", "= 1\n-\n");
	predict(&o, "sd252");
	assert_exits(&o, 0);
	outcome_done(&o);
}

static void the_way_up_leads_through_directories_only(void **state)
{
	static const char *const lines[] = {
		"net/nowhere/../core/somaxconn = 7\n",
		"net/core/somaxconn/../somaxconn = 7\n",
		"net/nowhere/../core/somax* = 7\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct outcome o;

		conf("10", lines[i]);
		predict(&o, "pp402");
		assert_holds(&o, SOMAXCONN, NULL, NULL, 0);
		outcome_done(&o);
	}
}

static void procps_shields_what_is_spelled_the_same_only(void **state)
{
	struct outcome o;

	(void)state;
	conf("10", "net/core/somaxconn = 1\n");
	conf("20", "net//core/./soma* = 2\n");
	predict(&o, "pp402");
	assert_holds(&o, SOMAXCONN, "2", "20.conf", 1);
	outcome_done(&o);
	predict(&o, "sd252");
	assert_holds(&o, SOMAXCONN, "1", "10.conf", 1);
	outcome_done(&o);

	conf("10", "net//core/./somaxconn = 1\n");
	predict(&o, "pp402");
	assert_holds(&o, SOMAXCONN, "1", "10.conf", 1);
	outcome_done(&o);
}

static void a_refused_vector_keeps_the_numbers_before_the_error(void **state)
{
	struct outcome o;

	(void)state;
	conf("10", "net.ipv4.tcp_wmem = 4098 16385 # x\n");
	predict(&o, "sd252");
	assert_holds(&o, "net/ipv4/tcp_wmem", "4098 16385 4194304", "10.conf", 1);
	assert_story(&o, "net/ipv4/tcp_wmem", "10.conf:1 partly-refused");
	assert_exits(&o, 1);
	outcome_done(&o);
}

static void a_word_the_kernel_does_not_know_is_a_warning_to_systemd(void **state)
{
	static const struct {
		const char *reader;
		int status;
	} readers[] = {{"sd252", 0}, {"pp402", 1}, {"pp407", 1}, {"pp3317", 0}};
	struct outcome o;

	(void)state;
	conf("10", "net.ipv4.tcp_congestion_control = nosuch\n");
	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		predict(&o, readers[i].reader);
		assert_holds(&o, "net/ipv4/tcp_congestion_control", NULL, NULL, 0);
		assert_exits(&o, readers[i].status);
		outcome_done(&o);
	}

	/* Whichever way the line names the key. */
	conf("10", "net.ipv4.tcp_cong* = nosuch\n");
	predict(&o, "sd252");
	assert_holds(&o, "net/ipv4/tcp_congestion_control", NULL, NULL, 0);
	outcome_done(&o);
	conf("10", "net.ipv4.tcp_congestion_control = nosuch\n");

	/* A module that could be loaded is as good as one that is. */
	scratch_file(scratch, "proc/sys/kernel/osrelease", "6.18.0\n");
	scratch_file(scratch, "lib/modules/6.18.0/kernel/net/ipv4/tcp_nosuch.ko.xz", "");
	predict(&o, "sd252");
	assert_holds(&o, "net/ipv4/tcp_congestion_control", "nosuch", "10.conf", 1);
	outcome_done(&o);
}

static void what_may_not_be_written_stays(void **state)
{
	static const struct {
		const char *reader;
		int status;
	} readers[] = {{"sd252", 0}, {"pp404", 0}, {"pp407", 1}, {"pp3317", 0}};
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/proc/sys/net/core/somaxconn", scratch);
	assert_int_equal(chmod(path, 0444), 0);
	conf("10", "-net.core.somaxconn = 5\n");
	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		struct outcome o;

		predict(&o, readers[i].reader);
		assert_holds(&o, SOMAXCONN, NULL, NULL, 0);
		assert_exits(&o, readers[i].status);
		outcome_done(&o);
	}
}

static void an_absent_key_is_told_as_it_would_be(void **state)
{
	struct boot_outcome got = {0};
	struct outcome o;

	(void)state;
	conf("10", "net.netfilter.nf_conntrack_max = 5\n");
	predict(&o, "sd252");
	assert_true(boot_outcome(&o.boot, "net/netfilter/nf_conntrack_max", &got));
	assert_true(got.absent);
	assert_string_equal(got.text, "5");
	assert_story(&o, "net/netfilter/nf_conntrack_max", "10.conf:1 absent");
	assert_exits(&o, 0);
	outcome_done(&o);

	predict_with(&o, "sd252", (struct boot_options){.strict = true});
	assert_exits(&o, 1);
	outcome_done(&o);
}

static void the_default_reaches_interfaces_left_alone(void **state)
{
	static const char *const with_br0[] = {"lo", "br0", NULL};
	struct outcome o;

	(void)state;
	conf("10", "net.ipv4.conf.default.log_martians = 1\n");
	predict(&o, "sd252");
	assert_holds(&o, CONF "br0/log_martians", "1", "10.conf", 1);
	assert_holds(&o, CONF "lo/log_martians", NULL, NULL, 0);
	assert_holds(&o, CONF "all/log_martians", NULL, NULL, 0);
	assert_story(&o, CONF "br0/log_martians", "10.conf:1 side-effect");
	outcome_done(&o);

	predict_with(&o, "sd252", (struct boot_options){.addressed = with_br0});
	assert_holds(&o, CONF "br0/log_martians", NULL, NULL, 0);
	outcome_done(&o);
}

static void a_refused_write_shields_an_interface_from_the_default(void **state)
{
	struct outcome o;

	(void)state;
	conf("10", "net.ipv4.conf.br0.log_martians = x\nnet.ipv4.conf.default.log_martians = 1\n");
	for (size_t i = 0; i < reader_count(); i++) {
		predict(&o, reader_at(i)->name);
		assert_holds(&o, CONF "br0/log_martians", NULL, NULL, 0);
		assert_holds(&o, CONF "eth0.100/log_martians", "1", "10.conf", 2);
		outcome_done(&o);
	}
}

static void a_write_that_systemd_saves_shields_nothing(void **state)
{
	static const struct {
		const char *reader, *value, *br0;
	} cases[] = {
		{"sd247", "0", "0"}, {"sd252", "0", "1"}, {"sd257", "0", "1"},
		{"sd262", "0", "1"}, {"pp402", "0", "0"}, {"sd252", "00", "0"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct outcome o;
		char text[128];

		snprintf(text, sizeof(text),
			 "net.ipv4.conf.br0.log_martians = %s\n"
			 "net.ipv4.conf.default.log_martians = 1\n",
			 cases[i].value);
		conf("10", text);
		predict(&o, cases[i].reader);
		assert_holds(&o, CONF "br0/log_martians", cases[i].br0, "10.conf",
			     *cases[i].br0 == '0' ? 1 : 2);
		outcome_done(&o);
	}
}

static void some_defaults_are_for_later_interfaces_only(void **state)
{
	struct outcome o;

	(void)state;
	scratch_file(scratch, "proc/sys/" CONF "br0/route_localnet", "0\n");
	scratch_file(scratch, "proc/sys/" CONF "default/route_localnet", "0\n");
	conf("10", "net.ipv4.conf.default.route_localnet = 1\n");
	predict(&o, "sd252");
	assert_holds(&o, CONF "default/route_localnet", "1", "10.conf", 1);
	assert_holds(&o, CONF "br0/route_localnet", NULL, NULL, 0);
	outcome_done(&o);
}

static void the_port_range_stays_above_the_privileged_ports(void **state)
{
	static const struct {
		const char *text, *range, *start;
		int status;
	} cases[] = {
		{RANGE " = 1023 2000\n", NULL, NULL, 1},
		{RANGE " = 1023\n", NULL, NULL, 1},
		{RANGE " = 1024 2000\n", "1024 2000", NULL, 0},
		{START " = 32769\n", NULL, NULL, 1},
		{START " = 32768\n", NULL, "32768", 0},
		{START " = 80\n" RANGE " = 80 90\n", "80 90", "80", 0},
		{RANGE " = 80 90\n" START " = 80\n", NULL, "80", 1},
		{RANGE " = 5000 6000\n" START " = 5001\n", "5000 6000", NULL, 1},
	};

	(void)state;
	scratch_file(scratch, "proc/sys/" RANGE, "32768\t60999\n");
	scratch_file(scratch, "proc/sys/" START, "1024\n");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct outcome o;
		bool second = cases[i].range && cases[i].start;

		conf("10", cases[i].text);
		predict(&o, "sd252");
		assert_holds(&o, RANGE, cases[i].range, "10.conf", second ? 2 : 1);
		assert_holds(&o, START, cases[i].start, "10.conf", i == 6 ? 2 : 1);
		assert_exits(&o, cases[i].status);
		outcome_done(&o);
	}
}

static void forwarding_is_one_switch_and_resets_redirects(void **state)
{
	struct outcome o;

	(void)state;
	conf("10", "net.ipv4.conf.all.accept_redirects = 1\nnet.ipv4.ip_forward = 1\n");
	predict(&o, "sd252");
	assert_holds(&o, CONF "all/accept_redirects", "0", "10.conf", 2);
	assert_holds(&o, CONF "all/forwarding", "1", "10.conf", 2);
	assert_holds(&o, CONF "br0/forwarding", "1", "10.conf", 2);
	assert_story(&o, CONF "all/accept_redirects",
		     "10.conf:1 overridden by 10.conf:2, 10.conf:2 side-effect");
	outcome_done(&o);

	conf("10", "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.accept_redirects = 1\n");
	predict(&o, "sd252");
	assert_holds(&o, CONF "all/accept_redirects", "1", "10.conf", 2);
	outcome_done(&o);

	/* Off as it was: nothing is switched, so nothing else moves. */
	conf("10", "net.ipv4.conf.all.accept_redirects = 0\nnet.ipv4.ip_forward = 0\n");
	predict(&o, "sd252");
	assert_holds(&o, CONF "all/accept_redirects", "0", "10.conf", 1);
	outcome_done(&o);

	/* The default of forwarding is for later interfaces only. */
	scratch_file(scratch, "proc/sys/" CONF "default/forwarding", "0\n");
	conf("10", "net.ipv4.conf.default.forwarding = 1\n");
	predict(&o, "sd252");
	assert_holds(&o, CONF "br0/forwarding", NULL, NULL, 0);
	outcome_done(&o);
}

static void the_kernel_command_line_is_overridden_by_files(void **state)
{
	struct boot_outcome got = {0};
	struct outcome o;

	(void)state;
	scratch_file(scratch, "proc/cmdline",
		     "sysctl.net.core.somaxconn=5 sysctl.net.ipv4.tcp_fin_timeout=6\n");
	conf("10", "net.core.somaxconn = 7\n");
	predict(&o, "sd252");
	assert_holds(&o, SOMAXCONN, "7", "10.conf", 1);
	assert_story(&o, SOMAXCONN, "cmdline:1 overridden by 10.conf:1, 10.conf:1 wins");
	assert_true(boot_outcome(&o.boot, "net/ipv4/tcp_fin_timeout", &got));
	assert_true(got.cmdline);
	assert_string_equal(got.text, "6");
	outcome_done(&o);
}

static void traps_are_passed_on(void **state)
{
	struct boot_outcome got = {0};
	struct outcome o;

	(void)state;
	conf("10", "net.core.somaxconn = 010\n");
	predict(&o, "sd252");
	assert_true(boot_outcome(&o.boot, SOMAXCONN, &got));
	assert_string_equal(got.text, "8");
	assert_true(got.traps & TRAP_OCTAL);
	outcome_done(&o);
}

/* ---- exit status ---- */

static void a_minus_on_either_of_two_equal_lines_counts(void **state)
{
	static const struct {
		const char *reader;
		int status;
	} readers[] = {{"sd252", 0}, {"pp404", 1}, {"pp407", 1}};

	(void)state;
	conf("10", "net.core.somaxconn = abc\n-net.core.somaxconn = abc\n");
	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		struct outcome o;

		predict(&o, readers[i].reader);
		assert_exits(&o, readers[i].status);
		outcome_done(&o);
	}
}

static void files_that_cannot_be_read_are_told_in_the_status(void **state)
{
	static const struct {
		const char *target; /* NULL: a directory */
		int sd252, sd262, pp402, pp3317;
	} files[] = {
		{"a.conf", 1, 0, 1, 255},
		{"nowhere", 0, 0, 1, 255},
		{"/dev/null", 0, 0, 0, 0},
		{NULL, 1, 1, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		const char *names[] = {"sd252", "sd262", "pp402", "pp3317"};
		const int wanted[] = {files[i].sd252, files[i].sd262, files[i].pp402,
				      files[i].pp3317};
		char path[128];

		conf("zz", "net.core.somaxconn = 1\n");
		snprintf(path, sizeof(path), "%s/etc/sysctl.d/a.conf", scratch);
		if (files[i].target)
			assert_int_equal(symlink(files[i].target, path), 0);
		else
			conf("a.conf/x", "");

		for (size_t n = 0; n < ARRAY_LEN(names); n++) {
			struct outcome o;

			predict(&o, names[n]);
			assert_exits(&o, wanted[n]);
			assert_holds(&o, SOMAXCONN, "1", "zz.conf", 1);
			outcome_done(&o);
		}
		scratch_remove(scratch);
		make_root(state);
	}
}

#define on_a_root(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)

/* It exists now, but not when the line is read; a module loaded by then brings it. */
static void a_line_before_its_module_is_lost(void **state)
{
	static const char path[] = "net/netfilter/nf_conntrack_max";
	char *loaded[] = {(char[]){"nf_conntrack"}};
	const struct strings none = {0}, some = {.items = loaded, .len = 1};
	struct outcome o;

	(void)state;
	scratch_file(scratch, "proc/sys/net/netfilter/nf_conntrack_max", "262144\n");
	conf("50", "net.netfilter.nf_conntrack_max = 1048576\n");

	predict_with(&o, "sd252", (struct boot_options){.modules = &none});
	assert_holds(&o, path, NULL, NULL, 0);
	assert_story(&o, path, "50.conf:1 module-not-loaded");
	assert_exits(&o, 0);
	outcome_done(&o);

	predict_with(&o, "sd252", (struct boot_options){.modules = &none, .strict = true});
	assert_exits(&o, 1);
	outcome_done(&o);

	predict_with(&o, "sd252", (struct boot_options){.modules = &some});
	assert_holds(&o, path, "1048576", "50.conf", 1);
	outcome_done(&o);

	predict(&o, "sd252");
	assert_holds(&o, path, "1048576", "50.conf", 1);
	outcome_done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_a_root(every_line_has_its_fate),
		on_a_root(a_bad_last_line_costs_systemd_the_good_one),
		on_a_root(an_exclusion_takes_back_and_is_taken_back),
		on_a_root(an_explicit_line_beats_a_glob_wherever_it_is),
		on_a_root(only_procps_4_0_7_excludes_by_glob),
		on_a_root(the_same_glob_is_cancelled_by_its_exclusion),
		on_a_root(udev_runs_the_lines_of_one_interface_again),
		on_a_root(globs_expand_over_the_catalogue_where_nothing_runs),
		on_a_root(dots_in_keys_are_refused_since_252),
		on_a_root(a_key_that_can_never_be_fails_for_systemd),
		on_a_root(a_slash_is_another_key_than_none),
		on_a_root(the_way_up_leads_through_directories_only),
		on_a_root(procps_shields_what_is_spelled_the_same_only),
		on_a_root(a_refused_vector_keeps_the_numbers_before_the_error),
		on_a_root(a_word_the_kernel_does_not_know_is_a_warning_to_systemd),
		on_a_root(what_may_not_be_written_stays),
		on_a_root(an_absent_key_is_told_as_it_would_be),
		on_a_root(the_default_reaches_interfaces_left_alone),
		on_a_root(a_refused_write_shields_an_interface_from_the_default),
		on_a_root(a_write_that_systemd_saves_shields_nothing),
		on_a_root(some_defaults_are_for_later_interfaces_only),
		on_a_root(the_port_range_stays_above_the_privileged_ports),
		on_a_root(forwarding_is_one_switch_and_resets_redirects),
		on_a_root(the_kernel_command_line_is_overridden_by_files),
		on_a_root(traps_are_passed_on),
		on_a_root(a_line_before_its_module_is_lost),
		on_a_root(a_minus_on_either_of_two_equal_lines_counts),
		on_a_root(files_that_cannot_be_read_are_told_in_the_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
