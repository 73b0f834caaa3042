using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Storage.Engines.Memory;

/// <summary>How much the memory engine keeps.</summary>
public sealed record MemoryEngineOptions
{
    /// <summary>Gets the name of the engine.</summary>
    /// <value>Default <c>memory</c>.</value>
    public string Name { get; init; } = "memory";

    /// <summary>Gets how many bytes of keys, values and events are kept; whatever would be more is refused as <see cref="Errors.StorageErrorKind.Full"/>.</summary>
    /// <value>Default 1 GiB.</value>
    public long MaximumBytes { get; init; } = 1L << 30;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (string.IsNullOrWhiteSpace(Name))
        {
            errors.Add($"{path}:{nameof(Name)}", "the engine has no name.", "Set one, such as memory.");
        }

        if (MaximumBytes < 1)
        {
            errors.Add($"{path}:{nameof(MaximumBytes)}", string.Create(CultureInfo.InvariantCulture, $"{MaximumBytes} is out of range."), "Use 1 or more bytes.");
        }
    }
}
