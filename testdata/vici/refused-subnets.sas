ipsec1: #4, ESTABLISHED, IKEv2, a0e65f2d344d4071_i* ec40dd5926c423ea_r
  local  '192.168.0.2' @ 192.168.0.2[4500]
  remote '192.168.0.1' @ 192.168.0.1[4500]
  AES_CBC-128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519
  established 0s ago, rekeying in 13316s
