/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/term_rows.h"

static const struct term rows[] = {
	{
		.name = "RST",
		.aliases = LIST("reset", "TCP reset", "connection resets"),
		.kind = TERM_CONCEPT,
		.summary = "A reset: ends a connection at once, without the usual close.",
		.means = "The receiver throws away what was on its way. It gets ECONNREFUSED in "
			 "connect(), ECONNRESET in an open connection. \"Usual causes\" lists the "
			 "situations in which a Linux host sends one. Shutting down for reading "
			 "only, shutdown(SHUT_RD), sends nothing.",
		.causes = LIST(
			"A SYN for a port on which nobody listens, or whose listener is bound to "
			"another address or device.",
			"A firewall rule answers for it: REJECT --reject-with tcp-reset, nft reject "
			"with tcp reset. The socket never sees the segment.",
			"A segment for a connection the host does not know: closed and over, "
			"tcp_fin_timeout passed, rebooted, an ACK to a listener without a valid "
			"request or cookie.",
			"close() while received data is unread (TCPAbortOnClose).",
			"close() with SO_LINGER on and 0 (TCPAbortOnData).",
			"Data arrives after close() for a socket not yet gone (TCPAbortOnData).",
			"close() in FIN-WAIT-2 with a negative TCP_LINGER2 (TCPAbortOnLinger).",
			"A listener is closed: every connection in its accept queue is reset, "
			"unless tcp_migrate_req finds another.",
			"The accept queue is full and tcp_abort_on_overflow is 1.",
			"Keepalive gives up; with tcp_keepalive_probes = 0 on healthy connections "
			"as well.",
			"Too many orphans, or no memory for them: tcp_max_orphans, tcp_mem "
			"(TCPAbortOnMemory).",
			"Somebody with CAP_NET_ADMIN ends the socket: ss -K, SOCK_DESTROY.",
			"The program dissolves the connection: connect() with AF_UNSPEC."),
		.helps = LEVERS({"net.ipv4.tcp_migrate_req",
				 "against resets when one of several SO_REUSEPORT listeners "
				 "closes"},
				{"net.ipv4.tcp_abort_on_overflow", "leave it 0"},
				{"net.ipv4.tcp_keepalive_probes", "never 0"},
				{"net.ipv4.tcp_max_orphans",
				 "raise it where the log says \"too many orphaned sockets\""}),
		.never = LEVERS({"net.ipv4.tcp_rfc1337",
				 "only protects TIME-WAIT from resets that arrive"}),
		.application = "Read to the end before close(), and leave SO_LINGER alone.",
		.look = LIST("nstat -az TcpOutRsts TcpEstabResets", "nstat -az \"TcpExtTCPAbort*\"",
			     "tcpdump -ni any 'tcp[tcpflags] & tcp-rst != 0'"),
		.see_also = LIST("ECONNRESET", "ECONNREFUSED", "delayed close", "SO_LINGER"),
		.source = "net/ipv4/tcp.c:__tcp_close, tcp_disconnect, tcp_abort; "
			  "net/ipv4/netfilter/nf_reject_ipv4.c; experiments E1, E2, E5, E8, E13, "
			  "E14",
	},
	{
		.name = "four-way close",
		.aliases = LIST("four way handshake", "4-way close", "connection close", "FIN"),
		.kind = TERM_CONCEPT,
		.summary =
			"Each direction of a connection is closed on its own: FIN and ACK, twice.",
		.means = "The side that closes first ends in TIME-WAIT; the other passes through "
			 "CLOSE-WAIT and LAST-ACK. If both close at once, both go FIN-WAIT-1, "
			 "CLOSING, TIME-WAIT. Which state a host is full of tells which side has "
			 "not done its part.",
		.figure =
			"closes first                              closes second\n"
			"ESTABLISHED                               ESTABLISHED\n"
			"  close(), or shutdown(SHUT_WR)\n"
			"FIN-WAIT-1       ------- FIN ------->     CLOSE-WAIT    read() returns 0\n"
			"FIN-WAIT-2       <------ ACK --------\n"
			"                                            close()\n"
			"TIME-WAIT        <------ FIN --------     LAST-ACK\n"
			"                 ------- ACK ------->     CLOSED\n"
			"CLOSED           60 seconds later\n",
		.causes = LIST("Stuck in FIN-WAIT-1 or LAST-ACK: the network or the peer is gone.",
			       "Stuck in FIN-WAIT-2: the other application does not close.",
			       "Stuck in CLOSE-WAIT: our application does not close."),
		.helps = LEVERS({"net.ipv4.tcp_fin_timeout", "FIN-WAIT-2 without an owner"},
				{"net.ipv4.tcp_orphan_retries",
				 "FIN-WAIT-1, CLOSING and LAST-ACK without an owner"}),
		.never = LEVERS(
			{"net.ipv4.tcp_fin_timeout", "shortens neither CLOSE-WAIT nor TIME-WAIT"}),
		.look = LIST("ss -tan state all"),
		.see_also = LIST("FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "LAST-ACK", "TIME-WAIT",
				 "half-close"),
		.source = "RFC 9293, 3.6; experiments E1, E8",
	},
	{
		.name = "shutdown against close",
		.aliases = LIST("shutdown", "shutdown()", "close()", "shutdown vs close",
				"shutdown and close", "SHUT_RDWR", "SHUT_RD"),
		.kind = TERM_CONCEPT,
		.summary = "close() gives back the descriptor; shutdown() ends the connection and "
			   "keeps it.",
		.means = "shutdown() acts on the connection, for all descriptors and processes "
			 "that share it. The descriptor stays open and counts. close() acts on one "
			 "descriptor: while a duplicate or a child process holds another, nothing "
			 "is sent. After shutdown(SHUT_WR) or SHUT_RDWR the socket may stay in "
			 "FIN-WAIT-2 without limit; after close() tcp_fin_timeout bounds it. "
			 "SHUT_RD sends nothing, and data that arrives can still be read.",
		.causes = LIST(
			"Descriptors leak though \"everything is shut down\": close() was left out.",
			"The peer sees no end: close() was called while another process still "
			"held the socket."),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout",
				 "does not bound a socket that was shut down and not closed"}),
		.application =
			"Call close() in every case. Before it, use shutdown(SHUT_WR) to tell the "
			"peer that no more comes.",
		.snippet =
			"void end_for_everyone(int fd)\n"
			"{\n"
			"    shutdown(fd, SHUT_RDWR); /* the connection, also where it is shared */\n"
			"    close(fd);               /* the descriptor */\n"
			"}\n",
		.look = LIST("ss -tanp state fin-wait-2", "ls -l /proc/PID/fd"),
		.see_also = LIST("half-close", "FIN-WAIT-2", "delayed close", "EBADF"),
		.source = "shutdown(2); experiments E1, E8",
	},
	{
		.name = "2MSL",
		.aliases = LIST("MSL", "maximum segment lifetime", "TIME-WAIT length"),
		.kind = TERM_CONCEPT,
		.summary = "How long TIME-WAIT lasts: on Linux always 60 seconds.",
		.means = "The standard wants twice the longest time a segment may live, and names "
			 "2 minutes for that life. Linux has 60 seconds in all, compiled in, since "
			 "the first releases known to us (2.6.11). The kernel itself remarks that "
			 "2MSL would be 4 minutes.",
		.causes = LIST(
			"Late packets of an old connection must not be taken for those of a new "
			"one.",
			"If our last ACK is lost, the FIN comes again and must be answered."),
		.helps = LEVERS({"net.ipv4.tcp_tw_reuse",
				 "goes on with the port earlier, where timestamps make that "
				 "safe"},
				{"net.ipv4.tcp_tw_reuse_delay", "how much earlier (Linux 6.14)"}),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout", "does not change it"},
				{"net.netfilter.nf_conntrack_tcp_timeout_time_wait",
				 "is a timer of the firewall, not of the socket"}),
		.look = LIST("ss -tano state time-wait   # timer:(timewait,...)"),
		.see_also = LIST("TIME-WAIT", "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_fin_timeout"),
		.source = "include/net/tcp.h:TCP_TIMEWAIT_LEN; net/ipv4/inet_timewait_sock.c; "
			  "experiment E1",
	},
	{
		.name = "half-open",
		.aliases = LIST("half-open connection", "dead peer"),
		.kind = TERM_CONCEPT,
		.summary = "One side believes in the connection, the other has forgotten it.",
		.means = "After a crash, a pulled cable, or a NAT device that forgot, no FIN "
			 "arrives. This side stays ESTABLISHED: for ever if it is idle and without "
			 "SO_KEEPALIVE, else until keepalive or tcp_retries2 gives up. (The word "
			 "is also used for handshakes without their final ACK: see SYN-RECV.)",
		.causes = LIST(
			"The peer crashed or lost its network.",
			"A NAT device or load balancer dropped an idle connection: often after "
			"240 to 600 seconds.",
			"A firewall on the way forgot the flow."),
		.helps = LEVERS({"net.ipv4.tcp_keepalive_time",
				 "with _intvl and _probes, for sockets with SO_KEEPALIVE"},
				{"net.ipv4.tcp_retries2", "where data is in flight"},
				{"net.netfilter.nf_conntrack_tcp_timeout_established",
				 "on the firewall: longer than the keepalive of the endpoints "
				 "takes"}),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout", "nobody has closed"},
				{"net.ipv4.tcp_max_tw_buckets", "is about TIME-WAIT"}),
		.application =
			"Set SO_KEEPALIVE with times of your own and TCP_USER_TIMEOUT, or send a "
			"heartbeat and expect an answer.",
		.look = LIST("ss -tanoi state established   # no timer, lastrcv: long ago"),
		.see_also = LIST("SO_KEEPALIVE", "TCP_USER_TIMEOUT", "ESTABLISHED", "SYN-RECV"),
		.source = "experiments E2, E6",
	},
	{
		.name = "half-close",
		.aliases = LIST("SHUT_WR", "half closed"),
		.kind = TERM_CONCEPT,
		.summary = "One direction is closed, the other still carries data.",
		.means = "After shutdown(SHUT_WR) we send no more and go to FIN-WAIT-2; the peer "
			 "reads end of file, stays in CLOSE-WAIT and may go on sending. This is "
			 "allowed and useful: \"that was my request, now I read your answer\". It "
			 "has no time limit.",
		.causes = LIST("A client says that its request is complete.",
			       "The clean way to close: shut down, read to the end, close."),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout",
				 "counts from close() on, not from shutdown()"}),
		.application = "Put a limit of your own on the reading that follows.",
		.snippet =
			"/* Send the request, tell the peer that it is complete, read the answer. */\n"
			"ssize_t ask(int fd, const char *request, size_t length, char *answer,\n"
			"            size_t size)\n"
			"{\n"
			"    size_t have = 0;\n"
			"    ssize_t n = 1;\n"
			"\n"
			"    if (send(fd, request, length, MSG_NOSIGNAL) != (ssize_t)length ||\n"
			"        shutdown(fd, SHUT_WR))\n"
			"        return -1;\n"
			"    while (have < size && (n = recv(fd, answer + have, size - have, 0)) > 0)\n"
			"        have += (size_t)n;\n"
			"    return n < 0 ? -1 : (ssize_t)have;\n"
			"}\n",
		.look = LIST("ss -tanp state fin-wait-2", "ss -tanp state close-wait"),
		.see_also = LIST("shutdown against close", "FIN-WAIT-2", "CLOSE-WAIT",
				 "four-way close"),
		.source = "shutdown(2); experiments E1, E8",
	},
	{
		.name = "delayed close",
		.aliases = LIST("lingering close", "graceful close", "SO_LINGER timeout"),
		.kind = TERM_CONCEPT,
		.summary =
			"close() returns at once; the kernel goes on delivering what was written.",
		.means = "The application does not learn whether the peer got it. With SO_LINGER "
			 "on and a time, close() blocks until the rest is acknowledged or the time "
			 "is over. If received data is unread, close() sends a reset whatever "
			 "SO_LINGER says, and the peer may lose the end of the answer.",
		.causes = LIST(
			"A server answers with an error and closes before it has read the whole "
			"request: the client gets ECONNRESET and not the answer.",
			"close() with a linger time blocks a thread on a slow peer."),
		.helps = LEVERS({"net.ipv4.tcp_orphan_retries",
				 "how long the kernel goes on for a peer that does not "
				 "acknowledge"}),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout",
				 "counts only when the peer has acknowledged our FIN"}),
		.application = "Shut down for writing, read and discard with a limit, then close.",
		.snippet = snippet_close_politely,
		.look = LIST("nstat -az TcpExtTCPAbortOnClose", "ss -tan state fin-wait-1"),
		.see_also = LIST("SO_LINGER", "RST", "ECONNRESET", "orphan"),
		.source = "net/ipv4/tcp.c:__tcp_close; experiment E8",
	},
	{
		.name = "orphan",
		.aliases = LIST("orphaned socket", "orphans", "too many orphaned sockets"),
		.kind = TERM_CONCEPT,
		.summary = "A connection that the application has closed and the kernel still "
			   "finishes.",
		.means = "No descriptor, no inode, no process: FIN-WAIT-1, CLOSING, LAST-ACK and "
			 "FIN-WAIT-2 after close(). The kernel resets orphans when there are too "
			 "many or memory is short; trouble can start at a quarter of "
			 "tcp_max_orphans.",
		.causes = LIST("Peers that vanish before they acknowledge.",
			       "Peers that do not close (FIN-WAIT-2)."),
		.helps = LEVERS(
			{"net.ipv4.tcp_orphan_retries", "ends those that nobody acknowledges"},
			{"net.ipv4.tcp_fin_timeout", "ends those in FIN-WAIT-2"},
			{"net.ipv4.tcp_max_orphans",
			 "raise it where the log says \"too many orphaned sockets\""}),
		.never = LEVERS({"net.ipv4.tcp_tw_reuse", "is about TIME-WAIT only"}),
		.look = LIST("grep ^TCP /proc/net/sockstat   # orphan",
			     "nstat -az TcpExtTCPAbortOnMemory"),
		.see_also =
			LIST("FIN-WAIT-1", "FIN-WAIT-2", "LAST-ACK", "net.ipv4.tcp_max_orphans"),
		.source = "net/ipv4/tcp.c:__tcp_close; net/ipv4/tcp_timer.c:tcp_out_of_resources; "
			  "experiments E1, E9, E14",
	},
	{
		.name = "accept queue",
		.aliases = LIST("backlog", "listen backlog", "listen queue", "listen overflow"),
		.kind = TERM_CONCEPT,
		.summary = "Connections that are complete and wait for accept().",
		.means = "Its length is the smaller of the backlog given to listen() and "
			 "net.core.somaxconn at that time; one more is admitted. When it is full, "
			 "new SYNs are dropped in silence, and so is the final ACK of handshakes "
			 "under way: the client believes it is connected. ListenOverflows counts "
			 "both.",
		.causes = LIST(
			"The application is too slow to accept: Recv-Q of the listener stays "
			"high.",
			"A burst is larger than the queue.",
			"The application passes a small backlog; net.core.somaxconn only caps it.",
			"EMFILE in accept(): connections stay in the queue."),
		.helps = LEVERS({"net.core.somaxconn",
				 "where Send-Q of the listener equals it; after a restart of "
				 "the daemon"}),
		.never = LEVERS(
			{"net.ipv4.tcp_max_syn_backlog", "is about the SYN queue"},
			{"net.ipv4.tcp_syncookies", "does not protect a full accept queue"},
			{"net.ipv4.tcp_abort_on_overflow", "makes no room, it resets clients"},
			{"net.core.netdev_max_backlog", "is a queue of packets, long before TCP"}),
		.application =
			"Pass a large backlog and accept until EAGAIN. listen(fd, -1) means \"as "
			"long as net.core.somaxconn allows\".",
		.snippet = "/* The listener is non-blocking and poll() says it is readable. */\n"
			   "void accept_all(int listener, void (*serve)(int fd))\n"
			   "{\n"
			   "    for (;;) {\n"
			   "        int fd = accept4(listener, NULL, NULL,\n"
			   "                         SOCK_NONBLOCK | SOCK_CLOEXEC);\n"
			   "\n"
			   "        if (fd >= 0)\n"
			   "            serve(fd);\n"
			   "        else if (errno != EINTR && errno != ECONNABORTED)\n"
			   "            return; /* EAGAIN: empty. EMFILE: wait for a close() */\n"
			   "    }\n"
			   "}\n",
		.look = LIST("ss -tln   # Recv-Q: waiting, Send-Q: limit",
			     "nstat -az TcpExtListenOverflows TcpExtListenDrops"),
		.see_also = LIST("LISTEN", "SYN queue", "net.core.somaxconn", "EMFILE"),
		.source = "net/socket.c:__sys_listen_socket; listen(2); experiments E4, E12, E14",
	},
	{
		.name = "SYN queue",
		.aliases = LIST("SYN backlog", "syn flood", "request queue"),
		.kind = TERM_CONCEPT,
		.summary = "Handshakes that wait for the final ACK of the client.",
		.means = "One for each listener, as long as its backlog allows. With "
			 "tcp_syncookies = 1 a full queue is answered with cookies "
			 "(TCPReqQFullDoCookies); with 0 the SYN is dropped (TCPReqQFullDrop). "
			 "Only with 0 is tcp_max_syn_backlog consulted (since Linux 4.4), and it "
			 "refuses from three quarters on.",
		.causes = LIST("A SYN flood.", "Clients on slow or lossy paths, many at a time.",
			       "A small backlog."),
		.helps = LEVERS(
			{"net.ipv4.tcp_syncookies",
			 "1, the default; never 0 on a host that strangers can reach, "
			 "never 2 outside of tests"},
			{"net.core.somaxconn", "the backlog also caps this queue since Linux 4.4"},
			{"net.ipv4.tcp_synack_retries", "2 or 3 ends dead requests earlier"}),
		.never = LEVERS(
			{"net.ipv4.tcp_max_syn_backlog",
			 "has no effect while tcp_syncookies is on (since Linux 4.4)"},
			{"net.core.netdev_max_backlog", "is a queue of packets, long before TCP"}),
		.application = "Pass a larger backlog to listen().",
		.look = LIST(
			"ss -tan state syn-recv",
			"nstat -az TcpExtTCPReqQFullDrop TcpExtTCPReqQFullDoCookies TcpExtListenDrops"),
		.see_also = LIST("SYN cookies", "SYN-RECV", "accept queue",
				 "net.ipv4.tcp_max_syn_backlog"),
		.source = "net/ipv4/tcp_input.c:tcp_conn_request; experiment E5",
	},
	{
		.name = "SYN cookies",
		.aliases = LIST("SYN cookie"),
		.kind = TERM_CONCEPT,
		.summary =
			"Answers a SYN without keeping state: the state comes back with the ACK.",
		.means =
			"Used when the SYN queue is full. The log says once for each listener "
			"\"Possible SYN flooding\". A connection made this way keeps window scaling "
			"and SACK only if the client sent timestamps. If about as many cookies "
			"come back (SyncookiesRecv) as go out (SyncookiesSent), these are real "
			"clients and the queue is too short; if almost none do, it is a flood.",
		.causes = LIST("A SYN flood.", "More clients at a time than the SYN queue holds."),
		.helps = LEVERS({"net.ipv4.tcp_syncookies", "keep it 1"},
				{"net.ipv4.tcp_timestamps",
				 "keep it on: without it such connections lose their options"},
				{"net.core.somaxconn", "where the clients are real"}),
		.never = LEVERS({"net.ipv4.tcp_max_syn_backlog",
				 "is not consulted while cookies are on (since Linux 4.4)"}),
		.application = "Where the clients are real, pass a larger backlog to listen().",
		.look = LIST(
			"nstat -az TcpExtSyncookiesSent TcpExtSyncookiesRecv TcpExtSyncookiesFailed",
			"journalctl -k -g \"SYN flooding\""),
		.see_also = LIST("SYN queue", "SYN-RECV", "net.ipv4.tcp_syncookies"),
		.source = "net/ipv4/syncookies.c; experiments E5, E14",
	},
	{
		.name = "ephemeral ports",
		.aliases = LIST("ephemeral port", "local ports", "local port range", "port range"),
		.kind = TERM_CONCEPT,
		.summary = "The ports from which connect() takes the local one.",
		.means = "32768 to 60999 by default, less those reserved. The limit holds for each "
			 "combination of source address, destination address and destination port, "
			 "so it matters towards a few destinations only. Ports held by listeners "
			 "and bound sockets are passed over. A range of odd size loses its last "
			 "port.",
		.causes = LIST(
			"A proxy or client opens many connections to one backend.",
			"Connections are closed soon and stay in TIME-WAIT.",
			"Sockets are bound to port 0 without IP_BIND_ADDRESS_NO_PORT: then the "
			"range counts for the whole host."),
		.helps =
			LEVERS({"net.ipv4.ip_local_port_range", "the range; low even and high odd"},
			       {"net.ipv4.ip_local_reserved_ports",
				"keeps the ports of your services out of it"},
			       {"net.ipv4.ip_unprivileged_port_start",
				"the low end of the range cannot be below it"},
			       {"net.ipv4.tcp_tw_reuse",
				"makes ports in TIME-WAIT available to connect()"}),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout", "does not shorten TIME-WAIT"},
				{"fs.file-max", "is about descriptors"}),
		.application =
			"Keep connections open and share them; use more source or destination "
			"addresses.",
		.look = LIST("cat /proc/sys/net/ipv4/ip_local_port_range"),
		.see_also = LIST("EADDRNOTAVAIL", "TIME-WAIT", "IP_BIND_ADDRESS_NO_PORT",
				 "net.ipv4.ip_local_port_range"),
		.source = "net/ipv4/inet_hashtables.c:__inet_hash_connect; experiment E3b",
	},
	{
		.name = "open files limit",
		.aliases = LIST("nofile chain", "ulimit", "ulimit -n", "RLIMIT_NOFILE",
				"LimitNOFILE", "limits.conf", "open files"),
		.kind = TERM_CONCEPT,
		.summary = "How many descriptors a process may have open.",
		.means = "A chain: soft limit <= hard limit <= fs.nr_open, and all processes "
			 "together <= fs.file-max. The soft limit counts; a process may raise it "
			 "up to the hard one. Who sets it depends on how the process was started: "
			 "for system services LimitNOFILE= of the unit or DefaultLimitNOFILE= of "
			 "the manager, for login sessions limits.conf by way of PAM.",
		.causes =
			LIST("limits.conf was changed, and the service is one of systemd: it never "
			     "reads that file.",
			     "On Debian and Ubuntu \"*\" in limits.conf does not mean root.",
			     "\"* hard nofile 65536\" lowers the limit where systemd gives 524288.",
			     "A nofile in limits.conf above fs.nr_open: the login is refused.",
			     "The change is right, and the process was not restarted."),
		.helps = LEVERS(
			{"nofile", "the limit itself, where this process really takes it from"},
			{"fs.nr_open", "the ceiling of the hard limit, 1048576 by default"},
			{"fs.file-max", "the limit of the whole host, rarely the cause"}),
		.never = LEVERS({"ulimit -n in /etc/profile",
				 "reaches login shells only, and fails above the hard limit"},
				{"fs.file-max", "does not raise the limit of any process"}),
		.application =
			"Raise the soft limit to the hard one at start, unless the program uses "
			"select(): it breaks at descriptor 1024.",
		.snippet = snippet_raise_nofile,
		.look = LIST("grep \"open files\" /proc/PID/limits",
			     "systemctl show -p LimitNOFILE UNIT", "ulimit -Sn; ulimit -Hn"),
		.see_also = LIST("nofile", "EMFILE", "ENFILE", "fs.nr_open", "fs.file-max"),
		.source = "getrlimit(2); pam_limits(8); systemd.exec(5); experiment E10",
	},
};

const struct term_rows term_concepts = {rows, ARRAY_LEN(rows)};
