using Sira.Kernel.Configuration;

namespace Sira.Plugins.LeakDoctor;

/// <summary>How the leak doctor works.</summary>
public sealed class LeakDoctorOptions
{
    /// <summary>Gets or sets whether it examines the process by itself when a plugin's code has not left memory in time.</summary>
    /// <value>Default <see langword="true"/>; with <see langword="false"/> only on demand.</value>
    public bool IsAutomatic { get; set; } = true;

    /// <summary>Gets or sets the least time between two examinations of its own accord.</summary>
    /// <value>Default 1 hour.</value>
    public TimeSpan MinimumInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets how long writing the snapshot may take.</summary>
    /// <value>Default 2 minutes.</value>
    public TimeSpan SnapshotTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets the folder for the snapshot, which is about as large as the process's memory and is deleted after reading. It is written into a folder of its own there that only this user can read.</summary>
    /// <value>Default <see langword="null"/>: the folder for temporary files.</value>
    public string? Folder { get; set; }

    /// <summary>Gets or sets how many different paths to one plugin are reported.</summary>
    /// <value>Default 8.</value>
    public int MaxPaths { get; set; } = 8;

    /// <summary>Checks the values.</summary>
    /// <param name="path">Where they are set, for the errors.</param>
    /// <param name="errors">Where mistakes go.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (MinimumInterval <= TimeSpan.Zero)
        {
            errors.Add(ConfigurationPath(nameof(MinimumInterval)), $"{MinimumInterval:c} is no interval.", "Use more than zero, such as 1 hour.");
        }

        if (SnapshotTimeout <= TimeSpan.Zero || SnapshotTimeout > TimeSpan.FromHours(1))
        {
            errors.Add(ConfigurationPath(nameof(SnapshotTimeout)), $"{SnapshotTimeout:c} is not a time to wait.", "Use more than zero and at most 1 hour.");
        }

        if (MaxPaths is < 1 or > 1000)
        {
            errors.Add(ConfigurationPath(nameof(MaxPaths)), $"{MaxPaths} is no number of paths.", "Use 1 to 1000.");
        }

        string ConfigurationPath(string key) => $"{path}:{key}";
    }
}
