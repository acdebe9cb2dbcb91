/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other names for people, hosts and addresses, the same one each time: who
 * reads an anonymized capture still sees which sockets have a peer in common
 * and whether it was private or public.
 *
 * Loopback, unspecified, multicast and broadcast addresses stay.  Private,
 * shared and link-local ones are numbered inside their own range, public ones
 * in those set aside for documentation and benchmarks, in order of appearance.
 * Ports stay, they tell the service.
 */
#ifndef TCPTUNE_READ_ANONYMIZE_H
#define TCPTUNE_READ_ANONYMIZE_H

#include "base/error.h"
#include "base/text.h"

struct anonymizer;

/* -ENOMEM.  anonymizer_free() takes NULL. */
must_check int anonymizer_new(struct anonymizer **ret);
void anonymizer_free(struct anonymizer *a);

/* This name is no secret: an account of the system, not of a person.  -ENOMEM. */
must_check int anonymize_keep_name(struct anonymizer *a, const char *name, size_t n);

/* "alice" -> "user1".  What is returned is the anonymizer's; NULL: no memory. */
must_check const char *anonymize_name(struct anonymizer *a, const char *name, size_t n);

/* In place; AF_INET uses the first 4 bytes.  -ENOMEM. */
must_check int anonymize_address(struct anonymizer *a, int family, uint8_t address[static 16]);

/* Copy a text, each address in it replaced.  -ENOMEM. */
must_check int anonymize_text(struct anonymizer *a, const char *s, size_t n, struct text *out);

#endif
