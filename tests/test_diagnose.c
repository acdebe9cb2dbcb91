/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame of the rules: their rows, what is not evaluated and why, the order
 * and the words of findings.  What each rule says is in test_rules_*.c.
 */
#include "advise/diagnose.h"
#include "advise/indict.h"

#include "default_host.h"

#include "base/text.h"

#define for_each_rule(rule)                                                                        \
	for (size_t i_ = 0; rule_at(i_); i_++)                                                     \
		for (const struct rule *rule = rule_at(i_); rule; rule = NULL)

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

static const char *reason_of(const struct report *r, const char *id)
{
	for (size_t i = 0; i < r->not_evaluated.len; i++) {
		if (strcmp(r->not_evaluated.items[i].id, id) == 0)
			return r->not_evaluated.items[i].reason;
	}
	return NULL;
}

static unsigned keys_of(const struct rule *rule)
{
	unsigned n = 0;

	while (n < FINDING_KEYS_MAX && rule->keys[n])
		n++;
	return n;
}

static unsigned needed_of(const struct rule *rule)
{
	if (rule->needs == NEEDS_NO_KEY)
		return 0;
	return rule->needs ? rule->needs : keys_of(rule);
}

static bool is_kebab(const char *id)
{
	if (!(*id >= 'a' && *id <= 'z') || text_ends(id, "-") || strstr(id, "--"))
		return false;
	return id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* Placeholders stand for a key that is always there, or for a number. */
static void assert_template(const struct rule *rule)
{
	unsigned readable = needed_of(rule);

	for (const char *p = rule->summary; (p = strpbrk(p, "{}")); p += 3) {
		bool key = char_is_digit(p[1]) && (unsigned)(p[1] - '0') < readable;
		bool number = p[1] >= 'a' && p[1] < 'a' + TRIAL_NUMBERS;

		if (*p != '{' || p[2] != '}' || !(key || number || p[1] == 's'))
			fail_msg("%s: bad placeholder in: %s", rule->id, rule->summary);
	}
}

static void assert_sentences(const struct rule *rule, const char *text, size_t most)
{
	if (!text || !text_ends(text, "."))
		fail_msg("%s: no sentence: %s", rule->id, text ? text : "(none)");
	if (strstr(text, "  ") || strchr(text, '\n') || strstr(text, ".."))
		fail_msg("%s: doubled characters: %s", rule->id, text);
	if (strlen(text) > most)
		fail_msg("%s: %zu bytes are more than one reads: %s", rule->id, strlen(text), text);
}

/* "net.ipv4.tcp_x" in a text must be a key. */
static void assert_keys_exist(const struct rule *rule, const char *text)
{
	for (const char *p = text; (p = strstr(p, "net.")); p += strlen("net.")) {
		size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789_.");
		char key[128];

		while (p[n - 1] == '.')
			n--;
		assert_true(n < sizeof(key));
		memcpy(key, p, n);
		key[n] = '\0';
		if (!catalogue_find(key))
			fail_msg("%s speaks of %s, which is not in the catalogue", rule->id, key);
	}
}

static void every_row_is_complete(void **state)
{
	(void)state;
	for_each_rule(rule)
	{
		if (!is_kebab(rule->id))
			fail_msg("\"%s\" is no id", rule->id);
		assert_true(rule->severity < SEVERITY_COUNT && rule->fixed_by < FIXED_BY_COUNT);
		assert_non_null(rule->holds);
		assert_true(rule->needs == NEEDS_NO_KEY || rule->needs <= keys_of(rule));
		/* Without a key that must be there, it needs something else to go by. */
		assert_true(needed_of(rule) || rule->facts);
		assert_sentences(rule, rule->summary, 160);
		assert_sentences(rule, rule->remedy, 320);
		assert_template(rule);
		assert_keys_exist(rule, rule->summary);
		assert_keys_exist(rule, rule->remedy);
	}
}

static void ids_are_unique_and_known(void **state)
{
	(void)state;
	for_each_rule(rule)
	{
		for (size_t k = 0; k < i_; k++)
			assert_string_not_equal(rule->id, rule_at(k)->id);
		assert_true(rule_known(rule->id));
	}
	assert_false(rule_known("somaxconn"));
	assert_false(rule_known(""));
}

static void every_key_is_in_the_catalogue_and_read(void **state)
{
	(void)state;
	for_each_rule(rule)
	{
		unsigned needed = needed_of(rule);

		for (unsigned i = 0; i < keys_of(rule); i++) {
			const struct tunable *t = catalogue_find(rule->keys[i]);

			if (!t)
				fail_msg("%s: %s is not in the catalogue", rule->id, rule->keys[i]);
			if (i < needed && (tunable_is_pattern(t) || catalogue_denies(t->key) ||
					   t->scope == SCOPE_PROCESS))
				fail_msg("%s needs %s, which is never read", rule->id, t->key);
		}
	}
}

static void assert_no_alarm(const struct snapshot *s, const char *what)
{
	struct report r = diagnosis_of(s);

	for (size_t i = 0; i < r.findings.len; i++) {
		if (r.findings.items[i].severity > SEVERITY_INFO)
			fail_msg("%s: %s: %s", what, r.findings.items[i].id,
				 r.findings.items[i].summary);
	}
	report_done(&r);
}

static void defaults_of_the_kernel_raise_no_alarm(void **state)
{
	static const unsigned releases[] = {KERNEL(4, 18), KERNEL(5, 10), KERNEL(5, 14),
					    KERNEL(6, 1),  KERNEL(6, 12), KERNEL(6, 18)};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(releases); i++) {
		struct snapshot s = host_of_release(releases[i]);
		char release[16];

		assert_int_equal(reading_of(&s, "net.core.somaxconn")->state, READING_PRESENT);
		assert_no_alarm(&s, release_text(releases[i], release));
		host_make_child(&s);
		assert_no_alarm(&s, release_text(releases[i], release));
		snapshot_done(&s);
	}
}

/* What Debian, RHEL and systemd set on top of the kernel's defaults. */
static void what_distributions_set_raises_no_alarm(void **state)
{
	struct snapshot s = host_of_release(KERNEL(5, 14));

	(void)state;
	host_set_all(&s, "fs.nr_open=1073741816;fs.file-max=9223372036854775807;"
			 "net.core.default_qdisc=fq_codel;net.core.optmem_max=81920;"
			 "net.ipv4.tcp_challenge_ack_limit=1000;"
			 "net.netfilter.nf_conntrack_tcp_timeout_established=86400");
	assert_no_alarm(&s, "a distribution");
	snapshot_done(&s);
}

static void a_tuned_host_raises_no_alarm(void **state)
{
	struct snapshot s = host_of_release(KERNEL(6, 12));
	struct report r;

	(void)state;
	host_set_all(&s, "net.core.somaxconn=65535;net.ipv4.tcp_fin_timeout=30;"
			 "net.ipv4.tcp_tw_reuse=1;net.ipv4.tcp_keepalive_time=120;"
			 "net.ipv4.tcp_keepalive_intvl=20;net.ipv4.tcp_keepalive_probes=6;"
			 "net.ipv4.ip_local_port_range=1024\t65535;"
			 "net.ipv4.ip_local_reserved_ports=8080,9000-9100;"
			 "net.ipv4.tcp_max_tw_buckets=2000000;net.ipv4.tcp_retries2=8;"
			 "net.ipv4.tcp_rmem=4096\t131072\t33554432;"
			 "net.ipv4.tcp_wmem=4096\t65536\t33554432;"
			 "net.core.rmem_max=33554432;net.core.netdev_max_backlog=16384;"
			 "net.ipv4.tcp_slow_start_after_idle=0;net.ipv4.tcp_syn_retries=3;"
			 "net.ipv4.tcp_synack_retries=2;net.ipv4.tcp_max_orphans=262144;"
			 "net.netfilter.nf_conntrack_max=1048576;"
			 "net.netfilter.nf_conntrack_buckets=262144;"
			 "net.netfilter.nf_conntrack_tcp_timeout_established=3600");
	r = diagnosis_of(&s);
	assert_int_equal(r.findings.len, 0);
	report_done(&r);
	snapshot_done(&s);
}

static void findings_come_most_severe_first(void **state)
{
	struct snapshot s = host_of_release(KERNEL(6, 18));
	struct report r;

	(void)state;
	host_set_all(&s, "net.ipv4.tcp_abort_on_overflow=1;net.ipv4.tcp_sack=0;"
			 "net.ipv4.tcp_keepalive_probes=0;net.core.somaxconn=0");
	r = diagnosis_of(&s);
	assert_int_equal(r.findings.len, 5);
	assert_string_equal(r.findings.items[0].id, "keepalive-probes-zero");
	for (size_t i = 1; i < r.findings.len; i++)
		assert_true(r.findings.items[i].severity <= r.findings.items[i - 1].severity);
	assert_int_equal(r.findings.items[4].severity, SEVERITY_INFO);
	report_done(&r);
	snapshot_done(&s);
}

static void a_finding_has_everything_a_reader_needs(void **state)
{
	struct snapshot s = host_of_release(KERNEL(6, 18));
	const struct finding *f;
	struct report r;

	(void)state;
	host_set(&s, "net.ipv4.tcp_keepalive_intvl", "0");
	r = diagnosis_of(&s);
	f = finding_of(&r, "keepalive-interval-zero");
	assert_non_null(f);
	assert_int_equal(f->severity, SEVERITY_CRITICAL);
	assert_int_equal(f->fixed_by, FIXED_BY_SYSCTL);
	assert_has(f->summary, "all 9 probes");
	assert_int_equal(f->evidence.len, 2);
	assert_string_equal(f->evidence.items[0],
			    "net.ipv4.tcp_keepalive_intvl = 0 seconds (kernel's default: 75)");
	assert_string_equal(f->evidence.items[1], "net.ipv4.tcp_keepalive_probes = 9");
	assert_has(f->remedy, "Set net.ipv4.tcp_keepalive_intvl to 75");
	assert_string_equal(f->keys[0], "net.ipv4.tcp_keepalive_intvl");
	assert_string_equal(f->keys[1], "net.ipv4.tcp_keepalive_probes");
	assert_null(f->keys[2]);
	report_done(&r);
	snapshot_done(&s);
}

static void only_the_keys_at_fault_are_named(void **state)
{
	struct snapshot s = host_of_release(KERNEL(6, 18));
	const struct finding *f;
	struct report r;

	(void)state;
	host_set_all(&s, "net.netfilter.nf_conntrack_tcp_timeout_fin_wait=-1;"
			 "net.netfilter.nf_conntrack_tcp_timeout_last_ack=0");
	host_unset(&s, "net.netfilter.nf_conntrack_tcp_timeout_time_wait", READING_UNREADABLE,
		   BECAUSE_NONE);
	r = diagnosis_of(&s);
	f = finding_of(&r, "conntrack-timeout-zero");
	assert_non_null(f);
	assert_string_equal(f->keys[0], "net.netfilter.nf_conntrack_tcp_timeout_fin_wait");
	assert_string_equal(f->keys[1], "net.netfilter.nf_conntrack_tcp_timeout_last_ack");
	assert_null(f->keys[2]);
	assert_int_equal(f->evidence.len, 2);
	report_done(&r);
	snapshot_done(&s);
}

static void an_offline_host_is_not_evaluated(void **state)
{
	struct snapshot s = host_of_release(KERNEL(6, 18));
	size_t rules = 0;
	struct report r;

	(void)state;
	s.host.online = false;
	for (size_t i = 0; i < catalogue_size(); i++)
		host_unset(&s, catalogue_at(i)->key, READING_OFFLINE, BECAUSE_NONE);
	r = diagnosis_of(&s);
	assert_int_equal(r.findings.len, 0);
	for_each_rule(rule)
	{
		rules++;
		if (!reason_of(&r, rule->id))
			fail_msg("%s was judged", rule->id);
		if (!(rule->facts & FACT_PROFILE))
			assert_has(reason_of(&r, rule->id), "the host is offline");
	}
	assert_int_equal(r.not_evaluated.len, rules);
	report_done(&r);
	snapshot_done(&s);
}

static void the_host_s_keys_are_not_evaluated_in_a_child_namespace(void **state)
{
	struct snapshot s = host_of_release(KERNEL(6, 18));
	struct report r;

	(void)state;
	host_make_child(&s);
	r = diagnosis_of(&s);
	assert_string_equal(reason_of(&r, "tcp-mem-order"),
			    "net.ipv4.tcp_mem is the host's and not visible in this network "
			    "namespace");
	assert_non_null(reason_of(&r, "netdev-backlog-zero"));
	assert_non_null(reason_of(&r, "max-orphans-zero"));
	assert_null(reason_of(&r, "somaxconn-small"));
	/* A key that no kernel has any more is nobody's. */
	assert_null(reason_of(&r, "tw-recycle-on"));
	report_done(&r);
	snapshot_done(&s);
}

static void what_the_kernel_does_not_have_is_no_question(void **state)
{
	static const char *const rules[] = {"tw-recycle-on", "rto-max-low", "child-hash-small",
					    "conntrack-chains-long", "keepalive-after-conntrack"};
	struct snapshot s = host_of_release(KERNEL(5, 10));
	struct report r;

	(void)state;
	for (size_t i = 0; i < catalogue_size(); i++) {
		if (text_starts(catalogue_at(i)->key, "net.netfilter."))
			host_unset(&s, catalogue_at(i)->key, READING_ABSENT, BECAUSE_MODULE);
	}
	r = diagnosis_of(&s);
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		assert_null(reason_of(&r, rules[i]));
		assert_null(finding_of(&r, rules[i]));
	}
	report_done(&r);
	snapshot_done(&s);
}

static void what_cannot_be_read_is_said(void **state)
{
	struct snapshot s = host_of_release(KERNEL(6, 18));
	struct report r;

	(void)state;
	host_unset(&s, "net.ipv4.tcp_sack", READING_UNREADABLE, BECAUSE_NONE);
	host_set(&s, "net.ipv4.tcp_keepalive_probes", "nine\n");
	host_set(&s, "net.ipv4.tcp_rmem", "4096\t131072");
	s.host.memory_bytes = 0;
	r = diagnosis_of(&s);
	assert_string_equal(reason_of(&r, "sack-off"), "net.ipv4.tcp_sack cannot be read");
	assert_string_equal(reason_of(&r, "keepalive-probes-zero"),
			    "net.ipv4.tcp_keepalive_probes holds what is no value for it");
	assert_has(reason_of(&r, "tcp-rmem-order"), "holds what is no value");
	assert_string_equal(reason_of(&r, "tcp-mem-above-memory"),
			    "how much memory this host has is not known");
	assert_string_equal(reason_of(&r, "profile-nofile-above-nr-open"), "no profile was given");
	assert_null(reason_of(&r, "tcp-mem-order"));
	report_done(&r);
	snapshot_done(&s);
}

static void a_key_that_is_only_helpful_may_be_missing(void **state)
{
	struct snapshot s = host_of_release(KERNEL(6, 18));
	struct report r;

	(void)state;
	host_unset(&s, "net.netfilter.nf_conntrack_count", READING_UNREADABLE, BECAUSE_NONE);
	host_set(&s, "net.netfilter.nf_conntrack_tcp_timeout_established", "300");
	r = diagnosis_of(&s);
	assert_non_null(finding_of(&r, "keepalive-after-conntrack"));
	report_done(&r);
	snapshot_done(&s);
}

static void long_lists_are_cut_in_the_evidence(void **state)
{
	struct snapshot s = host_of_release(KERNEL(6, 18));
	auto_text struct text ports = {0};
	const struct finding *f;
	struct report r;

	(void)state;
	for (unsigned p = 32768; p < 61000; p += 4)
		text_addf(&ports, "%s%u-%u", ports.len ? "," : "", p, p + 2);
	host_set(&s, "net.ipv4.ip_local_reserved_ports", ports.str);
	r = diagnosis_of(&s);
	f = finding_of(&r, "port-range-reserved");
	assert_non_null(f);
	assert_int_equal(f->evidence.len, 2);
	assert_true(strlen(f->evidence.items[1]) < 300);
	assert_has(f->evidence.items[1], "32768-32770,32772");
	assert_has(f->evidence.items[1], "... ports (kernel's default: (empty))");
	report_done(&r);
	snapshot_done(&s);
}

/* A captured tree may hold anything: nothing overflows, nothing hangs (run it sanitized). */
static void absurd_numbers_do_no_harm(void **state)
{
	static const char *const numbers[] = {"-9223372036854775807",
					      "9223372036854775807",
					      "99999999999999999999999",
					      "-1",
					      "0",
					      "65536",
					      "4294967295"};

	(void)state;
	for (size_t n = 0; n < ARRAY_LEN(numbers); n++) {
		struct snapshot s = host_of_release(KERNEL(6, 18));
		struct report r;

		for (size_t i = 0; i < catalogue_size(); i++) {
			const struct tunable *t = catalogue_at(i);
			auto_text struct text value = {0};

			if (tunable_is_pattern(t) || t->scope == SCOPE_PROCESS)
				continue;
			for (unsigned k = 0; k < tunable_fields(t); k++)
				text_addf(&value, "%s%s", k ? "\t" : "", numbers[n]);
			host_set(&s, t->key, value.str);
		}
		s.host.page_size = 1;
		s.host.memory_bytes = UINT64_MAX;
		r = diagnosis_of(&s);
		report_done(&r);
		snapshot_done(&s);
	}
}

/* Each is a rule, and once; one about settings alone says nothing of a state. */
static void what_indicts_a_state_is_a_rule_about_what_is_live(void **state)
{
	const char *id;

	for (size_t i = 0; (id = indicting_at(i)); i++) {
		const struct rule *rule = rule_find(id);

		if (!rule || !(rule->facts & (FACT_SOCKETS | FACT_EACH_SOCKET | FACT_COUNTERS)))
			fail_msg("%s is no rule about sockets or counters", id);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(indicting_at(k), id);
		assert_int_not_equal(indicted_by(id), 0);
	}
	assert_true(rule_find("time-wait-harmless") && !indicted_by("time-wait-harmless"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_indicts_a_state_is_a_rule_about_what_is_live),
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(ids_are_unique_and_known),
		cmocka_unit_test(every_key_is_in_the_catalogue_and_read),
		cmocka_unit_test(defaults_of_the_kernel_raise_no_alarm),
		cmocka_unit_test(what_distributions_set_raises_no_alarm),
		cmocka_unit_test(a_tuned_host_raises_no_alarm),
		cmocka_unit_test(findings_come_most_severe_first),
		cmocka_unit_test(a_finding_has_everything_a_reader_needs),
		cmocka_unit_test(only_the_keys_at_fault_are_named),
		cmocka_unit_test(an_offline_host_is_not_evaluated),
		cmocka_unit_test(the_host_s_keys_are_not_evaluated_in_a_child_namespace),
		cmocka_unit_test(what_the_kernel_does_not_have_is_no_question),
		cmocka_unit_test(what_cannot_be_read_is_said),
		cmocka_unit_test(a_key_that_is_only_helpful_may_be_missing),
		cmocka_unit_test(long_lists_are_cut_in_the_evidence),
		cmocka_unit_test(absurd_numbers_do_no_harm),
	};

	return cmocka_run_group_tests_name("diagnosis", tests, NULL, NULL);
}
