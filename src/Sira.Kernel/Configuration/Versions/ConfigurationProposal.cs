using Microsoft.Extensions.Configuration;

namespace Sira.Kernel.Configuration.Versions;

/// <summary>A configuration that a validator is to judge.</summary>
public sealed class ConfigurationProposal
{
    private readonly ConfigurationErrors warnings = new();

    internal ConfigurationProposal(IConfigurationSection? section, string path) => (Section, Path) = (section, path);

    /// <summary>Gets the section with all settings, secrets included; it does not change any more. <see langword="null"/> when there are none.</summary>
    public IConfigurationSection? Section { get; }

    /// <summary>Gets the path of the section, for mistakes.</summary>
    public string Path { get; }

    /// <summary>Gets where mistakes go.</summary>
    public ConfigurationErrors Errors { get; } = new();

    /// <summary>Adds what is worth telling and does not stand in the way.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="problem">What it is.</param>
    /// <param name="fix">What could be written instead.</param>
    public void Warn(string path, string problem, string fix) => warnings.Add(path, problem, fix);

    internal IReadOnlyList<ConfigurationError> Warnings => warnings.Items;
}
