/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the running settings prove by themselves, before any socket or counter
 * is looked at: values that break something, that contradict each other, or
 * that do nothing.  A kernel's own defaults must leave all but the information
 * silent; a test holds us to that for several releases.
 */
#include <string.h>

#include "advise/rule.h"
#include "base/text.h"

enum {
	LISTEN_QUEUE_SMALL = 128,   /* the default of the oldest kernels */
	PORTS_FEW = 1024,           /* connections to one destination */
	PORT_FIRST_ORDINARY = 1024, /* below are the ports of system services */
	FIN_TIMEOUT_SHORT = 15,     /* seconds; below, slow clients are cut off */
	TIMEWAIT_SECONDS = 60,      /* TCP_TIMEWAIT_LEN */
	RTO_MIN_MS = 200,
	RTO_MAX_MS = 120000,
	GIVE_UP_MS = 100 * 1000, /* RFC 1122, 4.2.3.5: at least 100 seconds */
	RETRIES2_FEW = 5,
	HASH_SMALL = 16384, /* buckets: 8192 TIME_WAIT */
	UDP_BUFFER_LARGE = 1024 * 1024,
	CHAIN_LONG = 8, /* tracked connections a bucket */
	CHALLENGE_ACKS_FEW = 1000,
};

static bool is_zero(struct trial *t)
{
	return trial_number(t, 0) == 0;
}

static bool is_not_zero(struct trial *t)
{
	return trial_number(t, 0) != 0;
}

static bool is_negative(struct trial *t)
{
	return trial_number(t, 0) < 0;
}

static bool is_not_positive(struct trial *t)
{
	return trial_number(t, 0) <= 0;
}

static bool is_below_two(struct trial *t)
{
	return trial_number(t, 0) < 2;
}

/* Three numbers that must not descend. */
static bool is_out_of_order(struct trial *t)
{
	return trial_wide(t, 0, 0) > trial_wide(t, 0, 1) ||
	       trial_wide(t, 0, 1) > trial_wide(t, 0, 2);
}

/* Some of the keys, which are all alike, fail the test: name those only. */
static bool any_number(struct trial *t, bool (*fails)(int64_t number))
{
	bool found = false;

	for (unsigned i = 0; i < FINDING_KEYS_MAX; i++) {
		if (trial_has(t, i) && fails(trial_number(t, i)))
			found = true;
		else
			t->innocent |= 1u << i;
	}
	return found;
}

/* Accepting connections */

static bool listen_queue_is_small(struct trial *t)
{
	t->numbers[0] = trial_number(t, 0) + 1; /* the kernel tests with > */
	return trial_number(t, 0) < LISTEN_QUEUE_SMALL;
}

static bool cookies_are_always_sent(struct trial *t)
{
	return trial_number(t, 0) == 2;
}

static bool syn_backlog_is_set_in_vain(struct trial *t)
{
	int64_t backlog = trial_number(t, 0);

	return trial_number(t, 1) != 0 && backlog != trial_default(t, 0, backlog);
}

/* Opening connections */

static bool range_is_below_unprivileged(struct trial *t)
{
	return trial_field(t, 0, 0) < trial_number(t, 1);
}

static bool range_holds_service_ports(struct trial *t)
{
	return trial_field(t, 0, 0) < PORT_FIRST_ORDINARY;
}

static bool ports_are_few(struct trial *t)
{
	t->numbers[0] = trial_usable_ports(t, 0, 1);
	return t->numbers[0] < PORTS_FEW;
}

static bool most_ports_are_reserved(struct trial *t)
{
	int64_t size = trial_field(t, 0, 1) - trial_field(t, 0, 0) + 1;

	t->numbers[0] = trial_usable_ports(t, 0, 1);
	t->numbers[1] = size;
	return t->values[1]->n && t->numbers[0] < size / 2;
}

static bool last_port_is_lost(struct trial *t)
{
	t->numbers[0] = trial_field(t, 0, 1);
	return trial_field(t, 0, 0) < trial_field(t, 0, 1) &&
	       (trial_field(t, 0, 0) - trial_field(t, 0, 1)) % 2 == 0;
}

static bool reuse_lacks_timestamps(struct trial *t)
{
	return trial_number(t, 0) != 0 && trial_number(t, 1) == 0;
}

/* Closing connections */

/*
 * Above 60 an orphan waits value - 60 seconds as a whole socket and as long
 * again as a small one (__tcp_close(), tcp_keepalive_timer(); experiment E18).
 */
static bool fin_wait_is_not_as_said(struct trial *t)
{
	int64_t value = trial_number(t, 0);

	t->numbers[0] = 2 * (value - TIMEWAIT_SECONDS);
	return value > TIMEWAIT_SECONDS && t->numbers[0] != value;
}

static bool fin_wait_is_short(struct trial *t)
{
	return trial_number(t, 0) < FIN_TIMEOUT_SHORT;
}

/*
 * Where the size of the hash table is not known, guess it from memory the way
 * tcp_init() does: a bucket for 128 KiB, half a million at most.
 */
static int64_t usual_timewaits(struct trial *t)
{
	uint64_t guess = t->evidence->snapshot->host.memory_bytes / (256 * 1024);

	return trial_default(t, 0, guess < 262144 ? (int64_t)guess : 262144);
}

/* Negative is no limit at all. */
static bool timewaits_are_cut(struct trial *t)
{
	t->numbers[0] = usual_timewaits(t);
	return trial_number(t, 0) == 0 ||
	       (trial_number(t, 0) > 0 && trial_number(t, 0) < t->numbers[0] / 4);
}

/* Dead peers */

static bool number_is_negative(int64_t number)
{
	return number < 0;
}

/* With a negative time nothing is ever found idle. */
static bool keepalive_kills_without_probe(struct trial *t)
{
	return trial_number(t, 0) == 0 && trial_number(t, 1) >= 0;
}

static bool keepalive_probes_in_a_burst(struct trial *t)
{
	t->innocent |= 1U << 2; /* the time only says whether it comes to that */
	return trial_number(t, 0) == 0 && trial_number(t, 1) > 0 &&
	       (!trial_has(t, 2) || trial_number(t, 2) >= 0);
}

static bool keepalive_disturbs_all(struct trial *t)
{
	return trial_number(t, 0) == 0 && trial_number(t, 1) > 0;
}

/* A negative interval puts the second probe off for weeks, seen on Linux 6.18. */
static bool keepalive_never_comes(struct trial *t)
{
	return any_number(t, number_is_negative);
}

/* Idle limits that cloud providers publish for what stands between hosts. */
static const struct {
	int64_t seconds;
	const char *who;
} idle_limits[] = {
	{240, "Azure load balancers"},
	{350, "AWS network load balancers and NAT gateways"},
	{600, "Google Cloud firewalls"},
};

static bool keepalive_is_slower_than_middleboxes(struct trial *t)
{
	bool found = false;

	for (size_t i = 0; i < ARRAY_LEN(idle_limits); i++) {
		if (trial_number(t, 0) < idle_limits[i].seconds)
			continue;
		trial_note(t, "%s forget an idle connection after %lld seconds", idle_limits[i].who,
			   (long long)idle_limits[i].seconds);
		found = true;
	}
	return found;
}

/* A tracker without entries tracks nothing: no rule of the firewall asks it to. */
static bool tracker_forgets_first(struct trial *t)
{
	int64_t detection = trial_number(t, 0) + trial_number(t, 1) * trial_number(t, 2);
	bool tracks = !trial_has(t, 4) || trial_number(t, 4) > 0;

	t->numbers[0] = detection;
	return tracks && trial_number(t, 0) > 0 && trial_number(t, 1) >= 0 &&
	       trial_number(t, 3) > 0 && detection >= trial_number(t, 3);
}

/* tcp_timer.c:tcp_model_timeout(): doubling from 200 ms, then steps of rto_max. */
static int64_t give_up_after_ms(int64_t retries, int64_t rto_max)
{
	int64_t rto = RTO_MIN_MS, total = 0;

	for (int64_t i = 0; i <= retries && i <= UINT8_MAX; i++) {
		total += rto;
		rto = rto * 2 < rto_max ? rto * 2 : rto_max;
	}
	return total;
}

static bool rto_max_hastens_the_end(struct trial *t)
{
	int64_t now = give_up_after_ms(trial_number(t, 1), trial_number(t, 0));
	int64_t usual = give_up_after_ms(trial_number(t, 1), RTO_MAX_MS);

	t->numbers[0] = now / 1000;
	t->numbers[1] = usual / 1000;
	return now < GIVE_UP_MS && usual >= GIVE_UP_MS;
}

static bool retries_are_few(struct trial *t)
{
	int64_t rto_max = trial_has(t, 1) ? trial_number(t, 1) : RTO_MAX_MS;

	int64_t ms = give_up_after_ms(trial_number(t, 0), rto_max);

	if (ms < 1000)
		trial_subject(t, "less than a second");
	else
		trial_subject(t, "some %lld seconds", (long long)(ms / 1000));
	return trial_number(t, 0) < RETRIES2_FEW;
}

/* Buffers and memory */

static bool tcp_may_take_all_memory(struct trial *t)
{
	const struct host *h = &t->evidence->snapshot->host;
	int64_t pages = trial_wide(t, 0, 2);

	t->numbers[0] = (int64_t)(h->memory_bytes / h->page_size);
	t->numbers[1] = (int64_t)(h->memory_bytes >> 20);
	return pages > t->numbers[0];
}

static bool udp_buffer_is_large(struct trial *t)
{
	return trial_number(t, 0) >= UDP_BUFFER_LARGE;
}

/* Protocol */

static bool list_has(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = words; *p; p += strcspn(p, " "), p += strspn(p, " ")) {
		if (strcspn(p, " ") == n && strncmp(p, word, n) == 0)
			return true;
	}
	return false;
}

static bool algorithm_is_not_listed(struct trial *t)
{
	return !list_has(trial_words(t, 1), trial_words(t, 0));
}

static bool algorithm_is_not_allowed(struct trial *t)
{
	return t->evidence->snapshot->host.child_netns && algorithm_is_not_listed(t);
}

/* Algorithms with a cong_control of their own pace themselves after idle times. */
static bool idle_setting_is_void(struct trial *t)
{
	return trial_number(t, 0) == 0 && text_starts(trial_words(t, 1), "bbr");
}

static bool tail_loss_probe_is_off(struct trial *t)
{
	return trial_number(t, 0) < 3;
}

static bool challenge_acks_are_few(struct trial *t)
{
	return trial_number(t, 0) < CHALLENGE_ACKS_FEW;
}

/* What tcp_set_hashinfo() and tcp_sk_init() make of a table of this size. */
static void limits_of_hash(struct trial *t, int64_t buckets)
{
	t->numbers[0] = buckets / 2;
	t->numbers[1] = buckets / 128 > 128 ? buckets / 128 : 128;
}

static bool new_namespaces_are_small(struct trial *t)
{
	int64_t buckets = 1;

	if (trial_number(t, 0) <= 0 || trial_number(t, 0) >= HASH_SMALL)
		return false;
	while (buckets < trial_number(t, 0))
		buckets *= 2;
	limits_of_hash(t, buckets);
	return true;
}

static bool this_namespace_is_small(struct trial *t)
{
	limits_of_hash(t, trial_number(t, 0));
	return t->evidence->snapshot->host.child_netns && trial_number(t, 0) > 0 &&
	       trial_number(t, 0) < HASH_SMALL;
}

/* Connection tracking */

static bool number_is_not_positive(int64_t number)
{
	return number <= 0;
}

static bool tracker_has_no_time(struct trial *t)
{
	return any_number(t, number_is_not_positive);
}

static bool tracker_chains_are_long(struct trial *t)
{
	if (trial_number(t, 1) <= 0)
		return false;
	t->numbers[0] = trial_number(t, 0) / trial_number(t, 1);
	return t->numbers[0] > CHAIN_LONG;
}

static const struct rule rows[] = {
	{
		.id = "somaxconn-small",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.somaxconn"},
		.holds = listen_queue_is_small,
		.summary = "No listener can queue more than {a} connections: net.core.somaxconn "
			   "is {0}.",
		.remedy = "Set net.core.somaxconn to 4096. Then restart the daemons: a listener "
			  "keeps the limit it had when it called listen().",
	},
	{
		.id = "abort-on-overflow",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_abort_on_overflow"},
		.holds = is_not_zero,
		.summary = "A full accept queue resets clients instead of letting them try "
			   "again.",
		.remedy = "Set net.ipv4.tcp_abort_on_overflow to 0 unless clients must fail at "
			  "once. An application that accepts too slowly is not cured by either "
			  "value.",
	},
	{
		.id = "syncookies-off",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_syncookies"},
		.holds = is_zero,
		.summary = "SYN cookies are off: a flood of connection requests shuts everybody "
			   "out.",
		.remedy = "Set net.ipv4.tcp_syncookies to 1. Cookies are then sent only while a "
			  "listener's queue of half-open connections is full.",
	},
	{
		.id = "syncookies-always",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_syncookies"},
		.holds = cookies_are_always_sent,
		.summary = "Every connection is accepted by SYN cookie: clients without "
			   "timestamps lose window scaling and SACK.",
		.remedy = "Set net.ipv4.tcp_syncookies to 1. The value 2 is for tests only.",
	},
	{
		.id = "syn-backlog-void",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_syncookies"},
		.holds = syn_backlog_is_set_in_vain,
		.summary = "net.ipv4.tcp_max_syn_backlog was set to {0}, which does nothing while "
			   "SYN cookies are on.",
		.remedy = "Leave out net.ipv4.tcp_max_syn_backlog: since Linux 4.4 it is read "
			  "only with net.ipv4.tcp_syncookies 0. Half-open connections are limited "
			  "by the backlog of the application and net.core.somaxconn.",
	},
	{
		.id = "synack-retries-low",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_synack_retries"},
		.holds = is_below_two,
		.summary = "A client that loses a packet or two cannot connect: the answer to a "
			   "connection request is repeated {0} times.",
		.remedy = "Set net.ipv4.tcp_synack_retries to at least 2; the default is 5. "
			  "Against floods SYN cookies are the means.",
	},
	{
		.id = "port-range-below-unprivileged",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"},
		.holds = range_is_below_unprivileged,
		.summary = "The ports for outgoing connections ({0}) begin below the first "
			   "unprivileged port ({1}).",
		.remedy = "Set the low end of net.ipv4.ip_local_port_range to at least "
			  "net.ipv4.ip_unprivileged_port_start. The kernel refuses to write this "
			  "pair, so a boot that sets both ends with one of them unset.",
	},
	{
		.id = "port-range-takes-service-ports",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"},
		.needs = 1,
		.holds = range_holds_service_ports,
		.summary = "Outgoing connections may take the ports of system services: the range "
			   "is {0}.",
		.remedy = "Begin net.ipv4.ip_local_port_range at 1024 or above. A service that "
			  "restarts while a connection holds its port fails with EADDRINUSE.",
	},
	{
		.id = "port-range-small",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"},
		.needs = 1,
		.holds = ports_are_few,
		.summary = "Only {a} connections to one destination are possible at a time: the "
			   "range of ports is {0}.",
		.remedy = "Widen net.ipv4.ip_local_port_range; the default is 32768 60999. Beyond "
			  "that connect() fails with EADDRNOTAVAIL.",
	},
	{
		.id = "port-range-reserved",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"},
		.holds = most_ports_are_reserved,
		.summary = "Reserved ports leave {a} of the {b} ports for outgoing connections.",
		.remedy = "Reserve only ports that a service really listens on, or move "
			  "net.ipv4.ip_local_port_range away from them.",
	},
	{
		.id = "port-range-parity",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.ip_local_port_range"},
		.holds = last_port_is_lost,
		.summary = "Port {a} is never used by outgoing connections: the range has an odd "
			   "number of ports.",
		.remedy = "Give net.ipv4.ip_local_port_range one even and one odd end.",
	},
	{
		.id = "tw-reuse-without-timestamps",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_timestamps"},
		.holds = reuse_lacks_timestamps,
		.summary = "net.ipv4.tcp_tw_reuse is {0} but can do nothing: TCP timestamps are "
			   "off.",
		.remedy = "Set net.ipv4.tcp_timestamps to 1. Connections made from then on can be "
			  "reused.",
	},
	{
		.id = "syn-retries-low",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_syn_retries"},
		.holds = is_below_two,
		.summary = "connect() gives up after about 3 seconds: a connection request is "
			   "repeated {0} times.",
		.remedy = "Set net.ipv4.tcp_syn_retries to at least 3. Where connections must "
			  "fail fast, give the application a timeout of its own.",
	},
	{
		.id = "fin-timeout-quirk",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_fin_timeout"},
		.holds = fin_wait_is_not_as_said,
		.summary = "Closed connections stay {a} seconds in FIN_WAIT_2, not {0}: above 60 "
			   "the kernel waits twice the excess.",
		.remedy = "Set net.ipv4.tcp_fin_timeout to 60 or less, or to exactly 120. It does "
			  "not change TIME_WAIT, which always lasts 60 seconds.",
	},
	{
		.id = "fin-timeout-short",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_fin_timeout"},
		.holds = fin_wait_is_short,
		.summary = "Slow clients are cut off: a closed connection waits for its peer "
			   "only {0} seconds.",
		.remedy = "Set net.ipv4.tcp_fin_timeout to 15 or more; 30 is low enough for any "
			  "server. It does not change TIME_WAIT, which always lasts 60 seconds.",
	},
	{
		.id = "tw-buckets-small",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_max_tw_buckets"},
		.holds = timewaits_are_cut,
		.summary = "Beyond {0} sockets TIME_WAIT is skipped, and old packets can reach new "
			   "connections; usual on this host is about {a}.",
		.remedy = "Leave out net.ipv4.tcp_max_tw_buckets. A TIME_WAIT entry costs next to "
			  "nothing, and lowering their number is no cure for anything.",
	},
	{
		.id = "tw-recycle-on",
		.severity = SEVERITY_CRITICAL,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_tw_recycle"},
		.holds = is_not_zero,
		.summary = "Clients behind one NAT address are refused without a word: "
			   "net.ipv4.tcp_tw_recycle is {0}.",
		.remedy = "Set net.ipv4.tcp_tw_recycle to 0 and delete it from all files. Newer "
			  "kernels do not have it.",
	},
	{
		.id = "max-orphans-zero",
		.severity = SEVERITY_CRITICAL,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_max_orphans"},
		.holds = is_not_positive,
		.summary = "Every connection closed with data left to send is reset: "
			   "net.ipv4.tcp_max_orphans is {0}.",
		.remedy = "Leave out net.ipv4.tcp_max_orphans, or set it to the kernel's "
			  "default. Negative does not mean unlimited.",
	},
	{
		.id = "keepalive-probes-zero",
		.severity = SEVERITY_CRITICAL,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time"},
		.holds = keepalive_kills_without_probe,
		.summary = "Keepalive ends every healthy connection that is idle for {1} seconds: "
			   "no probe is sent before giving up.",
		.remedy = "Set net.ipv4.tcp_keepalive_probes to 9. Zero does not switch keepalive "
			  "off; only the application can, by not setting SO_KEEPALIVE.",
	},
	{
		.id = "keepalive-interval-zero",
		.severity = SEVERITY_CRITICAL,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
			 "net.ipv4.tcp_keepalive_time"},
		.needs = 2,
		.holds = keepalive_probes_in_a_burst,
		.summary = "Keepalive ends healthy idle connections to distant peers: all {1} "
			   "probes follow each other without a pause.",
		.remedy = "Set net.ipv4.tcp_keepalive_intvl to 75, or to 10 where dead peers must "
			  "be found soon.",
	},
	{
		.id = "keepalive-time-zero",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl"},
		.holds = keepalive_disturbs_all,
		.summary = "Keepalive probes every connection every {1} seconds, idle or not: "
			   "net.ipv4.tcp_keepalive_time is 0.",
		.remedy = "Set net.ipv4.tcp_keepalive_time to 60 or more. Zero does not switch "
			  "keepalive off.",
	},
	{
		.id = "keepalive-never",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl"},
		.holds = keepalive_never_comes,
		.summary = "Keepalive finds no dead peer: a negative time puts the probes off for "
			   "weeks.",
		.remedy = "Set net.ipv4.tcp_keepalive_time to 7200 or less and "
			  "net.ipv4.tcp_keepalive_intvl to 75 or less.",
	},
	{
		.id = "keepalive-slow",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_keepalive_time"},
		.holds = keepalive_is_slower_than_middleboxes,
		.summary = "The first keepalive probe after {0} seconds can come too late for "
			   "load balancers and firewalls on the path.",
		.remedy = "Where long idle connections cross such a device, set "
			  "net.ipv4.tcp_keepalive_time below its limit. It works only for sockets "
			  "on which the application sets SO_KEEPALIVE, and reaches existing "
			  "connections only when their old time is over.",
	},
	{
		.id = "keepalive-after-conntrack",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl",
			 "net.ipv4.tcp_keepalive_probes",
			 "net.netfilter.nf_conntrack_tcp_timeout_established",
			 "net.netfilter.nf_conntrack_count"},
		.needs = 4,
		.holds = tracker_forgets_first,
		.summary = "This host's firewall forgets an idle connection after {3} seconds, "
			   "but keepalive needs up to {a}.",
		.remedy = "Set net.ipv4.tcp_keepalive_time well below "
			  "net.netfilter.nf_conntrack_tcp_timeout_established, or raise that. A "
			  "forgotten connection looks alive to both ends until they send.",
	},
	{
		.id = "rto-max-low",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_rto_max_ms", "net.ipv4.tcp_retries2"},
		.holds = rto_max_hastens_the_end,
		.summary = "A connection is given up after {a} seconds without an answer instead "
			   "of {b}: net.ipv4.tcp_rto_max_ms is {0}.",
		.remedy = "Raise net.ipv4.tcp_retries2 together with a lower "
			  "net.ipv4.tcp_rto_max_ms, so that the whole stays above 100 seconds. "
			  "Where faster failure is wanted, TCP_USER_TIMEOUT in the application is "
			  "the better tool.",
	},
	{
		.id = "retries2-low",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_retries2", "net.ipv4.tcp_rto_max_ms"},
		.needs = 1,
		.holds = retries_are_few,
		.summary = "A path that fails for {s} ends every busy connection: "
			   "net.ipv4.tcp_retries2 is {0}.",
		.remedy = "Set net.ipv4.tcp_retries2 to 8 or more, on a reliable local network to "
			  "5 or more. TCP_USER_TIMEOUT in the application does it for one kind of "
			  "connection alone.",
	},
	{
		.id = "tcp-rmem-order",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_rmem"},
		.holds = is_out_of_order,
		.summary = "The receive buffers contradict each other: net.ipv4.tcp_rmem is {0}.",
		.remedy = "Set net.ipv4.tcp_rmem to three numbers of bytes that do not descend: "
			  "minimum, default, maximum.",
	},
	{
		.id = "tcp-wmem-order",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_wmem"},
		.holds = is_out_of_order,
		.summary = "The send buffers contradict each other: net.ipv4.tcp_wmem is {0}.",
		.remedy = "Set net.ipv4.tcp_wmem to three numbers of bytes that do not descend: "
			  "minimum, default, maximum.",
	},
	{
		.id = "tcp-mem-order",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_mem"},
		.holds = is_out_of_order,
		.summary = "The limits of TCP memory contradict each other: net.ipv4.tcp_mem is "
			   "{0}.",
		.remedy = "Set net.ipv4.tcp_mem to three numbers of pages that do not descend: "
			  "low, pressure, maximum. The kernel's default suits nearly every host.",
	},
	{
		.id = "tcp-mem-above-memory",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_mem"},
		.facts = FACT_MEMORY,
		.holds = tcp_may_take_all_memory,
		.summary = "TCP may take more than all memory: net.ipv4.tcp_mem is {0} pages, this "
			   "host has {a} ({b} MiB).",
		.remedy = "Leave out net.ipv4.tcp_mem: the kernel computes it from memory. Its "
			  "unit is pages; numbers of bytes written there allow thousands of times "
			  "as much.",
	},
	{
		.id = "receive-autotuning-off",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_moderate_rcvbuf"},
		.holds = is_zero,
		.summary = "Receive buffers stay at their first size: fast or distant peers are "
			   "slowed down.",
		.remedy = "Set net.ipv4.tcp_moderate_rcvbuf to 1.",
	},
	{
		.id = "udp-buffer-large",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.rmem_default"},
		.holds = udp_buffer_is_large,
		.summary = "Every UDP socket may hold {0} bytes; TCP does not use "
			   "net.core.rmem_default.",
		.remedy = "Leave net.core.rmem_default at 212992. Let the application that needs "
			  "more ask with SO_RCVBUF, and raise net.core.rmem_max for it. TCP takes "
			  "its sizes from net.ipv4.tcp_rmem.",
	},
	{
		.id = "window-scaling-off",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_window_scaling"},
		.holds = is_zero,
		.summary = "No connection can have more than 64 KiB in flight: window scaling is "
			   "off.",
		.remedy = "Set net.ipv4.tcp_window_scaling to 1.",
	},
	{
		.id = "sack-off",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_sack"},
		.holds = is_zero,
		.summary = "Lost packets are repaired slowly: selective acknowledgements are off.",
		.remedy = "Set net.ipv4.tcp_sack to 1. It was switched off in 2019 against flaws "
			  "that kernels have long been cured of.",
	},
	{
		.id = "timestamps-off",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_timestamps"},
		.holds = is_zero,
		.summary = "TCP timestamps are off: ports in TIME_WAIT cannot be reused, old "
			   "packets are not recognised, SYN cookies lose all options.",
		.remedy = "Set net.ipv4.tcp_timestamps to 1, which uses a random offset for each "
			  "connection and tells nobody the uptime.",
	},
	{
		.id = "tail-loss-probe-off",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_early_retrans"},
		.holds = tail_loss_probe_is_off,
		.summary = "The loss of the last packet of a response is noticed late: tail loss "
			   "probes are off.",
		.remedy = "Set net.ipv4.tcp_early_retrans to 3.",
	},
	{
		.id = "challenge-acks-few",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_challenge_ack_limit"},
		.holds = challenge_acks_are_few,
		.summary = "A stranger can find out and disturb connections by counting answers: "
			   "net.ipv4.tcp_challenge_ack_limit is {0} a second.",
		.remedy = "Set net.ipv4.tcp_challenge_ack_limit to 999999999. Since Linux 6.0 "
			  "there is no limit unless it is set.",
	},
	{
		.id = "congestion-control-not-available",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_KERNEL,
		.keys = {"net.ipv4.tcp_congestion_control",
			 "net.ipv4.tcp_available_congestion_control"},
		.holds = algorithm_is_not_listed,
		.summary = "The congestion control {0} is not among those of this kernel ({1}).",
		.remedy = "Load the module of the algorithm (tcp_NAME) at boot, or set "
			  "net.ipv4.tcp_congestion_control to one that is available.",
	},
	{
		.id = "congestion-control-not-allowed",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_congestion_control",
			 "net.ipv4.tcp_allowed_congestion_control"},
		.holds = algorithm_is_not_allowed,
		.summary = "This network namespace uses {0} but may not choose it: once changed, "
			   "it cannot be set back.",
		.remedy = "Add the algorithm to net.ipv4.tcp_allowed_congestion_control on the "
			  "host. It cannot be done from inside this namespace.",
	},
	{
		.id = "slow-start-after-idle-void",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_congestion_control"},
		.holds = idle_setting_is_void,
		.summary = "net.ipv4.tcp_slow_start_after_idle 0 does nothing with congestion "
			   "control {1}.",
		.remedy = "Leave out net.ipv4.tcp_slow_start_after_idle: bbr decides by itself "
			  "how to go on after an idle time.",
	},
	{
		.id = "child-hash-small",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_child_ehash_entries"},
		.holds = new_namespaces_are_small,
		.summary = "Network namespaces made from here get room for {a} sockets in "
			   "TIME_WAIT and {b} half-open connections.",
		.remedy = "Set net.ipv4.tcp_child_ehash_entries to 0, so that they share the "
			  "host's table, or to at least 65536. It counts when a namespace is "
			  "made: existing containers keep what they have.",
	},
	{
		.id = "own-hash-small",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_ehash_entries", "net.ipv4.tcp_max_tw_buckets",
			 "net.ipv4.tcp_max_syn_backlog"},
		.needs = 1,
		.holds = this_namespace_is_small,
		.summary = "This network namespace has a small table of its own ({0} buckets): by "
			   "default {a} sockets in TIME_WAIT and {b} half-open connections.",
		.remedy = "Make the namespace anew after net.ipv4.tcp_child_ehash_entries was set "
			  "to 0 in the one it is made from. Until then raise "
			  "net.ipv4.tcp_max_tw_buckets here.",
	},
	{
		.id = "netdev-backlog-zero",
		.severity = SEVERITY_CRITICAL,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.netdev_max_backlog"},
		.holds = is_zero,
		.summary = "Loopback and container traffic is dropped: the queue of each CPU holds "
			   "one packet.",
		.remedy = "Set net.core.netdev_max_backlog to 1000 or more.",
	},
	{
		.id = "netdev-backlog-unlimited",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.netdev_max_backlog"},
		.holds = is_negative,
		.summary = "The packet queue of each CPU has no limit: net.core.netdev_max_backlog "
			   "is {0}, which the kernel takes for a huge number.",
		.remedy = "Set net.core.netdev_max_backlog to 1000 or more.",
	},
	{
		.id = "netdev-budget-zero",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.netdev_budget"},
		.holds = is_not_positive,
		.summary = "Each round of packet reception stops after its first device: "
			   "net.core.netdev_budget is {0}.",
		.remedy = "Set net.core.netdev_budget to 300.",
	},
	{
		.id = "conntrack-timeout-zero",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.netfilter.nf_conntrack_tcp_timeout_established",
			 "net.netfilter.nf_conntrack_tcp_timeout_syn_sent",
			 "net.netfilter.nf_conntrack_tcp_timeout_syn_recv",
			 "net.netfilter.nf_conntrack_tcp_timeout_fin_wait",
			 "net.netfilter.nf_conntrack_tcp_timeout_close_wait",
			 "net.netfilter.nf_conntrack_tcp_timeout_last_ack",
			 "net.netfilter.nf_conntrack_tcp_timeout_time_wait",
			 "net.netfilter.nf_conntrack_tcp_timeout_unacknowledged"},
		.needs = 1,
		.holds = tracker_has_no_time,
		.summary = "The firewall's connection tracking has a timeout that is no time: "
			   "tracked connections can be forgotten at once.",
		.remedy = "Set the timeouts named here to the kernel's defaults. Zero and "
			  "negative do not mean unlimited.",
	},
	{
		.id = "conntrack-chains-long",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_buckets"},
		.holds = tracker_chains_are_long,
		.summary = "A full connection table has {a} entries in each bucket, and every "
			   "packet of the firewall searches one.",
		.remedy = "Raise net.netfilter.nf_conntrack_buckets together with "
			  "net.netfilter.nf_conntrack_max, best to the same number. Both are the "
			  "host's and cannot be set from inside a container.",
	},
};

const struct rules rules_settings = {rows, ARRAY_LEN(rows)};
