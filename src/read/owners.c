/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/owners.h"

#include <errno.h>

#include "read/owner_scan.h"

/* One row a kind of source; they are listed in this order. */
static int (*const detectors[])(struct owner_scan *s) = {
	owners_of_cmdline,  owners_of_ufw,        owners_of_tuned,
	owners_of_saptune,  owners_of_networkd,   owners_of_docker,
	owners_of_services, owners_of_cloud_init, owners_of_scripts,
};

static int detect(struct owner_scan *s)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(detectors) && !r; i++)
		r = detectors[i](s);
	return r;
}

int owners_read(int root, struct owners *ret, struct error *err)
{
	auto_call(owners_done) struct owners owners = {0};
	struct owner_scan s;
	int r = owner_scan_init(&s, root, &owners);

	if (!r)
		r = detect(&s);
	owner_scan_done(&s);
	if (r)
		return error_set(err, -r, "look for other owners of settings");

	*ret = owners;
	owners = (struct owners){0};
	return 0;
}
