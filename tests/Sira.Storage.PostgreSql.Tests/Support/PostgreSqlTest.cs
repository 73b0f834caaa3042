using System.Text;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;

namespace Sira.Storage.PostgreSql.Tests.Support;

/// <summary>What the tests beside the conformance suite have in common: engines that are disposed of, and a partition of the test's own.</summary>
public abstract class PostgreSqlTest : IAsyncLifetime
{
    private readonly List<PostgreSqlEngine> engines = [];

    protected StorePartition Partition { get; } = new(SharedServer.NewName("test"), "tenant");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in engines)
        {
            await engine.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected PostgreSqlEngine NewEngine(PostgreSqlEngineOptions? options = null)
    {
        var engine = new PostgreSqlEngine(options ?? SharedServer.Options());
        engines.Add(engine);
        return engine;
    }

    protected StoreKey Key(string name) => Partition.Key(name);

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string? Text(StoreEntry? entry) => entry is { } found ? Encoding.UTF8.GetString(found.Value.Span) : null;

    protected static EventData Event(string text) => new("test", Bytes(text));
}
