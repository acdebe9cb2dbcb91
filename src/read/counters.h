/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading what the kernel counts: /proc/net/{snmp,netstat,sockstat,sockstat6,
 * softnet_stat} and /proc/net/stat/nf_conntrack, of the network namespace we
 * are in, or of a captured host's files.
 */
#ifndef TCPTUNE_READ_COUNTERS_H
#define TCPTUNE_READ_COUNTERS_H

#include "base/error.h"
#include "model/counters.h"

/*
 * A sample of all of them.  What is not there or may not be read stays not
 * known, and is no error.  EBADMSG, with file and line: a file is not what any
 * kernel writes; then nothing is known.  EFBIG, ENOMEM.
 */
must_check int counters_read(int root, struct counters *ret, struct error *err);

/* The text of one of the files, which is cut to pieces.  EBADMSG as above. */
must_check int counters_parse(enum counter_file file, char *text, struct counters *ret,
			      struct error *err);

#endif
