namespace Sira.Kernel.Configuration.Rollout;

/// <summary>One step of a rollout: its share, and how requests fare in it.</summary>
/// <param name="index">Its place.</param>
/// <param name="percent">The share.</param>
/// <param name="startedAt">The timestamp at its beginning.</param>
internal sealed class RolloutStep(int index, double percent, long startedAt)
{
    private int ended;

    public int Index => index;

    public double Percent => percent;

    public long StartedAt => startedAt;

    public RolloutArm Trial { get; } = new();

    public RolloutArm Stable { get; } = new();

    /// <summary>Ends it, once.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref ended, 1) == 0;
}
