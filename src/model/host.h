/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about the host in question that other knowledge depends on: which
 * kernel, how much memory, which namespace.  Owns its strings.
 */
#ifndef TCPTUNE_MODEL_HOST_H
#define TCPTUNE_MODEL_HOST_H

#include "base/defs.h"

struct host {
	char *hostname;        /* "" when not known; may hold any byte but NUL */
	char *kernel;          /* "6.1.0-28-amd64", "" when not known */
	unsigned release;      /* KERNEL(6, 1); 0 when not known */
	char *root;            /* "/" for this host */
	char *netns;           /* as given with --netns; NULL: ours */
	char *boot_id;         /* "" when offline */
	uint64_t memory_bytes; /* MemTotal; 0 when not known */
	uint64_t page_size;    /* bytes */
	unsigned cpus;         /* online; 0 when not known */
	int64_t ehash_entries; /* tcp_ehash_entries: < 0 shares the first namespace's; 0 unknown */
	bool online;           /* there is a running layer (DIR/proc/sys) */
	bool captured;         /* ... but it is a copy of another host's */
	bool child_netns;      /* not the first network namespace */
	bool privileged;       /* may see other users' processes */
	bool systemd;          /* boots with systemd */
};

void host_done(struct host *h);

#endif
