-- shard-1
INSERT INTO links (key, link, expires_at, began_at, forgotten_at) VALUES ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '{"foreign_id":"\"é\"\n","return_url":"https://shop.example/thanks","mode":"redirect"}', 103600000, NULL, 708400000);
INSERT INTO links (key, link, expires_at, began_at, forgotten_at) VALUES ('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', '{"foreign_id":"user-17","return_url":"https://shop.example/thanks","coins":["USDTT","BNB-BSC"],"mode":"both","convert_to":"EUR"}', 2692000000, 100000000, 3296800000);
INSERT INTO links (key, link, expires_at, began_at, forgotten_at) VALUES ('dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd', '{"foreign_id":"\"é\"\n","return_url":"https://shop.example/thanks","mode":"redirect","extra":"{\"end_user_reference\":\"é\\\"\",\"sender_data\":{\"age\":36.0}}"}', 100060000, NULL, 704860000);
INSERT INTO sessions (key, coin, way, number, began_at) VALUES ('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'BNB-BSC', 'address', 2, 100000000);
INSERT INTO sessions (key, coin, way, number, began_at) VALUES ('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'USDTT', 'redirect', 1, 100000000);
INSERT INTO addresses (key, address) VALUES ('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', '0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c');

