using Sira.Session.Errors;
using Sira.Session.Format;
using Sira.Session.Tests.Support;
using Sira.Storage.Keys;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests.Upkeep;

public class SegmentTests
{
    private static readonly SessionKey Key = new("chat");
    private static readonly StorePartition Partition = new("sessions");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenAsync_LongSession_ReadsSegmentsAndTheRest(bool isAtomic)
    {
        await using var sessions = new TestSessions(isAtomic);
        await WriteAsync(sessions, 1000);
        Assert.Equal(3, (await SegmentsAsync(sessions)).Count);
        sessions.Engine.Arm(0, Fault.None);

        await AssertWholeAsync(sessions, 1000);

        Assert.Equal(["GetAsync", "ScanAsync", "ReadAsync"], sessions.Engine.Trace);
    }

    [Fact]
    public async Task OpenAsync_AnyBitOfASegmentFlipped_ReadsTheLogAndWritesTheSegmentAnew()
    {
        await using var sessions = new TestSessions();
        await WriteAsync(sessions, 600);
        var segments = await SegmentsAsync(sessions);
        Assert.Equal(2, segments.Count);
        var random = new Random(1);
        for (var i = 0; i < 40; i++)
        {
            var (name, value) = segments[i % 2];
            var damaged = value.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            await sessions.Memory.Store.PutAsync(Partition.Key(name), damaged);

            await AssertWholeAsync(sessions, 600);
            await sessions.DisposeStoresAsync();

            Assert.Equal(segments.Select(static segment => segment.Value), (await SegmentsAsync(sessions)).Select(static segment => segment.Value));
        }
    }

    [Fact]
    public async Task OpenAsync_SegmentsMissingCutOrSwapped_ReadsTheLog()
    {
        await using var sessions = new TestSessions();
        await WriteAsync(sessions, 1100);
        var segments = await SegmentsAsync(sessions);
        Assert.Equal(4, segments.Count);
        foreach (var missing in (int[][])[[0], [1], [0, 2], [3], [0, 1, 2, 3]])
        {
            foreach (var number in missing)
            {
                await sessions.Memory.Store.DeleteAsync(Partition.Key(segments[number].Name));
            }

            await AssertWholeAsync(sessions, 1100);
            await sessions.DisposeStoresAsync();
            Assert.Equal(segments.Select(static segment => segment.Value), (await SegmentsAsync(sessions)).Select(static segment => segment.Value));
        }

        await sessions.Memory.Store.PutAsync(Partition.Key(segments[0].Name), segments[1].Value);
        await sessions.Memory.Store.PutAsync(Partition.Key(segments[1].Name), segments[0].Value);
        await sessions.Memory.Store.PutAsync(Partition.Key(segments[2].Name), segments[2].Value.AsMemory(0, 100));
        await sessions.Memory.Store.PutAsync(Partition.Key(segments[3].Name), ReadOnlyMemory<byte>.Empty);
        await AssertWholeAsync(sessions, 1100);
    }

    [Fact]
    public async Task Fork_OfALongSession_SharesTheSegments()
    {
        await using var sessions = new TestSessions();
        await WriteAsync(sessions, 1000);
        var fork = await (await sessions.Store.OpenAsync(Key)).ForkAsync(600);
        await sessions.Store.DrainAsync();

        Assert.Equal(3, (await SegmentsAsync(sessions)).Count);
        Assert.Equal(599, (await sessions.Another().OpenAsync(fork.Info.Key)).History.Messages.Count);
    }

    [Fact]
    public async Task SealAsync_ForASessionThatIsGone_WritesNothing()
    {
        foreach (var isAtomic in (bool[])[true, false])
        {
            await using var sessions = new TestSessions(isAtomic);
            var session = await sessions.Store.CreateAsync("chat");
            await session.AppendAsync(Enumerable.Range(0, 300).Select(static i => User($"{i}")));
            await sessions.Store.EraseAsync(Key);

            await sessions.Store.DrainAsync();

            Assert.Equal(string.Empty, await EngineDump.ReadAsync(sessions.Memory));
        }
    }

    [Fact]
    public async Task OpenAsync_LogTrimmedBySomebody_SaysThatItIsIncomplete()
    {
        await using var sessions = new TestSessions();
        await WriteAsync(sessions, 10);
        var stream = (await sessions.Memory.Events.ListAsync(new StoreScan(Partition))).Streams.Single().Name;
        await sessions.Memory.Events.TrimAsync(Partition.Key(stream), 5);

        var error = await Assert.ThrowsAsync<SessionFormatException>(() => sessions.Another().OpenAsync(Key).AsTask());

        Assert.Equal(1, error.Version);
    }

    [Fact]
    public void TryRead_WhatWasWritten_IsTheSame()
    {
        var events = Enumerable.Range(0, SegmentFormat.Events).Select(static i => new RawEvent(i % 3 == 0 ? "message" : $"type {i} é", new byte[i])).ToList();
        var bytes = SegmentFormat.Write(512, events);
        var read = new List<RawEvent>();

        Assert.True(SegmentFormat.TryRead(512, bytes, read));
        Assert.Equal(events.Select(static item => (item.Type, item.Data.Length)), read.Select(static item => (item.Type, item.Data.Length)));
        Assert.False(SegmentFormat.TryRead(256, bytes, read));
        Assert.Equal(SegmentFormat.Events, read.Count);
    }

    [Fact]
    public void TryRead_AnyBitFlipped_IsNotRead()
    {
        var bytes = SegmentFormat.Write(0, [.. Enumerable.Range(0, SegmentFormat.Events).Select(static i => new RawEvent("message", new byte[i % 7]))]);
        var read = new List<RawEvent>();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(SegmentFormat.TryRead(0, bytes, read));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Empty(read);
        Assert.True(SegmentFormat.TryRead(0, bytes, read));
    }

    private static async Task WriteAsync(TestSessions sessions, int messages)
    {
        var session = await sessions.Store.CreateAsync("chat");
        for (var i = 0; i < messages; i += 100)
        {
            await session.AppendAsync(Enumerable.Range(i, Math.Min(100, messages - i)).Select(static i => User($"message {i}")));
        }

        await sessions.Store.DrainAsync();
    }

    private static async Task AssertWholeAsync(TestSessions sessions, int messages) =>
        Assert.Equal(Enumerable.Range(0, messages).Select(static i => $"message {i}"), Texts((await sessions.Another().OpenAsync(Key)).History));

    private static async Task<List<(string Name, byte[] Value)>> SegmentsAsync(TestSessions sessions) =>
        [.. (await sessions.Memory.Store.ScanAsync(new StoreScan(Partition))).Items.Where(static item => item.Name.Contains("/segment/", StringComparison.Ordinal)).Select(static item => (item.Name, item.Entry.Value.ToArray()))];
}
