using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Signing;

namespace Sira.Plugins.Loading.Publishers;

/// <summary>Makes a publisher of what code and configuration say about it, collecting every mistake.</summary>
/// <param name="name">Its name.</param>
/// <param name="code">What code says.</param>
/// <param name="path">Where mistakes in that are reported.</param>
internal sealed class PublisherBuilder(string name, PublisherOptions code, string path)
{
    // A few keys in PEM have a few hundred bytes each.
    private const long MostFileBytes = 1024 * 1024;

    private readonly List<(string Path, string Text)> keys = code.PublicKey is { } text ? [(ConfigurationPath.Combine(path, nameof(code.PublicKey)), text)] : [];
    private readonly List<(string Path, string File)> files = code.PublicKeyFile is { } file ? [(ConfigurationPath.Combine(path, nameof(code.PublicKeyFile)), file)] : [];
    private (string Path, IReadOnlyList<string> Ids) plugins = (ConfigurationPath.Combine(path, nameof(code.Plugins)), [.. code.Plugins]);
    private readonly List<(string Path, string Id)> revoked = [.. code.RevokedKeys.Select(id => (ConfigurationPath.Combine(path, nameof(code.RevokedKeys)), id))];

    public string Name => name;

    public string Path => path;

    /// <summary>Reads the publisher's section: keys come on top of those of the code, a list of ids in place of the code's.</summary>
    public void Apply(ConfigurationReader reader)
    {
        if (reader.TryString(nameof(code.PublicKey), out var key))
        {
            keys.Add((At(nameof(code.PublicKey)), key));
        }

        if (reader.TryString(nameof(code.PublicKeyFile), out var keyFile))
        {
            files.Add((At(nameof(code.PublicKeyFile)), keyFile));
        }

        if (reader.TryStrings(nameof(code.Plugins), out var ids))
        {
            plugins = (At(nameof(code.Plugins)), ids);
        }

        if (reader.TryStrings(nameof(code.RevokedKeys), out var revokedIds))
        {
            revoked.AddRange(revokedIds.Select(id => (At(nameof(code.RevokedKeys)), id)));
        }

        reader.ReportUnknownKeys();

        string At(string member) => ConfigurationPath.Combine(reader.Section.Path, member);
    }

    /// <summary>Makes the publisher.</summary>
    /// <returns>The publisher; <see langword="null"/> when there is any mistake.</returns>
    public Publisher? Build(ConfigurationErrors errors)
    {
        var before = errors.Items.Count;
        if (!SignedContent.IsPublisher(name))
        {
            errors.Add(path, $"'{name}' cannot be a publisher's name.", $"Use 1 to {SignatureLimits.Publisher} visible characters.");
        }

        if (keys.Count + files.Count + revoked.Count == 0)
        {
            errors.Add(path, "has no key.", $"Set {nameof(code.PublicKey)} or {nameof(code.PublicKeyFile)} to the publisher's public key in PEM.");
        }

        foreach (var id in plugins.Ids.Where(static id => !IsPattern(id)))
        {
            errors.Add(plugins.Path, $"'{id}' is neither a plugin's id nor the beginning of one.", "Write an id such as 'acme.search', or 'acme.*' for every id that begins with 'acme.'.");
        }

        foreach (var (at, id) in revoked.Where(static key => !PluginKey.IsId(key.Id)))
        {
            errors.Add(at, $"'{id}' is not the id of a key.", "Write the 64 hexadecimal digits in lower case that SignPlugin prints.");
        }

        List<PublicKey> read = [.. keys.SelectMany(key => Read(key.Text, key.Path, errors)), .. files.SelectMany(entry => ReadFile(entry.File, entry.Path, errors))];
        return errors.Items.Count == before ? new Publisher(name, [.. read.DistinctBy(static key => key.Id)], plugins.Ids, [.. revoked.Select(static key => key.Id)]) : null;
    }

    // An asterisk alone, or the beginning of an id up to and with a separator: 'acme*' would be a gift to 'acmeevil'.
    private static bool IsPattern(string id) =>
        id == "*" || (id.Length > 0 && id.TrimEnd('*') is var stem && id.Length - stem.Length <= 1 && stem.Length > 0
            && stem.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_')
            && (id == stem || stem[^1] is '.' or '-'));

    private static IReadOnlyList<PublicKey> ReadFile(string file, string path, ConfigurationErrors errors)
    {
        var full = System.IO.Path.GetFullPath(file, AppContext.BaseDirectory);
        try
        {
            return new FileInfo(full).Length > MostFileBytes
                ? throw new IOException($"It has more than {MostFileBytes} bytes.")
                : Read(File.ReadAllText(full), path, errors);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add(path, $"the file '{full}' cannot be read: {exception.Message}", "Put the publisher's public key there.");
            return [];
        }
    }

    private static IReadOnlyList<PublicKey> Read(string text, string path, ConfigurationErrors errors)
    {
        if (PublicKeyPem.Read(text, out var problem) is { } found)
        {
            return found;
        }

        errors.Add(path, problem.Problem, problem.Fix);
        return [];
    }
}
