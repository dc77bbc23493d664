-- shard-0
INSERT INTO keys (scope, fingerprint, outcome, unknown_until, forgotten_at) VALUES ('6089fe767159afaf75ef96dd19d1b39cd620175dff86de9bf69e0578a60765ba', 'ae89be2dfba5d77b57da9577c45ea37a9d688e16c9962d0af56b4cb0fee11656', NULL, 0, 186400000);
INSERT INTO keys (scope, fingerprint, outcome, unknown_until, forgotten_at) VALUES ('b0aee323b5ade13d6f804eaad8d99a963ea455ed45570f1b96ec99ecc836a8f3', 'ae89be2dfba5d77b57da9577c45ea37a9d688e16c9962d0af56b4cb0fee11656', NULL, 100005500, 186400000);
INSERT INTO keys (scope, fingerprint, outcome, unknown_until, forgotten_at) VALUES ('c0bab341b416c0285743ae3d88070111c344cbc9378300cc2d9c6128ac5cf44d', 'ae89be2dfba5d77b57da9577c45ea37a9d688e16c9962d0af56b4cb0fee11656', '{"Done":[201,"{\"session_id\":\"s-1\",\"redirect_url\":\"https://pay.example/s-1\"}"]}', 100005500, 186400000);

-- shard-5
INSERT INTO keys (scope, fingerprint, outcome, unknown_until, forgotten_at) VALUES ('a5b171a5f30c571ec63f5bae13b918be15ced84ff9bbb1c36ab852d322f15c81', '4acbe4eb035a8f4771c847599e54955d3a05efcdcc0b1ad20fc1a2bdaacd3b40', '{"Done":[201,"{\"url\":\"u\"}"]}', 100005500, 186400000);

-- shard-10
INSERT INTO keys (scope, fingerprint, outcome, unknown_until, forgotten_at) VALUES ('ea2492dc53fce7ea7932b4756504628169b445ea4cf361e63456efc2621261a8', 'ae89be2dfba5d77b57da9577c45ea37a9d688e16c9962d0af56b4cb0fee11656', '{"Refused":{"status":422,"code":"coin_not_supported","title":"A title","detail":"The gateway refused.","executed":"no","retryable":false,"retry_after":null,"field":null,"reference":null,"gateway_status":400,"of_the_gateway":true}}', 100005500, 186400000);

-- shard-11
INSERT INTO keys (scope, fingerprint, outcome, unknown_until, forgotten_at) VALUES ('fb9f8068517d8f71ad59157f4f62cae01ae8afed64f566ae233ff9db60fd7d8b', '27682e2912eeac8c37f4118ef928d10e82793ae36ca2967a4ca884d3d123844f', '{"Done":[200,"{\"address\":\"T1\"}"]}', 100005500, 186400000);

