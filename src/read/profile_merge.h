/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Putting layers on top of each other.  For profile_load.c.
 */
#ifndef TCPTUNE_READ_PROFILE_MERGE_H
#define TCPTUNE_READ_PROFILE_MERGE_H

#include "read/profile_file.h"

/*
 * Put a layer on top of what p holds: its entries move there.  The layer's name
 * joins p->layers.  -ENOMEM; p and l are then good for nothing but *_done().
 */
must_check int profile_add_layer(struct profile *p, struct layer *l);

/* Bring the entries in the order struct profile promises. */
void profile_sort(struct profile *p);

#endif
