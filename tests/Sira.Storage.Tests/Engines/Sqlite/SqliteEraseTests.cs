using System.Text;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Engines.Sqlite;

public sealed class SqliteEraseTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("tests", "a");

    private readonly TemporaryFile file = new();

    public ValueTask DisposeAsync() => file.DisposeAsync();

    [Fact]
    public async Task Deleted_OrOverwritten_WithSecureDelete_IsInNoFile()
    {
        await FillAsync(new SqliteEngineOptions { Path = file.Path, SecureDelete = true });

        Assert.Equal(0, await CountAsync("walrus"));
        Assert.NotEqual(0, await CountAsync("penguin"));
    }

    [Fact]
    public async Task Deleted_WithoutSecureDelete_StaysInTheFile_AsTheDocumentationSays()
    {
        await FillAsync(new SqliteEngineOptions { Path = file.Path, SecureDelete = false });

        Assert.NotEqual(0, await CountAsync("walrus"));
    }

    // Short ones, and long ones with pages of their own; some are deleted, some are overwritten, some stay.
    private static async Task FillAsync(SqliteEngineOptions options)
    {
        await using var engine = new SqliteEngine(options);
        foreach (var length in (int[])[1, 10, 1000, 10_000])
        {
            var secret = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a walrus ", length)));
            await engine.Store.PutAsync(Key with { Name = $"walrus/{length}" }, secret);
            await engine.Store.PutAsync(Key with { Name = $"over/{length}" }, secret);
            await engine.Store.PutAsync(Key with { Name = $"kept/{length}" }, "a penguin"u8.ToArray());
            await engine.Events.AppendAsync(Key with { Name = $"walrus/{length}" }, ExpectedVersion.New, [new EventData("walrus", secret)]);
        }

        foreach (var length in (int[])[1, 10, 1000, 10_000])
        {
            await engine.Store.DeleteAsync(Key with { Name = $"walrus/{length}" });
            await engine.Store.PutAsync(Key with { Name = $"over/{length}" }, "a penguin"u8.ToArray());
            await engine.Events.DeleteAsync(Key with { Name = $"walrus/{length}" });
        }
    }

    private async Task<int> CountAsync(string word)
    {
        var count = 0;
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(file.Path)!))
        {
            count += Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path)).Split(word).Length - 1;
        }

        return count;
    }
}
