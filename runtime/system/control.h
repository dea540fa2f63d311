/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CONTROL_H
#define WEIPSEC_CONTROL_H

#include <jansson.h>
#include <stdbool.h>
#include <uev/uev.h>

/*
 * The socket `control' in the state directory, through which others ask whoever holds the lock: one
 * JSON object there, one back, and the connection ends.
 */

#define CONTROL_SIZE_MAX ((size_t)8 << 20) /* bytes of a request or an answer */

struct control;
struct control_client;

/* A request came; CLIENT gets its answer with control_answer(), at once or later. */
typedef void control_request(void *context, struct control_client *client, json_t *request);

/*
 * Listens on `control' in the folder FD, which only this process may do.  NULL with errno; CONTEXT
 * is for REQUEST.
 */
struct control *control_new(uev_ctx_t *loop, int fd, control_request *request, void *context);
/* Removes the socket; clients without an answer are hung up on. */
void control_free(struct control *control);

/* Answers, and takes ANSWER over.  CLIENT is gone afterwards. */
void control_answer(struct control_client *client, json_t *answer);

/*
 * Asks whoever listens in the folder FD, and waits for SECONDS at most.  REQUEST is taken over.
 * NULL with errno; ECONNREFUSED and ENOENT: nobody listens.
 */
json_t *control_ask(int fd, json_t *request, int seconds);
/* Somebody listens in the folder FD at this moment; that one may be gone at the next. */
bool control_is_there(int fd);

#endif
