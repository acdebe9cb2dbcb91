/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line of /proc/net/tcp or tcp6.
 *
 * What newcomers get wrong: an address is printed as 32-bit words in the byte
 * order of the machine that printed it, each word as one hexadecimal number;
 * the port after it is an ordinary number.  127.0.0.1 is 0100007F on x86.
 */
#ifndef TCPTUNE_READ_PROC_TCP_H
#define TCPTUNE_READ_PROC_TCP_H

#include "base/defs.h"

enum { PROC_TCP_HEX4 = 8, PROC_TCP_HEX6 = 32 };

struct proc_tcp_end {
	uint8_t address[16]; /* network byte order; AF_INET: the first 4 bytes */
	uint16_t port;
	size_t at; /* where in the line its hexadecimal digits stand */
};

struct proc_tcp_row {
	uint8_t family; /* AF_INET or AF_INET6, told by the length of the addresses */
	struct proc_tcp_end local, remote;
	uint8_t state;
	uint8_t timer;               /* as idiag_timer of sock_diag(7) */
	uint32_t timer_ms;           /* until it fires; the file has hundredths of a second */
	uint32_t tx_queue, rx_queue; /* listening: rx_queue waits for accept(2) */
	uint32_t retransmits, probes;
	uint32_t uid;
	uint32_t inode; /* 0: no descriptor holds it */
};

/* -EINVAL for anything else, the heading included.  Ends at a newline or NUL. */
must_check int proc_tcp_parse(const char *line, struct proc_tcp_row *ret);

/* An address the way it stands there; returns its length, without the NUL. */
size_t proc_tcp_print(uint8_t family, const uint8_t address[static 16],
		      char ret[static PROC_TCP_HEX6 + 1]);

#endif
