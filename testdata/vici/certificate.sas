ipsec1: #5, ESTABLISHED, IKEv2, b7a38ac962e96491_i dcedb420bc5b314e_r*
  local  'C=SE, O=Ex, CN=alice' @ 192.168.0.1[4500]
  remote 'C=SE, O=Ex, CN=bob' @ 192.168.0.2[4500]
  AES_CBC-128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519
  established 1s ago, rekeying in 12994s
  tunnel1: #10, reqid 1, INSTALLED, TUNNEL-in-UDP, ESP:AES_CBC-128/HMAC_SHA2_256_128
    installed 1s ago, rekeying in 3290s, expires in 3959s
    in  9be2f793,    252 bytes,     3 packets,     1s ago
    out 53a63808,    252 bytes,     3 packets,     1s ago
    local  10.1.0.0/24
    remote 10.2.0.0/24
