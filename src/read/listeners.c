/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/listeners.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/stat.h>

#include "base/root.h"
#include "read/proc_tcp.h"
#include "read/sockdiag.h"

enum { LINE_SIZE = 1024 }; /* the kernel's lines have 150 to 190 bytes */

static const char *const files[] = {"proc/net/tcp", "proc/net/tcp6"};

static int give_diag(const struct sockdiag_socket *s, void *arg)
{
	const struct listener_sink *sink = arg;
	const struct inet_diag_msg *m = s->msg;
	const uint32_t *memory =
		sockdiag_attr(s, INET_DIAG_SKMEMINFO, (SK_MEMINFO_DROPS + 1) * sizeof(*memory));
	struct listener l = {
		.inode = m->idiag_inode,
		.uid = m->idiag_uid,
		.cgroup = sockdiag_cgroup(s),
		.family = m->idiag_family,
		.port = ntohs(m->id.idiag_sport),
		.device = m->id.idiag_if,
		.queue = m->idiag_rqueue,
		.limit = m->idiag_wqueue,
		.drops = memory ? memory[SK_MEMINFO_DROPS] : LISTENER_UNKNOWN,
	};

	if (m->idiag_state != TCP_STATE_LISTEN)
		return 0;

	memcpy(l.address, m->id.idiag_src, m->idiag_family == AF_INET ? 4 : 16);
	return sink->listener(&l, sink->arg);
}

static void begin_again(void *arg)
{
	const struct listener_sink *sink = arg;

	sink->restart(sink->arg);
}

static int read_by_netlink(const struct listener_sink *sink)
{
	struct listener_sink copy = *sink;
	struct sockdiag_sink diag = {.socket = give_diag, .restart = begin_again, .arg = &copy};
	struct sockdiag_query query = {
		.states = TCP_STATE_BIT(TCP_STATE_LISTEN),
		.extensions = 1U << (INET_DIAG_SKMEMINFO - 1),
	};
	int r = sockdiag_dump(&query, &diag, NULL);

	return r < 0 ? r : 0; /* listeners do not come and go by the thousand */
}

static int give_row(const struct proc_tcp_row *row, const struct listener_sink *sink)
{
	struct listener l = {
		.inode = row->inode,
		.uid = row->uid,
		.family = row->family,
		.port = row->local.port,
		.queue = row->rx_queue,
		.limit = LISTENER_UNKNOWN,
		.drops = LISTENER_UNKNOWN,
	};

	memcpy(l.address, row->local.address, sizeof(l.address));
	return sink->listener(&l, sink->arg);
}

/* The kernel prints the listeners before all others, so the first other one is the end. */
static int read_lines(FILE *f, const struct listener_sink *sink)
{
	char line[LINE_SIZE];
	struct proc_tcp_row row;
	int r = 0;

	if (!fgets(line, sizeof(line), f)) /* the heading */
		return ferror(f) ? -errno : 0;

	while (!r && fgets(line, sizeof(line), f)) {
		if (proc_tcp_parse(line, &row))
			return -EBADMSG;
		if (row.state != TCP_STATE_LISTEN)
			return 0;
		r = give_row(&row, sink);
	}
	return r || !ferror(f) ? r : -errno;
}

static int read_file(int root, const char *path, const struct listener_sink *sink)
{
	auto_close int fd = root_openat(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	auto_file FILE *f = NULL;
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ENXIO;

	f = fdopen(fd, "re");
	if (!f)
		return -errno;
	fd = -1;
	return read_lines(f, sink);
}

static int read_files(int root, const struct listener_sink *sink, struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		int r = read_file(root, files[i], sink);

		if (r && r != -ENOENT)
			return error_set(err, -r, "list the listening sockets in /%s", files[i]);
	}
	return 0;
}

int listeners_read(const struct host *h, int root, const struct listener_sink *sink,
		   struct error *err)
{
	int r;

	if (!h->online)
		return 0;
	if (h->captured)
		return read_files(root, sink, err);

	r = read_by_netlink(sink);
	if (!r || r == -ENOMEM)
		return r ? error_set(err, ENOMEM, "list the listening sockets") : 0;

	sink->restart(sink->arg);
	return read_files(root, sink, err);
}
