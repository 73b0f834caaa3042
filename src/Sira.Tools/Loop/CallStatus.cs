namespace Sira.Tools.Loop;

/// <summary>How a call ended.</summary>
internal enum CallStatus
{
    /// <summary>The tool returned.</summary>
    Succeeded,

    /// <summary>The tool failed, timed out, does not exist or got arguments that cannot be read.</summary>
    Failed,

    /// <summary>The tool was not run: rejected, or beyond a limit. Neither a success nor the model's failure.</summary>
    NotRun,
}
