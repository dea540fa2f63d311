/* SPDX-License-Identifier: ISC */
#include "tests/faults/refusal.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static size_t row_of(long number)
{
	const struct refusal_call *call;
	size_t i = 0;

	while ((call = refusal_row(i)) && call->number != number)
		i++;
	return i;
}

/* ---- answers ---- */

/* Half of the bytes that are asked for, moved by us.  False if that cannot be, or is all. */
static bool move_half(const struct seccomp_notif *asked, int64_t *moved)
{
	const unsigned long long *words = (const unsigned long long *)asked->data.args;
	size_t size = words[2] / 2 < 65536 ? words[2] / 2 : 65536;
	int pidfd = (int)syscall(SYS_pidfd_open, asked->pid, 0);
	int fd = (int)syscall(SYS_pidfd_getfd, pidfd, (int)words[0], 0);
	char *bytes = size ? malloc(size) : NULL;
	struct iovec ours = {bytes, size}, theirs = {.iov_len = size};
	ssize_t done = -1;

	memcpy(&theirs.iov_base, &words[1], sizeof(theirs.iov_base)); /* where it is there */
	if (!bytes || fd < 0)
		size = 0;
	if (size && (asked->data.nr == SYS_read || asked->data.nr == SYS_pread64)) {
		done = asked->data.nr == SYS_read ? read(fd, bytes, size)
						  : pread(fd, bytes, size, (off_t)words[3]);
		ours.iov_len = theirs.iov_len = done > 0 ? (size_t)done : 0;
		if (done > 0)
			done = process_vm_writev((pid_t)asked->pid, &ours, 1, &theirs, 1, 0);
	} else if (size && asked->data.nr == SYS_recvfrom) {
		done = recv(fd, bytes, size, (int)words[3]);
		ours.iov_len = theirs.iov_len = done > 0 ? (size_t)done : 0;
		if (done > 0)
			done = process_vm_writev((pid_t)asked->pid, &ours, 1, &theirs, 1, 0);
	} else if (size && process_vm_readv((pid_t)asked->pid, &ours, 1, &theirs, 1, 0) > 0) {
		done = asked->data.nr == SYS_write ? write(fd, bytes, size)
						   : send(fd, bytes, size, (int)words[3]);
	}
	free(bytes);
	close(fd);
	close(pidfd);
	*moved = done;
	return done > 0;
}

static void answer(const struct refusal *refusal, pid_t child, const struct seccomp_notif *asked,
		   struct seccomp_notif_resp *resp)
{
	int64_t moved;

	resp->flags = 0;
	if (refusal->error == REFUSAL_KILL)
		kill(child, SIGKILL);
	else if (refusal->error == REFUSAL_END && kill(child, SIGTERM) == 0)
		resp->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	else if (refusal->error != REFUSAL_SHORT)
		resp->error = -refusal->error;
	else if (move_half(asked, &moved))
		resp->val = moved;
	else
		resp->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
}

static void note_file(struct refusal *refusal, const struct seccomp_notif *asked)
{
	char link[64];
	ssize_t length;

	refusal->file[0] = '\0';
	if (asked->data.args[0] > REFUSAL_SOCKET) /* a path */
		return;
	snprintf(link, sizeof(link), "/proc/%u/fd/%d", asked->pid, (int)asked->data.args[0]);
	length = readlink(link, refusal->file, sizeof(refusal->file) - 1);
	refusal->file[length < 0 ? 0 : length] = '\0';
}

static bool is_refused(struct refusal *refusal, size_t row)
{
	bool counts = !refusal->of || strcmp(refusal_row(row)->name, refusal->of) == 0;

	refusal->passed += counts;
	if (!refusal->at || refusal->passed < refusal->at)
		return false;
	if (counts && refusal->passed == refusal->at && !refusal->has_begun) {
		refusal->first = row;
		refusal->has_begun = true;
		return true;
	}
	return refusal->on && row == refusal->first;
}

static void attend_call(int listener, pid_t child, struct refusal *refusal)
{
	struct seccomp_notif asked;
	struct seccomp_notif_resp resp = {.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
	size_t row;

	memset(&asked, 0, sizeof(asked));
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0)
		return; /* who asked was killed */
	row = row_of(asked.data.nr);
	refusal->count++;
	if (refusal->count < REFUSAL_CALLS)
		refusal->made[refusal->count] = (unsigned char)row;
	resp.id = asked.id;
	if (is_refused(refusal, row)) {
		note_file(refusal, &asked);
		answer(refusal, child, &asked, &resp);
	}
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &resp);
}

/* ---- all of them ---- */

/* -1: the process has ended before. */
static int take_over(int socket)
{
	char byte;
	struct iovec bytes = {&byte, 1};
	union refusal_beside beside;
	struct msghdr message = {.msg_iov = &bytes,
				 .msg_iovlen = 1,
				 .msg_control = beside.room,
				 .msg_controllen = sizeof(beside.room)};
	int fd = -1;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&message))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

void refusal_attend(pid_t child, int socket, struct refusal *refusal)
{
	int listener = take_over(socket);
	struct pollfd ends[] = {
	    {.fd = listener, .events = POLLIN},
	    {.fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN},
	};

	refusal->count = refusal->passed = 0;
	refusal->has_begun = false;
	while (listener >= 0 && (poll(ends, 2, -1) > 0 || errno == EINTR)) {
		if (ends[0].revents & POLLIN)
			attend_call(listener, child, refusal);
		else if (ends[1].revents)
			break;
		ends[0].revents = ends[1].revents = 0; /* an interrupted poll() leaves them */
	}
	close(ends[1].fd);
	close(listener);
}
