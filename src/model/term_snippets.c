/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/term_rows.h"

const char snippet_close_politely[] =
	"void close_politely(int fd)\n"
	"{\n"
	"    char rest[4096];\n"
	"    struct timeval patience = {.tv_sec = 5};\n"
	"\n"
	"    shutdown(fd, SHUT_WR); /* the peer reads end of file */\n"
	"    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));\n"
	"    for (int i = 0; i < 256 && recv(fd, rest, sizeof(rest), 0) > 0; i++)\n"
	"        ; /* unread data would turn close() into a reset */\n"
	"    close(fd);\n"
	"}\n";

const char snippet_raise_nofile[] =
	"int raise_nofile(void)\n"
	"{\n"
	"    struct rlimit limit;\n"
	"\n"
	"    if (getrlimit(RLIMIT_NOFILE, &limit))\n"
	"        return -1;\n"
	"    limit.rlim_cur = limit.rlim_max; /* select() fails from 1024 on */\n"
	"    return setrlimit(RLIMIT_NOFILE, &limit);\n"
	"}\n";

const char snippet_limit_silence[] =
	"int limit_silence(int fd, unsigned milliseconds)\n"
	"{\n"
	"    return setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds,\n"
	"                      sizeof(milliseconds));\n"
	"}\n";
