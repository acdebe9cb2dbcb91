/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/tar.h"

#include <errno.h>
#include <string.h>

enum { BLOCK = 512 };

/* GNU's variant of the ustar header; text fields need no NUL when they are full. */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8];
	char type, link[100], magic[8], owner[32], group[32], major[8], minor[8], rest[167];
};

_Static_assert(sizeof(struct header) == BLOCK, "a tar header is one block");

static const char types[] = {[TAR_FILE] = '0', [TAR_LINK] = '2', [TAR_DIR] = '5'};

enum { LONG_NAME = 'L', LONG_LINK = 'K' };

/* Octal with a NUL where it fits, else big-endian binary behind a set first bit. */
static void put_number(char *field, size_t size, uint64_t v)
{
	bool octal = v >> (3 * (size - 1)) == 0;

	if (octal)
		field[size - 1] = '\0';
	for (size_t i = size - octal; i-- > 0; v >>= octal ? 3 : 8)
		field[i] = (char)(octal ? '0' + (v & 7) : v & 0xff);
	if (!octal)
		field[0] = (char)0x80;
}

/* The sum of all bytes, with the field itself as blanks. */
static void put_checksum(struct header *h)
{
	const unsigned char *bytes = (const unsigned char *)h;
	unsigned sum = 0;

	memset(h->checksum, ' ', sizeof(h->checksum));
	for (size_t i = 0; i < sizeof(*h); i++)
		sum += bytes[i];
	put_number(h->checksum, sizeof(h->checksum) - 1, sum);
}

static int write_block(FILE *out, const void *bytes, size_t n)
{
	return fwrite(bytes, 1, n, out) == n ? 0 : -EIO;
}

static int write_body(FILE *out, const void *bytes, size_t n)
{
	static const char zeros[BLOCK];
	size_t padding = (BLOCK - n % BLOCK) % BLOCK;

	if (n && write_block(out, bytes, n))
		return -EIO;
	return padding ? write_block(out, zeros, padding) : 0;
}

static int write_header(FILE *out, struct header *h, uint64_t size)
{
	put_number(h->size, sizeof(h->size), size);
	memcpy(h->magic, "ustar  ", sizeof(h->magic));
	put_checksum(h);
	return write_block(out, h, sizeof(*h));
}

/* A name too long for the header is a member of its own, in front. */
static int write_long(FILE *out, char type, const char *text)
{
	struct header h = {.name = "././@LongLink", .type = type};
	size_t n = strlen(text) + 1;

	put_number(h.mode, sizeof(h.mode), 0);
	put_number(h.uid, sizeof(h.uid), 0);
	put_number(h.gid, sizeof(h.gid), 0);
	put_number(h.mtime, sizeof(h.mtime), 0);
	if (write_header(out, &h, n))
		return -EIO;
	return write_body(out, text, n);
}

/* All of text, or the part that fits, when a long name is in front. */
static int put_text(FILE *out, char type, const char *text, char *field, size_t size)
{
	size_t n = strlen(text);

	memcpy(field, text, n < size ? n : size);
	return n > size ? write_long(out, type, text) : 0;
}

int tar_add(FILE *out, const struct tar_member *m, const void *bytes, size_t n)
{
	const char *path = m->path + strspn(m->path, "/");
	struct header h = {.type = types[m->kind]};

	if (!*path)
		return -EINVAL;
	if (put_text(out, LONG_NAME, path, h.name, sizeof(h.name)) ||
	    (m->kind == TAR_LINK && put_text(out, LONG_LINK, m->target, h.link, sizeof(h.link))))
		return -EIO;

	put_number(h.mode, sizeof(h.mode), m->mode & 0777);
	put_number(h.uid, sizeof(h.uid), m->uid);
	put_number(h.gid, sizeof(h.gid), m->gid);
	put_number(h.mtime, sizeof(h.mtime), m->mtime > 0 ? (uint64_t)m->mtime : 0);
	n = m->kind == TAR_FILE ? n : 0;
	if (write_header(out, &h, n))
		return -EIO;
	return write_body(out, bytes, n);
}

int tar_end(FILE *out)
{
	static const char zeros[2 * BLOCK];

	if (write_block(out, zeros, sizeof(zeros)) || fflush(out) || ferror(out))
		return -EIO;
	return 0;
}
