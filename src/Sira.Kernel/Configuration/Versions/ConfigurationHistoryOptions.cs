using System.Globalization;

namespace Sira.Kernel.Configuration.Versions;

/// <summary>How much of the configuration's history is kept, and how long validation may take.</summary>
public sealed class ConfigurationHistoryOptions
{
    /// <summary>Gets or sets how many versions are kept, rejected ones included. The oldest go first; the one in force and one that is being rolled out stay.</summary>
    /// <value>Default 200; from 2 to 10,000.</value>
    public int MaximumVersions { get; set; } = 200;

    /// <summary>Gets or sets how long each <see cref="IConfigurationValidator"/> may take.</summary>
    /// <value>Default 10 seconds; at most one hour.</value>
    public TimeSpan ValidatorTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (MaximumVersions is < 2 or > 10_000)
        {
            errors.Add($"{path}:{nameof(MaximumVersions)}", string.Create(CultureInfo.InvariantCulture, $"{MaximumVersions} is out of range."), "Use 2 to 10000 versions, such as 200.");
        }

        if (ValidatorTimeout <= TimeSpan.Zero || ValidatorTimeout > TimeSpan.FromHours(1))
        {
            errors.Add($"{path}:{nameof(ValidatorTimeout)}", string.Create(CultureInfo.InvariantCulture, $"{ValidatorTimeout} is out of range."), "Use more than zero and at most an hour, such as 10 seconds.");
        }
    }
}
