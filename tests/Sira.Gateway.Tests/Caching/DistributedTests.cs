using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Sira.Errors;
using Sira.Gateway.Caching;
using Sira.Gateway.Tests.Caching.Support;
using Sira.Gateway.Tests.Support;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Caching;

public class DistributedTests
{
    private readonly FakeDistributedCache shared = new();

    private CacheGateway Gateway(Action<CacheOptions>? cache = null) => new(cache, sira => sira.Services.AddSingleton<IDistributedCache>(shared));

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task AnotherHost_FindsTheAnswer(bool first, bool second)
    {
        await using (var one = Gateway())
        {
            await one.AskAsync(streaming: first);
        }

        await using var other = Gateway();
        other.Clock.Advance(TimeSpan.FromMinutes(3));
        var hit = await other.AskAsync(streaming: second);

        Assert.Equal(("answer 1", 0), (hit.Text, other.Model.Calls));
        Assert.Equal((CacheOutcome.Hit, CacheMatch.Exact, "a/m", false), (hit.GetCacheStatus()!.Outcome, hit.GetCacheStatus()!.Match, hit.GetCacheStatus()!.Target, hit.GetCacheStatus()!.IsCoalesced));
        Assert.InRange(hit.GetCacheStatus()!.Age!.Value, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));
        await other.AskAsync();
        Assert.Equal(2, shared.Reads);
        Assert.Equal(TimeSpan.FromHours(1), Assert.Single(shared.Written).AbsoluteExpirationRelativeToNow);
        Assert.DoesNotContain("bridge", Assert.Single(shared.Entries).Key, StringComparison.OrdinalIgnoreCase);
        other.AssertIdle();
    }

    [Fact]
    public async Task TimeToLive_CountsFromTheFirstHost_AndStaleServesTheOther()
    {
        static void Options(CacheOptions cache) => (cache.TimeToLive, cache.StaleFor) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(5));
        await using (var one = Gateway(Options))
        {
            await one.AskAsync();
        }

        await using var other = Gateway(Options);
        other.Model.Answer = _ => throw Scripted.Error(BackendErrorKind.ServerError);
        other.Clock.Advance(TimeSpan.FromMinutes(12));
        var stale = await other.AskAsync();
        Assert.Equal(("answer 1", CacheOutcome.StaleHit, 1), (stale.Text, stale.GetCacheStatus()!.Outcome, other.Model.Calls));
        Assert.Equal(TimeSpan.FromMinutes(15), shared.Written[0].AbsoluteExpirationRelativeToNow);
        other.Clock.Advance(TimeSpan.FromMinutes(5));
        await Assert.ThrowsAsync<RequestFailedException>(() => other.AskAsync());
    }

    public static TheoryData<string> Faults => ["throws", "throws at once", "hangs", "ignores its token"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Failures_NeverFailARequest_AndAreBounded(string fault)
    {
        foreach (var streaming in (bool[])[false, true])
        {
            await using var gateway = Gateway(cache => cache.DistributedTimeout = TimeSpan.FromMilliseconds(200));
            shared.Before = fault switch
            {
                "throws" => async _ =>
                {
                    await Sira.Kernel.Time.InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(10), gateway.Clock, CancellationToken.None);
                    throw new InvalidOperationException("broken");
                },
                "throws at once" => _ => throw new InvalidOperationException("broken"),
                "hangs" => Scripted.UntilCancelledAsync,
                _ => _ => new TaskCompletionSource().Task,
            };
            gateway.Model.Delay = TimeSpan.Zero;
            var start = gateway.Clock.GetUtcNow();

            Assert.Equal("answer 1", (await gateway.AskAsync(streaming: streaming)).Text);
            Assert.InRange(gateway.Clock.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromMilliseconds(400));
            Assert.Equal("answer 1", (await gateway.AskAsync(streaming: streaming)).Text);
            gateway.AssertIdle();
        }
    }

    [Fact]
    public async Task CallerThatCancels_DoesNotWaitForTheSecondLevel()
    {
        await using var gateway = Gateway();
        shared.Before = _ => new TaskCompletionSource().Task;
        using var source = new CancellationTokenSource();

        await gateway.Clock.RunAsync(async () =>
        {
            var task = gateway.BeginAsync(cancellationToken: source.Token);
            source.Cancel();
            Assert.True(task.IsCanceled);
            await Task.CompletedTask;
        });

        Assert.Equal(0, gateway.Model.Calls);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task SameRequestsAtTheSameTime_ReadOnce()
    {
        await using var gateway = Gateway();
        shared.Before = token => Sira.Kernel.Time.InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(10), gateway.Clock, token);

        await gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 10).Select(_ => gateway.BeginAsync())));

        Assert.Equal((1, 1, 1), (shared.Reads, shared.Written.Count, gateway.Model.Calls));
    }

    [Fact]
    public async Task NotUsed_WhenSwitchedOff_AndNotByRequestsThatBypass()
    {
        await using (var off = Gateway(cache => cache.UseDistributedCache = false))
        {
            await off.AskAsync();
        }

        await using var gateway = Gateway();
        await gateway.AskAsync(options: CacheGateway.With(Requests.CacheMode.Bypass));
        await gateway.AskAsync(options: CacheGateway.With(Requests.CacheMode.ReadOnly));
        Assert.Equal((1, 0), (shared.Reads, shared.Written.Count));
        await gateway.AskAsync(options: CacheGateway.With(Requests.CacheMode.Refresh));
        Assert.Equal((1, 1), (shared.Reads, shared.Written.Count));
    }

    public static TheoryData<string> Payloads => ["empty", "text", "mark only", "other version", "other key", "of the future", "before all time", "target too long", "no json", "json null", "json array", "null message", "null contents", "tool call", "truncated answer", "empty answer", "unknown content", "deep json", "too large", "cut"];

    /// <summary>Whoever can write to the second level can write anything.</summary>
    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task HostilePayloads_AreMisses(string payload)
    {
        byte[] good;
        string key;
        await using (var one = Gateway())
        {
            await one.AskAsync();
            (key, good) = (shared.Entries.Keys.Single(), shared.Entries.Values.Single());
        }

        const int Time = 5 + 32;
        var head = Time + 8 + 2 + BitConverter.ToUInt16(good, Time + 8);
        byte[] With(string json) => [.. good[..head], .. Encoding.UTF8.GetBytes(json)];
        byte[] Changed(int at, byte value)
        {
            var copy = good.ToArray();
            copy[at] = value;
            return copy;
        }

        shared.Entries[key] = payload switch
        {
            "empty" => [],
            "text" => "hello"u8.ToArray(),
            "mark only" => good[..5],
            "other version" => Changed(4, 200),
            "other key" => Changed(20, (byte)(good[20] ^ 1)),
            "of the future" => Changed(Time + 7, 0x0F),
            "before all time" => Changed(Time + 7, 0xFF),
            "target too long" => Changed(Time + 9, 0xFF),
            "no json" => With("{"),
            "json null" => With("null"),
            "json array" => With("[]"),
            "null message" => With("""{"messages":[null],"finishReason":"stop"}"""),
            "null contents" => With("""{"messages":[{"role":"assistant","contents":[null]}],"finishReason":"stop"}"""),
            "tool call" => With("""{"messages":[{"role":"assistant","contents":[{"$type":"text","text":"x"},{"$type":"functionCall","callId":"1","name":"delete_all"}]}],"finishReason":"stop"}"""),
            "truncated answer" => With("""{"messages":[{"role":"assistant","contents":[{"$type":"text","text":"x"}]}],"finishReason":"length"}"""),
            "empty answer" => With("""{"messages":[],"finishReason":"stop"}"""),
            "unknown content" => With("""{"messages":[{"role":"assistant","contents":[{"$type":"nonsense","text":"x"}]}],"finishReason":"stop"}"""),
            "deep json" => With("{\"messages\":" + new string('[', 1000)),
            "too large" => With("""{"messages":[{"role":"assistant","contents":[{"$type":"text","text":"x"}]}],"finishReason":"stop"}""" + new string(' ', 2 << 20)),
            _ => good[..(good.Length / 2)],
        };

        await using var gateway = Gateway();
        gateway.Model.Answer = _ => CountedModel.Text("asked anew");
        var response = await gateway.AskAsync();

        Assert.Equal(("asked anew", CacheOutcome.Miss), (response.Text, response.GetCacheStatus()!.Outcome));
        gateway.AssertIdle();
    }

    [Fact]
    public async Task RandomPayloads_NeverFailARequest()
    {
        await using (var one = Gateway())
        {
            await one.AskAsync();
        }

        var (key, good) = (shared.Entries.Keys.Single(), shared.Entries.Values.Single());
        var random = new Random(11);
        for (var i = 0; i < 300; i++)
        {
            var bytes = good.ToArray();
            for (var change = 0; change < 3; change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            shared.Entries[key] = bytes;
            await using var gateway = Gateway();
            gateway.Model.Delay = TimeSpan.Zero;
            Assert.NotEmpty((await gateway.BeginAsync(streaming: i % 2 == 0)).Messages);
        }
    }
}
