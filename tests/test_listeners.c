/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "sockets.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/root.h"
#include "base/vec.h"
#include "read/listeners.h"
#include "read/proc_tcp.h"
#include "read/sockdiag.h"

struct found {
	VEC(struct listener);
	unsigned restarts;
	int answer; /* of the sink */
};

static int keep(const struct listener *l, void *arg)
{
	struct found *found = arg;

	return found->answer ? found->answer : vec_push(found, *l);
}

static void forget(void *arg)
{
	struct found *found = arg;

	found->len = 0;
	found->restarts++;
}

static int read_into(const struct host *h, const char *dir, struct found *found)
{
	auto_close int root = -1;
	struct listener_sink sink = {keep, forget, found};

	assert_ok(root_open(dir, &root, NULL));
	return listeners_read(h, root, &sink, NULL);
}

static bool own_netns;

static void need_netns(void)
{
	if (!own_netns)
		skip_because("no network namespace of our own");
}

/* --- real sockets ------------------------------------------------------- */

enum { SOCKETS = 5 };

static const struct {
	int family;
	const char *address;
	uint16_t port;
	int backlog;
	unsigned waiting;
} opened[SOCKETS] = {
	{AF_INET, "0.0.0.0", 8080, 511, 0}, {AF_INET, "127.0.0.1", 8081, 7, 3},
	{AF_INET6, "::", 8080, 128, 0},     {AF_INET6, "::1", 443, 64, 2},
	{AF_INET, "127.0.0.9", 8081, 1, 0}, /* a port twice */
};

static const struct listener *by_inode(const struct found *found, uint32_t inode)
{
	for (size_t i = 0; i < found->len; i++) {
		if (found->items[i].inode == inode)
			return &found->items[i];
	}
	fail_msg("inode %u is not among %zu listeners", inode, found->len);
	return NULL;
}

static void compare_with_opened(const struct found *found, const int sockets[SOCKETS],
				bool limit_known)
{
	assert_int_equal(found->len, SOCKETS);
	for (size_t i = 0; i < SOCKETS; i++) {
		const struct listener *l = by_inode(found, inode_of(sockets[i]));
		char text[INET6_ADDRSTRLEN];

		assert_int_equal(l->family, opened[i].family);
		assert_non_null(inet_ntop(l->family, l->address, text, sizeof(text)));
		assert_string_equal(text, opened[i].address);
		assert_int_equal(l->port, opened[i].port);
		assert_int_equal(l->queue, opened[i].waiting);
		assert_int_equal(l->uid, getuid());
		assert_int_equal(l->drops, limit_known ? 0 : LISTENER_UNKNOWN);
		assert_int_equal(l->limit,
				 limit_known ? (uint32_t)opened[i].backlog : LISTENER_UNKNOWN);
	}
}

static int sockets[SOCKETS], clients[8];
static size_t n_clients;

static int open_sockets(void **state)
{
	(void)state;
	if (!own_netns)
		return 0;

	for (size_t i = 0; i < SOCKETS; i++) {
		sockets[i] = listen_on(opened[i].family, opened[i].address, opened[i].port,
				       opened[i].backlog);
		for (unsigned c = 0; c < opened[i].waiting; c++)
			clients[n_clients++] =
				connect_to(opened[i].family, opened[i].address, opened[i].port);
	}
	return 0;
}

static int close_sockets(void **state)
{
	(void)state;
	for (size_t i = 0; own_netns && i < SOCKETS; i++)
		(void)close(sockets[i]);
	while (n_clients)
		(void)close(clients[--n_clients]);
	return 0;
}

static void netlink_gives_every_listener_and_nothing_else(void **state)
{
	struct host host = {.online = true};
	struct found found = {0};

	(void)state;
	need_netns();
	assert_ok(read_into(&host, "/", &found));
	compare_with_opened(&found, sockets, true);
	assert_int_equal(found.restarts, 0);
	vec_done(&found);
}

static void the_files_give_the_same_but_for_the_backlog(void **state)
{
	struct host host = {.online = true, .captured = true};
	struct found found = {0};

	(void)state;
	need_netns();
	assert_ok(read_into(&host, "/", &found));
	compare_with_opened(&found, sockets, false);
	vec_done(&found);
}

static void forbid_netlink(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {ARRAY_LEN(code), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		_exit(77);
}

/* In a child, for the filter stays for good; it cannot use cmocka's assertions. */
static int count_without_netlink(void)
{
	struct sockdiag_query query = {.states = TCP_STATE_BIT(TCP_STATE_LISTEN)};
	struct host host = {.online = true};
	struct found found = {0};
	struct sockdiag_sink refused = {.restart = forget, .arg = &found};
	struct listener_sink sink = {keep, forget, &found};
	int root = -1;

	forbid_netlink();
	if (sockdiag_dump(&query, &refused, NULL) != -EPERM)
		return 101;
	if (root_open("/", &root, NULL) || listeners_read(&host, root, &sink, NULL))
		return 102;
	return (int)found.len;
}

static void where_netlink_is_refused_the_files_are_read(void **state)
{
	int status = 0;
	pid_t child;

	(void)state;
	need_netns();
	child = fork();
	assert_true(child >= 0);
	if (!child)
		_exit(count_without_netlink());

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip_because("netlink cannot be forbidden here");
	assert_int_equal(WEXITSTATUS(status), SOCKETS);
}

static void the_sink_ends_the_walk_with_its_error(void **state)
{
	struct host host = {.online = true, .captured = true};
	struct found found = {.answer = -ENOMEM};

	(void)state;
	need_netns();
	assert_fails(read_into(&host, "/", &found), ENOMEM);
	host.captured = false;
	assert_fails(read_into(&host, "/", &found), ENOMEM);
	vec_done(&found);
}

/* --- captured files ----------------------------------------------------- */

#define HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
#define TAIL " 00:00000000 00000000     0        0 "

static void a_captured_host_has_what_its_files_say(void **state)
{
	struct host host = {.online = true, .captured = true};
	struct found found = {0};
	char dir[64];

	(void)state;
	scratch_make(dir);
	scratch_file(dir, "proc/net/tcp",
		     HEAD "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000005" TAIL "35 1 0\n"
			  "   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000" TAIL "36 1 0\n"
			  "   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000" TAIL "37 1 0\n");
	assert_ok(read_into(&host, dir, &found));

	assert_int_equal(found.len, 1); /* listeners come first; the rest is not read */
	assert_int_equal(found.items[0].inode, 35);
	assert_int_equal(found.items[0].queue, 5);
	assert_int_equal(found.items[0].port, 8080);
	vec_done(&found);
	scratch_remove(dir);
}

static void without_files_or_running_layer_nobody_listens(void **state)
{
	struct host host = {.online = true, .captured = true};
	struct found found = {0};
	char dir[64];

	(void)state;
	scratch_make(dir);
	assert_ok(read_into(&host, dir, &found));
	host = (struct host){.online = false};
	assert_ok(read_into(&host, "/", &found));
	assert_int_equal(found.len, 0);
	scratch_remove(dir);
}

static void files_that_make_no_sense_are_refused(void **state)
{
	static const char *const texts[] = {
		HEAD "rubbish\n",
		HEAD "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n", /* cut short */
		HEAD "   0: 0100007F:1F90 00000000:0000 0A\n",
	};
	struct host host = {.online = true, .captured = true};
	struct found found = {0};
	auto_free char *blanks = malloc(100000);
	char dir[64];

	(void)state;
	assert_non_null(blanks);
	memset(blanks, ' ', 100000);
	scratch_make(dir);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		scratch_file(dir, "proc/net/tcp", texts[i]);
		assert_fails(read_into(&host, dir, &found), EBADMSG);
	}
	scratch_bytes(dir, "proc/net/tcp", blanks, 100000);
	assert_fails(read_into(&host, dir, &found), EBADMSG);
	scratch_bytes(dir, "proc/net/tcp", HEAD "\0\0\0\n", sizeof(HEAD "\0\0\0\n") - 1);
	assert_fails(read_into(&host, dir, &found), EBADMSG);
	scratch_remove(dir);

	scratch_make(dir);
	scratch_file(dir, "proc/net/tcp/directory", "");
	assert_fails(read_into(&host, dir, &found), ENXIO);
	assert_int_equal(found.len, 0);
	vec_done(&found);
	scratch_remove(dir);
}

/* --- one line ----------------------------------------------------------- */

#define LISTEN4 "   0: 0100007F:1F90 00000000:0000 0A 00000001:00000002"

static const struct {
	const char *line;
	bool good;
} lines[] = {
	{LISTEN4 TAIL "35 1 0000000013c3adec 100 0 0 10 0", true},
	{LISTEN4 TAIL "35\n", true},
	{LISTEN4 TAIL "4294967295", true},
	{LISTEN4 TAIL "4294967296", false},
	{LISTEN4 TAIL "-1", false},
	{LISTEN4 TAIL, false},
	{"0: 00000000000000000000000001000000:01BB 00000000000000000000000000000000:0000 0A "
	 "00000000:00000000" TAIL "9",
	 true},
	{"0: 0000000000000000:01BB 0000000000000000:0000 0A 0:0" TAIL "9", false},
	{"0: 0100007F:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000" TAIL "9",
	 false}, /* one of each family */
	{"0: 0100007F:11F90 00000000:0000 0A 00000000:00000000" TAIL "9", false},
	{"0: 0100007F1F90 00000000:0000 0A 00000000:00000000" TAIL "9", false},
	{"0: 0100007G:1F90 00000000:0000 0A 00000000:00000000" TAIL "9", false},
	{"0: 0100007F:1F90 00000000:0000 10A 00000000:00000000" TAIL "9", false},
	{"0: 0100007F:1F90 00000000:0000 0A 000000000:00000000" TAIL "9", false},
	{"0: 0100007F:1F90 00000000:0000 0A 00000000:100000000" TAIL "9", false},
	{LISTEN4 " 02:0000C350 00000003  1000        4 35", true},
	{LISTEN4 " 0g:00000000 00000000     0        0 35", false}, /* the timer */
	{LISTEN4 " 002:00000000 00000000     0        0 35", false},
	{LISTEN4 " 02:00000000 100000000     0        0 35", false}, /* retransmits */
	{LISTEN4 " 02:00000000 00000000 4294967296  0 35", false},   /* uid */
	{LISTEN4 " 02:00000000 00000000     0       -1 35", false},  /* probes */
	{"", false},
	{HEAD, false},
};

static void a_line_is_taken_apart_strictly(void **state)
{
	struct proc_tcp_row row;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		if ((proc_tcp_parse(lines[i].line, &row) == 0) != lines[i].good)
			fail_msg("case %zu: \"%s\"", i, lines[i].line);
	}

	assert_ok(proc_tcp_parse(lines[0].line, &row));
	assert_int_equal(row.family, AF_INET);
	assert_memory_equal(row.local.address, "\x7f\0\0\1", 4);
	assert_int_equal(row.local.port, 8080);
	assert_int_equal(row.state, TCP_STATE_LISTEN);
	assert_int_equal(row.tx_queue, 1);
	assert_int_equal(row.rx_queue, 2);
	assert_int_equal(row.inode, 35);
	assert_int_equal(row.timer, 0);

	assert_ok(proc_tcp_parse(LISTEN4 " 02:0000C350 00000003  1000        4 36", &row));
	assert_int_equal(row.timer, 2);
	assert_int_equal(row.timer_ms, 500000); /* 0xC350 hundredths */
	assert_int_equal(row.retransmits, 3);
	assert_int_equal(row.uid, 1000);
	assert_int_equal(row.probes, 4);
	assert_int_equal(row.inode, 36);

	assert_ok(proc_tcp_parse(LISTEN4 " 02:FFFFFFFFFFFFFFFF 00000003  1000        4 36", &row));
	assert_int_equal(row.timer_ms, UINT32_MAX);
}

static void an_address_prints_the_way_it_stood_there(void **state)
{
	static const size_t good[] = {0, 6};
	struct proc_tcp_row row;
	char hex[PROC_TCP_HEX6 + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		const char *line = lines[good[i]].line;
		size_t n;

		assert_ok(proc_tcp_parse(line, &row));
		n = proc_tcp_print(row.family, row.local.address, hex);
		assert_memory_equal(line + row.local.at, hex, n);
		assert_int_equal(line[row.local.at + n], ':');
		n = proc_tcp_print(row.family, row.remote.address, hex);
		assert_memory_equal(line + row.remote.at, hex, n);
	}
}

/* --- netlink's answers -------------------------------------------------- */

struct message {
	struct nlmsghdr head;
	struct inet_diag_msg body;
	struct nlattr attr;
	uint32_t value;
};

static struct message good_message(void)
{
	return (struct message){
		.head =
			{
				.nlmsg_len = sizeof(struct message),
				.nlmsg_type = 20, /* SOCK_DIAG_BY_FAMILY */
				.nlmsg_seq = 7,
			},
		.body = {.idiag_family = AF_INET, .idiag_state = 10, .idiag_inode = 99},
		.attr = {.nla_len = 8, .nla_type = INET_DIAG_MARK},
		.value = 42,
	};
}

struct seen {
	unsigned sockets;
	uint32_t mark;
	bool too_long; /* an attribute shorter than asked for was given */
	bool tolerant, broken;
	int answer;
};

static int see(const struct sockdiag_socket *s, void *arg)
{
	struct seen *seen = arg;
	const uint32_t *mark = sockdiag_attr(s, INET_DIAG_MARK, sizeof(*mark));

	seen->sockets++;
	seen->mark = mark ? *mark : 0;
	seen->too_long |= sockdiag_attr(s, INET_DIAG_MARK, 5) != NULL;
	assert_null(sockdiag_attr(s, INET_DIAG_INFO, 0));
	assert_null(sockdiag_attr(s, INET_DIAG_MAX + 1, 0));
	return seen->answer;
}

static int see_real(const struct sockdiag_socket *s, void *arg)
{
	struct seen *seen = arg;

	seen->sockets += s->msg != NULL;
	return 0;
}

static int parse(const void *bytes, size_t n, struct seen *seen)
{
	struct sockdiag_sink sink = {.socket = see, .arg = seen};
	/* A copy of its own size, so that the sanitizer sees a read past its end. */
	auto_free void *copy = malloc(n ? n : 1);

	struct sockdiag_answer answer = {.seq = 7, .tolerant = seen->tolerant};
	int r;

	assert_non_null(copy);
	memcpy(copy, bytes, n);
	r = sockdiag_parse(copy, n, &answer, &sink);
	seen->broken = answer.broken;
	return r;
}

static void a_socket_comes_with_its_attributes(void **state)
{
	struct message m = good_message();
	struct seen seen = {0};

	(void)state;
	assert_int_equal(parse(&m, sizeof(m), &seen), 1);
	assert_int_equal(seen.sockets, 1);
	assert_int_equal(seen.mark, 42);
	assert_false(seen.too_long);
}

static void lengths_that_lie_do_not_lead_outside(void **state)
{
	static const unsigned short attr_lengths[] = {0, 3, 9, 100, 65535};
	struct message m;
	struct seen seen = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(attr_lengths); i++) {
		m = good_message();
		m.attr.nla_len = attr_lengths[i];
		assert_int_equal(parse(&m, sizeof(m), &seen), 1);
		assert_int_equal(seen.mark, 0);
	}

	m = good_message();
	m.attr.nla_type = 0x3fff;
	assert_int_equal(parse(&m, sizeof(m), &seen), 1);

	for (size_t n = 1; n < sizeof(m); n++) { /* cut off anywhere */
		m = good_message();
		assert_int_equal(parse(&m, n, &seen), -EBADMSG);
	}
	for (unsigned n = 0; n < sizeof(m.head) + sizeof(m.body); n++) {
		m = good_message();
		m.head.nlmsg_len = n;
		assert_int_equal(parse(&m, sizeof(m), &seen), -EBADMSG);
	}
	m = good_message();
	m.head.nlmsg_len = UINT32_MAX;
	assert_int_equal(parse(&m, sizeof(m), &seen), -EBADMSG);
}

static void the_end_and_its_errors_are_told_apart(void **state)
{
	static const struct {
		uint16_t type, flags;
		unsigned seq;
		int code, result;
		bool tolerant, broken;
	} cases[] = {
		{NLMSG_DONE, 0, 7, 0, 0, false, false},
		{NLMSG_DONE, 0, 7, -ENOENT, -ENOENT, false, false}, /* it failed at its end */
		{NLMSG_DONE, 0, 7, 5, 0, false, false},
		{NLMSG_ERROR, 0, 7, -EPERM, -EPERM, false, false},
		{NLMSG_ERROR, 0, 7, -EPERM, -EPERM, true, false},
		{NLMSG_OVERRUN, 0, 7, 0, -ENOBUFS, false, true},
		{NLMSG_OVERRUN, 0, 7, 0, 1, true, true},
		{NLMSG_NOOP, 0, 7, 0, 1, false, false},
		{NLMSG_DONE, 0, 6, 0, -EBADMSG, false, false}, /* an answer to something else */
		{NLMSG_DONE, NLM_F_DUMP_INTR, 7, 0, -EINTR, false, true},
		{NLMSG_DONE, NLM_F_DUMP_INTR, 7, 0, 0, true, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct {
			struct nlmsghdr head;
			int code;
		} m = {{sizeof(m), cases[i].type, cases[i].flags, cases[i].seq, 0}, cases[i].code};
		struct seen seen = {.tolerant = cases[i].tolerant};

		assert_int_equal(parse(&m, sizeof(m), &seen), cases[i].result);
		assert_int_equal(seen.broken, cases[i].broken);
		assert_int_equal(seen.sockets, 0);
	}
}

static void both_kinds_of_request_are_answered(void **state)
{
	struct message m = good_message();
	struct seen seen = {0};

	(void)state;
	m.head.nlmsg_type = TCPDIAG_GETSOCK;
	assert_int_equal(parse(&m, sizeof(m), &seen), 1);
	m.head.nlmsg_type = DCCPDIAG_GETSOCK; /* not ours */
	assert_int_equal(parse(&m, sizeof(m), &seen), 1);
	assert_int_equal(seen.sockets, 1);
}

static void whoever_has_enough_gets_no_more(void **state)
{
	struct message two[2] = {good_message(), good_message()};
	struct seen seen = {.answer = 1};

	(void)state;
	assert_int_equal(parse(two, sizeof(two), &seen), 0);
	assert_int_equal(seen.sockets, 1);
	seen.answer = -EIO;
	assert_int_equal(parse(two, sizeof(two), &seen), -EIO);
	assert_int_equal(seen.sockets, 2);
	seen.answer = 0;
	assert_int_equal(parse(two, sizeof(two), &seen), 1);
	assert_int_equal(seen.sockets, 4);
}

static void one_walk_gives_what_two_give(void **state)
{
	for (unsigned by_family = 0; by_family < 2; by_family++) {
		struct sockdiag_query query = {
			.states = UINT32_MAX & ~(1U << 13),
			.by_family = by_family,
		};
		struct seen seen = {0};
		struct sockdiag_sink sink = {.socket = see_real, .arg = &seen};

		need_netns();
		assert_ok(sockdiag_dump(&query, &sink, NULL));
		/* A waiting connection is one socket at either end. */
		assert_int_equal(seen.sockets, SOCKETS + 2 * n_clients);
	}
}

static void nothing_is_given_after_the_end_or_an_error(void **state)
{
	struct message two[2] = {good_message(), good_message()};
	struct seen seen = {.answer = -ENOMEM};

	(void)state;
	assert_int_equal(parse(two, sizeof(two), &seen), -ENOMEM);
	assert_int_equal(seen.sockets, 1);

	seen = (struct seen){0};
	two[0].head.nlmsg_type = NLMSG_DONE;
	memset(&two[0].body, 0, sizeof(two[0].body));
	assert_int_equal(parse(two, sizeof(two), &seen), 0);
	assert_int_equal(seen.sockets, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(netlink_gives_every_listener_and_nothing_else),
		cmocka_unit_test(the_files_give_the_same_but_for_the_backlog),
		cmocka_unit_test(where_netlink_is_refused_the_files_are_read),
		cmocka_unit_test(the_sink_ends_the_walk_with_its_error),
		cmocka_unit_test(a_captured_host_has_what_its_files_say),
		cmocka_unit_test(without_files_or_running_layer_nobody_listens),
		cmocka_unit_test(files_that_make_no_sense_are_refused),
		cmocka_unit_test(a_line_is_taken_apart_strictly),
		cmocka_unit_test(an_address_prints_the_way_it_stood_there),
		cmocka_unit_test(a_socket_comes_with_its_attributes),
		cmocka_unit_test(lengths_that_lie_do_not_lead_outside),
		cmocka_unit_test(the_end_and_its_errors_are_told_apart),
		cmocka_unit_test(both_kinds_of_request_are_answered),
		cmocka_unit_test(whoever_has_enough_gets_no_more),
		cmocka_unit_test(one_walk_gives_what_two_give),
		cmocka_unit_test(nothing_is_given_after_the_end_or_an_error),
	};

	own_netns = private_netns();
	return cmocka_run_group_tests_name("listeners", tests, open_sockets, close_sockets);
}
