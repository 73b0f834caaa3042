namespace Sira.Kernel.Configuration;

/// <summary>Collects every mistake that validation finds, so that all are shown at once.</summary>
/// <remarks>Not thread-safe: one validation, one collection.</remarks>
public sealed class ConfigurationErrors
{
    private readonly List<ConfigurationError> errors = [];

    /// <summary>Gets the mistakes so far, in the order in which they were found.</summary>
    public IReadOnlyList<ConfigurationError> Items => errors;

    /// <summary>Adds a mistake.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="problem">What is wrong, naming the value.</param>
    /// <param name="fix">What to write instead.</param>
    public void Add(string path, string problem, string fix) => errors.Add(new ConfigurationError(path, problem, fix));

    /// <summary>Adds the mistake of naming something that does not exist, with the names that do and the one that was probably meant.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="kind">What was named, such as <c>strategy</c>.</param>
    /// <param name="name">The name given.</param>
    /// <param name="known">The names that exist.</param>
    public void AddUnknownName(string path, string kind, string name, IEnumerable<string> known) =>
        errors.Add(new ConfigurationError(path, $"unknown {kind} '{name}'.", UnknownName.Suggest(kind, name, known)));

    /// <summary>Throws when there is any mistake.</summary>
    /// <exception cref="SiraConfigurationException">There is at least one.</exception>
    public void ThrowIfAny()
    {
        if (errors.Count > 0)
        {
            throw new SiraConfigurationException([.. errors]);
        }
    }
}
