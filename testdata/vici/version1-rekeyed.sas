ipsec1: #3, ESTABLISHED, IKEv1, 325a07b56ce6bdab_i* 6bf9fdddfba4c601_r
  local  '192.168.0.2' @ 192.168.0.2[4500]
  remote '192.168.0.1' @ 192.168.0.1[4500]
  AES_CBC-128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048
  established 1s ago, rekeying in 14042s
  tunnel1: #7, reqid 1, REKEYED, TUNNEL-in-UDP, ESP:AES_CBC-128/HMAC_SHA2_256_128/MODP_2048
    installed 1s ago, rekeying in 3431s, expires in 3959s
    in  99708fd1,    252 bytes,     3 packets,     1s ago
    out 73dfec2a,    252 bytes,     3 packets,     1s ago
    local  10.2.0.0/24
    remote 10.1.0.0/24
  tunnel1: #8, reqid 1, INSTALLED, TUNNEL-in-UDP, ESP:AES_CBC-128/HMAC_SHA2_256_128/MODP_2048
    installed 1s ago, rekeying in 3319s, expires in 3959s
    in  0a26e622,      0 bytes,     0 packets
    out 74d90795,      0 bytes,     0 packets
    local  10.2.0.0/24
    remote 10.1.0.0/24
