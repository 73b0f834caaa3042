using Sira.Decisions;
using Sira.Errors;
using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class ContentFiltered : Scenario
{
    public override int Number => 13;

    public override string Title => "refused by the content filter";

    public override string Conduct => "the provider's error; neither asked again nor routed around, unless the route has opted in";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        var attempts = 0;
        var elapsed = TimeSpan.Zero;
        await using (var sira = new FailoverSira(numbers))
        {
            sira.Primary.Faults.Always(Fault.ContentFiltered());
            sira.AddNoise();
            var before = sira.Now;

            var failure = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync());

            (attempts, elapsed) = (sira.Requests.Count, sira.Now - before);
            Assert.Equal((RequestFailureKind.AttemptsFailed, BackendErrorKind.ContentPolicy), (failure.Kind, failure.BackendError));
            Assert.IsType<BackendException>(failure.InnerException);
            Assert.Contains(failure.InnerException.Message, failure.Message, StringComparison.Ordinal);
            Assert.Equal((1, 1), (sira.CountTo(0), attempts));
            sira.AssertTrail(failure.Decision!.Attempts);
            await sira.AssertHealthyAfterwardsAsync();
        }

        await using (var sira = new FailoverSira(numbers, static route => route.Configure(static options => options.FallBackOnContentPolicy = true)))
        {
            sira.Primary.Faults.Always(Fault.ContentFiltered());
            sira.AddNoise();

            Assert.Equal(1, sira.AssertWhole(await sira.AskAsync()));

            Assert.Equal((1, 1), (sira.CountTo(0), sira.CountTo(1)));
            await sira.AssertHealthyAfterwardsAsync();
        }

        return new Observation(attempts, elapsed);
    }
}
