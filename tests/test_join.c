/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "advise/join.h"

/* A report of one setting and one finding. */
struct fixture {
	struct setting setting;
	struct finding finding;
	struct not_evaluated not_evaluated;
	struct report report;
};

static const struct tunable somaxconn = {.key = "net.core.somaxconn"};

static void make(struct fixture *f, const char *key, enum verdict verdict, const char *gate)
{
	*f = (struct fixture){
		.setting = {.key = strdup(key), .verdict = verdict, .gate = gate},
		.finding = {.id = "queue-full",
			    .keys = {"net.ipv4.tcp_sack", "net.core.somaxconn"}},
		.not_evaluated = {.id = "queue-full"},
	};
	f->setting.tunable = strncmp(key, "nofile", 6) == 0 ? NULL : &somaxconn;
	f->finding.summary = strdup("It is full.");
	f->not_evaluated.reason = strdup("nobody knows");
	f->report.settings.items = &f->setting;
	f->report.settings.len = 1;
}

static void with_finding(struct fixture *f)
{
	f->report.findings.items = &f->finding;
	f->report.findings.len = 1;
}

static void done(struct fixture *f)
{
	setting_done(&f->setting);
	finding_done(&f->finding);
	free(f->not_evaluated.reason);
}

static const char *only_line(const struct fixture *f)
{
	assert_int_equal(f->setting.evidence.len, 1);
	return f->setting.evidence.items[0];
}

static void a_finding_is_evidence_for_the_keys_it_concerns(void **state)
{
	struct fixture f;

	make(&f, "net.core.somaxconn", VERDICT_OK, NULL);
	with_finding(&f);
	assert_ok(evidence_join(&f.report, NULL));
	assert_string_equal(only_line(&f), "Seen here: It is full.");
	done(&f);

	make(&f, "net.core.optmem_max", VERDICT_DIFFERS, NULL);
	with_finding(&f);
	assert_ok(evidence_join(&f.report, NULL));
	assert_int_equal(f.setting.evidence.len, 0);
	done(&f);
}

static void a_finding_about_one_row_of_a_key_says_nothing_in_the_others(void **state)
{
	static const char *const rows[] = {"nofile.pam:*.soft", "nofile.pam:*.hard"};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fixture f;

		make(&f, rows[i], VERDICT_DIFFERS, NULL);
		with_finding(&f);
		f.finding.keys[0] = "nofile";
		f.finding.keys[1] = NULL;
		assert_ok(strings_add(&f.finding.rows, "%s", rows[0]));
		assert_ok(evidence_join(&f.report, NULL));
		assert_int_equal(f.setting.evidence.len, i == 0);
		done(&f);
	}
}

static void of_a_list_a_setting_gets_its_own_lines(void **state)
{
	struct fixture f;

	make(&f, "net.core.somaxconn", VERDICT_OK, NULL);
	with_finding(&f);
	memset(f.finding.keys, 0, sizeof(f.finding.keys));
	assert_ok(finding_add_line(&f.finding, "net.ipv4.tcp_sack", strdup("/a:1: other")));
	assert_ok(finding_add_line(&f.finding, "net.core.somaxconn", strdup("/a:2: this")));
	assert_ok(finding_add_line(&f.finding, NULL, strdup("and 3 more")));
	assert_ok(evidence_join(&f.report, NULL));
	assert_string_equal(only_line(&f), "Seen here: /a:2: this");
	done(&f);
}

static void what_rows_say_themselves_is_not_said_again(void **state)
{
	struct fixture f;

	make(&f, "net.core.somaxconn", VERDICT_OK, NULL);
	with_finding(&f);
	memset(f.finding.keys, 0, sizeof(f.finding.keys));
	f.finding.in_rows = true;
	assert_ok(finding_add_line(&f.finding, "net.core.somaxconn", strdup("it drifted")));
	assert_ok(evidence_join(&f.report, NULL));
	assert_int_equal(f.setting.evidence.len, 0);
	done(&f);
}

static void a_finding_about_nofile_is_about_every_limit(void **state)
{
	struct fixture f;

	make(&f, "nofile.pam:*.soft", VERDICT_DIFFERS, NULL);
	with_finding(&f);
	assert_ok(evidence_join(&f.report, NULL));
	assert_int_equal(f.setting.evidence.len, 0);
	f.finding.keys[0] = "nofile";
	assert_ok(evidence_join(&f.report, NULL));
	assert_string_equal(only_line(&f), "Seen here: It is full.");
	done(&f);
}

static void a_gate_without_its_finding_says_that_nothing_needs_it(void **state)
{
	struct fixture f;

	make(&f, "net.core.somaxconn", VERDICT_DIFFERS, "queue-full");
	assert_ok(evidence_join(&f.report, NULL));
	assert_string_equal(only_line(&f),
			    "Wanted by the profile; nothing on this host needs it yet.");
	done(&f);

	make(&f, "net.core.somaxconn", VERDICT_BOOT_DIFFERS, "queue-full");
	with_finding(&f);
	assert_ok(evidence_join(&f.report, NULL));
	assert_string_equal(only_line(&f), "Seen here: It is full.");
	done(&f);
}

static void what_is_as_wanted_needs_no_evidence(void **state)
{
	struct fixture f;

	make(&f, "net.core.somaxconn", VERDICT_OK, "queue-full");
	assert_ok(evidence_join(&f.report, NULL));
	assert_int_equal(f.setting.evidence.len, 0);
	done(&f);
}

static void a_gate_that_was_not_judged_is_not_said_to_be_closed(void **state)
{
	struct fixture f;

	make(&f, "net.core.somaxconn", VERDICT_DIFFERS, "queue-full");
	f.report.not_evaluated.items = &f.not_evaluated;
	f.report.not_evaluated.len = 1;
	assert_ok(evidence_join(&f.report, NULL));
	assert_has(only_line(&f), "is not known: nobody knows.");
	done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_finding_is_evidence_for_the_keys_it_concerns),
		cmocka_unit_test(a_finding_about_one_row_of_a_key_says_nothing_in_the_others),
		cmocka_unit_test(of_a_list_a_setting_gets_its_own_lines),
		cmocka_unit_test(what_rows_say_themselves_is_not_said_again),
		cmocka_unit_test(a_finding_about_nofile_is_about_every_limit),
		cmocka_unit_test(a_gate_without_its_finding_says_that_nothing_needs_it),
		cmocka_unit_test(what_is_as_wanted_needs_no_evidence),
		cmocka_unit_test(a_gate_that_was_not_judged_is_not_said_to_be_closed),
	};

	return cmocka_run_group_tests_name("join", tests, NULL, NULL);
}
