using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sira.Simulation.Time;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.KeyRings;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Codecs;

public sealed class CodecLogTests
{
    [Fact]
    public async Task KeyExpiresWithinAMonth_AndZstdIsReplaced_AreSaidAtTheStart()
    {
        var (time, log) = (new VirtualTimeProvider(), new Collected());
        var ring = new KeyRingOptions { Current = "soon", Keys = [new() { Id = "soon", Secret = Convert.ToBase64String(Texts.Noise(32)), ExpiresAt = time.GetUtcNow().AddDays(29) }] }.CreateKeyRing(time);
        var options = CodecSetup.Options(ValueCompression.Zstd, ValueEncryption.AesGcm) with { FallBackToBrotli = true };
        await using var engine = new CodecEngine(new MemoryEngine(time: time), options, ring, time, random: null, log, library: null);

        await engine.OpenAsync();

        Assert.Equal([2050, 2051], log.Entries.Select(static entry => entry.Id));
    }

    [Fact]
    public async Task Erasing_NamesNoSubject()
    {
        var log = new Collected();
        await using var engine = new CodecEngine(new MemoryEngine(), CodecSetup.Options(ValueCompression.None, ValueEncryption.AesGcm), CodecSetup.Ring(), loggers: log);
        await engine.Store.PutAsync(new StoreKey("notes", "a", "miss marple"), Texts.Bytes("1"));

        await engine.Keys!.EraseAsync(new KeySubject("miss marple"));

        Assert.Equal([2052, 2053], log.Entries.Select(static entry => entry.Id));
        Assert.DoesNotContain(log.Entries, static entry => entry.Text.Contains("marple", StringComparison.Ordinal));
    }

    private sealed class Collected : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<(int Id, string Text)> Entries { get; } = new();

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Entries.Enqueue((eventId.Id, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
