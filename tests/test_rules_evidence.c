/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each rule about sockets and counters: what makes it come true, and a near
 * miss.  The same is done with real sockets in cases/evidence.bats, but for what
 * is the whole host's and cannot be had there: tcp_max_orphans, tcp_mem, the
 * devices' queues, the firewall's table.
 */
#include "scene.h"

#include "base/text.h"

static const struct rules *const groups[] = {&rules_accept,   &rules_connect, &rules_close,
					     &rules_peers,    &rules_memory,  &rules_device,
					     &rules_conntrack};

struct rule_case {
	const char *rule, *fires, *near;
	enum severity severity;
	const char *says; /* a part of the summary, or of the evidence; NULL: anything */
};

#define WHEN(id, set, miss) .rule = (id), .fires = (set), .near = (miss)
#define W SEVERITY_WARNING
#define C SEVERITY_CRITICAL
#define I SEVERITY_INFO
#define SOMAXCONN "net.core.somaxconn="
#define IPV4 "net.ipv4."
#define CT "net.netfilter.nf_conntrack_"
#define QUEUE "listener.queue=4;listener.limit=3;"
#define DROPS(n) "listener.drops_known=1;listener.drops=" n ";"
#define LISTEN(drops, overflows) "TcpExtListenDrops=" drops ";TcpExtListenOverflows=" overflows ";"
#define NO_COOKIES IPV4 "tcp_syncookies=0;"
#define ROOM IPV4 "tcp_max_syn_backlog=512;listener.limit=385;"
#define ONE_FULL(inode, earlier)                                                                   \
	"listener.sockets=2;before.sockets=2;listener.full=1;before.full=1;-TcpExtTW=0;"           \
	"listener.inode=" inode ";before.inode=" earlier ";"
#define THREE_MORE LISTEN("63", "63") "-TcpExtListenDrops=60;-TcpExtListenOverflows=60;"
#define QUIET_PEER(n) "peer.bare=" n ";peer.asked=" n ";peer.quiet=" n
#define QUIET_CLIENTS(n) "listener.bare=" n ";listener.asked=" n ";listener.quiet=" n
#define MADE "TcpActiveOpens=1000;TcpPassiveOpens=1000;"
#define MADE_BEFORE MADE "-TcpActiveOpens=0;-TcpPassiveOpens=0;"

static const struct rule_case cases[] = {
	/* A queue is full when it holds one more than its limit. */
	{WHEN("accept-queue-backlog", QUEUE "listener.full=1", "listener.queue=3;listener.limit=3"),
	 W, "10.0.0.7:8080: 4 wait, at most 4 can"},
	{WHEN("accept-queue-backlog", QUEUE DROPS("10") LISTEN("10", "10"),
	      QUEUE DROPS("9") LISTEN("9", "9")),
	 W, "10 dropped since listen()"},
	/* ... in a thousand handshakes. */
	{WHEN("accept-queue-backlog", QUEUE DROPS("10") LISTEN("10", "10") "TcpPassiveOpens=9990",
	      QUEUE DROPS("10") LISTEN("10", "10") "TcpPassiveOpens=9991"),
	 W},
	/* What was dropped for another reason proves nothing about the accept queue. */
	{WHEN("accept-queue-backlog", QUEUE DROPS("30") LISTEN("30", "20"),
	      QUEUE DROPS("30") LISTEN("41", "20")),
	 W, "30 dropped since listen(), at least 20 of them for a full queue"},
	{WHEN("accept-queue-backlog", QUEUE DROPS("30") LISTEN("30", "30"),
	      QUEUE DROPS("30") LISTEN("30", "0")),
	 W},
	{WHEN("accept-queue-backlog", QUEUE DROPS("30") LISTEN("20", "20") "TcpExtEmbryonicRsts=20",
	      QUEUE DROPS("30") LISTEN("20", "20") "TcpExtEmbryonicRsts=21"),
	 W},
	/* In an interval only what the listener itself has dropped since the first sample. */
	{WHEN("accept-queue-backlog", QUEUE DROPS("53") "before.drops=50;" THREE_MORE,
	      QUEUE DROPS("50") "before.drops=50;" THREE_MORE),
	 W, "3 dropped in 10.0 seconds"},
	{WHEN("accept-queue-backlog", QUEUE DROPS("53") "before.drops=50;" THREE_MORE,
	      QUEUE DROPS("53") "before.drops=50;" THREE_MORE "-TcpExtListenDrops=59"),
	 W},
	{WHEN("accept-queue-backlog", QUEUE DROPS("3") THREE_MORE,
	      QUEUE DROPS("3") "before.drops=0;before.sockets=2;" THREE_MORE),
	 W},
	{WHEN("accept-queue-backlog", QUEUE DROPS("3") THREE_MORE,
	      QUEUE DROPS("3") "listener.inodes=7;before.inodes=8;" THREE_MORE),
	 W},
	{WHEN("accept-queue-somaxconn", SOMAXCONN "3;" QUEUE "listener.full=1",
	      SOMAXCONN "4;" QUEUE "listener.full=1"),
	 W, "net.core.somaxconn = 3"},
	{WHEN("accept-queue-somaxconn", SOMAXCONN "2;" QUEUE "listener.full=1", NULL), W},
	/* Before Linux 5.4 that was the kernel's default, and it may have been ours until now. */
	{WHEN("accept-queue-old-limit", "listener.queue=129;listener.limit=128;listener.full=1",
	      "listener.queue=130;listener.limit=129;listener.full=1"),
	 W, "or an earlier net.core.somaxconn"},
	{WHEN("accept-queue-old-limit",
	      SOMAXCONN "16384;listener.queue=4097;listener.limit=4096;listener.full=1",
	      SOMAXCONN "4096;listener.queue=4097;listener.limit=4096;listener.full=1"),
	 W},
	{WHEN("accept-queue-backlog", "listener.queue=130;listener.limit=129;listener.full=1",
	      "listener.queue=129;listener.limit=128;listener.full=1"),
	 W},
	{WHEN("accept-loop-slow",
	      "listener.inode=5;before.inode=5;listener.full=1;before.full=1;-TcpExtTW=0",
	      "listener.inode=5;before.inode=6;listener.full=1;before.full=1;-TcpExtTW=0"),
	 W},
	{WHEN("accept-loop-slow",
	      "listener.inode=5;before.inode=5;listener.full=1;before.full=1;-TcpExtTW=0",
	      "listener.inode=5;before.inode=5;listener.full=1;before.full=0;-TcpExtTW=0"),
	 W},
	/* Of several that share an address one fills while another is emptied. */
	{WHEN("accept-loop-slow", ONE_FULL("5", "5") "listener.inodes=7;before.inodes=8",
	      ONE_FULL("5", "6") "listener.inodes=7;before.inodes=7"),
	 W, "1 of 2 queues full"},
	{WHEN("accept-loop-slow",
	      ONE_FULL("5", "6") "before.full=2;listener.inodes=7;before.inodes=7",
	      ONE_FULL("5", "6") "before.full=2;listener.inodes=7;before.inodes=8"),
	 W},
	/* ... and what they have dropped is of all of them, whichever is the fullest. */
	{WHEN("accept-queue-backlog",
	      QUEUE DROPS("53") "before.drops=50;listener.inode=5;before.inode=6;" THREE_MORE,
	      QUEUE DROPS("53") "before.drops=50;listener.inodes=5;before.inodes=6;" THREE_MORE),
	 W, "3 dropped in 10.0 seconds"},
	{WHEN("accept-queue-overflows", "TcpExtListenOverflows=10;TcpPassiveOpens=9990",
	      "TcpExtListenOverflows=10;TcpPassiveOpens=9991"),
	 W, "10 since boot"},
	{WHEN("accept-queue-overflows", "TcpExtListenOverflows=10", "TcpExtListenOverflows=9"), W},
	/* A listener of now accounts for its own. */
	{WHEN("accept-queue-overflows", DROPS("89") LISTEN("99", "99"),
	      DROPS("90") LISTEN("99", "99")),
	 W, "10 times a client"},
	{WHEN("accept-queue-overflows", DROPS("99") LISTEN("99", "99") "TcpExtEmbryonicRsts=10",
	      DROPS("99") LISTEN("99", "99") "TcpExtEmbryonicRsts=9"),
	 W},
	{WHEN("accept-queue-overflows", DROPS("89") LISTEN("99", "99"),
	      DROPS("91") LISTEN("101", "101")),
	 W},
	{WHEN("accept-queue-overflows", "TcpExtListenOverflows=24;-TcpExtListenOverflows=4",
	      "TcpExtListenOverflows=24;-TcpExtListenOverflows=22"),
	 W, "TcpExtListenOverflows: 20 in 10.0 seconds"},
	{WHEN("accept-queue-overflows", DROPS("50") "before.drops=50;" THREE_MORE,
	      DROPS("53") "before.drops=50;" THREE_MORE),
	 W},
	{WHEN("listener-before-somaxconn", SOMAXCONN "16384;listener.limit=4096",
	      SOMAXCONN "16384;listener.limit=4095"),
	 I, "was raised: 1, such as 10.0.0.7:8080"},
	{WHEN("listener-before-somaxconn", SOMAXCONN "16384;listener.limit=4096",
	      SOMAXCONN "4096;listener.limit=4096"),
	 I},
	/* sshd(8) asks for so many. */
	{WHEN("listener-before-somaxconn", "listener.queue=65;listener.limit=128",
	      "listener.queue=64;listener.limit=128"),
	 I, "limit 128"},
	{WHEN("listener-before-somaxconn", "listener.queue=65;listener.limit=128",
	      SOMAXCONN "128;listener.queue=65;listener.limit=128"),
	 I},
	{WHEN("listener-above-somaxconn", SOMAXCONN "128;listener.limit=129",
	      SOMAXCONN "128;listener.limit=128"),
	 W, "restart, 128: 1."},
	{WHEN("listener-above-somaxconn", SOMAXCONN "128;listener.limit=129",
	      SOMAXCONN "128;listener.queue=9"),
	 W},
	{WHEN("syn-queue-drops", IPV4 "tcp_syncookies=0;TcpExtTCPReqQFullDrop=10",
	      IPV4 "tcp_syncookies=1;TcpExtTCPReqQFullDrop=10"),
	 C},
	{WHEN("syn-queue-drops",
	      IPV4 "tcp_syncookies=0;TcpExtTCPReqQFullDrop=10;TcpPassiveOpens=9990",
	      IPV4 "tcp_syncookies=0;TcpExtTCPReqQFullDrop=10;TcpPassiveOpens=9991"),
	 C},
	{WHEN("syn-queue-drops",
	      IPV4 "tcp_syncookies=0;TcpExtTCPReqQFullDrop=8;-TcpExtTCPReqQFullDrop=7",
	      IPV4 "tcp_syncookies=0;TcpExtTCPReqQFullDrop=9"),
	 C},
	{WHEN("syn-backlog-drops", NO_COOKIES ROOM DROPS("30") LISTEN("30", "20"),
	      ROOM DROPS("30") LISTEN("30", "20")),
	 W, "10.0.0.7:8080: limit 385, 0 half-open now"},
	{WHEN("syn-backlog-drops", NO_COOKIES ROOM DROPS("30") LISTEN("30", "20"),
	      NO_COOKIES ROOM DROPS("30") LISTEN("30", "20") "TcpExtTCPReqQFullDrop=1"),
	 W, "10 connection requests"},
	/* No queue of requests can come so far: there was no route, or no memory. */
	{WHEN("syn-backlog-drops", NO_COOKIES ROOM DROPS("30") LISTEN("30", "20"),
	      NO_COOKIES "listener.limit=384;" DROPS("30") LISTEN("30", "20")),
	 W},
	{WHEN("syn-backlog-drops", NO_COOKIES ROOM DROPS("10") LISTEN("30", "20"),
	      NO_COOKIES ROOM DROPS("9") LISTEN("30", "20")),
	 W},
	{WHEN("syn-queue-short", "TcpExtSyncookiesSent=40;TcpExtSyncookiesRecv=20",
	      "TcpExtSyncookiesSent=40;TcpExtSyncookiesRecv=19"),
	 W, "40 were sent, 20 came"},
	{WHEN("syn-queue-short", "TcpExtSyncookiesSent=10;TcpExtSyncookiesRecv=10",
	      "TcpExtSyncookiesSent=9;TcpExtSyncookiesRecv=9"),
	 W},
	{WHEN("syn-queue-short",
	      "TcpExtSyncookiesSent=10;TcpExtSyncookiesRecv=10;TcpPassiveOpens=10000",
	      "TcpExtSyncookiesSent=10;TcpExtSyncookiesRecv=10;TcpPassiveOpens=10001"),
	 W},
	/* With 2 every client gets one. */
	{WHEN("syn-queue-short", "TcpExtSyncookiesSent=40;TcpExtSyncookiesRecv=40",
	      IPV4 "tcp_syncookies=2;TcpExtSyncookiesSent=40;TcpExtSyncookiesRecv=40"),
	 W},
	/* Since boot it is history. */
	{WHEN("syn-flood", "TcpExtSyncookiesSent=202;TcpExtSyncookiesRecv=100",
	      "TcpExtSyncookiesSent=202;TcpExtSyncookiesRecv=101"),
	 I, "202 SYN cookies"},
	{WHEN("syn-flood", "TcpExtSyncookiesSent=100", "TcpExtSyncookiesSent=99"), I},
	{WHEN("syn-flood", "TcpExtSyncookiesSent=100;TcpPassiveOpens=900",
	      "TcpExtSyncookiesSent=100;TcpPassiveOpens=901"),
	 I},
	{WHEN("syn-flood", "TcpExtSyncookiesSent=100;-TcpExtSyncookiesSent=80",
	      "TcpExtSyncookiesSent=100;-TcpExtSyncookiesSent=81"),
	 W},

	{WHEN("ports-running-out", IPV4 "ip_local_port_range=40000\t41999;destination.ports=1600",
	      IPV4 "ip_local_port_range=40000\t41999;destination.ports=1599"),
	 W, "from 10.0.0.7 to 10.0.0.7:5432: 1600 of 2000 usable ports"},
	{WHEN("ports-running-out",
	      IPV4 "ip_local_port_range=40000\t41999;" IPV4
		   "ip_local_reserved_ports=40000-40199;destination.ports=1440",
	      IPV4 "ip_local_port_range=40000\t41999;destination.ports=1440"),
	 W, "80 %"},
	{WHEN("ports-running-out", IPV4 "ip_local_port_range=40000\t41999;destination.ports=2000",
	      NULL),
	 C, "100 %"},
	{WHEN("time-wait-holds-ports",
	      IPV4 "ip_local_port_range=40000\t41999;destination.time_wait=1000",
	      IPV4 "ip_local_port_range=40000\t41999;destination.time_wait=999"),
	 W},
	{WHEN("time-wait-holds-ports",
	      IPV4 "ip_local_port_range=40000\t41999;destination.time_wait=1000",
	      IPV4 "ip_local_port_range=40000\t41999;destination.time_wait=1000;" IPV4
		   "tcp_tw_reuse=1"),
	 W},
	/* By default reuse is for loopback only. */
	{WHEN("time-wait-holds-ports",
	      IPV4 "ip_local_port_range=40000\t41999;destination.time_wait=1000;" IPV4
		   "tcp_tw_reuse=2",
	      IPV4 "ip_local_port_range=40000\t41999;destination.time_wait=1000;" IPV4
		   "tcp_tw_reuse=2;destination.a=127"),
	 W},
	{WHEN("connects-unanswered", "destination.syn_sent=20;destination.ports=40",
	      "destination.syn_sent=20;destination.ports=41"),
	 W, "20 connects wait"},
	{WHEN("connects-unanswered", "destination.syn_sent=20;destination.ports=20",
	      "destination.syn_sent=19;destination.ports=19"),
	 W},
	{WHEN("connects-fail", "TcpAttemptFails=100;TcpActiveOpens=200",
	      "TcpAttemptFails=100;TcpActiveOpens=201"),
	 W},
	{WHEN("connects-fail", "TcpAttemptFails=100;TcpActiveOpens=100",
	      "TcpAttemptFails=99;TcpActiveOpens=99"),
	 W},
	/* Whom a scanner asks is no connect of ours. */
	{WHEN("connects-fail", "TcpAttemptFails=200;TcpExtEmbryonicRsts=100;TcpActiveOpens=100",
	      "TcpAttemptFails=200;TcpExtEmbryonicRsts=101;TcpActiveOpens=100"),
	 W, "TcpExtEmbryonicRsts: 100"},
	{WHEN("connects-fail", "TcpAttemptFails=110;-TcpAttemptFails=100;TcpActiveOpens=20",
	      "TcpAttemptFails=109;-TcpAttemptFails=100;TcpActiveOpens=18"),
	 W},

	{WHEN("close-wait-leak", "close_wait_held=50;owner.close_wait=50;total=50",
	      "close_wait_held=49;owner.close_wait=49;total=49"),
	 W, "leaky (pid 12) holds 50 of them; 924 of its 1024 descriptors are left"},
	{WHEN("close-wait-leak", "close_wait_held=50;owner.close_wait=50;owner.used=820;total=50",
	      NULL),
	 C},
	/* Few on a busy host, and all that one process has open. */
	{WHEN("close-wait-leak",
	      "close_wait_held=50;owner.close_wait=50;owner.used=500;total=100000",
	      "close_wait_held=50;owner.close_wait=50;owner.used=510;total=100000"),
	 W, "leaky (pid 12) holds 50 of them"},
	{WHEN("close-wait-leak",
	      "close_wait_held=99;owner.close_wait=50;owner.used=500;total=100000",
	      "close_wait_held=99;owner.close_wait=49;owner.used=400;total=100000"),
	 W},
	/* Near the limit less is too much; but not that of somebody who holds one or two. */
	{WHEN("close-wait-leak",
	      "close_wait_held=50;owner.close_wait=50;owner.used=2500;owner.soft=2600;total=100000",
	      "close_wait_held=50;owner.close_wait=50;owner.used=2600;owner.soft=2700;"
	      "total=100000"),
	 C, "100 of its 2600 descriptors are left"},
	{WHEN("close-wait-leak", "close_wait_held=50;owner.close_wait=2;owner.used=1000;total=50",
	      NULL),
	 W},
	{WHEN("close-wait-leak", "close_wait_held=50;total=50", NULL), W,
	 "a program that could not be seen"},
	/* Two in a hundred, or thousands: less is always under way on a busy host. */
	{WHEN("close-wait-leak", "close_wait_held=50;total=2500", "close_wait_held=50;total=2600"),
	 W},
	{WHEN("close-wait-leak", "close_wait_held=5000;total=900000",
	      "close_wait_held=4999;total=900000"),
	 W},
	{WHEN("closing-stuck", "LAST_ACK=100;total=5000", "LAST_ACK=100;total=5300"), W},
	{WHEN("close-wait-unaccepted", "close_wait_queued=10;listener.close_wait_queued=10",
	      "close_wait_queued=9;listener.close_wait_queued=9"),
	 W, "10.0.0.7:8080: 10 such"},
	{WHEN("time-wait-harmless", "TIME_WAIT=1200;listener.time_wait=1000",
	      "TIME_WAIT=1200;listener.time_wait=999"),
	 I, "1000 of 1200 sockets"},
	{WHEN("tw-buckets-overflow", "TcpExtTCPTimeWaitOverflow=10;SockstatTcpTw=77",
	      "TcpExtTCPTimeWaitOverflow=9;SockstatTcpTw=77"),
	 W, "now in TIME_WAIT: 77"},
	{WHEN("tw-buckets-overflow", "TcpExtTCPTimeWaitOverflow=10;TcpExtTW=9990",
	      "TcpExtTCPTimeWaitOverflow=10;TcpExtTW=9991"),
	 W, "the kernel had no place"},
	{WHEN("tw-buckets-overflow", "TcpExtTCPTimeWaitOverflow=9;-TcpExtTCPTimeWaitOverflow=8",
	      "TcpExtTCPTimeWaitOverflow=9;-TcpExtTCPTimeWaitOverflow=9"),
	 W},
	{WHEN("fin-wait-2-orphans", "fin_wait_2_orphan=1000;total=50000",
	      "fin_wait_2_orphan=1000;total=53000"),
	 W},
	{WHEN("fin-wait-2-orphans", "fin_wait_2_orphan=900;" IPV4 "tcp_max_tw_buckets=9000",
	      "fin_wait_2_orphan=900;" IPV4 "tcp_max_tw_buckets=9100"),
	 W},
	{WHEN("fin-wait-2-orphans", "fin_wait_2_orphan=100;" IPV4 "tcp_max_tw_buckets=1000",
	      "fin_wait_2_orphan=99;" IPV4 "tcp_max_tw_buckets=100"),
	 W},
	{WHEN("fin-wait-2-held", "fin_wait_2_held=50;owner.fin_wait_2=50;total=99",
	      "fin_wait_2_held=49;total=99"),
	 W, "leaky (pid 12) holds 50"},
	{WHEN("closing-stuck", "FIN_WAIT_1=50;LAST_ACK=40;CLOSING=10;total=1000",
	      "FIN_WAIT_1=50;LAST_ACK=40;CLOSING=9;FIN_WAIT_2=500;total=1000"),
	 W, "LAST_ACK: 40"},
	{WHEN("resets-linger-zero", MADE "TcpExtTCPAbortOnData=100",
	      MADE "TcpExtTCPAbortOnData=99"),
	 W},
	{WHEN("resets-linger-zero", MADE_BEFORE "TcpExtTCPAbortOnData=150",
	      MADE_BEFORE "TcpExtTCPAbortOnData=150;-TcpExtTCPAbortOnData=51"),
	 W},
	{WHEN("resets-unread-data", MADE "TcpExtTCPAbortOnClose=100",
	      MADE "TcpExtTCPAbortOnClose=100;TcpPassiveOpens=1100"),
	 W},
	{WHEN("connections-time-out", MADE "TcpExtTCPAbortOnTimeout=100",
	      MADE "TcpExtTCPAbortOnTimeout=99"),
	 W},
	{WHEN("connections-time-out", "TcpActiveOpens=2000;TcpExtTCPAbortOnTimeout=100",
	      "TcpActiveOpens=2050;TcpExtTCPAbortOnTimeout=100"),
	 W},
	{WHEN("resets-from-peers", MADE "TcpEstabResets=400", MADE "TcpEstabResets=399"), I},
	{WHEN("resets-from-peers", MADE "TcpEstabResets=401;TcpExtTCPAbortOnData=200",
	      MADE "TcpEstabResets=400;TcpExtTCPAbortOnData=200"),
	 I},
	{WHEN("orphans-killed", "TcpExtTCPAbortOnMemory=10;TcpActiveOpens=10000",
	      "TcpExtTCPAbortOnMemory=10;TcpActiveOpens=10001"),
	 W},
	{WHEN("orphans-killed", "TcpExtTCPAbortOnMemory=10", "TcpExtTCPAbortOnMemory=9"), W},
	{WHEN("orphans-killed", "TcpExtTCPAbortOnMemory=5;-TcpExtTCPAbortOnMemory=4",
	      "TcpExtTCPAbortOnMemory=9;-TcpExtTCPAbortOnMemory=9"),
	 W},
	{WHEN("orphans-near-limit", IPV4 "tcp_max_orphans=8000;SockstatTcpOrphan=2000",
	      IPV4 "tcp_max_orphans=8000;SockstatTcpOrphan=1999"),
	 W, "a quarter of 8000"},

	{WHEN("half-open-suspects", "peer.established=111;" QUIET_PEER("100"),
	      "peer.established=112;" QUIET_PEER("100")),
	 I, "10.0.0.7: 100 of 111"},
	{WHEN("half-open-suspects", "peer.established=100;" QUIET_PEER("100"),
	      "peer.established=99;" QUIET_PEER("99")),
	 I, "quiet for 120 seconds or more, may be dead"},
	/* Empty queues alone are no silence; by a sample, it may be less than all. */
	{WHEN("half-open-suspects", "peer.established=200;peer.bare=200;peer.asked=10;peer.quiet=9",
	      "peer.established=200;peer.bare=200;peer.asked=10;peer.quiet=8"),
	 I, "10.0.0.7: 9 of the 10 looked at were quiet for 120 seconds or more"},
	{WHEN("half-open-suspects", "peer.established=100;" QUIET_PEER("100"),
	      "peer.established=100;peer.bare=100;peer.asked=100"),
	 I},
	{WHEN("half-open-suspects", "peer.established=100;" QUIET_PEER("100"),
	      "peer.established=100;peer.bare=100"),
	 I},
	/* Who is on this host cannot vanish. */
	{WHEN("half-open-suspects", "peer.established=100;" QUIET_PEER("100"),
	      "peer.established=100;peer.a=127;" QUIET_PEER("100")),
	 I},
	{WHEN("keepalive-not-set", QUIET_CLIENTS("50"), "listener.a=127;" QUIET_CLIENTS("50")), I},
	{WHEN("keepalive-not-set", "listener.armed=5;" QUIET_CLIENTS("50"),
	      "listener.armed=6;" QUIET_CLIENTS("50")),
	 I, "keepalive is on for 5 of 55"},
	{WHEN("keepalive-not-set", QUIET_CLIENTS("50"), QUIET_CLIENTS("49")), I},
	{WHEN("keepalive-not-set", "listener.bare=100;listener.asked=4;listener.quiet=2",
	      "listener.bare=100;listener.asked=4;listener.quiet=1"),
	 I, "for 50 connections quiet for 120 seconds"},
	/* What the sockets' own timers say, whatever the setting is. */
	{WHEN("keepalive-late", "idle_late=20;idle_armed=30;" IPV4 "tcp_keepalive_time=60",
	      "idle_late=19;idle_armed=30;" IPV4 "tcp_keepalive_time=7200"),
	 I, "of 30 connections with keepalive"},
	{WHEN("peers-silent", "retransmitting=20;total=410;LISTEN=10",
	      "retransmitting=20;total=411;LISTEN=10"),
	 W, "20 of 400 connections"},
	/* Half-open ones are no connections yet. */
	{WHEN("peers-silent", "retransmitting=20;total=1400;SYN_SENT=500;SYN_RECV=500",
	      "retransmitting=20;total=1402;SYN_SENT=500;SYN_RECV=500"),
	 W, "20 of 400 connections"},
	{WHEN("peers-silent", "retransmitting=20;total=20", "retransmitting=19;total=20"), W},
	{WHEN("zero-window-peer", "probing=10", "probing=9"), W},
	{WHEN("zero-window-ours", "TcpExtTCPToZeroWindowAdv=10;unread=10;total=10",
	      "TcpExtTCPToZeroWindowAdv=10;unread=9;total=10"),
	 W},
	{WHEN("zero-window-ours", "TcpExtTCPToZeroWindowAdv=10;unread=10;total=500",
	      "TcpExtTCPToZeroWindowAdv=10;unread=10;total=510"),
	 W},
	{WHEN("zero-window-ours", "TcpExtTCPToZeroWindowAdv=10;unread=10;total=10;TcpInSegs=100000",
	      "TcpExtTCPToZeroWindowAdv=10;unread=10;total=10;TcpInSegs=100001"),
	 W},
	{WHEN("zero-window-ours", "TcpExtTCPToZeroWindowAdv=10;unread=10;total=10",
	      "TcpExtTCPToZeroWindowAdv=9;unread=10;total=10"),
	 W},
	{WHEN("retransmissions", "TcpOutSegs=9800;TcpRetransSegs=200",
	      "TcpOutSegs=9801;TcpRetransSegs=200"),
	 W, "2 % of what"},
	{WHEN("retransmissions", "TcpOutSegs=9800;TcpRetransSegs=200",
	      "TcpOutSegs=9800;TcpRetransSegs=200;TcpExtTCPSynRetrans=1"),
	 W},
	{WHEN("retransmissions", "TcpOutSegs=80;TcpRetransSegs=20",
	      "TcpOutSegs=80;TcpRetransSegs=19"),
	 W, "20 % of what"},

	{WHEN("receive-pruned", "TcpExtRcvPruned=4;TcpExtTCPRcvQDrop=8;TcpExtOfoPruned=2",
	      "TcpExtRcvPruned=7;TcpExtTCPRcvQDrop=7;TcpExtOfoPruned=2;TcpExtPruneCalled=1000"),
	 W},
	{WHEN("receive-pruned", "TcpExtRcvPruned=10;TcpInSegs=100000",
	      "TcpExtRcvPruned=10;TcpInSegs=100001"),
	 W},
	{WHEN("backlog-drops", "TcpExtTCPBacklogDrop=10", "TcpExtTCPBacklogDrop=9"), W},
	{WHEN("backlog-drops", "TcpExtTCPBacklogDrop=10;TcpInSegs=100000",
	      "TcpExtTCPBacklogDrop=10;TcpInSegs=100001"),
	 W},
	{WHEN("backlog-drops", "TcpExtTCPBacklogDrop=10;-TcpExtTCPBacklogDrop=7",
	      "TcpExtTCPBacklogDrop=10;-TcpExtTCPBacklogDrop=8"),
	 W},
	{WHEN("tcp-memory-near", IPV4 "tcp_mem=100\t200\t400;SockstatTcpMem=200",
	      IPV4 "tcp_mem=100\t200\t400;SockstatTcpMem=199"),
	 W, "50 % of what"},
	{WHEN("tcp-memory-near", IPV4 "tcp_mem=100\t200\t400;SockstatTcpMem=360", NULL), C},
	{WHEN("tcp-memory-pressure", "TcpExtTCPMemoryPressures=1", "TcpExtTCPBacklogDrop=1"), I},
	{WHEN("tcp-memory-pressure", "TcpExtTCPMemoryPressures=2;-TcpExtTCPMemoryPressures=1",
	      "TcpExtTCPMemoryPressures=2;-TcpExtTCPMemoryPressures=2"),
	 W},

	{WHEN("softnet-drops", "SoftnetDropped=10;SoftnetProcessed=1000000",
	      "SoftnetDropped=10;SoftnetProcessed=1000001"),
	 W},
	{WHEN("softnet-drops",
	      "SoftnetDropped=13;-SoftnetDropped=10;SoftnetProcessed=1000000;"
	      "-SoftnetProcessed=700000",
	      "SoftnetDropped=13;-SoftnetDropped=11"),
	 W},
	{WHEN("softnet-squeezed", "SoftnetTimeSqueeze=200;-SoftnetTimeSqueeze=100",
	      "SoftnetTimeSqueeze=199;-SoftnetTimeSqueeze=100"),
	 I, "10 times a second"},
	{WHEN("softnet-squeezed", "SoftnetTimeSqueeze=200;-SoftnetTimeSqueeze=100",
	      "SoftnetTimeSqueeze=200"),
	 I},

	{WHEN("conntrack-near-full", CT "max=1000;" CT "count=800", CT "max=1000;" CT "count=799"),
	 W, "80 % full"},
	{WHEN("conntrack-near-full", CT "max=1000;" CT "count=950", CT "max=0;" CT "count=950"), C},
	{WHEN("conntrack-drops", "ConntrackDrop=10", "ConntrackInsertFailed=10"), I},
	{WHEN("conntrack-drops", "ConntrackEarlyDrop=1;ConntrackDrop=9", "ConntrackDrop=9"), I},
	{WHEN("conntrack-drops", "ConntrackEarlyDrop=1;-ConntrackEarlyDrop=0",
	      "ConntrackDrop=5;-ConntrackDrop=5"),
	 W},

	{WHEN("descriptors-near", "process.used=820", "process.used=819"), W,
	 "leaky (pid 12): 820 of 1024"},
	{WHEN("descriptors-near", "process.used=973", NULL), C},
	{WHEN("descriptors-near", "near.used=820", NULL), W, "leaky (pid 12): 820 of 1024"},
	{WHEN("select-hazard", "profile.soft=1025", "profile.soft=1024"), I, "for pam:*"},
};

static const struct finding *finding_of(const struct report *r, const char *id)
{
	for (size_t i = 0; i < r->findings.len; i++) {
		if (strcmp(r->findings.items[i].id, id) == 0)
			return &r->findings.items[i];
	}
	return NULL;
}

static bool says(const struct finding *f, const char *part)
{
	bool found = strstr(f->summary, part) != NULL;

	for (size_t i = 0; i < f->evidence.len; i++)
		found = found || strstr(f->evidence.items[i], part);
	return found;
}

static void every_rule_comes_true_when_it_should(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct rule_case *c = &cases[i];
		const struct finding *f;
		struct report r;
		struct scene s;

		scene_make(&s, c->fires);
		r = scene_report(&s);
		f = finding_of(&r, c->rule);
		if (!f)
			fail_msg("%s is silent with %s", c->rule, c->fires);
		if (c->says && !says(f, c->says))
			fail_msg("%s does not say \"%s\": %s", c->rule, c->says, f->summary);
		if (f->severity != c->severity)
			fail_msg("%s is of severity %s with %s", c->rule,
				 severity_name(f->severity), c->fires);
		report_done(&r);
		scene_done(&s);
	}
}

static void every_rule_stays_silent_at_a_near_miss(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct rule_case *c = &cases[i];
		struct report r;
		struct scene s;

		if (!c->near)
			continue;
		scene_make(&s, c->near);
		r = scene_report(&s);
		if (finding_of(&r, c->rule))
			fail_msg("%s comes true with %s", c->rule, c->near);
		report_done(&r);
		scene_done(&s);
	}
}

static void assert_both_cases(const struct rule *rule)
{
	bool fires = false, near = false;

	for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
		if (strcmp(cases[k].rule, rule->id) != 0)
			continue;
		fires = true;
		near = near || cases[k].near;
	}
	if (!fires || !near)
		fail_msg("%s has no case%s", rule->id, fires ? " of a near miss" : "");
}

static void every_rule_has_both_cases(void **state)
{
	for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
		for (size_t i = 0; i < groups[g]->n; i++)
			assert_both_cases(&groups[g]->rows[i]);
	}
}

static void a_quiet_host_gives_no_finding(void **state)
{
	struct report r;
	struct scene s;

	scene_make(&s, "listener.queue=0;destination.ports=3;peer.established=5;TcpActiveOpens=10");
	r = scene_report(&s);
	for (size_t i = 0; i < r.findings.len; i++)
		fail_msg("%s: %s", r.findings.items[i].id, r.findings.items[i].summary);
	report_done(&r);
	scene_done(&s);
}

static const char *reason_of(const struct report *r, const char *id)
{
	for (size_t i = 0; i < r->not_evaluated.len; i++) {
		if (strcmp(r->not_evaluated.items[i].id, id) == 0)
			return r->not_evaluated.items[i].reason;
	}
	return NULL;
}

static void what_a_summary_does_not_know_is_not_evaluated(void **state)
{
	struct report r;
	struct scene s;

	scene_make(&s, "summary=1;total=60;close_wait_held=60;destination.ports=60000");
	r = scene_report(&s);
	assert_has(reason_of(&r, "ports-running-out"), "--sockets full");
	assert_non_null(finding_of(&r, "close-wait-leak"));
	assert_has(reason_of(&r, "softnet-squeezed"), "--interval");
	assert_null(reason_of(&r, "close-wait-leak"));
	report_done(&r);
	scene_done(&s);
}

static void where_nobody_was_asked_silence_is_not_judged(void **state)
{
	struct report r;
	struct scene s;

	scene_make(&s, "peer.established=100;" QUIET_PEER("100"));
	s.sockets.quiet_ms = 0;
	r = scene_report(&s);
	assert_has(reason_of(&r, "half-open-suspects"), "have been quiet is not known");
	assert_has(reason_of(&r, "keepalive-not-set"), "have been quiet is not known");
	report_done(&r);
	scene_done(&s);
}

/* A capture, or netlink refused: a full queue cannot be told from a long one. */
static void where_queues_have_no_limit_they_are_not_judged(void **state)
{
	struct report r;
	struct scene s;

	scene_make(&s, "listener.queue=90");
	s.sockets.source = SOCKETS_FILES;
	r = scene_report(&s);
	assert_has(reason_of(&r, "accept-queue-backlog"), "/proc/net/tcp has none");
	assert_has(reason_of(&r, "accept-queue-somaxconn"), "/proc/net/tcp has none");
	assert_has(reason_of(&r, "listener-above-somaxconn"), "/proc/net/tcp has none");
	assert_null(reason_of(&r, "close-wait-leak"));
	report_done(&r);
	scene_done(&s);
}

/* As long as keepalive would wait, but not longer than what is between does. */
static void quiet_is_what_keepalive_would_call_so(void **state)
{
	static const struct {
		const char *keepalive_time;
		uint32_t ms;
	} times[] = {
		{"7200", 240000}, {"240", 240000}, {"30", 30000}, {"0", 240000}, {"-1", 240000},
	};

	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		struct snapshot s = host_of_release(KERNEL(6, 18));

		host_set(&s, IPV4 "tcp_keepalive_time", times[i].keepalive_time);
		assert_int_equal(evidence_quiet_ms(&s), times[i].ms);
		snapshot_done(&s);
	}
}

static void without_counters_and_sockets_their_rules_are_not_evaluated(void **state)
{
	struct snapshot s = host_of_release(KERNEL(6, 18));
	struct report r = {.snapshot = &s};

	assert_ok(diagnose(&(struct evidence){.snapshot = &s}, &r, NULL));
	assert_has(reason_of(&r, "tw-buckets-overflow"), "counters cannot be read");
	assert_has(reason_of(&r, "close-wait-leak"), "sockets cannot be read");
	assert_has(reason_of(&r, "half-open-suspects"), "sockets cannot be read");
	report_done(&r);
	snapshot_done(&s);
}

/* That time ran out is not that nobody may look. */
static void who_was_not_found_in_time_is_not_called_unseen(void **state)
{
	for (size_t left_out = 0; left_out < 2; left_out++) {
		const struct finding *f;
		struct report r;
		struct scene s;

		scene_make(&s, "close_wait_held=60;CLOSE_WAIT=60");
		s.sockets.processes_left_out = left_out;
		r = scene_report(&s);
		f = finding_of(&r, "close-wait-leak");
		assert_non_null(f);
		assert_int_equal(strstr(f->summary, "could not be seen") != NULL, !left_out);
		assert_int_equal(strstr(f->summary, "--full-walk") != NULL, left_out);
		report_done(&r);
		scene_done(&s);
	}
}

/* What one listener surely had is what the others cannot have had. */
static void an_overflow_is_the_listener_s_that_must_have_had_it(void **state)
{
	static const struct {
		const char *overflows;
		uint64_t drops[2];
		bool named[2], nobody;
	} hosts[] = {
		{"100", {100, 0}, {true, false}, false},    {"100", {100, 15}, {true, false}, true},
		{"100", {95, 5}, {true, false}, false},     {"200", {110, 120}, {true, true}, true},
		{"100", {100, 1000}, {false, false}, true},
	};

	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		struct socket_listener listeners[2];
		const struct finding *f;
		struct report r;
		struct scene s;

		scene_make(&s, "listener.queue=1;listener.limit=3;listener.drops_known=1");
		scene_set(&s, "TcpExtListenOverflows", hosts[i].overflows);
		scene_set(&s, "TcpExtListenDrops", hosts[i].overflows);
		for (uint16_t k = 0; k < 2; k++) {
			listeners[k] = s.listener;
			listeners[k].port = 1000 + k;
			listeners[k].drops = hosts[i].drops[k];
		}
		s.sockets.listeners.items = listeners;
		s.sockets.listeners.len = 2;
		r = scene_report(&s);
		f = finding_of(&r, "accept-queue-backlog");
		assert_int_equal(f && says(f, ":1000: 1 wait"), hosts[i].named[0]);
		assert_int_equal(f && says(f, ":1001: 1 wait"), hosts[i].named[1]);
		assert_int_equal(finding_of(&r, "accept-queue-overflows") != NULL, hosts[i].nobody);
		report_done(&r);
		scene_done(&s);
	}
}

static void hold(struct scene *s, struct socket_owner *owners, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t held = owners[i].tally.states[TCP_STATE_CLOSE_WAIT];

		owners[i].process = s->owner.process;
		owners[i].process.pid = 20 + (int)i;
		s->sockets.inodes_kept += held;
	}
	s->sockets.owners.items = owners;
	s->sockets.owners.len = n;
	s->sockets.inodes_wanted = s->sockets.inodes_kept;
}

#define HOLDS(n)                                                                                   \
	{                                                                                          \
		.tally.states[TCP_STATE_CLOSE_WAIT] = (n)                                          \
	}

static void the_owners_of_a_leak_are_named_by_weight(void **state)
{
	struct socket_owner owners[] = {HOLDS(10), HOLDS(70), HOLDS(0)};
	const struct finding *f;
	struct report r;
	struct scene s;

	scene_make(&s, "close_wait_held=100;total=100");
	hold(&s, owners, ARRAY_LEN(owners));
	s.sockets.inodes_wanted = 100;
	s.sockets.inodes_unseen = 3;
	r = scene_report(&s);
	f = finding_of(&r, "close-wait-leak");
	assert_non_null(f);
	assert_int_equal(f->states, TCP_STATE_BIT(TCP_STATE_CLOSE_WAIT));
	assert_int_equal(f->evidence.len, 4);
	assert_has(f->summary, "(CLOSE_WAIT) by leaky (pid 21) and 1 more processes.");
	assert_has(f->evidence.items[0], "(pid 21) holds 70");
	assert_has(f->evidence.items[1], "(pid 20) holds 10");
	assert_has(f->evidence.items[2], "a sample: the holders of 80 of 100");
	assert_has(f->evidence.items[3], "the holders of 3 sockets could not be seen");
	report_done(&r);
	scene_done(&s);
}

/* Workers of one program leak alike. */
static void owners_of_equally_many_are_all_there(void **state)
{
	struct socket_owner owners[] = {HOLDS(20), HOLDS(20), HOLDS(20), HOLDS(20),
					HOLDS(20), HOLDS(20), HOLDS(20), HOLDS(1)};
	const struct finding *f;
	struct report r;
	struct scene s;

	scene_make(&s, "close_wait_held=141;total=141");
	hold(&s, owners, ARRAY_LEN(owners));
	r = scene_report(&s);
	f = finding_of(&r, "close-wait-leak");
	assert_non_null(f);
	assert_int_equal(f->evidence.len, 6);
	assert_has(f->summary, "by leaky (pid 20) and 7 more processes");
	for (size_t i = 0; i < 5; i++)
		assert_has(f->evidence.items[i], "holds 20 of them");
	assert_has(f->evidence.items[4], "(pid 24) holds");
	assert_string_equal(f->evidence.items[5], "3 more processes hold 41 of them");
	report_done(&r);
	scene_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_comes_true_when_it_should),
		cmocka_unit_test(every_rule_stays_silent_at_a_near_miss),
		cmocka_unit_test(every_rule_has_both_cases),
		cmocka_unit_test(a_quiet_host_gives_no_finding),
		cmocka_unit_test(what_a_summary_does_not_know_is_not_evaluated),
		cmocka_unit_test(where_nobody_was_asked_silence_is_not_judged),
		cmocka_unit_test(where_queues_have_no_limit_they_are_not_judged),
		cmocka_unit_test(quiet_is_what_keepalive_would_call_so),
		cmocka_unit_test(without_counters_and_sockets_their_rules_are_not_evaluated),
		cmocka_unit_test(who_was_not_found_in_time_is_not_called_unseen),
		cmocka_unit_test(an_overflow_is_the_listener_s_that_must_have_had_it),
		cmocka_unit_test(the_owners_of_a_leak_are_named_by_weight),
		cmocka_unit_test(owners_of_equally_many_are_all_there),
	};

	return cmocka_run_group_tests_name("rules_evidence", tests, NULL, NULL);
}
