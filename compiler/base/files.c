/* SPDX-License-Identifier: ISC */
#include "compiler/base/files.h"

#include "compiler/base/pages.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What text_adopt() wants behind the bytes, and one byte that tells too large from just right. */
#define READ_TAIL 3
#define READ_MOST (TEXT_FILE_MAX + 1)
#define READ_FIRST ((size_t)16 << 10)

#define FOLDER_GROWTH 64

#define ASIDE_TRIES 1000

/* ---- reading ---- */

struct reading {
	char *bytes;
	size_t size;
	size_t room; /* without the tail */
};

/* A new home for the bytes, the old one wiped: realloc() would leave secrets behind. */
static int reading_grow(struct reading *reading, size_t room)
{
	char *bytes = pages_malloc(room + READ_TAIL);

	if (!bytes)
		return 0;
	if (reading->size)
		memcpy(bytes, reading->bytes, reading->size);
	if (reading->bytes)
		explicit_bzero(reading->bytes, reading->size);
	free(reading->bytes);
	reading->bytes = bytes;
	reading->room = room;
	return 1;
}

static size_t first_room(int fd)
{
	struct stat status;
	size_t size;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return READ_FIRST;
	static_assert(sizeof(off_t) >= 8, "a file may have more than 2 GiB");
	size = status.st_size < (off_t)READ_MOST ? (size_t)status.st_size + 1 : READ_MOST;
	return size < READ_FIRST ? READ_FIRST : size;
}

static int read_all(int fd, struct reading *reading)
{
	size_t room = first_room(fd);

	if (room > reading->room) {
		free(reading->bytes);
		*reading = (struct reading){.size = 0};
		if (!reading_grow(reading, room))
			return 0;
	}
	while (reading->size < READ_MOST) {
		size_t twice = 2 * reading->room;
		ssize_t got;

		if (reading->size == reading->room &&
		    !reading_grow(reading, twice < READ_MOST ? twice : READ_MOST))
			return 0;
		got = read(fd, reading->bytes + reading->size, reading->room - reading->size);
		if (got == 0)
			return 1;
		if (got > 0)
			reading->size += (size_t)got;
		else if (errno != EINTR)
			return 0;
	}
	return 1;
}

/* What was read, or NULL with errno, as a text called PATH. */
static struct text *make_text(const char *path, struct reading *reading, bool is_read)
{
	int error = is_read ? ENOMEM : errno;
	struct text *text = NULL;

	if (is_read) {
		text = text_adopt(path, reading->bytes, reading->size);
	} else if (reading->bytes) {
		explicit_bzero(reading->bytes, reading->size);
		free(reading->bytes);
	}
	if (text)
		text->room = reading->room;
	errno = error;
	return text;
}

static unsigned file_mode(int fd)
{
	struct stat status;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return 0;
	return status.st_mode & 07777;
}

/* Reads PATH as files_read_over() and files_read_mode() both promise. */
static struct text *read_file(struct text *old, const char *path, unsigned *mode)
{
	bool standard = strcmp(path, "-") == 0;
	struct reading reading = {.size = 0};
	struct text *text;
	int fd, error;

	reading.bytes = text_release(old, &reading.room);
	fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return make_text(path, &reading, false);
	*mode = file_mode(fd);
	text = make_text(path, &reading, read_all(fd, &reading));
	error = errno;
	if (!standard)
		close(fd);
	errno = error;
	return text;
}

struct text *files_read(const char *path)
{
	unsigned mode;

	return read_file(NULL, path, &mode);
}

struct text *files_read_over(struct text *old, const char *path)
{
	unsigned mode;

	return read_file(old, path, &mode);
}

struct text *files_read_mode(const char *path, unsigned *mode)
{
	return read_file(NULL, path, mode);
}

/* ---- walking ---- */

struct entry {
	char *name; /* a folder's with a slash, so that the order is that of whole paths */
	bool folder;
};

struct folder {
	struct entry *entries;
	size_t count;
	size_t room;
};

static void folder_free(struct folder *folder)
{
	for (size_t i = 0; i < folder->count; i++)
		free(folder->entries[i].name);
	free(folder->entries);
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t length = strlen(name), tail = strlen(suffix);

	return length > tail && strcmp(name + length - tail, suffix) == 0;
}

bool files_are_configuration(const char *name)
{
	const char *slash = strrchr(name, '/');

	name = slash ? slash + 1 : name;
	return has_suffix(name, ".cfg") || has_suffix(name, ".weos");
}

/* DT_REG, DT_DIR or something else; symbolic links are not followed. */
static int entry_type(DIR *dir, const struct dirent *found)
{
	struct stat status;

	if (found->d_type != DT_UNKNOWN)
		return found->d_type;
	if (fstatat(dirfd(dir), found->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return DT_UNKNOWN;
	return S_ISREG(status.st_mode) ? DT_REG : S_ISDIR(status.st_mode) ? DT_DIR : DT_UNKNOWN;
}

static int folder_add(struct folder *folder, const char *name, bool is_folder)
{
	struct entry *entry;

	if (folder->count == folder->room) {
		size_t room = 2 * folder->room + FOLDER_GROWTH;
		struct entry *entries = realloc(folder->entries, room * sizeof(*entries));

		if (!entries)
			return 0;
		folder->entries = entries;
		folder->room = room;
	}
	entry = &folder->entries[folder->count];
	entry->folder = is_folder;
	if (asprintf(&entry->name, "%s%s", name, is_folder ? "/" : "") < 0)
		return 0;
	folder->count++;
	return 1;
}

static int compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

/* Everything in PATH that is to be visited, in order.  Returns 0 or errno. */
static int folder_read(struct folder *folder, const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *found;
	int error = 0;

	if (!dir)
		return errno;
	while (!error && (errno = 0, found = readdir(dir))) {
		int type = found->d_name[0] == '.' ? DT_UNKNOWN : entry_type(dir, found);

		if (type == DT_DIR || type == DT_REG)
			error = folder_add(folder, found->d_name, type == DT_DIR) ? 0 : ENOMEM;
	}
	error = error ? error : errno;
	closedir(dir);
	if (folder->count)
		qsort(folder->entries, folder->count, sizeof(*folder->entries), compare_entries);
	return error;
}

/* PATH without the slash that ends it, but for the root. */
static int without_slashes(const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	return (int)length;
}

static bool is_taken(const struct files_walk *walk, const char *path, bool is_folder)
{
	if (walk->take)
		return walk->take(walk->context, path, is_folder);
	return is_folder || files_are_configuration(path);
}

static void walk_folder(const char *path, const struct files_walk *walk);

/* PATH, found in a folder and ended by a slash if it is one itself. */
static void walk_entry(char *path, bool is_folder, const struct files_walk *walk)
{
	char *slash = path + strlen(path) - 1;
	bool takes;

	if (is_folder)
		*slash = '\0';
	takes = is_taken(walk, path, is_folder);
	if (is_folder)
		*slash = '/';
	if (takes && is_folder)
		walk_folder(path, walk);
	else if (takes)
		walk->visit(walk->context, path, true, 0);
}

static void walk_folder(const char *path, const struct files_walk *walk)
{
	struct folder folder = {0};
	int error = folder_read(&folder, path);
	int length = without_slashes(path);
	const char *slash = path[length - 1] == '/' ? "" : "/";

	if (error)
		walk->visit(walk->context, path, true, error);
	for (size_t i = 0; i < folder.count; i++) {
		char *below;

		if (asprintf(&below, "%.*s%s%s", length, path, slash, folder.entries[i].name) < 0) {
			walk->visit(walk->context, path, true, ENOMEM);
			break;
		}
		walk_entry(below, folder.entries[i].folder, walk);
		free(below);
	}
	folder_free(&folder);
}

void files_walk(const char *path, const struct files_walk *walk)
{
	struct stat status;

	if (strcmp(path, "-") == 0)
		walk->visit(walk->context, path, false, 0);
	else if (stat(path, &status) != 0)
		walk->visit(walk->context, path, false, errno);
	else if (S_ISDIR(status.st_mode))
		walk_folder(path, walk);
	else
		walk->visit(walk->context, path, false, 0);
}

/* ---- writing ---- */

static bool is_standard_output(const char *path)
{
	return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;
}

bool files_is_direct(const char *path)
{
	struct stat status;

	return is_standard_output(path) || (stat(path, &status) == 0 && !S_ISREG(status.st_mode));
}

bool files_is_input(const char *path, const char *input)
{
	struct stat a, b;

	if (stat(path, &a) != 0 || !S_ISREG(a.st_mode))
		return false;
	if ((strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &b) : stat(input, &b)) != 0)
		return false;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* The folder of PATH and its slash, as a length. */
static int folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (int)(slash - path) + 1 : 0;
}

/* PATH without symbolic links, the last component of which need not exist.  NULL with errno. */
static char *resolve(const char *path)
{
	char *target = realpath(path, NULL);
	char *folder, *real;
	int length = folder_length(path);

	if (target || errno != ENOENT || !path[length])
		return target;
	if (asprintf(&folder, "%.*s", length ? length : 1, length ? path : ".") < 0)
		return NULL;
	real = realpath(folder, NULL);
	free(folder);
	if (real && asprintf(&target, "%s/%s", real, path + length) < 0)
		target = NULL;
	free(real);
	return target;
}

bool files_are_one(const char *a, const char *b)
{
	char *first, *second;
	bool one;

	if (is_standard_output(a) || is_standard_output(b))
		return is_standard_output(a) && is_standard_output(b);
	first = resolve(a);
	second = resolve(b);
	one = first && second && strcmp(first, second) == 0;
	free(first);
	free(second);
	return one;
}

/* What follows the folder in the longest name beside another: a process, a number and a NUL. */
#define BESIDE_ROOM (sizeof(FILES_ASIDE) + 32)

/* Room for a name beside TARGET.  NULL without memory. */
static char *name_room(const char *target)
{
	return malloc((size_t)folder_length(target) + BESIDE_ROOM);
}

/* A name for a file beside TARGET, into its room. */
static void name_beside(char *name, const char *target, unsigned number)
{
	int folder = folder_length(target);

	memcpy(name, target, (size_t)folder);
	snprintf(name + folder, BESIDE_ROOM, FILES_ASIDE "%ld-%u", (long)getpid(), number);
}

static mode_t aside_mode(const char *target, bool secret)
{
	mode_t mode = secret ? S_IRUSR | S_IWUSR : S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
	struct stat before;

	/* who closed the file that is replaced meant it */
	if (stat(target, &before) == 0)
		mode &= before.st_mode | S_IRUSR | S_IWUSR;
	return mode;
}

/* A new file beside TARGET, whose name is in NAME then.  -1 with errno. */
static int open_beside(char *name, const char *target, mode_t mode)
{
	int fd = -1;

	for (unsigned i = 0; i < ASIDE_TRIES; i++) {
		name_beside(name, target, i);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd;
}

static int open_aside(struct files_output *output, bool secret)
{
	char *name = name_room(output->target);
	int fd;

	output->spare = name_room(output->target);
	if (!name || !output->spare) {
		free(name);
		return -1;
	}
	fd = open_beside(name, output->target, aside_mode(output->target, secret));
	if (fd < 0) {
		free(name);
		return -1;
	}
	output->aside = name;
	output->mark = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return fd;
}

static int open_output(struct files_output *output, const char *path, bool secret)
{
	if (is_standard_output(path))
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (files_is_direct(path))
		return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	output->target = resolve(path);
	return output->target ? open_aside(output, secret) : -1;
}

int files_output_open(struct files_output *output, const char *path, bool secret)
{
	int error;

	memset(output, 0, sizeof(*output));
	output->sink.fd = open_output(output, path, secret);
	if (output->sink.fd >= 0)
		output->stream = sink_open(&output->sink);
	if (!output->stream) {
		error = errno;
		if (output->sink.fd >= 0)
			close(output->sink.fd);
		files_output_close(output);
		return error;
	}
	if (secret) /* no copy of it in a buffer */
		setvbuf(output->stream, NULL, _IONBF, 0);
	return 0;
}

int files_output_finish(struct files_output *output)
{
	FILE *stream = output->stream;
	int error = 0;

	output->stream = NULL;
	if (fflush(stream) != 0)
		error = errno;
	if (output->sink.error)
		error = output->sink.error;
	if (!error && output->aside && fsync(output->sink.fd) != 0)
		error = errno;
	if (fclose(stream) != 0 && !error)
		error = errno;
	return error;
}

/* Some file systems cannot sync a folder: the file is there in any case. */
static void sync_folder(const struct files_output *output)
{
	int length = folder_length(output->target);
	int fd;

	memcpy(output->spare, output->target, (size_t)length);
	output->spare[length] = '\0';
	fd = open(output->spare, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

/*
 * Keeps the file that is about to be replaced under another name.  Where the file system has no
 * second names, it cannot be brought back, and must not be removed either.
 */
static void keep_before(struct files_output *output)
{
	int error = EEXIST;

	for (unsigned i = 0; error == EEXIST && i < ASIDE_TRIES; i++) {
		name_beside(output->spare, output->target, i);
		error = link(output->target, output->spare) == 0 ? 0 : errno;
	}
	if (!error)
		output->before = output->spare;
	output->revocable = !error || error == ENOENT;
}

int files_output_commit(struct files_output *output)
{
	if (!output->aside)
		return 0;
	if (output->revocable)
		keep_before(output);
	if (rename(output->aside, output->target) != 0)
		return errno;
	close(output->mark);
	if (output->before) /* which has the spare room */
		output->spare = output->aside;
	else
		free(output->aside);
	output->aside = NULL;
	sync_folder(output);
	return 0;
}

int files_output_revoke(struct files_output *output)
{
	if (output->aside || !output->target)
		return 0;
	if (!output->revocable)
		return ENOTSUP;
	if (!output->before)
		return unlink(output->target) == 0 ? 0 : errno;
	if (rename(output->before, output->target) != 0)
		return errno;
	free(output->before);
	output->before = NULL;
	return 0;
}

int files_output_close(struct files_output *output)
{
	int error = 0;

	if (output->stream)
		fclose(output->stream);
	if (output->aside) {
		unlink(output->aside);
		close(output->mark);
	}
	if (output->before && unlink(output->before) != 0)
		error = errno;
	if (output->before != output->spare)
		free(output->before);
	free(output->aside);
	free(output->spare);
	free(output->target);
	memset(output, 0, sizeof(*output));
	return error;
}
