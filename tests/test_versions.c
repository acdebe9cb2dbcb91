/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "base/root.h"
#include "read/versions.h"

static char scratch[64];

static int make_root(void **state)
{
	(void)state;
	scratch_make(scratch);
	return 0;
}

static int remove_root(void **state)
{
	(void)state;
	scratch_remove(scratch);
	return 0;
}

static struct versions look(void)
{
	struct versions v = {0};
	int root = -1;

	assert_ok(root_open(scratch, &root, NULL));
	assert_ok(versions_read(root, &v, NULL));
	close(root);
	return v;
}

static void link_to(const char *target, const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", scratch, path);
	if (symlink(target, full))
		fail_msg("symlink %s: %s", full, strerror(errno));
}

static void nothing_installed_is_taken_for_the_newest(void **state)
{
	struct versions v = look();

	(void)state;
	assert_int_equal(v.systemd, 0);
	assert_int_equal(v.procps, 0);
	assert_false(v.boots_known);
	assert_string_equal(versions_boot_reader(&v)->name, "sd262");
	assert_string_equal(versions_reader(&v, READER_PROCPS)->name, "pp407");
}

static void debian_12_is_recognised_by_its_libraries(void **state)
{
	struct versions v;

	(void)state;
	scratch_file(scratch, "usr/lib/x86_64-linux-gnu/systemd/libsystemd-core-252.so", "");
	scratch_file(scratch, "usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-252.so", "");
	scratch_file(scratch, "usr/lib/x86_64-linux-gnu/libproc2.so.0.0.1", "");
	link_to("libproc2.so.0.0.1", "usr/lib/x86_64-linux-gnu/libproc2.so.0");
	scratch_file(scratch, "usr/lib/systemd/systemd", "");
	scratch_file(scratch, "sbin/.keep", "");
	link_to("/usr/lib/systemd/systemd", "sbin/init");

	v = look();
	assert_int_equal(v.systemd, 252);
	assert_int_equal(v.procps, VERSION(4, 0, 2));
	assert_true(v.boots_known && v.boots_systemd);
	assert_string_equal(versions_boot_reader(&v)->name, "sd252");
	assert_string_equal(versions_reader(&v, READER_PROCPS)->name, "pp402");
}

static void fedora_puts_them_elsewhere(void **state)
{
	struct versions v;

	(void)state;
	scratch_file(scratch, "usr/lib/systemd/libsystemd-shared-257.7-1.fc42.so", "");
	scratch_file(scratch, "usr/lib64/libproc2.so.0.0.2", "");
	link_to("libproc2.so.0.0.2", "usr/lib64/libproc2.so.0");

	v = look();
	assert_int_equal(v.systemd, 257);
	assert_int_equal(v.procps, VERSION(4, 0, 4));
}

static void names_that_are_no_version_are_passed_over(void **state)
{
	struct versions v;

	(void)state;
	scratch_file(scratch, "usr/lib/systemd/libsystemd-shared-.so", "");
	scratch_file(scratch, "usr/lib/systemd/libsystemd-shared-99999999999.so", "");
	scratch_file(scratch, "usr/lib/systemd/libsystemd-shared-252", "");
	scratch_file(scratch, "usr/lib/libproc2.so.1/not-a-file", "");
	link_to("libprocps.so.8", "usr/lib/libprocps.so.8");

	v = look();
	assert_int_equal(v.systemd, 0);
	assert_int_equal(v.procps, 0);
}

static void dpkg_is_asked_last(void **state)
{
	struct versions v;

	(void)state;
	scratch_file(scratch, "var/lib/dpkg/status",
		     "Package: procps\nStatus: deinstall ok config-files\nVersion: 2:4.0.4-9\n\n"
		     "Package: procps\nStatus: install ok installed\nVersion: 2:3.3.17-5\n\n"
		     "Package: systemd\nStatus: install ok installed\nVersion: 247.3-7+deb11u5");
	v = look();
	assert_int_equal(v.systemd, 247);
	assert_int_equal(v.procps, VERSION(3, 3, 17));

	scratch_file(scratch, "lib/systemd/libsystemd-shared-252.so", "");
	assert_int_equal(look().systemd, 252);
}

static void another_init_reads_with_procps(void **state)
{
	struct versions v;

	(void)state;
	scratch_file(scratch, "sbin/init", "");
	v = look();
	assert_true(v.boots_known);
	assert_false(v.boots_systemd);
	assert_int_equal(versions_boot_reader(&v)->kind, READER_PROCPS);

	/* sd_booted(3) knows better. */
	scratch_file(scratch, "run/systemd/system/.keep", "");
	assert_true(look().boots_systemd);
}

#define on_a_root(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_a_root(nothing_installed_is_taken_for_the_newest),
		on_a_root(debian_12_is_recognised_by_its_libraries),
		on_a_root(fedora_puts_them_elsewhere),
		on_a_root(names_that_are_no_version_are_passed_over),
		on_a_root(dpkg_is_asked_last),
		on_a_root(another_init_reads_with_procps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
