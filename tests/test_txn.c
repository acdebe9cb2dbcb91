/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/txn.h"

#include <signal.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "base/file.h"
#include "base/root.h"
#include "base/text.h"
#include "check.h"
#include "read/state.h"

#define SOMAXCONN "net.core.somaxconn"
#define RMEM "net.ipv4.tcp_rmem"
#define PORTS "net.ipv4.ip_local_reserved_ports"
#define CONF "/etc/sysctl.d/90-tcptune.conf"
#define LIMITS "/etc/security/limits.d/90-tcptune.conf"

/* A host in a scratch directory: settings are plain files there. */
struct host {
	char dir[64];
	struct identity who;
	struct place place;
};

static const struct txn_options plainly = {.command = "apply"};

static void host_make(struct host *h)
{
	char path[128];
	struct error err;

	scratch_make(h->dir);
	scratch_file(h->dir, "proc/sys/net/core/somaxconn", "128\n");
	scratch_file(h->dir, "proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n");
	scratch_file(h->dir, "proc/sys/net/ipv4/ip_local_reserved_ports", "\n");
	scratch_file(h->dir, "etc/sysctl.d/README", "");
	scratch_file(h->dir, "etc/security/limits.conf", "");
	scratch_file(h->dir, "run/x", "");
	scratch_file(h->dir, "var/lib/x", "");
	h->who = (struct identity){.boot_id = (char *)(uintptr_t) "b1",
				   .netns = (char *)(uintptr_t) "4:1",
				   .login_uid = LOGIN_UID_NONE};
	h->place = (struct place){.is_here = true, .who = &h->who};
	assert_ok(root_open(h->dir, &h->place.root, &err));
	(void)snprintf(path, sizeof(path), "%s/proc/sys", h->dir);
	h->place.proc_sys = open(path, O_RDONLY | O_DIRECTORY);
	assert_true(h->place.proc_sys >= 0);
}

static void host_done(struct host *h)
{
	(void)close(h->place.root);
	(void)close(h->place.proc_sys);
	scratch_remove(h->dir);
}

static struct bytes bytes(const char *s)
{
	return s ? (struct bytes){strdup(s), strlen(s)} : (struct bytes){0};
}

static void add(struct plan *p, enum step_kind kind, const char *name, const char *before,
		const char *after)
{
	struct step s = {
		.kind = kind, .name = strdup(name), .before = bytes(before), .after = bytes(after)};

	s.tunable = kind == STEP_SYSCTL ? catalogue_find(name) : NULL;
	assert_ok(vec_push(&p->steps, s));
}

static void all_done(struct host *h, struct plan *p, struct outcome *out)
{
	outcome_done(out);
	plan_done(p);
	host_done(h);
}

/* Two values, a file that is replaced, a directory and a file in it. */
static struct plan usual(void)
{
	struct plan p = {.profile = strdup("server")};

	add(&p, STEP_SYSCTL, SOMAXCONN, "128", "4096");
	add(&p, STEP_SYSCTL, RMEM, "4096 131072 6291456", "4096 131072 16777216");
	add(&p, STEP_FILE, CONF, "old\n", "new\n");
	add(&p, STEP_DIR, "/etc/security/limits.d", NULL, "");
	add(&p, STEP_FILE, LIMITS, NULL, "limits\n");
	return p;
}

static void put_conf(const struct host *h)
{
	char path[128];

	scratch_file(h->dir, CONF, "old\n");
	(void)snprintf(path, sizeof(path), "%s%s", h->dir, CONF);
	assert_int_equal(chmod(path, 0640), 0);
	(void)setxattr(path, "user.note", "x", 1, 0); /* not every file system has them */
}

/* One that has a file of ours already. */
static void host_make_tuned(struct host *h)
{
	host_make(h);
	put_conf(h);
}

static char *slurp(const struct host *h, const char *path)
{
	char *text = NULL;
	int r = root_read(h->place.root, path, 65536, &text, NULL, NULL);

	return r ? NULL : text;
}

static void expect(const struct host *h, const char *path, const char *text)
{
	char *got = slurp(h, path);

	if (!text_equal(got, text))
		fail_msg("%s: '%s', expected '%s'", path, got ? got : "(none)",
			 text ? text : "(none)");
	free(got);
}

static mode_t mode_of(const struct host *h, const char *path)
{
	char full[128];
	struct stat st;

	(void)snprintf(full, sizeof(full), "%s%s", h->dir, path);
	assert_int_equal(stat(full, &st), 0);
	return st.st_mode & 07777;
}

static void expect_old(const struct host *h)
{
	char full[128];

	expect(h, "proc/sys/net/core/somaxconn", "128\n");
	expect(h, "etc/sysctl.d/90-tcptune.conf", "old\n");
	assert_int_equal(mode_of(h, CONF), 0640);
	(void)snprintf(full, sizeof(full), "%s/etc/security/limits.d", h->dir);
	assert_int_not_equal(access(full, F_OK), 0);
	(void)snprintf(full, sizeof(full), "%s/etc/tcptune/pending", h->dir);
	assert_int_not_equal(access(full, F_OK), 0);
}

static void expect_new(const struct host *h)
{
	expect(h, "proc/sys/net/core/somaxconn", "4096\n");
	expect(h, "proc/sys/net/ipv4/tcp_rmem", "4096 131072 16777216\n");
	expect(h, CONF, "new\n");
	expect(h, LIMITS, "limits\n");
	assert_int_equal(mode_of(h, LIMITS), 0644);
}

/* Nothing but what should be there, whatever it is called. */
static void expect_no_leftover(const struct host *h)
{
	char command[256];

	(void)snprintf(command, sizeof(command), "! find %s/etc -name '*~' | grep .", h->dir);
	assert_int_equal(system(command), 0);
}

static int run(const struct host *h, const struct plan *p, const struct txn_options *o,
	       struct outcome *ret, struct error *err)
{
	struct outcome recovered;
	struct txn *t;
	int r;

	assert_ok(txn_open(&h->place, &t, &recovered, err));
	outcome_done(&recovered);
	r = txn_run(t, p, o, ret, err);
	txn_close(t);
	return r;
}

static void a_plan_is_carried_out(void **state)
{
	struct host h;
	struct plan p = usual();
	struct outcome out;
	struct ours ours;
	struct error err = {0};

	host_make_tuned(&h);
	assert_ok(run(&h, &p, &plainly, &out, &err));
	assert_int_equal(out.state, TXN_COMMITTED);
	assert_string_equal(out.id, "1");
	assert_true(out.changed);
	for (size_t i = 0; i < out.changes.len; i++)
		assert_int_equal(out.changes.items[i].result, RESULT_CHANGED);
	expect_new(&h);
	expect_no_leftover(&h);
	assert_int_equal(mode_of(&h, "/var/lib/tcptune/transactions/1"), 0700);
	expect(&h, "/var/lib/tcptune/transactions/1/files/3-90-tcptune.conf", "old\n");

	assert_ok(state_ours(h.place.root, &ours, &err));
	assert_string_equal(ours_value(&ours, SOMAXCONN, "b1", "4:1")->first, "128");
	assert_non_null(ours_file(&ours, LIMITS));
	ours_done(&ours);
	all_done(&h, &p, &out);
}

static void the_rollback_file_has_the_old_values_last_one_first(void **state)
{
	struct host h;
	struct plan p = {0};
	struct outcome out;
	struct error err = {0};
	char *text;

	host_make(&h);
	add(&p, STEP_SYSCTL, SOMAXCONN, "128", "4096");
	add(&p, STEP_SYSCTL, PORTS, "", "8080-8082");
	assert_ok(run(&h, &p, &plainly, &out, &err));
	text = slurp(&h, "/var/lib/tcptune/transactions/1/rollback.conf");
	assert_has(text, "# tcptune transaction 1: apply\n");
	assert_has(text, "# boot b1, network namespace 4:1\n");
	assert_has(text, "\n\n" PORTS " = \n" SOMAXCONN " = 128\n");
	free(text);
	expect(&h, "proc/sys/net/ipv4/ip_local_reserved_ports", "8080-8082\n");
	all_done(&h, &p, &out);
}

/* What the fake kernel does, at the Nth write. */
static struct {
	int at, code;
	enum { FAKE_REFUSES, FAKE_IS_SHORT, FAKE_ALTERS, FAKE_TEARS, FAKE_IS_OVERTAKEN } how;
	int seen;
} fake;

static ssize_t fake_write(int fd, const void *buf, size_t n, off_t at)
{
	if (++fake.seen != fake.at && (fake.how != FAKE_ALTERS || fake.seen != fake.at + 1))
		return pwrite(fd, buf, n, at);
	switch (fake.how) {
	case FAKE_REFUSES:
		errno = fake.code;
		return -1;
	case FAKE_IS_SHORT:
		(void)!pwrite(fd, buf, n, at);
		return (ssize_t)n - 1;
	case FAKE_ALTERS:
		for (size_t i = 0; i + 1 < n; i++)
			(void)!pwrite(fd, "7", 1, at + (off_t)i);
		(void)!pwrite(fd, "\n", 1, at + (off_t)n - 1);
		return (ssize_t)n;
	case FAKE_TEARS:
		(void)!pwrite(fd, "8192 131072 6291456", 19, at);
		errno = EINVAL;
		return -1;
	case FAKE_IS_OVERTAKEN:
		(void)!pwrite(fd, "8765\n", 5, at);
		return (ssize_t)n;
	}
	return -1;
}

/* From now on, until it is said again. */
static void fake_from(struct host *h, int at, int how, int code)
{
	static const struct sysctl_io io = {.write = fake_write};

	h->place.io = &io;
	fake.seen = 0;
	fake.at = at;
	fake.how = how;
	fake.code = code;
}

static void whatever_the_kernel_does_all_is_undone(void **state)
{
	static const struct {
		int how, code;
		const char *says;
	} cases[] = {
		{FAKE_REFUSES, EINVAL, "Invalid argument"},
		{FAKE_REFUSES, EPERM, "Operation not permitted"},
		{FAKE_IS_SHORT, 0, "the kernel took"},
		{FAKE_ALTERS, 0, "but the kernel has '7777"},
	};

	for (size_t i = 0; i < 2 * ARRAY_LEN(cases); i++) {
		struct host h;
		struct plan p = usual();
		struct outcome out;
		struct error err = {0};

		host_make_tuned(&h);
		fake_from(&h, 1 + (int)(i % 2), cases[i / 2].how, cases[i / 2].code);
		assert_true(run(&h, &p, &plainly, &out, &err) < 0);
		assert_int_equal(out.state, TXN_ROLLED_BACK);
		assert_has(err.text, cases[i / 2].says);
		assert_false(out.changed);
		expect_old(&h);
		expect_no_leftover(&h);
		all_done(&h, &p, &out);
	}
}

static void a_vector_torn_by_an_error_is_put_back(void **state)
{
	struct host h;
	struct plan p = {0};
	struct outcome out;
	struct error err = {0};
	char *now;

	host_make(&h);
	add(&p, STEP_SYSCTL, RMEM, "4096 131072 6291456", "8192 200000 16777216");
	fake_from(&h, 1, FAKE_TEARS, 0);
	assert_fails(run(&h, &p, &plainly, &out, &err), EINVAL);
	assert_int_equal(out.state, TXN_ROLLED_BACK);
	now = slurp(&h, "proc/sys/net/ipv4/tcp_rmem");
	assert_string_equal(now, "4096 131072 6291456\n");
	free(now);
	all_done(&h, &p, &out);
}

static int refuse(void *context, struct error *err)
{
	return error_say(err, EIO, "verify says no");
}

static void recover(const struct host *h, struct outcome *out)
{
	struct error err = {0};
	struct txn *t;

	assert_ok(txn_open(&h->place, &t, out, &err));
	txn_close(t);
}

static void recover_to_old(const struct host *h)
{
	struct outcome out;

	recover(h, &out);
	assert_int_equal(out.state, TXN_ROLLED_BACK);
	outcome_done(&out);
	expect_old(h);
}

static void put_on_trial(const struct host *h, const struct plan *p, unsigned seconds)
{
	const struct txn_options o = {.command = "apply", .confirm_seconds = seconds};
	struct outcome out;
	struct error err = {0};

	assert_ok(run(h, p, &o, &out, &err));
	assert_int_equal(out.state, TXN_PENDING);
	assert_true(out.confirm_until > 0);
	outcome_done(&out);
}

/* Between our write and the look at what became of it. */
static void who_writes_right_after_us_keeps_what_he_wrote(void **state)
{
	const struct txn_options refusing = {.command = "apply", .verify = refuse};
	struct host h;
	struct plan p = usual();
	struct outcome out;
	struct error err = {0};

	host_make_tuned(&h);
	fake_from(&h, 1, FAKE_IS_OVERTAKEN, 0);
	assert_fails(run(&h, &p, &plainly, &out, &err), ESTALE);
	assert_has(err.text, "somebody wrote '8765' right after '4096' was written");
	assert_int_equal(out.state, TXN_ROLLED_BACK);
	assert_int_equal(out.changes.items[0].result, RESULT_FOREIGN);
	assert_string_equal(out.changes.items[0].now, "8765");
	expect(&h, "proc/sys/net/core/somaxconn", "8765\n");
	expect(&h, CONF, "old\n");
	expect_no_leftover(&h);
	outcome_done(&out);

	/* The same when it is undone: two values were written, then both are put back. */
	scratch_file(h.dir, "proc/sys/net/core/somaxconn", "128\n");
	fake_from(&h, 4, FAKE_IS_OVERTAKEN, 0);
	assert_fails(run(&h, &p, &refusing, &out, &err), EIO);
	assert_int_equal(out.state, TXN_STRANDED);
	assert_int_equal(out.changes.items[0].result, RESULT_FOREIGN);
	expect(&h, "proc/sys/net/core/somaxconn", "8765\n");
	outcome_done(&out);
	recover(&h, &out);
	assert_null(out.id);
	plan_done(&p);
	host_done(&h);
}

static void what_changed_since_the_plan_is_not_touched(void **state)
{
	static const struct {
		const char *path, *text;
	} cases[] = {
		{"proc/sys/net/core/somaxconn", "999\n"},
		{"etc/sysctl.d/90-tcptune.conf", "edited\n"},
		{"etc/security/limits.d/90-tcptune.conf", "there\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct host h;
		struct plan p = usual();
		struct outcome out;
		struct error err = {0};

		host_make_tuned(&h);
		scratch_file(h.dir, cases[i].path, cases[i].text);
		assert_fails(run(&h, &p, &plainly, &out, &err), ESTALE);
		assert_int_equal(out.state, TXN_NOTHING);
		assert_null(out.id);
		assert_has(err.text, "was changed by somebody since");
		expect(&h, cases[i].path, cases[i].text);
		expect_no_leftover(&h);
		all_done(&h, &p, &out);
	}
}

/* Somebody is at work while we are: what he writes stays. */
static const struct host *meddled;
static const char *meddle_path, *meddle_text;
static size_t meddle_at;

static void meddle(void *context, const struct step *s, size_t done, size_t all)
{
	if (s && done == meddle_at)
		scratch_file(meddled->dir, meddle_path, meddle_text);
}

static void a_foreign_value_is_never_overwritten_by_undoing(void **state)
{
	const struct txn_options o = {.command = "apply", .progress = meddle, .verify = refuse};
	struct host h;
	struct plan p = usual();
	struct outcome out;
	struct error err = {0};

	host_make_tuned(&h);
	meddled = &h;
	meddle_path = "proc/sys/net/core/somaxconn";
	meddle_text = "999\n";
	meddle_at = 2; /* ours is written already */
	assert_fails(run(&h, &p, &o, &out, &err), EIO);
	assert_int_equal(out.state, TXN_STRANDED);
	assert_int_equal(out.changes.items[0].result, RESULT_FOREIGN);
	assert_string_equal(out.changes.items[0].now, "999");
	assert_int_equal(out.changes.items[1].result, RESULT_RESTORED);
	expect(&h, meddle_path, "999\n");
	expect(&h, CONF, "old\n");
	outcome_done(&out);

	/* Before ours is written: then nothing was ours, and nothing is stranded. */
	scratch_file(h.dir, meddle_path, "128\n");
	meddle_at = 0;
	assert_fails(run(&h, &p, &o, &out, &err), ESTALE);
	assert_int_equal(out.state, TXN_ROLLED_BACK);
	expect(&h, meddle_path, "999\n");
	all_done(&h, &p, &out);
}

static void a_foreign_file_is_never_overwritten(void **state)
{
	struct txn_options o = {.command = "apply", .progress = meddle};
	struct host h;
	struct plan p = usual();
	struct outcome out;
	struct error err = {0};

	host_make_tuned(&h);
	meddled = &h;
	meddle_path = "etc/sysctl.d/90-tcptune.conf";
	meddle_text = "his own\n";
	meddle_at = 2; /* just before it is replaced */
	assert_fails(run(&h, &p, &o, &out, &err), ESTALE);
	assert_int_equal(out.state, TXN_ROLLED_BACK);
	expect(&h, meddle_path, "his own\n");
	expect(&h, "proc/sys/net/core/somaxconn", "128\n");
	expect_no_leftover(&h);
	outcome_done(&out);

	/* Just after, and then all is undone. */
	scratch_file(h.dir, meddle_path, "old\n");
	o.verify = refuse;
	meddle_at = 3;
	assert_fails(run(&h, &p, &o, &out, &err), EIO);
	assert_int_equal(out.state, TXN_STRANDED);
	expect(&h, meddle_path, "his own\n");
	expect_no_leftover(&h);
	all_done(&h, &p, &out);
}

static void links_and_second_names_are_refused(void **state)
{
	for (int i = 0; i < 4; i++) {
		struct host h;
		struct plan p = usual();
		struct outcome out;
		struct error err = {0};
		char path[128], other[128];

		host_make(&h);
		scratch_file(h.dir, "etc/other", "old\n");
		(void)snprintf(path, sizeof(path), "%s%s", h.dir, CONF);
		(void)snprintf(other, sizeof(other), "%s/etc/other", h.dir);
		if (i == 0)
			assert_int_equal(symlink("/dev/null", path), 0);
		else if (i == 1)
			assert_int_equal(link(other, path), 0);
		else if (i == 2)
			assert_int_equal(mkfifo(path, 0644), 0);
		else
			assert_int_equal(mkdir(path, 0755), 0);
		assert_true(run(&h, &p, &plainly, &out, &err) < 0);
		assert_int_equal(out.state, TXN_NOTHING);
		expect(&h, "proc/sys/net/core/somaxconn", "128\n");
		all_done(&h, &p, &out);
	}
}

static void the_state_directory_must_be_ours(void **state)
{
	struct host h;
	struct outcome out;
	struct error err = {0};
	struct txn *t;
	char path[128];

	host_make(&h);
	(void)snprintf(path, sizeof(path), "%s/var/lib/tcptune", h.dir);
	assert_int_equal(symlink("/tmp", path), 0);
	assert_fails(txn_open(&h.place, &t, &out, &err), EPERM);
	assert_has(err.text, "links are not followed");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0777), 0);
	assert_int_equal(chmod(path, 0777), 0);
	assert_fails(txn_open(&h.place, &t, &out, &err), EPERM);
	assert_has(err.text, "is writable by others");
	host_done(&h);
}

/* In a process of its own, which is gone when done is reached: kill -9. */
static void die_at(void *context, const struct step *s, size_t done, size_t all)
{
	if (done == meddle_at)
		(void)raise(SIGKILL);
}

static void crash(const struct host *h, const struct plan *p, const struct txn_options *o)
{
	struct outcome out;
	struct error err = {0};
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		(void)run(h, p, o, &out, &err);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static int die(void *context, struct error *err)
{
	return raise(SIGKILL);
}

static void a_crash_anywhere_is_undone(void **state)
{
	const struct txn_options o = {.command = "apply", .progress = die_at};

	for (meddle_at = 0; meddle_at < 5; meddle_at++) {
		struct host h;
		struct plan p = usual();
		struct outcome out;

		host_make_tuned(&h);
		crash(&h, &p, &o);
		recover(&h, &out);
		assert_string_equal(out.id, "1");
		assert_int_equal(out.state, TXN_ROLLED_BACK);
		outcome_done(&out);
		expect_old(&h);
		expect_no_leftover(&h);

		/* Undoing twice is undoing once. */
		recover(&h, &out);
		assert_null(out.id);
		plan_done(&p);
		host_done(&h);
	}
}

static void a_crash_when_all_is_done_but_the_commit_goes_forward(void **state)
{
	const struct txn_options o = {.command = "apply", .verify = die};
	struct host h;
	struct plan p = usual();
	struct outcome out;

	host_make_tuned(&h);
	crash(&h, &p, &o);
	recover(&h, &out);
	assert_int_equal(out.state, TXN_COMMITTED);
	outcome_done(&out);
	expect_new(&h);
	expect_no_leftover(&h);
	plan_done(&p);
	host_done(&h);
}

static void a_backup_of_somebody_is_not_swept_away(void **state)
{
	static const char backup[] = "/etc/sysctl.d/.90-tcptune.conf.backup~";
	const struct txn_options o = {.command = "apply", .progress = die_at};
	struct host h;
	struct plan p = usual();
	struct outcome out;

	host_make_tuned(&h);
	scratch_file(h.dir, backup, "his\n");
	meddle_at = 4;
	crash(&h, &p, &o);
	recover(&h, &out);
	outcome_done(&out);
	expect(&h, backup, "his\n");
	plan_done(&p);
	host_done(&h);
}

/* /var is lost, or not mounted yet. */
static void a_boot_without_var_leaves_alone_what_was_done(void **state)
{
	const struct txn_options o = {.command = "apply", .verify = die};
	struct host h;
	struct plan p = usual();
	struct outcome out;
	struct error err = {0};

	host_make_tuned(&h);
	crash(&h, &p, &o);
	scratch_file(h.dir, CONF, "edited later\n");
	h.who.boot_id = (char *)(uintptr_t) "b2";
	assert_ok(txn_recover_early(&h.place, &out, &err));
	assert_int_equal(out.state, TXN_COMMITTED);
	outcome_done(&out);
	expect(&h, LIMITS, "limits\n");
	recover(&h, &out);
	assert_int_equal(out.state, TXN_COMMITTED);
	outcome_done(&out);
	expect(&h, LIMITS, "limits\n");
	expect_no_leftover(&h);
	plan_done(&p);
	host_done(&h);
}

/* One that has but a file that was new before: the values decide. */
static void a_crash_is_undone_whatever_was_new_before(void **state)
{
	const struct txn_options o = {.command = "rollback", .progress = die_at};
	struct host h;
	struct plan p = {0};

	host_make_tuned(&h);
	add(&p, STEP_SYSCTL, SOMAXCONN, "128", "4096");
	add(&p, STEP_SYSCTL, PORTS, "", "8080");
	add(&p, STEP_FILE, LIMITS, "gone already\n", NULL);
	meddle_at = 1;
	crash(&h, &p, &o);
	expect(&h, "proc/sys/net/core/somaxconn", "4096\n");
	recover_to_old(&h);
	plan_done(&p);
	host_done(&h);
}

/* All was done; then undoing was begun, and went but half the way. */
static void what_is_half_undone_is_never_committed(void **state)
{
	const struct txn_options o = {.command = "apply", .verify = refuse};
	struct host h;
	struct plan p = {0};
	struct outcome out;
	struct error err = {0};

	host_make_tuned(&h);
	add(&p, STEP_SYSCTL, SOMAXCONN, "128", "4096");
	add(&p, STEP_SYSCTL, PORTS, "", "8080");
	add(&p, STEP_FILE, LIMITS, "gone already\n", NULL);
	fake_from(&h, 4, FAKE_REFUSES, EIO); /* two were written, one undone */
	assert_fails(run(&h, &p, &o, &out, &err), EIO);
	assert_has(err.text, "verify says no");
	assert_int_equal(fake.seen, 4);
	assert_int_equal(out.state, TXN_STRANDED);
	outcome_done(&out);
	expect(&h, "proc/sys/net/core/somaxconn", "4096\n");

	recover_to_old(&h);
	plan_done(&p);
	host_done(&h);
}

static void after_a_reboot_files_only_are_undone(void **state)
{
	const struct txn_options o = {.command = "apply", .progress = die_at};
	struct host h;
	struct plan p = usual();
	struct outcome out;

	host_make_tuned(&h);
	meddle_at = 4;
	crash(&h, &p, &o);
	h.who.boot_id = (char *)(uintptr_t) "b2";
	recover(&h, &out);
	assert_int_equal(out.state, TXN_ROLLED_BACK);
	assert_int_equal(out.changes.items[0].result, RESULT_SKIPPED);
	outcome_done(&out);
	expect(&h, "proc/sys/net/core/somaxconn", "4096\n");
	expect(&h, CONF, "old\n");
	expect_no_leftover(&h);
	plan_done(&p);
	host_done(&h);
}

static void a_boot_without_var_undoes_the_files(void **state)
{
	const struct txn_options o = {.command = "apply", .progress = die_at};
	struct host h;
	struct plan p = usual();
	struct outcome out;
	struct error err = {0};
	char from[128], to[128];

	host_make_tuned(&h);
	meddle_at = 4;
	crash(&h, &p, &o);
	(void)snprintf(from, sizeof(from), "%s/var", h.dir);
	(void)snprintf(to, sizeof(to), "%s/away", h.dir);
	assert_int_equal(rename(from, to), 0);
	h.who.boot_id = (char *)(uintptr_t) "b2";
	assert_ok(txn_recover_early(&h.place, &out, &err));
	assert_int_equal(out.state, TXN_ROLLED_BACK);
	outcome_done(&out);
	expect(&h, CONF, "old\n");
	assert_int_equal(mode_of(&h, CONF), 0640);
	expect(&h, LIMITS, NULL);

	/* And when /var is there again, it is known that it is over. */
	assert_int_equal(rename(to, from), 0);
	recover(&h, &out);
	assert_int_equal(out.state, TXN_ROLLED_BACK);
	outcome_done(&out);
	recover(&h, &out);
	assert_null(out.id);
	plan_done(&p);
	host_done(&h);
}

static void a_pending_change_is_confirmed_or_reverted(void **state)
{
	for (int confirms = 0; confirms < 2; confirms++) {
		struct host h;
		struct plan p = usual();
		struct outcome out;
		struct error err = {0};
		struct txn *t;

		host_make_tuned(&h);
		put_on_trial(&h, &p, 60);
		expect(&h, "proc/sys/net/core/somaxconn", "4096\n");
		expect(&h, CONF, "old\n");

		assert_fails(txn_open(&h.place, &t, &out, &err), EBUSY);
		assert_has(err.text, "awaits `tcptune confirm` until");

		assert_ok(txn_open_pending(&h.place, &t, &err));
		if (confirms) {
			assert_ok(txn_confirm(t, NULL, &plainly, &out, &err));
			assert_int_equal(out.state, TXN_COMMITTED);
			expect_new(&h);
		} else {
			assert_ok(txn_revert(t, "1", &out, &err));
			assert_int_equal(out.state, TXN_ROLLED_BACK);
			expect_old(&h);
		}
		txn_close(t);
		outcome_done(&out);
		expect_no_leftover(&h);
		recover(&h, &out);
		assert_null(out.id);
		plan_done(&p);
		host_done(&h);
	}
}

static void a_trial_that_a_reboot_ended_is_no_more_confirmed(void **state)
{
	struct host h;
	struct plan p = usual();
	struct outcome out;
	struct error err = {0};
	struct txn *t;

	host_make_tuned(&h);
	put_on_trial(&h, &p, 60);
	h.who.boot_id = (char *)(uintptr_t) "b2";
	scratch_file(h.dir, "proc/sys/net/core/somaxconn", "128\n");
	scratch_file(h.dir, "proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n");

	assert_ok(txn_open_pending(&h.place, &t, &err));
	assert_fails(txn_confirm(t, NULL, &plainly, &out, &err), ECANCELED);
	assert_has(err.text, "booted anew");
	assert_int_equal(out.state, TXN_NOTHING);
	txn_close(t);
	outcome_done(&out);
	expect_old(&h);

	recover_to_old(&h);
	expect_no_leftover(&h);
	plan_done(&p);
	host_done(&h);
}

/* Its time is over, and nobody took it back. */
static void a_trial_that_nobody_confirmed_is_never_kept(void **state)
{
	struct host h;
	struct plan p = {0};

	host_make_tuned(&h);
	add(&p, STEP_SYSCTL, SOMAXCONN, "128", "4096");
	put_on_trial(&h, &p, 1);
	(void)sleep(1);
	recover_to_old(&h);
	plan_done(&p);
	host_done(&h);
}

static ssize_t die_writing(int fd, const void *buf, size_t n, off_t at)
{
	return ++fake.seen == fake.at ? raise(SIGKILL) : pwrite(fd, buf, n, at);
}

static void revert_and_die(const struct host *h)
{
	struct outcome out;
	struct error err = {0};
	struct txn *t;
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		if (!txn_open_pending(&h->place, &t, &err))
			(void)!txn_revert(t, "1", &out, &err);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void what_is_half_reverted_cannot_be_confirmed(void **state)
{
	static const struct sysctl_io io = {.write = die_writing};
	struct host h;
	struct plan p = usual();
	struct outcome out;
	struct error err = {0};
	struct txn *t;

	host_make_tuned(&h);
	put_on_trial(&h, &p, 60);
	h.place.io = &io;
	fake.seen = 0;
	fake.at = 2;
	revert_and_die(&h);
	h.place.io = NULL;

	assert_ok(txn_open_pending(&h.place, &t, &err));
	assert_fails(txn_confirm(t, NULL, &plainly, &out, &err), ESTALE);
	assert_has(err.text, "`tcptune recover` ends it");
	assert_int_equal(out.state, TXN_STRANDED);
	txn_close(t);
	outcome_done(&out);

	/* Its time is not over, but there is nothing to wait for. */
	recover_to_old(&h);
	plan_done(&p);
	host_done(&h);
}

static void a_signal_between_steps_undoes_all(void **state)
{
	struct txn_options o = {.command = "apply", .progress = NULL, .verify = NULL};
	struct host h;
	struct plan p = usual();
	struct outcome out;
	struct error err = {0};
	sigset_t old, one;
	int got;

	host_make_tuned(&h);
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &old), 0);
	(void)sigemptyset(&one);
	(void)sigaddset(&one, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &one, NULL);
	(void)raise(SIGTERM);
	assert_fails(run(&h, &p, &o, &out, &err), EINTR);
	assert_int_equal(out.state, TXN_NOTHING);
	assert_int_equal(sigwait(&one, &got), 0);
	outcome_done(&out);
	expect_old(&h);
	plan_done(&p);
	host_done(&h);
}

static void a_tree_keeps_no_trace(void **state)
{
	struct host h;
	struct plan p = {0};
	struct outcome out;
	struct error err = {0};

	host_make(&h);
	h.place.is_here = false;
	(void)close(h.place.proc_sys);
	h.place.proc_sys = -1;
	h.who.boot_id = h.who.netns = (char *)(uintptr_t) "";
	add(&p, STEP_FILE, CONF, NULL, "new\n");
	assert_ok(run(&h, &p, &plainly, &out, &err));
	assert_int_equal(out.state, TXN_COMMITTED);
	expect(&h, CONF, "new\n");
	expect(&h, "/var/lib/tcptune/lock", NULL);
	all_done(&h, &p, &out);
}

static void a_tree_whose_journals_cannot_be_read_keeps_them(void **state)
{
	static const char journal[] = "/var/lib/tcptune/transactions/1/journal";
	struct host h;
	struct plan p = {0};
	struct outcome out;
	struct error err = {0};
	struct txn *t;
	char path[128];

	host_make(&h);
	h.place.is_here = false;
	h.place.keep_history = true;
	add(&p, STEP_FILE, CONF, NULL, "new\n");
	assert_ok(run(&h, &p, &plainly, &out, &err));
	outcome_done(&out);
	h.place.keep_history = false;
	(void)snprintf(path, sizeof(path), "%s%s", h.dir, journal);
	assert_int_equal(chmod(path, 0666), 0);
	assert_fails(txn_open(&h.place, &t, &out, &err), EPERM);
	assert_int_equal(access(path, F_OK), 0);
	plan_done(&p);
	host_done(&h);
}

static void only_the_last_ones_are_kept(void **state)
{
	struct host h;
	struct outcome out;
	struct error err = {0};
	struct history history;

	host_make(&h);
	for (unsigned i = 0; i < 53; i++) {
		struct plan p = {0};
		char before[16], after[16];

		(void)snprintf(before, sizeof(before), "%u", 128 + i);
		(void)snprintf(after, sizeof(after), "%u", 129 + i);
		add(&p, STEP_SYSCTL, SOMAXCONN, before, after);
		assert_ok(run(&h, &p, &plainly, &out, &err));
		outcome_done(&out);
		plan_done(&p);
	}
	assert_ok(state_read(h.place.root, &history, &err));
	assert_int_equal(history.len, 50);
	assert_string_equal(history.items[0].id, "4");
	history_done(&history);
	host_done(&h);
}

/* A file and a value of another namespace, which no later one has changed. */
static void what_stands_is_kept_however_old_it_is(void **state)
{
	struct host h;
	struct plan p = usual();
	struct outcome out;
	struct error err = {0};
	struct history history;

	host_make_tuned(&h);
	assert_ok(run(&h, &p, &plainly, &out, &err));
	outcome_done(&out);
	plan_done(&p);
	for (unsigned i = 0; i < 60; i++) {
		add(&p, STEP_SYSCTL, SOMAXCONN, i % 2 ? "128" : "4096", i % 2 ? "4096" : "128");
		add(&p, STEP_SYSCTL, RMEM, i % 2 ? "1 2 3" : "4096 131072 16777216",
		    i % 2 ? "4096 131072 16777216" : "1 2 3");
		assert_ok(run(&h, &p, &plainly, &out, &err));
		outcome_done(&out);
		plan_done(&p);
	}
	assert_ok(state_read(h.place.root, &history, &err));
	assert_int_equal(history.len, 51);
	assert_string_equal(history.items[0].id, "1");
	assert_string_equal(history.items[1].id, "12");
	history_done(&history);

	/* Its files are another's now: nothing of it stands. */
	add(&p, STEP_FILE, CONF, "new\n", "newer\n");
	add(&p, STEP_FILE, LIMITS, "limits\n", NULL);
	assert_ok(run(&h, &p, &plainly, &out, &err));
	assert_ok(state_read(h.place.root, &history, &err));
	assert_int_equal(history.len, 50);
	assert_string_equal(history.items[0].id, "13");
	history_done(&history);
	all_done(&h, &p, &out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_is_carried_out),
		cmocka_unit_test(the_rollback_file_has_the_old_values_last_one_first),
		cmocka_unit_test(whatever_the_kernel_does_all_is_undone),
		cmocka_unit_test(a_vector_torn_by_an_error_is_put_back),
		cmocka_unit_test(who_writes_right_after_us_keeps_what_he_wrote),
		cmocka_unit_test(what_changed_since_the_plan_is_not_touched),
		cmocka_unit_test(a_foreign_value_is_never_overwritten_by_undoing),
		cmocka_unit_test(a_foreign_file_is_never_overwritten),
		cmocka_unit_test(links_and_second_names_are_refused),
		cmocka_unit_test(the_state_directory_must_be_ours),
		cmocka_unit_test(a_crash_anywhere_is_undone),
		cmocka_unit_test(a_crash_when_all_is_done_but_the_commit_goes_forward),
		cmocka_unit_test(a_backup_of_somebody_is_not_swept_away),
		cmocka_unit_test(a_boot_without_var_leaves_alone_what_was_done),
		cmocka_unit_test(a_crash_is_undone_whatever_was_new_before),
		cmocka_unit_test(what_is_half_undone_is_never_committed),
		cmocka_unit_test(after_a_reboot_files_only_are_undone),
		cmocka_unit_test(a_boot_without_var_undoes_the_files),
		cmocka_unit_test(a_pending_change_is_confirmed_or_reverted),
		cmocka_unit_test(a_trial_that_a_reboot_ended_is_no_more_confirmed),
		cmocka_unit_test(a_trial_that_nobody_confirmed_is_never_kept),
		cmocka_unit_test(what_is_half_reverted_cannot_be_confirmed),
		cmocka_unit_test(a_signal_between_steps_undoes_all),
		cmocka_unit_test(a_tree_keeps_no_trace),
		cmocka_unit_test(a_tree_whose_journals_cannot_be_read_keeps_them),
		cmocka_unit_test(only_the_last_ones_are_kept),
		cmocka_unit_test(what_stands_is_kept_however_old_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
