using Sira.Storage.Capabilities;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>A write that somebody waits for.</summary>
internal abstract class SqliteWork(StorageDurability durability)
{
    private int isTaken;

    /// <summary>Gets what it has to survive.</summary>
    public StorageDurability Durability { get; } = durability;

    /// <summary>Takes it, to be done or to be given up: whoever comes first.</summary>
    public bool TryTake() => Interlocked.Exchange(ref isTaken, 1) == 0;

    /// <summary>Does it, in a transaction.</summary>
    public abstract void Run(SqliteTables tables);

    /// <summary>Tells who waits that it was done.</summary>
    public abstract void Complete();

    /// <summary>Tells who waits that it failed.</summary>
    public abstract void Fail(Exception exception);
}
