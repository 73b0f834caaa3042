namespace Sira.Storage.RocksDb.Opening;

/// <summary>The column families of an engine's database.</summary>
internal static class Keyspaces
{
    /// <summary>The version of the schema, and up to where numbers were given out. RocksDB insists on this name.</summary>
    public const string Meta = "default";

    public const string Values = "values";
    public const string Events = "events";
    public const string Streams = "streams";

    /// <summary>Positions, each with the key of its event.</summary>
    public const string Order = "order";

    public static IReadOnlyList<string> All { get; } = [Meta, Values, Events, Streams, Order];
}
