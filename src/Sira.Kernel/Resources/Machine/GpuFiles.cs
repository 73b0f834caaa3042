using System.Globalization;

namespace Sira.Kernel.Resources.Machine;

/// <summary>Finds GPUs by the files that their drivers show.</summary>
internal sealed class GpuFiles(IMachineFiles files)
{
    private const string Nvidia = "/proc/driver/nvidia/gpus";
    private const string Drm = "/sys/class/drm";
    private const string AmdVendor = "0x1002";
    private const string IntelVendor = "0x8086";

    public IReadOnlyList<GpuDevice> Find() => [.. FindNvidia().Concat(FindDrm()).DistinctBy(static gpu => gpu.Id)];

    private IEnumerable<GpuDevice> FindNvidia()
    {
        foreach (var bus in files.List(Nvidia))
        {
            var information = files.ReadText($"{Nvidia}/{bus}/information");
            if (information is not null)
            {
                yield return new GpuDevice(bus, Field(information, "Model:") ?? "NVIDIA GPU", MemoryBytes: null);
            }
        }
    }

    // "card0", not its connectors "card0-DP-1".
    private IEnumerable<GpuDevice> FindDrm()
    {
        foreach (var card in files.List(Drm).Where(static name => name.StartsWith("card", StringComparison.Ordinal) && name.AsSpan(4).IndexOfAnyExceptInRange('0', '9') < 0))
        {
            var device = $"{Drm}/{card}/device";
            var bus = Field(files.ReadText($"{device}/uevent") ?? string.Empty, "PCI_SLOT_NAME=") ?? card;
            var vendor = files.ReadText($"{device}/vendor")?.Trim();
            if (vendor == AmdVendor && Bytes($"{device}/mem_info_vram_total") is { } memory)
            {
                yield return new GpuDevice(bus, Name($"{device}/product_name", "AMD GPU"), memory);
            }
            else if (vendor == IntelVendor && Bytes($"{Drm}/{card}/lmem_total_bytes") is { } local)
            {
                // Without memory of its own it is the graphics of the processor.
                yield return new GpuDevice(bus, "Intel GPU", local);
            }
        }
    }

    private string Name(string path, string otherwise) => files.ReadText(path)?.Trim() is { Length: > 0 } name ? name : otherwise;

    private long? Bytes(string path) =>
        long.TryParse(files.ReadText(path).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes : null;

    private static string? Field(string text, string name)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line[name.Length..].Trim() is { IsEmpty: false } value)
            {
                return value.ToString();
            }
        }

        return null;
    }
}
