namespace Sira.Plugins.Resolution.Solving;

/// <summary>Counts the steps of one resolution. Version solving is NP-complete, so there are inputs for which no algorithm ends in time.</summary>
/// <param name="maximum">The number of steps after which it gives up.</param>
/// <param name="cancellationToken">Looked at every 1024 steps.</param>
internal sealed class WorkLimit(long maximum, CancellationToken cancellationToken)
{
    private const long CheckMask = 1023;
    private long steps;

    public long Steps => steps;

    public void Step()
    {
        if ((++steps & CheckMask) == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (steps > maximum)
        {
            throw new ResolutionLimitException(maximum);
        }
    }
}
