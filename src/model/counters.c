/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/counters.h"

#define TCP(column)                                                                                \
	{                                                                                          \
		"Tcp" column, COUNTER_SNMP, "Tcp:", column, 0                                      \
	}
#define EXT(column)                                                                                \
	{                                                                                          \
		"TcpExt" column, COUNTER_NETSTAT, "TcpExt:", column, 0                             \
	}
#define SOCKETS(name, column)                                                                      \
	{                                                                                          \
		"Sockstat" name, COUNTER_SOCKSTAT, "TCP:", column, 0                               \
	}
#define SOFTNET(name, position)                                                                    \
	{                                                                                          \
		"Softnet" name, COUNTER_SOFTNET, NULL, NULL, position                              \
	}
#define CONNTRACK(name, column)                                                                    \
	{                                                                                          \
		"Conntrack" name, COUNTER_CONNTRACK, NULL, column, 0                               \
	}

static const struct counter_row rows[COUNTER_COUNT] = {
	[COUNTER_ACTIVE_OPENS] = TCP("ActiveOpens"),
	[COUNTER_PASSIVE_OPENS] = TCP("PassiveOpens"),
	[COUNTER_ATTEMPT_FAILS] = TCP("AttemptFails"),
	[COUNTER_ESTAB_RESETS] = TCP("EstabResets"),
	[COUNTER_IN_SEGS] = TCP("InSegs"),
	[COUNTER_OUT_SEGS] = TCP("OutSegs"),
	[COUNTER_RETRANS_SEGS] = TCP("RetransSegs"),
	[COUNTER_IN_ERRS] = TCP("InErrs"),
	[COUNTER_OUT_RSTS] = TCP("OutRsts"),
	[COUNTER_IN_CSUM_ERRORS] = TCP("InCsumErrors"),

	[COUNTER_SYNCOOKIES_SENT] = EXT("SyncookiesSent"),
	[COUNTER_SYNCOOKIES_RECV] = EXT("SyncookiesRecv"),
	[COUNTER_SYNCOOKIES_FAILED] = EXT("SyncookiesFailed"),
	[COUNTER_EMBRYONIC_RSTS] = EXT("EmbryonicRsts"),
	[COUNTER_PRUNE_CALLED] = EXT("PruneCalled"),
	[COUNTER_RCV_PRUNED] = EXT("RcvPruned"),
	[COUNTER_OFO_PRUNED] = EXT("OfoPruned"),
	[COUNTER_TW] = EXT("TW"),
	[COUNTER_TW_RECYCLED] = EXT("TWRecycled"),
	[COUNTER_TW_KILLED] = EXT("TWKilled"),
	[COUNTER_PAWS_ACTIVE] = EXT("PAWSActive"),
	[COUNTER_PAWS_ESTAB] = EXT("PAWSEstab"),
	[COUNTER_LISTEN_OVERFLOWS] = EXT("ListenOverflows"),
	[COUNTER_LISTEN_DROPS] = EXT("ListenDrops"),
	[COUNTER_LOST_RETRANSMIT] = EXT("TCPLostRetransmit"),
	[COUNTER_TIMEOUTS] = EXT("TCPTimeouts"),
	[COUNTER_ABORT_ON_DATA] = EXT("TCPAbortOnData"),
	[COUNTER_ABORT_ON_CLOSE] = EXT("TCPAbortOnClose"),
	[COUNTER_ABORT_ON_MEMORY] = EXT("TCPAbortOnMemory"),
	[COUNTER_ABORT_ON_TIMEOUT] = EXT("TCPAbortOnTimeout"),
	[COUNTER_ABORT_ON_LINGER] = EXT("TCPAbortOnLinger"),
	[COUNTER_ABORT_FAILED] = EXT("TCPAbortFailed"),
	[COUNTER_MEMORY_PRESSURES] = EXT("TCPMemoryPressures"),
	[COUNTER_SPURIOUS_RTOS] = EXT("TCPSpuriousRTOs"),
	[COUNTER_BACKLOG_DROP] = EXT("TCPBacklogDrop"),
	[COUNTER_DEFER_ACCEPT_DROP] = EXT("TCPDeferAcceptDrop"),
	[COUNTER_TIME_WAIT_OVERFLOW] = EXT("TCPTimeWaitOverflow"),
	[COUNTER_REQ_Q_FULL_DO_COOKIES] = EXT("TCPReqQFullDoCookies"),
	[COUNTER_REQ_Q_FULL_DROP] = EXT("TCPReqQFullDrop"),
	[COUNTER_RETRANS_FAIL] = EXT("TCPRetransFail"),
	[COUNTER_RCV_Q_DROP] = EXT("TCPRcvQDrop"),
	[COUNTER_OFO_DROP] = EXT("TCPOFODrop"),
	[COUNTER_CHALLENGE_ACK] = EXT("TCPChallengeACK"),
	[COUNTER_FASTOPEN_LISTEN_OVERFLOW] = EXT("TCPFastOpenListenOverflow"),
	[COUNTER_FROM_ZERO_WINDOW_ADV] = EXT("TCPFromZeroWindowAdv"),
	[COUNTER_TO_ZERO_WINDOW_ADV] = EXT("TCPToZeroWindowAdv"),
	[COUNTER_WANT_ZERO_WINDOW_ADV] = EXT("TCPWantZeroWindowAdv"),
	[COUNTER_SYN_RETRANS] = EXT("TCPSynRetrans"),
	[COUNTER_ORIG_DATA_SENT] = EXT("TCPOrigDataSent"),
	[COUNTER_KEEPALIVE] = EXT("TCPKeepAlive"),
	[COUNTER_MTUP_FAIL] = EXT("TCPMTUPFail"),
	[COUNTER_MTUP_SUCCESS] = EXT("TCPMTUPSuccess"),
	[COUNTER_WIN_PROBE] = EXT("TCPWinProbe"),
	[COUNTER_ZERO_WINDOW_DROP] = EXT("TCPZeroWindowDrop"),
	[COUNTER_WQUEUE_TOO_BIG] = EXT("TCPWqueueTooBig"),
	[COUNTER_MIGRATE_REQ_SUCCESS] = EXT("TCPMigrateReqSuccess"),
	[COUNTER_MIGRATE_REQ_FAILURE] = EXT("TCPMigrateReqFailure"),

	[COUNTER_SOCKETS_TCP] = SOCKETS("TcpInuse", "inuse"),
	[COUNTER_SOCKETS_ORPHAN] = SOCKETS("TcpOrphan", "orphan"),
	[COUNTER_SOCKETS_TW] = SOCKETS("TcpTw", "tw"),
	[COUNTER_SOCKETS_ALLOC] = SOCKETS("TcpAlloc", "alloc"),
	[COUNTER_SOCKETS_MEM] = SOCKETS("TcpMem", "mem"),
	[COUNTER_SOCKETS_TCP6] = {"SockstatTcp6Inuse", COUNTER_SOCKSTAT6, "TCP6:", "inuse", 0},

	[COUNTER_SOFTNET_PROCESSED] = SOFTNET("Processed", 0),
	[COUNTER_SOFTNET_DROPPED] = SOFTNET("Dropped", 1),
	[COUNTER_SOFTNET_SQUEEZED] = SOFTNET("TimeSqueeze", 2),

	[COUNTER_CONNTRACK_INSERT_FAILED] = CONNTRACK("InsertFailed", "insert_failed"),
	[COUNTER_CONNTRACK_DROP] = CONNTRACK("Drop", "drop"),
	[COUNTER_CONNTRACK_EARLY_DROP] = CONNTRACK("EarlyDrop", "early_drop"),
};

static const char *const paths[COUNTER_FILE_COUNT] = {
	[COUNTER_SNMP] = "/proc/net/snmp",
	[COUNTER_NETSTAT] = "/proc/net/netstat",
	[COUNTER_SOCKSTAT] = "/proc/net/sockstat",
	[COUNTER_SOCKSTAT6] = "/proc/net/sockstat6",
	[COUNTER_SOFTNET] = "/proc/net/softnet_stat",
	[COUNTER_CONNTRACK] = "/proc/net/stat/nf_conntrack",
};

const struct counter_row *counter_row(enum counter c)
{
	return &rows[c];
}

const char *counter_file_path(enum counter_file f)
{
	return paths[f];
}

bool counter_is_total(enum counter c)
{
	return rows[c].file != COUNTER_SOCKSTAT && rows[c].file != COUNTER_SOCKSTAT6;
}

uint64_t counters_apart_ms(const struct counters *earlier, const struct counters *now)
{
	return now->taken_ms - earlier->taken_ms;
}

bool counters_grown(const struct counters *earlier, const struct counters *now, enum counter c,
		    uint64_t *ret)
{
	uint64_t before = earlier->values[c], after = now->values[c];

	if (!earlier->known[c] || !now->known[c] || !counter_is_total(c))
		return false;
	if (after < before)
		after += (uint64_t)1 << 32;
	if (after < before)
		return false;

	*ret = after - before;
	return true;
}

bool counters_any(const struct counters *list)
{
	for (size_t i = 0; i < COUNTER_COUNT; i++) {
		if (list->known[i])
			return true;
	}
	return false;
}
