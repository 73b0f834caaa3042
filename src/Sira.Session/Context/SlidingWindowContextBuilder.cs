using Sira.Kernel.Configuration;
using Sira.Session.Context.Building;
using Sira.Tokens;

namespace Sira.Session.Context;

/// <summary>Sends the newest turns that fit, each whole. When they do not fit any more, so many are dropped that the beginning of the prompt stays the same for the turns to come.</summary>
public sealed class SlidingWindowContextBuilder : IContextBuilder
{
    private readonly ContextBuilderOptions options;
    private readonly ITokenEstimator estimator;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">How it builds; <see langword="null"/> means the defaults.</param>
    /// <param name="estimator">Counts tokens; <see langword="null"/> means <see cref="TokenEstimator"/>.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public SlidingWindowContextBuilder(ContextBuilderOptions? options = null, ITokenEstimator? estimator = null) =>
        (this.options, this.estimator) = (ContextArguments.Check(options), estimator ?? TokenEstimator.Instance);

    /// <inheritdoc />
    public string Name => ContextBuilders.SlidingWindow;

    /// <inheritdoc />
    public ValueTask<SessionContext> BuildAsync(ContextRequest request, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var plan = ContextPlan.Create(request, options, estimator);
        WindowSelection.Select(plan);
        return new(ContextAssembler.Assemble(plan, []));
    }
}
