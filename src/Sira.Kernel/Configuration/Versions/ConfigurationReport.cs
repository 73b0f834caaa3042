namespace Sira.Kernel.Configuration.Versions;

/// <summary>What the validation of a configuration found.</summary>
/// <param name="Errors">All mistakes. With one of them it does not come into force.</param>
/// <param name="Warnings">What a validator found worth telling; it does not stand in the way.</param>
public sealed record ConfigurationReport(IReadOnlyList<ConfigurationError> Errors, IReadOnlyList<ConfigurationError> Warnings)
{
    /// <summary>Gets the report that found nothing.</summary>
    public static ConfigurationReport Clean { get; } = new([], []);

    /// <summary>Gets whether there is no mistake.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>Writes mistakes and warnings, one on each line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Errors.Count + Warnings.Count == 0
        ? "no mistakes"
        : string.Join(Environment.NewLine, Errors.Select(static error => $"mistake  {error}").Concat(Warnings.Select(static warning => $"warning  {warning}")));
}
