using Sira.Kernel.Configuration;
using Sira.Session.Compaction.Writing;
using Sira.Tokens;

namespace Sira.Session.Compaction;

/// <summary>Keeps the sentences that say most, without a model: SumBasic (A. Nenkova, L. Vanderwende, The Impact of Frequency on Summarization, 2005), with what users said weighing more and tool results less.</summary>
public sealed class ImportanceCompactor : ICompactor
{
    private readonly SentenceSummaryWriter writer;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">How long summaries are; <see langword="null"/> means the defaults.</param>
    /// <param name="estimator">Counts tokens; <see langword="null"/> means <see cref="TokenEstimator"/>.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public ImportanceCompactor(SummaryOptions? options = null, ITokenEstimator? estimator = null) =>
        writer = new SentenceSummaryWriter(SummaryOptions.Check(options), estimator ?? TokenEstimator.Instance);

    /// <inheritdoc />
    public string Name => Compactors.Importance;

    /// <inheritdoc />
    public IAsyncEnumerable<SummaryProposal> CompactAsync(CompactionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SummaryMaker.MakeAsync(request, writer, Name, cancellationToken);
    }
}
