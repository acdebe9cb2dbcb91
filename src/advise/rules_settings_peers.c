/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Peers that are gone: keepalive, and when sending again is given up. */
#include "advise/rules_settings.h"

enum {
	RTO_MIN_MS = 200,
	RTO_MAX_MS = 120000,
	GIVE_UP_MS = 100 * 1000, /* RFC 1122, 4.2.3.5: at least 100 seconds */
	RETRIES2_FEW = 5,
};

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
	return setting_any_fails(t, number_is_negative);
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

static const struct rule rows[] = {
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
};

const struct rules rules_settings_peers = {rows, ARRAY_LEN(rows)};
