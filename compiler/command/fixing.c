/* SPDX-License-Identifier: ISC */
/* What --fix and --diff do to a file that is checked. */
#include "compiler/base/cli.h"
#include "compiler/base/diff.h"
#include "compiler/command/checking.h"
#include "compiler/command/patch.h"
#include "compiler/rewrite/fix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void fail_fix(struct checking *checking, const char *path, const char *why)
{
	checking->status = EXIT_FAILED;
	cli_complain("%s: not fixed: %s", path, why);
}

static void print_diff(struct checking *checking, const struct report_file *file,
		       struct text *before, struct text *after)
{
	const char *path = file->path;
	char *name = file->is_standard ? patch_standard_name(path) : patch_name(path);

	if (!name)
		fail_fix(checking, path, "a patch names files below the current folder");
	else if (diff_write(stdout, name, before, after) != 0)
		fail_fix(checking, path, strerror(ENOMEM));
	free(name);
}

struct compilation *checking_fix(struct checking *checking, const struct report_file *file,
				 const struct surroundings *surroundings,
				 const struct source *source)
{
	const char *why;
	int error;
	const char *path = file->path;
	struct compilation *fixed =
	    fix_run(source->compilation, surroundings, file->policy,
		    file->name ? file->name : report_path(path), &error);

	if (error)
		fail_fix(checking, path, strerror(error));
	if (!fixed)
		return NULL;
	if (checking->diffs) {
		print_diff(checking, file, source->compilation->text, fixed->text);
	} else {
		why = fix_save(path, source->compilation->text, fixed->text);
		if (!why)
			return fixed;
		fail_fix(checking, path, why);
	}
	compilation_free(fixed);
	return NULL;
}
