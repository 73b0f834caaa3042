using System.Diagnostics.CodeAnalysis;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>The name of a topic, or a pattern of names: tokens with dots between them, where <c>*</c> stands for exactly one token and a final <c>></c> for one or more, as in NATS.</summary>
/// <remarks>Immutable. Case matters. A token holds anything but dots, white space, control characters and the two wildcards.</remarks>
public sealed class TopicPattern
{
    private const int Longest = 256;

    private readonly string[] tokens;
    private readonly bool hasTail;

    private TopicPattern(string text, string[] tokens)
    {
        Text = text;
        hasTail = tokens[^1] == ">";
        this.tokens = hasTail ? tokens[..^1] : tokens;
        IsName = !hasTail && !Array.Exists(tokens, static token => token == "*");
    }

    /// <summary>Gets the pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>Gets whether it is the name of one topic.</summary>
    public bool IsName { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern, at most 256 characters.</param>
    /// <returns>The pattern.</returns>
    /// <exception cref="ArgumentException">It is none; the message says why.</exception>
    public static TopicPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var pattern, out var problem) ? pattern : throw new ArgumentException(problem, nameof(text));
    }

    /// <summary>Returns whether a topic's name matches.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it does.</returns>
    public bool Matches(ReadOnlySpan<char> name)
    {
        if (IsName)
        {
            return name.SequenceEqual(Text);
        }

        foreach (var token in tokens)
        {
            if (name.IsEmpty)
            {
                return false;
            }

            var dot = name.IndexOf('.');
            var own = dot < 0 ? name : name[..dot];
            if (token != "*" && !own.SequenceEqual(token))
            {
                return false;
            }

            name = dot < 0 ? default : name[(dot + 1)..];
        }

        return hasTail != name.IsEmpty;
    }

    /// <summary>Returns whether every topic that another pattern matches is matched by this one, too.</summary>
    /// <param name="other">The other pattern, or a name.</param>
    /// <returns>Whether it is.</returns>
    public bool Covers(TopicPattern other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (hasTail ? other.tokens.Length + (other.hasTail ? 1 : 0) <= tokens.Length : other.hasTail || other.tokens.Length != tokens.Length)
        {
            return false;
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            // Beyond the tokens of the other one stands its tail, which may be anything.
            if (tokens[i] != "*" && (i >= other.tokens.Length || tokens[i] != other.tokens[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc />
    public override string ToString() => Text;

    /// <summary>Says why a text is no pattern; <see langword="null"/> when it is one.</summary>
    internal static string? Refuse(string text) => TryParse(text, out _, out var problem) ? null : problem;

    internal static string ParseName(string text)
    {
        var pattern = Parse(text);
        return pattern.IsName ? text : throw new ArgumentException($"'{text}' is a pattern; a topic is published to by its own name, without * and >.", nameof(text));
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out TopicPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = text.Length is 0 or > Longest ? $"The name of a topic has 1 to {Longest} characters; this one has {text.Length}." : null;
        var tokens = text.Split('.');
        for (var i = 0; i < tokens.Length && problem is null; i++)
        {
            problem = tokens[i] switch
            {
                "" => $"'{text}' has an empty token; write tokens with single dots between them, such as orders.created.",
                ">" when i < tokens.Length - 1 => $"'{text}' has a > before its end; it stands for the rest and is the last token.",
                "*" or ">" => null,
                var token when token.AsSpan().ContainsAny('*', '>') => $"'{text}' has a wildcard within a token; * and > stand for whole tokens.",
                var token when token.Any(static character => char.IsWhiteSpace(character) || char.IsControl(character)) => $"'{text}' holds white space or control characters; write letters, digits, - and _.",
                _ => null,
            };
        }

        pattern = problem is null ? new TopicPattern(text, tokens) : null;
        return pattern is not null;
    }
}
