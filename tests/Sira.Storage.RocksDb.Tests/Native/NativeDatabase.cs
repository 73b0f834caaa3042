using Sira.Storage.RocksDb.Native;

namespace Sira.Storage.RocksDb.Tests.Native;

/// <summary>A database without an engine.</summary>
internal sealed class NativeDatabase : IDisposable
{
    private readonly RocksDbFolder folder = new();

    public NativeDatabase()
    {
        using var options = new DatabaseOptions("create_if_missing=true");
        Database = Database.Open(folder.Database, options, [("default", options)], isReadOnly: false);
    }

    public Database Database { get; }

    public ColumnFamily Family => Database.Families[0];

    public void Put(string key, string value)
    {
        using var options = new WriteOptions(sync: false);
        Database.Put(Family, options, System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value));
    }

    public string? Get(string key, ReadOptions options)
    {
        using var value = Database.Get(Family, options, System.Text.Encoding.UTF8.GetBytes(key));
        return value.IsThere ? System.Text.Encoding.UTF8.GetString(value.Bytes) : null;
    }

    public void Dispose()
    {
        Database.Dispose();
        Database.Closing.Wait(TimeSpan.FromSeconds(20));
        folder.Dispose();
    }
}
