namespace Sira.Tools.Loop;

/// <summary>Who can answer a call.</summary>
internal enum ToolKind
{
    /// <summary>Sira runs it, or knows already why it cannot run and tells the model.</summary>
    Runnable,

    /// <summary>Sira runs it once somebody has approved.</summary>
    NeedsApproval,

    /// <summary>The caller runs it; Sira leaves it untouched.</summary>
    CallerRuns,

    /// <summary>There is no such tool.</summary>
    Unknown,
}
