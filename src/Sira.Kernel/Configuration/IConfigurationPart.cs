namespace Sira.Kernel.Configuration;

/// <summary>A package's own part of the section <c>Sira</c>. It is read and checked together with all others, so that every mistake shows at once.</summary>
public interface IConfigurationPart
{
    /// <summary>Gets the key under <c>Sira</c> that the part reads, such as <c>Tools</c>.</summary>
    string Key { get; }

    /// <summary>Reads what code and file say and checks it. Called at start-up and at each reload.</summary>
    /// <param name="reader">The part's section; <see langword="null"/> when the file does not have it.</param>
    /// <param name="errors">Where mistakes go.</param>
    void Load(ConfigurationReader? reader, ConfigurationErrors errors);
}
