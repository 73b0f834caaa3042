namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>Looks inside: queues, pools, endpoints, configuration, health, recent decisions. Costs calls nothing.</summary>
public interface ISiraInspector
{
    /// <summary>Takes a snapshot.</summary>
    /// <param name="decisions">Which recent decisions to show; <see langword="null"/> means the latest 100.</param>
    /// <returns>The snapshot.</returns>
    DiagnosticsSnapshot Inspect(DecisionFilter? decisions = null);
}
