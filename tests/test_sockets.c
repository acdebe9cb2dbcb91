/*  SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "sockets.h"

#include <netinet/tcp.h>
#include <poll.h>

#include "base/root.h"
#include "read/census.h"
#include "read/sockets.h"

static bool own_netns;

static void need_netns(void)
{
	if (!own_netns)
		skip_because("no network namespace of our own");
}

/*  --- one of each, on the real kernel ------------------------------------ */

enum { PORT = 8080, QUIET_PORT = 8081 };

static int descriptors[64];
static size_t n_descriptors;

static int keep(int fd)
{
	assert_true(fd >= 0 && n_descriptors < 64);
	descriptors[n_descriptors++] = fd;
	return fd;
}

static void wait_readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	assert_int_equal(poll(&p, 1, 5000), 1);
}

static void connect_pair(int listener, int *client, int *server)
{
	*client = keep(connect_to(AF_INET, "127.0.0.1", PORT));
	wait_readable(listener);
	*server = keep(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
}

static void drop(int fd)
{
	assert_int_equal(close(fd), 0);
	for (size_t i = 0; i < n_descriptors; i++) {
		if (descriptors[i] == fd)
			descriptors[i] = descriptors[--n_descriptors];
	}
}

/* 
 * What open_all() makes.  Both ends of a connection are here, so each pair
 * counts twice.
 */
static const uint64_t expected[TCP_STATES] = {
	[TCP_STATE_ESTABLISHED] = 2 + 2 + 2 + 2 + 2, /*  bare, armed, unread, waiting, IPv6 */
	[TCP_STATE_FIN_WAIT_2] = 1 + 1 + 1,          /*  held; orphan; of the one that gave up */
	[TCP_STATE_CLOSE_WAIT] = 1 + 1 + 1,
	[TCP_STATE_TIME_WAIT] = 1,
	[TCP_STATE_LISTEN] = 3,
};

static const uint64_t expected_kinds[SOCKET_KINDS] = {
	[SOCKET_CLOSE_WAIT_HELD] = 2, [SOCKET_CLOSE_WAIT_QUEUED] = 1,
	[SOCKET_FIN_WAIT_2_HELD] = 1, [SOCKET_FIN_WAIT_2_ORPHAN] = 2,
	[SOCKET_UNREAD] = 1,          [SOCKET_UNACCEPTED] = 2,
	[SOCKET_IDLE_ARMED] = 1,      [SOCKET_IDLE_BARE] = 2 + 1 + 1 + 1 + 1,
};

static const struct sockets_options everything = {
	.method = SOCKETS_FULL,
	.groups = GROUP_PEERS | GROUP_DESTINATIONS | GROUP_PORTS,
};

static void read_as(const struct sockets_options *options, bool captured, struct sockets *ret)
{
	struct host host = {.online = true, .captured = captured};
	auto_close int root = -1;

	assert_ok(root_open("/", &root, NULL));
	*ret = (struct sockets){0};
	assert_ok(sockets_read(&host, root, options, ret, NULL));
}

/*  The last acknowledgements are delayed: until they are there, it is FIN_WAIT_1. */
static void let_it_settle(void)
{
	for (unsigned i = 0; i < 100; i++) {
		struct sockets s;
		uint64_t waiting;

		read_as(&everything, false, &s);
		waiting = s.states[TCP_STATE_FIN_WAIT_1] + s.states[TCP_STATE_LAST_ACK];
		sockets_done(&s);
		if (!waiting)
			return;
		usleep(50000);
	}
	fail_msg("the connections do not settle");
}

static int open_all(void **state)
{
	int l, client, server, one = 1;

	if (!own_netns)
		return 0;

	l = keep(listen_on(AF_INET, "127.0.0.1", PORT, 16));
	keep(listen_on(AF_INET6, "::1", PORT, 4));
	keep(listen_on(AF_INET, "0.0.0.0", QUIET_PORT, 4));

	connect_pair(l, &client, &server); /*  ESTABLISHED, bare at both ends */
	connect_pair(l, &client, &server);
	assert_int_equal(setsockopt(server, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one)), 0);
	connect_pair(l, &client, &server);
	assert_int_equal(write(client, "abcde", 5), 5);
	wait_readable(server);

	connect_pair(l, &client, &server); /*  FIN_WAIT_2, held; CLOSE_WAIT */
	assert_int_equal(shutdown(client, SHUT_WR), 0);
	wait_readable(server);
	connect_pair(l, &client, &server); /*  FIN_WAIT_2, orphan; CLOSE_WAIT */
	drop(client);
	wait_readable(server);
	connect_pair(l, &client, &server); /*  TIME_WAIT */
	drop(client);
	wait_readable(server);
	drop(server);

	keep(connect_to(AF_INET, "127.0.0.1", PORT));        /*  waits for accept(2) */
	(void)close(connect_to(AF_INET, "127.0.0.1", PORT)); /*  gives up there */
	keep(connect_to(AF_INET6, "::1", PORT));
	let_it_settle();
	return 0;
}

static int close_all(void **state)
{
	while (n_descriptors)
		(void)close(descriptors[--n_descriptors]);
	return 0;
}

static void compare_states(const struct sockets *s)
{
	uint64_t total = 0;

	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (s->states[i] != expected[i])
			fail_msg("%s: %u, expected %u", tcp_state_name(i), (unsigned)s->states[i],
				 (unsigned)expected[i]);
		total += expected[i];
	}
	assert_int_equal(s->total, total);
	assert_false(s->approximate);
	assert_int_equal(s->warnings.len, 0);
}

static void compare_kinds(const struct sockets *s)
{
	for (unsigned i = 0; i < SOCKET_KINDS; i++) {
		if (s->kinds[i] != expected_kinds[i])
			fail_msg("%s: %u, expected %u", socket_kind_name(i), (unsigned)s->kinds[i],
				 (unsigned)expected_kinds[i]);
	}
	assert_int_equal(s->unread_bytes, 5);
}

static void every_socket_is_counted_once(void **state)
{
	for (unsigned captured = 0; captured < 2; captured++) {
		struct sockets s;

		need_netns();
		read_as(&everything, captured, &s);
		assert_int_equal(s.source, captured ? SOCKETS_FILES : SOCKETS_NETLINK);
		assert_int_equal(s.method, SOCKETS_FULL);
		compare_states(&s);
		compare_kinds(&s);
		sockets_done(&s);
	}
}

static void the_summary_says_the_same_of_the_states(void **state)
{
	struct sockets_options options = {.method = SOCKETS_SUMMARY};
	struct sockets s;

	need_netns();
	read_as(&options, false, &s);
	assert_int_equal(s.method, SOCKETS_SUMMARY);
	compare_states(&s);
	assert_int_equal(s.kinds[SOCKET_CLOSE_WAIT_HELD], 2);
	assert_int_equal(s.kinds[SOCKET_FIN_WAIT_2_ORPHAN], 2);
	assert_int_equal(s.kinds[SOCKET_IDLE_BARE], 0); /*  they were not looked at */
	sockets_done(&s);
}

static void few_sockets_are_looked_at_one_by_one(void **state)
{
	struct sockets_options options = {.method = SOCKETS_AUTO};
	struct sockets s;

	need_netns();
	read_as(&options, false, &s);
	assert_int_equal(s.method, SOCKETS_FULL);
	assert_int_equal(s.peers.len, 0); /*  nobody asked */
	sockets_done(&s);
}

static void a_connection_belongs_to_its_listener(void **state)
{
	for (unsigned captured = 0; captured < 2; captured++) {
		const struct socket_listener *l;
		struct sockets s;

		need_netns();
		read_as(&everything, captured, &s);
		assert_int_equal(s.listeners.len, 3);
		l = &s.listeners.items[0]; /*  by port, then by address: ::1 */
		assert_int_equal(l->port, PORT);
		assert_int_equal(l->tally.total, 1);
		assert_int_equal(l->queue, 1);

		l = &s.listeners.items[1];
		assert_int_equal(l->port, PORT);
		assert_true(address_is_ipv4(&l->address));
		assert_int_equal(l->sockets, 1);
		assert_int_equal(l->queue, 2);
		assert_int_equal(l->limit, captured ? LISTENER_UNKNOWN : 16);
		assert_int_equal(l->drops_known, !captured);
		assert_int_equal(l->full, 0);
		assert_int_equal(l->tally.states[TCP_STATE_ESTABLISHED], 4);
		assert_int_equal(l->tally.states[TCP_STATE_CLOSE_WAIT], 3);
		assert_int_equal(l->tally.armed, 1);
		assert_int_equal(l->tally.bare, 1);
		assert_int_equal(l->tally.busy, 2); /*  unread; not yet accepted */
		assert_int_equal(l->close_wait_queued, 1);

		l = &s.listeners.items[2];
		assert_int_equal(l->port, QUIET_PORT);
		assert_true(address_is_any(&l->address));
		assert_int_equal(l->tally.total, 0);
		sockets_done(&s);
	}
}

static void peers_ports_and_destinations_are_grouped(void **state)
{
	struct sockets s;
	char text[ADDRESS_SIZE];
	uint64_t connections = 0;

	need_netns();
	read_as(&everything, false, &s);
	for (unsigned i = 0; i < TCP_STATES; i++)
		connections += i == TCP_STATE_LISTEN ? 0 : expected[i];

	assert_int_equal(s.peers.len, 2);
	assert_int_equal(s.peers_missed, 0);
	assert_string_equal(address_print(&s.peers.items[0].address, text), "127.0.0.1");
	assert_int_equal(s.peers.items[0].tally.total, connections - 2);
	assert_int_equal(s.peers.items[0].incoming, 7);
	assert_int_equal(s.peers.items[1].tally.total, 2);

	assert_int_equal(s.destinations.len, 2);
	assert_string_equal(address_print(&s.destinations.items[0].to, text), "127.0.0.1");
	assert_int_equal(s.destinations.items[0].port, PORT);
	assert_int_equal(s.destinations.items[0].ports, 8);
	assert_int_equal(s.destinations.items[0].time_wait, 1);
	assert_int_equal(s.destinations.items[1].ports, 1);

	assert_int_equal(s.ports.items[0].port, PORT);
	assert_true(s.ports.items[0].listening);
	assert_int_equal(s.ports.items[0].tally.total, 8);
	sockets_done(&s);
}

static void only_the_states_asked_for_are_grouped(void **state)
{
	struct sockets_options options = everything;
	struct sockets s;

	need_netns();
	options.states = TCP_STATE_BIT(TCP_STATE_CLOSE_WAIT);
	read_as(&options, false, &s);
	compare_states(&s);
	assert_int_equal(s.peers.len, 1);
	assert_int_equal(s.peers.items[0].tally.total, 3);
	assert_int_equal(s.listeners.items[1].port, PORT);
	assert_int_equal(s.listeners.items[1].tally.total, 3);
	assert_int_equal(s.listeners.items[1].close_wait_queued, 1);
	sockets_done(&s);
}

static void who_does_not_close_is_named(void **state)
{
	struct sockets_options options = {
		.method = SOCKETS_SUMMARY,
		.groups = GROUP_OWNERS,
		.states = TCP_STATE_BIT(TCP_STATE_CLOSE_WAIT),
	};
	struct sockets s;

	need_netns();
	for (unsigned sample = 0; sample < 2; sample++) {
		const struct socket_owner *o;

		options.inodes_max = sample;
		read_as(&options, false, &s);
		assert_int_equal(s.inodes_wanted, 2);
		assert_int_equal(s.inodes_kept, sample ? 1 : 2);
		assert_int_equal(s.inodes_unseen, 0);
		assert_int_equal(s.owners.len, 1);
		o = &s.owners.items[0];
		assert_int_equal(o->process.pid, getpid());
		assert_string_equal(o->process.comm, "test_sockets");
		assert_true(o->process.used > n_descriptors);
		assert_true(o->process.limit.known);
		assert_int_equal(o->tally.states[TCP_STATE_CLOSE_WAIT], sample ? 1 : 2);
		assert_int_equal(o->tally.total, sample ? 1 : 2);
		sockets_done(&s);
	}
}

/* Ours is one unit or none; what has no descriptor belongs to nobody. */
static void sockets_belong_to_the_unit_of_their_maker(void **state)
{
	struct sockets_options options = {.method = SOCKETS_FULL, .groups = GROUP_UNITS};
	struct sockets s;
	uint64_t ours = 0, nobodys = 0, total = 0;

	need_netns();
	read_as(&options, false, &s);
	for (size_t i = 0; i < s.units.len; i++) {
		const struct socket_unit *u = &s.units.items[i];

		*(strcmp(u->name, "(none)") == 0 ? &nobodys : &ours) += u->tally.total;
		total += u->tally.total;
	}
	assert_int_equal(s.units.len, 2);
	assert_int_equal(nobodys, 1 + 2); /* TIME_WAIT, and the orphans in FIN_WAIT_2 */
	assert_int_equal(total, s.total - s.states[TCP_STATE_LISTEN]);
	sockets_done(&s);
}

static void from_files_no_unit_is_known(void **state)
{
	struct sockets_options options = {.method = SOCKETS_FULL, .groups = GROUP_UNITS};
	struct sockets s;

	need_netns();
	read_as(&options, true, &s);
	assert_int_equal(s.units.len, 1);
	assert_string_equal(s.units.items[0].name, "(unknown)");
	sockets_done(&s);
}

static void an_offline_host_has_none(void **state)
{
	struct host host = {.online = false};
	struct sockets s = {0};

	assert_ok(sockets_read(&host, -1, &everything, &s, NULL));
	assert_int_equal(s.source, SOCKETS_NOWHERE);
	assert_int_equal(s.total, 0);
	sockets_done(&s);
}

/*  --- captured files ----------------------------------------------------- */

#define HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"

/*  Peer and local port vary, port 80 listens. */
#define SOCKET(local, remote, st, queues, timer, retries, inode)                                   \
	"   1: " local " " remote " " st " " queues " " timer ":00000000 " retries                 \
	"     0        0 " inode " 1 0\n"

static void read_text(const char *tcp, const char *tcp6, const char *sockstat, int code,
		      struct sockets *ret, struct error *err)
{
	struct host host = {.online = true, .captured = true};
	auto_close int root = -1;
	char dir[64];

	scratch_make(dir);
	scratch_file(dir, "proc/net/tcp", tcp);
	if (tcp6)
		scratch_file(dir, "proc/net/tcp6", tcp6);
	if (sockstat)
		scratch_file(dir, "proc/net/sockstat", sockstat);
	assert_ok(root_open(dir, &root, NULL));
	*ret = (struct sockets){0};
	assert_int_equal(sockets_read(&host, root, &everything, ret, err), code);
	scratch_remove(dir);
}

static void a_mapped_peer_is_the_ipv4_peer(void **state)
{
	struct sockets s;
	char text[ADDRESS_SIZE];

	read_text(HEAD SOCKET("0100007F:0050", "050200C0:1000", "01", "00000000:00000000", "00",
			      "0", "7"),
		  HEAD SOCKET("00000000000000000000000000000000:0050",
			      "00000000000000000000000000000000:0000", "0A", "00000000:00000000",
			      "00", "0", "8") SOCKET("0000000000000000FFFF00000100007F:0050",
						     "0000000000000000FFFF0000050200C0:1001", "08",
						     "00000000:00000001", "00", "0", "9"),
		  NULL, 0, &s, NULL);
	assert_int_equal(s.peers.len, 1);
	assert_string_equal(address_print(&s.peers.items[0].address, text), "192.0.2.5");
	assert_int_equal(s.peers.items[0].tally.total, 2);
	assert_int_equal(s.peers.items[0].incoming, 2); /*  to [::]:80, which takes IPv4, too */
	assert_int_equal(s.listeners.items[0].tally.total, 2);
	sockets_done(&s);
}

static void a_timer_that_fired_shows(void **state)
{
	struct sockets s;

	read_text(HEAD SOCKET("0100007F:0050", "050200C0:1000", "01", "00000008:00000000", "01",
			      "3", "7") SOCKET("0100007F:0050", "050200C0:1001", "01",
					       "00000008:00000000", "01", "0", "7")
			  SOCKET("0100007F:0050", "050200C0:1002", "09", "00000001:00000000", "01",
				 "1", "0") SOCKET("0100007F:0050", "050200C0:1003", "04",
						  "00000001:00000000", "01", "0", "0")
		  /* No connection yet. */
		  SOCKET("0100007F:1000", "050200C0:0050", "02", "00000001:00000000", "01", "2",
			 "8") SOCKET("0100007F:0050", "050200C0:1004", "03", "00000000:00000000",
				     "01", "2", "0"),
		  NULL, NULL, 0, &s, NULL);
	assert_int_equal(s.kinds[SOCKET_RETRANSMITTING], 2);
	assert_int_equal(s.states[TCP_STATE_SYN_SENT], 1);
	assert_int_equal(s.states[TCP_STATE_SYN_RECV], 1);
	assert_int_equal(s.kinds[SOCKET_FIN_WAIT_1_ORPHAN], 1);
	assert_int_equal(s.states[TCP_STATE_LAST_ACK], 1);
	assert_int_equal(s.unsent_bytes, 16);
	sockets_done(&s);
}

#define ONE SOCKET("0100007F:0050", "050200C0:1000", "01", "00000000:00000000", "00", "0", "7")
#define FIVE ONE ONE ONE ONE ONE
#define MINI SOCKET("0100007F:0050", "050200C0:1001", "06", "00000000:00000000", "03", "0", "0")

/* Beside a list of 20 and one in TIME_WAIT; not even one may be missed in silence. */
static const struct {
	const char *sockstat;
	const char *warning; /* NULL: none */
} totals[] = {
	{"TCP: inuse 300 orphan 0 tw 100 alloc 6 mem 1\n",
	 "only 21 of 400 sockets are in /proc/net/tcp"},
	{"TCP: inuse 20 orphan 0 tw 2 alloc 6 mem 1\n",
	 "only 21 of 22 sockets are in /proc/net/tcp"},
	{"TCP: inuse 20 orphan 0 tw 1 alloc 6 mem 1\n", NULL},
	{"TCP: inuse 20 orphan 0 tw 0 alloc 6 mem 1\n", NULL}, /* one came meanwhile */
	{"UDP: inuse 9 mem 1\n", NULL},
};

static void a_list_that_was_cut_short_says_so(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(totals); i++) {
		const char *warning = totals[i].warning;
		struct sockets s;

		read_text(HEAD FIVE FIVE FIVE FIVE MINI, NULL, totals[i].sockstat, 0, &s, NULL);
		assert_int_equal(s.approximate, warning != NULL);
		assert_int_equal(s.warnings.len, warning != NULL);
		if (warning)
			assert_string_equal(s.warnings.items[0], warning);
		sockets_done(&s);
	}
}

static void a_bad_line_is_named(void **state)
{
	struct error err = {0};
	struct sockets s;

	read_text(HEAD SOCKET("0100007F:0050", "050200C0:1000", "01", "00000000:00000000", "00",
			      "0", "7") "rubbish\n",
		  NULL, NULL, -EBADMSG, &s, &err);
	assert_string_equal(err.file, "proc/net/tcp");
	assert_int_equal(err.line, 3);
	assert_has(err.text, "a socket was expected");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_socket_is_counted_once),
		cmocka_unit_test(the_summary_says_the_same_of_the_states),
		cmocka_unit_test(few_sockets_are_looked_at_one_by_one),
		cmocka_unit_test(a_connection_belongs_to_its_listener),
		cmocka_unit_test(peers_ports_and_destinations_are_grouped),
		cmocka_unit_test(only_the_states_asked_for_are_grouped),
		cmocka_unit_test(who_does_not_close_is_named),
		cmocka_unit_test(sockets_belong_to_the_unit_of_their_maker),
		cmocka_unit_test(from_files_no_unit_is_known),
		cmocka_unit_test(an_offline_host_has_none),
		cmocka_unit_test(a_mapped_peer_is_the_ipv4_peer),
		cmocka_unit_test(a_timer_that_fired_shows),
		cmocka_unit_test(a_list_that_was_cut_short_says_so),
		cmocka_unit_test(a_bad_line_is_named),
	};

	own_netns = private_netns();
	return cmocka_run_group_tests_name("sockets", tests, open_all, close_all);
}
