namespace Sira.Backends.Gemini.Options;

/// <summary>What the models of a family take differently on the same wire.</summary>
/// <param name="Prefix">The beginning of the ids of these models.</param>
/// <param name="Thinking">How a reasoning effort is said.</param>
/// <param name="MediaInToolResults">Whether a tool's media go inside its <c>functionResponse</c>; otherwise they follow it as parts of their own.</param>
/// <param name="RequiresCallSignatures">Whether a function call without <c>thoughtSignature</c> is refused, so that a call made by another provider's model needs the stand-in.</param>
internal sealed record GeminiModelRule(string Prefix, GeminiThinking Thinking, bool MediaInToolResults, bool RequiresCallSignatures);
