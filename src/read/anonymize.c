/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/anonymize.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "base/vec.h"

struct name {
	char *real, *alias; /* owned */
};

struct address {
	uint8_t bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
	uint32_t number;   /* in its class, from 1; 0: an empty slot */
};

enum class {
	CLASS_KEPT,
	CLASS_PRIVATE_10,
	CLASS_PRIVATE_172,
	CLASS_PRIVATE_192,
	CLASS_SHARED,
	CLASS_LINK_LOCAL,
	CLASS_PUBLIC,
	CLASS_V6_KEPT,
	CLASS_V6_UNIQUE_LOCAL,
	CLASS_V6_LINK_LOCAL,
	CLASS_V6_PUBLIC,
	CLASS_COUNT,
};

struct anonymizer {
	struct {
		VEC(struct name);
	} names;
	unsigned users;
	struct address *slots; /* open addressing, at most half full */
	size_t n_slots, n_addresses;
	uint64_t seed; /* strangers choose the addresses: they must not choose the slots */
	uint32_t numbers[CLASS_COUNT];
};

static const struct {
	uint32_t network;
	unsigned bits;
	enum class class;
} v4_classes[] = {
	{0x00000000, 32, CLASS_KEPT},        /* 0.0.0.0 */
	{0x7f000000, 8, CLASS_KEPT},         /* loopback */
	{0xe0000000, 4, CLASS_KEPT},         /* multicast */
	{0xffffffff, 32, CLASS_KEPT},        /* broadcast */
	{0x0a000000, 8, CLASS_PRIVATE_10},   /* RFC 1918 */
	{0xac100000, 12, CLASS_PRIVATE_172}, /* RFC 1918 */
	{0xc0a80000, 16, CLASS_PRIVATE_192}, /* RFC 1918 */
	{0x64400000, 10, CLASS_SHARED},      /* RFC 6598 */
	{0xa9fe0000, 16, CLASS_LINK_LOCAL},  /* RFC 3927 */
};

/*
 * Where the numbers of a class begin, and how many fit before the next row.
 * The three networks for documentation are small; benchmark networks follow,
 * then reserved addresses nobody has.
 */
static const struct {
	enum class class;
	uint32_t network, room;
} v4_ranges[] = {
	{CLASS_PRIVATE_10, 0x0a000000, 0xffffff}, {CLASS_PRIVATE_172, 0xac100000, 0xfffff},
	{CLASS_PRIVATE_192, 0xc0a80000, 0xffff},  {CLASS_SHARED, 0x64400000, 0x3fffff},
	{CLASS_LINK_LOCAL, 0xa9fe0000, 0xffff},   {CLASS_PUBLIC, 0xc0000200, 0xff},
	{CLASS_PUBLIC, 0xc6336400, 0xff},         {CLASS_PUBLIC, 0xcb007100, 0xff},
	{CLASS_PUBLIC, 0xc6120000, 0x1ffff},      {CLASS_PUBLIC, 0xf0000000, 0xffffffe},
};

static const uint8_t v4_mapped[12] = {[10] = 0xff, [11] = 0xff};

int anonymizer_new(struct anonymizer **ret)
{
	struct anonymizer *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;

	/* Without randomness a table can be made slow, and nothing worse. */
	if (getrandom(&a->seed, sizeof(a->seed), GRND_NONBLOCK) != sizeof(a->seed))
		a->seed = (uintptr_t)a;
	*ret = a;
	return 0;
}

void anonymizer_free(struct anonymizer *a)
{
	if (!a)
		return;

	for (size_t i = 0; i < a->names.len; i++) {
		free(a->names.items[i].real);
		free(a->names.items[i].alias);
	}
	vec_done(&a->names);
	free(a->slots);
	free(a);
}

/* ---- names ---- */

static struct name *find_name(const struct anonymizer *a, const char *name, size_t n)
{
	for (size_t i = 0; i < a->names.len; i++) {
		if (strncmp(a->names.items[i].real, name, n) == 0 && !a->names.items[i].real[n])
			return &a->names.items[i];
	}
	return NULL;
}

/* Takes alias over, also when it fails. */
static int add_name(struct anonymizer *a, const char *real, size_t n, char *alias)
{
	struct name added = {.real = strndup(real, n), .alias = alias};

	if (added.real && added.alias && !vec_push(&a->names, added))
		return 0;

	free(added.real);
	free(added.alias);
	return -ENOMEM;
}

int anonymize_keep_name(struct anonymizer *a, const char *name, size_t n)
{
	return find_name(a, name, n) ? 0 : add_name(a, name, n, strndup(name, n));
}

const char *anonymize_name(struct anonymizer *a, const char *name, size_t n)
{
	const struct name *known = find_name(a, name, n);

	if (known)
		return known->alias;
	if (add_name(a, name, n, text_format("user%u", a->users + 1)))
		return NULL;

	a->users++;
	return a->names.items[a->names.len - 1].alias;
}

/* ---- addresses ---- */

static enum class class_of_v4(const uint8_t bytes[static 4]) {
	uint32_t ip;

	memcpy(&ip, bytes, sizeof(ip)); ip = ntohl(ip);
	for (size_t i = 0; i < ARRAY_LEN(v4_classes);
	     i++){if ((ip ^ v4_classes[i].network) >> (32 - v4_classes[i].bits) ==
		      0) return v4_classes[i]
			  .class;}
return CLASS_PUBLIC;
}

static enum class class_of_v6(const uint8_t ip[static 16]) {
	static const uint8_t zeros[15];

	if (memcmp(ip, zeros, 15) == 0 &&
	    ip[15] <= 1) return CLASS_V6_KEPT;   /* unspecified, loopback */
	if (ip[0] == 0xff) return CLASS_V6_KEPT; /* multicast */
	if (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80) return CLASS_V6_LINK_LOCAL;
	return (ip[0] & 0xfe) == 0xfc ? CLASS_V6_UNIQUE_LOCAL : CLASS_V6_PUBLIC;
}

static uint64_t hash(const struct anonymizer *a, const uint8_t bytes[static 16])
{
	uint64_t h = a->seed;

	for (size_t i = 0; i < 16; i += 8) {
		uint64_t part;

		memcpy(&part, bytes + i, sizeof(part));
		h = (h ^ part) * 0xff51afd7ed558ccdULL;
		h ^= h >> 32;
		h = h * 0xc4ceb9fe1a85ec53ULL + a->seed;
		h ^= h >> 29;
	}
	return h;
}

/* The slot with this address, or the empty one where it belongs. */
static struct address *find_slot(const struct anonymizer *a, const uint8_t bytes[static 16])
{
	size_t i = hash(a, bytes) & (a->n_slots - 1);

	while (a->slots[i].number && memcmp(a->slots[i].bytes, bytes, 16) != 0)
		i = (i + 1) & (a->n_slots - 1);
	return &a->slots[i];
}

static int make_room(struct anonymizer *a)
{
	struct anonymizer old = *a;

	if (a->n_addresses * 2 < a->n_slots)
		return 0;

	a->n_slots = old.n_slots ? old.n_slots * 2 : 256;
	a->slots = calloc(a->n_slots, sizeof(*a->slots));
	if (!a->slots) {
		*a = old;
		return -ENOMEM;
	}

	for (size_t i = 0; i < old.n_slots; i++) {
		if (old.slots[i].number)
			*find_slot(a, old.slots[i].bytes) = old.slots[i];
	}
	free(old.slots);
	return 0;
}

static int number_of(struct anonymizer *a, enum class class, const uint8_t bytes[static 16],
		     uint32_t *ret)
{
	struct address *slot;

	if (make_room(a))
		return -ENOMEM;

	slot = find_slot(a, bytes);
	if (!slot->number) {
		memcpy(slot->bytes, bytes, sizeof(slot->bytes));
		slot->number = ++a->numbers[class];
		a->n_addresses++;
	}
	*ret = slot->number;
	return 0;
}

static void make_v4(enum class class, uint32_t number, uint8_t ret[static 4])
{
	uint32_t ip = 0;

	for (size_t i = 0; i < ARRAY_LEN(v4_ranges); i++) {
		if (v4_ranges[i].class != class)
			continue;
		ip = v4_ranges[i].network + number % v4_ranges[i].room;
		if (number < v4_ranges[i].room)
			break;
		number -= v4_ranges[i].room - 1;
	}
	ip = htonl(ip);
	memcpy(ret, &ip, sizeof(ip));
}

static int replace_v4(struct anonymizer *a, uint8_t ip[static 4])
{
	enum class class = class_of_v4(ip);
	uint8_t wide[16];
	uint32_t number;

	if (class == CLASS_KEPT)
		return 0;

	memcpy(wide, v4_mapped, sizeof(v4_mapped));
	memcpy(wide + sizeof(v4_mapped), ip, 4);
	if (number_of(a, class, wide, &number))
		return -ENOMEM;

	make_v4(class, number, ip);
	return 0;
}

static int replace_v6(struct anonymizer *a, uint8_t ip[static 16])
{
	static const struct {
		uint8_t prefix[4];
	} ranges[CLASS_COUNT] = {
		[CLASS_V6_UNIQUE_LOCAL] = {{0xfd}},
		[CLASS_V6_LINK_LOCAL] = {{0xfe, 0x80}},
		[CLASS_V6_PUBLIC] = {{0x20, 0x01, 0x0d, 0xb8}},
	};
	enum class class = class_of_v6(ip);
	uint32_t number;

	if (class == CLASS_V6_KEPT)
		return 0;
	if (number_of(a, class, ip, &number))
		return -ENOMEM;

	memset(ip, 0, 16);
	memcpy(ip, ranges[class].prefix, sizeof(ranges[class].prefix));
	number = htonl(number);
	memcpy(ip + 12, &number, sizeof(number));
	return 0;
}

int anonymize_address(struct anonymizer *a, int family, uint8_t address[static 16])
{
	if (family == AF_INET)
		return replace_v4(a, address);
	if (memcmp(address, v4_mapped, sizeof(v4_mapped)) == 0)
		return replace_v4(a, address + sizeof(v4_mapped));
	return replace_v6(a, address);
}

/* ---- addresses in a text ---- */

static bool may_be_in_address(char c)
{
	char l = char_lower(c);

	return char_is_digit(c) || (l >= 'a' && l <= 'f') || c == '.' || c == ':';
}

static bool is_word_char(char c)
{
	char l = char_lower(c);

	return char_is_digit(c) || (l >= 'a' && l <= 'z') || c == '_' || c == '.' || c == ':';
}

/* "1.2.3.4", "::1" or "1.2.3.4:80"; what follows the address is *ret_rest. */
static int parse_address(char *word, uint8_t ret[static 16], const char **ret_rest)
{
	char *colon = strchr(word, ':');

	*ret_rest = "";
	if (inet_pton(AF_INET6, word, ret) == 1)
		return AF_INET6;
	if (inet_pton(AF_INET, word, ret) == 1)
		return AF_INET;
	if (!colon)
		return 0;

	*colon = '\0';
	if (inet_pton(AF_INET, word, ret) != 1) {
		*colon = ':';
		return 0;
	}
	*colon = ':';
	*ret_rest = colon;
	return AF_INET;
}

static int add_word(struct anonymizer *a, const char *s, size_t n, struct text *out)
{
	char word[INET6_ADDRSTRLEN + 8], shown[INET6_ADDRSTRLEN];
	uint8_t ip[16];
	const char *rest;
	int family = 0;

	if (n < sizeof(word)) {
		memcpy(word, s, n);
		word[n] = '\0';
		family = parse_address(word, ip, &rest);
	}
	if (!family && n > 1 && (s[n - 1] == '.' || s[n - 1] == ':')) { /* ends a sentence */
		int r = add_word(a, s, n - 1, out);

		text_add_bytes(out, s + n - 1, 1);
		return r;
	}
	if (!family) {
		text_add_bytes(out, s, n);
		return 0;
	}
	if (anonymize_address(a, family, ip) || !inet_ntop(family, ip, shown, sizeof(shown)))
		return -ENOMEM;
	text_add(out, shown);
	text_add(out, rest);
	return 0;
}

int anonymize_text(struct anonymizer *a, const char *s, size_t n, struct text *out)
{
	size_t i = 0;

	while (i < n) {
		size_t end = i;
		bool address = true;

		for (; end < n && is_word_char(s[end]); end++)
			address = address && may_be_in_address(s[end]);
		if (end == i)
			text_add_bytes(out, s + end++, 1);
		else if (!address)
			text_add_bytes(out, s + i, end - i);
		else if (add_word(a, s + i, end - i, out))
			return -ENOMEM;
		i = end;
	}
	return out->failed ? -ENOMEM : 0;
}
