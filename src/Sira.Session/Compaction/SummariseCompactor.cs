using Microsoft.Extensions.AI;
using Sira.Kernel.Configuration;
using Sira.Session.Compaction.Writing;
using Sira.Tokens;

namespace Sira.Session.Compaction;

/// <summary>Has a model summarise.</summary>
/// <remarks>
/// What stands in the history is given to the model as material, between lines that it cannot contain, with tool results shortened and within a bound. An answer that is too long is cut after a sentence;
/// one that is empty, filtered or wants a tool is a failure. The summary is again treated as material when it is sent.
/// </remarks>
public sealed class SummariseCompactor : ICompactor
{
    private readonly ModelSummaryWriter writer;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="client">The model; not disposed.</param>
    /// <param name="options">How summaries are written; <see langword="null"/> means the defaults.</param>
    /// <param name="estimator">Counts tokens; <see langword="null"/> means <see cref="TokenEstimator"/>.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public SummariseCompactor(IChatClient client, SummaryOptions? options = null, ITokenEstimator? estimator = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        writer = new ModelSummaryWriter(client, SummaryOptions.Check(options), estimator ?? TokenEstimator.Instance);
    }

    /// <inheritdoc />
    public string Name => Compactors.Summarise;

    /// <inheritdoc />
    public IAsyncEnumerable<SummaryProposal> CompactAsync(CompactionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SummaryMaker.MakeAsync(request, writer, Name, cancellationToken);
    }
}
