using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Kernel.Configuration;
using Sira.Session.Compaction.Writing;
using Sira.Session.Context.Building;
using Sira.Tokens;

namespace Sira.Session.Compaction;

/// <summary>Summarises messages, and from <see cref="SummaryOptions.FanOut"/> neighbouring summaries on makes one of the next level of them, and so on. The finer ones stay, so that a context can have as much detail as it has room for.</summary>
public sealed class HierarchicalCompactor : ICompactor
{
    private readonly SummaryOptions options;
    private readonly ISummaryWriter writer;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="client">The model, not disposed; <see langword="null"/> keeps the sentences that say most instead, see <see cref="ImportanceCompactor"/>.</param>
    /// <param name="options">How summaries are written; <see langword="null"/> means the defaults.</param>
    /// <param name="estimator">Counts tokens; <see langword="null"/> means <see cref="TokenEstimator"/>.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public HierarchicalCompactor(IChatClient? client, SummaryOptions? options = null, ITokenEstimator? estimator = null)
    {
        this.options = SummaryOptions.Check(options);
        estimator ??= TokenEstimator.Instance;
        writer = client is null ? new SentenceSummaryWriter(this.options, estimator) : new ModelSummaryWriter(client, this.options, estimator);
    }

    /// <inheritdoc />
    public string Name => Compactors.Hierarchical;

    /// <inheritdoc />
    public async IAsyncEnumerable<SummaryProposal> CompactAsync(CompactionRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var summaries = SummaryCover.Valid(request.History);
        await foreach (var proposal in SummaryMaker.MakeAsync(request, writer, Name, cancellationToken).ConfigureAwait(false))
        {
            summaries.Add(proposal.At(long.MaxValue));
            yield return proposal;
        }

        for (var level = 0; level < options.MaximumLevel; level++)
        {
            while (SummaryLevels.NextRun(request.History.Messages, summaries, level, options.FanOut) is { } run)
            {
                var lines = run.ConvertAll(static summary => new TranscriptLine(ChatRole.System, summary.Text));
                var tokens = run.Sum(static summary => (long)summary.Tokens);
                var written = await writer.WriteAsync(lines, tokens, cancellationToken).ConfigureAwait(false);
                var proposal = new SummaryProposal(run[0].From, run[^1].To, written.Text, written.Tokens) { Compactor = Name, Model = written.Model, Level = level + 1 };
                summaries.Add(proposal.At(long.MaxValue));
                yield return proposal;
            }
        }
    }
}
