BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE runs (
	id VARCHAR(32) NOT NULL,
	started_at DATETIME NOT NULL,
	finished_at DATETIME,
	observed_at DATETIME,
	status VARCHAR(16) NOT NULL,
	tool_version VARCHAR(64) NOT NULL,
	operator JSON NOT NULL,
	reason VARCHAR NOT NULL,
	hashes JSON NOT NULL,
	figures JSON NOT NULL,
	CONSTRAINT pk_runs PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES('20261101T020000Z-00000001','2026-11-01 02:00:00.000000',NULL,'2026-11-01 02:00:00.000000','running','0.2.0','{"account": "netmod", "uid": 990, "login_account": null, "host": "mgmt1", "netmod": "0.2.0", "claims": {}}','','{}','{"devices.clean": 0, "devices.drift": 1, "devices.unknown": 0, "drift.open": 1, "drift.accepted": 0}');
CREATE TABLE standing (
	kind VARCHAR(16) NOT NULL,
	subject VARCHAR(255) NOT NULL,
	item VARCHAR(64) NOT NULL,
	state VARCHAR(32) NOT NULL,
	reason VARCHAR(255) NOT NULL,
	details JSON NOT NULL,
	opened_at DATETIME NOT NULL,
	since DATETIME NOT NULL,
	since_run VARCHAR(32) NOT NULL,
	last_seen DATETIME NOT NULL,
	last_run VARCHAR(32) NOT NULL,
	CONSTRAINT pk_standing PRIMARY KEY (kind, subject, item),
	CONSTRAINT fk_standing_since_run_runs FOREIGN KEY(since_run) REFERENCES runs (id),
	CONSTRAINT fk_standing_last_run_runs FOREIGN KEY(last_run) REFERENCES runs (id)
);
INSERT INTO "standing" VALUES('device','n1','','drift','','{"site": "north", "role": "core", "platform": "cisco_iosxe"}','2026-11-01 02:00:00.000000','2026-11-01 02:00:00.000000','20261101T020000Z-00000001','2026-11-01 02:00:00.000000','20261101T020000Z-00000001');
INSERT INTO "standing" VALUES('drift','n1','a','open','','{"kind": "config", "change": "extra", "severity": "high", "topic": "routing", "running": ["ip route a"]}','2026-11-01 02:00:00.000000','2026-11-01 02:00:00.000000','20261101T020000Z-00000001','2026-11-01 02:00:00.000000','20261101T020000Z-00000001');
CREATE TABLE transitions (
	id INTEGER NOT NULL,
	run VARCHAR(32) NOT NULL,
	at DATETIME NOT NULL,
	kind VARCHAR(16) NOT NULL,
	subject VARCHAR(255) NOT NULL,
	item VARCHAR(64) NOT NULL,
	"before" VARCHAR(32) NOT NULL,
	"after" VARCHAR(32) NOT NULL,
	reason VARCHAR(255) NOT NULL,
	details JSON NOT NULL,
	CONSTRAINT pk_transitions PRIMARY KEY (id),
	CONSTRAINT fk_transitions_run_runs FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "transitions" VALUES(1,'20261101T020000Z-00000001','2026-11-01 02:00:00.000000','device','n1','','','drift','','{"site": "north", "role": "core", "platform": "cisco_iosxe"}');
INSERT INTO "transitions" VALUES(2,'20261101T020000Z-00000001','2026-11-01 02:00:00.000000','drift','n1','a','','open','','{"kind": "config", "change": "extra", "severity": "high", "topic": "routing", "running": ["ip route a"]}');
CREATE INDEX ix_transitions_run ON transitions (run);
CREATE INDEX ix_transitions_at ON transitions (at);
CREATE INDEX ix_transitions_subject ON transitions (kind, subject, item);
COMMIT;
