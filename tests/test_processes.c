/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "sockets.h"

#include <dirent.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/root.h"
#include "base/text.h"
#include "read/processes.h"

static bool own_netns;

static void need_netns(void)
{
	if (!own_netns)
		skip_because("no network namespace of our own");
}

/* --- real processes ----------------------------------------------------- */

struct server {
	pid_t pid;
	int pipe; /* its death: the server ends when this is closed */
};

enum { SERVER_SOFT = 333, EXTRA = 200 };

/* Runs in the child: inherits `listener`, moves it up to `at`, opens some more, waits. */
static void serve(int listener, int at, const char *name, int ready, int life)
{
	struct rlimit limit;
	char byte = 0;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		_exit(1);
	limit.rlim_cur = SERVER_SOFT;
	if (prctl(PR_SET_NAME, name) || setrlimit(RLIMIT_NOFILE, &limit))
		_exit(1);
	if (at != listener && (dup2(listener, at) < 0 || close(listener)))
		_exit(1);
	for (int fd = 20; fd < 20 + EXTRA; fd++) {
		if (fd != at && dup2(life, fd) < 0)
			_exit(1);
	}
	if (write(ready, "x", 1) != 1)
		_exit(1);
	_exit(read(life, &byte, 1) < 0);
}

static struct server start_server(int listener, int at, const char *name)
{
	int ready[2], life[2];
	struct server s;
	char byte;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(life), 0);
	s.pid = fork();
	assert_true(s.pid >= 0);
	if (!s.pid) {
		(void)close(life[1]);
		serve(listener, at, name, ready[1], life[0]);
	}
	(void)close(ready[1]);
	(void)close(life[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	s.pipe = life[1];
	return s;
}

static void stop_server(struct server s)
{
	int status = 0;

	(void)kill(s.pid, SIGKILL);
	assert_int_equal(waitpid(s.pid, &status, 0), s.pid);
	(void)close(s.pipe);
}

static int read_limits(const char *dir, bool captured, unsigned deadline_ms, struct snapshot *ret)
{
	struct host host = {.online = true, .captured = captured};
	struct holders holders = {0};
	auto_close int root = -1;
	int r;

	assert_ok(root_open(dir, &root, NULL));
	r = processes_read(&host, root, deadline_ms, &holders, &ret->limits, NULL);

	holders_done(&holders);
	return r;
}

static const struct process *by_pid(const struct snapshot *s, int pid)
{
	for (size_t i = 0; i < s->limits.processes.len; i++) {
		if (s->limits.processes.items[i].pid == pid)
			return &s->limits.processes.items[i];
	}
	return NULL;
}

static size_t count_fds(int pid)
{
	char path[64];
	DIR *dir;
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	assert_non_null(dir);
	while (readdir(dir))
		n++;
	(void)closedir(dir);
	return n - 2;
}

static void a_listening_process_is_found_with_its_limits(void **state)
{
	struct snapshot s = {0};
	const struct process *p;
	struct rlimit own;
	struct server server;
	int listener;

	(void)state;
	need_netns();
	listener = listen_on(AF_INET, "127.0.0.1", 8080, 5);
	server = start_server(listener, listener, "odd name)");
	(void)close(listener);

	assert_ok(read_limits("/", false, PROCESSES_DEADLINE_MS, &s));
	assert_int_equal(s.limits.processes.len, 1);
	p = by_pid(&s, server.pid);
	assert_non_null(p);
	assert_string_equal(p->comm, "odd name)");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &own), 0);
	assert_true(p->limit.known);
	assert_int_equal(p->limit.soft, SERVER_SOFT);
	assert_int_equal(p->limit.hard, own.rlim_max);
	assert_int_equal(p->used, count_fds(server.pid));
	assert_true(p->used >= EXTRA);
	assert_int_equal(s.limits.listeners_unseen, 0);
	assert_int_equal(s.limits.processes_left_out, 0);
	snapshot_done(&s);
	stop_server(server);
}

static void every_worker_that_shares_a_listener_is_found(void **state)
{
	struct snapshot s = {0};
	struct server a, b;
	int listener;

	(void)state;
	need_netns();
	listener = listen_on(AF_INET6, "::1", 8080, 5);
	a = start_server(listener, listener, "master");
	b = start_server(listener, listener, "worker");

	assert_ok(read_limits("/", false, PROCESSES_DEADLINE_MS, &s));
	assert_int_equal(s.limits.processes.len, 3); /* this test holds it, too */
	assert_non_null(by_pid(&s, a.pid));
	assert_non_null(by_pid(&s, b.pid));
	assert_non_null(by_pid(&s, getpid()));
	for (size_t i = 1; i < s.limits.processes.len; i++)
		assert_true(s.limits.processes.items[i - 1].pid < s.limits.processes.items[i].pid);
	snapshot_done(&s);
	stop_server(a);
	stop_server(b);
	(void)close(listener);
}

static void a_listener_behind_many_descriptors_is_found_too(void **state)
{
	static const unsigned deadlines[] = {PROCESSES_DEADLINE_MS, 0};
	struct server server;
	int listener;

	(void)state;
	need_netns();
	listener = listen_on(AF_INET, "127.0.0.1", 8080, 5);
	server = start_server(listener, 300, "late");
	(void)close(listener);

	for (size_t i = 0; i < ARRAY_LEN(deadlines); i++) {
		struct snapshot s = {0};

		assert_ok(read_limits("/", false, deadlines[i], &s));
		assert_int_equal(s.limits.processes.len, 1);
		assert_non_null(by_pid(&s, server.pid));
		assert_int_equal(s.limits.listeners_unseen, 0);
		snapshot_done(&s);
	}
	stop_server(server);
}

static void without_listeners_there_are_no_processes(void **state)
{
	struct snapshot s = {0};

	(void)state;
	need_netns();
	assert_ok(read_limits("/", false, PROCESSES_DEADLINE_MS, &s));
	assert_int_equal(s.limits.processes.len, 0);
	assert_int_equal(s.limits.listeners_unseen, 0);
	snapshot_done(&s);
}

/* Send the descriptor to nobody: the socket lives on without being in any /proc/PID/fd. */
static void put_in_flight(int pair[2], int fd)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.head = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	control.head.cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	assert_int_equal(sendmsg(pair[0], &m, 0), 1);
	(void)close(fd);
}

static void a_listener_that_nobody_holds_is_counted(void **state)
{
	struct snapshot s = {0};
	int pair[2];

	(void)state;
	need_netns();
	put_in_flight(pair, listen_on(AF_INET, "127.0.0.1", 8081, 5));
	assert_ok(read_limits("/", false, PROCESSES_DEADLINE_MS, &s));
	assert_int_equal(s.limits.processes.len, 0);
	assert_int_equal(s.limits.listeners_unseen, 1);
	assert_int_equal(s.limits.processes_left_out, 0);
	snapshot_done(&s);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

/* Ten thousand descriptors take several milliseconds; the walk has one. */
static void the_walk_ends_with_its_time_and_says_so(void **state)
{
	enum { MANY = 10000 };
	struct snapshot s = {0};
	struct rlimit old, more;
	int pair[2];

	(void)state;
	need_netns();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	more = old;
	more.rlim_cur = MANY + 100;
	if (setrlimit(RLIMIT_NOFILE, &more))
		skip_because("the limit of open files is too low");
	put_in_flight(pair, listen_on(AF_INET, "127.0.0.1", 8081, 5));
	for (int fd = 100; fd < MANY; fd++)
		assert_int_equal(dup2(pair[0], fd), fd);

	assert_ok(read_limits("/", false, 1, &s));
	assert_int_equal(s.limits.listeners_unseen, 1);
	assert_true(s.limits.processes_left_out >= 1);
	snapshot_done(&s);

	(void)close(pair[0]);
	(void)close(pair[1]);
	for (int fd = 100; fd < MANY; fd++)
		(void)close(fd);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
}

/* --- a captured host ---------------------------------------------------- */

#define TCP_HEAD "  sl  local_address rem_address   st tx_queue rx_queue\n"
#define TCP_LINE(port, inode)                                                                      \
	"   0: 0100007F:" port                                                                     \
	" 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0     "                      \
	"   0 " inode " 1 0\n"
#define LIMITS "Max open files            1000                 2000                 files\n"

static void make_link(const char *dir, const char *path, const char *target)
{
	char full[512];

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	assert_int_equal(symlink(target, full), 0);
}

static void a_captured_host_has_what_its_tree_says(void **state)
{
	struct snapshot s = {0};
	const struct process *p;
	char dir[64];

	(void)state;
	scratch_make(dir);
	scratch_file(dir, "proc/net/tcp",
		     TCP_HEAD TCP_LINE("0016", "11") TCP_LINE("0050", "22") TCP_LINE("0051", "33"));
	scratch_file(dir, "proc/900/comm", "nginx\n");
	scratch_file(dir, "proc/900/cgroup", "0::/system.slice/nginx.service\n");
	scratch_file(dir, "proc/900/limits", LIMITS);
	scratch_file(dir, "proc/900/fd-count", "712\n");
	scratch_file(dir, "proc/900/fd/keep", "");
	make_link(dir, "proc/900/fd/6", "socket:[22]");
	make_link(dir, "proc/900/fd/7", "socket:[22]");
	make_link(dir, "proc/900/fd/8", "socket:[33x");
	scratch_file(dir, "proc/80/comm", "bare");
	scratch_file(dir, "proc/80/fd/keep", "");
	make_link(dir, "proc/80/fd/3", "socket:[11]");
	scratch_file(dir, "proc/81/fd", "a file for a directory");
	scratch_file(dir, "proc/notes/fd/3", "not a process");
	make_link(dir, "proc/82", "/proc/80");

	assert_ok(read_limits(dir, true, PROCESSES_DEADLINE_MS, &s));
	assert_int_equal(s.limits.listeners_unseen, 1);
	assert_int_equal(s.limits.processes.len, 2);

	p = by_pid(&s, 900);
	assert_non_null(p);
	assert_string_equal(p->comm, "nginx");
	assert_string_equal(p->unit, "nginx.service");
	assert_int_equal(p->limit.soft, 1000);
	assert_int_equal(p->limit.hard, 2000);
	assert_int_equal(p->used, 712);

	p = by_pid(&s, 80);
	assert_non_null(p);
	assert_string_equal(p->comm, "bare");
	assert_null(p->unit);
	assert_false(p->limit.known);
	assert_true(p->used == UINT64_MAX);
	snapshot_done(&s);
	scratch_remove(dir);
}

/* Whether it listens or not; each with a soft limit of 1000. */
static void who_is_near_to_its_limit_is_found(void **state)
{
	struct snapshot s = {0};
	char dir[64];

	scratch_make(dir);
	scratch_file(dir, "proc/net/tcp", TCP_HEAD TCP_LINE("0016", "11"));
	scratch_file(dir, "proc/9/limits", LIMITS);
	scratch_file(dir, "proc/9/comm", "nearly");
	scratch_file(dir, "proc/9/fd-count", "799\n");
	scratch_file(dir, "proc/10/limits", LIMITS);
	scratch_file(dir, "proc/10/comm", "near");
	scratch_file(dir, "proc/10/fd-count", "800\n");
	scratch_file(dir, "proc/11/fd-count", "999\n"); /* no limit is known of it */
	scratch_file(dir, "proc/12/limits", LIMITS);
	scratch_file(dir, "proc/12/fd-count", "900\n");
	scratch_file(dir, "proc/12/fd/keep", "");
	make_link(dir, "proc/12/fd/3", "socket:[11]");

	assert_ok(read_limits(dir, true, PROCESSES_DEADLINE_MS, &s));
	assert_int_equal(s.limits.processes.len, 1);
	assert_int_equal(s.limits.processes.items[0].pid, 12);
	assert_int_equal(s.limits.near.len, 1);
	assert_int_equal(s.limits.near.items[0].pid, 10);
	assert_string_equal(s.limits.near.items[0].comm, "near");
	assert_ptr_equal(limits_fullest(&s.limits), &s.limits.processes.items[0]);
	snapshot_done(&s);
	scratch_remove(dir);
}

static const struct {
	const char *text, *unit;
} cgroups[] = {
	{"0::/system.slice/nginx.service\n", "nginx.service"},
	{"0::/system.slice/nginx.service", "nginx.service"},
	{"0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.scope\n", "app-x.scope"},
	{"0::/system.slice/system-getty.slice/getty@tty1.service/sub\n", "getty@tty1.service"},
	{"0::/init.scope\n", "init.scope"},
	{"0::/system.slice/ssh.socket\n", "ssh.socket"},
	{"0::/\n", NULL},
	{"0::/user.slice\n", NULL},
	{"0::/kubepods/burstable/pod7/abc\n", NULL},
	{"12:memory:/docker/x.scope\n1:name=systemd:/system.slice/cron.service\n0::/\n",
	 "cron.service"},
	{"4:cpu,name=systemdx:/a.service\n", NULL},
	{"0::/a:b.service\n", "a:b.service"},
	{"0::/../../x.service\n", "x.service"},
	{"0:/a.service\n", NULL},
	{":\n::\n:::\n", NULL},
	{"\n\n", NULL},
	{"", NULL},
};

static void the_unit_is_the_last_one_of_systemds_tree(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cgroups); i++) {
		auto_free char *unit = NULL;

		assert_ok(cgroup_unit(cgroups[i].text, &unit));
		if (!text_equal(unit, cgroups[i].unit))
			fail_msg("case %zu: %s", i, unit ? unit : "(null)");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listening_process_is_found_with_its_limits),
		cmocka_unit_test(every_worker_that_shares_a_listener_is_found),
		cmocka_unit_test(a_listener_behind_many_descriptors_is_found_too),
		cmocka_unit_test(without_listeners_there_are_no_processes),
		cmocka_unit_test(a_listener_that_nobody_holds_is_counted),
		cmocka_unit_test(the_walk_ends_with_its_time_and_says_so),
		cmocka_unit_test(a_captured_host_has_what_its_tree_says),
		cmocka_unit_test(who_is_near_to_its_limit_is_found),
		cmocka_unit_test(the_unit_is_the_last_one_of_systemds_tree),
	};

	own_netns = private_netns();
	return cmocka_run_group_tests_name("processes", tests, NULL, NULL);
}
