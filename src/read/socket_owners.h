/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose the counted sockets are: names for their cgroups, and the processes
 * that hold those whose holder is wanted.  For read/sockets.c.
 *
 * What newcomers get wrong: a socket belongs to the cgroup it was made in, and
 * a connection to that of its listener.  What systemd listens on for a service
 * is therefore init.scope's, with all its connections; here they are given to
 * the socket unit that names the address.
 */
#ifndef TCPTUNE_READ_SOCKET_OWNERS_H
#define TCPTUNE_READ_SOCKET_OWNERS_H

#include "model/host.h"
#include "read/census.h"

/* For GROUP_UNITS and GROUP_OWNERS; to be called when all is counted.  -ENOMEM. */
must_check int socket_owners_read(const struct host *h, int root, struct census *c);

#endif
