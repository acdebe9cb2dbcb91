/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/planner.h"

#include "base/text.h"
#include "check.h"

/* ---- what the host and the profile say ---- */

static struct profile profile;
static struct report report;
static struct boot_layer layer;
static struct snapshot snapshot;
static struct own_entries now, made;
static struct strings modules;
static struct plan plan;
static struct ours ours;
static char boot_id[] = "b1";

static int start(void **state)
{
	profile = (struct profile){.name = strdup("p")};
	report = (struct report){.profile = &profile};
	layer = (struct boot_layer){.values = calloc(catalogue_size(), sizeof(*layer.values))};
	snapshot = (struct snapshot){
		.host.boot_id = boot_id,
		.readings = calloc(catalogue_size(), sizeof(struct reading)),
	};
	for (size_t i = 0; i < catalogue_size(); i++)
		snapshot.readings[i] =
			(struct reading){.state = READING_ABSENT, .value.type = TYPE_COUNT};
	now = made = (struct own_entries){0};
	modules = (struct strings){0};
	plan = (struct plan){0};
	ours = (struct ours){0};
	return 0;
}

static int stop(void **state)
{
	snapshot.host.boot_id = NULL;
	profile_done(&profile);
	report_done(&report);
	boot_layer_done(&layer);
	snapshot_done(&snapshot);
	own_entries_done(&now);
	own_entries_done(&made);
	strings_done(&modules);
	plan_done(&plan);
	ours_done(&ours);
	return 0;
}

static struct setting *setting(const char *key, enum verdict verdict, const char *running,
			       const char *set)
{
	struct setting s = {
		.tunable = text_starts(key, "nofile.") ? NULL : catalogue_find(key),
		.key = strdup(key),
		.verdict = verdict,
		.running = running ? strdup(running) : NULL,
		.set = set ? strdup(set) : NULL,
		.counts = verdict == VERDICT_DIFFERS || verdict == VERDICT_BOOT_DIFFERS,
		.why = "why",
	};

	assert_ok(vec_push(&report.settings, s));
	return &report.settings.items[report.settings.len - 1];
}

static void runs(const char *key, const char *text)
{
	const struct tunable *t = catalogue_find(key);
	struct reading *r = &snapshot.readings[catalogue_index(t)];

	r->state = READING_PRESENT;
	r->text = strdup(text);
	assert_ok(value_read(t, text, &r->value));
}

static void boots(const char *target, const char *soft, const char *hard)
{
	struct boot_nofile n = {.target = strdup(target)};

	n.soft.text = soft ? strdup(soft) : NULL;
	n.hard.text = hard ? strdup(hard) : NULL;
	assert_ok(vec_push(&layer.nofile, n));
}

static void boots_value(const char *key, const char *text)
{
	layer.values[catalogue_index(catalogue_find(key))].text = strdup(text);
}

static bool only(const void *context, const char *key)
{
	return text_glob(context, key);
}

static struct plan_request all(void)
{
	return (struct plan_request){.profile = &profile};
}

static struct plan_request some(const char *glob)
{
	return (struct plan_request){
		.profile = &profile, .filtered = true, .selects = only, .context = glob};
}

static void entries_are(struct plan_request q, const char *expected)
{
	auto_text struct text t = {0};

	own_entries_done(&made);
	made = (struct own_entries){0};
	assert_ok(plan_entries(&q, q.profile ? &report : NULL, &layer, &modules, &now, &made));
	for (size_t i = 0; i < made.len; i++)
		text_addf(&t, "%s=%s;", made.items[i].key, made.items[i].value);
	assert_string_equal(t.str ? t.str : "", expected);
}

/* ---- what our files are to say ---- */

static void what_would_not_do_at_boot_goes_into_our_files(void **state)
{
	setting("net.core.somaxconn", VERDICT_BOOT_DIFFERS, "128", "4096");
	setting("net.ipv4.tcp_sack", VERDICT_OK, "1", NULL);
	setting("net.ipv4.tcp_rmem", VERDICT_ABSENT, NULL, "1 2 3");
	entries_are(all(), "net.core.somaxconn=4096;");
}

static void what_they_said_before_does_not_matter(void **state)
{
	assert_ok(own_entries_put(&now, "net.core.somaxconn", "1"));
	assert_ok(own_entries_put(&now, "nofile.pam:*.soft", "1"));
	setting("net.ipv4.tcp_sack", VERDICT_BOOT_DIFFERS, "0", "1");
	entries_are(all(), "net.ipv4.tcp_sack=1;");
}

static void a_filter_leaves_the_rest(void **state)
{
	assert_ok(own_entries_put(&now, "net.core.somaxconn", "1"));
	assert_ok(own_entries_put(&now, "net.ipv4.tcp_sack", "0"));
	assert_ok(own_entries_put(&now, "net.ipv4.tcp_dsack", "0"));
	setting("net.ipv4.tcp_sack", VERDICT_BOOT_DIFFERS, "0", "1");
	entries_are(some("net.ipv4.*"), "net.core.somaxconn=1;net.ipv4.tcp_sack=1;");
}

static void without_a_profile_nothing_remains(void **state)
{
	struct plan_request q = {0};

	assert_ok(own_entries_put(&now, "net.core.somaxconn", "1"));
	assert_ok(own_entries_put(&now, "module.nf_conntrack", ""));
	entries_are(q, "");
	q.filtered = true;
	q.selects = only;
	q.context = "net.ipv4.*";
	entries_are(q, "net.core.somaxconn=1;");
}

static void systemd_gets_both_numbers(void **state)
{
	setting("nofile.systemd.hard", VERDICT_BOOT_DIFFERS, NULL, "524288");
	boots("systemd", "1024", "4096");
	entries_are(all(), "nofile.systemd.hard=524288;nofile.systemd.soft=1024;");
}

/* Raising the hard limit must not lower somebody's soft one. */
static void the_number_nobody_asks_for_stays(void **state)
{
	setting("nofile.systemd.hard", VERDICT_BOOT_DIFFERS, NULL, "524288");
	setting("nofile.unit:a.service.soft", VERDICT_BOOT_DIFFERS, NULL, "9000");
	boots("systemd", "65536", "100000");
	boots("unit:a.service", "1024", "4096");
	entries_are(all(), "nofile.systemd.hard=524288;nofile.systemd.soft=65536;"
			   "nofile.unit:a.service.hard=9000;nofile.unit:a.service.soft=9000;");
}

static void a_filter_takes_both_numbers_of_systemd(void **state)
{
	assert_ok(own_entries_put(&now, "nofile.systemd.hard", "5"));
	assert_ok(own_entries_put(&now, "nofile.systemd.soft", "4"));
	entries_are(some("nofile.systemd.hard"), "");
	entries_are(some("nofile.systemd-user.*"), "nofile.systemd.hard=5;nofile.systemd.soft=4;");
}

static void root_has_a_line_of_his_own(void **state)
{
	setting("nofile.pam:*.soft", VERDICT_BOOT_DIFFERS, NULL, "65536");
	setting("nofile.pam:*.hard", VERDICT_BOOT_DIFFERS, NULL, "524288");
	layer.limits.sessions[0].has = (struct nofile){.known = true, .soft = 1024, .hard = 999999};
	entries_are(all(), "nofile.pam:*.hard=524288;nofile.pam:*.soft=65536;"
			   "nofile.pam:root.soft=65536;");
}

static void a_profile_that_speaks_of_root_has_the_word(void **state)
{
	struct nofile_entry e = {.target = strdup("pam:root"), .soft = 10};

	assert_ok(vec_push(&profile.nofile, e));
	setting("nofile.pam:*.soft", VERDICT_BOOT_DIFFERS, NULL, "65536");
	entries_are(all(), "nofile.pam:*.soft=65536;");
}

static void a_key_of_a_module_brings_the_module(void **state)
{
	struct sysctl_entry e = {.tunable = catalogue_find("net.netfilter.nf_conntrack_max"),
				 .module = strdup("nf_conntrack")};
	struct setting *s;

	e.set.type = TYPE_COUNT;
	assert_ok(vec_push(&profile.sysctls, e));
	s = setting("net.netfilter.nf_conntrack_max", VERDICT_ABSENT, NULL, "1000000");
	s->counts = true;
	entries_are(all(), "module.nf_conntrack=;net.netfilter.nf_conntrack_max=1000000;");
	assert_ok(strings_add(&modules, "nf_conntrack"));
	entries_are(all(), "net.netfilter.nf_conntrack_max=1000000;");
}

static void a_module_stays_as_long_as_a_key_of_it(void **state)
{
	assert_ok(own_entries_put(&now, "module.nf_conntrack", ""));
	assert_ok(own_entries_put(&now, "net.netfilter.nf_conntrack_max", "5"));
	entries_are(some("net.ipv4.*"), "module.nf_conntrack=;net.netfilter.nf_conntrack_max=5;");
	entries_are(some("net.netfilter.*"), "");
}

/* ---- running values ---- */

static void note(const char *key, const char *first, const char *mine)
{
	assert_ok(ours_note(&ours, key, first, mine, boot_id, "4:1"));
}

static void steps_are(struct plan_request q, const char *expected)
{
	auto_text struct text t = {0};

	assert_ok(plan_values(&q, q.profile ? &report : NULL, &snapshot, &ours, "4:1", &plan));
	for (size_t i = 0; i < plan.steps.len; i++)
		text_addf(&t, "%s %s>%s;", plan.steps.items[i].name,
			  plan.steps.items[i].before.data, plan.steps.items[i].after.data);
	assert_string_equal(t.str ? t.str : "", expected);
}

static void only_what_differs_is_written(void **state)
{
	setting("net.core.somaxconn", VERDICT_DIFFERS, "128", "4096");
	setting("net.ipv4.tcp_sack", VERDICT_OK, "1", NULL);
	setting("net.ipv4.tcp_dsack", VERDICT_BOOT_DIFFERS, "1", "1");
	steps_are(all(), "net.core.somaxconn 128>4096;");
}

static void what_left_the_profile_goes_back(void **state)
{
	note("net.core.somaxconn", "128", "4096");
	note("net.ipv4.tcp_sack", "0", "1");
	runs("net.core.somaxconn", "4096");
	runs("net.ipv4.tcp_sack", "1");
	setting("net.ipv4.tcp_sack", VERDICT_OK, "1", NULL);
	steps_are(all(), "net.core.somaxconn 4096>128;");
	assert_true(plan_goes_back(&plan.steps.items[0]));
}

static void without_a_profile_everything_goes_back(void **state)
{
	note("net.core.somaxconn", "128", "4096");
	note("net.ipv4.tcp_rmem", "1 2 3", "4 5 6");
	runs("net.core.somaxconn", "4096");
	runs("net.ipv4.tcp_rmem", "4\t5\t6");
	steps_are((struct plan_request){0},
		  "net.core.somaxconn 4096>128;net.ipv4.tcp_rmem 4 5 6>1 2 3;");
}

static void what_somebody_changed_is_his(void **state)
{
	note("net.core.somaxconn", "128", "4096");
	runs("net.core.somaxconn", "777");
	steps_are((struct plan_request){0}, "");
	assert_int_equal(plan.skipped.len, 1);
	assert_string_equal(plan.skipped.items[0].before, "128");
	assert_string_equal(plan.skipped.items[0].ours, "4096");
	assert_string_equal(plan.skipped.items[0].now, "777");
}

static void what_is_back_already_is_left(void **state)
{
	note("net.core.somaxconn", "128", "4096");
	runs("net.core.somaxconn", "128");
	steps_are((struct plan_request){0}, "");
	assert_int_equal(plan.skipped.len, 0);
}

static void other_boots_and_namespaces_are_none_of_this(void **state)
{
	assert_ok(ours_note(&ours, "net.core.somaxconn", "128", "4096", "b0", "4:1"));
	assert_ok(ours_note(&ours, "net.ipv4.tcp_sack", "0", "1", boot_id, "4:2"));
	runs("net.core.somaxconn", "4096");
	runs("net.ipv4.tcp_sack", "1");
	steps_are((struct plan_request){0}, "");
}

static void a_filter_lets_others_stay(void **state)
{
	note("net.core.somaxconn", "128", "4096");
	note("net.ipv4.tcp_sack", "0", "1");
	runs("net.core.somaxconn", "4096");
	runs("net.ipv4.tcp_sack", "1");
	steps_are(some("net.ipv4.*"), "net.ipv4.tcp_sack 1>0;");
}

static void ports_go_the_way_the_kernel_lets_them(void **state)
{
	setting("net.ipv4.ip_local_port_range", VERDICT_DIFFERS, "32768 60999", "41000 60999");
	setting("net.ipv4.ip_unprivileged_port_start", VERDICT_DIFFERS, "1024", "40000");
	setting("net.ipv4.tcp_timestamps", VERDICT_DIFFERS, "0", "1");
	steps_are(all(), "net.ipv4.tcp_timestamps 0>1;"
			 "net.ipv4.ip_local_port_range 32768 60999>41000 60999;"
			 "net.ipv4.ip_unprivileged_port_start 1024>40000;");
}

static void what_is_not_to_be_had_is_told_once(void **state)
{
	struct setting *s = setting("net.core.somaxconn", VERDICT_ABSENT, NULL, NULL);

	s->because = BECAUSE_HOST;
	setting("net.ipv4.tcp_sack", VERDICT_ABSENT, NULL, NULL)->counts = true;
	assert_ok(plan_skips(&report, &plan));
	assert_ok(plan_skips(&report, &plan));
	assert_int_equal(plan.skipped.len, 1);
	assert_has(plan.skipped.items[0].reason, "belongs to the host");
}

/* ---- files ---- */

static const struct {
	enum own_state state;
	const char *text; /* what stands there; NULL: nothing that can be read */
	const char *after;
	bool force;
	int steps; /* -1: refused */
} files[] = {
	{OWN_ABSENT, NULL, "x", false, 1},    {OWN_ABSENT, NULL, NULL, false, 0},
	{OWN_UNTOUCHED, "a", "x", false, 1},  {OWN_UNTOUCHED, "x", "x", false, 0},
	{OWN_UNTOUCHED, "a", NULL, false, 1}, {OWN_EDITED, "a", "x", false, -1},
	{OWN_EDITED, "a", NULL, false, -1},   {OWN_EDITED, "a", "x", true, 1},
	{OWN_NOT_OURS, "a", "x", true, -1},   {OWN_NOT_OURS, "a", NULL, false, 0},
	{OWN_MASKED, "", "x", true, -1},      {OWN_MASKED, NULL, "x", false, -1},
	{OWN_MASKED, "", NULL, false, 0},     {OWN_LINK, NULL, "x", true, -1},
	{OWN_LINK, NULL, NULL, false, 0},     {OWN_HARD_LINKED, "a", "x", true, -1},
	{OWN_NO_FILE, NULL, "x", true, -1},
};

static void a_file_is_replaced_only_if_it_is_ours(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		static char path[] = "/etc/sysctl.d/90-tcptune.conf";
		char *text = files[i].text ? strdup(files[i].text) : NULL;
		const struct own_file own = {
			.path = path,
			.state = files[i].state,
			.bytes = {text, text ? strlen(text) : 0},
		};
		struct planned_file f = {.now = &own};
		struct plan_request q = {.force = files[i].force};
		struct plan p = {0};

		if (files[i].after)
			f.after = (struct bytes){strdup(files[i].after), strlen(files[i].after)};
		assert_ok(plan_file(&q, &f, &p));
		if ((files[i].steps < 0) != (p.conflicts.len == 1) ||
		    (files[i].steps > 0) != (p.steps.len == 1))
			fail_msg("row %zu: %zu steps, %zu conflicts", i, p.steps.len,
				 p.conflicts.len);
		planned_file_done(&f);
		plan_done(&p);
		free(text);
	}
}

static void missing_directories_are_steps(void **state)
{
	static char path[] = "/etc/systemd/system/a.service.d/90-tcptune.conf";
	const struct own_file own = {.path = path};
	struct planned_file f = {.now = &own, .missing = "/etc/systemd/system"};
	struct plan_request q = {0};

	f.after = (struct bytes){strdup("x"), 1};
	assert_ok(plan_file(&q, &f, &plan));
	assert_int_equal(plan.steps.len, 3);
	assert_string_equal(plan.steps.items[0].name, "/etc/systemd/system");
	assert_string_equal(plan.steps.items[1].name, "/etc/systemd/system/a.service.d");
	assert_int_equal(plan.steps.items[1].kind, STEP_DIR);
	assert_null(plan.steps.items[1].before.data);
	assert_string_equal(plan.steps.items[1].after.data, "");
	assert_int_equal(plan.steps.items[2].kind, STEP_FILE);
	planned_file_done(&f);
}

static void an_emptied_directory_goes_after_its_file(void **state)
{
	static char path[] = "/etc/systemd/system/a.service.d/90-tcptune.conf", text[] = "x";
	const struct own_file own = {.path = path, .state = OWN_UNTOUCHED, .bytes = {text, 1}};
	struct planned_file f = {.now = &own, .alone = true};
	struct plan_request q = {0};

	assert_ok(plan_file(&q, &f, &plan));
	assert_int_equal(plan.steps.len, 2);
	assert_int_equal(plan.steps.items[0].kind, STEP_FILE);
	assert_int_equal(plan.steps.items[1].kind, STEP_DIR);
	assert_string_equal(plan.steps.items[1].name, "/etc/systemd/system/a.service.d");
	assert_null(plan.steps.items[1].after.data);
}

static void what_another_line_wins_is_a_conflict(void **state)
{
	struct setting *s = setting("net.core.somaxconn", VERDICT_BOOT_DIFFERS, "1", "4096");

	s->boot = (struct boot_value){
		.text = strdup("128"), .file = strdup("/etc/sysctl.conf"), .line = 3};
	setting("net.ipv4.tcp_sack", VERDICT_OK, "1", NULL);
	assert_ok(plan_conflicts(&report, &plan));
	assert_int_equal(plan.conflicts.len, 1);
	assert_string_equal(plan.conflicts.items[0].key, "net.core.somaxconn");
	assert_string_equal(plan.conflicts.items[0].file, "/etc/sysctl.conf");
	assert_int_equal(plan.conflicts.items[0].line, 3);
}

/* ---- values that make no sense together ---- */

static size_t refusals(const struct boot_layer *with)
{
	assert_ok(plan_check(&snapshot, &made, with, &plan));
	return plan.conflicts.len;
}

static void a_range_below_the_unprivileged_ports_is_refused(void **state)
{
	setting("net.ipv4.ip_local_port_range", VERDICT_DIFFERS, "32768 60999", "1024 60999");
	runs("net.ipv4.ip_unprivileged_port_start", "2000");
	steps_are(all(), "net.ipv4.ip_local_port_range 32768 60999>1024 60999;");
	assert_int_equal(refusals(NULL), 1);
	assert_has(plan.conflicts.items[0].reason, "which will be 2000 now");
}

static void a_range_is_judged_with_the_start_that_goes_with_it(void **state)
{
	setting("net.ipv4.ip_local_port_range", VERDICT_DIFFERS, "32768 60999", "1024 60999");
	setting("net.ipv4.ip_unprivileged_port_start", VERDICT_DIFFERS, "2000", "1024");
	runs("net.ipv4.ip_unprivileged_port_start", "2000");
	steps_are(all(), "net.ipv4.ip_unprivileged_port_start 2000>1024;"
			 "net.ipv4.ip_local_port_range 32768 60999>1024 60999;");
	assert_int_equal(refusals(NULL), 0);
}

static void reuse_without_timestamps_is_refused(void **state)
{
	setting("net.ipv4.tcp_tw_reuse", VERDICT_DIFFERS, "0", "1");
	runs("net.ipv4.tcp_timestamps", "0");
	steps_are(all(), "net.ipv4.tcp_tw_reuse 0>1;");
	assert_int_equal(refusals(NULL), 1);
}

static void nr_open_stays_above_every_limit_that_stands(void **state)
{
	layer.limits.manager = (struct nofile){.known = true, .soft = 1024, .hard = 524288};
	boots_value("fs.nr_open", "100000");
	assert_ok(own_entries_put(&made, "fs.nr_open", "100000"));
	assert_int_equal(refusals(&layer), 1);
	assert_has(plan.conflicts.items[0].reason, "services of systemd get 524288");
}

static void nr_open_stays_above_every_limit_that_runs(void **state)
{
	setting("fs.nr_open", VERDICT_DIFFERS, "1048576", "600000");
	snapshot.limits.shell = (struct nofile){.known = true, .soft = 1024, .hard = 700000};
	steps_are(all(), "fs.nr_open 1048576>600000;");
	assert_int_equal(refusals(NULL), 1);
}

static void no_login_is_given_more_than_the_kernel_grants(void **state)
{
	boots_value("fs.nr_open", "100000");
	assert_ok(own_entries_put(&made, "nofile.pam:*.hard", "100001"));
	assert_ok(own_entries_put(&made, "nofile.pam:*.soft", "100000"));
	assert_int_equal(refusals(&layer), 1);
	assert_string_equal(plan.conflicts.items[0].key, "nofile.pam:*.hard");
}

static void nobody_is_shut_out(void **state)
{
	layer.limits.sessions[0] = (struct session_limits){.user = "root", .refused = true};
	assert_int_equal(refusals(&layer), 0);
	assert_ok(own_entries_put(&made, "nofile.pam:*.soft", "65536"));
	assert_int_equal(refusals(&layer), 1);
	assert_has(plan.conflicts.items[0].reason, "logins of root would be refused");
}

static void a_mixture_that_makes_no_sense_is_refused(void **state)
{
	setting("net.ipv4.tcp_rmem", VERDICT_DIFFERS, "9000 8 7", "9000 131072 7");
	steps_are(all(), "net.ipv4.tcp_rmem 9000 8 7>9000 131072 7;");
	assert_int_equal(refusals(NULL), 1);
}

static void what_goes_back_need_not_make_sense(void **state)
{
	note("net.ipv4.tcp_rmem", "9 8 7", "4096 131072 6291456");
	runs("net.ipv4.tcp_rmem", "4096 131072 6291456");
	steps_are((struct plan_request){0}, "net.ipv4.tcp_rmem 4096 131072 6291456>9 8 7;");
	assert_int_equal(refusals(NULL), 0);
}

#define scene(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene(what_would_not_do_at_boot_goes_into_our_files),
		scene(what_they_said_before_does_not_matter),
		scene(a_filter_leaves_the_rest),
		scene(without_a_profile_nothing_remains),
		scene(systemd_gets_both_numbers),
		scene(the_number_nobody_asks_for_stays),
		scene(a_filter_takes_both_numbers_of_systemd),
		scene(root_has_a_line_of_his_own),
		scene(a_profile_that_speaks_of_root_has_the_word),
		scene(a_key_of_a_module_brings_the_module),
		scene(a_module_stays_as_long_as_a_key_of_it),
		scene(only_what_differs_is_written),
		scene(what_left_the_profile_goes_back),
		scene(without_a_profile_everything_goes_back),
		scene(what_somebody_changed_is_his),
		scene(what_is_back_already_is_left),
		scene(other_boots_and_namespaces_are_none_of_this),
		scene(a_filter_lets_others_stay),
		scene(ports_go_the_way_the_kernel_lets_them),
		scene(what_is_not_to_be_had_is_told_once),
		scene(a_file_is_replaced_only_if_it_is_ours),
		scene(missing_directories_are_steps),
		scene(an_emptied_directory_goes_after_its_file),
		scene(what_another_line_wins_is_a_conflict),
		scene(a_range_below_the_unprivileged_ports_is_refused),
		scene(a_range_is_judged_with_the_start_that_goes_with_it),
		scene(reuse_without_timestamps_is_refused),
		scene(nr_open_stays_above_every_limit_that_stands),
		scene(nr_open_stays_above_every_limit_that_runs),
		scene(no_login_is_given_more_than_the_kernel_grants),
		scene(nobody_is_shut_out),
		scene(a_mixture_that_makes_no_sense_is_refused),
		scene(what_goes_back_need_not_make_sense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
