/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a journal; and as what is in its records, each with the digest
 * that fits, which no chance would hit.  Never a crash, and what is read and
 * written again is read as the same.
 */
#include "model/journal.h"

#include <stdlib.h>
#include <string.h>

#include "model/journal_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(struct text *out, const char *type, const char *payload, size_t n)
{
	char digest[RECORD_DIGEST + 1];

	if (record_digest(type, payload, n, digest))
		abort();
	text_addf(out, "%s %zu %s\n", type, n, digest);
	text_add_bytes(out, payload, n);
	text_add(out, "\n");
}

static void use(const char *data, size_t size)
{
	struct journal j, again;
	struct text out = {0};
	struct ours ours;

	if (journal_parse(data, size, "journal", &j, NULL))
		return;
	if (j.good > size || (j.good && (!j.id || !j.who.boot_id)) || (j.ready && !j.begun))
		abort();
	if (j.good) {
		journal_put_plan(&out, &j);
		if (out.failed || journal_parse(out.str, out.len, "journal", &again, NULL) ||
		    again.steps.len != j.steps.len)
			abort();
		journal_done(&again);
		if (journal_ours(&j, &ours))
			abort();
		ours_done(&ours);
	}
	text_done(&out);
	journal_done(&j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char begin[] = "id 1\n1\ncommand 5\napply\nboot 1\nb\nnetns 1\nn\n";
	static const char step[] = "kind 1\n2\nname 2\n/x\n";
	static const char *const types[] = {"begin", "step", "ours", "doing", "end", "live"};
	const char *bytes = (const char *)data;
	const char *type = size ? types[data[0] % ARRAY_LEN(types)] : "";
	struct text all = {0};

	use(bytes, size);
	if (!size)
		return 0;
	if (strcmp(type, "begin") != 0)
		put(&all, "begin", begin, strlen(begin));
	if (strcmp(type, "doing") == 0 || strcmp(type, "end") == 0) {
		put(&all, "step", step, strlen(step));
		put(&all, "ready", "", 0);
	}
	put(&all, type, bytes + 1, size - 1);
	if (!all.failed)
		use(all.str, all.len);
	text_done(&all);
	return 0;
}
