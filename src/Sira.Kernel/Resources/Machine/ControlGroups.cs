using System.Globalization;

namespace Sira.Kernel.Resources.Machine;

/// <summary>Reads what the control groups of this process allow it, version 1 or 2.</summary>
internal sealed class ControlGroups(IMachineFiles files)
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>Returns the thousandths of a CPU and the bytes of memory; <see langword="null"/> where there is no limit.</summary>
    public (long? MilliCpus, long? MemoryBytes) Limits()
    {
        long? cpus = null;
        long? memory = null;
        foreach (var line in (files.ReadText("/proc/self/cgroup") ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // "0::/path" is version 2; "4:cpu,cpuacct:/path" is version 1.
            var parts = line.Split(':', 3);
            if (parts.Length < 3)
            {
                continue;
            }

            if (parts[1].Length == 0)
            {
                cpus = Least(cpus, Ancestors(Root, parts[2]).Select(Version2Cpus));
                memory = Least(memory, Ancestors(Root, parts[2]).Select(path => Number($"{path}/memory.max")));
            }

            foreach (var controller in parts[1].Split(','))
            {
                cpus = controller == "cpu" ? Least(cpus, Ancestors($"{Root}/cpu", parts[2]).Select(Version1Cpus)) : cpus;
                memory = controller == "memory" ? Least(memory, Ancestors($"{Root}/memory", parts[2]).Select(path => Number($"{path}/memory.limit_in_bytes"))) : memory;
            }
        }

        return (cpus, memory);
    }

    // A group is bound by those above it too. In a container the path is often that of the host and only the root is there.
    private static IEnumerable<string> Ancestors(string root, string path)
    {
        for (var rest = path.TrimEnd('/'); rest.Length > 0; rest = rest[..Math.Max(0, rest.LastIndexOf('/'))])
        {
            yield return root + rest;
        }

        yield return root;
    }

    private long? Version2Cpus(string path) =>
        files.ReadText($"{path}/cpu.max")?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var quota, var period] ? MilliCpus(Parse(quota), Parse(period)) : null;

    private long? Version1Cpus(string path) => MilliCpus(Number($"{path}/cpu.cfs_quota_us"), Number($"{path}/cpu.cfs_period_us"));

    private static long? MilliCpus(long? quota, long? period) =>
        quota is > 0 and < long.MaxValue / 1000 && period is > 0 ? Math.Max(1, quota.Value * 1000 / period.Value) : null;

    private static long? Least(long? least, IEnumerable<long?> limits) => limits.Append(least).Where(static limit => limit is not null).Min();

    private long? Number(string path) => files.ReadText(path) is { } text ? Parse(text) : null;

    // "max" and "-1" are no limit.
    private static long? Parse(string text) =>
        long.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
