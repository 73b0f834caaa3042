using System.Diagnostics.CodeAnalysis;

namespace Sira.Plugins.Manifests;

/// <summary>Something that a plugin asks to be allowed, such as <c>storage</c> or <c>network: api.example.com</c>. Which kinds exist is the host's matter.</summary>
/// <param name="Kind">What is asked for: lower-case words joined by points or hyphens, such as <c>bus.publish</c>.</param>
/// <param name="Argument">What it is limited to; <see langword="null"/> when it is not limited.</param>
public sealed record PluginPermission(string Kind, string? Argument = null)
{
    internal const string Grammar = "Write 'kind' or 'kind: argument', the kind in lower case, such as 'storage' or 'network: api.example.com'.";

    /// <summary>Reads a permission as a manifest writes it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="permission">The permission.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out PluginPermission? permission)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? text : text[..colon];
        var argument = colon < 0 ? null : text[(colon + 1)..].Trim();
        permission = IsKind(kind) && IsArgument(argument) ? new PluginPermission(kind, argument) : null;
        return permission is not null;
    }

    /// <inheritdoc />
    public override string ToString() => Argument is null ? Kind : $"{Kind}: {Argument}";

    internal bool IsValid => IsKind(Kind) && IsArgument(Argument);

    private static bool IsKind(string kind) =>
        kind.Length > 0 && char.IsAsciiLetterLower(kind[0]) && char.IsAsciiLetterOrDigit(kind[^1])
        && kind.All(static character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-');

    private static bool IsArgument(string? argument) => argument is null || (argument.Length > 0 && argument.Trim().Length == argument.Length && !argument.Any(char.IsControl));
}
