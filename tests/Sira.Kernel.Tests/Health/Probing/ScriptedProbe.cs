using Sira.Kernel.Health.Probing;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Health.Probing;

/// <summary>A probe that answers after a while of the clock what the test says, and counts how many of its checks ran at a time.</summary>
internal sealed class ScriptedProbe(TimeProvider time, Func<Endpoint, ProbeResult?> answer, TimeSpan takes = default) : IHealthProbe
{
    private int running;

    public string Name => "scripted";

    public List<(string Id, DateTimeOffset At)> Asked { get; } = [];

    public int Most { get; private set; }

    /// <summary>Answers; <see langword="null"/> hangs until it is cancelled.</summary>
    public async ValueTask<ProbeResult> ProbeAsync(Endpoint endpoint, HealthCheckOptions options, CancellationToken cancellationToken)
    {
        Asked.Add((endpoint.Id, time.GetUtcNow()));
        Most = Math.Max(Most, ++running);
        try
        {
            if (takes > TimeSpan.Zero)
            {
                await InlineDelay.WaitAsync(takes, time, cancellationToken);
            }

            if (answer(endpoint) is { } result)
            {
                return result;
            }

            await InlineDelay.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken);
            throw new InvalidOperationException("never reached");
        }
        finally
        {
            running--;
        }
    }
}
