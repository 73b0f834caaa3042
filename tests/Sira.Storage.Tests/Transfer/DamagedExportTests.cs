using Sira.Storage.Engines.Memory;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Tests.Support;
using Sira.Storage.Transfer;
using Sira.Testing;

namespace Sira.Storage.Tests.Transfer;

/// <summary>Exports that were cut off, changed, or made by somebody hostile.</summary>
public sealed class DamagedExportTests
{
    private static readonly StoreKey Key = new("things", "a", "tenant");

    [Fact]
    public async Task CutOff_AtEveryByte_IsRefused_AndNothingIsWritten()
    {
        var export = await SampleAsync();
        for (var length = 0; length < export.Length; length++)
        {
            await using var engine = new MemoryEngine();

            await Assert.ThrowsAsync<TransferException>(() => StorageImport.ReadAsync(engine, new MemoryStream(export, 0, length)));

            Assert.Empty(await engine.DumpAsync("things"));
        }
    }

    [Fact]
    public async Task OneBitOther_AnyOfThem_IsRefused()
    {
        var export = await SampleAsync();
        for (var bit = 0; bit < export.Length * 8; bit++)
        {
            var copy = export.ToArray();
            copy[bit / 8] ^= (byte)(1 << (bit % 8));
            await using var engine = new MemoryEngine();

            await Assert.ThrowsAsync<TransferException>(() => StorageImport.ReadAsync(engine, new MemoryStream(copy)));
        }
    }

    [Fact]
    public async Task RecordsLeftOut_Repeated_OrBehindTheEnd_AreRefused()
    {
        var export = await SampleAsync();
        var records = Split(export);
        await using var engine = new MemoryEngine();
        for (var i = 1; i < records.Count; i++)
        {
            await RefusedAsync(engine, [.. records.Where((_, index) => index != i).SelectMany(static record => record)]);
            await RefusedAsync(engine, [.. records.SelectMany((record, index) => index == i ? [.. record, .. record] : record)]);
            if (i + 1 < records.Count)
            {
                var swapped = records.ToArray();
                (swapped[i], swapped[i + 1]) = (swapped[i + 1], swapped[i]);
                await RefusedAsync(engine, [.. swapped.SelectMany(static record => record)]);
            }
        }

        await RefusedAsync(engine, [.. export, 0]);
        Assert.Empty(await engine.DumpAsync("things"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SIRAXPR")]
    [InlineData("{ \"version\": 1 }")]
    [InlineData("SIRAXPRT\u0003\u00ff\u00ff\u00ff\u007f")]
    public async Task SomethingElse_IsRefused(string text)
    {
        await using var engine = new MemoryEngine();
        await RefusedAsync(engine, System.Text.Encoding.Latin1.GetBytes(text));
    }

    [Fact]
    public async Task NewerVersion_IsRefused_AndSaysWhich()
    {
        var stream = new MemoryStream();
        var writer = new TransferWriter(stream);
        await writer.BeginAsync(default);
        await writer.Begin(TransferRecord.Header).Number(2).EndAsync(default);
        await using var engine = new MemoryEngine();

        var refused = await Assert.ThrowsAsync<TransferException>(() => StorageImport.ReadAsync(engine, new MemoryStream(stream.ToArray())));

        Assert.Contains("version 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version1_OfASample_IsReadForEver()
    {
        // Written by a program of its own after the description of the format; never to be replaced.
        await using var sample = File.OpenRead(Path.Combine(RepositoryRoot.Path, "tests", "Sira.Storage.Tests", "Transfer", "Samples", "version-1.sira-export"));
        await using var engine = new MemoryEngine();

        var report = await StorageImport.ReadAsync(engine, sample);

        Assert.Equal(new TransferReport { Partitions = 2, Values = 3, Streams = 2, Events = 2, Bytes = 21 }, report);
        Assert.Equal(
            [
                "things of tenant é: stream @ 5: 4:kind:Zm91cg== 5:kind:Zml2",
                "things of tenant é: trimmed to its end @ 3: ",
                "things: empty = ",
                "things: value 😀 = aGVsbG8gd29ybGQ=",
                "things: while it lasts = dHRs (expires)",
            ],
            await engine.DumpAsync("things"));
    }

    private static async Task RefusedAsync(MemoryEngine engine, byte[] export) => await Assert.ThrowsAsync<TransferException>(() => StorageImport.ReadAsync(engine, new MemoryStream(export)));

    private static List<byte[]> Split(byte[] export)
    {
        var records = new List<byte[]> { export[..8] };
        for (var index = 8; index < export.Length;)
        {
            var length = 9 + BitConverter.ToInt32(export, index + 1);
            records.Add(export[index..(index + length)]);
            index += length;
        }

        return records;
    }

    private static async Task<byte[]> SampleAsync()
    {
        await using var engine = new MemoryEngine();
        await engine.Store.PutAsync(Key, Texts.Bytes("value"));
        await engine.Store.PutAsync(Key with { Name = "b" }, default, new() { TimeToLive = TimeSpan.FromHours(1) });
        await engine.Events!.AppendAsync(Key, ExpectedVersion.New, [Texts.Event("1"), Texts.Event("2"), Texts.Event("3")]);
        await engine.Events.TrimAsync(Key, 1);
        return (await TransferTests.ExportAsync(engine)).Export.ToArray();
    }
}
