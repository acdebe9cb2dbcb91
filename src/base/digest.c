/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/digest.h"

#include <nettle/sha2.h>
#include <nettle/version.h>

_Static_assert(DIGEST_SIZE == 2 * SHA256_DIGEST_SIZE + 1, "two digits a byte, and a NUL");

void digest_of(const void *data, size_t n, char ret[static DIGEST_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t raw[SHA256_DIGEST_SIZE];
	struct sha256_ctx context;

	sha256_init(&context);
	if (n)
		sha256_update(&context, n, data);
#if NETTLE_VERSION_MAJOR >= 4
	sha256_digest(&context, raw);
#else
	sha256_digest(&context, sizeof(raw), raw);
#endif

	for (size_t i = 0; i < sizeof(raw); i++) {
		ret[2 * i] = digits[raw[i] >> 4];
		ret[2 * i + 1] = digits[raw[i] & 15];
	}
	ret[DIGEST_SIZE - 1] = '\0';
}
