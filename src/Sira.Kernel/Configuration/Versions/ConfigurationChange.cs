namespace Sira.Kernel.Configuration.Versions;

/// <summary>One setting in which two versions differ. Secrets are shown as tags, which differ where the secrets do.</summary>
/// <param name="Key">The key below the section, such as <c>Routes:default:Strategy</c>.</param>
/// <param name="Before">The value in the earlier version; <see langword="null"/> when it had none.</param>
/// <param name="After">The value in the later version; <see langword="null"/> when it has none.</param>
public sealed record ConfigurationChange(string Key, string? Before, string? After)
{
    /// <summary>Writes the change as a line that begins with <c>+</c>, <c>-</c> or <c>~</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => Before is null ? $"+ {Key} = {After}" : After is null ? $"- {Key} = {Before}" : $"~ {Key} = {Before} → {After}";
}
