/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <arpa/inet.h>

#include "read/redact.h"

static char *redacted(enum redaction how, const char *bytes, size_t n, struct anonymizer *a)
{
	auto_text struct text out = {0};
	char *made = NULL;

	assert_ok(redact(how, bytes, n, a, &out));
	assert_ok(text_take(&out, &made));
	return made;
}

struct redact_case {
	enum redaction how;
	const char *text, *shown;
};

/* What is not expected to change has .shown NULL. */
static void try_cases(const struct redact_case *cases, size_t n, bool anonymize)
{
	for (size_t i = 0; i < n; i++) {
		const char *shown = cases[i].shown ? cases[i].shown : cases[i].text;
		struct anonymizer *a = NULL;
		auto_free char *got = NULL;

		if (anonymize)
			assert_ok(anonymizer_new(&a));
		got = redacted(cases[i].how, cases[i].text, strlen(cases[i].text), a);
		if (strcmp(got, shown) != 0)
			fail_msg("case %zu: \"%s\" became \"%s\"", i, cases[i].text, got);
		anonymizer_free(a);
	}
}

static const struct redact_case secrets[] = {
	{REDACT_CONFIG, "net.ipv4.tcp_rmem = 4096 131072 6291456\n", NULL},
	{REDACT_CONFIG, "net.ipv4.tcp_fastopen = 3", NULL},
	{REDACT_CONFIG, "net.ipv4.tcp_fastopen_key = 00-11-22-33\nx = 1\n",
	 "net.ipv4.tcp_fastopen_key = MASKED\nx = 1\n"},
	{REDACT_CONFIG, "-net/ipv4/tcp_fastopen_key=00-11", "-net/ipv4/tcp_fastopen_key=MASKED"},
	{REDACT_CONFIG, "net.ipv4.tcp_fastopen_k* = 00-11", "net.ipv4.tcp_fastopen_k* = MASKED"},
	{REDACT_CONFIG,
	 "net.ipv6.conf.all.stable_secret = fe80::", "net.ipv6.conf.all.stable_secret = MASKED"},
	{REDACT_CONFIG, "net.ipv4.route.flush = 1", NULL},
	{REDACT_CONFIG, "net.ipv4.conf.*.rp_filter = 2", NULL},
	{REDACT_CONFIG, "kernel.keys.root_maxkeys = 1000000", NULL},
	{REDACT_CONFIG, "# the password is hunter2\n; this one = stays\n; hunter2\n",
	 "#\n; this one = stays\n;\n"},
	{REDACT_CONFIG, "net.core.somaxconn = 4096 # hunter2", "net.core.somaxconn = 4096 #"},
	{REDACT_CONFIG, "{ \"title\": \"a # b\", \"ulimit\": 5 }", NULL},
	{REDACT_CONFIG, " net.ipv4.tcp_fastopen_key hunter2", " net.ipv4.tcp_fastopen_key MASKED"},
	{REDACT_CONFIG, "net/ipv4/tcp_fastopen_key : hunter2",
	 "net/ipv4/tcp_fastopen_key : MASKED"},
	{REDACT_CONFIG, "net.ipv4.tcp_fastopen* = 3", NULL},
	{REDACT_CONFIG, "net.ipv4.tcp_fastopen* = 1-2-3-4", "net.ipv4.tcp_fastopen* = MASKED"},
	{REDACT_CONFIG, "\n\n  \n", NULL},
	{REDACT_CONFIG, "PASSWORD=hunter2", "PASSWORD=MASKED"},
	{REDACT_CONFIG, "x # db password: hunter2 and more", "x #"},
	{REDACT_CONFIG, "API_KEY = 'hunter2' # why", "API_KEY = 'MASKED' #"},
	{REDACT_CONFIG, "{ \"auth-token\": \"hunter2\", \"ulimit\": 5 }",
	 "{ \"auth-token\": \"MASKED\", \"ulimit\": 5 }"},
	{REDACT_CONFIG, "\"token\": \"never closed", "\"token\": MASKED"},
	{REDACT_CONFIG, "http-proxy = http://bob:hunter2@proxy:3128/",
	 "http-proxy = http://MASKED@proxy:3128/"},
	{REDACT_CONFIG, "see http://example.org/a:b@c", NULL},
	{REDACT_PAM, "password\t[success=1 default=ignore]\tpam_unix.so\n", NULL},
	{REDACT_PAM, "auth required pam_mysql.so user=root passwd=hunter2\n",
	 "auth required pam_mysql.so  \n"},
	{REDACT_PAM, "session optional pam_exec.so /bin/x hunter2",
	 "session optional pam_exec.so  "},
	{REDACT_PAM, "-Session [a=1 \\] b] /x/pam_limits.so set_all [conf=/a b] pw=hunter2",
	 "-Session [a=1 \\] b] /x/pam_limits.so set_all [conf=/a b] "},
	{REDACT_PAM, "@include common-auth hunter2\nauth include x hunter2\n",
	 "@include common-auth \nauth include x \n"},
	{REDACT_PAM,
	 "auth [a=1 \\\nb=2] pam_limits.so \\\n set_all hunter2 \\\n # hunter2 \\\nhunter2\nx",
	 "auth [a=1 \\\nb=2] pam_limits.so \\\n set_all  \\\n #\\\n\n"},
	{REDACT_PAM, "session required pam_limits.so [conf=/a \\\n b] [x=hunter2 \\\n hunter2] y\n",
	 "session required pam_limits.so [conf=/a \\\n b] \\\n \n"},
	{REDACT_PAM, "# hunter2\nhunter2 a b\n\npassword hunter2\nauth required hunter2 c",
	 "#\n\n\npassword MASKED\nauth required MASKED "},
	{REDACT_CONFIG,
	 "a\n-----BEGIN PRIVATE KEY-----\nMIIhunter2\n-----END PRIVATE KEY-----\nb\n",
	 "a\nMASKED\nMASKED\nMASKED\nb\n"},
	{REDACT_CONFIG, "no newline at the end", NULL},

	{REDACT_LIMITS, "alice soft nofile 5000\n@staff - nofile 9 # hunter2\n# hunter2\n",
	 "alice soft nofile 5000\n@staff - nofile 9 #\n#\n"},
	{REDACT_LIMITS, "token soft nofile 5000\n", NULL},
	{REDACT_OWN, "# to read\nnet.ipv4.tcp_fastopen_key hunter2\n",
	 "# to read\nnet.ipv4.tcp_fastopen_key MASKED\n"},
	{REDACT_OWN, "{ key = \"net.ipv4.tcp_rmem\"; token = \"x\"; }\n", NULL},

	{REDACT_SHELL, "export DB=hunter2\nulimit -n 4096\n", "\nulimit -n 4096\n"},
	{REDACT_SHELL, "if [ \"$X\" = hunter2 ]; then\n  ulimit -n 1\nelse y; fi\n",
	 "if ; then\n  ulimit -n 1\nelse ; fi\n"},
	{REDACT_SHELL, "# ulimit hunter2\n", "\n"},
	{REDACT_SHELL, "x # if hunter2\n", "\n"},
	{REDACT_SHELL, "sysctl -w a=1 PASSWORD=hunter2", "sysctl -w a=1 PASSWORD=MASKED"},
	{REDACT_SHELL, "sysctl -w a=1 # hunter2", "sysctl -w a=1 #"},
	{REDACT_SHELL, "if x; then echo hunter2 >/proc/sys/net/ipv4/tcp_fastopen_key; fi",
	 "if ; then ; fi"},
	{REDACT_SHELL, "cd /proc/sys/net/ipv4; echo hunter2 | tee tcp_fastopen_key", ""},
	{REDACT_SHELL, "echo 1 >/proc/sys/net/core/somaxconn", NULL},

	{REDACT_UNIT, "[Service]\nExecStart=/bin/x --key hunter2\nLimitNOFILE=5\n",
	 "[Service]\n\nLimitNOFILE=5\n"},
	{REDACT_UNIT,
	 "[Service]\nEnvironment=A=hunter2 \\\n  LimitNOFILE=7 \\\n# c\n  B\nUser=bob\n",
	 "[Service]\nX=\\\n\\\n#\n\nUser=bob\n"},
	{REDACT_UNIT, "LimitNOFILE=1\\\n0\\\n0\nDescription=hunter2\n",
	 "LimitNOFILE=1\\\n0\\\n0\n\n"},
	{REDACT_UNIT, "# hunter2\n; hunter2\n[Serv", "\n\n[Serv"},
	{REDACT_UNIT, "a hunter2 \xc3\x28 b\n", "\xff\n"},
	{REDACT_UNIT, "Description=caf\xc3\xa9\n", "\n"},
	{REDACT_UNIT, "ExecStart=/sbin/sysctl -w a=1\n", NULL},
	{REDACT_UNIT, "ExecStart=sysctl net.ipv4.tcp_fastopen_key=hunter2 \\\n x\nUser=1\n",
	 "ExecStart=sysctl net.ipv4.tcp_fastopen_key=MASKED\\\n x\nUser=1\n"},
	{REDACT_UNIT, "ExecStart=sh -c 'echo hunter2 >/proc/sys/net/ipv4/tcp_fastopen_key'\n",
	 "ExecStart=MASKED\n"},
	{REDACT_UNIT, " LimitNOFILE = 3 \n", NULL},

	{REDACT_CMDLINE, "root=/dev/hunter2 quiet sysctl.net.core.somaxconn=9 thash_entries=64\n",
	 "root=MASKED quiet sysctl.net.core.somaxconn=9 thash_entries=64\n"},
	{REDACT_CMDLINE, "sysctl/net/ipv4/tcp_fastopen_key=hunter2",
	 "sysctl/net/ipv4/tcp_fastopen_key=MASKED"},
	{REDACT_CMDLINE, "a=\"hunter2 hunter2\" b", "a=MASKED b"},
	{REDACT_CMDLINE,
	 "systemd.set_credential=sysctl.extra:a=1 systemd.set_credential=pw:hunter2",
	 "systemd.set_credential=sysctl.extra:a=1 systemd.set_credential=MASKED"},
	{REDACT_CMDLINE, "systemd.set_credential=sysctl.extra:net.ipv4.tcp_fastopen_key=hunter2",
	 "systemd.set_credential=sysctl.extra:net.ipv4.tcp_fastopen_key=MASKED"},
	{REDACT_CMDLINE, "quiet -- --token hunter2", "quiet -- MASKED MASKED"},

	{REDACT_PASSWD, "alice:$6$hunter2:1000:1000:Alice,,,:/home/alice:/bin/sh\n",
	 "alice:x:1000:1000:::\n"},
	{REDACT_PASSWD, "# hunter2\n+::::::\nbroken\n:x:1:1:\nroot:x:0:0", "\n\n\n\nroot:x:0:0:::"},
	{REDACT_GROUP, "staff:hunter2:50:alice,bob\nempty:x:9:\n",
	 "staff:x:50:alice,bob\nempty:x:9:\n"},

	{REDACT_STATUS, "Name:\thunter2\nCapBnd:\t000001ff\nUid:\t0\n", "\nCapBnd:\t000001ff\n\n"},
	{REDACT_SOCKETS, "anything\n", NULL},
	{REDACT_HOSTNAME, "web1.example.org\n", NULL},
	{REDACT_ALL, "hunter2\n", ""},
	{REDACT_NOTHING, "1\t2\t3\n", NULL},
};

static void secrets_are_masked_and_lines_stay_where_they_are(void **state)
{
	(void)state;
	try_cases(secrets, ARRAY_LEN(secrets), false);
}

#define TCP(local, remote)                                                                         \
	"   0: " local ":1F90 " remote                                                             \
	":C001 01 00000000:00000000 00:00000000 00000000     0     "                               \
	"   0 35 1 0000000013c3adec 100 0 0 10 0\n"

static const struct redact_case identities[] = {
	{REDACT_HOSTNAME, "web1.example.org\n", "host\n"},
	{REDACT_LIMITS, "alice soft nofile 5\n@devs - nofile 9\n%alice - maxlogins 3\n",
	 "user1 soft nofile 5\n@user2 - nofile 9\n%user1 - maxlogins 3\n"},
	{REDACT_LIMITS, "* soft nofile 5\n1000:2000 - nofile 7\n@500: - nofile 8\n@1 - nofile 3\n",
	 NULL},
	{REDACT_LIMITS, "# for alice\n  bob hard nofile 6 # for bob\n",
	 "#\n  user1 hard nofile 6 #\n"},
	{REDACT_PASSWD, "root:x:0:0:r:/:/x\nalice:x:1000:1000::/h:/s\nnobody:x:65534:65534::/:/n\n",
	 "root:x:0:0:::\nuser1:x:1000:1000:::\nnobody:x:65534:65534:::\n"},
	{REDACT_GROUP, "adm:x:4:alice,syslog\nalice:x:1000:\n",
	 "adm:x:4:user1,user2\nuser1:x:1000:\n"},
	{REDACT_UNIT, "User=alice\nGroup=33\nUser=%i\nUser=\n",
	 "User=user1\nGroup=33\nUser=%i\nUser=\n"},
	{REDACT_CONFIG, "# ask alice\nx = 1 # alice\n", "#\nx = 1 #\n"},
	{REDACT_SOCKETS, TCP("0100007F", "00000000"), NULL},
	{REDACT_SOCKETS, TCP("0501A8C0", "08080808") TCP("0601A8C0", "08080808"),
	 TCP("0100A8C0", "010200C0") TCP("0200A8C0", "010200C0")},
	{REDACT_SOCKETS,
	 TCP("0000000000000000FFFF00000501A8C0", "B80D0120000000000000000001000000"),
	 TCP("0000000000000000FFFF00000100A8C0", "B80D0120000000000000000001000000")},
	{REDACT_SOCKETS, "  sl  local_address\n8.8.8.8 rubbish\n", "  sl  local_address\n\n"},
	{REDACT_OWN, "# peer 8.8.8.8\n", "# peer 192.0.2.1\n"},
	{REDACT_CONFIG, "a = 8.8.8.8, 8.8.4.4:53 8.8.8.8/24 [2a00::5]:80 fe80::9%eth0",
	 "a = 192.0.2.1, 192.0.2.2:53 192.0.2.1/24 [2001:db8::1]:80 fe80::1%eth0"},
	{REDACT_CONFIG, "a = At 8.8.8.8. And fd12::1: 172.20.1.1 100.64.3.3 169.254.9.9 10.9.9.9",
	 "a = At 192.0.2.1. And fd00::1: 172.16.0.1 100.64.0.1 169.254.0.1 10.0.0.1"},
	{REDACT_CONFIG,
	 "net.ipv4.conf.eth0.100.rp_filter = 1 127.0.0.1 0.0.0.0 ::1 :: 224.0.0.1 ff02::1", NULL},
	{REDACT_CONFIG, "1.2.3 1.2.3.4.5 12:30:45 a::b::c deadbeef 256.1.1.1", NULL},
	{REDACT_CONFIG, "net.ipv4.tcp_fastopen_key = 8.8.8.8",
	 "net.ipv4.tcp_fastopen_key = MASKED"},
};

static void identities_are_replaced_the_same_way_each_time(void **state)
{
	(void)state;
	try_cases(identities, ARRAY_LEN(identities), true);
}

static void system_accounts_keep_their_names_everywhere(void **state)
{
	struct anonymizer *a = NULL;
	auto_free char *passwd = NULL, *limits = NULL;
	static const char accounts[] = "www-data:x:33:33:w:/:/n\nalice:x:1000:1000:a:/:/s\n";
	static const char lines[] = "www-data - nofile 9\nldap - nofile 8\nalice - nofile 7\n";

	(void)state;
	assert_ok(anonymizer_new(&a));
	passwd = redacted(REDACT_PASSWD, accounts, sizeof(accounts) - 1, a);
	limits = redacted(REDACT_LIMITS, lines, sizeof(lines) - 1, a);
	assert_string_equal(passwd, "www-data:x:33:33:::\nuser1:x:1000:1000:::\n");
	assert_string_equal(limits, "www-data - nofile 9\nuser2 - nofile 8\nuser1 - nofile 7\n");
	anonymizer_free(a);
}

enum { PEERS = 100000 };

static uint32_t peer_after(struct anonymizer *a, uint32_t i)
{
	uint32_t ip = htonl(0x08000000 + i * 7);
	uint8_t bytes[16] = {0};

	memcpy(bytes, &ip, sizeof(ip));
	assert_ok(anonymize_address(a, AF_INET, bytes));
	memcpy(&ip, bytes, sizeof(ip));
	return ntohl(ip);
}

static int compare_peers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void many_peers_stay_apart_and_get_nobodys_addresses(void **state)
{
	auto_free uint32_t *seen = calloc(PEERS, sizeof(*seen));
	struct anonymizer *a = NULL;

	(void)state;
	assert_non_null(seen);
	assert_ok(anonymizer_new(&a));
	for (uint32_t i = 0; i < PEERS; i++) {
		seen[i] = peer_after(a, i);
		assert_true(seen[i] >> 17 == 0xc6120000 >> 17 || seen[i] >> 8 == 0xc00002 ||
			    seen[i] >> 8 == 0xc63364 || seen[i] >> 8 == 0xcb0071);
	}
	for (uint32_t i = 0; i < PEERS; i++)
		assert_int_equal(peer_after(a, i), seen[i]);

	qsort(seen, PEERS, sizeof(*seen), compare_peers);
	for (uint32_t i = 1; i < PEERS; i++)
		assert_true(seen[i - 1] < seen[i]);
	anonymizer_free(a);
}

static void bytes_that_are_no_text_do_no_harm(void **state)
{
	static const char bytes[] = "\0\xff\xfe= \0password\0=\0x\n[\\\n\\\n\\";

	(void)state;
	for (int how = 0; how < REDACTION_COUNT; how++) {
		for (int anonymize = 0; anonymize < 2; anonymize++) {
			struct anonymizer *a = NULL;
			/* A buffer of its own size, so that the sanitizer sees its end. */
			auto_free char *copy = malloc(sizeof(bytes));

			assert_non_null(copy);
			memcpy(copy, bytes, sizeof(bytes));
			if (anonymize)
				assert_ok(anonymizer_new(&a));
			for (size_t n = 0; n < sizeof(bytes); n++) {
				copy[n] = '\0';
				free(redacted((enum redaction)how, copy, n, a));
				copy[n] = bytes[n];
			}
			anonymizer_free(a);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_are_masked_and_lines_stay_where_they_are),
		cmocka_unit_test(identities_are_replaced_the_same_way_each_time),
		cmocka_unit_test(system_accounts_keep_their_names_everywhere),
		cmocka_unit_test(many_peers_stay_apart_and_get_nobodys_addresses),
		cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
	};

	return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
