/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "advise/compare.h"

static struct snapshot snapshot;
static struct profile profile;
static struct report report;

static int start(void **state)
{
	snapshot = (struct snapshot){
		.host = {.online = true, .release = KERNEL(6, 1), .memory_bytes = 4ULL << 30},
		.readings = calloc(catalogue_size(), sizeof(struct reading)),
	};
	for (size_t i = 0; i < catalogue_size(); i++)
		snapshot.readings[i] = (struct reading){.state = READING_ABSENT,
							.because = BECAUSE_KERNEL,
							.value.type = TYPE_COUNT};
	profile = (struct profile){.name = strdup("test")};
	report = (struct report){0};
	return snapshot.readings && profile.name ? 0 : -1;
}

static int stop(void **state)
{
	report_done(&report);
	profile_done(&profile);
	snapshot_done(&snapshot);
	return 0;
}

static const struct tunable *row(const char *key)
{
	const struct tunable *t = catalogue_find(key);

	if (!t)
		fail_msg("no row for %s", key);
	return t;
}

static struct reading *running(const char *key, const char *text)
{
	struct reading *r = &snapshot.readings[catalogue_index(row(key))];

	r->state = READING_PRESENT;
	r->because = BECAUSE_NONE;
	r->text = strdup(text);
	if (value_read(row(key), text, &r->value))
		r->value.type = TYPE_COUNT;
	return r;
}

static struct sysctl_entry *want(const char *key, enum op op, const char *text)
{
	struct sysctl_entry e = {.tunable = row(key), .op = op, .set.type = TYPE_COUNT};
	struct operand o = {0};

	assert_ok(value_read(e.tunable, text, &o.value));
	assert_ok(vec_push(&e.operands, o));
	assert_ok(vec_push(&profile.sysctls, e));
	return &profile.sysctls.items[profile.sysctls.len - 1];
}

/* Something that could be judged, and is fine. */
static void and_something_fine(void)
{
	running("net.ipv4.tcp_sack", "1");
	want("net.ipv4.tcp_sack", OP_EXACT, "1");
}

static const struct setting *judge(void)
{
	static const struct compare_scope now = {.runtime = true};
	struct error err;

	assert_ok(compare(&snapshot, &profile, &now, &report, &err));
	return report.settings.items;
}

static void nothing_that_could_be_judged_is_no_compliance(void **state)
{
	want("net.core.somaxconn", OP_AT_LEAST, "4096");
	judge();
	assert_int_equal(report.settings.items[0].verdict, VERDICT_ABSENT);
	assert_false(report.judged);
	assert_false(report.compliant);
}

static void what_was_not_seen_is_said(void **state)
{
	snapshot.limits.listeners_unseen = 2;
	snapshot.limits.processes_left_out = 3;
	and_something_fine();
	judge();
	assert_int_equal(report.warnings.len, 0);
	assert_ok(compare_unseen(&snapshot, &report));
	assert_int_equal(report.warnings.len, 2);
	assert_has(report.warnings.items[0], "2 listening sockets could not be seen (root");
	assert_has(report.warnings.items[1], "3 processes were not looked at");
}

static void a_value_that_does_is_left_alone(void **state)
{
	const struct setting *s;

	running("net.core.somaxconn", "8192");
	want("net.core.somaxconn", OP_AT_LEAST, "4096");
	s = judge();
	assert_int_equal(s->verdict, VERDICT_OK);
	assert_string_equal(s->running, "8192");
	assert_null(s->set);
	assert_true(report.compliant);
}

static void a_value_that_does_not_is_named_with_what_to_set(void **state)
{
	const struct setting *s;

	running("net.ipv4.tcp_rmem", "8192\t87380\t4194304");
	want("net.ipv4.tcp_rmem", OP_AT_LEAST, "4096 131072 6291456");
	s = judge();
	assert_int_equal(s->verdict, VERDICT_DIFFERS);
	assert_string_equal(s->running, "8192 87380 4194304");
	assert_string_equal(s->set, "8192 131072 6291456");
	assert_true(s->counts);
	assert_false(report.compliant);
}

static void what_the_kernel_lacks_never_counts(void **state)
{
	const struct setting *s;

	want("net.core.somaxconn", OP_AT_LEAST, "4096");
	and_something_fine();
	s = judge();
	assert_int_equal(s->verdict, VERDICT_ABSENT);
	assert_int_equal(s->because, BECAUSE_KERNEL);
	assert_true(report.compliant);
}

static void what_only_the_host_can_write_never_counts_in_a_child(void **state)
{
	const struct setting *s;

	snapshot.host.child_netns = true;
	running("net.core.rmem_max", "4096");
	want("net.core.rmem_max", OP_AT_LEAST, "212992");
	and_something_fine();
	s = judge();
	assert_int_equal(s->verdict, VERDICT_ABSENT);
	assert_int_equal(s->because, BECAUSE_HOST);
	assert_string_equal(s->running, "4096");
	assert_true(report.compliant);
}

static void unreadable_counts_for_root_only(void **state)
{
	snapshot.readings[catalogue_index(row("net.core.somaxconn"))].state = READING_UNREADABLE;
	want("net.core.somaxconn", OP_AT_LEAST, "4096");
	and_something_fine();
	assert_int_equal(judge()->verdict, VERDICT_UNREADABLE);
	assert_true(report.compliant);

	report_done(&report);
	snapshot.host.privileged = true;
	assert_int_equal(judge()->verdict, VERDICT_UNREADABLE);
	assert_false(report.compliant);
}

static void text_that_makes_no_sense_differs(void **state)
{
	const struct setting *s;

	running("net.core.somaxconn", "many");
	want("net.core.somaxconn", OP_AT_LEAST, "4096");
	s = judge();
	assert_int_equal(s->verdict, VERDICT_DIFFERS);
	assert_string_equal(s->running, "many");
	assert_string_equal(s->set, "4096");
}

static void one_of_takes_any_and_sets_the_preferred(void **state)
{
	struct sysctl_entry *e = want("net.ipv4.tcp_tw_reuse", OP_ONE_OF, "1");
	struct operand other = {0};

	assert_ok(value_read(e->tunable, "2", &other.value));
	assert_ok(vec_push(&e->operands, other));
	assert_ok(value_read(e->tunable, "2", &e->set));
	running("net.ipv4.tcp_tw_reuse", "0");

	assert_int_equal(judge()->verdict, VERDICT_DIFFERS);
	assert_string_equal(report.settings.items[0].set, "2");
	assert_string_equal(report.settings.items[0].wanted, "1|2");
}

static bool only_rmem(const void *context, const char *key)
{
	return strcmp(key, context) == 0;
}

static void what_is_not_wanted_is_not_judged(void **state)
{
	const struct compare_scope scope = {
		.runtime = true, .wants = only_rmem, .context = "net.ipv4.tcp_rmem"};
	struct error err;

	running("net.core.somaxconn", "1");
	running("net.ipv4.tcp_rmem", "4096 131072 6291456");
	want("net.core.somaxconn", OP_AT_LEAST, "4096");
	want("net.ipv4.tcp_rmem", OP_AT_LEAST, "4096 131072 6291456");
	assert_ok(compare(&snapshot, &profile, &scope, &report, &err));
	assert_int_equal(report.settings.len, 1);
	assert_true(report.compliant);
}

static void what_scales_with_the_unknown_is_said_and_not_judged(void **state)
{
	struct sysctl_entry *e = want("net.core.somaxconn", OP_AT_LEAST, "4096");

	e->operands.items[0] =
		(struct operand){.scale = SCALE_PER_CPU, .per = 100, .min = 128, .max = 65535};
	running("net.core.somaxconn", "1");
	judge();
	assert_int_equal(report.settings.len, 0);
	assert_has(report.warnings.items[0], "net.core.somaxconn is not judged");
}

static void an_offline_host_is_not_judged_now(void **state)
{
	snapshot.host.online = false;
	for (size_t i = 0; i < catalogue_size(); i++)
		snapshot.readings[i].state = READING_OFFLINE;
	want("net.core.somaxconn", OP_AT_LEAST, "4096");
	judge();
	assert_false(report.judged);
	assert_false(report.compliant);
}

static void boot_values(struct boot_layer *layer, const char *key, const char *text,
			enum boot_from from)
{
	struct boot_value *v;

	if (!layer->values)
		layer->values = calloc(catalogue_size(), sizeof(*layer->values));
	v = &layer->values[catalogue_index(row(key))];
	*v = (struct boot_value){.judged = true, .from = from, .text = strdup(text)};
}

static void judge_both(const struct boot_layer *layer)
{
	const struct compare_scope both = {.runtime = true, .boot = layer};
	struct error err;

	assert_ok(compare(&snapshot, &profile, &both, &report, &err));
}

static void what_a_reboot_undoes_differs(void **state)
{
	auto_call(boot_layer_done) struct boot_layer layer = {0};

	running("net.core.somaxconn", "8192");
	want("net.core.somaxconn", OP_AT_LEAST, "4096");
	boot_values(&layer, "net.core.somaxconn", "128", BOOT_FILE);
	judge_both(&layer);
	assert_int_equal(report.settings.items[0].verdict, VERDICT_BOOT_DIFFERS);
	assert_string_equal(report.settings.items[0].set, "4096");
	assert_false(report.compliant);
}

static void what_nobody_knows_of_the_boot_does_not_satisfy(void **state)
{
	auto_call(boot_layer_done) struct boot_layer layer = {0};

	running("net.core.somaxconn", "8192");
	want("net.core.somaxconn", OP_AT_LEAST, "4096");
	layer.values = calloc(catalogue_size(), sizeof(*layer.values));
	layer.values[catalogue_index(row("net.core.somaxconn"))] =
		(struct boot_value){.judged = true, .from = BOOT_UNKNOWN};
	judge_both(&layer);
	assert_int_equal(report.settings.items[0].verdict, VERDICT_BOOT_DIFFERS);
}

static void a_module_counts_where_the_profile_names_it(void **state)
{
	auto_call(boot_layer_done) struct boot_layer layer = {0};
	struct sysctl_entry *e = want("net.netfilter.nf_conntrack_max", OP_AT_LEAST, "262144");

	and_something_fine();
	e = &profile.sysctls.items[0]; /* the list may have moved */
	snapshot.readings[catalogue_index(e->tunable)].because = BECAUSE_MODULE;
	boot_values(&layer, "net.netfilter.nf_conntrack_max", "65536", BOOT_DEFAULT);
	boot_values(&layer, "net.ipv4.tcp_sack", "1", BOOT_DEFAULT);
	snapshot.readings[catalogue_index(row("net.ipv4.tcp_sack"))].state = READING_OFFLINE;
	judge_both(&layer);
	assert_int_equal(report.settings.items[0].verdict, VERDICT_ABSENT);
	assert_true(report.compliant);

	report_done(&report);
	report = (struct report){0};
	e->module = strdup("nf_conntrack");
	judge_both(&layer);
	assert_int_equal(report.settings.items[0].verdict, VERDICT_ABSENT);
	assert_false(report.compliant);
}

/* `check --persist` and `apply` look at the boot alone. */
static void of_the_boot_alone_the_absent_does_not_count_either(void **state)
{
	auto_call(boot_layer_done) struct boot_layer layer = {0};
	const struct compare_scope boot = {.boot = &layer};

	boot_values(&layer, "net.core.somaxconn", "128", BOOT_FILE);
	boot_values(&layer, "net.ipv4.tcp_sack", "1", BOOT_FILE);
	want("net.core.somaxconn", OP_AT_LEAST, "4096");
	and_something_fine();
	assert_ok(compare(&snapshot, &profile, &boot, &report, NULL));
	assert_int_equal(report.settings.items[0].verdict, VERDICT_ABSENT);
	assert_true(report.compliant);
}

static void an_unknown_boot_is_set_to_no_less_than_what_runs(void **state)
{
	auto_call(boot_layer_done) struct boot_layer layer = {0};
	const struct compare_scope boot = {.boot = &layer};

	running("net.ipv4.tcp_rmem", "4096\t131072\t33554432");
	want("net.ipv4.tcp_rmem", OP_AT_LEAST, "8192 87380 2097152");
	layer.values = calloc(catalogue_size(), sizeof(*layer.values));
	layer.values[catalogue_index(row("net.ipv4.tcp_rmem"))] =
		(struct boot_value){.judged = true, .from = BOOT_UNKNOWN};
	assert_ok(compare(&snapshot, &profile, &boot, &report, NULL));
	assert_string_equal(report.settings.items[0].set, "8192 131072 33554432");
}

static void a_limit_nobody_can_have_here_does_not_count(void **state)
{
	auto_call(boot_layer_done) struct boot_layer layer = {.limits.session_ceiling = 20000};
	struct nofile_entry e = {.target = strdup("pam:*"), .soft = 10000, .hard = 524288};
	struct boot_nofile n = {.target = strdup("pam:*")};

	assert_ok(vec_push(&profile.nofile, e));
	assert_ok(vec_push(&layer.nofile, n));
	layer.values = calloc(catalogue_size(), sizeof(*layer.values));
	judge_both(&layer);
	assert_int_equal(report.settings.items[0].verdict, VERDICT_BOOT_DIFFERS);
	assert_int_equal(report.settings.items[1].verdict, VERDICT_ABSENT);
	assert_int_equal(report.settings.items[1].because, BECAUSE_HOST);
	assert_false(report.settings.items[1].counts);
}

static void an_image_lacks_what_its_kernel_lacks(void **state)
{
	auto_call(boot_layer_done) struct boot_layer layer = {0};

	snapshot.host.online = false;
	snapshot.host.release = KERNEL(5, 10);
	for (size_t i = 0; i < catalogue_size(); i++)
		snapshot.readings[i].state = READING_OFFLINE;
	want("net.ipv4.tcp_shrink_window", OP_EXACT, "0");
	and_something_fine();
	layer.values = calloc(catalogue_size(), sizeof(*layer.values));
	boot_values(&layer, "net.ipv4.tcp_sack", "1", BOOT_DEFAULT);
	judge_both(&layer);
	assert_int_equal(report.settings.items[0].verdict, VERDICT_ABSENT);
	assert_int_equal(report.settings.items[0].because, BECAUSE_KERNEL);
	assert_true(report.compliant);
}

static void limits_are_judged_as_they_will_be(void **state)
{
	auto_call(boot_layer_done) struct boot_layer layer = {0};
	struct nofile_entry e = {.target = strdup("systemd"), .hard = 524288};
	struct boot_nofile n = {
		.target = strdup("systemd"),
		.hard = {.judged = true, .from = BOOT_FILE, .text = strdup("65536")},
	};

	assert_ok(vec_push(&profile.nofile, e));
	assert_ok(vec_push(&layer.nofile, n));
	layer.values = calloc(catalogue_size(), sizeof(*layer.values));
	judge();
	assert_int_equal(report.settings.len, 0);

	judge_both(&layer);
	assert_int_equal(report.settings.len, 1);
	assert_string_equal(report.settings.items[0].key, "nofile.systemd.hard");
	assert_int_equal(report.settings.items[0].verdict, VERDICT_BOOT_DIFFERS);
	assert_string_equal(report.settings.items[0].set, "524288");
}

#define scene(fn) cmocka_unit_test_setup_teardown(fn, start, stop)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene(nothing_that_could_be_judged_is_no_compliance),
		scene(what_was_not_seen_is_said),
		scene(a_value_that_does_is_left_alone),
		scene(a_value_that_does_not_is_named_with_what_to_set),
		scene(what_the_kernel_lacks_never_counts),
		scene(what_only_the_host_can_write_never_counts_in_a_child),
		scene(unreadable_counts_for_root_only),
		scene(text_that_makes_no_sense_differs),
		scene(one_of_takes_any_and_sets_the_preferred),
		scene(what_is_not_wanted_is_not_judged),
		scene(what_scales_with_the_unknown_is_said_and_not_judged),
		scene(an_offline_host_is_not_judged_now),
		scene(what_a_reboot_undoes_differs),
		scene(what_nobody_knows_of_the_boot_does_not_satisfy),
		scene(a_module_counts_where_the_profile_names_it),
		scene(of_the_boot_alone_the_absent_does_not_count_either),
		scene(an_unknown_boot_is_set_to_no_less_than_what_runs),
		scene(a_limit_nobody_can_have_here_does_not_count),
		scene(an_image_lacks_what_its_kernel_lacks),
		scene(limits_are_judged_as_they_will_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
