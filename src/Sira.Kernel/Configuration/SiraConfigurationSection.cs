using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;

namespace Sira.Kernel.Configuration;

/// <summary>The section that configures Sira, <c>Sira</c> of the host's configuration unless it was given another; <see langword="null"/> where the host has none.</summary>
/// <remarks>Once <see cref="Versions.SiraConfiguration"/> has taken it over, what is read here are the settings of the version in force, which change as a whole and never while something is being built from them; and while a proposed version is being built, those of that one, for the thread that builds.</remarks>
public sealed class SiraConfigurationSection
{
    /// <summary>The section's usual name.</summary>
    public const string DefaultName = "Sira";

    // Builds are synchronous, and read the section in many places.
    [ThreadStatic]
    private static Reading? reading;

    private volatile StrongBox<IConfigurationSection?>? inForce;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="section">The section of the host.</param>
    public SiraConfigurationSection(IConfigurationSection? section) => Host = section;

    /// <summary>Gets the section to read.</summary>
    public IConfigurationSection? Section => reading is { } own && ReferenceEquals(own.Owner, this) ? own.Section : inForce is { } current ? current.Value : Host;

    /// <summary>Gets where the section stands, such as <c>Ai:Gateway</c>; <see cref="DefaultName"/> where the host has none, since that is where a setting would have to be written.</summary>
    public string Path => string.IsNullOrEmpty(Host?.Path) ? DefaultName : Host.Path;

    /// <summary>Gets the section of the host, which changes at any time.</summary>
    internal IConfigurationSection? Host { get; }

    /// <summary>Returns the path of a setting, as mistakes name it.</summary>
    /// <param name="keys">The keys below the section, from the outermost inwards.</param>
    /// <returns>The whole path, such as <c>Sira:Backends:openai:Endpoint</c>.</returns>
    public string PathOf(params ReadOnlySpan<string> keys)
    {
        var path = Path;
        foreach (var key in keys)
        {
            path = ConfigurationPath.Combine(path, key);
        }

        return path;
    }

    /// <summary>Lets this thread read other settings until the result is disposed of.</summary>
    internal IDisposable Read(IConfigurationSection? section)
    {
        var own = new Reading(this, section, reading);
        reading = own;
        return own;
    }

    /// <summary>Puts settings in force for everybody.</summary>
    internal void Use(IConfigurationSection? section) => inForce = new StrongBox<IConfigurationSection?>(section);

    private sealed class Reading(SiraConfigurationSection owner, IConfigurationSection? section, Reading? outer) : IDisposable
    {
        public SiraConfigurationSection Owner => owner;

        public IConfigurationSection? Section => section;

        public void Dispose() => reading = outer;
    }
}
