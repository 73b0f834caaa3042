using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Resources.Machine;

/// <summary>How much of the machine may be reserved.</summary>
public sealed record MachinePoolOptions
{
    /// <summary>Gets the defaults.</summary>
    public static MachinePoolOptions Default { get; } = new();

    /// <summary>Gets the share of the CPUs that may be reserved.</summary>
    /// <value>Default 1.</value>
    public double CpuShare { get; init; } = 1;

    /// <summary>Gets the share of the memory that may be reserved; the rest is for what reserves nothing.</summary>
    /// <value>Default 0.75.</value>
    public double MemoryShare { get; init; } = 0.75;

    /// <summary>Gets how many may use one GPU at once, unless one has it for itself.</summary>
    /// <value>Default 4.</value>
    public int GpuSlots { get; init; } = 4;

    /// <summary>Gets the memory of a GPU that does not tell its own, in bytes; <see langword="null"/> counts no memory there.</summary>
    /// <value>Default <see langword="null"/>.</value>
    public long? GpuMemoryBytes { get; init; }

    /// <summary>Gets how many bytes may be sent and received within a second, in all; <see langword="null"/> does not count them.</summary>
    /// <value>Default <see langword="null"/>: what a link carries cannot be seen from its end.</value>
    public long? BandwidthBytesPerSecond { get; init; }

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(nameof(CpuShare), CpuShare is > 0 and <= 1, CpuShare, "Use more than 0 and at most 1.");
        Check(nameof(MemoryShare), MemoryShare is > 0 and <= 1, MemoryShare, "Use more than 0 and at most 1.");
        Check(nameof(GpuSlots), GpuSlots is >= 1 and <= 1024, GpuSlots, "Use 1 to 1024 slots.");
        Check(nameof(GpuMemoryBytes), GpuMemoryBytes is null or > 0, GpuMemoryBytes ?? 0, "Use at least 1 byte, or leave it out.");
        Check(nameof(BandwidthBytesPerSecond), BandwidthBytesPerSecond is null or > 0, BandwidthBytesPerSecond ?? 0, "Use at least 1 byte, or leave it out.");

        void Check(string name, bool valid, IFormattable value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", $"{value.ToString(null, CultureInfo.InvariantCulture)} is out of range.", fix);
            }
        }
    }
}
