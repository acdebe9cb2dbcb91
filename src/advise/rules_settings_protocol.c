/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the protocol does on the wire, and the table its sockets are found in. */
#include "advise/rules_settings.h"

#include <string.h>

#include "base/text.h"

enum {
	HASH_SMALL = 16384, /* buckets: 8192 TIME_WAIT */
	CHALLENGE_ACKS_FEW = 1000,
};

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

static const struct rule rows[] = {
	{
		.id = "window-scaling-off",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_window_scaling"},
		.holds = setting_is_zero,
		.summary = "No connection can have more than 64 KiB in flight: window scaling is "
			   "off.",
		.remedy = "Set net.ipv4.tcp_window_scaling to 1.",
	},
	{
		.id = "sack-off",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_sack"},
		.holds = setting_is_zero,
		.summary = "Lost packets are repaired slowly: selective acknowledgements are off.",
		.remedy = "Set net.ipv4.tcp_sack to 1. It was switched off in 2019 against flaws "
			  "that kernels have long been cured of.",
	},
	{
		.id = "timestamps-off",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_timestamps"},
		.holds = setting_is_zero,
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
};

const struct rules rules_settings_protocol = {rows, ARRAY_LEN(rows)};
