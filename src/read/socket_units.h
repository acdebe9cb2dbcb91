/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which socket unit of systemd names an address to listen at (ListenStream=).
 * Read when it is first asked for, and once.
 *
 * What newcomers get wrong: an empty ListenStream= in a drop-in takes back
 * those before it, and a bare port means every address of both families.
 */
#ifndef TCPTUNE_READ_SOCKET_UNITS_H
#define TCPTUNE_READ_SOCKET_UNITS_H

#include "model/sockets.h"

#define INIT_SCOPE "init.scope" /* the cgroup of PID 1, which listens for them */

struct socket_units {
	struct {
		VEC(struct listen_stream {
			char *unit; /* owned */
			struct address address;
			uint16_t port;
		});
	} streams;
	bool loaded;
};

/*
 * The unit, a string of the caller's, or NULL.  Units that cannot be read are
 * as if they were not there.  -ENOMEM.
 */
must_check int socket_units_find(int root, struct socket_units *list, const struct address *address,
				 uint16_t port, char **ret);
void socket_units_done(struct socket_units *list);

/* "80", "192.0.2.1:80", "[::1]:80": false for a path, a VSOCK and what is no address. */
bool listen_stream_parse(const char *value, struct address *ret, uint16_t *ret_port);

#endif
