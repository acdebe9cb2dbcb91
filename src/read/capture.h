/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a capture of this host holds: every file that reading it with --root
 * would look at, and nothing else.  First the list of names, sorted, then the
 * bytes of one after the other, so that memory stays small.
 *
 * What newcomers get wrong: links are captured as links, together with what
 * they lead to, because where a link leads is what precedence and masking
 * depend on.
 */
#ifndef TCPTUNE_READ_CAPTURE_H
#define TCPTUNE_READ_CAPTURE_H

#include "base/strings.h"
#include "base/vec.h"
#include "model/host.h"
#include "read/redact.h"

enum capture_kind { CAPTURE_FILE, CAPTURE_LINK, CAPTURE_DIR };

struct capture_item {
	char *path; /* owned; from the root, with a leading '/' */
	enum capture_kind kind;
	char *text; /* owned; of a link, its target; of a file that we make, its bytes; or NULL */
	enum redaction redaction;
	size_t max; /* bytes */
	unsigned mode;
	uint32_t uid, gid;
	int64_t mtime;
};

struct capture {
	VEC(struct capture_item); /* by path, each once */
	struct strings left_out;  /* one sentence each: what should be here and is not */
	size_t total_left;        /* bytes that may still be read */
};

/*
 * Who listens is found by a walk over all processes, without a bound of time.
 * ENOMEM, and what listeners_read() says; what cannot be read is no error.
 */
must_check int capture_list(const struct host *h, int root, struct capture *ret, struct error *err);
void capture_done(struct capture *c);

/*
 * The bytes of a CAPTURE_FILE as they may leave the host; *ret is the
 * caller's.  anonymizer may be NULL.  A file that must not be read comes out
 * empty and with its mode set to 0, which keeps it unreadable for everybody but
 * root.  A key below /proc/sys keeps its mode, which tells whether it can be
 * set; where its value could not be had, it comes out as one NUL byte, which no
 * kernel prints and sysctl_read_all() takes for unreadable, also as root.
 * ENOENT: it is gone meanwhile; ENOMEM.
 */
must_check int capture_read(struct capture *c, int root, struct capture_item *item,
			    struct anonymizer *anonymizer, char **ret, size_t *ret_len);

/* Accounts of the system keep their names; to be called before the first capture_read(). */
must_check int capture_keep_system_names(int root, struct anonymizer *anonymizer);

#endif
