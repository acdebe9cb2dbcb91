/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order settings are written, so that none of them meets a kernel
 * that does not take it yet, or undoes another on the side.  Undone in reverse.
 *
 * What newcomers get wrong: ip_local_port_range must begin at or above
 * ip_unprivileged_port_start at every moment, so which of the two goes first
 * depends on the direction (EINVAL else; net/ipv4/sysctl_net_ipv4.c).
 */
#ifndef TCPTUNE_MODEL_ORDER_H
#define TCPTUNE_MODEL_ORDER_H

#include "base/defs.h"

enum { UNPRIVILEGED_PORT_DEFAULT = 1024 };

enum port_order { PORTS_START_FIRST, PORTS_RANGE_FIRST };

/* From one ip_unprivileged_port_start to another; texts as canonical values, NULL: no change. */
enum port_order port_order_of(const char *old_start, const char *new_start);

/* < 0: a is written before b.  Dotted keys. */
int write_order(const char *a, const char *b, enum port_order ports);

#endif
