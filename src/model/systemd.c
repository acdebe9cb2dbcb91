/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/systemd.h"

void systemd_limit_done(struct systemd_limit *l)
{
	free(l->file);
	*l = (struct systemd_limit){0};
}

void systemd_conf_done(struct systemd_conf *c)
{
	systemd_limit_done(&c->nofile);
	strings_done(&c->files);
	problems_done(&c->ignored);
	free(c->stopped_by);
	*c = (struct systemd_conf){0};
}

void systemd_unit_done(struct systemd_unit *u)
{
	free(u->id);
	free(u->fragment);
	strings_done(&u->dropins);
	systemd_limit_done(&u->nofile);
	free(u->user);
	free(u->pam_name);
	problems_done(&u->ignored);
	*u = (struct systemd_unit){0};
}
