using Sira.Kernel.Configuration;
using Sira.Session.Context.Building;
using Sira.Tokens;

namespace Sira.Session.Context;

/// <summary>Sends what weighs most, by age, role, length and the marks of users, see <see cref="ImportanceWeights"/>. What is dropped stays dropped, and only when there is no room.</summary>
public sealed class ImportanceContextBuilder : IContextBuilder
{
    private readonly ContextBuilderOptions options;
    private readonly ITokenEstimator estimator;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">How it builds; <see langword="null"/> means the defaults.</param>
    /// <param name="estimator">Counts tokens; <see langword="null"/> means <see cref="TokenEstimator"/>.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public ImportanceContextBuilder(ContextBuilderOptions? options = null, ITokenEstimator? estimator = null) =>
        (this.options, this.estimator) = (ContextArguments.Check(options), estimator ?? TokenEstimator.Instance);

    /// <inheritdoc />
    public string Name => ContextBuilders.Importance;

    /// <inheritdoc />
    public ValueTask<SessionContext> BuildAsync(ContextRequest request, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var plan = ContextPlan.Create(request, options, estimator);
        ImportanceSelection.Select(plan);
        return new(ContextAssembler.Assemble(plan, []));
    }
}
