/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of ports as ip_local_reserved_ports has them: "80,8000-8080".  Kept
 * sorted, with gaps between the ranges, so that equal sets look equal.
 */
#ifndef TCPTUNE_MODEL_PORTS_H
#define TCPTUNE_MODEL_PORTS_H

#include "base/text.h"
#include "base/vec.h"
#include "model/value.h"

/*
 * Parse a list; blanks at the ends are fine, inside they are not, and numbers
 * are read as the kernel's bitmap parser reads them (base 0, trailing comma
 * accepted).  *ret is the caller's, NULL when empty.  *ret_canonical tells
 * whether the text was already in sorted, merged form (may be NULL).
 * -EINVAL, -ENOMEM.
 */
must_check int ports_parse(const char *text, struct port_range **ret, unsigned *ret_n,
			   bool *ret_canonical);

/* Is every port of b also in a? */
bool ports_contain(const struct port_range *a, unsigned na, const struct port_range *b,
		   unsigned nb);

/* Make *list the union of itself and more.  -ENOMEM, then it is as it was. */
must_check int ports_add(struct port_range **list, unsigned *n, const struct port_range *more,
			 unsigned more_n);

/*
 * How many ports of low..high (ip_local_port_range) connections can get: less
 * the reserved ones, and less the last port where their number is odd, which
 * the kernel does not use (__inet_hash_connect(); experiment E3b).
 */
unsigned ports_usable(unsigned low, unsigned high, const struct port_range *reserved, unsigned n);

void ports_print(struct text *t, const struct port_range *list, unsigned n);

#endif
