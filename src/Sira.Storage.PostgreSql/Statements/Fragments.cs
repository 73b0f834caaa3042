namespace Sira.Storage.PostgreSql.Statements;

/// <summary>What the statements have in common. All that varies in them is the schema, which the options have checked; everything else is a parameter.</summary>
internal static class Fragments
{
    /// <summary>That a value has not expired, by the server's clock at that moment: now() would be that of the beginning, before a lock was waited for.</summary>
    public static string Live(string table) => $"({table}.expires_at IS NULL OR {table}.expires_at > clock_timestamp())";

    /// <summary>When a value expires, of microseconds; 0 for never.</summary>
    public static string Expiry(string microseconds) => $"clock_timestamp() + nullif({microseconds}, 0) * interval '1 microsecond'";

    /// <summary>Lets the commit wait for the disk, or not. What waits for more, such as for replicas, is left so.</summary>
    public static string Sync(string isDurable) =>
        $"CASE WHEN NOT {isDurable} THEN set_config('synchronous_commit', 'off', true) WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', true) END";

    /// <summary>Tells of a change where somebody listens. Where nobody does, the commit is spared the lock that all commits with a notification queue for.</summary>
    public static string Notify(string schema, string payload) =>
        $"CASE WHEN EXISTS (SELECT FROM \"{schema}\".watch WHERE namespace = $1 AND tenant = $2 AND expires_at > clock_timestamp()) THEN pg_notify('{schema}_changes', {payload}) END";

    /// <summary>The same for rows of several partitions: the watched ones are looked up once.</summary>
    public static string NotifyRows(string schema, string payload) =>
        $"CASE WHEN (namespace, tenant) IN (SELECT namespace, tenant FROM \"{schema}\".watch WHERE expires_at > clock_timestamp()) THEN pg_notify('{schema}_changes', {payload}) END";

    /// <summary>What is told: kind, tag or version, and the key, in characters that every encoding has. At most 2.7 kB with the longest names, of the 8 that a notification may have.</summary>
    public static string Payload(string kind, string number, string @namespace, string tenant, string name) =>
        $"concat_ws(' ', '{kind}', {number}, {@namespace}, encode({tenant}, 'hex'), encode({name}, 'hex'))";
}
