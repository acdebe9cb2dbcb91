/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a datagram of sock_diag(7): never a read outside of it, and
 * what an attribute gives is inside, too.  The first byte says how the answer
 * is read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/sockdiag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned touch(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	unsigned sum = 0;

	while (n--)
		sum += *p++;
	return sum;
}

static int look(const struct sockdiag_socket *s, void *arg)
{
	static const size_t sizes[] = {0, 1, 4, 8, 36, 200};
	unsigned *sum = arg;

	*sum += touch(s->msg, sizeof(*s->msg)) + (unsigned)sockdiag_cgroup(s);
	for (unsigned type = 0; type <= INET_DIAG_MAX + 1; type++) {
		for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
			const void *payload = sockdiag_attr(s, type, sizes[i]);

			*sum += payload ? touch(payload, sizes[i]) : 0;
		}
	}
	return 0;
}

static void forget(void *arg)
{
	(void)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned sum = 0;
	struct sockdiag_sink sink = {.socket = look, .restart = forget, .arg = &sum};
	struct sockdiag_answer answer = {.seq = 1};
	char *copy; /* of its own size: the sanitizer sees a read past its end */
	int r;

	if (size < 2)
		return 0;
	answer.tolerant = *data & 1;
	copy = malloc(size - 1);
	if (!copy)
		return 0;
	memcpy(copy, data + 1, size - 1);
	r = sockdiag_parse(copy, size - 1, &answer, &sink);
	if (r > 1 || (answer.tolerant && r == -EINTR))
		abort();
	free(copy);
	return 0;
}
