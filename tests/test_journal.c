/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/journal.h"

#include "check.h"
#include "model/history.h"

static char *text(const char *s)
{
	char *copy = strdup(s);

	assert_non_null(copy);
	return copy;
}

static struct bytes bytes(const char *s, size_t n)
{
	char *data = malloc(n + 1);

	assert_non_null(data);
	memcpy(data, s, n);
	data[n] = '\0';
	return (struct bytes){data, n};
}

static struct journal sample(void)
{
	struct journal j = {
		.id = text("12"),
		.command = text("apply"),
		.profile = text("server"),
		.time = 1764218323,
		.who = {.boot_id = text("b1"),
			.netns = text("4:1:2"),
			.uid = 0,
			.login_uid = LOGIN_UID_NONE},
	};
	struct step value = {.kind = STEP_SYSCTL,
			     .name = text("net.core.somaxconn"),
			     .before = bytes("128", 3),
			     .after = bytes("4096", 4),
			     .risk = RISK_MEDIUM};
	struct step file = {.kind = STEP_FILE,
			    .name = text("/etc/sysctl.d/90-tcptune.conf"),
			    .before = bytes("a\0b\n", 4),
			    .after = bytes("", 0)};
	struct step dir = {.kind = STEP_DIR, .name = text("/etc/x.d"), .after = bytes("", 0)};
	struct xattr x = {.name = text("user.x"), .value = text("\1\n"), .len = 2};

	file.before_meta =
		(struct meta){.known = true, .mode = 0640, .uid = 7, .gid = 8, .mtime = -5};
	assert_ok(vec_push(&file.before_meta.xattrs, x));
	assert_ok(strings_add(&j.who.argv, "tcptune"));
	assert_ok(strings_add(&j.who.argv, "two\nlines"));
	assert_ok(vec_push(&j.steps, value));
	assert_ok(vec_push(&j.steps, dir));
	assert_ok(vec_push(&j.steps, file));
	assert_ok(ours_note(&j.ours, "net.core.somaxconn", "128", "4096", "b1", "4:1:2"));
	return j;
}

/* As a transaction writes it up to its end. */
static void write_out(const struct journal *j, struct text *out)
{
	struct strings left = {0};

	assert_ok(strings_add(&left, "net.core.somaxconn"));
	journal_put_plan(out, j);
	journal_put_ready(out);
	journal_put_doing(out, 0);
	journal_put_live(out);
	journal_put_done(out);
	journal_put_undoing(out);
	journal_put_end(out, END_COMMITTED, &left);
	assert_false(out->failed);
	strings_done(&left);
}

static void what_was_written_is_read(void **state)
{
	struct journal j = sample(), back;
	struct text out = {0};
	const struct step *file;
	struct ours ours;

	write_out(&j, &out);
	assert_ok(journal_parse(out.str, out.len, "journal", &back, NULL));
	assert_int_equal(back.good, out.len);
	assert_string_equal(back.id, "12");
	assert_string_equal(back.profile, "server");
	assert_null(back.undoes);
	assert_int_equal(back.time, 1764218323);
	assert_string_equal(back.who.netns, "4:1:2");
	assert_int_equal(back.who.login_uid, LOGIN_UID_NONE);
	assert_string_equal(back.who.argv.items[1], "two\nlines");
	assert_int_equal(back.steps.len, 3);
	assert_ptr_equal(back.steps.items[0].tunable, catalogue_find("net.core.somaxconn"));
	assert_int_equal(back.steps.items[0].risk, RISK_MEDIUM);
	assert_null(back.steps.items[1].before.data);
	file = &back.steps.items[2];
	assert_true(bytes_equal(&file->before, &j.steps.items[2].before));
	assert_true(bytes_equal(&file->after, &j.steps.items[2].after));
	assert_int_equal(file->before_meta.mode, 0640);
	assert_int_equal(file->before_meta.mtime, -5);
	assert_memory_equal(file->before_meta.xattrs.items[0].value, "\1\n", 2);
	assert_false(file->after_meta.known);
	assert_true(back.ready && back.live && back.done && back.undoing);
	assert_true(back.begun[0] && !back.begun[2]);
	assert_int_equal(back.end, END_COMMITTED);
	assert_true(journal_left(&back, "net.core.somaxconn"));
	assert_true(journal_has_files(&back));

	/* What was left to somebody is ours no more. */
	assert_int_equal(back.ours.values.len, 1);
	assert_ok(journal_ours(&back, &ours));
	assert_int_equal(ours.values.len, 0);
	ours_done(&ours);
	journal_done(&back);
	journal_done(&j);
	text_done(&out);
}

/* However short, it is a journal of what came before, or none at all. */
static void a_journal_cut_anywhere_is_read_as_far_as_it_is_whole(void **state)
{
	struct journal j = sample(), back;
	struct text out = {0};
	size_t last = 0;

	write_out(&j, &out);
	for (size_t n = 0; n < out.len; n++) {
		assert_ok(journal_parse(out.str, n, "journal", &back, NULL));
		assert_true(back.good <= n && back.good >= last && back.end == END_NONE);
		assert_true(back.ready || !back.live);
		assert_true(back.done || !back.undoing);
		last = back.good;
		journal_done(&back);
	}
	journal_done(&j);
	text_done(&out);
}

static void zeros_at_the_end_are_no_damage(void **state)
{
	struct journal j = sample(), back;
	struct text out = {0};
	size_t whole;

	write_out(&j, &out);
	whole = out.len;
	text_add_bytes(&out, (const char[512]){0}, 512);
	assert_ok(journal_parse(out.str, out.len, "journal", &back, NULL));
	assert_int_equal(back.good, whole);
	journal_done(&back);
	journal_done(&j);
	text_done(&out);
}

/* A changed byte is seen, or (in the last record) costs that record. */
static void a_changed_byte_is_never_believed(void **state)
{
	struct journal j = sample(), back;
	struct text out = {0};
	struct error err = {0};
	size_t end;

	journal_put_plan(&out, &j);
	journal_put_ready(&out);
	end = out.len;
	journal_put_end(&out, END_COMMITTED, &j.left);

	for (size_t i = 0; i < out.len; i++) {
		int r;

		out.str[i] ^= 1;
		r = journal_parse(out.str, out.len, "journal", &back, &err);
		out.str[i] ^= 1;
		if (r) {
			assert_int_equal(r, -EBADMSG);
			assert_string_equal(err.file, "journal");
			continue;
		}
		assert_true(i >= end || back.good == 0 || !back.ready);
		assert_int_equal(back.end, END_NONE);
		journal_done(&back);
	}
	journal_done(&j);
	text_done(&out);
}

static void put_transaction(struct history *h, const char *id, const char *undoes,
			    enum journal_end end)
{
	struct journal j = {
		.id = text(id),
		.command = text(undoes ? "rollback" : "apply"),
		.undoes = undoes ? text(undoes) : NULL,
		.who = {.boot_id = text("b"), .netns = text("n")},
		.ready = true,
		.end = end,
	};

	assert_ok(vec_push(h, j));
}

static void what_is_taken_back_twice_stands_again(void **state)
{
	struct history h = {0};

	put_transaction(&h, "1", NULL, END_COMMITTED);
	put_transaction(&h, "2", NULL, END_COMMITTED);
	put_transaction(&h, "3", NULL, END_ROLLED_BACK);
	assert_string_equal(history_last(&h, NULL)->id, "2");
	assert_string_equal(history_last(&h, history_find(&h, "2"))->id, "1");
	assert_null(history_last(&h, history_find(&h, "1")));
	assert_null(history_undone_by(&h, "2"));

	put_transaction(&h, "4", "2", END_COMMITTED);
	assert_string_equal(history_undone_by(&h, "2")->id, "4");
	assert_int_equal(history_state(&h, history_find(&h, "2")), TXN_ROLLED_BACK);
	assert_string_equal(history_last(&h, NULL)->id, "1");

	put_transaction(&h, "5", "4", END_COMMITTED);
	assert_null(history_undone_by(&h, "2"));
	assert_int_equal(history_state(&h, history_find(&h, "2")), TXN_COMMITTED);
	assert_int_equal(history_state(&h, history_find(&h, "4")), TXN_ROLLED_BACK);
	assert_string_equal(history_last(&h, NULL)->id, "2");
	history_done(&h);
}

static void the_unfinished_one_is_found(void **state)
{
	struct history h = {0};

	put_transaction(&h, "1", NULL, END_COMMITTED);
	assert_null(history_unfinished(&h));
	put_transaction(&h, "2", NULL, END_NONE);
	assert_string_equal(history_unfinished(&h)->id, "2");
	assert_int_equal(history_state(&h, &h.items[1]), TXN_STRANDED);
	h.items[1].live = true;
	h.items[1].confirm_boottime = 1;
	assert_int_equal(history_state(&h, &h.items[1]), TXN_PENDING);
	h.items[1].undoing = true;
	assert_int_equal(history_state(&h, &h.items[1]), TXN_STRANDED);
	h.items[1].ready = false;
	assert_null(history_unfinished(&h));
	history_done(&h);
}

static void what_is_on_trial_waits_in_its_boot_and_until_its_time(void **state)
{
	static const struct {
		const char *boot_id;
		int64_t boottime;
		enum txn_state state;
	} rows[] = {
		{"here", 99, TXN_PENDING},
		{"here", 100, TXN_STRANDED},
		{"later", 1, TXN_STRANDED},
	};
	struct history h = {0};

	put_transaction(&h, "1", NULL, END_COMMITTED);
	put_transaction(&h, "2", NULL, END_NONE);
	h.items[1].live = true;
	h.items[1].confirm_boottime = 100;
	free(h.items[1].who.boot_id);
	h.items[1].who.boot_id = strdup("here");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		history_expire(&h, rows[i].boot_id, rows[i].boottime);
		assert_int_equal(history_state(&h, &h.items[1]), rows[i].state);
		assert_int_equal(history_state(&h, &h.items[0]), TXN_COMMITTED);
	}
	history_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_on_trial_waits_in_its_boot_and_until_its_time),
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(a_journal_cut_anywhere_is_read_as_far_as_it_is_whole),
		cmocka_unit_test(zeros_at_the_end_are_no_damage),
		cmocka_unit_test(a_changed_byte_is_never_believed),
		cmocka_unit_test(what_is_taken_back_twice_stands_again),
		cmocka_unit_test(the_unfinished_one_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
