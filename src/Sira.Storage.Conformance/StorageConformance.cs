using System.Text;
using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Xunit;

namespace Sira.Storage.Conformance;

/// <summary>What the tests of an engine have in common. Each test has a partition of its own, so that engines may share one database.</summary>
public abstract class StorageConformance : IAsyncLifetime
{
    private static int number;

    /// <summary>Gets the engine that is tested.</summary>
    protected IStorageEngine Engine { get; private set; } = null!;

    /// <summary>Gets its values.</summary>
    protected IStore Store => Engine.Store;

    /// <summary>Gets a partition that nothing was ever written to.</summary>
    protected StorePartition Partition { get; } = new($"conformance-{Guid.NewGuid():N}"[..40], $"tenant {Interlocked.Increment(ref number)}");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Engine = await CreateAsync();
        await Engine.OpenAsync(TestContext.Current.CancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the engine that is tested.</summary>
    /// <returns>The engine, not opened.</returns>
    protected abstract ValueTask<IStorageEngine> CreateAsync();

    /// <summary>Lets time pass for the engine: really, or on its clock.</summary>
    /// <param name="time">How much.</param>
    /// <returns>A task that ends when it has passed.</returns>
    protected virtual Task PassAsync(TimeSpan time) => Task.Delay(time, TestContext.Current.CancellationToken);

    /// <summary>Takes away what <see cref="CreateAsync"/> made beside the engine, such as a folder.</summary>
    /// <returns>A task that ends when it is gone.</returns>
    protected virtual ValueTask CleanAsync() => ValueTask.CompletedTask;

    /// <summary>Returns a key of the test's partition.</summary>
    /// <param name="name">The name.</param>
    protected StoreKey Key(string name) => Partition.Key(name);

    /// <summary>Returns the bytes of a text.</summary>
    /// <param name="text">The text.</param>
    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Returns the text of a value.</summary>
    /// <param name="entry">The value.</param>
    protected static string? Text(StoreEntry? entry) => entry is { } found ? Encoding.UTF8.GetString(found.Value.Span) : null;

    /// <summary>Returns an event.</summary>
    /// <param name="text">Its content.</param>
    protected static EventData Event(string text) => new("test", Bytes(text));

    /// <summary>Skips the test for an engine that does not declare a feature.</summary>
    /// <param name="features">The feature.</param>
    protected void Needs(StorageFeatures features) => Assert.SkipUnless(Engine.Capabilities.Has(features), $"The engine '{Engine.Name}' does not declare {features & ~Engine.Capabilities.Features}.");

    /// <summary>Reads a text.</summary>
    /// <param name="name">The name.</param>
    protected async Task<string?> ReadAsync(string name) => Text(await Store.GetAsync(Key(name)));
}
