/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tar archive, member by member, to a stream: the GNU format, which GNU tar,
 * libarchive and Python all read.  The members come out in the order and with
 * the metadata they are given; nothing is added, so the same input makes the
 * same bytes.
 */
#ifndef TCPTUNE_RENDER_TAR_H
#define TCPTUNE_RENDER_TAR_H

#include "base/defs.h"

enum tar_kind { TAR_FILE, TAR_LINK, TAR_DIR };

struct tar_member {
	const char *path; /* of any length and bytes; a leading '/' is left out */
	enum tar_kind kind;
	const char *target; /* TAR_LINK: where the symbolic link points, as it stands there */
	unsigned mode;      /* permissions only */
	uint32_t uid, gid;
	int64_t mtime; /* seconds; before 1970 it is written as 0 */
};

/* One member, of TAR_FILE with these bytes.  -EINVAL: no name; -EIO: the stream failed. */
must_check int tar_add(FILE *out, const struct tar_member *m, const void *bytes, size_t n);

/* The end of the archive, flushed.  -EIO: this or an earlier write failed. */
must_check int tar_end(FILE *out);

#endif
