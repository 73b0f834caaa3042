using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Errors;
using Sira.Kernel.Time;
using Sira.Requests;
using Sira.Simulation.Faults;
using Sira.Simulation.Time;
using Sira.Simulation.Traffic;
using Sira.Tests.EndToEnd;

namespace Sira.Tests.Simulation.WhatIf;

public class TrafficRecorderTests
{
    private const string Secret = "the prompt that nobody may store";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_IsRecorded_WithoutItsText(bool streaming)
    {
        var records = new List<TrafficRecord>();
        await using var sira = new SimulatedSira("chat", configure: builder => builder.RecordTraffic(records.Add));
        await sira.AskAsync(streaming);
        await sira.Clock.RunAsync(() => InlineDelay.WaitAsync(TimeSpan.FromSeconds(90), sira.Clock, CancellationToken.None));
        var options = new SiraChatOptions
        {
            MaxOutputTokens = 500,
            Tools = [AIFunctionFactory.Create(static () => 1, "tool")],
            Request = new RequestContext(0) { Tenant = "tenant", User = "ada@example.org", AffinityKey = "conversation", Tags = new Dictionary<string, string> { ["secret"] = "label" } },
        };

        var response = await sira.AskAsync(streaming, options, Secret);

        Assert.Equal((2, TimeSpan.Zero), (records.Count, records[0].At));
        var record = records[1];
        Assert.Equal((response.Usage!.InputTokenCount, response.Usage.OutputTokenCount), (record.InputTokens, (long)record.OutputTokens));
        Assert.Equal((TimeSpan.FromSeconds(90), "tenant", streaming, 500), (record.At, record.Tenant, record.Streaming, record.MaxOutputTokens));
        Assert.Equal(["Tools"], record.Features);
        Assert.Null(record.Labels);
        Assert.DoesNotContain("ada", record.User, StringComparison.Ordinal);
        var line = await WriteAsync(record);
        Assert.DoesNotContain(Secret, line, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pseudonyms_AreTheSameWithinARecording_AndOthersInAnother()
    {
        var (first, second) = (new List<TrafficRecord>(), new List<TrafficRecord>());
        for (var recording = 0; recording < 2; recording++)
        {
            var records = recording == 0 ? first : second;
            var seed = recording;
            await using var sira = new SimulatedSira("chat", configure: builder =>
            {
                builder.Services.AddSingleton<IRandomSource>(new SeededRandomSource(seed));
                builder.RecordTraffic(records.Add);
            });
            foreach (var user in (string[])["ada", "ada", "bob"])
            {
                await sira.AskAsync(streaming: false, new SiraChatOptions { Request = new RequestContext(0) { User = user } });
            }
        }

        Assert.Equal(first[0].User, first[1].User);
        Assert.NotEqual(first[0].User, first[2].User);
        Assert.NotEqual(first[0].User, second[0].User);
    }

    [Fact]
    public async Task FailedAndCancelledCalls_AreTrafficToo()
    {
        var records = new List<TrafficRecord>();
        await using var sira = new SimulatedSira("chat", configure: builder => builder.RecordTraffic(records.Add));
        sira.Primary.Faults.Always(Fault.BadRequest("no"));
        await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming: false));
        sira.Primary.Faults.Clear().Always(Fault.NeverAnswers());
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), sira.Clock);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sira.AskAsync(streaming: true, cancellationToken: source.Token));

        Assert.Equal([(false, 0), (true, 0)], records.Select(static record => (record.Streaming, record.OutputTokens)));
        Assert.All(records, static record => Assert.True(record.InputTokens > 0));
    }

    [Fact]
    public async Task File_HoldsALineForEachCall_AndAFailingDiskFailsNoRequest()
    {
        var folder = Directory.CreateTempSubdirectory("sira-traffic-");
        var path = Path.Combine(folder.FullName, "traffic.jsonl");
        try
        {
            for (var run = 0; run < 2; run++)
            {
                await using var sira = new SimulatedSira("chat", configure: builder => builder.RecordTraffic(path));
                await sira.AskAsync(streaming: false);
                await sira.AskAsync(streaming: true);
            }

            foreach (var name in (string[])["traffic.jsonl", "traffic-2.jsonl"])
            {
                await using var file = File.OpenRead(Path.Combine(folder.FullName, name));
                Assert.Equal(2, (await TrafficLog.ReadAsync(file, TestContext.Current.CancellationToken)).Records.Count);
            }

            await using var broken = new SimulatedSira("chat", configure: builder => builder.RecordTraffic(Path.Combine(path, "no", "folder")));
            Assert.NotEmpty((await broken.AskAsync(streaming: false)).Text);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> WriteAsync(TrafficRecord record)
    {
        using var stream = new MemoryStream();
        await new TrafficLog([record]).WriteAsync(stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
