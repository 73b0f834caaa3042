using Microsoft.Extensions.Configuration;

namespace Sira.Kernel.Configuration;

/// <summary>The section that configures Sira, <c>Sira</c> of the host's configuration unless it was given another; <see langword="null"/> where the host has none.</summary>
/// <param name="Section">The section.</param>
public sealed record SiraConfigurationSection(IConfigurationSection? Section)
{
    /// <summary>The section's usual name.</summary>
    public const string DefaultName = "Sira";
}
