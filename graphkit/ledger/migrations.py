"""The tables of the ledger: one tuple of SQL statements for each format version.

Never change a released migration; add a new one.
"""

from __future__ import annotations

_FIRST = (
    "CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER NOT NULL)",
    "INSERT INTO state VALUES (1, 0)",
    """CREATE TABLE report (
        id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL, date TEXT NOT NULL,
        publisher TEXT NOT NULL, place TEXT NOT NULL, level TEXT NOT NULL, url TEXT NOT NULL, text TEXT NOT NULL,
        extractor TEXT NOT NULL, extractor_version TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE passage (
        report TEXT NOT NULL REFERENCES report ON DELETE CASCADE, kind TEXT NOT NULL, start INTEGER NOT NULL,
        end INTEGER NOT NULL, item INTEGER NOT NULL
    )""",
    "CREATE INDEX passage_report ON passage (report)",
    """CREATE TABLE statement (
        id TEXT PRIMARY KEY, report TEXT NOT NULL REFERENCES report ON DELETE CASCADE, relation TEXT NOT NULL,
        kind TEXT NOT NULL, status TEXT NOT NULL, speaker TEXT NOT NULL, date TEXT NOT NULL, start INTEGER NOT NULL,
        end INTEGER NOT NULL, rule TEXT NOT NULL, confidence REAL NOT NULL,
        s_type TEXT NOT NULL, s_name TEXT NOT NULL, s_start INTEGER NOT NULL, s_end INTEGER NOT NULL,
        s_aliases TEXT NOT NULL, s_anchor TEXT NOT NULL,
        o_type TEXT NOT NULL, o_name TEXT NOT NULL, o_start INTEGER NOT NULL, o_end INTEGER NOT NULL,
        o_aliases TEXT NOT NULL, o_anchor TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX statement_report ON statement (report, start, id)",
    "CREATE TABLE failure (source TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID",
)

_DATE_BASIS = ("ALTER TABLE statement ADD COLUMN date_basis TEXT NOT NULL DEFAULT ''",)

# The identity distinguishes ledgers on a server with several graphs. It is not part of exports.
_IDENTITY = (
    "ALTER TABLE state ADD COLUMN identity TEXT NOT NULL DEFAULT ''",
    "UPDATE state SET identity = lower(hex(randomblob(16)))",
)

# Words and utterances, from which phrases are found and counted. `cuts` is packed by graphkit.ledger.word_encoding.
_WORDS = (
    "CREATE TABLE words (report TEXT NOT NULL REFERENCES report ON DELETE CASCADE, cuts BLOB NOT NULL)",
    "CREATE UNIQUE INDEX words_report ON words (report)",
    """CREATE TABLE utterance (
        report TEXT NOT NULL REFERENCES report ON DELETE CASCADE, start INTEGER NOT NULL, end INTEGER NOT NULL,
        type TEXT NOT NULL, speaker TEXT NOT NULL
    )""",
    "CREATE INDEX utterance_report ON utterance (report)",
)

# Decisions of reviewers (graphkit.review). They remain when a report is removed and apply again if it returns.
_DECISIONS = (
    """CREATE TABLE decision (
        number INTEGER PRIMARY KEY, key TEXT NOT NULL, verdict TEXT NOT NULL, about TEXT NOT NULL, who TEXT NOT NULL,
        made TEXT NOT NULL, note TEXT NOT NULL
    )""",
    "CREATE INDEX decision_key ON decision (key)",
)

# Digests (graphkit.ledger.digests). The table `digest` has no foreign key to `report`, so that it still lists a
# report that
# was removed outside graphkit. graphkit.ledger.opening computes the digests of existing rows.
_DIGESTS = (
    """CREATE TABLE digest (
        report TEXT PRIMARY KEY, identity TEXT NOT NULL, entry TEXT NOT NULL, statements TEXT NOT NULL,
        parts TEXT NOT NULL
    ) WITHOUT ROWID""",
    "ALTER TABLE decision ADD COLUMN digest TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE state ADD COLUMN reports TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE state ADD COLUMN decisions TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE state ADD COLUMN failures TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE state ADD COLUMN seal TEXT NOT NULL DEFAULT ''",
)

# Inputs that were not read or contain no report, and statements that the schema rejected: `graphkit status` lists them.
_LISTED = (
    "CREATE TABLE not_read (source TEXT PRIMARY KEY, kind TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE refused (report TEXT NOT NULL REFERENCES report ON DELETE CASCADE, reason TEXT NOT NULL)",
    "CREATE INDEX refused_report ON refused (report)",
)

# Where reports come from (graphkit.ledger.origins): the files of each report, and the folders that were read; paths are
# relative to the folder of the graph. Sketches of texts (graphkit.reading.sketches) show which reports are similar.
_ORIGINS = (
    "CREATE TABLE root (path TEXT PRIMARY KEY) WITHOUT ROWID",
    """CREATE TABLE origin (
        report TEXT NOT NULL REFERENCES report ON DELETE CASCADE, source TEXT NOT NULL, PRIMARY KEY (report, source)
    ) WITHOUT ROWID""",
    "CREATE INDEX origin_source ON origin (source)",
    """CREATE TABLE sketch (
        report TEXT PRIMARY KEY REFERENCES report ON DELETE CASCADE, bins BLOB NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX report_sha256 ON report (sha256)",
)

# Reports whose place is from the name of their publisher, because no file states it. Reports of an older ledger are not
# listed until they are read again.
_INFERRED = (
    """CREATE TABLE inferred (
        report TEXT PRIMARY KEY REFERENCES report ON DELETE CASCADE
    ) WITHOUT ROWID""",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _FIRST,
    _DATE_BASIS,
    _IDENTITY,
    _WORDS,
    _DECISIONS,
    _LISTED,
    _DIGESTS,
    _ORIGINS,
    _INFERRED,
)
#: The first format version with digests.
DIGESTS = 7
VERSION = len(MIGRATIONS)
