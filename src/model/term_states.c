/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/term_rows.h"

static const struct term rows[] = {
	{
		.name = "LISTEN",
		.aliases = LIST("listening", "TCP_LISTEN"),
		.kind = TERM_STATE,
		.summary = "Waits for connections. There is one such socket for each listener.",
		.means = "The kernel completes handshakes on its own and keeps them in the accept "
			 "queue until the application calls accept(). For a listener, ss shows in "
			 "Recv-Q how many connections wait there, and in Send-Q how many may: the "
			 "smaller of the application's backlog and net.core.somaxconn at the time "
			 "of listen(). One more than that is admitted. Half-open handshakes are "
			 "not in Recv-Q.",
		.causes = LIST(
			"Recv-Q at or above Send-Q for a moment: a burst larger than the backlog.",
			"Recv-Q high all the time: the application is too slow to call accept(). "
			"No setting helps then.",
			"Send-Q smaller than net.core.somaxconn: the backlog of the application "
			"is the limit."),
		.helps = LEVERS({"net.core.somaxconn",
				 "the ceiling of the backlog, where the application asks for "
				 "more; it counts at the next listen()"}),
		.never = LEVERS({"net.ipv4.tcp_max_syn_backlog",
				 "is about half-open handshakes, and since Linux 4.4 is not "
				 "consulted while tcp_syncookies is on"},
				{"net.ipv4.tcp_abort_on_overflow",
				 "makes no room; it turns a burst into errors at the clients"}),
		.application =
			"Call accept() in a loop until EAGAIN, hand the work to others, and pass "
			"a backlog that fits the bursts. A higher net.core.somaxconn reaches a "
			"running daemon when it restarts or calls listen() again.",
		.look = LIST("ss -tln", "ss -tlnm   # \"d\" in skmem: drops of this listener",
			     "nstat -az TcpExtListenOverflows TcpExtListenDrops"),
		.see_also = LIST("accept queue", "SYN queue", "net.core.somaxconn"),
		.source = "net/socket.c:__sys_listen_socket; listen(2); experiments E4, E12",
	},
	{
		.name = "SYN-SENT",
		.aliases = LIST("TCP_SYN_SENT"),
		.kind = TERM_STATE,
		.summary = "connect() has sent a SYN and has no answer yet.",
		.means = "The kernel sends the SYN again until tcp_syn_retries is used up; then "
			 "connect() fails with ETIMEDOUT. With the defaults that takes about 127 "
			 "seconds, or 131 since Linux 6.5. A few such sockets are normal.",
		.causes =
			LIST("The target is down, or a firewall drops its packets in silence.",
			     "The target's accept queue is full: it drops SYNs without an answer.",
			     "The answers are lost, or take a route that does not lead back."),
		.helps = LEVERS({"net.ipv4.tcp_syn_retries",
				 "sets how long connect() goes on: with 3 about 15 seconds, 19 "
				 "since Linux 6.5"}),
		.never = LEVERS({"net.ipv4.tcp_synack_retries",
				 "counts the answers of a server, not the SYNs of a client"},
				{"net.ipv4.tcp_tw_reuse",
				 "frees local ports; a missing answer is not about ports"}),
		.application = "Use a non-blocking connect() with a time limit of your own, or set "
			       "TCP_USER_TIMEOUT or TCP_SYNCNT on the socket: they decide for one "
			       "socket, the sysctl for all.",
		.look = LIST("ss -tano state syn-sent",
			     "nstat -az TcpExtTCPSynRetrans TcpAttemptFails"),
		.see_also =
			LIST("EINPROGRESS", "ETIMEDOUT", "TCP_SYNCNT", "net.ipv4.tcp_syn_retries"),
		.source = "net/ipv4/tcp_timer.c:tcp_write_timeout; experiment E6",
	},
	{
		.name = "SYN-RECV",
		.aliases = LIST("SYN-RECEIVED", "TCP_SYN_RECV"),
		.kind = TERM_STATE,
		.summary = "Half-open: a SYN was answered, and the final ACK of the client is "
			   "missing.",
		.means = "The request waits in the SYN queue of its listener. The SYN-ACK is sent "
			 "again tcp_synack_retries times, then the request goes away: after 63 "
			 "seconds with the default of 5. No process holds it, so it has no "
			 "descriptor.",
		.causes = LIST(
			"A SYN flood from forged addresses.",
			"Clients that are gone, or a path that loses packets.",
			"SYN-ACKs take a route that does not reach the client.",
			"The accept queue is full: the final ACK is ignored and the SYN-ACK sent "
			"again."),
		.helps = LEVERS({"net.ipv4.tcp_syncookies",
				 "with 1 a flood is answered without keeping state; leave it "
				 "on"},
				{"net.ipv4.tcp_synack_retries",
				 "a lower count ends each request earlier; below 2 clients on "
				 "lossy paths fail"},
				{"net.core.somaxconn",
				 "the listen backlog also caps the SYN queue since Linux 4.4"}),
		.never = LEVERS({"net.ipv4.tcp_max_syn_backlog",
				 "is not consulted while tcp_syncookies is on (since Linux "
				 "4.4)"},
				{"net.ipv4.tcp_syn_retries",
				 "counts the SYNs of clients, not the answers of a server"}),
		.application = "Give listen() a larger backlog and call accept() without delay. "
			       "TCP_SYNCNT on the listener overrides tcp_synack_retries.",
		.look = LIST("ss -tano state syn-recv",
			     "nstat -az TcpExtTCPReqQFullDrop TcpExtTCPReqQFullDoCookies",
			     "nstat -az TcpExtSyncookiesSent TcpExtSyncookiesRecv"),
		.see_also = LIST("SYN queue", "SYN cookies", "NEW_SYN_RECV",
				 "net.ipv4.tcp_synack_retries"),
		.source =
			"net/ipv4/inet_connection_sock.c:reqsk_timer_handler; experiments E5, E12",
	},
	{
		.name = "ESTABLISHED",
		.aliases = LIST("ESTAB", "TCP_ESTABLISHED"),
		.kind = TERM_STATE,
		.summary = "The connection is open; both sides may send.",
		.means = "Nothing ends an idle connection by itself. If the peer vanished without "
			 "a FIN or RST, this side does not notice until it sends something, or "
			 "until a keepalive probe stays unanswered. A connection that no process "
			 "holds yet (inode 0) waits in the accept queue.",
		.causes = LIST(
			"Many and idle: a pool, or clients that keep connections open. This may "
			"be intended.",
			"Many, old, without a timer, and peers that are gone: half-open "
			"connections.",
			"Inode 0: complete, but not yet taken by accept().",
			"Send-Q stays high: the peer does not read, or is gone."),
		.helps = LEVERS({"net.ipv4.tcp_keepalive_time",
				 "finds idle dead peers, only on sockets with SO_KEEPALIVE"},
				{"net.ipv4.tcp_retries2",
				 "how long data without an acknowledgement is sent again"}),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout", "counts after close() only"},
				{"net.ipv4.tcp_keepalive_probes",
				 "does nothing on a socket without SO_KEEPALIVE, or with data "
				 "in flight"}),
		.application =
			"Set SO_KEEPALIVE with TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT for "
			"idle peers and TCP_USER_TIMEOUT for peers that stop answering, and close "
			"connections that have been idle too long.",
		.look = LIST("ss -tano state established"),
		.see_also = LIST("half-open", "SO_KEEPALIVE", "TCP_USER_TIMEOUT", "accept queue"),
		.source = "experiments E2, E6, E12",
	},
	{
		.name = "FIN-WAIT-1",
		.aliases = LIST("FIN-WAIT1", "TCP_FIN_WAIT1"),
		.kind = TERM_STATE,
		.summary = "We closed: our FIN is sent and not acknowledged.",
		.means = "What was still to be sent goes out before the FIN, so a peer that does "
			 "not read, or is gone, keeps the socket here. If the application has "
			 "closed it, it is an orphan and bounded by tcp_orphan_retries; if the "
			 "application still holds it, by tcp_retries2.",
		.causes =
			LIST("The peer vanished, or a firewall forgot the connection.",
			     "The peer is there but does not read: its window is zero and our data "
			     "waits."),
		.helps = LEVERS(
			{"net.ipv4.tcp_orphan_retries",
			 "bounds the orphans; 0 means 8. Low values cut answers short "
			 "on lossy paths"},
			{"net.ipv4.tcp_retries2", "bounds those that the application still holds"}),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout", "bounds FIN-WAIT-2, not FIN-WAIT-1"},
				{"net.ipv4.tcp_tw_reuse", "is about TIME-WAIT only"}),
		.application =
			"Set TCP_USER_TIMEOUT on sockets whose peers may vanish while data is on "
			"its way.",
		.look = LIST("ss -tano state fin-wait-1",
			     "nstat -az TcpExtTCPAbortOnTimeout TcpExtTCPAbortOnMemory"),
		.see_also =
			LIST("orphan", "LAST-ACK", "four-way close", "net.ipv4.tcp_orphan_retries"),
		.source = "net/ipv4/tcp_timer.c:tcp_orphan_retries; experiment E14",
	},
	{
		.name = "FIN-WAIT-2",
		.aliases = LIST("FIN-WAIT2", "TCP_FIN_WAIT2"),
		.kind = TERM_STATE,
		.summary = "We closed and the peer acknowledged it; its own FIN is missing.",
		.means = "The peer sits in CLOSE-WAIT: its application has not closed. Two kinds "
			 "look alike. An orphan, closed by our application (inode 0), lives for "
			 "tcp_fin_timeout. A socket that our application shut down for writing and "
			 "still holds stays without limit.",
		.causes = LIST(
			"Inode 0: the peer's application does not close.",
			"With an inode: our own application called shutdown(SHUT_WR) and waits "
			"for the end of the answer."),
		.helps = LEVERS({"net.ipv4.tcp_fin_timeout",
				 "bounds the orphans. Use 60 or less, or exactly 120: above 60 "
				 "the real time is 2 * (value - 60)"},
				{"net.ipv4.tcp_max_tw_buckets",
				 "orphans here share this budget with TIME-WAIT"}),
		.never = LEVERS({"net.ipv4.tcp_keepalive_time",
				 "is no bound: a peer that is alive but does not close answers "
				 "every probe"},
				{"net.ipv4.tcp_tw_reuse", "is about TIME-WAIT only"}),
		.application =
			"After shutdown(SHUT_WR) read to the end with a time limit, then close(). "
			"TCP_LINGER2 sets the time of orphans for one socket.",
		.snippet = snippet_close_politely,
		.look = LIST(
			"ss -tanoe state fin-wait-2   # \"ino:\" only where a process holds it",
			"nstat -az TcpExtTCPTimeWaitOverflow"),
		.see_also = LIST("half-close", "orphan", "CLOSE-WAIT", "TCP_LINGER2",
				 "net.ipv4.tcp_fin_timeout"),
		.source = "net/ipv4/tcp.c:__tcp_close; experiments E1, E9, E18",
	},
	{
		.name = "CLOSE-WAIT",
		.aliases = LIST("TCP_CLOSE_WAIT", "CLOSEWAIT leak"),
		.kind = TERM_STATE,
		.summary = "The peer closed; our application has not. No timer ends this state.",
		.means = "The application was told: read() returned 0. The kernel now waits for "
			 "close(). A socket that stays here is a descriptor the application "
			 "forgot; enough of them end in EMFILE. No kernel setting cures it.",
		.causes = LIST(
			"The application does not look at read() returning 0, or lost the "
			"descriptor on an error path.",
			"A pool keeps connections and does not read from them, so it does not see "
			"the end.",
			"All threads are busy or blocked and nobody reads.",
			"A child process inherited the descriptor, so close() in the parent ended "
			"nothing.",
			"Inode 0: the client gave up while the connection waited in the accept "
			"queue."),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout",
				 "bounds FIN-WAIT-2 orphans; CLOSE-WAIT has no timer"},
				{"net.ipv4.tcp_keepalive_time",
				 "may end the connection when the peer is gone; the descriptor "
				 "stays"},
				{"net.ipv4.tcp_tw_reuse", "is about TIME-WAIT only"},
				{"nofile", "a higher limit only delays the failure"}),
		.application =
			"Close the descriptor when read() returns 0, and on every error path. "
			"Open sockets with SOCK_CLOEXEC. Restarting the application frees them at "
			"once; it is no cure.",
		.snippet = "/* Call it when poll() says that fd is readable. */\n"
			   "void on_readable(int fd)\n"
			   "{\n"
			   "    char buf[4096];\n"
			   "    ssize_t n = recv(fd, buf, sizeof(buf), 0);\n"
			   "\n"
			   "    if (n > 0)\n"
			   "        return; /* ... use the n bytes of buf, come back later ... */\n"
			   "    if (n < 0 && (errno == EAGAIN || errno == EINTR))\n"
			   "        return;\n"
			   "    close(fd); /* end of file, or an error: never keep fd */\n"
			   "}\n",
		.look = LIST("ss -tanp state close-wait"),
		.see_also =
			LIST("EMFILE", "FIN-WAIT-2", "four-way close", "shutdown against close"),
		.source = "experiments E12, E14",
	},
	{
		.name = "CLOSING",
		.aliases = LIST("TCP_CLOSING"),
		.kind = TERM_STATE,
		.summary = "Both sides closed at the same time; the ACK of our FIN is missing.",
		.means = "Rare and short. The socket goes on to TIME-WAIT when the ACK arrives.",
		.causes =
			LIST("Both sides closed at once and then the path or the peer went away."),
		.helps = LEVERS({"net.ipv4.tcp_orphan_retries",
				 "bounds those that the application has closed"}),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout", "bounds FIN-WAIT-2 only"}),
		.look = LIST("ss -tano state closing"),
		.see_also = LIST("four-way close", "LAST-ACK"),
		.source = "net/ipv4/tcp_timer.c:tcp_orphan_retries",
	},
	{
		.name = "LAST-ACK",
		.aliases = LIST("TCP_LAST_ACK"),
		.kind = TERM_STATE,
		.summary = "The peer closed, then we did; the ACK of our FIN is missing.",
		.means = "The last step of the side that closes second. The FIN is sent again "
			 "until it is acknowledged or tcp_orphan_retries gives up.",
		.causes =
			LIST("The peer, or a NAT device before it, has forgotten the connection.",
			     "We closed long after the peer did: its FIN-WAIT-2 was over by then."),
		.helps = LEVERS({"net.ipv4.tcp_orphan_retries",
				 "bounds how long the FIN is sent again; 0 means 8"}),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout", "bounds FIN-WAIT-2 only"},
				{"net.ipv4.tcp_retries2",
				 "counts for sockets that an application still holds"}),
		.application = "Close soon after read() returned 0.",
		.look = LIST("ss -tano state last-ack", "nstat -az TcpExtTCPAbortOnTimeout"),
		.see_also = LIST("CLOSE-WAIT", "orphan", "net.ipv4.tcp_orphan_retries"),
		.source = "net/ipv4/tcp_timer.c:tcp_orphan_retries; experiment E14",
	},
	{
		.name = "TIME-WAIT",
		.aliases = LIST("TCP_TIME_WAIT"),
		.kind = TERM_STATE,
		.summary =
			"We closed first; for 60 seconds the kernel guards the port pair against "
			"late packets.",
		.means = "Normal and cheap: a small record without a descriptor. The 60 seconds "
			 "are compiled in, and no sysctl changes them. On a server the number "
			 "hardly matters: it accepts a new SYN that hits such a pair. On a client "
			 "each one holds a local port towards one destination.",
		.causes = LIST(
			"This side closes first: one entry for each connection of the last 60 "
			"seconds.",
			"A client or proxy opens a connection for each request instead of keeping "
			"it."),
		.helps = LEVERS(
			{"net.ipv4.tcp_tw_reuse",
			 "lets connect() take over a port from TIME-WAIT; clients "
			 "only, and both sides need timestamps"},
			{"net.ipv4.ip_local_port_range", "more local ports for each destination"},
			{"net.ipv4.tcp_max_tw_buckets",
			 "raise it where TCPTimeWaitOverflow grows"}),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout",
				 "does not touch TIME-WAIT: with 5, 60 and 120 it lasts 60 "
				 "seconds"},
				{"net.ipv4.tcp_tw_recycle",
				 "was removed in Linux 4.12; before that it dropped clients "
				 "behind NAT"},
				{"net.ipv4.tcp_max_tw_buckets",
				 "lowering it takes away the protection and cures nothing"}),
		.application =
			"Keep connections open and reuse them, and let the client close first. Do "
			"not use SO_LINGER with 0 to avoid the state: it discards data.",
		.look = LIST("ss -tan state time-wait",
			     "nstat -az TcpExtTW TcpExtTWRecycled TcpExtTCPTimeWaitOverflow"),
		.see_also = LIST("2MSL", "EADDRNOTAVAIL", "EADDRINUSE", "net.ipv4.tcp_tw_reuse"),
		.source = "include/net/tcp.h:TCP_TIMEWAIT_LEN; experiments E1, E3, E9",
	},
	{
		.name = "CLOSED",
		.aliases = LIST("CLOSE", "TCP_CLOSE", "UNCONN"),
		.kind = TERM_STATE,
		.summary = "No connection: never connected, or over.",
		.means = "The socket exists, and its descriptor does, but it has no peer. Reading "
			 "from a socket that was never connected fails with ENOTCONN, writing to "
			 "it with EPIPE.",
		.causes = LIST(
			"socket() without connect() or listen().",
			"The connection ended by a reset or a timeout and the application still "
			"holds the descriptor."),
		.application =
			"Close descriptors whose connection is over; each counts against the "
			"limit of open files.",
		.look = LIST("ss -tan state closed"),
		.see_also = LIST("BOUND_INACTIVE", "ENOTCONN", "EPIPE"),
		.source = "include/net/tcp_states.h; experiment E8",
	},
	{
		.name = "NEW_SYN_RECV",
		.aliases = LIST("TCP_NEW_SYN_RECV"),
		.kind = TERM_STATE,
		.summary = "The kernel's inner name of a half-open request. Tools show it as "
			   "SYN-RECV.",
		.means = "Requests that wait for their final ACK have the inner state 12. ss and "
			 "/proc/net/tcp report them as SYN-RECV (3), so the name turns up only in "
			 "traces and kernel sources.",
		.causes = LIST("The same as for SYN-RECV."),
		.look = LIST("ss -tano state syn-recv"),
		.see_also = LIST("SYN-RECV"),
		.source = "include/net/tcp_states.h; experiment E12",
	},
	{
		.name = "BOUND_INACTIVE",
		.aliases = LIST("BOUND", "TCP_BOUND_INACTIVE"),
		.kind = TERM_STATE,
		.summary = "Bound to a port, but neither connected nor listening. Tools show it as "
			   "CLOSED.",
		.means = "The socket holds a local port that others cannot get. Newer kernels list "
			 "such sockets when asked for; they report them as state 7, CLOSED.",
		.causes = LIST(
			"The application called bind() and then neither connect() nor listen().",
			"A pool binds its sockets long before it uses them."),
		.helps = LEVERS({"net.ipv4.ip_local_port_range",
				 "where bind() to port 0 has used up the range"}),
		.never = LEVERS({"net.ipv4.tcp_tw_reuse",
				 "is about TIME-WAIT only; here a process holds the port"}),
		.application =
			"Bind late and close what is not needed. A client that binds only its "
			"address sets IP_BIND_ADDRESS_NO_PORT.",
		.look = LIST("ss -tanp state bound-inactive   # where ss knows it"),
		.see_also = LIST("CLOSED", "EADDRINUSE", "IP_BIND_ADDRESS_NO_PORT"),
		.source = "include/net/tcp_states.h; experiment E12",
	},
};

const struct term_rows term_states = {rows, ARRAY_LEN(rows)};
