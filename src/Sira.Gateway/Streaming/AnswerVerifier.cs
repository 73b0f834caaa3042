using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Gateway.Streaming;

/// <summary>Compares what a new attempt says with what was delivered, and lets through only what goes beyond it.</summary>
/// <remarks>Text is compared character by character, function calls by name and arguments. Reasoning is not a part of the answer: where some was delivered, the new attempt's is swallowed.</remarks>
internal sealed class AnswerVerifier(DeliveredAnswer delivered)
{
    // As it was when the stream broke: what is delivered from here on is not a part of what is to be repeated.
    private readonly string text = delivered.Text;
    private readonly FunctionCallContent[] expected = [.. delivered.Calls];
    private readonly bool hasReasoning = delivered.HasReasoning;
    private int position;
    private int calls;
    private bool hasSwallowedOther;

    /// <summary>Whether everything that was delivered has been repeated.</summary>
    public bool IsCaughtUp => position == text.Length && calls == expected.Length;

    /// <summary>Whether it has said something that was not delivered yet, so that there is nothing more to compare.</summary>
    public bool IsPast { get; private set; }

    /// <summary>The text that was swallowed before the last update, for as long as nothing but text was: what such an answer has said in all is this and the update.</summary>
    public string? SwallowedText { get; private set; } = string.Empty;

    /// <summary>Compares one update.</summary>
    /// <param name="contents">What it says.</param>
    /// <param name="isLast">Whether it ends the answer.</param>
    /// <param name="rest">What of it is new.</param>
    /// <returns>Whether it agrees with what was delivered.</returns>
    public bool TryAdvance(IList<AIContent> contents, bool isLast, List<AIContent> rest)
    {
        SwallowedText = hasSwallowedOther ? null : text[..position];
        for (var i = 0; i < contents.Count; i++)
        {
            hasSwallowedOther |= contents[i] is TextReasoningContent or FunctionCallContent;
            if (!TryAdvance(contents[i], rest))
            {
                return false;
            }
        }

        return !isLast || IsCaughtUp;
    }

    private bool TryAdvance(AIContent content, List<AIContent> rest)
    {
        switch (content)
        {
            case TextContent part:
                return TryAdvance(part, rest);
            case TextReasoningContent:
                return (IsPast || (IsCaughtUp && !hasReasoning)) ? Deliver(content, rest, isAnswer: false) : true;
            case FunctionCallContent call when calls < expected.Length:
                return IsSame(call, expected[calls++]);
            case var other when IsCaughtUp:
                return Deliver(other, rest, isAnswer: true);
            case var other:
                // A mere frame of the wire says nothing; anything else was not delivered at this place.
                return other.GetType() == typeof(AIContent);
        }
    }

    private bool TryAdvance(TextContent part, List<AIContent> rest)
    {
        var repeated = Math.Min(part.Text.Length, text.Length - position);
        if (!part.Text.AsSpan(0, repeated).SequenceEqual(text.AsSpan(position, repeated)))
        {
            return false;
        }

        position += repeated;
        if (repeated == part.Text.Length)
        {
            return true;
        }

        return IsCaughtUp && Deliver(repeated == 0 ? part : new TextContent(part.Text[repeated..]), rest, isAnswer: true);
    }

    private bool Deliver(AIContent content, List<AIContent> rest, bool isAnswer)
    {
        rest.Add(content);
        IsPast |= isAnswer;
        return true;
    }

    private static bool IsSame(FunctionCallContent one, FunctionCallContent other) =>
        one.Name == other.Name && JsonElement.DeepEquals(ToJson(one.Arguments), ToJson(other.Arguments));

    private static JsonElement ToJson(IDictionary<string, object?>? arguments) =>
        JsonSerializer.SerializeToElement(arguments ?? new Dictionary<string, object?>(), AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>)));
}
