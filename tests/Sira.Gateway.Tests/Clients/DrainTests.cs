using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Time;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Clients;

public class DrainTests
{
    private static (TestGateway Gateway, TestBackend Backend) Slow(TimeSpan takes)
    {
        var a = new TestBackend("a");
        var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), a);
        for (var i = 0; i < 3; i++)
        {
            a["m"].Reply(async call =>
            {
                await InlineDelay.WaitAsync(takes, gateway.Clock, call.CancellationToken);
                return new ChatResponse(new ChatMessage(ChatRole.Assistant, "done")) { FinishReason = ChatFinishReason.Stop };
            });
        }

        return (gateway, a);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HostThatStops_WaitsForCallsUnderWay_AndTakesNoNewOnes(bool streaming)
    {
        var (gateway, _) = Slow(TimeSpan.FromSeconds(5));
        await using var owned = gateway;
        Assert.Equal(0, gateway.Sira.InFlight);
        await gateway.Clock.RunAsync(async () =>
        {
            var running = AskAsync(gateway, streaming);
            Assert.Equal(1, gateway.Sira.InFlight);
            var stopping = Task.WhenAll(gateway.Services.GetServices<IHostedService>().Select(service => service.StopAsync(CancellationToken.None)));
            Assert.False(stopping.IsCompleted);

            var refused = await Assert.ThrowsAsync<RequestFailedException>(() => AskAsync(gateway, streaming));
            Assert.Equal(RequestFailureKind.ShuttingDown, refused.Kind);
            Assert.Contains("shutting down", refused.Message, StringComparison.Ordinal);

            Assert.Equal("done", (await running).Text);
            await stopping;
        });
        Assert.Equal(0, gateway.Sira.InFlight);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task RequestThatHasBegun_MayMakeItsNextCall()
    {
        var (gateway, _) = Slow(TimeSpan.FromSeconds(1));
        await using var owned = gateway;
        var options = new SiraChatOptions { Request = new RequestContext(gateway.Clock.GetTimestamp()) };
        await gateway.AskAsync(streaming: false, options);
        await gateway.Sira.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Equal("done", (await gateway.AskAsync(streaming: false, options)).Text);
        await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false));
    }

    [Fact]
    public async Task HostThatWaitsNoLonger_IsNotHeld()
    {
        var (gateway, _) = Slow(TimeSpan.FromDays(1));
        await using var owned = gateway;
        await gateway.Clock.RunAsync(async () =>
        {
            var running = AskAsync(gateway, streaming: false);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), gateway.Clock);
            foreach (var service in gateway.Services.GetServices<IHostedService>())
            {
                await service.StopAsync(patience.Token);
            }

            Assert.Equal(1, gateway.Sira.InFlight);
            await Assert.ThrowsAnyAsync<Exception>(() => running);
        });
    }

    private static Task<ChatResponse> AskAsync(TestGateway gateway, bool streaming) => streaming
        ? gateway.Chat.GetStreamingResponseAsync("Hello").ToChatResponseAsync()
        : gateway.Chat.GetResponseAsync("Hello");
}
