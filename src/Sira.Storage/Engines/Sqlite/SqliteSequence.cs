namespace Sira.Storage.Engines.Sqlite;

/// <summary>The numbers of writes, from which tags and positions are: never one twice, also after what had it was deleted. Reserved in the file in blocks, so that most commits do not touch it.</summary>
internal sealed class SqliteSequence(SqliteDatabase database) : IDisposable
{
    // A crash loses what is left of a block, of 2^48 numbers in all.
    private const int Block = 10_000;

    private readonly SqliteStatement reserve = database.Prepare("UPDATE sequence SET last = ?1");
    private long last = database.Number("SELECT last FROM sequence");
    private long reserved;

    public long Last => last;

    /// <summary>Takes the next number, in a transaction.</summary>
    public long Next()
    {
        if (last >= reserved)
        {
            reserved = last + Block;
            reserve.Bind(1, reserved).Run();
        }

        return ++last;
    }

    /// <summary>Forgets a block that was reserved in a transaction that did not come through.</summary>
    public void RolledBack() => reserved = 0;

    public void Dispose() => reserve.Dispose();
}
