/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: conditions NAME N COMMAND [ARG...]
 *
 * Bring about N times the trouble NAME in this network namespace, then run
 * COMMAND while it lasts and exit with its status.
 */
#include "conditions.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct conditions *const groups[] = {&conditions_accept, &conditions_connect,
						  &conditions_close, &conditions_peers,
						  &conditions_host};

static const struct condition *find(const char *name)
{
	for (size_t g = 0; g < sizeof(groups) / sizeof(*groups); g++) {
		for (size_t i = 0; i < groups[g]->n; i++) {
			if (strcmp(groups[g]->rows[i].name, name) == 0)
				return &groups[g]->rows[i];
		}
	}
	return NULL;
}

static void loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (s < 0 || ioctl(s, SIOCGIFFLAGS, &request))
		give_up("look at lo");
	/* A host has it up already: this is no place to drop packets and change settings. */
	if (request.ifr_flags & IFF_UP) {
		fputs("conditions: needs a network namespace of its own\n", stderr);
		exit(125);
	}
	request.ifr_flags |= IFF_UP;
	if (ioctl(s, SIOCSIFFLAGS, &request))
		give_up("set lo up");
	close(s);
}

/* As many descriptors as there may be; a condition may then take some away. */
static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		give_up("getrlimit");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		give_up("setrlimit");
}

static int run(char **argv)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		give_up("fork");
	if (!pid) {
		execvp(argv[0], argv);
		give_up(argv[0]);
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			give_up("waitpid");
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}

int main(int argc, char **argv)
{
	const struct condition *c = argc > 3 ? find(argv[1]) : NULL;
	int n = argc > 3 ? atoi(argv[2]) : 0;

	if (!c || n <= 0 || n > MANY) {
		fputs("usage: conditions NAME N COMMAND [ARG...]\n", stderr);
		return 125;
	}
	loopback_up();
	raise_descriptors();
	c->make(n);
	/* Not exit(3): LeakSanitizer would wait for ever for a thread at a page fault. */
	_exit(run(argv + 3));
}
