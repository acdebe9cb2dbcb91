/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/term_rows.h"

static const struct term rows[] = {
	{
		.name = "SO_REUSEADDR",
		.aliases = LIST("reuseaddr"),
		.kind = TERM_OPTION,
		.summary = "Lets bind() pass over connections in TIME-WAIT on the same port.",
		.means = "Without it a restarted service gets EADDRINUSE as long as connections of "
			 "its last run are in TIME-WAIT. The option must have been set on the old "
			 "socket too; set it from the first start on. It does not let two live "
			 "listeners share a port.",
		.causes = LIST("Every server that is ever restarted needs it."),
		.never = LEVERS({"net.ipv4.tcp_tw_reuse",
				 "is no substitute: connect() reads it, bind() of a listener "
				 "does not"}),
		.application = "Set it before bind(). Few programs have a reason not to.",
		.snippet = "int allow_restart(int fd) /* between socket() and bind() */\n"
			   "{\n"
			   "    int on = 1;\n"
			   "\n"
			   "    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));\n"
			   "}\n",
		.look = LIST("ss -tan state time-wait 'sport = :80'"),
		.see_also = LIST("EADDRINUSE", "SO_REUSEPORT", "TIME-WAIT"),
		.source = "socket(7); experiment E3b",
	},
	{
		.name = "SO_REUSEPORT",
		.aliases = LIST("reuseport"),
		.kind = TERM_OPTION,
		.summary =
			"Lets several listeners share a port; the kernel spreads connections over "
			"them.",
		.means = "Every socket must set it before bind(), and all must belong to the same "
			 "effective user. Each listener has an accept queue of its own. When one "
			 "is closed, the connections in its queue are reset, unless "
			 "tcp_migrate_req moves them to another.",
		.causes = LIST(
			"One listener for each worker, so that they do not compete for one queue.",
			"A new process starts to listen before the old one stops."),
		.helps = LEVERS({"net.ipv4.tcp_migrate_req",
				 "moves waiting connections to another listener when one "
				 "closes (Linux 5.14); all must be set up alike"}),
		.application = "Before closing a listener, accept what is in its queue, or switch "
			       "tcp_migrate_req on.",
		.snippet =
			"int share_port(int fd) /* between socket() and bind(), in each worker */\n"
			"{\n"
			"    int on = 1;\n"
			"\n"
			"    return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));\n"
			"}\n",
		.look = LIST("ss -tlnp",
			     "nstat -az TcpExtTCPMigrateReqSuccess TcpExtTCPMigrateReqFailure"),
		.see_also = LIST("SO_REUSEADDR", "accept queue", "net.ipv4.tcp_migrate_req"),
		.source = "socket(7); experiments E3b, E13",
	},
	{
		.name = "SO_LINGER",
		.aliases = LIST("linger", "linger 0"),
		.kind = TERM_OPTION,
		.summary = "Says what close() does with data that is not sent yet.",
		.means = "Off (the default): close() returns at once and the kernel sends the "
			 "rest. On with a time: close() blocks until the rest is acknowledged or "
			 "the time is over. On with 0: close() sends a reset, throws away what is "
			 "unsent, and there is no TIME-WAIT; the peer gets ECONNRESET.",
		.causes = LIST("With 0, as a trick against TIME-WAIT. It loses data: do not.",
			       "With 0, to break off a connection on purpose."),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout",
				 "has no part in it: it bounds FIN-WAIT-2 after a normal close"}),
		.application = "Leave it off. To know that the peer has everything, shut down for "
			       "writing and read to the end before close().",
		.look = LIST("nstat -az TcpExtTCPAbortOnData   # closes with linger 0"),
		.see_also = LIST("delayed close", "RST", "TIME-WAIT", "TCP_LINGER2"),
		.source = "socket(7); experiment E8",
	},
	{
		.name = "SO_KEEPALIVE",
		.aliases = LIST("keepalive", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT",
				"keep-alive probes"),
		.kind = TERM_OPTION,
		.summary = "Probes an idle peer, so that a dead one is noticed.",
		.means = "Off unless the application sets it; accepted sockets inherit it from the "
			 "listener. A dead idle peer is found after idle time + interval * count: "
			 "with the kernel's defaults 7200 + 75 * 9 seconds, more than two hours. "
			 "TCP_KEEPIDLE and TCP_KEEPINTVL (1 to 32767 seconds) and TCP_KEEPCNT (1 "
			 "to 127) replace the sysctls for one socket. Nothing is probed while data "
			 "is unacknowledged. Setting the option again while it is on does not "
			 "start the timer anew.",
		.causes =
			LIST("Long idle connections, as to a database.",
			     "A NAT device or load balancer on the path forgets idle connections."),
		.helps = LEVERS({"net.ipv4.tcp_keepalive_time",
				 "the idle time of sockets that did not set TCP_KEEPIDLE; a "
				 "running timer ends first"},
				{"net.ipv4.tcp_keepalive_intvl", "the pause between probes"},
				{"net.ipv4.tcp_keepalive_probes",
				 "how many may stay unanswered; never 0, that ends healthy "
				 "connections"}),
		.never = LEVERS({"net.ipv4.tcp_retries2",
				 "is for data in flight, keepalive for idle connections"},
				{"net.netfilter.nf_conntrack_tcp_timeout_established",
				 "not an alternative: it is the memory of the firewall, and "
				 "must be longer than the probes take"}),
		.application =
			"Set the option and the three times on the socket; then the result does "
			"not depend on the host. Stay below the shortest idle limit of the path.",
		.snippet =
			"/* A dead peer is noticed after 60 + 3 * 10 seconds of silence. */\n"
			"int watch_peer(int fd)\n"
			"{\n"
			"    int on = 1, idle = 60, pause = 10, count = 3;\n"
			"\n"
			"    if (setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) ||\n"
			"        setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle)) ||\n"
			"        setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &pause, sizeof(pause)) ||\n"
			"        setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count)))\n"
			"        return -1;\n"
			"    return 0;\n"
			"}\n",
		.look = LIST("ss -tano state established   # timer:(keepalive,...)",
			     "nstat -az TcpExtTCPKeepAlive"),
		.see_also = LIST("TCP_USER_TIMEOUT", "half-open", "net.ipv4.tcp_keepalive_time"),
		.source = "tcp(7); experiments E2, E6",
	},
	{
		.name = "TCP_USER_TIMEOUT",
		.aliases = LIST("user timeout"),
		.kind = TERM_OPTION,
		.summary = "Ends a connection whose data stays unacknowledged for so many "
			   "milliseconds.",
		.means = "It bounds data in flight and connect(), for one socket, and takes the "
			 "place of the probe count of keepalive. With 2000 a dead peer was noticed "
			 "after 2.6 seconds, with 1500 connect() gave up after 1.5. The "
			 "application gets ETIMEDOUT.",
		.causes = LIST("A peer or path may vanish while data is on its way, and minutes of "
			       "waiting are too long."),
		.helps = LEVERS({"net.ipv4.tcp_retries2",
				 "the limit of sockets without the option; for the whole host"}),
		.never = LEVERS(
			{"net.ipv4.tcp_keepalive_time", "does nothing while data is in flight"}),
		.application =
			"Prefer it to a lower tcp_retries2. Add SO_KEEPALIVE for idle times.",
		.snippet = snippet_limit_silence,
		.look = LIST("ss -tano   # timer:(on,...): waits for an acknowledgement",
			     "nstat -az TcpExtTCPAbortOnTimeout"),
		.see_also = LIST("SO_KEEPALIVE", "ETIMEDOUT", "net.ipv4.tcp_retries2"),
		.source = "tcp(7); experiment E6",
	},
	{
		.name = "TCP_DEFER_ACCEPT",
		.aliases = LIST("defer accept"),
		.kind = TERM_OPTION,
		.summary = "Wakes the listener only when the client has sent data.",
		.means = "The final ACK of a handshake without data is ignored; the connection "
			 "reaches accept() with its first bytes. Until then it is half-open and "
			 "shows as SYN-RECV.",
		.causes = LIST("Protocols in which the client speaks first, to save a wakeup."),
		.application = "Leave it off where the server speaks first. Its value, in seconds, "
			       "bounds the wait.",
		.snippet =
			"int wait_for_data(int listener, int seconds)\n"
			"{\n"
			"    return setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds,\n"
			"                      sizeof(seconds));\n"
			"}\n",
		.look = LIST("nstat -az TcpExtTCPDeferAcceptDrop", "ss -tan state syn-recv"),
		.see_also = LIST("SYN-RECV", "accept queue"),
		.source = "tcp(7)",
	},
	{
		.name = "TCP_FASTOPEN",
		.aliases = LIST("TFO", "fast open"),
		.kind = TERM_OPTION,
		.summary = "Carries data in the SYN, for clients that have been here before.",
		.means = "The client needs bit 1 of net.ipv4.tcp_fastopen (on by default), the "
			 "server bit 2, and the server must also set the option on its listener. "
			 "The value of the option is the length of the queue of such requests.",
		.causes =
			LIST("Many short connections over long paths, where a round trip counts."),
		.helps = LEVERS({"net.ipv4.tcp_fastopen", "3 allows both directions"}),
		.never = LEVERS({"net.core.somaxconn",
				 "is another queue; TCPFastOpenListenOverflow counts this one"}),
		.application =
			"Set it on the listener. A request in a SYN may arrive twice: use it only "
			"where that does no harm.",
		.snippet = "int accept_fast_open(int listener, int pending)\n"
			   "{\n"
			   "    return setsockopt(listener, IPPROTO_TCP, TCP_FASTOPEN, &pending,\n"
			   "                      sizeof(pending));\n"
			   "}\n",
		.look = LIST("nstat -az TcpExtTCPFastOpenPassive TcpExtTCPFastOpenListenOverflow"),
		.see_also = LIST("net.ipv4.tcp_fastopen"),
		.source = "net/ipv4/tcp_fastopen.c; tcp(7)",
	},
	{
		.name = "IP_BIND_ADDRESS_NO_PORT",
		.aliases = LIST("bind address no port"),
		.kind = TERM_OPTION,
		.summary = "Lets bind() choose only the address, and connect() the port.",
		.means = "bind() to port 0 takes a port for the whole host, and fails with "
			 "EADDRINUSE when the range is used up. With this option (Linux 4.2) the "
			 "port is chosen by connect(), which can use the same one for several "
			 "destinations.",
		.causes = LIST("A client or proxy that binds a source address before connect()."),
		.helps = LEVERS({"net.ipv4.ip_local_port_range",
				 "how many ports there are for each destination"}),
		.never = LEVERS({"net.ipv4.tcp_tw_reuse", "does not help bind() to port 0"}),
		.application = "Set it on every socket that binds an address and no port.",
		.snippet =
			"/* The port in source is 0. */\n"
			"int bind_address_only(int fd, const struct sockaddr_in *source)\n"
			"{\n"
			"    int on = 1;\n"
			"\n"
			"    if (setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,\n"
			"                   sizeof(on)))\n"
			"        return -1;\n"
			"    return bind(fd, (const struct sockaddr *)source, sizeof(*source));\n"
			"}\n",
		.look = LIST("ss -tano state established"),
		.see_also = LIST("EADDRINUSE", "EADDRNOTAVAIL", "ephemeral ports",
				 "IP_LOCAL_PORT_RANGE"),
		.source = "ip(7); experiment E3b",
	},
	{
		.name = "IP_LOCAL_PORT_RANGE",
		.kind = TERM_OPTION,
		.summary = "Gives one socket its own range of local ports.",
		.means = "Since Linux 6.3. It overrides net.ipv4.ip_local_port_range for one "
			 "socket, so that one program with many connections need not widen the "
			 "range of the host.",
		.causes = LIST("Several programs on one host must not take ports from each other."),
		.helps = LEVERS({"net.ipv4.ip_local_port_range", "the range of all other sockets"}),
		.application =
			"Set it before bind() or connect(): the low port in the lower 16 bits of "
			"a 32-bit number, the high port in the upper.",
		.look = LIST("ss -tan"),
		.see_also = LIST("ephemeral ports", "IP_BIND_ADDRESS_NO_PORT",
				 "net.ipv4.ip_local_port_range"),
		.source = "ip(7); net/ipv4/inet_hashtables.c",
	},
	{
		.name = "TCP_LINGER2",
		.kind = TERM_OPTION,
		.summary = "How long an orphan of this socket may stay in FIN-WAIT-2.",
		.means = "It replaces tcp_fin_timeout for one socket: at most 120 seconds. A "
			 "negative value means no FIN-WAIT-2 at all: close() there sends a reset.",
		.causes = LIST("Peers of one service close late, or never."),
		.helps = LEVERS(
			{"net.ipv4.tcp_fin_timeout", "the value for sockets without the option"}),
		.never = LEVERS({"net.ipv4.tcp_tw_reuse", "is about TIME-WAIT only"}),
		.application = "Set it before close().",
		.look = LIST("nstat -az TcpExtTCPAbortOnLinger"),
		.see_also = LIST("FIN-WAIT-2", "SO_LINGER", "net.ipv4.tcp_fin_timeout"),
		.source = "tcp(7); experiments E1, E8",
	},
	{
		.name = "TCP_SYNCNT",
		.aliases = LIST("syncnt"),
		.kind = TERM_OPTION,
		.summary =
			"How often the SYN, or on a listener the SYN-ACK, of this socket is sent "
			"again.",
		.means = "It replaces tcp_syn_retries for one client socket and tcp_synack_retries "
			 "for one listener.",
		.causes = LIST(
			"One program needs connect() to give up sooner, or later, than the rest "
			"of the host."),
		.helps = LEVERS({"net.ipv4.tcp_syn_retries",
				 "the value for client sockets without the option"},
				{"net.ipv4.tcp_synack_retries",
				 "the value for listeners without the option"}),
		.application = "For a limit in milliseconds use TCP_USER_TIMEOUT or a non-blocking "
			       "connect().",
		.look = LIST("ss -tano state syn-sent"),
		.see_also = LIST("SYN-SENT", "SYN-RECV", "TCP_USER_TIMEOUT"),
		.source = "tcp(7); experiments E5, E6",
	},
	{
		.name = "TCP_NOTSENT_LOWAT",
		.aliases = LIST("notsent lowat"),
		.kind = TERM_OPTION,
		.summary = "Keeps the data that is written but not yet sent below so many bytes.",
		.means = "The socket counts as writable only below this mark. Kernel memory stays "
			 "small, and a program that mixes several streams on one connection can "
			 "decide late what to send next.",
		.causes = LIST("HTTP/2 and other protocols with many streams on one connection."),
		.helps = LEVERS(
			{"net.ipv4.tcp_notsent_lowat", "the value for sockets without the option"}),
		.application =
			"Set it on sockets of such protocols; a lower mark costs more wakeups.",
		.look = LIST("ss -tani   # notsent:"),
		.see_also = LIST("net.ipv4.tcp_notsent_lowat", "EAGAIN"),
		.source = "tcp(7); net/ipv4/tcp.c",
	},
	{
		.name = "SO_RCVBUF",
		.aliases = LIST("SO_SNDBUF", "socket buffer size"),
		.kind = TERM_OPTION,
		.summary = "Fixes the receive (or send) buffer of one socket.",
		.means = "A socket with SO_RCVBUF set no longer grows its buffer by itself, which "
			 "is usually a loss. The kernel stores twice the number given, which "
			 "net.core.rmem_max (wmem_max) caps. Without the option, TCP sizes buffers "
			 "itself, up to the third number of tcp_rmem and tcp_wmem, and "
			 "net.core.rmem_max does not matter.",
		.causes = LIST("Old programs and old advice.",
			       "A program must keep memory for each connection small."),
		.helps = LEVERS({"net.core.rmem_max", "only for programs that set SO_RCVBUF"},
				{"net.core.wmem_max", "only for programs that set SO_SNDBUF"},
				{"net.ipv4.tcp_rmem", "the real lever for programs that do not"}),
		.never = LEVERS({"net.core.rmem_default", "is for protocols other than TCP"},
				{"net.core.wmem_default", "is for protocols other than TCP"}),
		.application = "Do not set it on TCP sockets unless you mean to fix the size.",
		.look = LIST("ss -tanm   # skmem: rb is the receive buffer, tb the send buffer"),
		.see_also = LIST("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.core.rmem_max"),
		.source = "net/core/sock.c; socket(7); experiment E9",
	},
};

const struct term_rows term_options = {rows, ARRAY_LEN(rows)};
