using Sira.Kernel.Errors;

namespace Sira.Kernel.Configuration;

/// <summary>Thrown at start-up with all the mistakes that the configuration holds, not only the first.</summary>
public sealed class SiraConfigurationException : SiraException
{
    /// <summary>Initializes a new instance from the mistakes found.</summary>
    /// <param name="errors">The mistakes, at least one.</param>
    public SiraConfigurationException(IReadOnlyList<ConfigurationError> errors)
        : base(Describe(errors)) => Errors = errors;

    /// <summary>Gets the mistakes found, in the order in which they were found.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; }

    private static string Describe(IReadOnlyList<ConfigurationError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var heading = errors.Count == 1 ? "Sira's configuration has 1 mistake:" : $"Sira's configuration has {errors.Count} mistakes:";
        return heading + string.Concat(errors.Select(error => $"{Environment.NewLine}  - {error}"));
    }
}
