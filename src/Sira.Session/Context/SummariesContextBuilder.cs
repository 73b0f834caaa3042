using Microsoft.Extensions.AI;
using Sira.Kernel.Configuration;
using Sira.Session.Context.Building;
using Sira.Session.History;
using Sira.Tokens;

namespace Sira.Session.Context;

/// <summary>Sends the newest turns that fit, and summaries for what is older: the finest ones that there is room for, coarser ones of the oldest part where there is not.</summary>
/// <remarks>As long as everything fits no summary is sent. A summary takes the place of messages when the window moves, not when it is made, so that the beginning of the prompt stays the same in between.</remarks>
public sealed class SummariesContextBuilder : IContextBuilder
{
    private readonly ContextBuilderOptions options;
    private readonly ITokenEstimator estimator;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">How it builds; <see langword="null"/> means the defaults.</param>
    /// <param name="estimator">Counts tokens; <see langword="null"/> means <see cref="TokenEstimator"/>.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public SummariesContextBuilder(ContextBuilderOptions? options = null, ITokenEstimator? estimator = null) =>
        (this.options, this.estimator) = (ContextArguments.Check(options), estimator ?? TokenEstimator.Instance);

    /// <inheritdoc />
    public string Name => ContextBuilders.Summaries;

    /// <inheritdoc />
    public ValueTask<SessionContext> BuildAsync(ContextRequest request, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var plan = ContextPlan.Create(request, options, estimator);
        var valid = SummaryCover.Valid(request.History);
        var reserve = valid.Count == 0 ? default : new ContextRoom((long)(plan.Room.Tokens * options.SummaryShare), 1);
        var first = WindowSelection.Select(plan, reserve);
        return new(ContextAssembler.Assemble(plan, first == 0 ? [] : Choose(plan, valid, reserve, first)));
    }

    private List<SessionSummary> Choose(ContextPlan plan, List<SessionSummary> valid, ContextRoom reserve, int first)
    {
        var free = plan.Room - plan.Next;
        var messages = plan.Request.History.Messages;
        var units = plan.Layout.Units;
        for (var i = first; i < units.Length; i++)
        {
            free -= units[i].IsSelected && !units[i].IsMandatory ? plan.Size(units[i]) : default;
        }

        if (free.Messages < 1)
        {
            return [];
        }

        // Only what lies wholly before the window: what is in it is sent as it is.
        var before = first == units.Length ? long.MaxValue : messages[units[first].First].Header.Version;
        var frame = estimator.Estimate(ContextTexts.EmptySummary(messages[^1].Header.Version), plan.Request.Family) + 1;
        var room = Math.Min(reserve.Tokens, free.Tokens) - plan.Tokens(ChatRole.User, ContextTexts.Summaries([]));
        return SummaryCover.Choose(valid.FindAll(summary => summary.To < before), room, summary => summary.Tokens + frame);
    }
}
