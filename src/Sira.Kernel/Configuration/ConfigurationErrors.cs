using Sira.Kernel.Errors;

namespace Sira.Kernel.Configuration;

/// <summary>Collects every mistake that validation finds, so that all are shown at once.</summary>
/// <remarks>Not thread-safe: one validation, one collection.</remarks>
public sealed class ConfigurationErrors
{
    private readonly List<ConfigurationError> errors = [];
    private readonly HashSet<(string Kind, string Name)> faulty = [];

    /// <summary>Gets the mistakes so far, in the order in which they were found.</summary>
    public IReadOnlyList<ConfigurationError> Items => errors;

    /// <summary>Adds a mistake. Problem and fix are ended with a full stop where one is missing, since they may quote others.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="problem">What is wrong, naming the value.</param>
    /// <param name="fix">What to write instead.</param>
    public void Add(string path, string problem, string fix) => errors.Add(new ConfigurationError(path, Sentence.End(problem), Sentence.End(fix)));

    /// <summary>Adds the mistake of naming something that does not exist, with the names that do and the one that was probably meant.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="kind">What was named, such as <c>strategy</c>.</param>
    /// <param name="name">The name given.</param>
    /// <param name="known">The names that exist.</param>
    public void AddUnknownName(string path, string kind, string name, IEnumerable<string> known) =>
        errors.Add(new ConfigurationError(path, $"unknown {kind} '{name}'.", UnknownName.Suggest(kind, name, known)));

    /// <summary>Notes that something of this name was asked for but could not be built, and that the mistake has been added. Whoever refers to the name then need not call it unknown, which would send the reader to the wrong line.</summary>
    /// <param name="kind">What it is, such as <c>backend</c>.</param>
    /// <param name="name">The name; case does not matter.</param>
    public void MarkFaulty(string kind, string name)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(name);
        faulty.Add((kind, name.ToUpperInvariant()));
    }

    /// <summary>Returns whether something of this name has a mistake that has been added already.</summary>
    /// <param name="kind">What it is, such as <c>backend</c>.</param>
    /// <param name="name">The name; case does not matter.</param>
    /// <returns>Whether <see cref="MarkFaulty"/> was told so.</returns>
    public bool IsFaulty(string kind, string name)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(name);
        return faulty.Contains((kind, name.ToUpperInvariant()));
    }

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
