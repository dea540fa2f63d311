/* SPDX-License-Identifier: ISC */
/* The states of a lab without IKE: their keys are given by hand. */
#include "backends/xfrm_keys.h"

/*
 * A state is gone after so many bytes; the policies then drop.  2^30 bytes are 2^26 blocks of AES,
 * far from the 2^64 at which CBC begins to repeat.
 */
#define BYTES_MAX (1u << 30)

bool xfrm_keys_supports(const struct tunnel *tunnel, struct backend_refusal *refusal)
{
	const struct algorithm *cipher = tunnel->esp->slot[SUITE_CIPHER].algorithm;

	if (!cipher)
		return backend_refuse(refusal, tunnel, SETTING_ESP,
				      "keys need an 'esp' line with a CBC cipher: there is none");
	if (cipher->kind != ALGORITHM_CBC)
		return backend_refuse(refusal, tunnel, SETTING_ESP,
				      "'%s' must not be used with static keys, which would repeat "
				      "its counter (RFC %u)",
				      cipher->word, cipher->rfc);
	return true;
}

static void write_key(struct output *output, struct slice key)
{
	char pair[2 + 1];

	output_bytes(output, "0x", 2);
	for (size_t i = 0; i < key.length; i++) {
		hex_write(key.at + i, 1, pair);
		output_bytes(output, pair, 2);
	}
	output->has_secrets = 1;
}

/*
 * The window is 0, no protection against replay: after a `down' and `up' of one end its numbers
 * begin anew, and the other end would drop them.
 */
static void write_state(struct output *output, const struct tunnel *tunnel,
			enum direction direction)
{
	const struct sa_keys *keys = &tunnel->keys[direction];
	const struct algorithm *auth = tunnel->esp->slot[SUITE_AUTH].algorithm;
	bool is_out = direction == DIRECTION_OUT;
	uint32_t source = is_out ? tunnel->local_address.ip : tunnel->peer.ip;
	uint32_t target = is_out ? tunnel->peer.ip : tunnel->local_address.ip;

	output_origin(output, tunnel, SETTING_LOCAL_ADDRESS);
	output_origin(output, tunnel, SETTING_PEER);
	output_origin(output, tunnel, SETTING_ESP);
	output_origin(output, tunnel, SETTING_SA_REKEY_TIME);
	output_printf(output,
		      "\tstate ipsec%d 'src " IP_FORMAT " dst " IP_FORMAT
		      " proto esp spi 0x%08x' 'reqid %u mode tunnel replay-window 0 "
		      "auth-trunc hmac(%s) ",
		      (int)tunnel->id, IP_BYTES(source), IP_BYTES(target), keys->spi,
		      xfrm_reqid(tunnel), auth->word);
	write_key(output, keys->authentication);
	output_printf(output, " %u enc cbc(aes) ", auth->icv * 8);
	write_key(output, keys->encryption);
	/* as long as a negotiated SA would live (life_time of swanctl.conf) */
	output_printf(output, "' 'limit byte-hard %u limit time-hard %llu'\n", BYTES_MAX,
		      (unsigned long long)tunnel->sa_rekey_time * 110 / 100);
}

void xfrm_keys_write(struct output *output, const struct tunnel *tunnel)
{
	write_state(output, tunnel, DIRECTION_OUT);
	write_state(output, tunnel, DIRECTION_IN);
}
