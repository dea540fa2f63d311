/* SPDX-License-Identifier: ISC */
/* What --fix and --diff do to a file that is checked. */
#include "compiler/base/cli.h"
#include "compiler/command/checking.h"
#include "compiler/rewrite/fix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void fail_fix(struct checking *checking, const char *path, const char *why)
{
	checking->status = EXIT_FAILED;
	cli_complain("%s: not fixed: %s", path, why);
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
	why = checking->diffs ? patch_write(&checking->patch, stdout, path, file->is_standard,
					    source->compilation->text, fixed->text)
			      : fix_save(path, source->compilation->text, fixed->text);
	if (why)
		fail_fix(checking, path, why);
	else if (!checking->diffs)
		return fixed;
	compilation_free(fixed);
	return NULL;
}
