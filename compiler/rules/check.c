/* SPDX-License-Identifier: ISC */
#include "compiler/rules/check.h"

#include "compiler/finding/silence.h"
#include "compiler/model/device.h"
#include "compiler/tables/profile.h"

#include <stdarg.h>

static struct finding *report(struct check *check, const struct tunnel *tunnel,
			      enum severity severity, struct span at, const char *format,
			      va_list args) __attribute__((format(printf, 5, 0)));

static struct finding *report(struct check *check, const struct tunnel *tunnel,
			      enum severity severity, struct span at, const char *format,
			      va_list args)
{
	struct findings *findings = check->findings;
	int32_t outside = findings->tunnel;
	struct finding *finding;

	findings->tunnel = tunnel->id;
	finding = finding_vadd(findings, check->rule, severity, at, format, args);
	findings->tunnel = outside;
	return finding;
}

struct finding *check_report(struct check *check, const struct tunnel *tunnel, struct span at,
			     const char *format, ...)
{
	const struct rule_info *info = &rule_table[check->rule];
	enum severity severity = info->severity;
	struct finding *finding;
	va_list args;

	if (info->dormant && !tunnel->enabled)
		severity = SEVERITY_WARNING;
	va_start(args, format);
	finding = report(check, tunnel, severity, at, format, args);
	va_end(args);
	return finding;
}

struct finding *check_report_as(struct check *check, const struct tunnel *tunnel,
				enum severity severity, struct span at, const char *format, ...)
{
	struct finding *finding;
	va_list args;

	va_start(args, format);
	finding = report(check, tunnel, severity, at, format, args);
	va_end(args);
	return finding;
}

static bool subnet_readable(const struct tunnel *tunnel, const struct subnet *subnet,
			    enum setting setting, enum setting outer)
{
	return subnet->known && !tunnel_bad(tunnel, setting) &&
	       (subnet->set || !tunnel_bad(tunnel, outer));
}

bool selectors_are_readable(const struct tunnel *tunnel)
{
	return subnet_readable(tunnel, &tunnel->local_subnet, SETTING_LOCAL_SUBNET,
			       SETTING_LOCAL_ADDRESS) &&
	       subnet_readable(tunnel, &tunnel->remote_subnet, SETTING_REMOTE_SUBNET, SETTING_PEER);
}

bool device_encrypts_secrets(const struct check *check)
{
	const struct device *device = check->surroundings->device;

	return device && device->encrypts_secrets;
}

const struct profile *profile_of(const struct check *check, const struct tunnel *tunnel)
{
	const struct silence *silence = check->findings->silence;
	const struct profile *own = NULL;

	if (silence && check->surroundings->has_policies)
		own = silence_profile(silence, tunnel->id);
	return own ? own : check->surroundings->profile;
}

bool peer_is_weos4(const struct check *check, const struct tunnel *tunnel)
{
	return check->model->dialect == DIALECT_WEOS4 ||
	       profile_of(check, tunnel) == &profile_table[PROFILE_WEOS4];
}
