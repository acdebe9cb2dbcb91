/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/limits_reader.h"

#include <string.h>

#include "base/number.h"
#include "base/text.h"

/* FD_SETSIZE: programs that use select(2) break above it. */
enum { SELECT_MAX = 1024, FGETS_BUFFER = 1024 };

static const struct pam_reader pam_readers[] = {
	{
		.name = "deb11",
		.title = "pam_limits 1.4.0 of Debian 11",
		.root_exempt = true,
		.always_set_all = true,
		.set_all_cap = SELECT_MAX,
		.missing_file_is_fatal = true,
		.line_buffer = FGETS_BUFFER,
	},
	{
		.name = "deb12",
		.title = "pam_limits 1.5.2 of Debian 12",
		.root_exempt = true,
		.always_set_all = true,
		.set_all_cap = SELECT_MAX,
		.missing_file_is_fatal = true,
		.infinity_is_nr_open = true,
		.line_buffer = FGETS_BUFFER,
	},
	{
		.name = "deb13",
		.title = "pam_limits 1.7.0 of Debian 13",
		.root_exempt = true,
		.set_all_cap = SELECT_MAX,
		.infinity_is_nr_open = true,
		.value_is_rest = true,
	},
	{
		.name = "deb14",
		.title = "pam_limits 1.7.0 of Debian 14 (testing)",
		.root_exempt = true,
		.set_all_cap = SELECT_MAX,
		.infinity_is_nr_open = true,
		.value_is_rest = true,
	},
	{
		.name = "up131",
		.title = "pam_limits 1.3.1 as released upstream (RHEL 8 starts from it)",
		.kernel_refusal_is_fatal = true,
		.missing_file_is_fatal = true,
		.line_buffer = FGETS_BUFFER,
	},
	{
		.name = "up151",
		.title = "pam_limits 1.5.1 as released upstream (RHEL 9 starts from it)",
		.kernel_refusal_is_fatal = true,
		.missing_file_is_fatal = true,
		.line_buffer = FGETS_BUFFER,
	},
	{
		.name = "up172",
		.title = "pam_limits 1.7.2 as released upstream",
		.kernel_refusal_is_fatal = true,
		.infinity_is_nr_open = true,
		.value_is_rest = true,
	},
	{
		.name = "up172v",
		.title = "pam_limits 1.7.2 as released upstream, built with a vendor directory",
		.kernel_refusal_is_fatal = true,
		.infinity_is_nr_open = true,
		.value_is_rest = true,
		.vendor_dir = "/usr/etc/security",
	},
};

const struct pam_reader *pam_reader_at(size_t i)
{
	return i < ARRAY_LEN(pam_readers) ? &pam_readers[i] : NULL;
}

const struct pam_reader *pam_reader_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(pam_readers); i++) {
		if (strcmp(pam_readers[i].name, name) == 0)
			return &pam_readers[i];
	}
	return NULL;
}

/*
 * Who installs which reader.  The first row whose id matches and whose `below`
 * is above the major version wins; ANY also takes a host without a
 * version (Debian testing, Arch).
 */
#define ANY (~0U)
static const struct {
	const char *id;
	unsigned below;
	const char *reader;
} installs[] = {
	{"debian", 12, "deb11"},  {"debian", 13, "deb12"}, {"debian", 14, "deb13"},
	{"debian", ANY, "deb14"}, {"ubuntu", 23, "deb11"}, /* 1.3.1 and 1.4.0 */
	{"ubuntu", 25, "deb12"},                           /* 1.5.3 */
	{"ubuntu", ANY, "deb13"}, {"rhel", 9, "up131"},    {"rhel", 10, "up151"},
	{"rhel", ANY, "up172"},   {"amzn", 3, "up131"},    {"amzn", ANY, "up151"},
	{"sles", 16, "up131"},    {"sles", ANY, "up172v"}, {"opensuse-leap", 16, "up131"},
	{"suse", ANY, "up172v"},
};

static const struct pam_reader *installed_by(const char *id, size_t len, unsigned major)
{
	for (size_t i = 0; i < ARRAY_LEN(installs); i++) {
		if (strlen(installs[i].id) != len || memcmp(installs[i].id, id, len) != 0)
			continue;
		if (installs[i].below == ANY || (major && major < installs[i].below))
			return pam_reader_find(installs[i].reader);
	}
	return NULL;
}

/* "24.04" -> 24; 0 when it is no number. */
static unsigned major_of(const char *version)
{
	char digits[8];
	uint64_t v = 0;
	size_t n = version ? strspn(version, "0123456789") : 0;

	if (!n || n >= sizeof(digits))
		return 0;

	memcpy(digits, version, n);
	digits[n] = '\0';
	return number_parse_u64(digits, &v) ? 0 : (unsigned)v;
}

/*
 * Whose relatives count their releases as they do, from which on: Rocky 9 is
 * RHEL 9, Raspbian 12 is Debian 12.  Mint 22 is Ubuntu 24.04, and LMDE 6 is
 * Debian 12: there the number says nothing.
 */
static const struct {
	const char *id;
	unsigned since;
} counted_alike[] = {
	{"rhel", 1},
	{"debian", 11},
};

static unsigned major_as(const char *id, size_t len, unsigned major)
{
	for (size_t i = 0; i < ARRAY_LEN(counted_alike); i++) {
		if (strlen(counted_alike[i].id) == len &&
		    memcmp(counted_alike[i].id, id, len) == 0 && major >= counted_alike[i].since)
			return major;
	}
	return 0;
}

const struct pam_reader *pam_reader_for(const char *id, const char *id_like, const char *version_id)
{
	unsigned major = major_of(version_id);
	const struct pam_reader *found = id ? installed_by(id, strlen(id), major) : NULL;
	size_t n;

	for (const char *p = id_like ? id_like : ""; !found && *p; p += n) {
		p += strspn(p, " ");
		n = strcspn(p, " ");
		found = installed_by(p, n, major_as(p, n, major));
	}
	return found ? found : pam_reader_find("up172");
}

static const struct systemd_reader systemd_readers[] = {
	{
		.name = "sd247",
		.split_usr = true,
		.dir = FATE_LATER_LOST,
		.loop = FATE_LATER_LOST,
		.loop_masks = true,
	},
	{
		.name = "sd252",
		.since = 248,
		.split_usr = true,
		.number_bases = true,
		.strict_headers = true,
		.dir = FATE_LATER_LOST,
		.loop = FATE_LATER_LOST,
		.loop_masks = true,
	},
	{
		.name = "sd257",
		.since = 256,
		.main_all = true,
		.number_bases = true,
		.strict_headers = true,
		.dir = FATE_LATER_LOST,
		.loop = FATE_ALL_LOST,
		.loop_masks = true,
	},
	{
		.name = "sd262",
		.since = 260,
		.main_all = true,
		.number_bases = true,
		.strict_headers = true,
		.dir = FATE_ALL_LOST,
		.loop = FATE_SKIPPED,
		.null = FATE_ALL_LOST,
	},
};

const struct systemd_reader *systemd_reader_at(size_t i)
{
	return i < ARRAY_LEN(systemd_readers) ? &systemd_readers[i] : NULL;
}

const struct systemd_reader *systemd_reader_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(systemd_readers); i++) {
		if (strcmp(systemd_readers[i].name, name) == 0)
			return &systemd_readers[i];
	}
	return NULL;
}

const struct systemd_reader *systemd_reader_for(unsigned version)
{
	size_t i = ARRAY_LEN(systemd_readers) - 1;

	while (version && i && systemd_readers[i].since > version)
		i--;
	return &systemd_readers[i];
}
