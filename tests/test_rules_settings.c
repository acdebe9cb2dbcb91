/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each rule: settings that make it come true, and a near miss that does not.
 * First on a made-up host, then in a new network namespace of this kernel.
 */
#include "advise/diagnose.h"

#include <sched.h>
#include <sys/wait.h>

#include "default_host.h"

#include "base/text.h"
#include "read/hostfacts.h"
#include "model/key.h"
#include "read/sysctl.h"

#define IPV4 "net.ipv4."
#define CT "net.netfilter.nf_conntrack_"
#define CHILD KERNEL(0, 1) /* not a release: the newest, in a child namespace */

/* So that the default host is silent about everything: see keepalive-slow. */
#define QUIET IPV4 "tcp_keepalive_time=120"

struct rule_case {
	const char *rule;
	const char *fires, *near; /* settings; NULL: nothing to be set */
	const char *also;         /* what comes true with it, in the order of findings */
	unsigned release;         /* 0: the newest */
};

#define WHEN(id, set, miss) .rule = (id), .fires = (set), .near = (miss)

static const struct rule_case cases[] = {
	{WHEN("somaxconn-small", "net.core.somaxconn=0", "net.core.somaxconn=128")},
	{WHEN("somaxconn-small", "net.core.somaxconn=127", NULL), .release = KERNEL(4, 18)},
	{WHEN("abort-on-overflow", IPV4 "tcp_abort_on_overflow=1", IPV4 "tcp_abort_on_overflow=0")},
	{WHEN("syncookies-off", IPV4 "tcp_syncookies=0", IPV4 "tcp_syncookies=1")},
	{WHEN("syncookies-always", IPV4 "tcp_syncookies=2", IPV4 "tcp_syncookies=3")},
	{WHEN("syn-backlog-void", IPV4 "tcp_max_syn_backlog=65536",
	      IPV4 "tcp_max_syn_backlog=512")},
	{WHEN("syn-backlog-void", IPV4 "tcp_max_syn_backlog=128",
	      IPV4 "tcp_max_syn_backlog=65536;" IPV4 "tcp_syncookies=0")},
	{WHEN("synack-retries-low", IPV4 "tcp_synack_retries=1", IPV4 "tcp_synack_retries=2")},
	{WHEN("port-range-below-unprivileged",
	      IPV4 "ip_local_port_range=2048\t60999;" IPV4 "ip_unprivileged_port_start=2049",
	      IPV4 "ip_local_port_range=2048\t60999;" IPV4 "ip_unprivileged_port_start=2048")},
	{WHEN("port-range-takes-service-ports",
	      IPV4 "ip_local_port_range=1022\t60999;" IPV4 "ip_unprivileged_port_start=80",
	      IPV4 "ip_local_port_range=1024\t60999;" IPV4 "ip_unprivileged_port_start=80")},
	{WHEN("port-range-small", IPV4 "ip_local_port_range=40000\t40000",
	      IPV4 "ip_local_port_range=40000\t41023")},
	{WHEN("port-range-small", IPV4 "ip_local_port_range=40000\t41021", NULL)},
	{WHEN("port-range-small", IPV4 "ip_local_port_range=40000\t40001", NULL)},
	/* Reserved ports count as far as they lie inside. */
	{WHEN("port-range-small",
	      IPV4 "ip_local_port_range=40000\t41023;" IPV4 "ip_local_reserved_ports=40000",
	      IPV4 "ip_local_port_range=40000\t41023;" IPV4
		   "ip_local_reserved_ports=1-39999,41024")},
	{WHEN("port-range-reserved", IPV4 "ip_local_reserved_ports=1-100,32768-46884",
	      IPV4 "ip_local_reserved_ports=1-100,32768-46883")},
	{WHEN("port-range-reserved", IPV4 "ip_local_reserved_ports=0-65535",
	      IPV4 "ip_local_reserved_ports=0-32767,61000-65535"),
	 .also = "port-range-small"},
	{WHEN("port-range-parity", IPV4 "ip_local_port_range=32768\t61000",
	      IPV4 "ip_local_port_range=32769\t61000")},
	{WHEN("tw-reuse-without-timestamps", IPV4 "tcp_tw_reuse=1;" IPV4 "tcp_timestamps=0",
	      IPV4 "tcp_tw_reuse=1;" IPV4 "tcp_timestamps=2"),
	 .also = "timestamps-off"},
	{WHEN("tw-reuse-without-timestamps", IPV4 "tcp_tw_reuse=2;" IPV4 "tcp_timestamps=0",
	      IPV4 "tcp_tw_reuse=0;" IPV4 "tcp_timestamps=0"),
	 .also = "timestamps-off"},
	{WHEN("syn-retries-low", IPV4 "tcp_syn_retries=1", IPV4 "tcp_syn_retries=2")},
	{WHEN("fin-timeout-quirk", IPV4 "tcp_fin_timeout=61", IPV4 "tcp_fin_timeout=60")},
	{WHEN("fin-timeout-quirk", IPV4 "tcp_fin_timeout=119", IPV4 "tcp_fin_timeout=120")},
	{WHEN("fin-timeout-quirk", IPV4 "tcp_fin_timeout=180", NULL)},
	{WHEN("fin-timeout-short", IPV4 "tcp_fin_timeout=1", IPV4 "tcp_fin_timeout=15")},
	{WHEN("fin-timeout-short", IPV4 "tcp_fin_timeout=-1", NULL)},
	{WHEN("tw-buckets-small", IPV4 "tcp_max_tw_buckets=5000", IPV4 "tcp_max_tw_buckets=8192")},
	{WHEN("tw-buckets-small", IPV4 "tcp_max_tw_buckets=0", IPV4 "tcp_max_tw_buckets=-1")},
	{WHEN("tw-recycle-on", IPV4 "tcp_tw_recycle=1", IPV4 "tcp_tw_recycle=0"),
	 .release = KERNEL(4, 11)},
	{WHEN("max-orphans-zero", IPV4 "tcp_max_orphans=-1", IPV4 "tcp_max_orphans=1")},
	{WHEN("max-orphans-zero", IPV4 "tcp_max_orphans=0", NULL)},
	{WHEN("keepalive-probes-zero", IPV4 "tcp_keepalive_probes=0",
	      IPV4 "tcp_keepalive_probes=1")},
	{WHEN("keepalive-interval-zero", IPV4 "tcp_keepalive_intvl=0",
	      IPV4 "tcp_keepalive_intvl=1")},
	{WHEN("keepalive-time-zero", IPV4 "tcp_keepalive_time=0", IPV4 "tcp_keepalive_time=1")},
	{WHEN("keepalive-never", IPV4 "tcp_keepalive_time=-1", IPV4 "tcp_keepalive_time=1")},
	{WHEN("keepalive-never", IPV4 "tcp_keepalive_intvl=-1", IPV4 "tcp_keepalive_intvl=1")},
	{WHEN("keepalive-never",
	      IPV4 "tcp_keepalive_time=-1;" IPV4 "tcp_keepalive_probes=0;" IPV4
		   "tcp_keepalive_intvl=0",
	      IPV4 "tcp_keepalive_time=1")},
	{WHEN("keepalive-probes-zero", IPV4 "tcp_keepalive_probes=0;" IPV4 "tcp_keepalive_intvl=0",
	      IPV4 "tcp_keepalive_probes=0;" IPV4 "tcp_keepalive_time=-1")},
	{WHEN("keepalive-interval-zero", IPV4 "tcp_keepalive_intvl=0;" IPV4 "tcp_keepalive_time=0",
	      IPV4 "tcp_keepalive_intvl=0;" IPV4 "tcp_keepalive_time=-1")},
	{WHEN("keepalive-slow", IPV4 "tcp_keepalive_time=240", IPV4 "tcp_keepalive_time=239")},
	{WHEN("keepalive-after-conntrack", CT "tcp_timeout_established=795",
	      CT "tcp_timeout_established=796")},
	{WHEN("keepalive-after-conntrack", CT "tcp_timeout_established=300",
	      CT "tcp_timeout_established=300;" CT "count=0")},
	{WHEN("rto-max-low", IPV4 "tcp_rto_max_ms=1000", IPV4 "tcp_rto_max_ms=10000")},
	{WHEN("rto-max-low", IPV4 "tcp_rto_max_ms=5000;" IPV4 "tcp_retries2=8",
	      IPV4 "tcp_rto_max_ms=60000;" IPV4 "tcp_retries2=8")},
	{WHEN("retries2-low", IPV4 "tcp_retries2=4", IPV4 "tcp_retries2=5")},
	{WHEN("retries2-low", IPV4 "tcp_retries2=0", NULL), .release = KERNEL(5, 10)},
	{WHEN("tcp-rmem-order", IPV4 "tcp_rmem=9\t8\t7", IPV4 "tcp_rmem=4096\t4096\t4096")},
	{WHEN("tcp-rmem-order", IPV4 "tcp_rmem=4096\t131072\t131071", NULL)},
	{WHEN("tcp-wmem-order", IPV4 "tcp_wmem=16385\t16384\t4194304", IPV4 "tcp_wmem=7\t8\t9")},
	{WHEN("tcp-mem-order", IPV4 "tcp_mem=300\t200\t400", IPV4 "tcp_mem=200\t300\t400")},
	{WHEN("tcp-mem-above-memory", IPV4 "tcp_mem=4096\t87380\t2097153",
	      IPV4 "tcp_mem=4096\t87380\t2097152")},
	{WHEN("receive-autotuning-off", IPV4 "tcp_moderate_rcvbuf=0",
	      IPV4 "tcp_moderate_rcvbuf=1")},
	{WHEN("udp-buffer-large", "net.core.rmem_default=8388608", "net.core.rmem_default=425984")},
	{WHEN("window-scaling-off", IPV4 "tcp_window_scaling=0", IPV4 "tcp_window_scaling=1")},
	{WHEN("sack-off", IPV4 "tcp_sack=0", IPV4 "tcp_sack=1")},
	{WHEN("timestamps-off", IPV4 "tcp_timestamps=0;" IPV4 "tcp_tw_reuse=0",
	      IPV4 "tcp_timestamps=2")},
	{WHEN("tail-loss-probe-off", IPV4 "tcp_early_retrans=0", IPV4 "tcp_early_retrans=4")},
	{WHEN("challenge-acks-few", IPV4 "tcp_challenge_ack_limit=100",
	      IPV4 "tcp_challenge_ack_limit=1000")},
	{WHEN("congestion-control-not-available", IPV4 "tcp_congestion_control=cub",
	      IPV4 "tcp_congestion_control=reno")},
	/* In the first namespace the choice is free. */
	{WHEN("congestion-control-not-allowed", IPV4 "tcp_allowed_congestion_control=reno",
	      IPV4 "tcp_allowed_congestion_control=reno cubic"),
	 .release = CHILD},
	{WHEN("slow-start-after-idle-void",
	      IPV4 "tcp_slow_start_after_idle=0;" IPV4 "tcp_congestion_control=bbr;" IPV4
		   "tcp_available_congestion_control=reno bbr",
	      IPV4 "tcp_slow_start_after_idle=0;" IPV4 "tcp_congestion_control=cubic")},
	{WHEN("child-hash-small", IPV4 "tcp_child_ehash_entries=1000",
	      IPV4 "tcp_child_ehash_entries=16384")},
	{WHEN("own-hash-small", IPV4 "tcp_ehash_entries=1024", IPV4 "tcp_ehash_entries=-65536"),
	 .release = CHILD},
	{WHEN("own-hash-small", IPV4 "tcp_ehash_entries=8192", IPV4 "tcp_ehash_entries=16384"),
	 .release = CHILD},
	{WHEN("netdev-backlog-zero", "net.core.netdev_max_backlog=0",
	      "net.core.netdev_max_backlog=1")},
	{WHEN("netdev-backlog-unlimited", "net.core.netdev_max_backlog=-1",
	      "net.core.netdev_max_backlog=1")},
	{WHEN("netdev-budget-zero", "net.core.netdev_budget=-1", "net.core.netdev_budget=1")},
	{WHEN("conntrack-timeout-zero", CT "tcp_timeout_close_wait=-1",
	      CT "tcp_timeout_close_wait=1")},
	{WHEN("conntrack-timeout-zero", CT "tcp_timeout_unacknowledged=0", NULL)},
	{WHEN("conntrack-chains-long", CT "max=2359296", CT "max=2097152")},
	{WHEN("conntrack-chains-long", CT "max=589824;" CT "buckets=65536", CT "max=0")},
};

static struct snapshot host_of_case(const struct rule_case *c, const char *settings)
{
	bool child = c->release == CHILD;
	struct snapshot s = host_of_release(c->release && !child ? c->release : KERNEL(6, 18));

	if (child)
		host_make_child(&s);
	host_set_all(&s, QUIET);
	host_set_all(&s, settings);
	return s;
}

static struct report diagnosis_of(const struct snapshot *s)
{
	struct report r = {.snapshot = s};

	assert_ok(diagnose(&(struct evidence){.snapshot = s}, &r, NULL));
	return r;
}

static const struct finding *finding_of(const struct report *r, const char *id)
{
	for (size_t i = 0; i < r->findings.len; i++) {
		if (strcmp(r->findings.items[i].id, id) == 0)
			return &r->findings.items[i];
	}
	return NULL;
}

/* Exactly these, whatever their order. */
static void assert_findings(const struct report *r, const struct rule_case *c)
{
	size_t expected = 1 + (c->also != NULL);

	if (!finding_of(r, c->rule))
		fail_msg("%s is silent with %s", c->rule, c->fires);
	if (c->also && !finding_of(r, c->also))
		fail_msg("%s is silent with %s", c->also, c->fires);
	for (size_t i = 0; i < r->findings.len; i++) {
		const char *id = r->findings.items[i].id;

		if (!text_equal(id, c->rule) && !text_equal(id, c->also))
			fail_msg("%s comes true with %s, meant for %s", id, c->fires, c->rule);
	}
	assert_int_equal(r->findings.len, expected);
}

static void every_rule_comes_true_when_it_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct snapshot s = host_of_case(&cases[i], cases[i].fires);
		struct report r = diagnosis_of(&s);

		assert_findings(&r, &cases[i]);
		report_done(&r);
		snapshot_done(&s);
	}
}

static void every_rule_stays_silent_at_a_near_miss(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct snapshot s;
		struct report r;

		if (!cases[i].near)
			continue;
		s = host_of_case(&cases[i], cases[i].near);
		r = diagnosis_of(&s);
		if (finding_of(&r, cases[i].rule))
			fail_msg("%s comes true with %s", cases[i].rule, cases[i].near);
		report_done(&r);
		snapshot_done(&s);
	}
}

static void assert_both_cases(const struct rule *rule)
{
	bool fires = false, near = false;

	for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
		if (strcmp(cases[k].rule, rule->id) == 0) {
			fires = fires || cases[k].fires;
			near = near || cases[k].near;
		}
	}
	if (!fires || !near)
		fail_msg("%s has no case%s", rule->id, fires ? " of a near miss" : "");
}

static void every_rule_has_both_cases(void **state)
{
	(void)state;
	for (size_t g = 0; g < RULES_SETTINGS; g++) {
		for (size_t i = 0; i < rules_settings[g]->n; i++)
			assert_both_cases(&rules_settings[g]->rows[i]);
	}
}

static void the_numbers_in_a_summary_are_this_host_s(void **state)
{
	static const struct {
		const char *set, *rule, *part;
	} numbers[] = {
		{"net.core.somaxconn=0", "somaxconn-small", "more connections than 1:"},
		{IPV4 "tcp_fin_timeout=62", "fin-timeout-quirk", "stay 4 seconds in"},
		{IPV4 "tcp_fin_timeout=62", "fin-timeout-quirk", "not 62:"},
		{IPV4 "tcp_fin_timeout=180", "fin-timeout-quirk", "stay 240 seconds in"},
		{IPV4 "tcp_max_tw_buckets=5000", "tw-buckets-small", "Beyond 5000 sockets"},
		{IPV4 "tcp_max_tw_buckets=5000", "tw-buckets-small", "about 32768."},
		{IPV4 "ip_local_reserved_ports=32768-60989", "port-range-reserved",
		 "leave 10 of the 28232 ports"},
		{IPV4 "ip_local_port_range=40000\t40002", "port-range-small", "Only 2 conn"},
		{IPV4 "ip_local_port_range=40000\t40002", "port-range-parity", "Port 40002 is"},
		{IPV4 "tcp_keepalive_probes=0", "keepalive-probes-zero", "idle for 120 seconds"},
		{CT "tcp_timeout_established=300", "keepalive-after-conntrack",
		 "after 300 seconds, but keepalive needs up to 795."},
		/* The kernel's documentation: 924.6 seconds for 15. */
		{IPV4 "tcp_rto_max_ms=1000", "rto-max-low", "after 14 seconds"},
		{IPV4 "tcp_rto_max_ms=1000", "rto-max-low", "instead of 924:"},
		{IPV4 "tcp_retries2=3", "retries2-low", "some 3 seconds"},
		{IPV4 "tcp_retries2=0", "retries2-low", "fails for less than a second ends"},
		{IPV4 "tcp_mem=4096\t87380\t16777216", "tcp-mem-above-memory",
		 "has 2097152 (8192 MiB)"},
		{IPV4 "tcp_child_ehash_entries=1000", "child-hash-small",
		 "512 sockets in TIME_WAIT and 128 half-open"},
		{CT "max=2621440", "conntrack-chains-long", "has 10 entries"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		struct rule_case c = {.rule = numbers[i].rule};
		struct snapshot s = host_of_case(&c, numbers[i].set);
		struct report r = diagnosis_of(&s);

		assert_non_null(finding_of(&r, numbers[i].rule));
		assert_has(finding_of(&r, numbers[i].rule)->summary, numbers[i].part);
		report_done(&r);
		snapshot_done(&s);
	}
}

static void middleboxes_are_named_as_far_as_they_are_faster(void **state)
{
	struct rule_case c = {.rule = "keepalive-slow"};
	struct snapshot s = host_of_case(&c, IPV4 "tcp_keepalive_time=400");
	struct report r = diagnosis_of(&s);
	const struct finding *f = finding_of(&r, "keepalive-slow");

	(void)state;
	assert_non_null(f);
	assert_int_equal(f->evidence.len, 3);
	assert_string_equal(f->evidence.items[0], "net.ipv4.tcp_keepalive_time = 400 seconds "
						  "(kernel's default: 7200)");
	assert_has(f->evidence.items[1], "after 240 seconds");
	assert_has(f->evidence.items[2], "after 350 seconds");
	report_done(&r);
	snapshot_done(&s);
}

/* With no known table the limit is judged by memory, and small machines are let be. */
static void time_wait_limits_are_judged_by_memory_where_the_table_is_not_known(void **state)
{
	static const struct {
		uint64_t memory;
		const char *buckets;
		bool fires;
	} hosts[] = {
		{8 * GIB, "5000", true},     {8 * GIB, "8192", false},     {GIB, "4096", false},
		{GIB / 2, "2048", false},    {GIB, "1000", true},          {0, "5000", false},
		{1024 * GIB, "60000", true}, {1024 * GIB, "65536", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		struct snapshot s = host_of_release(KERNEL(4, 18));
		struct report r;

		s.host.ehash_entries = 0;
		s.host.memory_bytes = hosts[i].memory;
		host_set(&s, IPV4 "tcp_max_tw_buckets", hosts[i].buckets);
		r = diagnosis_of(&s);
		if ((finding_of(&r, "tw-buckets-small") != NULL) != hosts[i].fires)
			fail_msg("%s buckets with %llu bytes of memory", hosts[i].buckets,
				 (unsigned long long)hosts[i].memory);
		report_done(&r);
		snapshot_done(&s);
	}
}

/* Here on this kernel, each in a network namespace of its own. */

static const char *no_namespace; /* why there is none */

static const struct {
	const char *rule, *set;
} real_cases[] = {
	{"somaxconn-small", "net.core.somaxconn=0"},
	{"abort-on-overflow", IPV4 "tcp_abort_on_overflow=1"},
	{"syncookies-off", IPV4 "tcp_syncookies=0"},
	{"syncookies-always", IPV4 "tcp_syncookies=2"},
	{"syn-backlog-void", IPV4 "tcp_max_syn_backlog=12345"},
	{"synack-retries-low", IPV4 "tcp_synack_retries=0"},
	{"port-range-takes-service-ports",
	 IPV4 "ip_unprivileged_port_start=0;" IPV4 "ip_local_port_range=1 60000"},
	{"port-range-small", IPV4 "ip_local_port_range=40000 40000"},
	{"port-range-reserved", IPV4 "ip_local_reserved_ports=32768-60000"},
	{"port-range-parity", IPV4 "ip_local_port_range=32768 61000"},
	{"tw-reuse-without-timestamps", IPV4 "tcp_timestamps=0"},
	{"syn-retries-low", IPV4 "tcp_syn_retries=1"},
	{"fin-timeout-quirk", IPV4 "tcp_fin_timeout=62"},
	{"fin-timeout-short", IPV4 "tcp_fin_timeout=1"},
	{"tw-buckets-small", IPV4 "tcp_max_tw_buckets=0"},
	{"keepalive-probes-zero", IPV4 "tcp_keepalive_probes=0"},
	{"keepalive-interval-zero", IPV4 "tcp_keepalive_intvl=0"},
	{"keepalive-time-zero", IPV4 "tcp_keepalive_time=0"},
	{"keepalive-never", IPV4 "tcp_keepalive_time=-1"},
	{"keepalive-slow", IPV4 "tcp_keepalive_time=600"},
	{"rto-max-low", IPV4 "tcp_rto_max_ms=1000"},
	{"retries2-low", IPV4 "tcp_retries2=3"},
	{"tcp-rmem-order", IPV4 "tcp_rmem=9 8 7"},
	{"tcp-wmem-order", IPV4 "tcp_wmem=9 8 7"},
	{"receive-autotuning-off", IPV4 "tcp_moderate_rcvbuf=0"},
	{"window-scaling-off", IPV4 "tcp_window_scaling=0"},
	{"sack-off", IPV4 "tcp_sack=0"},
	{"timestamps-off", IPV4 "tcp_timestamps=0"},
	{"tail-loss-probe-off", IPV4 "tcp_early_retrans=0"},
	{"challenge-acks-few", IPV4 "tcp_challenge_ack_limit=100"},
	{"child-hash-small", IPV4 "tcp_child_ehash_entries=1000"},
	{"conntrack-timeout-zero", CT "tcp_timeout_established=-1"},
};

/* false: this kernel has no such key. */
static bool write_setting(const char *key, const char *value)
{
	char path[256], full[sizeof(path) + 16];
	int fd;

	(void)snprintf(path, sizeof(path), "%s", key);
	key_to_path(path);
	(void)snprintf(full, sizeof(full), "/proc/sys/%s", path);
	fd = open(full, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return false;
	if (fd < 0 || write(fd, value, strlen(value)) != (ssize_t)strlen(value))
		fail_msg("write %s to %s: %s", value, full, strerror(errno));
	close(fd);
	return true;
}

static bool write_settings(const char *settings)
{
	char *copy = strdup(settings), *save = NULL;
	bool all = true;

	for (char *p = strtok_r(copy, ";", &save); p && all; p = strtok_r(NULL, ";", &save)) {
		char *value = strchr(p, '=');

		assert_non_null(value);
		*value++ = '\0';
		all = write_setting(p, value);
	}
	free(copy);
	return all;
}

static void fresh_namespace(void)
{
	if (no_namespace)
		skip_because("no network namespace here: %s", no_namespace);
	if (unshare(CLONE_NEWNET))
		fail_msg("unshare: %s", strerror(errno));
}

static struct snapshot this_namespace(void)
{
	struct snapshot s = {0};
	int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), proc_sys = -1;

	assert_true(root >= 0);
	assert_ok(hostfacts_read(root, "/", NULL, &s.host, &proc_sys, NULL));
	assert_true(s.host.child_netns);
	assert_ok(sysctl_read_all(proc_sys, &s.host, &s.readings, NULL));
	close(proc_sys);
	close(root);
	return s;
}

static void this_kernel_makes_it_come_true(void **state)
{
	fresh_namespace();
	for (size_t i = 0; i < ARRAY_LEN(real_cases); i++) {
		struct snapshot s;
		struct report r;

		fresh_namespace();
		if (!write_settings(real_cases[i].set)) {
			print_message("         this kernel lacks %s\n", real_cases[i].set);
			continue;
		}
		s = this_namespace();
		r = diagnosis_of(&s);
		if (!finding_of(&r, real_cases[i].rule))
			fail_msg("%s is silent with %s", real_cases[i].rule, real_cases[i].set);
		print_message("tried on this kernel: %s\n", real_cases[i].rule);
		report_done(&r);
		snapshot_done(&s);
	}
}

/* A child's algorithm is a copy of the host's, so what is said of it is the host's. */
static bool is_copied(const struct finding *f)
{
	return strncmp(f->id, "congestion-", strlen("congestion-")) == 0 ||
	       strcmp(f->id, "tcp-rmem-order") == 0 || strcmp(f->id, "tcp-wmem-order") == 0;
}

static void a_new_namespace_of_this_kernel_raises_no_alarm(void **state)
{
	struct snapshot s;
	struct report r;

	fresh_namespace();
	s = this_namespace();
	r = diagnosis_of(&s);
	for (size_t i = 0; i < r.findings.len; i++) {
		const struct finding *f = &r.findings.items[i];

		if (f->severity > SEVERITY_INFO && s.host.ehash_entries <= 0 && !is_copied(f) &&
		    catalogue_find(f->keys[0])->scope == SCOPE_NETNS)
			fail_msg("%s: %s", f->id, f->summary);
	}
	report_done(&r);
	snapshot_done(&s);
}

static void a_namespace_made_with_a_small_table_says_so(void **state)
{
	struct snapshot s;
	struct report r;

	fresh_namespace();
	if (!write_setting(IPV4 "tcp_child_ehash_entries", "1000"))
		skip_because("this kernel has no tcp_child_ehash_entries");
	fresh_namespace();
	s = this_namespace();
	r = diagnosis_of(&s);
	assert_non_null(finding_of(&r, "own-hash-small"));
	assert_has(finding_of(&r, "own-hash-small")->summary, "(1024 buckets)");
	assert_null(finding_of(&r, "tw-buckets-small"));
	print_message("tried on this kernel: own-hash-small\n");
	report_done(&r);
	snapshot_done(&s);
}

static int run_on_this_kernel(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_namespace_of_this_kernel_raises_no_alarm),
		cmocka_unit_test(this_kernel_makes_it_come_true),
		cmocka_unit_test(a_namespace_made_with_a_small_table_says_so),
	};

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) && unshare(CLONE_NEWNET))
		no_namespace = strerror(errno);
	return cmocka_run_group_tests_name("rules on this kernel", tests, NULL, NULL);
}

/* In a process of its own: nothing else here is to run in those namespaces. */
static int run_in_child(int (*run)(void))
{
	int status;
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid == 0)
		exit(run() != 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_comes_true_when_it_should),
		cmocka_unit_test(every_rule_stays_silent_at_a_near_miss),
		cmocka_unit_test(every_rule_has_both_cases),
		cmocka_unit_test(the_numbers_in_a_summary_are_this_host_s),
		cmocka_unit_test(middleboxes_are_named_as_far_as_they_are_faster),
		cmocka_unit_test(
			time_wait_limits_are_judged_by_memory_where_the_table_is_not_known),
	};
	int failed = cmocka_run_group_tests_name("rules of settings", tests, NULL, NULL);

	return failed + run_in_child(run_on_this_kernel);
}
