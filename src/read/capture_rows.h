/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of what a capture holds, as patterns of paths: `*` and `?` stand
 * for parts of one name.  The keys of the catalogue and what is known of
 * processes come to it, they are no fixed paths.
 *
 * Left out on purpose, though it may play a part on some hosts: anything below
 * /home and /root (a user's own profile and systemd files), /etc/shadow and
 * whatever else holds passwords, network secrets (.netdev, wpa_supplicant,
 * NetworkManager's connections), programs and their own configuration, logs,
 * the initramfs, and what LDAP or SSSD know of users.
 */
#ifndef TCPTUNE_READ_CAPTURE_ROWS_H
#define TCPTUNE_READ_CAPTURE_ROWS_H

#include "read/redact.h"

struct capture_row {
	const char *pattern;
	enum redaction redaction;
	size_t max; /* bytes of each file; 0: CAPTURE_FILE_MAX */
};

enum { CAPTURE_FILE_MAX = 4 * 1024 * 1024 };

size_t capture_rows_size(void);
const struct capture_row *capture_row_at(size_t i);

/* The first row whose pattern this path fits, or NULL. */
const struct capture_row *capture_row_match(const char *path);

#endif
