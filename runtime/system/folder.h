/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FOLDER_H
#define WEIPSEC_FOLDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Files of a folder that is open as FD, which are whole or not there. */

#define FOLDER_FILE_MAX (64u << 20) /* bytes of a file that is read */

/* NAME becomes BYTES and is on the disk, or stays what it was.  0 or errno. */
int folder_put(int fd, const char *name, const char *bytes, size_t size);
/* The same in a folder that is not whole yet: NAME is new, and folder_sync() comes last.
 */
int folder_put_new(int fd, const char *name, const char *bytes, size_t size);
int folder_put_new_json(int fd, const char *name, json_t *json);
/* folder_put() with JSON, which is always taken over; NULL is one that there was no memory for. */
int folder_put_json(int fd, const char *name, json_t *json);
/* The same where NAME need not be there any more, or not yet, after a loss of power. */
int folder_note_json(int fd, const char *name, json_t *json);

/* Which names there are in FD is on the disk.  0 or errno. */
int folder_sync(int fd);

/* The bytes of NAME, with a NUL behind them, to be freed; NULL with errno. */
char *folder_get(int fd, const char *name, size_t *size);
/* NAME as JSON; NULL with errno, which is EINVAL when it is none. */
json_t *folder_get_json(int fd, const char *name);
/* True if IS_RIGHT is of each name in FD; else errno is why they cannot be read, or IS_RIGHT's. */
bool folder_all(int fd, bool (*is_right)(int fd, const char *name));
/* Removes the folder NAME with the files in it, and those in folders three below, if it can. */
void folder_remove(int fd, const char *name);

#endif
