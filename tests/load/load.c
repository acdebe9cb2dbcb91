/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: load SOCKETS CLOSE_WAIT TIME_WAIT COMMAND [ARGUMENT...]
 *
 * Makes so many sockets over loopback and runs the command while they stand;
 * its exit status is the command's.  SOCKETS counts both ends of connections,
 * those in CLOSE_WAIT with them: in the last process, and the other end is in
 * FIN_WAIT_2.  TIME_WAIT come on top and live for 60 seconds.
 *
 * Everything happens in a network namespace of its own, made here: no setting
 * and no port of the host is touched.  At most 1,000,000 sockets in 51 processes
 * and 700,000 in TIME_WAIT.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SOCKETS_MAX = 1000000,
	TIME_WAIT_MAX = 700000,
	PROCESSES_MAX = 51,
	PAIRS_MAX = 9900, /* of a process: its hard limit on descriptors may be 20,000 */
	CLOSERS = 4,      /* processes that make TIME_WAIT */
	BACKLOG = 512,
	PORT = 8000,
};

struct load {
	unsigned sockets, close_wait, time_wait;
	char **command;
};

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...)
{
	int code = errno;
	va_list ap;

	fputs("load: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, ": %s\n", strerror(code));
	exit(125);
}

/* ---- the namespace ---- */

static void set(const char *key, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", key);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, strlen(value)) < 0 || close(fd))
		die("set %s", path);
}

static void enter_namespace(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int s;

	if (unshare(CLONE_NEWNET))
		die("make a network namespace");
	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s < 0 || ioctl(s, SIOCSIFFLAGS, &lo) || close(s))
		die("bring lo up");
	set("core/somaxconn", "8192");
	set("ipv4/ip_local_port_range", "1024 65535");
	set("ipv4/tcp_max_tw_buckets", "2000000");
}

static void raise_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r))
		die("read the limit on descriptors");
	r.rlim_cur = r.rlim_max;
	if (r.rlim_max < 2 * PAIRS_MAX + 32 || setrlimit(RLIMIT_NOFILE, &r))
		die("%llu descriptors are too few", (unsigned long long)r.rlim_max);
}

/* ---- connections ---- */

static struct sockaddr_in address(unsigned process, unsigned host)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(0x7f000000 + (process + 1) * 256 + host),
	};
}

static int listen_at(const struct sockaddr_in *a)
{
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (s < 0 || setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(s, (const struct sockaddr *)a, sizeof(*a)) || listen(s, BACKLOG))
		die("listen");
	return s;
}

/* The port is chosen by connect(2), so that it is unique for the pair of addresses only. */
static int connect_from(struct sockaddr_in from, const struct sockaddr_in *to)
{
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	from.sin_port = 0;
	if (s < 0 || setsockopt(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one)) ||
	    bind(s, (struct sockaddr *)&from, sizeof(from)) ||
	    connect(s, (const struct sockaddr *)to, sizeof(*to)))
		die("connect");
	return s;
}

static int pair(int listener, unsigned process, unsigned n, int *ret_client)
{
	struct sockaddr_in to = address(process, 1);
	int server;

	*ret_client = connect_from(address(process, 2 + n % 200), &to);
	server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (server < 0)
		die("accept");
	return server;
}

static void make_pairs(unsigned process, unsigned pairs, unsigned close_wait)
{
	struct sockaddr_in a = address(process, 1);
	int listener = listen_at(&a);

	for (unsigned i = 0; i < pairs; i++) {
		int client;

		(void)pair(listener, process, i, &client);
		if (i < close_wait && shutdown(client, SHUT_WR))
			die("shutdown");
	}
}

static void make_time_wait(unsigned process, unsigned n)
{
	struct sockaddr_in a = address(process, 1);
	int listener = listen_at(&a);

	for (unsigned i = 0; i < n; i++) {
		int client, server = pair(listener, process, i, &client);

		if (close(client) || close(server))
			die("close");
	}
}

/* ---- processes ---- */

/* Says when it is done, and stands until `stay` has no writer any more. */
static void stand(int done, int stay)
{
	char byte = 0;

	if (write(done, &byte, 1) != 1)
		die("report");
	while (read(stay, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

struct pipes {
	int done[2], stay[2];
};

static void begin(const struct pipes *p)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_NAME, "load-holder") ||
	    close(p->stay[1]))
		die("begin");
}

static unsigned share(unsigned total, unsigned parts, unsigned i)
{
	return total / parts + (i < total % parts);
}

static void await(const struct pipes *p, unsigned n)
{
	char byte;

	while (n--) {
		if (read(p->done[0], &byte, 1) != 1)
			die("a process that makes sockets has failed");
	}
}

static void fork_holders(const struct load *l, const struct pipes *p, unsigned processes)
{
	for (unsigned i = 0; i < processes; i++) {
		pid_t child = fork();

		if (child < 0)
			die("fork");
		if (child)
			continue;
		begin(p);
		(void)close(p->done[0]);
		make_pairs(i, share(l->sockets / 2, processes, i),
			   i == processes - 1 ? l->close_wait : 0);
		stand(p->done[1], p->stay[0]);
	}
}

static void fork_closers(const struct load *l, const struct pipes *p)
{
	for (unsigned i = 0; i < CLOSERS; i++) {
		pid_t child = fork();

		if (child < 0)
			die("fork");
		if (child)
			continue;
		begin(p);
		(void)close(p->done[0]);
		make_time_wait(PROCESSES_MAX + i, share(l->time_wait, CLOSERS, i));
		stand(p->done[1], p->stay[0]);
	}
}

static int run_command(const struct load *l, const struct pipes *p)
{
	int status = 0;
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (!child) {
		(void)close(p->stay[1]);
		execvp(l->command[0], l->command);
		die("run %s", l->command[0]);
	}
	if (waitpid(child, &status, 0) != child)
		die("wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

static int run(const struct load *l)
{
	unsigned processes = (l->sockets / 2 + PAIRS_MAX - 1) / PAIRS_MAX;
	struct pipes p;
	int status;

	if (!processes)
		processes = 1;
	if (pipe2(p.done, O_CLOEXEC) || pipe2(p.stay, O_CLOEXEC))
		die("pipe");
	fork_holders(l, &p, processes);
	await(&p, processes);
	if (l->time_wait) {
		fork_closers(l, &p);
		await(&p, CLOSERS);
	}
	status = run_command(l, &p);
	(void)close(p.stay[1]);
	while (wait(NULL) > 0)
		;
	return status;
}

static unsigned parse(const char *s, unsigned max)
{
	char *end;
	unsigned long v = strtoul(s, &end, 10);

	if (*end || end == s || v > max) {
		fprintf(stderr, "load: '%s' is not a number up to %u\n", s, max);
		exit(125);
	}
	return (unsigned)v;
}

int main(int argc, char **argv)
{
	struct load l = {0};

	if (argc < 5) {
		fputs("usage: load SOCKETS CLOSE_WAIT TIME_WAIT COMMAND [ARGUMENT...]\n", stderr);
		return 125;
	}
	l.sockets = parse(argv[1], SOCKETS_MAX);
	l.close_wait = parse(argv[2], PAIRS_MAX);
	l.time_wait = parse(argv[3], TIME_WAIT_MAX);
	l.command = argv + 4;
	raise_limit();
	enter_namespace();
	return run(&l);
}
