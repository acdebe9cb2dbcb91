/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/socket_units.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "base/root.h"
#include "base/text.h"
#include "read/systemd_file.h"

enum { UNIT_FILE_MAX = 1024 * 1024, STREAMS_MAX = 4096 };

/* Highest precedence first. */
static const char *const unit_dirs[] = {
	"/etc/systemd/system",
	"/run/systemd/system",
	"/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",
};

struct reading_unit {
	int root;
	const char *name;
	size_t first; /* of the list: where those of this unit begin */
	struct socket_units *list;
};

static bool parse_port(const char *s, uint16_t *ret)
{
	uint64_t port;

	if (number_parse_u64(s, &port) || port == 0 || port > UINT16_MAX)
		return false;

	*ret = (uint16_t)port;
	return true;
}

bool listen_stream_parse(const char *value, struct address *ret, uint16_t *ret_port)
{
	char text[ADDRESS_SIZE];
	const char *colon = strrchr(value, ':');
	bool v6 = *value == '[';
	size_t n;

	*ret = (struct address){0};
	if (!colon)
		return parse_port(value, ret_port);

	n = (size_t)(colon - value);
	if (v6 && (n < 2 || value[n - 1] != ']'))
		return false;
	value += v6;
	n -= v6 ? 2 : 0;
	if (n >= sizeof(text) || !parse_port(colon + 1, ret_port))
		return false;

	memcpy(text, value, n);
	text[n] = '\0';
	if (v6)
		return inet_pton(AF_INET6, text, ret->bytes) == 1;
	memset(ret->bytes + 10, 0xff, 2);
	return inet_pton(AF_INET, text, ret->bytes + 12) == 1;
}

static void forget(struct reading_unit *u)
{
	while (u->list->streams.len > u->first)
		free(u->list->streams.items[--u->list->streams.len].unit);
}

static int assign(void *context, const char *section, char *key, char *value,
		  const struct logical_line *l)
{
	struct reading_unit *u = context;
	struct listen_stream s = {0};

	(void)l;
	if (strcmp(section, "Socket") != 0 || strcmp(key, "ListenStream") != 0)
		return 0;
	if (!*value)
		forget(u);
	if (!listen_stream_parse(value, &s.address, &s.port) || u->list->streams.len >= STREAMS_MAX)
		return 0;

	s.unit = strdup(u->name);
	if (!s.unit || vec_push(&u->list->streams, s)) {
		free(s.unit);
		return -ENOMEM;
	}
	return 0;
}

/* 1: there is such a file, good or bad. */
static int read_file(struct reading_unit *u, const char *dir, const char *name)
{
	const struct assignment_sink sink = {.context = u, .assign = assign};
	auto_free char *path = text_format("%s/%s", dir, name), *data = NULL;
	size_t len;
	int r = path ? root_read(u->root, path, UNIT_FILE_MAX, &data, &len, NULL) : -ENOMEM;

	if (!r)
		r = systemd_file_parse(systemd_reader_for(0), data, len, &sink);
	if (r == -ENOMEM || r == -ENOENT)
		return r == -ENOMEM ? r : 0;
	return 1;
}

static int read_dropins(struct reading_unit *u)
{
	for (size_t i = ARRAY_LEN(unit_dirs); i-- > 0;) {
		auto_call(names_done) struct names names = {0};
		auto_free char *dir = text_format("%s/%s.d", unit_dirs[i], u->name);
		int r = dir ? root_list(u->root, dir, &names, NULL) : -ENOMEM;

		for (size_t k = 0; !r && k < names.len; k++) {
			if (text_ends(names.items[k], ".conf"))
				r = read_file(u, dir, names.items[k]) < 0 ? -ENOMEM : 0;
		}
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

static int read_unit(int root, struct socket_units *list, const char *name)
{
	struct reading_unit u = {
		.root = root,
		.name = name,
		.first = list->streams.len,
		.list = list,
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(unit_dirs) && !r; i++)
		r = read_file(&u, unit_dirs[i], name);
	return r < 0 ? r : read_dropins(&u);
}

static int add_names(struct strings *all, const struct names *more)
{
	for (size_t i = 0; i < more->len; i++) {
		const char *name = more->items[i];

		if (text_ends(name, ".socket") && !strings_has(all, name) &&
		    strings_add(all, "%s", name))
			return -ENOMEM;
	}
	return 0;
}

static int load(int root, struct socket_units *list)
{
	auto_call(strings_done) struct strings all = {0};
	int r = 0;

	list->loaded = true;
	for (size_t i = 0; i < ARRAY_LEN(unit_dirs); i++) {
		auto_call(names_done) struct names names = {0};

		if (root_list(root, unit_dirs[i], &names, NULL) == -ENOMEM ||
		    add_names(&all, &names))
			return -ENOMEM;
	}
	for (size_t i = 0; i < all.len && !r; i++)
		r = read_unit(root, list, all.items[i]);
	return r;
}

static bool serves(const struct listen_stream *s, const struct address *a, uint16_t port)
{
	return s->port == port && (memcmp(&s->address, a, sizeof(*a)) == 0 ||
				   (address_is_any(&s->address) && address_is_any(a)));
}

int socket_units_find(int root, struct socket_units *list, const struct address *address,
		      uint16_t port, char **ret)
{
	int r = list->loaded ? 0 : load(root, list);

	*ret = NULL;
	for (size_t i = 0; !r && !*ret && i < list->streams.len; i++) {
		const struct listen_stream *s = &list->streams.items[i];

		if (!serves(s, address, port))
			continue;
		*ret = strdup(s->unit);
		r = *ret ? 0 : -ENOMEM;
	}
	return r;
}

void socket_units_done(struct socket_units *list)
{
	for (size_t i = 0; i < list->streams.len; i++)
		free(list->streams.items[i].unit);
	vec_done(&list->streams);
}
