using Sira.Kernel.Errors;

namespace Sira.Plugins.Resolution;

/// <summary>Thrown when no set of plugins is consistent.</summary>
public sealed class PluginResolutionException : SiraException
{
    /// <summary>Initializes a new instance from the reasons.</summary>
    /// <param name="failures">The reasons, at least one.</param>
    public PluginResolutionException(IReadOnlyList<ResolutionFailure> failures)
        : base(Describe(failures)) => Failures = failures;

    /// <summary>Gets the reasons.</summary>
    public IReadOnlyList<ResolutionFailure> Failures { get; }

    private static string Describe(IReadOnlyList<ResolutionFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        var heading = failures.Count == 1 ? "The plugins cannot be resolved." : $"The plugins cannot be resolved, for {failures.Count} independent reasons.";
        return string.Join("\n\n", [heading, .. failures.Select(static failure => failure.ToString())]);
    }
}
