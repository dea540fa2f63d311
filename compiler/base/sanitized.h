/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SANITIZED_H
#define WEIPSEC_SANITIZED_H

/* 1 in a build with a sanitizer that has a malloc() of its own and looks into the process. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

#endif
