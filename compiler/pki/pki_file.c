/* SPDX-License-Identifier: ISC */
#include "compiler/pki/pki_file.h"

#include "compiler/base/bytes.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

void pki_file_wipe(struct pki_file *file)
{
	OPENSSL_clear_free(file->bytes, file->room);
	*file = (struct pki_file){.size = 0};
}

struct slice pki_file_slice(const struct pki_file *file)
{
	return (struct slice){file->bytes, file->size};
}

static int read_all(int fd, size_t most, struct pki_file *file)
{
	struct stat status;
	ssize_t count;

	if (fstat(fd, &status) != 0)
		return errno;
	if (!S_ISREG(status.st_mode))
		return EINVAL;
	if (status.st_size > (off_t)most)
		return EFBIG;
	file->room = (size_t)status.st_size + 1;
	file->bytes = OPENSSL_malloc(file->room);
	if (!file->bytes)
		return ENOMEM;
	count = bytes_read(fd, file->bytes, file->room);
	if (count < 0)
		return errno;
	file->size = (size_t)count;
	/* one that grows while it is read is as good as one that is too large */
	return file->size == file->room ? EFBIG : 0;
}

int pki_file_read(int descriptor, size_t most, struct pki_file *file)
{
	int error;

	*file = (struct pki_file){.size = 0};
	if (descriptor < 0)
		return errno;
	error = read_all(descriptor, most, file);
	close(descriptor);
	if (error)
		pki_file_wipe(file);
	return error;
}
