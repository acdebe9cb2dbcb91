/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/listeners.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/root.h"
#include "read/proc_tcp.h"
#include "read/sockdiag.h"

enum { LINE_SIZE = 1024 }; /* the kernel's lines have 150 to 190 bytes */

static const struct {
	uint8_t family;
	const char *file;
} families[] = {
	{AF_INET, "proc/net/tcp"},
	{AF_INET6, "proc/net/tcp6"},
};

static int give_diag(const struct sockdiag_socket *s, void *arg)
{
	const struct listener_sink *sink = arg;
	const struct inet_diag_msg *m = s->msg;
	struct listener l = {
		.inode = m->idiag_inode,
		.family = m->idiag_family,
		.port = ntohs(m->id.idiag_sport),
		.queue = m->idiag_rqueue,
		.backlog = m->idiag_wqueue,
	};

	if (m->idiag_state != PROC_TCP_LISTEN)
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
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(families) && !r; i++) {
		struct sockdiag_query query = {
			.family = families[i].family,
			.states = 1U << PROC_TCP_LISTEN,
		};

		r = sockdiag_dump(&query, &diag, NULL);
	}
	return r;
}

static int give_row(const struct proc_tcp_row *row, const struct listener_sink *sink)
{
	struct listener l = {
		.inode = row->inode,
		.family = row->family,
		.port = row->local.port,
		.queue = row->rx_queue,
		.backlog = BACKLOG_UNKNOWN,
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
		if (row.state != PROC_TCP_LISTEN)
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
	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		int r = read_file(root, families[i].file, sink);

		if (r && r != -ENOENT)
			return error_set(err, -r, "list the listening sockets in /%s",
					 families[i].file);
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
