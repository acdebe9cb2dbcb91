/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "advise/diagnose.h"
#include "advise/lint.h"
#include "base/root.h"
#include "base/text.h"
#include "read/modules.h"
#include "read/sysctl.h"
#include "read/sysctld.h"

/* Rows say what differs from nothing. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define OURS "90-tcptune.conf"

static char scratch[64];

/* What one look at the scratch root comes to. */
struct look {
	struct boot_lines lines;
	struct boot_present present;
	struct boot boot;
	struct snapshot now;
	struct strings modules;
	struct lint_list lint;
};

static void look_done(struct look *l)
{
	lint_list_done(&l->lint);
	strings_done(&l->modules);
	boot_done(&l->boot);
	boot_present_done(&l->present);
	boot_lines_done(&l->lines);
	snapshot_done(&l->now);
}

static void look(struct look *l, const char *reader, unsigned release)
{
	const struct sysctld_want want = {
		.reader = reader_find(reader), .hidden = true, .strays = true};
	struct boot_options options = {.host = &l->now.host};
	const struct lint_facts facts = {
		.boot = &l->boot, .now = &l->now, .modules = &l->modules, .ours = OURS};
	auto_close int root = -1, proc_sys = -1;

	assert_ok(root_open(scratch, &root, NULL));
	proc_sys = root_openat(root, "proc/sys", O_RDONLY | O_DIRECTORY);
	l->now.host.release = release;
	l->now.host.kernel = strdup("");
	l->now.host.systemd = true;
	l->now.host.online = proc_sys >= 0;
	assert_ok(sysctl_read_all(proc_sys, &l->now.host, &l->now.readings, NULL));
	assert_ok(sysctld_read(tree_of(root), &want, &l->lines, NULL));
	assert_ok(sysctld_present(root, &l->lines, NULL, &l->present, NULL));
	assert_ok(modules_at_boot(tree_of(root), &l->now.host, &l->modules, NULL));
	options.modules = &l->modules;
	assert_ok(boot_predict(&l->lines, &l->present, &options, &l->boot));
	assert_ok(lint_boot(&facts, &l->lint));
}

enum { NOTHING = LINT_COUNT };

/* One line in one file, and the one thing that is wrong with it. */
static const struct line_case {
	const char *line;
	unsigned id;
	const char *wrong; /* a part of what is said */
	unsigned release;  /* 0: KERNEL(6, 8) */
	const char *reader;
	bool offline;
} lines[] = {
	/* near misses first */
	{"net.core.somaxconn = 4096", NOTHING},
	{"net/core/somaxconn=4096", NOTHING},
	{"# net.ipv4.tcp_tw_recycle = 1", NOTHING},
	{"net.ipv4.tcp_rmem = 4096\t131072   6291456", NOTHING},
	{"net.ipv4.ip_local_reserved_ports = 8082,8080,8081", NOTHING},
	{"net.ipv4.ip_local_port_range = 10240 65535", NOTHING},
	{"net.ipv4.conf.all.rp_filter = 2", NOTHING},
	{"net.ipv4.conf.eth0/100.rp_filter = 1", NOTHING},
	{"net/ipv4/conf/eth0.100/rp_filter = 1", NOTHING},
	{"net.ipv4.conf.*.rp_filter = 2", NOTHING},
	{"-net.ipv4.conf.all.rp_filter", NOTHING},
	{"kernel.sysrq = 438", NOTHING},
	{"kernel.nonsense = 010 # x", NOTHING},
	{"fs.protected_symlinks = 1", NOTHING},
	{"net.ipv4.udp_mem = 1 2 3", NOTHING},
	{"net.ipv4.udp_mem = 1 2 3", NOTHING, .offline = true},
	{"net.ipv4.conf.all.bc_forwarding = 0", NOTHING, .offline = true},
	{"net.ipv4.icmp_echo_ignore_broadcasts = 1", NOTHING, .offline = true},
	{"fs.nr_open = 1048576", NOTHING},
	{"net.ipv4.tcp_fin_timeout = 30", NOTHING},
	{"net.ipv4.tcp_syncookies = 1", NOTHING},
	{"net.ipv4.tcp_max_tw_buckets = 262144", NOTHING},
	{"net.core.default_qdisc = fq", NOTHING},
	{"net.ipv4.tcp_congestion_control = cubic", NOTHING},
	{"-net.netfilter.nf_conntrack_max = 262144", NOTHING},
	{"; a comment = 1", NOTHING, .reader = "sd257"},
	{"-net.bridge.bridge-nf-call-iptables = 1", NOTHING},
	{"net.netfilter.nf_log.2 = nf_log_ipv4", NOTHING},

	{"net.bridge.bridge-nf-call-iptables = 1", LINT_MODULE, "br_netfilter"},
	{"net.bridge.bridge-nf-call-iptables = 1", LINT_MODULE, "br_netfilter", .offline = true},
	{"net/nf_conntrack_max = 262144", LINT_MODULE, "nf_conntrack", .offline = true},

	{"net.ipv4.tcp_invalid_ratelimit = 500", NOTHING, .offline = true},
	{"net.ipv4.tcp_invalid_ratelimit = 500", NOTHING},
	{"net.ipv4.tcp_invalid_ratelimit = 333", LINT_ROUNDED, "here it reads 336"},
	{"net.ipv4.tcp_invalid_ratelimit = 333", LINT_ROUNDED, "ticks", .offline = true},
	{"net.ipv6.neigh.eth0.retrans_time_ms = 333", LINT_ROUNDED, "ticks", .offline = true},
	{"net.ipv4.tcp_rto_max_ms = 60001", NOTHING, .offline = true, .release = KERNEL(6, 18)},

	{"net.ipv4.tcp_tw_recycle = 1", LINT_REMOVED, "removed in Linux 4.12"},
	{"net.ipv4.tcp_tw_recycle = 0", LINT_REMOVED, "4.12"},
	{"-net.ipv4.tcp_tw_recycle = 1", LINT_REMOVED, "4.12"},
	{"net.ipv4.tcp_tw_recycle = 1", LINT_RECIPE, "NAT", KERNEL(3, 10)},
	{"net.ipv4.tcp_tw_recycle = 0", NOTHING, NULL, KERNEL(3, 10)},
	{"net.ipv4.tcp_adv_win_scale = 1", LINT_DEAD, "6.6"},
	{"net.ipv4.tcp_adv_win_scale = 1", NOTHING, NULL, KERNEL(5, 10)},
	{"net.ipv4.tcp_fack = 1", LINT_DEAD, "4.15"},
	{"net.ipv4.tcp_low_latency = 1", LINT_DEAD, "4.14"},
	{"net.ipv4.tcp_tw_reuse_delay = 1000", LINT_TOO_NEW, "6.14"},
	{"-net.ipv4.tcp_tw_reuse_delay = 1000", NOTHING},
	{"net.ipv4.tcp_tw_reuse_delay = 1000", NOTHING, NULL, KERNEL(6, 18)},
	{"net.ipv4.tcp_fin_timout = 30", LINT_MISSPELT, "net.ipv4.tcp_fin_timeout"},
	{"net.ipv4.tcp_keepalive_tme = 30", LINT_MISSPELT, "tcp_keepalive_time", .offline = true},
	{"net.core.somaxcon = 30", LINT_MISSPELT, "net.core.somaxconn", .offline = true},
	{"net.ipv4.tcp_fastopen_key = 1", NOTHING},
	{"net.ipv4.conf.eth0.100.rp_filter = 1", LINT_INTERFACE,
	 "net.ipv4.conf.eth0/100.rp_filter"},
	{"/proc/sys/net/core/somaxconn = 1", LINT_NOT_A_KEY, "/proc/sys/"},
	{"sysctl -w net.core.somaxconn=1", LINT_NOT_A_KEY, "command"},
	{"net.core.somaxconn 4096 = x", LINT_NOT_A_KEY, "blanks"},
	{"\xef\xbb\xbfnet.core.somaxconn = 4096", LINT_NOT_A_KEY, "byte order mark"},
	{"net.core.somaxconn 4096", LINT_NOT_AN_ASSIGNMENT, "'='"},
	{"; net.core.somaxconn = 4096", LINT_SEMICOLON, "';'", .reader = "sd262"},
	{"; text", LINT_SEMICOLON, "';'", .reader = "sd262"},
	{"net.ipv4.tcp_available_congestion_control = x", LINT_NOT_WRITABLE, "only shows"},
	{"net.netfilter.nf_hooks_lwtunnel = 1", LINT_NOT_WRITABLE, ""},
	{"net.netfilter.nf_conntrack_max = 262144", LINT_MODULE,
	 "/etc/modules-load.d/nf_conntrack"},
	{"net.core.somaxconn = \"4096\"", LINT_QUOTED, ""},
	{"net.ipv4.tcp_congestion_control = 'bbr'", LINT_QUOTED, ""},
	{"net.core.somaxconn = 4096 # more", LINT_COMMENT, ""},
	{"net.ipv4.tcp_congestion_control = cubic # best", LINT_COMMENT, ""},
	{"net.ipv4.tcp_congestion_control = nosuch", LINT_REFUSED, "nothing of that name"},
	{"net.core.somaxconn = 64k", LINT_REFUSED, ""},
	{"net.ipv4.ip_local_port_range = 60000 1024", LINT_REFUSED, ""},
	{"net.ipv4.tcp_syncookies = 300", LINT_REFUSED, ""},
	{"net.ipv4.tcp_rmem = 4096 131072 x", LINT_PARTIAL, ""},
	{"net.core.somaxconn = 010000", LINT_OCTAL, "octal: 4096"},
	{"net.core.somaxconn = 0x1000", LINT_HEX, ""},
	{"net.ipv4.tcp_rmem = 4096", LINT_SHORT, "3 numbers (min default max)"},
	{"net.core.somaxconn = 4096 8192", LINT_TRAILING, "1 number"},
	{"fs.nr_open = 1024", LINT_INSANE, ""},
	{"net.ipv4.tcp_max_tw_buckets = 5000", LINT_RECIPE, "TIME_WAIT"},
	{"net.ipv4.tcp_fin_timeout = 1", LINT_RECIPE, "slow clients"},
	{"net.ipv4.tcp_syn_retries = 1", LINT_RECIPE, "lost packets"},
	{"net.core.rmem_default = 8388608", LINT_RECIPE, "UDP"},
	{"net.core.rmem_default = 8388607", NOTHING},
	{"net.ipv4.tcp_sack = 0", LINT_RECIPE, ""},
	{"net.ipv4.tcp_syncookies = 2", LINT_RECIPE, "tests"},
	{"net.ipv4.tcp_fin_timeout = 62", LINT_INSANE, ""},
	{"net.ipv4.tcp_rmem = 9999999 8 7", LINT_INSANE, ""},
	{"net.core.somaxconn = 1", LINT_INSANE, ""},
};

/* A running layer with the keys that cases rely on. */
static void make_running_layer(void)
{
	static const struct {
		const char *path, *text;
	} settings[] = {
		{"net/core/somaxconn", "4096"},
		{"net/core/default_qdisc", "fq_codel"},
		{"net/ipv4/tcp_invalid_ratelimit", "336"},
		{"net/core/rmem_default", "212992"},
		{"net/core/netdev_max_backlog", "1000"},
		{"net/ipv4/udp_mem", "1 2 3"},
		{"net/ipv4/tcp_rmem", "4096\t131072\t6291456"},
		{"net/ipv4/tcp_congestion_control", "cubic"},
		{"net/ipv4/tcp_available_congestion_control", "reno cubic"},
		{"net/ipv4/conf/all/rp_filter", "0"},
		{"net/ipv4/conf/eth0.100/rp_filter", "0"},
		{"fs/nr_open", "1048576"},
		{"fs/protected_symlinks", "1"},
	};

	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		char path[128];

		snprintf(path, sizeof(path), "proc/sys/%s", settings[i].path);
		scratch_file(scratch, path, settings[i].text);
	}
}

static void check_line(size_t i, const struct line_case *c)
{
	auto_call(look_done) struct look l = {0};

	scratch_make(scratch);
	scratch_file(scratch, "etc/sysctl.d/50.conf", c->line);
	if (!c->offline)
		make_running_layer();
	look(&l, c->reader ? c->reader : "sd252", c->release ? c->release : KERNEL(6, 8));
	scratch_remove(scratch);

	if (l.lint.len != (c->id != NOTHING))
		fail_msg("case %zu, %s: %zu things are wrong, first %s: %s", i, c->line, l.lint.len,
			 l.lint.len ? lint_kind(l.lint.items[0].id)->id : "",
			 l.lint.len ? l.lint.items[0].wrong : "");
	if (c->id == NOTHING)
		return;
	if (l.lint.items[0].id != c->id)
		fail_msg("case %zu, %s: %s", i, c->line, lint_kind(l.lint.items[0].id)->id);
	assert_string_equal(l.lint.items[0].file, "/etc/sysctl.d/50.conf");
	assert_int_equal(l.lint.items[0].line, 1);
	assert_has(l.lint.items[0].wrong, c->wrong ? c->wrong : "");
	assert_ptr_equal(lint_find(&l.lint, "/etc/sysctl.d/50.conf", 1), &l.lint.items[0]);
}

static void each_line_has_its_one_fault(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		check_line(i, &lines[i]);
}

static const struct lint *only(const struct look *l, enum lint_id id)
{
	if (l->lint.len != 1 || l->lint.items[0].id != id)
		fail_msg("%zu, first %s: %s", l->lint.len,
			 l->lint.len ? lint_kind(l->lint.items[0].id)->id : "",
			 l->lint.len ? l->lint.items[0].wrong : "");
	return &l->lint.items[0];
}

static void lines_that_contradict_are_found(void **state)
{
	auto_call(look_done) struct look l = {0};
	const struct lint *got;

	scratch_make(scratch);
	scratch_file(scratch, "etc/sysctl.d/10.conf", "\nnet.core.somaxconn = 4096\n");
	scratch_file(scratch, "etc/sysctl.d/20.conf", "net/core/somaxconn = 8192\n");
	/* the vendor's line is there to be overridden, and equal values do not contradict */
	scratch_file(scratch, "usr/lib/sysctl.d/05.conf",
		     "net.core.somaxconn = 128\nnet.ipv4.tcp_rmem = 4096 131072 6291456\n");
	scratch_file(scratch, "etc/sysctl.d/30.conf",
		     "net.ipv4.tcp_rmem = 4096 131072 6291456\n"
		     "net.ipv4.tcp_rmem = 4096\t131072\t6291456\n");
	look(&l, "sd252", KERNEL(6, 8));
	scratch_remove(scratch);

	got = only(&l, LINT_CONTRADICTION);
	assert_string_equal(got->file, "/etc/sysctl.d/10.conf");
	assert_int_equal(got->line, 2);
	assert_has(got->wrong, "/etc/sysctl.d/20.conf:1 sets 8192");
}

static void our_own_line_that_loses_is_told_apart(void **state)
{
	auto_call(look_done) struct look l = {0};

	scratch_make(scratch);
	scratch_file(scratch, "etc/sysctl.d/" OURS, "net.core.somaxconn = 4096\n");
	scratch_file(scratch, "usr/lib/sysctl.d/99-x.conf", "net.core.somaxconn = 8192\n");
	look(&l, "sd252", KERNEL(6, 8));
	scratch_remove(scratch);
	assert_has(only(&l, LINT_OURS_OVERRIDDEN)->wrong, "/usr/lib/sysctl.d/99-x.conf:1");
}

static void what_a_later_line_replaces_does_no_harm(void **state)
{
	auto_call(look_done) struct look l = {0};

	scratch_make(scratch);
	scratch_file(scratch, "usr/lib/sysctl.d/10.conf", "net.core.somaxconn = 1\n");
	scratch_file(scratch, "etc/sysctl.d/20.conf", "net.core.somaxconn = 4096\n");
	look(&l, "sd252", KERNEL(6, 8));
	scratch_remove(scratch);
	assert_int_equal(l.lint.len, 0);
}

static void a_small_limit_is_right_on_a_small_host(void **state)
{
	auto_call(look_done) struct look l = {.now.host.ehash_entries = 8192};

	scratch_make(scratch);
	scratch_file(scratch, "etc/sysctl.d/10.conf", "net.ipv4.tcp_max_tw_buckets = 5000\n");
	look(&l, "sd252", KERNEL(6, 8));
	scratch_remove(scratch);
	assert_int_equal(l.lint.len, 0);
}

static void values_that_are_bad_together_are_found(void **state)
{
	auto_call(look_done) struct look l = {0};

	scratch_make(scratch);
	scratch_file(scratch, "etc/sysctl.d/10.conf",
		     "net.ipv4.tcp_tw_reuse = 1\nnet.ipv4.tcp_timestamps = 0\n");
	look(&l, "sd252", KERNEL(6, 8));
	scratch_remove(scratch);
	assert_int_equal(only(&l, LINT_RECIPE)->line, 2);
}

static void files_nobody_reads_are_found(void **state)
{
	auto_call(look_done) struct look l = {0};

	scratch_make(scratch);
	scratch_file(scratch, "etc/sysctl.conf", "net.core.somaxconn = 4096\nkernel.x = 1\n");
	look(&l, "sd257", KERNEL(6, 8));
	assert_has(only(&l, LINT_NOT_READ)->wrong, "1 setting in it does nothing");
	scratch_remove(scratch);
}

static void debians_link_makes_sysctl_conf_read(void **state)
{
	auto_call(look_done) struct look l = {0};
	char path[128];

	scratch_make(scratch);
	scratch_file(scratch, "etc/sysctl.conf", "net.core.somaxconn = 4096\n");
	scratch_file(scratch, "etc/sysctl.d/README.sysctl", "x\n");
	snprintf(path, sizeof(path), "%s/etc/sysctl.d/99-sysctl.conf", scratch);
	assert_int_equal(symlink("../sysctl.conf", path), 0);
	look(&l, "sd252", KERNEL(6, 8));
	scratch_remove(scratch);
	assert_int_equal(l.lint.len, 0);
}

/* What upgrading Debian 12 to 13 leaves of a changed /etc/sysctl.conf. */
static void an_upgraded_debian_shows_what_it_lost(void **state)
{
	auto_call(look_done) struct look l = {0};
	auto_call(findings_done) struct findings findings = {0};
	char path[128];

	scratch_make(scratch);
	scratch_file(scratch, "etc/sysctl.conf.dpkg-bak", "net.core.somaxconn = 4096\n");
	scratch_file(scratch, "etc/sysctl.d/README.sysctl", "x\n");
	snprintf(path, sizeof(path), "%s/etc/sysctl.d/99-sysctl.conf", scratch);
	assert_int_equal(symlink("../sysctl.conf", path), 0);
	look(&l, "sd257", KERNEL(6, 8));
	scratch_remove(scratch);

	assert_ok(lint_findings(&l.lint, &findings));
	assert_int_equal(findings.len, 2);
	assert_string_equal(findings.items[0].id, "sysctl-file-not-read");
	assert_has(findings.items[0].evidence.items[0], "/etc/sysctl.conf.dpkg-bak: 1 setting");
	assert_string_equal(findings.items[1].id, "sysctl-link-dangling");
	assert_has(findings.items[1].evidence.items[0], "/etc/sysctl.conf is gone");
}

static void a_fifo_is_told_and_never_opened(void **state)
{
	auto_call(look_done) struct look l = {0};
	char path[128];

	scratch_make(scratch);
	scratch_file(scratch, "etc/sysctl.d/README", "");
	snprintf(path, sizeof(path), "%s/etc/sysctl.d/50.conf", scratch);
	assert_int_equal(mkfifo(path, 0644), 0);
	look(&l, "sd252", KERNEL(6, 8));
	scratch_remove(scratch);
	assert_string_equal(only(&l, LINT_HANGS)->file, "/etc/sysctl.d/50.conf");
}

static void a_module_that_is_loaded_or_built_in_is_no_fault(void **state)
{
	static const char *const places[][2] = {
		{"etc/modules-load.d/x.conf", "# c\nnf-conntrack\n"},
		{"usr/lib/modules-load.d/x.conf", "nf_conntrack"},
		{"etc/modules", "lp\nnf_conntrack hashsize=5\n"},
		{"proc/cmdline", "ro modules_load=a,nf_conntrack quiet\n"},
		{"sys/module/nf_conntrack/parameters/x", ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		auto_call(look_done) struct look l = {0};

		scratch_make(scratch);
		scratch_file(scratch, "etc/sysctl.d/1.conf",
			     "net.netfilter.nf_conntrack_max = 262144\n");
		scratch_file(scratch, places[i][0], places[i][1]);
		look(&l, "sd252", KERNEL(6, 8));
		scratch_remove(scratch);
		if (l.lint.len)
			fail_msg("%s: %s", places[i][0], l.lint.items[0].wrong);
	}
}

static void a_module_loaded_later_is_a_fault(void **state)
{
	auto_call(look_done) struct look l = {0};

	scratch_make(scratch);
	scratch_file(scratch, "etc/sysctl.d/1.conf", "net.netfilter.nf_conntrack_max = 262144\n");
	scratch_file(scratch, "sys/module/nf_conntrack/initstate", "live\n");
	scratch_file(scratch, "etc/modules-load.d/x.conf", "#nf_conntrack\nnf_conntrack_ftp\n");
	look(&l, "sd252", KERNEL(6, 8));
	scratch_remove(scratch);
	only(&l, LINT_MODULE);
}

static void faults_beyond_the_kept_are_counted(void **state)
{
	auto_call(look_done) struct look l = {0};
	auto_call(findings_done) struct findings findings = {0};
	auto_text struct text t = {0};
	char dir[64];

	for (int i = 0; i < 3000; i++)
		text_add(&t, "net.ipv4.tcp_tw_recycle = 1\nnet.core.somaxcon = 1\n");
	assert_false(t.failed);
	scratch_file(scratch_make(dir), "etc/sysctl.d/1.conf", t.str);
	strcpy(scratch, dir);
	look(&l, "sd252", KERNEL(6, 8));
	scratch_remove(scratch);

	assert_int_equal(l.lint.kept[LINT_REMOVED], LINT_KEPT_MAX);
	assert_int_equal(l.lint.more[LINT_REMOVED], 3000 - LINT_KEPT_MAX);
	assert_int_equal(l.lint.more[LINT_MISSPELT], STRAYS_MAX - LINT_KEPT_MAX);
	assert_int_equal(l.lines.strays_more, 3000 - STRAYS_MAX);
	assert_ok(lint_findings(&l.lint, &findings));
	assert_int_equal(findings.len, 2);
	assert_has(findings.items[0].summary, "3000 lines");
	assert_string_equal(finding_new_key(&findings.items[0], 0), "net.ipv4.tcp_tw_recycle");
	assert_null(finding_new_key(&findings.items[0], 1));
	assert_int_equal(findings.items[0].evidence.len, LINT_KEPT_MAX + 1);
	assert_has(findings.items[0].evidence.items[LINT_KEPT_MAX], "and 2980 more");
}

static void masked_files_are_left_alone(void **state)
{
	auto_call(look_done) struct look l = {0};

	scratch_make(scratch);
	scratch_file(scratch, "usr/lib/sysctl.d/1.conf", "net.ipv4.tcp_tw_recycle = 1\nx\n");
	scratch_file(scratch, "etc/sysctl.d/1.conf", "");
	look(&l, "sd252", KERNEL(6, 8));
	scratch_remove(scratch);
	assert_int_equal(l.lint.len, 0);
}

static void every_kind_has_its_words(void **state)
{
	for (enum lint_id id = 0; id < LINT_COUNT; id++) {
		const struct lint_kind *k = lint_kind(id);
		size_t n = k->id ? strlen(k->id) : 0;

		if (!n || strspn(k->id, "abcdefghijklmnopqrstuvwxyz-") != n || rule_known(k->id))
			fail_msg("kind %d has no name of its own", (int)id);
		assert_has(k->many, "{n}");
		assert_true(text_ends(k->one, ".") && text_ends(k->many, ".") &&
			    text_ends(k->remedy, "."));
		for (enum lint_id other = 0; other < id; other++)
			assert_string_not_equal(k->id, lint_kind(other)->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_has_its_one_fault),
		cmocka_unit_test(lines_that_contradict_are_found),
		cmocka_unit_test(our_own_line_that_loses_is_told_apart),
		cmocka_unit_test(what_a_later_line_replaces_does_no_harm),
		cmocka_unit_test(a_small_limit_is_right_on_a_small_host),
		cmocka_unit_test(values_that_are_bad_together_are_found),
		cmocka_unit_test(files_nobody_reads_are_found),
		cmocka_unit_test(debians_link_makes_sysctl_conf_read),
		cmocka_unit_test(an_upgraded_debian_shows_what_it_lost),
		cmocka_unit_test(a_fifo_is_told_and_never_opened),
		cmocka_unit_test(a_module_that_is_loaded_or_built_in_is_no_fault),
		cmocka_unit_test(a_module_loaded_later_is_a_fault),
		cmocka_unit_test(faults_beyond_the_kept_are_counted),
		cmocka_unit_test(masked_files_are_left_alone),
		cmocka_unit_test(every_kind_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
