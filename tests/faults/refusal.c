/* SPDX-License-Identifier: ISC */
#include "tests/faults/refusal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPENS {EACCES, EMFILE, EIO, ENOSPC, EROFS, EINTR}
#define CHANGES {EACCES, EIO, ENOSPC, EROFS}
#define LOOKS {EACCES, EIO}

/* Not all machines have the older ones. */
static const struct refusal_call calls[] = {
#ifdef SYS_open
    {"open", SYS_open, OPENS, false},
    {"rename", SYS_rename, CHANGES, false},
    {"link", SYS_link, {EPERM, EMLINK, EIO, ENOSPC}, false},
    {"mkdir", SYS_mkdir, CHANGES, false},
    {"symlink", SYS_symlink, CHANGES, false},
    {"unlink", SYS_unlink, CHANGES, false},
    {"readlink", SYS_readlink, LOOKS, false},
    {"access", SYS_access, LOOKS, false},
    {"stat", SYS_stat, LOOKS, false},
    {"poll", SYS_poll, {ENOMEM, EINTR}, true},
    {"epoll_wait", SYS_epoll_wait, {EINTR}, true},
#endif
#ifdef SYS_renameat
    {"renameat", SYS_renameat, CHANGES, false},
#endif
    {"openat", SYS_openat, OPENS, false},
    {"renameat2", SYS_renameat2, CHANGES, false},
    {"linkat", SYS_linkat, {EPERM, EMLINK, EIO, ENOSPC}, false},
    {"mkdirat", SYS_mkdirat, CHANGES, false},
    {"symlinkat", SYS_symlinkat, CHANGES, false},
    {"unlinkat", SYS_unlinkat, CHANGES, false},
    {"readlinkat", SYS_readlinkat, LOOKS, false},
    {"faccessat", SYS_faccessat, LOOKS, false},
#ifdef SYS_newfstatat
    {"fstatat", SYS_newfstatat, LOOKS, false},
#endif
    {"fstat", SYS_fstat, {EIO}, false},
    {"getcwd", SYS_getcwd, {EACCES, ENOMEM}, false},
    {"getdents64", SYS_getdents64, {EIO}, false},
    {"read", SYS_read, {EIO, EINTR, REFUSAL_SHORT}, true},
    {"pread64", SYS_pread64, {EIO, EINTR, REFUSAL_SHORT}, true},
    {"write", SYS_write, {ENOSPC, EDQUOT, EIO, EINTR, REFUSAL_SHORT}, true},
    {"fsync", SYS_fsync, {EIO, ENOSPC, EDQUOT}, false},
    {"fchmod", SYS_fchmod, {EPERM, EIO, EROFS}, false},
    {"ftruncate", SYS_ftruncate, {EIO, EROFS}, false},
    {"close", SYS_close, {EIO, ENOSPC, EINTR}, false},
    {"flock", SYS_flock, {ENOLCK, EINTR}, false},
    {"fcntl", SYS_fcntl, {EMFILE}, false},
    {"socket", SYS_socket, {EMFILE, ENOMEM, EACCES}, false},
    {"connect", SYS_connect, {ECONNREFUSED, EACCES, EAGAIN}, false},
    {"sendto", SYS_sendto, {EPIPE, ECONNRESET, ENOBUFS, EAGAIN, EINTR, REFUSAL_SHORT}, true},
    {"recvfrom", SYS_recvfrom, {ECONNRESET, ENOMEM, EAGAIN, EINTR, REFUSAL_SHORT}, true},
    {"bind", SYS_bind, {EACCES, EADDRINUSE, ENOMEM}, false},
    {"listen", SYS_listen, {EADDRINUSE}, false},
    {"accept4", SYS_accept4, {EMFILE, ENOMEM, ECONNABORTED, EINTR}, false},
    {"fchmodat", SYS_fchmodat, CHANGES, false},
    {"signalfd4", SYS_signalfd4, {EMFILE, ENOMEM}, false},
    {"epoll_create1", SYS_epoll_create1, {EMFILE, ENOMEM}, false},
    {"epoll_ctl", SYS_epoll_ctl, {ENOMEM, ENOSPC}, false},
    {"epoll_pwait", SYS_epoll_pwait, {EINTR}, true},
    {"ppoll", SYS_ppoll, {ENOMEM, EINTR}, true},
    {"timerfd_create", SYS_timerfd_create, {EMFILE, ENOMEM}, false},
    {"memfd_create", SYS_memfd_create, {EMFILE, ENOMEM}, false},
    {"pipe2", SYS_pipe2, {EMFILE, ENFILE}, false},
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

const struct refusal_call *refusal_row(size_t i)
{
	return i < CALLS ? &calls[i] : NULL;
}

/* ---- handing over ---- */

static bool hand_over(int fd)
{
	char byte = 0;
	struct iovec bytes = {&byte, 1};
	union refusal_beside beside = {.room = {0}};
	struct msghdr message = {.msg_iov = &bytes,
				 .msg_iovlen = 1,
				 .msg_control = beside.room,
				 .msg_controllen = sizeof(beside.room)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	return sendmsg(REFUSAL_SOCKET, &message, 0) == 1;
}


/* Each row is a jump to the last instruction, which asks; a call of none of them goes on. */
static size_t make_filter(struct sock_filter *filter)
{
	size_t at = 0;

	filter[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						    offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < CALLS; i++)
		filter[at++] = (struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i].number,
		    (unsigned char)(CALLS - i), 0);
	filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
	return at;
}

/* sendmsg() is no row: it is what hands over. */
bool refusal_submit(void)
{
	struct sock_filter filter[CALLS + 3];
	struct sock_fprog program = {.filter = filter};
	int listener;

	program.len = (unsigned short)make_filter(filter);
	fcntl(REFUSAL_SOCKET, F_SETFD, FD_CLOEXEC);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
				SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	return listener >= 0 && hand_over(listener);
}
