namespace Sira.Session.Compaction.Writing;

/// <summary>Writes a summary of what was said.</summary>
internal interface ISummaryWriter
{
    /// <summary>How much of a tool result is looked at, in characters.</summary>
    int ToolResultCharacters { get; }

    /// <summary>Writes a summary.</summary>
    /// <param name="lines">What was said.</param>
    /// <param name="tokens">How many tokens that has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<WrittenSummary> WriteAsync(IReadOnlyList<TranscriptLine> lines, long tokens, CancellationToken cancellationToken);
}
