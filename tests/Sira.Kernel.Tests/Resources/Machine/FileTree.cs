using Sira.Kernel.Resources.Machine;

namespace Sira.Kernel.Tests.Resources.Machine;

/// <summary>Files by path.</summary>
internal sealed class FileTree : Dictionary<string, string>, IMachineFiles
{
    public string? ReadText(string path) => this.GetValueOrDefault(path);

    public IReadOnlyList<string> List(string path) =>
        [.. Keys.Where(key => key.StartsWith(path + "/", StringComparison.Ordinal)).Select(key => key[(path.Length + 1)..].Split('/')[0]).Distinct().Order(StringComparer.Ordinal)];
}
