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

static void share(struct census *c, uint32_t inode, uint32_t queue, uint32_t limit)
{
	const struct listener l = {
		.family = AF_INET,
		.port = PORT,
		.inode = inode,
		.uid = 1000 + inode,
		.cgroup = 2000 + inode,
		.queue = queue,
		.limit = limit,
		.drops = 1,
	};

	assert_ok(census_listener(c, &l));
}

/* Whichever comes first: who is to blame is who has the full queue. */
static void of_several_the_fullest_is_named(void **state)
{
	static const struct {
		uint32_t inode, queue, limit;
	} workers[] = {{11, 0, 9}, {12, 4, 3}, {13, 5, 7}};

	for (size_t first = 0; first < ARRAY_LEN(workers); first++) {
		struct sockets out = {0};
		const struct socket_listener *l;
		struct census c;

		begin(&c, &out);
		for (size_t i = 0; i < ARRAY_LEN(workers); i++) {
			size_t k = (first + i) % ARRAY_LEN(workers);

			share(&c, workers[k].inode, workers[k].queue, workers[k].limit);
		}
		assert_int_equal(out.listeners.len, 1);
		l = &out.listeners.items[0];
		assert_int_equal(l->inode, 12);
		assert_int_equal(l->uid, 1012);
		assert_int_equal(l->cgroup, 2012);
		assert_int_equal(l->queue, 4);
		assert_int_equal(l->limit, 3);
		assert_int_equal(l->limit_min, 3);
		assert_int_equal(l->limit_max, 9);
		assert_int_equal(l->sockets, 3);
		assert_int_equal(l->full, 1);
		assert_int_equal(l->drops, 3);
		end(&c, &out);
	}
}

static uint64_t number_of_two(uint32_t a, uint32_t b)
{
	struct sockets out = {0};
	struct census c;
	uint64_t n;

	begin(&c, &out);
	share(&c, a, 0, 3);
	share(&c, b, 0, 3);
	n = out.listeners.items[0].inodes;
	end(&c, &out);
	return n;
}

static void the_same_sockets_have_the_same_number(void **state)
{
	assert_true(number_of_two(11, 14) == number_of_two(14, 11));
	for (uint32_t i = 1; i < 1000; i++) /* inodes are given out of blocks: any may follow */
		assert_true(number_of_two(1000, 1000) != number_of_two(1000 - i, 1000 + i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_belongs_to_the_listener_of_its_device),
		cmocka_unit_test(a_device_is_asked_for_at_every_address),
		cmocka_unit_test(of_several_the_fullest_is_named),
		cmocka_unit_test(the_same_sockets_have_the_same_number),
	};

	return cmocka_run_group_tests_name("census", tests, NULL, NULL);
}
