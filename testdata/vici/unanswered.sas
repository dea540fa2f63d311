ipsec1: #1, ESTABLISHED, IKEv2, 12e1d8b55330cd81_i* 5764a0b1993ebbac_r
  local  '192.168.0.2' @ 192.168.0.2[4500]
  remote '192.168.0.1' @ 192.168.0.1[4500]
  AES_CBC-128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519
  established 2s ago, rekeying in 14039s
  active:  CHILD_REKEY
  tunnel1: #2, reqid 1, DELETED, TUNNEL-in-UDP, ESP:AES_CBC-128/HMAC_SHA2_256_128
    installed 2s ago, rekeying in 3463s, expires in 3958s
    in  e581db19,    252 bytes,     3 packets,     2s ago
    out eab6f080,    252 bytes,     3 packets,     2s ago
    local  10.2.0.0/24
    remote 10.1.0.0/24
  tunnel1: #3, reqid 1, REKEYING, TUNNEL-in-UDP, ESP:AES_CBC-128/HMAC_SHA2_256_128
    installed 1s ago, rekeying in 3583s, expires in 3959s
    in  bca9d1b5,      0 bytes,     0 packets
    out 3a2982a1,      0 bytes,     0 packets
    local  10.2.0.0/24
    remote 10.1.0.0/24
