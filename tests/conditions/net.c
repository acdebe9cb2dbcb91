/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conditions.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/userfaultfd.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { LOOKS_MAX = 3000 }; /* of 10 ms */

void give_up(const char *what)
{
	fprintf(stderr, "conditions: %s: %s\n", what, strerror(errno));
	exit(125);
}

void setting(const char *path, const char *value)
{
	char full[256];
	int fd;

	snprintf(full, sizeof(full), "/proc/sys/%s", path);
	fd = open(full, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, strlen(value)) != (ssize_t)strlen(value))
		give_up(full);
	close(fd);
}

void wait_a_little(void)
{
	static int looks;
	const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};

	if (++looks > LOOKS_MAX) {
		errno = ETIME;
		give_up("wait for the kernel");
	}
	nanosleep(&pause, NULL);
}

/* The word of `values` below the word `name` of `names`. */
static uint64_t below(char *names, char *values, const char *name)
{
	char *save_name, *save_value;
	char *n = strtok_r(names, " \n", &save_name), *v = strtok_r(values, " \n", &save_value);

	while (n && v && strcmp(n, name) != 0) {
		n = strtok_r(NULL, " \n", &save_name);
		v = strtok_r(NULL, " \n", &save_value);
	}
	return n && v ? strtoull(v, NULL, 10) : 0;
}

static uint64_t counter(const char *group, const char *name)
{
	static char names[16384], values[16384];
	FILE *f = fopen(strcmp(group, "Tcp:") == 0 ? "/proc/net/snmp" : "/proc/net/netstat", "re");
	uint64_t n = 0;

	if (!f)
		give_up("open the kernel's counters");
	while (fgets(names, sizeof(names), f) && fgets(values, sizeof(values), f)) {
		if (strncmp(names, group, strlen(group)) == 0)
			n = below(names, values, name);
	}
	fclose(f);
	return n;
}

void wait_for_counter(const char *group, const char *name, uint64_t n)
{
	while (counter(group, name) < n)
		wait_a_little();
}

static in_addr_t host = INADDR_LOOPBACK;

static struct sockaddr_in address(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(host),
	};
}

void go_abroad(void)
{
	struct ifreq request = {.ifr_name = "lo:1"};
	struct sockaddr_in a;
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	host = 0xc0000201; /* 192.0.2.1 */
	a = address(0);
	memcpy(&request.ifr_addr, &a, sizeof(a));
	if (s < 0 || ioctl(s, SIOCSIFADDR, &request))
		give_up("add an address");
	close(s);
}

static int new_socket(int flags)
{
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

	if (s < 0)
		give_up("socket");
	return s;
}

int listen_at(uint16_t port, int backlog)
{
	struct sockaddr_in a = address(port);
	int s = new_socket(0);

	option(s, SOL_SOCKET, SO_REUSEADDR, 1);
	if (bind(s, (struct sockaddr *)&a, sizeof(a)) || listen(s, backlog))
		give_up("listen");
	return s;
}

int connect_to(uint16_t port)
{
	struct sockaddr_in a = address(port);
	int s = new_socket(0);

	if (connect(s, (struct sockaddr *)&a, sizeof(a)))
		give_up("connect");
	return s;
}

int connect_deaf(uint16_t port)
{
	struct sockaddr_in a = address(port);
	int s = new_socket(SOCK_NONBLOCK);

	make_deaf(s);
	if (connect(s, (struct sockaddr *)&a, sizeof(a)) && errno != EINPROGRESS)
		give_up("connect");
	return s;
}

int accept_from(int listener)
{
	int s = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (s < 0)
		give_up("accept");
	return s;
}

/* A filter that keeps nothing: tcp_filter() drops each packet before TCP sees it. */
void make_deaf(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog filter = {.len = 1, .filter = &nothing};

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)))
		give_up("attach a filter");
}

static uint16_t checksum(const void *bytes, size_t n)
{
	const uint16_t *words = bytes;
	uint32_t sum = 0;

	for (size_t i = 0; i < n / 2; i++)
		sum += words[i];
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t) ~(sum + (sum >> 16));
}

void forge_request(uint32_t from, uint16_t port)
{
	static uint16_t source = 1024;
	struct sockaddr_in to = address(0);
	struct {
		uint32_t from, to; /* what the checksum of TCP has before the segment */
		uint8_t zero, protocol;
		uint16_t length;
		struct tcphdr tcp;
	} sum = {
		.from = htonl(from),
		.to = to.sin_addr.s_addr,
		.protocol = IPPROTO_TCP,
		.length = htons(sizeof(struct tcphdr)),
		.tcp = {.source = htons(source++), .dest = htons(port), .doff = 5, .syn = 1},
	};
	struct {
		struct iphdr ip;
		struct tcphdr tcp;
	} packet = {
		.ip = {.version = 4,
		       .ihl = 5,
		       .ttl = 64,
		       .protocol = IPPROTO_TCP,
		       .saddr = sum.from,
		       .daddr = sum.to},
	};
	int s = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);

	sum.tcp.check = checksum(&sum, sizeof(sum));
	packet.tcp = sum.tcp;
	if (s < 0 || sendto(s, &packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		give_up("forge a packet");
	close(s);
}

static char *nowhere; /* a page whose fault nobody serves */

static void *read_into_nowhere(void *fd)
{
	(void)recv(*(int *)fd, nowhere, 1, MSG_PEEK);
	give_up("never come back");
}

void stall(int fd)
{
	static int of;
	const size_t size = (size_t)sysconf(_SC_PAGESIZE);
	int faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register page = {.mode = UFFDIO_REGISTER_MODE_MISSING};
	struct uffd_msg fault;
	pthread_t thread;

	nowhere = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	page.range = (struct uffdio_range){(uintptr_t)nowhere, size};
	of = fd;
	if (faults < 0 || nowhere == MAP_FAILED || ioctl(faults, UFFDIO_API, &api) ||
	    ioctl(faults, UFFDIO_REGISTER, &page))
		give_up("userfaultfd");
	errno = pthread_create(&thread, NULL, read_into_nowhere, &of);
	if (errno)
		give_up("pthread_create");
	if (read(faults, &fault, sizeof(fault)) != sizeof(fault))
		give_up("wait for a page fault");
}

void fill(int fd)
{
	static const char bytes[65536];

	while (send(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	if (errno != EAGAIN)
		give_up("send");
}

void option(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)))
		give_up("setsockopt");
}

void linger_zero(int fd)
{
	const struct linger zero = {.l_onoff = 1};

	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &zero, sizeof(zero)))
		give_up("setsockopt");
}

void make_pairs_at(uint16_t port, struct pair *list, int n)
{
	int listener = listen_at(port, MANY);

	for (int i = 0; i < n; i++) {
		list[i].client = connect_to(port);
		list[i].server = accept_from(listener);
	}
}

void make_pairs(struct pair *list, int n)
{
	make_pairs_at(PORT, list, n);
}

void in_process(void (*make)(uint16_t port, int n), void (*go_on)(uint16_t port), uint16_t port,
		int n)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC))
		give_up("pipe");
	pid = fork();
	if (pid < 0)
		give_up("fork");
	if (!pid) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL))
			give_up("prctl");
		close(ready[0]);
		make(port, n);
		if (write(ready[1], &byte, 1) != 1)
			give_up("tell that it is done");
		while (go_on)
			go_on(port);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		give_up("wait for a process of ours");
	close(ready[0]);
}
