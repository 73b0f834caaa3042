using Microsoft.Extensions.AI;

namespace Sira.Backends.Gemini;

/// <summary>The names under which the Gemini wire keeps what MEAI has no member for, in <see cref="AIContent.AdditionalProperties"/> and <see cref="ChatMessage.AdditionalProperties"/>.</summary>
/// <remarks>
/// A part's <c>thoughtSignature</c> has to come back on the next turn on the part that it came with. Where it travels:
/// <list type="bullet">
/// <item>On a thought: in <see cref="TextReasoningContent.ProtectedData"/>.</item>
/// <item>On a function call, a file or code: in that content's <see cref="AIContent.AdditionalProperties"/> under <see cref="ThoughtSignature"/>.</item>
/// <item>On a text: in the <see cref="TextReasoningContent.ProtectedData"/> of an empty <see cref="TextReasoningContent"/> right after it, marked with <see cref="ThoughtSignatureOf"/>.
/// MEAI merges neighbouring texts of a stream and keeps the properties of the first only, so that a property of the text itself would be lost.</item>
/// <item>On an empty text, as streams end: in the <see cref="TextReasoningContent.ProtectedData"/> of an empty <see cref="TextReasoningContent"/> without that mark.</item>
/// </list>
/// </remarks>
public static class GeminiProperties
{
    /// <summary>A <see cref="string"/>: the signature of the part that a content stands for.</summary>
    public const string ThoughtSignature = "thoughtSignature";

    /// <summary>The <see cref="string"/> <c>text</c> on an empty <see cref="TextReasoningContent"/> whose signature belongs to the text before it.</summary>
    public const string ThoughtSignatureOf = "thoughtSignatureOf";

    /// <summary><see langword="true"/> on a content other than text that is a thought, such as a draft of an image.</summary>
    public const string Thought = "thought";

    /// <summary>A JSON object: which part of a video is meant and how densely it is sampled.</summary>
    public const string VideoMetadata = "videoMetadata";

    /// <summary>A JSON value: the resolution at which a medium is read.</summary>
    public const string MediaResolution = "mediaResolution";

    /// <summary>A <see cref="string"/> on a <see cref="FunctionResultContent"/> whose call is not in the conversation: the function's name, which the wire demands.</summary>
    public const string FunctionName = "name";

    /// <summary>A JSON object on the text of a tool's result that has media beside it: the object that the text was made of.</summary>
    public const string Response = "response";

    /// <summary>A JSON object on an answer: the search queries, sources and the search entry point that the provider's terms ask to show.</summary>
    public const string GroundingMetadata = "groundingMetadata";

    /// <summary>A JSON object on an answer: which addresses the URL context tool read, and with what success.</summary>
    public const string UrlContextMetadata = "urlContextMetadata";
}
