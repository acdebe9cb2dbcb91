/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <sched.h>

#include "base/root.h"
#include "read/counters.h"

/* As Linux 6.18 writes them, shortened, with columns that a newer kernel may add. */
#define SNMP                                                                                         \
	"Ip: Forwarding DefaultTTL\nIp: 2 64\n"                                                      \
	"Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens OutSegs New RetransSegs\n" \
	"Tcp: 1 200 120000 -1 11 22 333 9 44\n"                                                      \
	"Udp: InDatagrams ActiveOpens\nUdp: 1 77\n"
#define NETSTAT                                                                                    \
	"TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPAbortOnData\n"                      \
	"TcpExt: 1 2 18446744073709551615 4\n"                                                     \
	"IpExt: InNoRoutes ListenDrops\nIpExt: 0 99\n"
#define SOCKSTAT                                                                                   \
	"sockets: used 290\nTCP: inuse 10 orphan 1 tw 2 alloc 11 mem 380\nUDP: inuse 5 mem 1\n"
#define SOFTNET                                                                                    \
	"00000016 00000001 00000002 00000000 00000000\n"                                           \
	"ffffffff 0000000f 00000003 00000000 00000000\n"
#define CONNTRACK                                                                                  \
	"entries  clashres found insert_failed drop early_drop icmp_error  search_restart\n"       \
	"00000005  00000000 00000000 00000001 00000002 00000003 00000000  00000000\n"              \
	"00000005  00000000 00000000 00000010 00000020 00000030 00000000  00000000\n"

static int parse(enum counter_file file, const char *text, struct counters *ret, struct error *err)
{
	char *copy = strdup(text);
	int r;

	assert_non_null(copy);
	r = counters_parse(file, copy, ret, err);
	free(copy);
	return r;
}

static const struct {
	enum counter_file file;
	const char *text;
	enum counter counter;
	int64_t value; /* -1: not known */
} numbers[] = {
	{COUNTER_SNMP, SNMP, COUNTER_ACTIVE_OPENS, 11},
	{COUNTER_SNMP, SNMP, COUNTER_PASSIVE_OPENS, 22},
	{COUNTER_SNMP, SNMP, COUNTER_RETRANS_SEGS, 44}, /* by name, though a column is new */
	{COUNTER_SNMP, SNMP, COUNTER_OUT_RSTS, -1},
	{COUNTER_SNMP, "", COUNTER_OUT_RSTS, -1},
	{COUNTER_NETSTAT, NETSTAT, COUNTER_SYNCOOKIES_SENT, 1},
	{COUNTER_NETSTAT, NETSTAT, COUNTER_LISTEN_OVERFLOWS, 2},
	{COUNTER_NETSTAT, NETSTAT, COUNTER_ABORT_ON_DATA, 4},
	{COUNTER_NETSTAT, SNMP, COUNTER_ACTIVE_OPENS, -1},
	{COUNTER_SOCKSTAT, SOCKSTAT, COUNTER_SOCKETS_TCP, 10},
	{COUNTER_SOCKSTAT, SOCKSTAT, COUNTER_SOCKETS_ORPHAN, 1},
	{COUNTER_SOCKSTAT, SOCKSTAT, COUNTER_SOCKETS_TW, 2},
	{COUNTER_SOCKSTAT, SOCKSTAT, COUNTER_SOCKETS_MEM, 380},
	{COUNTER_SOCKSTAT6, "TCP6: inuse 7\nUDP6: inuse 1\n", COUNTER_SOCKETS_TCP6, 7},
	{COUNTER_SOFTNET, SOFTNET, COUNTER_SOFTNET_PROCESSED, 0x100000015},
	{COUNTER_SOFTNET, SOFTNET, COUNTER_SOFTNET_DROPPED, 16},
	{COUNTER_SOFTNET, SOFTNET, COUNTER_SOFTNET_SQUEEZED, 5},
	{COUNTER_SOFTNET, "1 2 3", COUNTER_SOFTNET_SQUEEZED, 3}, /* no newline at the end */
	{COUNTER_CONNTRACK, CONNTRACK, COUNTER_CONNTRACK_INSERT_FAILED, 0x11},
	{COUNTER_CONNTRACK, CONNTRACK, COUNTER_CONNTRACK_DROP, 0x22},
	{COUNTER_CONNTRACK, CONNTRACK, COUNTER_CONNTRACK_EARLY_DROP, 0x33},
	{COUNTER_CONNTRACK, "entries drop\n", COUNTER_CONNTRACK_DROP, -1},
};

static void counters_are_found_by_name(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		enum counter c = numbers[i].counter;
		struct counters list = {0};

		assert_ok(parse(numbers[i].file, numbers[i].text, &list, NULL));
		assert_int_equal(list.known[c], numbers[i].value >= 0);
		if (numbers[i].value >= 0)
			assert_int_equal(list.values[c], numbers[i].value);
	}
}

static void the_largest_number_is_taken(void **state)
{
	struct counters list = {0};

	assert_ok(parse(COUNTER_NETSTAT, NETSTAT, &list, NULL));
	assert_true(list.values[COUNTER_LISTEN_DROPS] == UINT64_MAX);
}

static const struct {
	enum counter_file file;
	const char *text;
	unsigned line;
	const char *says;
} bad[] = {
	{COUNTER_SNMP, "Tcp: ActiveOpens\n", 1, "line of numbers was expected"},
	{COUNTER_SNMP, "Tcp: ActiveOpens\nUdp: 1\n", 2, "numbers of the line above"},
	{COUNTER_SNMP, "Tcp: ActiveOpens\n\n", 2, "numbers of the line above"},
	{COUNTER_SNMP, "Ip: a\nIp: 1\nTcp: ActiveOpens OutRsts\nTcp: 1\n", 4, "fewer numbers"},
	{COUNTER_SNMP, "Tcp: ActiveOpens\nTcp: 1 2\n", 2, "more numbers"},
	{COUNTER_NETSTAT, "TcpExt: TW\nTcpExt: -1\n", 2, "a number was expected"},
	{COUNTER_NETSTAT, "TcpExt: TW\nTcpExt: 0x1\n", 2, "a number was expected"},
	{COUNTER_NETSTAT, "TcpExt: TW\nTcpExt: 18446744073709551616\n", 2, "a number was"},
	{COUNTER_SOCKSTAT, "TCP: inuse\n", 1, "a number was expected at its end"},
	{COUNTER_SOCKSTAT, "a\nTCP: inuse x tw 1\n", 2, "a number was expected"},
	{COUNTER_SOFTNET, "1 2 3\n1 2\n", 2, "fewer columns"},
	{COUNTER_SOFTNET, "1 2 g\n", 1, "hexadecimal"},
	{COUNTER_SOFTNET, "\n", 1, "fewer columns"},
	{COUNTER_CONNTRACK, "entries drop\n1 2\n1\n", 3, "fewer columns"},
	{COUNTER_CONNTRACK, "entries drop\n1 -2\n", 2, "hexadecimal"},
};

static void what_no_kernel_writes_is_told_with_its_place(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct counters list = {0};
		struct error err = {0};

		assert_fails(parse(bad[i].file, bad[i].text, &list, &err), EBADMSG);
		assert_string_equal(err.file, counter_file_path(bad[i].file));
		assert_int_equal(err.line, bad[i].line);
		assert_has(err.text, bad[i].says);
	}
}

static void every_row_has_a_name_of_its_own(void **state)
{
	for (enum counter c = 0; c < COUNTER_COUNT; c++) {
		const struct counter_row *row = counter_row(c);

		assert_non_null(row->name);
		assert_true(row->column || row->file == COUNTER_SOFTNET);
		for (enum counter k = 0; k < c; k++)
			assert_string_not_equal(counter_row(k)->name, row->name);
	}
}

static void growth_survives_one_turn_of_32_bits(void **state)
{
	struct counters before = {0}, now = {0};
	uint64_t n = 77;

	before.values[COUNTER_TW] = 10;
	now.values[COUNTER_TW] = 25;
	now.known[COUNTER_TW] = true;
	assert_false(counters_grown(&before, &now, COUNTER_TW, &n));
	before.known[COUNTER_TW] = true;
	assert_true(counters_grown(&before, &now, COUNTER_TW, &n));
	assert_int_equal(n, 15);

	before.values[COUNTER_TW] = UINT32_MAX;
	now.values[COUNTER_TW] = 4;
	assert_true(counters_grown(&before, &now, COUNTER_TW, &n));
	assert_int_equal(n, 5);

	/* What there is now may as well become less. */
	before.known[COUNTER_SOCKETS_TW] = now.known[COUNTER_SOCKETS_TW] = true;
	before.values[COUNTER_SOCKETS_TW] = 9;
	assert_false(counters_grown(&before, &now, COUNTER_SOCKETS_TW, &n));

	before.values[COUNTER_TW] = (uint64_t)1 << 40;
	assert_false(counters_grown(&before, &now, COUNTER_TW, &n));
}

/* Each column we ask for is one this kernel has, but for those that are younger or optional. */
static void this_kernel_is_understood(void **state)
{
	static const enum counter always[] = {COUNTER_ACTIVE_OPENS,     COUNTER_RETRANS_SEGS,
					      COUNTER_LISTEN_OVERFLOWS, COUNTER_TIME_WAIT_OVERFLOW,
					      COUNTER_SOCKETS_TCP,      COUNTER_SOCKETS_TW,
					      COUNTER_SOFTNET_SQUEEZED};
	auto_close int root = -1;
	struct counters list;

	assert_ok(root_open("/", &root, NULL));
	assert_ok(counters_read(root, &list, NULL));
	for (size_t i = 0; i < ARRAY_LEN(always); i++) {
		if (!list.known[always[i]])
			fail_msg("%s is not known", counter_row(always[i])->name);
	}
	assert_true(counters_any(&list));
	assert_true(list.taken_ms > 0);
}

static void a_new_namespace_begins_at_zero(void **state)
{
	auto_close int root = -1;
	struct counters list;

	if (unshare(CLONE_NEWNET) && (unshare(CLONE_NEWUSER) || unshare(CLONE_NEWNET)))
		skip_because("no network namespace can be made here");
	assert_ok(root_open("/", &root, NULL));
	assert_ok(counters_read(root, &list, NULL));
	assert_true(list.known[COUNTER_ACTIVE_OPENS]);
	assert_int_equal(list.values[COUNTER_ACTIVE_OPENS], 0);
	assert_int_equal(list.values[COUNTER_SOCKETS_TCP], 0);
}

static void files_that_are_not_there_leave_their_counters_unknown(void **state)
{
	char dir[64];
	auto_close int root = -1;
	struct counters list;
	struct error err = {0};

	scratch_make(dir);
	scratch_file(dir, "proc/net/netstat", NETSTAT);
	assert_ok(root_open(dir, &root, NULL));
	assert_ok(counters_read(root, &list, NULL));
	assert_true(list.known[COUNTER_SYNCOOKIES_SENT]);
	assert_false(list.known[COUNTER_ACTIVE_OPENS]);
	assert_false(list.known[COUNTER_CONNTRACK_DROP]);

	/* One file of nonsense, and nothing of the others is believed either. */
	scratch_file(dir, "proc/net/snmp", "Tcp: OutRsts\nTcp: many\n");
	assert_fails(counters_read(root, &list, &err), EBADMSG);
	assert_string_equal(err.file, "/proc/net/snmp");
	assert_false(counters_any(&list));

	scratch_bytes(dir, "proc/net/snmp", "Tcp: OutRsts\nTcp: 1\0 2\n", 23);
	assert_fails(counters_read(root, &list, &err), EBADMSG);
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_are_found_by_name),
		cmocka_unit_test(the_largest_number_is_taken),
		cmocka_unit_test(what_no_kernel_writes_is_told_with_its_place),
		cmocka_unit_test(every_row_has_a_name_of_its_own),
		cmocka_unit_test(growth_survives_one_turn_of_32_bits),
		cmocka_unit_test(this_kernel_is_understood),
		cmocka_unit_test(files_that_are_not_there_leave_their_counters_unknown),
		cmocka_unit_test(a_new_namespace_begins_at_zero),
	};

	return cmocka_run_group_tests_name("counters", tests, NULL, NULL);
}
