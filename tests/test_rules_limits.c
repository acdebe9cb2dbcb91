/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules about open files: each with what makes it come true, and a near miss.
 */
#include "advise/diagnose.h"

#include "default_host.h"

#include "base/text.h"

struct diagnosis {
	struct snapshot snapshot;
	struct report report;
};

static void diagnose_it(struct diagnosis *d, const struct profile *p)
{
	struct evidence e = {.snapshot = &d->snapshot, .profile = p};

	d->report = (struct report){.snapshot = &d->snapshot, .profile = p};
	assert_ok(diagnose(&e, &d->report, NULL));
}

static const struct finding *finding_of(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->report.findings.len; i++) {
		if (strcmp(d->report.findings.items[i].id, id) == 0)
			return &d->report.findings.items[i];
	}
	return NULL;
}

static void diagnosis_done(struct diagnosis *d)
{
	report_done(&d->report);
	snapshot_done(&d->snapshot);
}

static void add_process(struct snapshot *s, int pid, const char *comm, uint64_t hard)
{
	struct process p = {.pid = pid,
			    .comm = strdup(comm),
			    .limit = {.soft = 1024, .hard = hard, .known = true}};

	assert_int_equal(vec_push(&s->limits.processes, p), 0);
}

static void limits_above_nr_open_are_found(void **state)
{
	struct diagnosis d = {.snapshot = host_of_release(KERNEL(6, 1))};
	const struct finding *f;

	(void)state;
	d.snapshot.limits.pid1 = (struct nofile){1024, 1048577, true};
	add_process(&d.snapshot, 1, "systemd", 1048577);
	add_process(&d.snapshot, 812, "nginx", 1048577);
	add_process(&d.snapshot, 813, "redis", 1048576);
	add_process(&d.snapshot, 900, "odd", UINT64_MAX);
	diagnose_it(&d, NULL);
	f = finding_of(&d, "nofile-above-nr-open");
	assert_non_null(f);
	assert_has(f->summary, "3 are above fs.nr_open, which is 1048576");
	assert_int_equal(f->evidence.len, 4);
	assert_string_equal(f->evidence.items[0], "fs.nr_open = 1048576 files");
	assert_has(f->evidence.items[1], "the first process (pid 1): hard limit 1048577");
	assert_has(f->evidence.items[2], "nginx (pid 812): hard limit 1048577");
	assert_has(f->evidence.items[3], "odd (pid 900): hard limit unlimited");
	diagnosis_done(&d);
}

static void limits_at_nr_open_and_unknown_ones_are_fine(void **state)
{
	struct diagnosis d = {.snapshot = host_of_release(KERNEL(6, 1))};

	(void)state;
	d.snapshot.limits.pid1 = (struct nofile){1024, 1048576, true};
	d.snapshot.limits.shell = (struct nofile){UINT64_MAX, UINT64_MAX, false};
	add_process(&d.snapshot, 812, "nginx", 1048576);
	diagnose_it(&d, NULL);
	assert_null(finding_of(&d, "nofile-above-nr-open"));
	diagnosis_done(&d);
}

static void many_processes_are_counted_and_a_few_named(void **state)
{
	struct diagnosis d = {.snapshot = host_of_release(KERNEL(6, 1))};
	const struct finding *f;

	(void)state;
	for (int i = 0; i < 100; i++)
		add_process(&d.snapshot, 1000 + i, "worker", 2000000);
	d.snapshot.limits.shell = (struct nofile){1024, 2000000, true};
	diagnose_it(&d, NULL);
	f = finding_of(&d, "nofile-above-nr-open");
	assert_non_null(f);
	assert_has(f->summary, "101 are above");
	assert_int_equal(f->evidence.len, 1 + TRIAL_NOTES_MAX + 1);
	assert_string_equal(f->evidence.items[1 + TRIAL_NOTES_MAX], "and 93 more");
	diagnosis_done(&d);
}

/* A profile of one nofile entry, and one for fs.nr_open where that is not 0. */
static struct profile profile_of(const char *target, uint64_t hard, enum op op, int64_t nr_open)
{
	struct profile p = {0};
	struct nofile_entry n = {.target = strdup(target),
				 .soft = 1024,
				 .hard = hard,
				 .file = strdup("/etc/tcptune/profiles/x.conf"),
				 .line = 7};
	struct sysctl_entry e = {
		.tunable = catalogue_find("fs.nr_open"), .op = op, .set.type = TYPE_COUNT};
	struct operand o = {.value = {.type = TYPE_INT, .n = 1, .num = {nr_open}}};

	assert_int_equal(vec_push(&p.nofile, n), 0);
	if (nr_open) {
		assert_int_equal(vec_push(&e.operands, o), 0);
		assert_int_equal(vec_push(&p.sysctls, e), 0);
	}
	return p;
}

static void a_profile_that_would_lock_users_out_is_found(void **state)
{
	static const struct {
		const char *target;
		uint64_t hard;
		enum op op;
		int64_t nr_open;
		bool fires;
	} profiles[] = {
		{"pam:*", 1048577, OP_EXACT, 0, true},
		{"pam:*", 1048576, OP_EXACT, 0, false},
		{"pam:@www", 2000000, OP_AT_LEAST, 1048576, true},
		{"pam:*", 2000000, OP_AT_LEAST, 2000000, false},
		{"pam:*", 1000000, OP_AT_LEAST, 524288, false}, /* it never lowers */
		{"pam:*", 1000000, OP_EXACT, 524288, true},
		{"pam:*", 1000000, OP_AT_MOST, 524288, true},
		{"systemd", 2000000, OP_EXACT, 0, false}, /* it sets what it can */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
		struct diagnosis d = {.snapshot = host_of_release(KERNEL(6, 1))};
		struct profile p = profile_of(profiles[i].target, profiles[i].hard, profiles[i].op,
					      profiles[i].nr_open);
		const struct finding *f;

		diagnose_it(&d, &p);
		f = finding_of(&d, "profile-nofile-above-nr-open");
		if ((f != NULL) != profiles[i].fires)
			fail_msg("profile %zu: %s", i, f ? f->summary : "silent");
		if (f)
			assert_has(f->evidence.items[1], "/etc/tcptune/profiles/x.conf:7 wants ");
		diagnosis_done(&d);
		profile_done(&p);
	}
}

static void open_files_near_their_limit_are_found(void **state)
{
	static const struct {
		const char *file_nr, *file_max;
		const char *summary; /* NULL: silent */
	} hosts[] = {
		{"80000\t0\t100000", "100000", "80 % of"},
		{"79999\t0\t100000", "100000", NULL},
		{"120000\t0\t100000", "100000", "100 % of"},
		{"1984\t0\t9223372036854775807", "9223372036854775807", NULL},
		{"0\t0\t0", "0", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		struct diagnosis d = {.snapshot = host_of_release(KERNEL(6, 1))};
		const struct finding *f;

		host_set(&d.snapshot, "fs.file-nr", hosts[i].file_nr);
		host_set(&d.snapshot, "fs.file-max", hosts[i].file_max);
		diagnose_it(&d, NULL);
		f = finding_of(&d, "file-max-near");
		if (!f != !hosts[i].summary)
			fail_msg("%s of %s: %s", hosts[i].file_nr, hosts[i].file_max,
				 f ? f->summary : "silent");
		if (f) {
			assert_has(f->summary, hosts[i].summary);
			assert_has(f->remedy, "in the application only");
		}
		diagnosis_done(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_above_nr_open_are_found),
		cmocka_unit_test(limits_at_nr_open_and_unknown_ones_are_fine),
		cmocka_unit_test(many_processes_are_counted_and_a_few_named),
		cmocka_unit_test(a_profile_that_would_lock_users_out_is_found),
		cmocka_unit_test(open_files_near_their_limit_are_found),
	};

	return cmocka_run_group_tests_name("rules of limits", tests, NULL, NULL);
}
