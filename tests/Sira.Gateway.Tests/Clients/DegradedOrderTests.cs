using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;

namespace Sira.Gateway.Tests.Clients;

public class DegradedOrderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SmallerModel_ComesBeforeTheStaleAnswer_AndThatBeforeTheFixedText_EachSaysWhatItIs(bool streaming)
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["big"].Reply("fresh");
        b["small"].Reply("smaller");
        for (var i = 0; i < 3; i++)
        {
            a["big"].Throw(Scripted.Error(BackendErrorKind.Authentication));
            b["small"].Throw(Scripted.Error(BackendErrorKind.Authentication));
        }

        await using var gateway = new TestGateway(
            sira => sira
                .AddRoute("default", route => route.To("a/big").DegradeTo("b/small").Configure(options => options.StaticAnswer = "fixed"))
                .UseCache(cache => (cache.TimeToLive, cache.StaleFor) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10))),
            a,
            b);

        var seen = new List<(string, DegradedMode)>();
        foreach (var wait in new[] { 0, 2, 2, 20 })
        {
            gateway.Clock.Advance(TimeSpan.FromMinutes(wait));
            var response = await gateway.AskAsync(streaming);
            seen.Add((response.Text, response.GetDegradedMode()));
        }

        Assert.Equal([("fresh", DegradedMode.None), ("smaller", DegradedMode.SmallerModel), ("fresh", DegradedMode.StaleCache), ("fixed", DegradedMode.StaticAnswer)], seen);
        gateway.AssertIdle();
    }
}
