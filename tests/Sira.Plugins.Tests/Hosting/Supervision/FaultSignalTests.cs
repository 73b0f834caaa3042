using Sira.Plugins.Hosting.Supervision;

namespace Sira.Plugins.Tests.Hosting.Supervision;

public class FaultSignalTests
{
    private static readonly PluginException Boom = new("acme", "boom");

    [Fact]
    public void TryClose_WithAFaultThatNobodyHasHeard_StaysOpen()
    {
        var signal = new FaultSignal(Boom);

        Assert.False(signal.TryClose());
        Assert.Same(Boom, Assert.Throws<PluginException>(signal.ThrowIfRaised));
    }

    [Fact]
    public void TryRaise_OnceClosed_SaysThatNobodyHears()
    {
        var signal = new FaultSignal(Boom);
        signal.Reset();

        Assert.True(signal.TryClose());
        Assert.False(signal.TryRaise(Boom));
        signal.ThrowIfRaised();
    }

    [Fact]
    public void TryCloseAndTryRaise_AtTheSameTime_LoseNoFault()
    {
        for (var round = 0; round < 1000; round++)
        {
            var signal = new FaultSignal(Boom);
            signal.Reset();
            var (isHeard, isClosed) = (false, false);
            Parallel.Invoke(() => isHeard = signal.TryRaise(Boom), () => isClosed = signal.TryClose());

            // Heard by this supervision, or by the next one.
            Assert.NotEqual(isHeard, isClosed);
        }
    }
}
