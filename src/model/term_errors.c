/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/term_rows.h"

static const struct term rows[] = {
	{
		.name = "EADDRINUSE",
		.aliases = LIST("address already in use", "address in use"),
		.kind = TERM_ERROR,
		.summary = "bind() found the port taken.",
		.means = "Another socket holds the port: a live listener, or what is left of an "
			 "earlier run. SO_REUSEADDR lets bind() pass over TIME-WAIT, if the "
			 "earlier socket had it set too. It never passes over a live listener.",
		.causes = LIST(
			"Another process listens on the port.",
			"The service was restarted, and connections of its last run are in "
			"TIME-WAIT. SO_REUSEADDR must have been set on the old listener as well "
			"as on the new one.",
			"SO_REUSEPORT is missing on one of the sockets, or they belong to "
			"different users.",
			"bind() to port 0: the ephemeral range is used up. This counts for the "
			"whole host, not for each destination.",
			"The port lies inside the ephemeral range, and an outgoing connection got "
			"it first."),
		.helps = LEVERS({"net.ipv4.ip_local_reserved_ports",
				 "keeps the port of a service from being given to outgoing "
				 "connections"},
				{"net.ipv4.ip_local_port_range", "where bind() to port 0 fails"}),
		.never = LEVERS({"net.ipv4.tcp_tw_reuse",
				 "is read by connect(); the bind() of a listener does not ask "
				 "it"},
				{"net.ipv4.tcp_fin_timeout", "does not shorten TIME-WAIT"}),
		.application =
			"Set SO_REUSEADDR on every listener, before bind(), from its first start. "
			"A client that binds its address but no port sets "
			"IP_BIND_ADDRESS_NO_PORT.",
		.snippet =
			"int make_listener(const struct sockaddr *address, socklen_t length)\n"
			"{\n"
			"    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);\n"
			"    int on = 1;\n"
			"\n"
			"    if (fd < 0)\n"
			"        return -1;\n"
			"    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&\n"
			"        bind(fd, address, length) == 0 && listen(fd, 4096) == 0)\n"
			"        return fd;\n"
			"    close(fd);\n"
			"    return -1;\n"
			"}\n",
		.look = LIST("ss -tlnp 'sport = :80'   # who listens",
			     "ss -tan 'sport = :80'    # what is left"),
		.see_also = LIST("SO_REUSEADDR", "SO_REUSEPORT", "IP_BIND_ADDRESS_NO_PORT",
				 "net.ipv4.ip_local_reserved_ports"),
		.source = "bind(2); experiment E3b",
	},
	{
		.name = "EADDRNOTAVAIL",
		.aliases = LIST("cannot assign requested address", "can't assign requested address",
				"address not available", "port exhaustion", "out of ports"),
		.kind = TERM_ERROR,
		.summary = "connect() found no free local port for this destination, or bind() an "
			   "address that is not local.",
		.means = "Local ports are counted for each source address, destination address and "
			 "destination port: with the default range about 28,000 connections to one "
			 "destination. Those in TIME-WAIT count. The kernel has no counter for a "
			 "search that failed.",
		.causes = LIST(
			"Many short connections to one destination: most of the range is in "
			"TIME-WAIT.",
			"Many open connections to one destination.",
			"The application binds a port itself, and the old connection of that pair "
			"is in TIME-WAIT.",
			"bind(): no interface of this host has the address."),
		.helps = LEVERS({"net.ipv4.ip_local_port_range",
				 "more ports; reserve those of your own services first"},
				{"net.ipv4.tcp_tw_reuse",
				 "with 1, connect() takes over ports from TIME-WAIT after one "
				 "second; needs timestamps on both sides"},
				{"net.ipv4.ip_local_reserved_ports",
				 "what is reserved is not available here"},
				{"net.ipv4.ip_nonlocal_bind",
				 "for bind() to an address that arrives later, as with a "
				 "standby load balancer"}),
		.never = LEVERS({"net.ipv4.tcp_fin_timeout", "does not shorten TIME-WAIT"},
				{"net.ipv4.tcp_tw_recycle",
				 "was removed in Linux 4.12; before that it dropped clients "
				 "behind NAT"},
				{"net.ipv4.tcp_max_tw_buckets",
				 "lowering it only throws away the protection of TIME-WAIT"},
				{"fs.file-max", "is about descriptors, not ports"}),
		.application = "Keep connections open and share them. Spread over more destination "
			       "addresses or ports, or bind to several source addresses, with "
			       "IP_BIND_ADDRESS_NO_PORT set before bind().",
		.snippet =
			"int connect_from(const struct sockaddr_in *source,\n"
			"                 const struct sockaddr_in *target)\n"
			"{\n"
			"    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);\n"
			"\n"
			"    if (fd < 0)\n"
			"        return -1;\n"
			"    /* connect() chooses the port; destinations may share it. */\n"
			"    if (!setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,\n"
			"                    sizeof(on)) &&\n"
			"        !bind(fd, (const struct sockaddr *)source, sizeof(*source)) &&\n"
			"        !connect(fd, (const struct sockaddr *)target, sizeof(*target)))\n"
			"        return fd;\n"
			"    close(fd);\n"
			"    return -1;\n"
			"}\n",
		.look = LIST("ss -tan state time-wait | wc -l", "nstat -az TcpExtTWRecycled"),
		.see_also = LIST("ephemeral ports", "TIME-WAIT", "IP_BIND_ADDRESS_NO_PORT",
				 "net.ipv4.ip_local_port_range"),
		.source = "net/ipv4/inet_hashtables.c:__inet_hash_connect; experiments E3, E3b, E9",
	},
	{
		.name = "EMFILE",
		.aliases = LIST("too many open files", "too many files open"),
		.kind = TERM_ERROR,
		.summary = "This process has as many descriptors as its soft limit allows.",
		.means = "Each connection is a descriptor; a proxy needs two. When accept() meets "
			 "the limit, the connection stays in the accept queue and the listener "
			 "stays readable, so a level-triggered loop spins.",
		.causes = LIST("The soft RLIMIT_NOFILE is too low for the load: often 1024.",
			       "Descriptors leak. Look for sockets in CLOSE-WAIT first.",
			       "The limit was raised in a place that this process never reads: "
			       "limits.conf does not reach system services."),
		.helps = LEVERS({"nofile",
				 "LimitNOFILE= of the unit for services, limits.conf for login "
				 "sessions"},
				{"fs.nr_open",
				 "only where a hard limit above its value (default 1048576) is "
				 "needed"}),
		.never = LEVERS({"fs.file-max", "is for the whole host; its error is ENFILE"},
				{"ulimit -n in /etc/profile",
				 "reaches login shells only, and fails above the hard limit"},
				{"net.core.somaxconn",
				 "a longer queue does not give the process more descriptors"}),
		.application =
			"Raise the soft limit to the hard one at start (see \"open files limit\"). "
			"Keep a spare descriptor to refuse connections with, or stop polling the "
			"listener until something is closed.",
		.snippet =
			"/* accept() said EMFILE: end one connection, so that the loop can rest. */\n"
			"int refuse_one(int listener, int spare)\n"
			"{\n"
			"    close(spare);\n"
			"    close(accept(listener, NULL, NULL));\n"
			"    return open(\"/dev/null\", O_RDONLY | O_CLOEXEC); /* the new spare */\n"
			"}\n",
		.look = LIST("grep \"open files\" /proc/PID/limits", "ls /proc/PID/fd | wc -l",
			     "ss -tanp state close-wait"),
		.see_also = LIST("open files limit", "CLOSE-WAIT", "ENFILE", "fs.nr_open"),
		.source = "getrlimit(2); accept(2); experiment E10",
	},
	{
		.name = "ENFILE",
		.aliases = LIST("too many open files in system", "file table overflow"),
		.kind = TERM_ERROR,
		.summary = "The whole host has as many open files as fs.file-max allows.",
		.means = "The kernel logs \"VFS: file-max limit N reached\". Processes with "
			 "CAP_SYS_ADMIN are exempt. The default is about a tenth of the memory in "
			 "KiB, so in practice a leak is the cause.",
		.causes = LIST("One or more processes leak descriptors.",
			       "fs.file-max was set too low by hand."),
		.helps = LEVERS({"fs.file-max", "the limit itself"}),
		.never = LEVERS({"nofile", "is for each process; its error is EMFILE"},
				{"fs.nr_open", "is a ceiling for one process"}),
		.application = "Find the process that holds most and close what it does not need.",
		.look = LIST("cat /proc/sys/fs/file-nr   # allocated, 0, limit"),
		.see_also = LIST("EMFILE", "open files limit", "fs.file-max"),
		.source = "fs/file_table.c:alloc_empty_file; "
			  "Documentation/admin-guide/sysctl/fs.rst",
	},
	{
		.name = "ECONNRESET",
		.aliases = LIST("connection reset by peer", "connection reset"),
		.kind = TERM_ERROR,
		.summary = "The connection was open and a reset (RST) ended it.",
		.means = "Somebody gave up the connection without the usual close. What was on its "
			 "way is lost. The first call after the reset reports it; a write after "
			 "that gets EPIPE and SIGPIPE.",
		.causes = LIST(
			"The peer closed with data unread: close() then sends a reset.",
			"The peer closed with SO_LINGER set to 0, or was killed.",
			"We wrote to a connection that the peer had already forgotten: a restart, "
			"tcp_fin_timeout, a NAT or load balancer with an idle limit.",
			"The listener was closed while we waited in its accept queue: a restart "
			"of the service.",
			"The peer's accept queue was full and its tcp_abort_on_overflow is 1."),
		.helps = LEVERS({"net.ipv4.tcp_keepalive_time",
				 "below the shortest idle limit on the path (often 240 to 600 "
				 "seconds), for sockets with SO_KEEPALIVE"},
				{"net.ipv4.tcp_migrate_req",
				 "keeps waiting connections when one of several SO_REUSEPORT "
				 "listeners closes"}),
		.never = LEVERS({"net.ipv4.tcp_retries2",
				 "decides when to give up on silence; a reset is an answer"},
				{"net.ipv4.tcp_rfc1337", "protects TIME-WAIT only"}),
		.application = "Read to the end before close(). Be ready to repeat a request on a "
			       "connection taken from a pool: it may have died while idle.",
		.look = LIST("nstat -az TcpEstabResets TcpOutRsts",
			     "nstat -az TcpExtTCPAbortOnClose TcpExtTCPAbortOnData",
			     "tcpdump -ni any 'tcp[tcpflags] & tcp-rst != 0'"),
		.see_also = LIST("RST", "EPIPE", "delayed close", "SO_KEEPALIVE"),
		.source = "experiments E2, E6, E8, E13",
	},
	{
		.name = "ECONNREFUSED",
		.aliases = LIST("connection refused"),
		.kind = TERM_ERROR,
		.summary = "The SYN was answered with a reset: nobody listens on that port.",
		.means = "The target host is up and answered. A full accept queue does not refuse: "
			 "it drops in silence, and the client sees a delay or ETIMEDOUT.",
		.causes =
			LIST("The service is not running, or not yet.",
			     "It listens on another address, for instance on 127.0.0.1 only, or on "
			     "another port.",
			     "A firewall rejects the connection with a reset."),
		.never = LEVERS({"net.core.somaxconn", "a full queue drops, it does not refuse"},
				{"net.ipv4.tcp_max_syn_backlog", "as above"}),
		.application =
			"Start the service, and repeat connect() with growing pauses where it may "
			"still be starting.",
		.look = LIST("ss -tlnp 'sport = :80'   # on the target", "nstat -az TcpOutRsts"),
		.see_also = LIST("RST", "ETIMEDOUT", "LISTEN"),
		.source = "connect(2); experiments E4, E6",
	},
	{
		.name = "ETIMEDOUT",
		.aliases = LIST("connection timed out", "operation timed out"),
		.kind = TERM_ERROR,
		.summary = "The kernel gave up waiting for an answer.",
		.means = "Four limits end in this error: the SYN was not answered, sent data was "
			 "not acknowledged, keepalive probes were not answered, or "
			 "TCP_USER_TIMEOUT was over.",
		.causes = LIST(
			"connect(): the target is down, filtered, or its accept queue is full "
			"(tcp_syn_retries; about 130 seconds).",
			"Data in flight and the peer is gone (tcp_retries2; at least 924 seconds "
			"with the default).",
			"Idle, with SO_KEEPALIVE, and the peer is gone (2 hours and 11 minutes "
			"with the defaults).",
			"tcp_keepalive_probes is 0: that ends every healthy idle connection with "
			"SO_KEEPALIVE."),
		.helps = LEVERS({"net.ipv4.tcp_syn_retries", "how long connect() goes on"},
				{"net.ipv4.tcp_retries2",
				 "how long unacknowledged data is sent again; for all sockets "
				 "of the host"},
				{"net.ipv4.tcp_keepalive_time",
				 "how soon an idle dead peer is found, with _intvl and _probes"}),
		.never = LEVERS(
			{"net.ipv4.tcp_fin_timeout", "counts after close() only"},
			{"net.ipv4.tcp_synack_retries", "is about connections that come in"}),
		.application =
			"Set the limits where they belong, on the socket: TCP_USER_TIMEOUT for "
			"data and connect(), SO_KEEPALIVE for idle peers.",
		.snippet = snippet_limit_silence,
		.look = LIST(
			"ss -tano state established   # timer: which and how often",
			"nstat -az TcpExtTCPAbortOnTimeout TcpExtTCPSynRetrans TcpExtTCPKeepAlive"),
		.see_also = LIST("TCP_USER_TIMEOUT", "SO_KEEPALIVE", "SYN-SENT", "half-open"),
		.source = "net/ipv4/tcp_timer.c:tcp_write_timeout; experiments E2, E6",
	},
	{
		.name = "EHOSTUNREACH",
		.aliases = LIST("no route to host", "host unreachable"),
		.kind = TERM_ERROR,
		.summary = "The way to the host ends: no neighbour answers, or a router said so.",
		.means = "On the own network the kernel asks for the hardware address (ARP, or "
			 "neighbour discovery) and gives up after about 3 seconds. From afar, a "
			 "router sends an ICMP message. If such a message was seen earlier, the "
			 "error also stands where ETIMEDOUT would.",
		.causes = LIST("The host is down, or its address is not in use on this network.",
			       "A router or firewall on the way answers with ICMP."),
		.never = LEVERS(
			{"net.ipv4.tcp_syn_retries", "more SYNs do not bring the neighbour back"}),
		.application = "Treat it like ETIMEDOUT: try another address, or later.",
		.look = LIST("ip neigh", "ip route get ADDRESS", "tracepath ADDRESS"),
		.see_also = LIST("ENETUNREACH", "ETIMEDOUT"),
		.source = "net/ipv4/tcp_timer.c:tcp_write_err; experiment E14",
	},
	{
		.name = "ENETUNREACH",
		.aliases = LIST("network is unreachable", "network unreachable"),
		.kind = TERM_ERROR,
		.summary = "This host has no route to the destination.",
		.means = "The routing table has no entry, so connect() fails at once and nothing "
			 "is sent.",
		.causes = LIST("No default route.", "An IPv6 address on a host without IPv6.",
			       "The interface is down."),
		.never = LEVERS(
			{"net.ipv4.tcp_syn_retries", "nothing was sent that could be sent again"}),
		.application = "Try the other addresses of the name before giving up.",
		.look = LIST("ip route get ADDRESS", "ip -6 route"),
		.see_also = LIST("EHOSTUNREACH"),
		.source = "experiments E6, E14",
	},
	{
		.name = "EPIPE",
		.aliases = LIST("SIGPIPE", "broken pipe"),
		.kind = TERM_ERROR,
		.summary =
			"write() on a connection that can no longer be written; SIGPIPE ends the "
			"process unless it is ignored.",
		.means = "When the peer has closed with FIN and is gone, the first write succeeds "
			 "and provokes a reset; the second gets EPIPE and SIGPIPE. When the reset "
			 "came first, a write gets ECONNRESET without a signal, and the next one "
			 "EPIPE and SIGPIPE. After our own shutdown(SHUT_WR) the first write gets "
			 "both. After our own close() it is EBADF.",
		.causes = LIST("The peer closed before it had read all, and we went on writing.",
			       "Our own code called shutdown(SHUT_WR) earlier.",
			       "The socket was never connected."),
		.never = LEVERS({"net.ipv4.tcp_retries2",
				 "gives up on silence; here the peer has answered"},
				{"nofile", "no descriptor is missing"}),
		.application =
			"Ignore SIGPIPE once, or pass MSG_NOSIGNAL with each send(), and treat "
			"EPIPE as the end of this connection.",
		.snippet =
			"/* Once, at start: write() then fails with EPIPE and the process lives. */\n"
			"void ignore_sigpipe(void)\n"
			"{\n"
			"    signal(SIGPIPE, SIG_IGN);\n"
			"}\n"
			"\n"
			"/* In a library, which must not change signals: */\n"
			"ssize_t send_quietly(int fd, const void *data, size_t length)\n"
			"{\n"
			"    return send(fd, data, length, MSG_NOSIGNAL);\n"
			"}\n",
		.look = LIST("strace -f -e trace=network,write -e signal=SIGPIPE -p PID"),
		.see_also = LIST("ECONNRESET", "RST", "half-close", "EBADF"),
		.source = "send(2); experiments E6, E8",
	},
	{
		.name = "ENOTCONN",
		.aliases = LIST("transport endpoint is not connected", "socket is not connected"),
		.kind = TERM_ERROR,
		.summary = "A call that needs a peer, on a socket that has none.",
		.means = "The socket was never connected. Reading reports this error; writing to "
			 "such a socket reports EPIPE.",
		.causes = LIST(
			"recv() or shutdown() before connect() was complete.",
			"recv() on the listener instead of the socket that accept() returned."),
		.application =
			"Wait for connect() to finish (poll() for writing, then SO_ERROR), and "
			"keep listener and connection apart.",
		.look = LIST("strace -f -e trace=network -p PID"),
		.see_also = LIST("EINPROGRESS", "EPIPE", "CLOSED"),
		.source = "recv(2); experiments E6, E8",
	},
	{
		.name = "EBADF",
		.aliases = LIST("bad file descriptor"),
		.kind = TERM_ERROR,
		.summary = "The descriptor is not open: our own code closed it.",
		.means = "The network has nothing to do with it. It is a warning: had another "
			 "thread opened something in the meantime, the same number would now name "
			 "another file or connection.",
		.causes = LIST(
			"A descriptor was used after close().",
			"It was closed twice, and the second close() hit what another thread had "
			"just opened."),
		.application = "Give each descriptor one owner, and set the variable to -1 after "
			       "close().",
		.look = LIST("strace -f -e trace=desc,network -p PID"),
		.see_also = LIST("EPIPE", "shutdown against close"),
		.source = "close(2); experiment E8",
	},
	{
		.name = "EAGAIN",
		.aliases = LIST("EWOULDBLOCK", "resource temporarily unavailable"),
		.kind = TERM_ERROR,
		.summary = "Not an error: nothing to do now, come back later.",
		.means = "The socket is non-blocking and its queue is empty (reading, accept) or "
			 "its send buffer is full (writing). On a blocking socket it means that "
			 "SO_RCVTIMEO or SO_SNDTIMEO is over.",
		.causes = LIST(
			"All that was there has been read or accepted.",
			"The peer does not read as fast as we write, so the send buffer is full.",
			"A time limit set with SO_RCVTIMEO or SO_SNDTIMEO is over."),
		.helps = LEVERS({"net.ipv4.tcp_wmem",
				 "its third number, where one connection over a long fast path "
				 "is held back by the send buffer"}),
		.never = LEVERS({"nofile", "no descriptor is missing"},
				{"net.core.wmem_max",
				 "caps SO_SNDBUF; it does not limit buffers that the kernel "
				 "sizes itself"}),
		.application =
			"Wait with poll() or epoll until the socket is ready, and keep what was "
			"not yet written.",
		.snippet = "/* Write all of it to a non-blocking socket. */\n"
			   "int send_all(int fd, const char *data, size_t length)\n"
			   "{\n"
			   "    struct pollfd ready = {.fd = fd, .events = POLLOUT};\n"
			   "\n"
			   "    while (length) {\n"
			   "        ssize_t n = send(fd, data, length, MSG_NOSIGNAL);\n"
			   "\n"
			   "        if (n >= 0) {\n"
			   "            data += n;\n"
			   "            length -= (size_t)n;\n"
			   "        } else if (errno == EAGAIN) {\n"
			   "            if (poll(&ready, 1, 30000) == 0)\n"
			   "                return -1; /* the peer has not read for 30 seconds */\n"
			   "        } else if (errno != EINTR) {\n"
			   "            return -1;\n"
			   "        }\n"
			   "    }\n"
			   "    return 0;\n"
			   "}\n",
		.look = LIST("ss -tan   # Send-Q: written, not acknowledged; Recv-Q: not read"),
		.see_also = LIST("EINPROGRESS", "net.ipv4.tcp_wmem", "TCP_NOTSENT_LOWAT"),
		.source = "send(2), recv(2), accept(2)",
	},
	{
		.name = "EINPROGRESS",
		.aliases = LIST("operation now in progress"),
		.kind = TERM_ERROR,
		.summary = "Not an error: a non-blocking connect() has begun.",
		.means = "The socket becomes writable when the attempt is over, whether it worked "
			 "or not; SO_ERROR tells which.",
		.causes = LIST("connect() on a non-blocking socket, as intended."),
		.application =
			"Wait with poll() for as long as you like, then ask SO_ERROR. This is the "
			"best time limit for connect().",
		.snippet =
			"/* 0, or -1 with errno; fd is non-blocking. */\n"
			"int connect_within(int fd, const struct sockaddr *to, socklen_t length,\n"
			"                   int milliseconds)\n"
			"{\n"
			"    struct pollfd ready = {.fd = fd, .events = POLLOUT};\n"
			"    int error = ETIMEDOUT, n;\n"
			"    socklen_t size = sizeof(error);\n"
			"\n"
			"    if (connect(fd, to, length) == 0)\n"
			"        return 0;\n"
			"    if (errno != EINPROGRESS)\n"
			"        return -1;\n"
			"    do {\n"
			"        n = poll(&ready, 1, milliseconds);\n"
			"    } while (n < 0 && errno == EINTR);\n"
			"    if (n > 0)\n"
			"        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);\n"
			"    errno = error;\n"
			"    return error ? -1 : 0;\n"
			"}\n",
		.look = LIST("ss -tano state syn-sent"),
		.see_also = LIST("SYN-SENT", "EAGAIN", "ETIMEDOUT"),
		.source = "connect(2); experiment E6",
	},
};

const struct term_rows term_errors = {rows, ARRAY_LEN(rows)};
