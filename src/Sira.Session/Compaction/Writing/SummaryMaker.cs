using System.Runtime.CompilerServices;

namespace Sira.Session.Compaction.Writing;

/// <summary>Makes one summary of each range.</summary>
internal static class SummaryMaker
{
    public static async IAsyncEnumerable<SummaryProposal> MakeAsync(CompactionRequest request, ISummaryWriter writer, string compactor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var range in request.Ranges)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var lines = Transcript.Read(request.History.Messages, range, writer.ToolResultCharacters);
            var written = await writer.WriteAsync(lines, range.Tokens, cancellationToken).ConfigureAwait(false);
            yield return new SummaryProposal(range.From, range.To, written.Text, written.Tokens) { Compactor = compactor, Model = written.Model };
        }
    }
}
