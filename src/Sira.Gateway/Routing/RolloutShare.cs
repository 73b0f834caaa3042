using Sira.Kernel.Configuration.Rollout;

namespace Sira.Gateway.Routing;

/// <summary>On which side of a rollout a call is.</summary>
/// <param name="Traffic">The rollout.</param>
/// <param name="OnTrial">Whether the version that is rolled out serves it.</param>
internal sealed record RolloutShare(RolloutTraffic Traffic, bool OnTrial)
{
    public void Record(bool failed, TimeSpan duration) => Traffic.Record(OnTrial, failed, duration);
}
