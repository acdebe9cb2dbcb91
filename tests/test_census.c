/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <sys/socket.h>

#include "read/census.h"

enum { PORT = 80, LO = 1, ETH = 7 };

static const struct sockets_options no_groups;

static void begin(struct census *c, struct sockets *out)
{
	assert_ok(census_init(c, &no_groups, out));
}

static void end(struct census *c, struct sockets *out)
{
	census_done(c);
	sockets_done(out);
}

/* 127.0.0.1, and 0.0.0.0 or :: where last is 0. */
static void listen_at(struct census *c, int family, uint8_t last, uint32_t device, uint32_t inode)
{
	struct listener l = {
		.family = (uint8_t)family,
		.port = PORT,
		.device = device,
		.inode = inode,
		.drops = LISTENER_UNKNOWN,
	};

	if (last)
		memcpy(l.address, (uint8_t[]){127, 0, 0, last}, 4);
	assert_ok(census_listener(c, &l));
}

static struct socket_facts to_loopback(uint32_t device)
{
	return (struct socket_facts){
		.local = {{[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}},
		.local_port = PORT,
		.device = device,
		.state = TCP_STATE_ESTABLISHED,
		.inode = 9,
	};
}

static uint32_t connections_at(const struct sockets *s, uint32_t inode)
{
	for (size_t i = 0; i < s->listeners.len; i++) {
		if (s->listeners.items[i].inode == inode)
			return s->listeners.items[i].tally.total;
	}
	fail_msg("no listener is inode %u", inode);
	return 0;
}

/* Who is bound to a device serves what is; the rest is for who is bound to none. */
static void a_connection_belongs_to_the_listener_of_its_device(void **state)
{
	static const uint32_t devices[] = {LO, LO, LO, ETH, ETH, 0, 5};
	struct sockets out = {0};
	struct census c;

	begin(&c, &out);
	listen_at(&c, AF_INET, 0, LO, 11);
	listen_at(&c, AF_INET, 0, ETH, 12);
	listen_at(&c, AF_INET, 1, 0, 13);
	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		struct socket_facts f = to_loopback(devices[i]);

		assert_ok(census_socket(&c, &f));
	}
	assert_ok(census_finish(&c));
	assert_int_equal(out.listeners.len, 3);
	assert_int_equal(connections_at(&out, 11), 3);
	assert_int_equal(connections_at(&out, 12), 2);
	assert_int_equal(connections_at(&out, 13), 2); /* through a VRF, number 5 */
	end(&c, &out);
}

/* A listener for both families is bound to a device, and an IPv4 client comes by it. */
static void a_device_is_asked_for_at_every_address(void **state)
{
	struct sockets out = {0};
	struct socket_facts f = to_loopback(LO);
	struct census c;

	begin(&c, &out);
	listen_at(&c, AF_INET6, 0, LO, 11);
	listen_at(&c, AF_INET, 0, 0, 12);
	assert_ok(census_socket(&c, &f));
	assert_int_equal(connections_at(&out, 11), 1);
	assert_int_equal(connections_at(&out, 12), 0);
	end(&c, &out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_belongs_to_the_listener_of_its_device),
		cmocka_unit_test(a_device_is_asked_for_at_every_address),
	};

	return cmocka_run_group_tests_name("census", tests, NULL, NULL);
}
