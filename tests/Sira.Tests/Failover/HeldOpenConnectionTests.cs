using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Simulation.Faults;
using Sira.Tests.EndToEnd;

namespace Sira.Tests.Failover;

/// <summary>Streams whose end is told by their protocol alone: the connection stays open.</summary>
public class HeldOpenConnectionTests
{
    [Theory]
    [InlineData("chat", false)]
    [InlineData("chat", true)]
    [InlineData("responses", true)]
    [InlineData("anthropic", true)]
    [InlineData("anthropic", false)]
    public async Task Stream_EndsAtOnce_WithUsage(string wire, bool hasTerminator)
    {
        HeldOpenHandler? handler = null;
        await using var sira = new SimulatedSira(wire, configure: builder => builder.Services.AddHttpClient("sira:primary").AddHttpMessageHandler(services => handler = new HeldOpenHandler(services.GetRequiredService<TimeProvider>())));
        if (!hasTerminator)
        {
            sira.Primary.Faults.Always(Fault.MissingDone());
        }

        var before = sira.Clock.GetUtcNow();
        var response = await sira.AskAsync(streaming: true);

        Assert.InRange(sira.Clock.GetUtcNow() - before, TimeSpan.Zero, TimeSpan.FromMilliseconds(hasTerminator ? 0 : 250));
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.True(response.Usage is { InputTokenCount: > 0, OutputTokenCount: > 0 });
        Assert.Equal((1, 0), (sira.Primary.RequestCount, sira.Secondary.RequestCount));
        Assert.Equal((0, 0, 0), (handler!.Open, sira.Primary.InFlight, sira.Clock.ActiveTimers));
    }
}
