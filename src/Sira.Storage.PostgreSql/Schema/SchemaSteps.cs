namespace Sira.Storage.PostgreSql.Schema;

/// <summary>How the tables came to be, version by version. A step that was published is never changed: another is added.</summary>
internal static class SchemaSteps
{
    /// <summary>The version that this package writes.</summary>
    public static int Latest => 1;

    /// <summary>Returns what makes a version of the one before it.</summary>
    /// <remarks>
    /// Names are bytes, so that their order is that of UTF-8 and any character goes, whatever encoding and collation the database has. Nobody's tenant is the empty one.
    /// The lower 16 bits of a tag are random: after a crash of the server its sequence may give numbers again that went to writes which were not to survive it, and a tag must not come back.
    /// The table watch is not logged: after a crash everybody who listens registers anew.
    /// </remarks>
    public static string Step(int version, string schema) => version switch
    {
        1 => $$"""
            CREATE TABLE "{{schema}}".schema_version (version integer NOT NULL, changed_at timestamptz NOT NULL DEFAULT now());
            INSERT INTO "{{schema}}".schema_version (version) VALUES (0);
            CREATE SEQUENCE "{{schema}}".etag MAXVALUE 140737488355327;
            CREATE TABLE "{{schema}}".value (
                namespace text COLLATE "C" NOT NULL,
                tenant bytea NOT NULL,
                name bytea NOT NULL,
                value bytea NOT NULL,
                etag bigint NOT NULL DEFAULT nextval('"{{schema}}".etag') * 65536 + floor(random() * 65536)::bigint,
                expires_at timestamptz,
                PRIMARY KEY (namespace, tenant, name)) WITH (fillfactor = 85);
            CREATE INDEX value_expires_at ON "{{schema}}".value (expires_at) WHERE expires_at IS NOT NULL;
            CREATE TABLE "{{schema}}".head (
                namespace text COLLATE "C" PRIMARY KEY,
                position bigint NOT NULL) WITH (fillfactor = 50);
            CREATE TABLE "{{schema}}".stream (
                id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
                namespace text COLLATE "C" NOT NULL,
                tenant bytea NOT NULL,
                name bytea NOT NULL,
                version bigint NOT NULL,
                PRIMARY KEY (namespace, tenant, name)) WITH (fillfactor = 85);
            CREATE TABLE "{{schema}}".event (
                stream bigint NOT NULL,
                version bigint NOT NULL,
                namespace text COLLATE "C" NOT NULL,
                position bigint NOT NULL,
                type bytea NOT NULL,
                data bytea NOT NULL,
                appended_at timestamptz NOT NULL,
                PRIMARY KEY (stream, version));
            CREATE UNIQUE INDEX event_position ON "{{schema}}".event (namespace, position);
            CREATE UNLOGGED TABLE "{{schema}}".watch (
                namespace text COLLATE "C" NOT NULL,
                tenant bytea NOT NULL,
                watcher uuid NOT NULL,
                expires_at timestamptz NOT NULL,
                PRIMARY KEY (namespace, tenant, watcher));
            """,
        _ => throw new ArgumentOutOfRangeException(nameof(version), version, "There is no such version."),
    };
}
