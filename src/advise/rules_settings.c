/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/rules_settings.h"

const struct rules *const rules_settings[RULES_SETTINGS] = {
	&rules_settings_accept, &rules_settings_connect,   &rules_settings_close,
	&rules_settings_peers,  &rules_settings_buffers,   &rules_settings_protocol,
	&rules_settings_device, &rules_settings_conntrack,
};

bool setting_is_zero(struct trial *t)
{
	return trial_number(t, 0) == 0;
}

bool setting_is_not_zero(struct trial *t)
{
	return trial_number(t, 0) != 0;
}

bool setting_is_negative(struct trial *t)
{
	return trial_number(t, 0) < 0;
}

bool setting_is_not_positive(struct trial *t)
{
	return trial_number(t, 0) <= 0;
}

bool setting_is_below_two(struct trial *t)
{
	return trial_number(t, 0) < 2;
}

bool setting_any_fails(struct trial *t, bool (*fails)(int64_t number))
{
	bool found = false;

	for (unsigned i = 0; i < FINDING_KEYS_MAX; i++) {
		if (trial_has(t, i) && fails(trial_number(t, i)))
			found = true;
		else
			t->innocent |= 1u << i;
	}
	return found;
}
