-- Rows of an installation whose tables are those of revision 5e1c0de7a110; every person is invented.
INSERT INTO "account" ("id", "email", "name", "password", "active", "fs_uniquifier", "locale", "is_demo", "created_at", "last_sign_in_at", "closed_at", "password_set_at", "reset_version", "reset_until") VALUES
(1, 'amina.yusuf@example.org', 'Amina Yusuf', '!', 1, '4a2701b3b44842e5996a00ada4507362', 'en', 1, '2025-09-23 17:53:52.899667', NULL, NULL, '2025-09-23 17:53:52.899667', 0, NULL),
(2, 'david.oconnor@example.org', 'David O''Connor', '!', 1, '3978146e354242d2a4d1c400903f3c80', 'en', 1, '2025-09-23 17:53:52.899667', NULL, NULL, '2025-09-23 17:53:52.899667', 0, NULL),
(3, 'rania.alhalabi@example.org', 'Rania al-Halabi', '!', 1, 'a79da2a2cf3e41e78381a095728aa11d', 'en', 1, '2025-09-23 17:53:52.899667', NULL, NULL, '2025-09-23 17:53:52.899667', 0, NULL),
(4, 'tunde.adeyemi@example.org', 'Tunde Adeyemi', '!', 1, 'f39cc614d7ec4e3c9b907d5f96d34057', 'en', 1, '2025-09-23 17:53:52.899667', NULL, NULL, '2025-09-23 17:53:52.899667', 0, NULL),
(5, 'zofia.kowalska@example.org', 'Zofia Kowalska', '!', 1, 'df8c35d0bf874d63919de9812ef3fcdd', 'en', 1, '2025-09-23 17:53:52.899667', NULL, NULL, '2025-09-23 17:53:52.899667', 0, NULL),
(6, 'harpreet.gill@example.org', 'Harpreet Gill', '!', 1, '8299424c804646098a19a44c20feff43', 'en', 1, '2025-09-23 17:53:52.899667', NULL, NULL, '2025-09-23 17:53:52.899667', 0, NULL);
INSERT INTO "audit_entry" ("id", "at", "actor_kind", "account_id", "actor_label", "action", "subject", "group_id", "detail") VALUES
(1, '2025-09-23 17:53:52.899667', 'cli', NULL, 'demo', 'group.created', 'group:1', 1, NULL),
(2, '2025-09-23 17:53:52.899667', 'cli', NULL, 'demo', 'payment_account.created', 'payment_account:1', 1, '{"legal_name": "Lea Valley Solidarity Network (demo)", "name": "lea_valley"}'),
(3, '2025-09-23 17:53:52.899667', 'cli', NULL, 'demo', 'group.created', 'group:2', 2, NULL),
(4, '2025-09-23 17:53:52.899667', 'cli', NULL, 'demo', 'group.created', 'group:3', 3, NULL);
INSERT INTO "group" ("id", "slug", "name", "about", "kind", "legal_name", "legal_form", "legal_number", "contact_email", "website", "address_line", "created_at", "version") VALUES
(1, 'lea-valley-solidarity-network', '{"origin": "en", "texts": {"ar": "شبكة وادي لي للتضامن", "en": "Lea Valley Solidarity Network"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 'network', 'Lea Valley Solidarity Network (demo)', 'Unincorporated association', NULL, 'hello@leavalley.example.org', 'https://leavalley.example.org', 'The Boathouse, 3 Towpath Lane, London (demo address)', '2025-09-23 17:53:52.899667', 1),
(2, 'syria-solidarity-campaign', '{"origin": "en", "texts": {"ar": "حملة التضامن مع سوريا", "en": "Syria Solidarity Campaign"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 'network', 'Syria Solidarity Campaign (demo)', 'Unincorporated association', NULL, 'info@syriasolidarity.example.org', NULL, NULL, '2025-09-23 17:53:52.899667', 1),
(3, 'open-hands-relief', '{"origin": "en", "texts": {"ar": "أيادٍ مفتوحة للإغاثة", "en": "Open Hands Relief"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 'charity', 'Open Hands Relief (demo)', 'Charitable incorporated organisation', 'DEMO-0000001', 'office@openhands.example.org', 'https://openhands.example.org', 'Unit 4, Ferry Lane, London N17 (demo address)', '2025-09-23 17:53:52.899667', 1),
(4, 'long-road-convoys', '{"origin": "en", "texts": {"ar": "قوافل الطريق الطويل", "en": "Long Road Convoys"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 'partner', 'Long Road Convoys Community Interest Company (demo)', 'Community interest company', 'DEMO-0000002', 'crew@longroad.example.org', 'https://longroad.example.org', NULL, '2025-09-23 17:53:52.899667', 1);
INSERT INTO "job" ("id", "kind", "payload", "key", "state", "run_at", "tries", "worker", "leased_until", "last_error", "created_at", "finished_at") VALUES
(1, 'mail.deliver', '{"id": 1}', 'mail:1', 'done', '2025-09-30 19:38:44.899667', 1, NULL, NULL, NULL, '2025-09-30 19:38:44.899667', '2026-11-22 17:53:56.623946'),
(2, 'mail.deliver', '{"id": 2}', 'mail:2', 'done', '2025-09-30 19:55:33.899667', 1, NULL, NULL, NULL, '2025-09-30 19:55:33.899667', '2026-11-22 17:53:56.673765'),
(3, 'mail.deliver', '{"id": 3}', 'mail:3', 'done', '2025-10-01 15:33:54.899667', 1, NULL, NULL, NULL, '2025-10-01 15:33:54.899667', '2026-11-22 17:53:56.711882'),
(4, 'mail.deliver', '{"id": 4}', 'mail:4', 'done', '2025-10-04 15:33:54.899667', 1, NULL, NULL, NULL, '2025-10-04 15:33:54.899667', '2026-11-22 17:53:56.815813'),
(5, 'mail.deliver', '{"id": 5}', 'mail:5', 'done', '2026-06-05 07:32:04.899667', 1, NULL, NULL, NULL, '2026-06-05 07:32:04.899667', '2026-11-22 17:53:56.875551'),
(6, 'mail.deliver', '{"id": 6}', 'mail:6', 'done', '2026-06-08 07:32:04.899667', 1, NULL, NULL, NULL, '2026-06-08 07:32:04.899667', '2026-11-22 17:53:56.936740'),
(7, 'mail.deliver', '{"id": 7}', 'mail:7', 'done', '2026-07-04 15:32:18.899667', 1, NULL, NULL, NULL, '2026-07-04 15:32:18.899667', '2026-11-22 17:53:56.952875'),
(8, 'mail.deliver', '{"id": 8}', 'mail:8', 'done', '2026-07-10 20:00:37.899667', 1, NULL, NULL, NULL, '2026-07-10 20:00:37.899667', '2026-11-22 17:53:56.972199'),
(9, 'mail.deliver', '{"id": 9}', 'mail:9', 'done', '2026-07-13 20:00:37.899667', 1, NULL, NULL, NULL, '2026-07-13 20:00:37.899667', '2026-11-22 17:53:57.005057'),
(10, 'mail.deliver', '{"id": 10}', 'mail:10', 'waiting', '2026-09-03 15:20:22.899667', 0, NULL, NULL, NULL, '2026-09-03 15:20:22.899667', NULL),
(11, 'mail.deliver', '{"id": 11}', 'mail:11', 'waiting', '2026-09-17 19:29:20.899667', 0, NULL, NULL, NULL, '2026-09-17 19:29:20.899667', NULL),
(12, 'mail.deliver', '{"id": 12}', 'mail:12', 'done', '2026-09-20 19:29:20.899667', 1, NULL, NULL, NULL, '2026-09-20 19:29:20.899667', '2026-11-22 17:53:57.054793');
INSERT INTO "ledger_entry" ("id", "source", "ref", "kind", "order_key", "posted_at", "recorded_at", "reason") VALUES
(1, 'stripe:1', 'txn_zvg0pt8kncz6e814d9cv', 'charge', '41kjjsy8c4xkf437hj58', '2025-09-30 19:38:19.000000', '2025-09-30 19:38:44.899667', NULL),
(2, 'stripe:1', 'txn_tr5y7rsmz3x0kja8jjjc', 'charge', 'f2tc9hsbcbt5ekfr9ftk', '2025-09-30 19:55:08.000000', '2025-09-30 19:55:33.899667', NULL),
(3, 'stripe:1', 'txn_kpy1xw5enkj3xv3dkxpw', 'charge', 'gqs8g9acwf8hqp5q8hmy', '2025-10-01 15:33:29.000000', '2025-10-01 15:33:54.899667', NULL),
(4, 'stripe:1', 'txn_crqx238e0fxgf4b855nf', 'refund', 'gqs8g9acwf8hqp5q8hmy', '2025-10-04 15:32:19.000000', '2025-10-04 15:33:54.899667', NULL),
(5, 'stripe:1', 'txn_39eaftqvg4vzmqknn20g', 'charge', 'srngch9b1xpmp9qdd3ns', '2026-06-05 07:31:39.000000', '2026-06-05 07:32:04.899667', NULL),
(6, 'stripe:1', 'txn_9nv3qadzksf5wat7wygq', 'refund', 'srngch9b1xpmp9qdd3ns', '2026-06-08 07:30:29.000000', '2026-06-08 07:32:04.899667', NULL),
(7, 'stripe:1', 'txn_wk4f3qpkmjt4t0nfga55', 'charge', 'krzhaah1q01kbq2b0s13', '2026-07-04 15:31:53.000000', '2026-07-04 15:32:18.899667', NULL),
(8, 'stripe:1', 'txn_2ds7xm35eksbt3rprzd0', 'charge', 'sdyz39k4pbbpg1yst06a', '2026-07-10 20:00:12.000000', '2026-07-10 20:00:37.899667', NULL),
(9, 'stripe:1', 'txn_1asqa51p8fq47xa8an7d', 'refund', 'sdyz39k4pbbpg1yst06a', '2026-07-13 19:59:02.000000', '2026-07-13 20:00:37.899667', NULL),
(10, 'stripe:1', 'txn_thktzeyx5bkkp1p83zzm', 'charge', '1am418dtnp9bv67ej9vx', '2026-09-03 15:19:57.000000', '2026-09-03 15:20:22.899667', NULL),
(11, 'stripe:2', 'txn_kxy96btvx2jp98d1tgzs', 'charge', 'htraqytztek79n3j8nrn', '2026-09-17 19:28:55.000000', '2026-09-17 19:29:20.899667', NULL),
(12, 'stripe:2', 'txn_z2tds9fv0jks10fcvcjz', 'refund', 'htraqytztek79n3j8nrn', '2026-09-20 19:27:45.000000', '2026-09-20 19:29:20.899667', NULL);
INSERT INTO "outbox_mail" ("id", "template", "key", "to", "locale", "values", "reply_to", "sender_name", "message_id", "state", "tries", "created_at", "next_try_at", "taken_at", "finished_at", "last_error", "purged_at") VALUES
(1, 'appeals/receipt', 'receipt:1', 'oluwaseun.balogun@example.org', 'en', '{}', 'hello@leavalley.example.org', 'Lea Valley Solidarity Network', '<xw4hn7t3e62c373s0n62@muster.example.org>', 'sent', 1, '2025-09-30 19:38:44.899667', '2025-09-30 19:38:44.899667', '2026-11-22 17:53:56.513257', '2026-11-22 17:53:56.616827', NULL, '2026-11-22 17:53:56.616827'),
(2, 'appeals/receipt', 'receipt:2', 'nour.alali@example.org', 'ar', '{}', 'hello@leavalley.example.org', 'Lea Valley Solidarity Network', '<94dq9eqd3r6e90rhn1pn@muster.example.org>', 'sent', 1, '2025-09-30 19:55:33.899667', '2025-09-30 19:55:33.899667', '2026-11-22 17:53:56.636264', '2026-11-22 17:53:56.673104', NULL, '2026-11-22 17:53:56.673104'),
(3, 'appeals/receipt', 'receipt:4', 'elif.demir@example.org', 'en', '{}', 'hello@leavalley.example.org', 'Lea Valley Solidarity Network', '<a0be7vzzbs2mn0899542@muster.example.org>', 'sent', 1, '2025-10-01 15:33:54.899667', '2025-10-01 15:33:54.899667', '2026-11-22 17:53:56.681901', '2026-11-22 17:53:56.705653', NULL, '2026-11-22 17:53:56.705653'),
(4, 'appeals/refund', 'refund:4:7500', 'elif.demir@example.org', 'en', '{}', 'hello@leavalley.example.org', 'Lea Valley Solidarity Network', '<8xmbkt059kxvadh4hjbj@muster.example.org>', 'sent', 1, '2025-10-04 15:33:54.899667', '2025-10-04 15:33:54.899667', '2026-11-22 17:53:56.723990', '2026-11-22 17:53:56.804077', NULL, '2026-11-22 17:53:56.804077'),
(5, 'appeals/receipt', 'receipt:5', 'fergus.baird@example.org', 'en', '{}', 'hello@leavalley.example.org', 'Lea Valley Solidarity Network', '<yzegsekfahb0wawkfjhp@muster.example.org>', 'sent', 1, '2026-06-05 07:32:04.899667', '2026-06-05 07:32:04.899667', '2026-11-22 17:53:56.832296', '2026-11-22 17:53:56.872168', NULL, '2026-11-22 17:53:56.872168'),
(6, 'appeals/refund', 'refund:5:1250', 'fergus.baird@example.org', 'en', '{}', 'hello@leavalley.example.org', 'Lea Valley Solidarity Network', '<wc43mvtcbx6s1hsahssc@muster.example.org>', 'sent', 1, '2026-06-08 07:32:04.899667', '2026-06-08 07:32:04.899667', '2026-11-22 17:53:56.892092', '2026-11-22 17:53:56.935672', NULL, '2026-11-22 17:53:56.935672'),
(7, 'appeals/receipt', 'receipt:7', 'hannah.weiss@example.org', 'en', '{}', 'hello@leavalley.example.org', 'Lea Valley Solidarity Network', '<0aybsax43dpw740edjf6@muster.example.org>', 'sent', 1, '2026-07-04 15:32:18.899667', '2026-07-04 15:32:18.899667', '2026-11-22 17:53:56.941358', '2026-11-22 17:53:56.952213', NULL, '2026-11-22 17:53:56.952213'),
(8, 'appeals/receipt', 'receipt:8', 'fergus.baird@example.org', 'en', '{}', 'hello@leavalley.example.org', 'Lea Valley Solidarity Network', '<s0g15xnd7mh6eg1xjs0m@muster.example.org>', 'sent', 1, '2026-07-10 20:00:37.899667', '2026-07-10 20:00:37.899667', '2026-11-22 17:53:56.958542', '2026-11-22 17:53:56.969494', NULL, '2026-11-22 17:53:56.969494'),
(9, 'appeals/refund', 'refund:8:15000', 'fergus.baird@example.org', 'en', '{}', 'hello@leavalley.example.org', 'Lea Valley Solidarity Network', '<77tazc1j722ycv6zmtt2@muster.example.org>', 'sent', 1, '2026-07-13 20:00:37.899667', '2026-07-13 20:00:37.899667', '2026-11-22 17:53:56.981299', '2026-11-22 17:53:57.004161', NULL, '2026-11-22 17:53:57.004161'),
(10, 'appeals/receipt', 'receipt:9', 'meera.patel@example.org', 'en', '{"address_line": "The Boathouse, 3 Towpath Lane, London (demo address)", "amount": {"currency": "GBP", "minor": 2500}, "appeal_title": {"origin": "en", "texts": {"ar": "ساعدونا على الانطلاق", "en": "Help us get started"}}, "contact_email": "hello@leavalley.example.org", "covered_fee": {"currency": "GBP", "minor": 0}, "donor_name": "", "fund_name": {"origin": "en", "texts": {"ar": "السنة الأولى", "en": "First year"}}, "fund_purpose": {"origin": "en", "texts": {"ar": "استئجار القاعة والطباعة والسفر والمعدات في السنة الأولى من عمل الشبكة.", "en": "Hall hire, printing, travel and equipment of the network in its first year."}}, "group_kind": "network", "group_name": {"origin": "en", "texts": {"ar": "شبكة وادي لي للتضامن", "en": "Lea Valley Solidarity Network"}}, "is_restricted": false, "legal_name": "Lea Valley Solidarity Network (demo)", "legal_number": "", "links": {"refunds": {"endpoint": "site.refunds"}, "thanks": {"endpoint": "appeals.thanks", "purpose": "thanks", "subject": "1am418dtnp9bv67ej9vx", "version": 1}}, "receipt_number": 7, "received_at": "2026-09-03T15:19:57+00:00", "reference": "MSTR-5BP55", "secondary_purpose": {"origin": "en", "texts": {"ar": "نفقات عمل الشبكة بعد سنتها الأولى.", "en": "The running costs of the network after its first year."}}, "statement_line": "LEA VALLEY SOLIDARITY", "total": {"currency": "GBP", "minor": 2500}}', 'hello@leavalley.example.org', 'Lea Valley Solidarity Network', '<bsxx5a7783gcfeym9wrc@muster.example.org>', 'waiting', 0, '2026-09-03 15:20:22.899667', '2026-09-03 15:20:22.899667', NULL, NULL, NULL, NULL),
(11, 'appeals/receipt', 'receipt:10', 'marcus.bennett@example.org', 'en', '{"address_line": "Unit 4, Ferry Lane, London N17 (demo address)", "amount": {"currency": "GBP", "minor": 3000}, "appeal_title": {"origin": "en", "texts": {"ar": "حملة مساعدات الشتاء", "en": "Winter aid drop"}}, "contact_email": "office@openhands.example.org", "covered_fee": {"currency": "GBP", "minor": 0}, "donor_name": "Marcus Bennett", "fund_name": {"origin": "en", "texts": {"ar": "حملة مساعدات الشتاء", "en": "Winter aid drop"}}, "fund_purpose": {"origin": "en", "texts": {"ar": "الوقود والعبّارة وأوراق الجمارك والمستهلكات الطبية لجولة الشتاء.", "en": "Diesel, ferry, customs papers and medical consumables for the winter round."}}, "group_kind": "charity", "group_name": {"origin": "en", "texts": {"ar": "أيادٍ مفتوحة للإغاثة", "en": "Open Hands Relief"}}, "is_restricted": true, "legal_name": "Open Hands Relief (demo)", "legal_number": "DEMO-0000001", "links": {"refunds": {"endpoint": "site.refunds"}, "thanks": {"endpoint": "appeals.thanks", "purpose": "thanks", "subject": "htraqytztek79n3j8nrn", "version": 1}}, "receipt_number": 1, "received_at": "2026-09-17T19:28:55+00:00", "reference": "MSTR-DDCRW", "secondary_purpose": {"origin": "en", "texts": {"ar": "جولة المساعدات التالية.", "en": "The next round of aid."}}, "statement_line": "OPEN HANDS RELIEF* WIN", "total": {"currency": "GBP", "minor": 3000}}', 'office@openhands.example.org', 'Open Hands Relief', '<3de2amxce1tkhywdv1ra@muster.example.org>', 'waiting', 0, '2026-09-17 19:29:20.899667', '2026-09-17 19:29:20.899667', NULL, NULL, NULL, NULL),
(12, 'appeals/refund', 'refund:10:1500', 'marcus.bennett@example.org', 'en', '{}', 'office@openhands.example.org', 'Open Hands Relief', '<g3sn063y87gr20jdhf7x@muster.example.org>', 'sent', 1, '2026-09-20 19:29:20.899667', '2026-09-20 19:29:20.899667', '2026-11-22 17:53:57.043164', '2026-11-22 17:53:57.054075', NULL, '2026-11-22 17:53:57.054075');
INSERT INTO "page_topic" ("topic", "version") VALUES
('appeal:1', 5),
('appeal:2', 7),
('appeal:3', 3),
('fund:1', 7),
('fund:2', 5),
('fund:3', 3),
('fund:4', 1),
('group:1', 13),
('group:2', 1),
('group:3', 4),
('group:4', 1),
('home', 16);
INSERT INTO "stored_file" ("id", "sha256", "media_type", "width", "height", "byte_count", "data", "created_at") VALUES
(1, 'a7fac8a5353e73e941f302cc30db352070081fbd811e74832ea5c2102ca26534', 'image/webp', 1600, 900, 4, X'52494646', '2025-09-30 17:53:52.899667'),
(2, '0393d3e9cacd21c16fb6e1e8205c694c9cea1a000934882f4e9f466d0d14d335', 'image/webp', 1600, 900, 4, X'52494646', '2026-03-31 17:53:52.899667'),
(3, '2a0ab5fcecd1626d286a8449de65e3be78f5667fa091df7a21c38ccf620598f5', 'image/webp', 1600, 900, 4, X'52494646', '2026-09-15 17:53:52.899667');
INSERT INTO "supporter" ("id", "public_id", "email", "locale", "created_at", "erased_at") VALUES
(1, 'vd34p1vfxhem4972akga', 'oluwaseun.balogun@example.org', 'en', '2025-09-30 19:37:09.899667', NULL),
(2, 'jkk294beteht3bznr5g0', 'nour.alali@example.org', 'ar', '2025-09-30 19:53:58.899667', NULL),
(3, 'gpyrhem3657pgkf6975s', 'farah.siddiqui@example.org', 'en', '2025-09-30 20:09:39.899667', NULL),
(4, 'rg9aq1m11m8wng2m71g9', 'elif.demir@example.org', 'en', '2025-10-01 15:32:19.899667', NULL),
(5, 'b0gtp4fbajq607174f0n', 'claire.fontaine@example.org', 'en', '2025-10-04 13:36:52.899667', NULL),
(6, 'n0sk545f33ap18wf51n9', 'sinead.walsh@example.org', 'en', '2025-10-13 11:21:21.899667', NULL),
(7, '93rkg778rhreayxe06v3', 'fergus.baird@example.org', 'en', '2026-06-05 07:30:29.899667', NULL),
(8, 'w329md08qepmbjg5ah9j', 'yewande.cole@example.org', 'en', '2026-06-05 12:06:17.899667', NULL),
(9, '596ppmfb0ej5mq88vkc3', 'hannah.weiss@example.org', 'en', '2026-07-04 15:30:43.899667', NULL),
(10, 'x254z96511jsa0adpjpx', 'meera.patel@example.org', 'en', '2026-09-03 15:18:47.899667', NULL),
(11, 'c3d4vf132d562r5xza69', 'marcus.bennett@example.org', 'en', '2026-09-17 19:27:45.899667', NULL);
INSERT INTO "consent" ("id", "supporter_id", "group_id", "purpose", "wording_version", "locale", "source", "given_at", "withdrawn_at") VALUES
(1, 5, 1, 'updates', 1, 'en', 'giving_form', '2025-10-04 13:36:52.899667', NULL),
(2, 8, 1, 'updates', 1, 'en', 'giving_form', '2026-06-05 12:06:17.899667', NULL),
(3, 9, 1, 'updates', 1, 'en', 'giving_form', '2026-07-04 15:30:43.899667', NULL),
(4, 11, 3, 'updates', 1, 'en', 'giving_form', '2026-09-17 19:27:45.899667', NULL);
INSERT INTO "membership" ("id", "account_id", "group_id", "role", "granted_at") VALUES
(1, 1, 1, 'owner', '2025-09-23 17:53:52.899667'),
(2, 1, 3, 'owner', '2025-09-23 17:53:52.899667'),
(3, 2, 1, 'treasurer', '2025-09-23 17:53:52.899667'),
(4, 2, 3, 'treasurer', '2025-09-23 17:53:52.899667'),
(5, 3, 1, 'organiser', '2025-09-23 17:53:52.899667'),
(6, 3, 3, 'organiser', '2025-09-23 17:53:52.899667'),
(7, 4, 1, 'moderator', '2025-09-23 17:53:52.899667'),
(8, 4, 3, 'moderator', '2025-09-23 17:53:52.899667'),
(9, 5, 1, 'editor', '2025-09-23 17:53:52.899667'),
(10, 5, 3, 'editor', '2025-09-23 17:53:52.899667'),
(11, 6, 1, 'auditor', '2025-09-23 17:53:52.899667'),
(12, 6, 3, 'auditor', '2025-09-23 17:53:52.899667');
INSERT INTO "payment_account" ("id", "group_id", "name", "legal_name", "statement_name", "sender_name", "currency", "cards_on", "created_at") VALUES
(1, 1, 'lea_valley', 'Lea Valley Solidarity Network (demo)', 'LEA VALLEY SOLIDARITY', 'Lea Valley Solidarity Network', 'GBP', 1, '2025-09-23 17:53:52.899667'),
(2, 3, 'open_hands', 'Open Hands Relief (demo)', 'OPEN HANDS RELIEF', 'Open Hands Relief', 'GBP', 1, '2025-09-23 17:53:52.899667');
INSERT INTO "receipt_counter" ("group_id", "last_number") VALUES
(1, 7),
(3, 1);
INSERT INTO "fund" ("id", "slug", "group_id", "name", "purpose", "secondary_purpose", "kind", "is_restricted", "payment_account_id", "partner_url", "currency", "created_at") VALUES
(1, 'first-year', 1, '{"origin": "en", "texts": {"ar": "السنة الأولى", "en": "First year"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 'network', 0, 1, NULL, 'GBP', '2025-09-23 17:53:52.899667'),
(2, 'hardship', 1, '{"origin": "en", "texts": {"ar": "صندوق العون للمحتجين المعتقلين", "en": "Hardship fund for arrested protesters"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 'legal', 1, 1, NULL, 'GBP', '2025-09-23 17:53:52.899667'),
(3, 'winter-aid', 3, '{"origin": "en", "texts": {"ar": "حملة مساعدات الشتاء", "en": "Winter aid drop"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 'charity', 1, 2, NULL, 'GBP', '2025-09-23 17:53:52.899667'),
(4, 'long-road-vehicles', 4, '{"origin": "en", "texts": {"ar": "مركبات قوافل الطريق الطويل", "en": "Vehicles of Long Road Convoys"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 'partner', 1, NULL, 'https://longroad.example.org/give', 'GBP', '2025-09-23 17:53:52.899667');
INSERT INTO "money_account" ("id", "kind", "payment_account_id", "name", "currency", "created_at") VALUES
(1, 'stripe', 1, 'Stripe (Lea Valley Solidarity Network (demo))', 'GBP', '2025-09-30 19:38:44.899667'),
(2, 'stripe', 2, 'Stripe (Open Hands Relief (demo))', 'GBP', '2026-09-17 19:29:20.899667');
INSERT INTO "sweep_cursor" ("payment_account_id", "swept_until", "swept_at") VALUES
(1, '2026-11-22 17:53:52.899667', '2026-11-22 17:53:52.899667'),
(2, '2026-11-22 17:53:52.899667', '2026-11-22 17:53:52.899667');
INSERT INTO "appeal" ("id", "slug", "group_id", "fund_id", "title", "summary", "story", "picture_id", "picture_alt", "currency", "goal_minor", "suggested_minor", "opens_at", "closes_at", "published_at", "created_at", "updated_at", "version") VALUES
(1, 'arrested-protesters-hardship-fund', 1, 2, '{"origin": "en", "texts": {"ar": "صندوق العون للمحتجين المعتقلين", "en": "Hardship fund for arrested protesters"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 1, '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 'GBP', 300000, '[500, 1000, 2000, 5000]', '2025-09-30 17:53:52.899667', '2026-03-05 17:53:52.899667', '2025-09-30 17:53:52.899667', '2025-09-30 17:53:52.899667', '2025-09-30 17:53:52.899667', 2),
(2, 'help-us-get-started', 1, 1, '{"origin": "en", "texts": {"ar": "ساعدونا على الانطلاق", "en": "Help us get started"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 2, '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 'GBP', 1200000, '[1000, 2500, 5000, 10000]', '2026-03-31 17:53:52.899667', NULL, '2026-03-31 17:53:52.899667', '2026-03-31 17:53:52.899667', '2026-03-31 17:53:52.899667', 2),
(3, 'winter-aid-drop', 3, 3, '{"origin": "en", "texts": {"ar": "حملة مساعدات الشتاء", "en": "Winter aid drop"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 3, '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', 'GBP', 850000, '[1500, 3000, 6000, 12000]', '2026-09-15 17:53:52.899667', NULL, '2026-09-15 17:53:52.899667', '2026-09-15 17:53:52.899667', '2026-09-15 17:53:52.899667', 2);
INSERT INTO "checkout_attempt" ("id", "public_id", "order_key", "n", "payment_account_id", "fund_id", "state", "amount_minor", "covered_fee_minor", "currency", "params", "session_id", "checkout_url", "created_at", "expires_at", "synced_at", "error") VALUES
(1, 'sbkq382b101b8a7jtf19', '41kjjsy8c4xkf437hj58', 1, 1, 2, 'complete', 10173, 173, 'GBP', '{}', 'cs_test_0y90xgax8mmxysf99wj4', NULL, '2025-09-30 19:37:09.899667', '2025-09-30 22:37:09.899667', '2025-09-30 19:38:44.899667', NULL),
(2, 'rwd31s0rrjnrrrv04qcw', 'f2tc9hsbcbt5ekfr9ftk', 1, 1, 2, 'complete', 5000, 0, 'GBP', '{}', 'cs_test_96k5j2g7wsnarnveywbw', NULL, '2025-09-30 19:53:58.899667', '2025-09-30 22:53:58.899667', '2025-09-30 19:55:33.899667', NULL),
(3, 'a3164f9s0j816gd8afnp', '5fsj1y90akgkdw8fzkn1', 1, 1, 2, 'expired', 500, 0, 'GBP', '{}', 'cs_test_jt4nyn2nk9ywn037cf47', NULL, '2025-09-30 20:09:39.899667', '2025-09-30 23:09:39.899667', '2025-10-01 20:14:39.899667', NULL),
(4, 'bcvxr00pb1937xwttcz9', 'gqs8g9acwf8hqp5q8hmy', 1, 1, 2, 'complete', 7500, 0, 'GBP', '{}', 'cs_test_3hzt7zb42pdzh3x5kzzn', NULL, '2025-10-01 15:32:19.899667', '2025-10-01 18:32:19.899667', '2025-10-01 15:33:54.899667', NULL),
(5, 'qmfrkdgfmj7pwyaj6ks0', 'x61sm6an8f6ppm06cj1q', 1, 1, 2, 'expired', 2000, 0, 'GBP', '{}', 'cs_test_c325qveh3vj3p9zca5j6', NULL, '2025-10-04 13:36:52.899667', '2025-10-04 16:36:52.899667', '2025-10-05 13:41:52.899667', NULL),
(6, 'tyac2tcjtt3fcwx3rprf', '3zeqjwqr0tw2w3v3t9pz', 1, 1, 2, 'expired', 500, 0, 'GBP', '{}', 'cs_test_2qzd8z63wmw8z5wravq6', NULL, '2025-10-13 11:21:21.899667', '2025-10-13 14:21:21.899667', '2025-10-14 11:26:21.899667', NULL),
(7, 'k84edv8xzar07b1cpdpn', 'srngch9b1xpmp9qdd3ns', 1, 1, 1, 'complete', 2500, 0, 'GBP', '{}', 'cs_test_ke59r2er4y9mdtq66016', NULL, '2026-06-05 07:30:29.899667', '2026-06-05 10:30:29.899667', '2026-06-05 07:32:04.899667', NULL),
(8, 'q2ke51k98str87ed9708', 'vay7s0fngcj14e4x7s92', 1, 1, 1, 'expired', 10000, 0, 'GBP', '{}', 'cs_test_wkc3m2fwghhmvpx6p0x0', NULL, '2026-06-05 12:06:17.899667', '2026-06-05 15:06:17.899667', '2026-06-06 12:11:17.899667', NULL),
(9, 'kzr0ax6ge9gq50v72v8a', 'krzhaah1q01kbq2b0s13', 1, 1, 1, 'complete', 20000, 0, 'GBP', '{}', 'cs_test_ywgxcp1pqk2rm3a7p34z', NULL, '2026-07-04 15:30:43.899667', '2026-07-04 18:30:43.899667', '2026-07-04 15:32:18.899667', NULL),
(10, '46hgbnr1ezsg7bz45p2d', 'sdyz39k4pbbpg1yst06a', 1, 1, 1, 'complete', 15000, 0, 'GBP', '{}', 'cs_test_yafh1c2c0vak4svjjmcw', NULL, '2026-07-10 19:59:02.899667', '2026-07-10 22:59:02.899667', '2026-07-10 20:00:37.899667', NULL),
(11, 'rrn1z87v5q2warqjnba5', '1am418dtnp9bv67ej9vx', 1, 1, 1, 'complete', 2500, 0, 'GBP', '{}', 'cs_test_z6q6nftp1v87yemh6sfx', NULL, '2026-09-03 15:18:47.899667', '2026-09-03 18:18:47.899667', '2026-09-03 15:20:22.899667', NULL),
(12, 'xz5p4tr8w6j57gjh5n8k', 'htraqytztek79n3j8nrn', 1, 2, 3, 'complete', 3000, 0, 'GBP', '{}', 'cs_test_0x3txry288rbvr2tdcat', NULL, '2026-09-17 19:27:45.899667', '2026-09-17 22:27:45.899667', '2026-09-17 19:29:20.899667', NULL);
INSERT INTO "fund_balance" ("id", "fund_id", "currency", "held_minor", "received_minor", "fees_minor", "spent_minor", "disputed_minor") VALUES
(1, 1, 'GBP', 23069, 23750, 681, 0, 0),
(2, 2, 'GBP', 14772, 15173, 401, 0, 0),
(3, 3, 'GBP', 1435, 1500, 65, 0, 0),
(4, 4, 'GBP', 0, 0, 0, 0, 0);
INSERT INTO "ledger_line" ("id", "entry_id", "position", "money_account_id", "category", "fund_id", "minor", "currency") VALUES
(1, 1, 0, 1, NULL, 2, 10000, 'GBP'),
(2, 1, 1, NULL, 'fees', 2, 173, 'GBP'),
(3, 1, 2, NULL, 'income', 2, -10173, 'GBP'),
(4, 2, 0, 1, NULL, 2, 4905, 'GBP'),
(5, 2, 1, NULL, 'fees', 2, 95, 'GBP'),
(6, 2, 2, NULL, 'income', 2, -5000, 'GBP'),
(7, 3, 0, 1, NULL, 2, 7367, 'GBP'),
(8, 3, 1, NULL, 'fees', 2, 133, 'GBP'),
(9, 3, 2, NULL, 'income', 2, -7500, 'GBP'),
(10, 4, 0, 1, NULL, 2, -7500, 'GBP'),
(11, 4, 1, NULL, 'income', 2, 7500, 'GBP'),
(12, 5, 0, 1, NULL, 1, 2442, 'GBP'),
(13, 5, 1, NULL, 'fees', 1, 58, 'GBP'),
(14, 5, 2, NULL, 'income', 1, -2500, 'GBP'),
(15, 6, 0, 1, NULL, 1, -1250, 'GBP'),
(16, 6, 1, NULL, 'income', 1, 1250, 'GBP'),
(17, 7, 0, 1, NULL, 1, 19680, 'GBP'),
(18, 7, 1, NULL, 'fees', 1, 320, 'GBP'),
(19, 7, 2, NULL, 'income', 1, -20000, 'GBP'),
(20, 8, 0, 1, NULL, 1, 14755, 'GBP'),
(21, 8, 1, NULL, 'fees', 1, 245, 'GBP'),
(22, 8, 2, NULL, 'income', 1, -15000, 'GBP'),
(23, 9, 0, 1, NULL, 1, -15000, 'GBP'),
(24, 9, 1, NULL, 'income', 1, 15000, 'GBP'),
(25, 10, 0, 1, NULL, 1, 2442, 'GBP'),
(26, 10, 1, NULL, 'fees', 1, 58, 'GBP'),
(27, 10, 2, NULL, 'income', 1, -2500, 'GBP'),
(28, 11, 0, 2, NULL, 3, 2935, 'GBP'),
(29, 11, 1, NULL, 'fees', 3, 65, 'GBP'),
(30, 11, 2, NULL, 'income', 3, -3000, 'GBP'),
(31, 12, 0, 2, NULL, 3, -1500, 'GBP'),
(32, 12, 1, NULL, 'income', 3, 1500, 'GBP');
INSERT INTO "appeal_totals" ("appeal_id", "currency", "received_minor", "on_its_way_minor", "returned_minor", "gift_count") VALUES
(1, 'GBP', 15000, 0, 7500, 2),
(2, 'GBP', 23750, 0, 16250, 3),
(3, 'GBP', 1500, 0, 1500, 1);
INSERT INTO "appeal_update" ("id", "appeal_id", "title", "body", "posted_at", "changed_at", "version") VALUES
(1, 1, '{"origin": "en", "texts": {"ar": "الجلسات الأولى", "en": "The first hearings"}}', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2025-11-16 17:53:52.899667', '2025-11-16 17:53:52.899667', 1);
INSERT INTO "donation" ("id", "public_id", "reference", "form_nonce", "appeal_id", "fund_id", "supporter_id", "consent_id", "email", "name", "public_name", "is_anonymous", "message", "amount_minor", "covered_fee_minor", "currency", "frequency", "locale", "source", "secondary_purpose", "created_at", "dated_at", "received_minor", "on_its_way_minor", "returned_minor", "settled_at", "forgotten_at") VALUES
(1, '41kjjsy8c4xkf437hj58', 'MSTR-KNDVY', '2TfJsGfsfv-ovs4GfNmHiTaWt4XXJb6F', 1, 2, 1, NULL, 'oluwaseun.balogun@example.org', NULL, 'Oluwaseun', 0, NULL, 10000, 173, 'GBP', 'once', 'en', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2025-09-30 19:37:09.899667', '2025-09-30 19:38:19.000000', 10173, 0, 0, '2025-09-30 19:38:19.000000', NULL),
(2, 'f2tc9hsbcbt5ekfr9ftk', 'MSTR-Q9QTB', 'd_WjQ30dMxheYleJZjtQXMo-lbKKjOAI', 1, 2, 2, NULL, 'nour.alali@example.org', 'نور العلي', NULL, 1, NULL, 5000, 0, 'GBP', 'once', 'ar', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2025-09-30 19:53:58.899667', '2025-09-30 19:55:08.000000', 5000, 0, 0, '2025-09-30 19:55:08.000000', NULL),
(3, '5fsj1y90akgkdw8fzkn1', 'MSTR-C4JKK', '5mTDiQy3PqRXkVFxh6C5vPWhb4nbsAhB', 1, 2, 3, NULL, 'farah.siddiqui@example.org', 'Farah Siddiqui', NULL, 1, NULL, 500, 0, 'GBP', 'once', 'en', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2025-09-30 20:09:39.899667', '2025-09-30 20:09:39.899667', 0, 0, 0, NULL, NULL),
(4, 'gqs8g9acwf8hqp5q8hmy', 'MSTR-SDZGD', 'xUh0i9lDSClyGaKwpBuSf-04N5d_TO-a', 1, 2, 4, NULL, 'elif.demir@example.org', NULL, NULL, 1, NULL, 7500, 0, 'GBP', 'once', 'en', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2025-10-01 15:32:19.899667', '2025-10-01 15:33:29.000000', 0, 0, 7500, '2025-10-01 15:33:29.000000', NULL),
(5, 'x61sm6an8f6ppm06cj1q', 'MSTR-CPEMG', '-fbHIeHfdo9qpVSCuHMaXFatVV3mdMxZ', 1, 2, 5, 1, 'claire.fontaine@example.org', NULL, NULL, 1, NULL, 2000, 0, 'GBP', 'once', 'en', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2025-10-04 13:36:52.899667', '2025-10-04 13:36:52.899667', 0, 0, 0, NULL, NULL),
(6, '3zeqjwqr0tw2w3v3t9pz', 'MSTR-HFC3Z', '9xeDfBNkpDFoFeL8VXxNgUEH7DM6DBbf', 1, 2, 6, NULL, 'sinead.walsh@example.org', NULL, NULL, 1, NULL, 500, 0, 'GBP', 'once', 'en', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2025-10-13 11:21:21.899667', '2025-10-13 11:21:21.899667', 0, 0, 0, NULL, NULL),
(7, 'srngch9b1xpmp9qdd3ns', 'MSTR-4ZD2C', 'cT7qF0spYNoEYGqbBpLncYEr0P2kcflw', 2, 1, 7, NULL, 'fergus.baird@example.org', 'Fergus Baird', 'Fergus', 0, NULL, 2500, 0, 'GBP', 'once', 'en', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2026-06-05 07:30:29.899667', '2026-06-05 07:31:39.000000', 1250, 0, 1250, '2026-06-05 07:31:39.000000', NULL),
(8, 'vay7s0fngcj14e4x7s92', 'MSTR-ZQ9H6', 'JOTkJOuV2oyWnP-PgtWyalT18oMeacZg', 2, 1, 8, 2, 'yewande.cole@example.org', 'Yewande Cole', NULL, 1, NULL, 10000, 0, 'GBP', 'once', 'en', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2026-06-05 12:06:17.899667', '2026-06-05 12:06:17.899667', 0, 0, 0, NULL, NULL),
(9, 'krzhaah1q01kbq2b0s13', 'MSTR-4A6PN', 'KweQuWZUZueHlFlHq5HSzSK0WSBQV4gf', 2, 1, 9, 3, 'hannah.weiss@example.org', 'Hannah Weiss', NULL, 1, NULL, 20000, 0, 'GBP', 'once', 'en', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2026-07-04 15:30:43.899667', '2026-07-04 15:31:53.000000', 20000, 0, 0, '2026-07-04 15:31:53.000000', NULL),
(10, 'sdyz39k4pbbpg1yst06a', 'MSTR-0531H', 'zP2opCVt_2xf56pFqd8vpaYYa_bqWzPk', 2, 1, 7, NULL, 'fergus.baird@example.org', NULL, 'Fergus Baird', 0, NULL, 15000, 0, 'GBP', 'once', 'en', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2026-07-10 19:59:02.899667', '2026-07-10 20:00:12.000000', 0, 0, 15000, '2026-07-10 20:00:12.000000', NULL),
(11, '1am418dtnp9bv67ej9vx', 'MSTR-5BP55', 'Pdk3_iMokOn6Rq1wwZJL_zzw9FhyXQLK', 2, 1, 10, NULL, 'meera.patel@example.org', NULL, 'Meera', 0, NULL, 2500, 0, 'GBP', 'once', 'en', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2026-09-03 15:18:47.899667', '2026-09-03 15:19:57.000000', 2500, 0, 0, '2026-09-03 15:19:57.000000', NULL),
(12, 'htraqytztek79n3j8nrn', 'MSTR-DDCRW', 'aDskfPFzrCwRAWtyR9rU_Zo64M7ZfX82', 3, 3, 11, 4, 'marcus.bennett@example.org', 'Marcus Bennett', NULL, 1, NULL, 3000, 0, 'GBP', 'once', 'en', 'web', '{"origin": "en", "texts": {"ar": "نص", "en": "A text."}}', '2026-09-17 19:27:45.899667', '2026-09-17 19:28:55.000000', 1500, 0, 1500, '2026-09-17 19:28:55.000000', NULL);
INSERT INTO "payment" ("id", "payment_account_id", "attempt_id", "order_key", "fund_id", "intent_id", "charge_id", "state", "amount_minor", "covered_fee_minor", "refunded_minor", "disputed_minor", "currency", "method", "failure_code", "created_at", "settled_at", "synced_at", "sync_stamp") VALUES
(1, 1, 1, '41kjjsy8c4xkf437hj58', 2, 'pi_mr1e7ygm2c9x8dxhk7np', 'ch_3186zgx7v4trk6yks2kx', 'succeeded', 10173, 173, 0, 0, 'GBP', 'card', NULL, '2025-09-30 19:38:19.000000', '2025-09-30 19:38:19.000000', '2025-09-30 19:38:44.899667', 1),
(2, 1, 2, 'f2tc9hsbcbt5ekfr9ftk', 2, 'pi_47h9mz52vnj28skwyjm0', 'ch_g70n29yyfrfcfts8hjtp', 'succeeded', 5000, 0, 0, 0, 'GBP', 'card', NULL, '2025-09-30 19:55:08.000000', '2025-09-30 19:55:08.000000', '2025-09-30 19:55:33.899667', 1),
(3, 1, 3, '5fsj1y90akgkdw8fzkn1', 2, 'pi_d6mnrptsze89hp3r8r5b', 'ch_z2rzewv962d10ghdvghm', 'canceled', 500, 0, 0, 0, 'GBP', 'card', 'generic_decline', '2025-09-30 20:10:49.000000', NULL, '2025-10-01 20:14:39.899667', 2),
(4, 1, 4, 'gqs8g9acwf8hqp5q8hmy', 2, 'pi_fxw18p2p4gcdh851tyk9', 'ch_xr4ytp6cdmgj9w1c7fm7', 'succeeded', 7500, 0, 7500, 0, 'GBP', 'card', NULL, '2025-10-01 15:33:29.000000', '2025-10-01 15:33:29.000000', '2025-10-04 15:33:54.899667', 2),
(5, 1, 7, 'srngch9b1xpmp9qdd3ns', 1, 'pi_t009x9xfktp55c4knx66', 'ch_f0ff7spj06kda8b3s0ek', 'succeeded', 2500, 0, 1250, 0, 'GBP', 'card', NULL, '2026-06-05 07:31:39.000000', '2026-06-05 07:31:39.000000', '2026-06-08 07:32:04.899667', 2),
(6, 1, 8, 'vay7s0fngcj14e4x7s92', 1, 'pi_pjbmy1yfchb9hmarkft7', 'ch_sqk5tk5h4w3arftavdw3', 'canceled', 10000, 0, 0, 0, 'GBP', 'card', 'generic_decline', '2026-06-05 12:07:27.000000', NULL, '2026-06-06 12:11:17.899667', 2),
(7, 1, 9, 'krzhaah1q01kbq2b0s13', 1, 'pi_wz6x922tbetjcp28gwm5', 'ch_g4f57a59weydrbdcw3k8', 'succeeded', 20000, 0, 0, 0, 'GBP', 'card', NULL, '2026-07-04 15:31:53.000000', '2026-07-04 15:31:53.000000', '2026-07-04 15:32:18.899667', 1),
(8, 1, 10, 'sdyz39k4pbbpg1yst06a', 1, 'pi_9ey262qjsnmprbx763n1', 'ch_v0jk1erz7x0ae65vsj0p', 'succeeded', 15000, 0, 15000, 0, 'GBP', 'card', NULL, '2026-07-10 20:00:12.000000', '2026-07-10 20:00:12.000000', '2026-07-13 20:00:37.899667', 2),
(9, 1, 11, '1am418dtnp9bv67ej9vx', 1, 'pi_0drxctzetpda1vrr41pd', 'ch_713c8c2x0nq1nfpz8eyp', 'succeeded', 2500, 0, 0, 0, 'GBP', 'card', NULL, '2026-09-03 15:19:57.000000', '2026-09-03 15:19:57.000000', '2026-09-03 15:20:22.899667', 1),
(10, 2, 12, 'htraqytztek79n3j8nrn', 3, 'pi_9j712wwyyk4c1axkbs86', 'ch_hmcwswksr22n0s5m5ka6', 'succeeded', 3000, 0, 1500, 0, 'GBP', 'card', NULL, '2026-09-17 19:28:55.000000', '2026-09-17 19:28:55.000000', '2026-09-20 19:29:20.899667', 2);
INSERT INTO "receipt" ("id", "group_id", "number", "payment_id", "donation_id", "amount_minor", "currency", "issued_at") VALUES
(1, 1, 1, 1, 1, 10173, 'GBP', '2025-09-30 19:38:44.899667'),
(2, 1, 2, 2, 2, 5000, 'GBP', '2025-09-30 19:55:33.899667'),
(3, 1, 3, 4, 4, 7500, 'GBP', '2025-10-01 15:33:54.899667'),
(4, 1, 4, 5, 7, 2500, 'GBP', '2026-06-05 07:32:04.899667'),
(5, 1, 5, 7, 9, 20000, 'GBP', '2026-07-04 15:32:18.899667'),
(6, 1, 6, 8, 10, 15000, 'GBP', '2026-07-10 20:00:37.899667'),
(7, 1, 7, 9, 11, 2500, 'GBP', '2026-09-03 15:20:22.899667'),
(8, 3, 1, 10, 12, 3000, 'GBP', '2026-09-17 19:29:20.899667');
INSERT INTO "refund" ("id", "payment_account_id", "payment_id", "refund_id", "state", "amount_minor", "currency", "reason", "failure_reason", "txn_id", "failure_txn_id", "created_at") VALUES
(1, 1, 4, 're_2bmejbpyf0406f15qa5h', 'succeeded', 7500, 'GBP', 'requested_by_customer', NULL, 'txn_crqx238e0fxgf4b855nf', NULL, '2025-10-04 15:32:19.000000'),
(2, 1, 5, 're_vq1wvw0zg6j6g8wq3p42', 'succeeded', 1250, 'GBP', 'requested_by_customer', NULL, 'txn_9nv3qadzksf5wat7wygq', NULL, '2026-06-08 07:30:29.000000'),
(3, 1, 8, 're_hrw2pdgspw8f7g5hbzpn', 'succeeded', 15000, 'GBP', 'requested_by_customer', NULL, 'txn_1asqa51p8fq47xa8an7d', NULL, '2026-07-13 19:59:02.000000'),
(4, 2, 10, 're_ccgk9yhkt1d7desd62sv', 'succeeded', 1500, 'GBP', 'requested_by_customer', NULL, 'txn_z2tds9fv0jks10fcvcjz', NULL, '2026-09-20 19:27:45.000000');
